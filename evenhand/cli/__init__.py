"""The command line: one command starts everything; others run a part of it, feed it, or look at it."""

from __future__ import annotations

import click

from evenhand.cli.dkim import dkim
from evenhand.cli.faults import Commands
from evenhand.cli.held import held
from evenhand.cli.imports import import_
from evenhand.cli.parts import listen, web, work
from evenhand.cli.spool import spool
from evenhand.cli.talk import alias, messages
from evenhand.cli.up import prepare, up
from evenhand.cli.upkeep import doctor, migrate, status

__all__ = ["evenhand", "main"]


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
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


for _command in (up, prepare, web, listen, work, migrate, doctor, status, import_, alias, messages, dkim, spool, held):
    evenhand.add_command(_command)


def main() -> None:
    """Run the command that was typed, and exit with its code."""
    evenhand(prog_name="evenhand")
