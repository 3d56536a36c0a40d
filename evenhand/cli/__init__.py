"""The command line: one command starts everything; others run a part of it, feed it, or look at it."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module

import click

from evenhand.cli.faults import Commands

__all__ = ["evenhand", "main"]

_COMMANDS: Mapping[str, str] = {
    "up": "evenhand.cli.up:up",
    "prepare": "evenhand.cli.up:prepare",
    "web": "evenhand.cli.parts:web",
    "listen": "evenhand.cli.parts:listen",
    "work": "evenhand.cli.parts:work",
    "migrate": "evenhand.cli.upkeep:migrate",
    "doctor": "evenhand.cli.upkeep:doctor",
    "status": "evenhand.cli.upkeep:status",
    "import": "evenhand.cli.imports:import_",
    "alias": "evenhand.cli.talk:alias",
    "messages": "evenhand.cli.talk:messages",
    "dkim": "evenhand.cli.dkim:dkim",
    "spool": "evenhand.cli.spool:spool",
    "held": "evenhand.cli.held:held",
    "check": "evenhand.cli.check:check",
    "book": "evenhand.cli.book:book",
    "rules": "evenhand.cli.rules:rules",
    "policy": "evenhand.cli.backtest:policy",
}
"""Where each command lives: only the one that is typed is loaded, so that a check in a pipeline starts at once."""


class _Lazily(Commands):
    """Commands that are loaded when they are asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name the commands."""
        del ctx
        return sorted(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Load a command."""
        del ctx
        module, _, name = _COMMANDS.get(cmd_name, "").partition(":")
        if not module:
            return None
        command = getattr(import_module(module), name)
        assert isinstance(command, click.Command)
        return command


@click.group(cls=_Lazily, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="evenhand", message="%(prog)s %(version)s")
@click.option("--traceback", is_flag=True, help="Show where in the program an unforeseen fault came from.")
def evenhand(*, traceback: bool) -> None:
    """
    Carry messages between the buyers and sellers of a marketplace, by e-mail and in a portal.

    \b
    Exit codes: 0 all is well, 1 something went wrong or data had faults,
    2 the command or a setting is wrong.
    Flags go before EVENHAND_… variables, and these before DIR/evenhand.toml.
    """  # noqa: D301  \b is an order to click, not to the reader


def main() -> None:
    """Run the command that was typed, and exit with its code."""
    evenhand(prog_name="evenhand")
