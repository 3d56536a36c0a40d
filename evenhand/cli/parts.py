"""The parts that run side by side, each also by itself: the portal, the listener, a worker."""

from __future__ import annotations

import os
from dataclasses import replace

import click

from evenhand.cli.faults import WRONG_USAGE, Fault
from evenhand.cli.flags import data_flag, demo_flag, domain_flag, listen_flags, smarthost_flag, web_flag
from evenhand.cli.surroundings import installation
from evenhand.cli.tether import tether
from evenhand.connectors.ports import claim

__all__ = ["listen", "web", "work"]

_tethered = click.option("--tethered", is_flag=True, hidden=True, help="End when the standard input is closed.")


@click.command()
@data_flag
@web_flag
@domain_flag
@demo_flag
@_tethered
def web(*, tethered: bool) -> None:
    """Serve the portal alone."""
    _name_connections("web", tethered=tethered)
    with installation() as configuration:
        endpoint = claim({"http": configuration.http})["http"]
        # Imported here because only this part serves pages.
        from evenhand.cli.web import serve

        serve(endpoint)


@click.command()
@data_flag
@listen_flags
@domain_flag
@demo_flag
@_tethered
def listen(*, tethered: bool) -> None:
    """Take mail by SMTP and LMTP into the spool, nothing else."""
    _name_connections("listen", tethered=tethered)
    with installation() as configuration:
        doors = claim({"smtp": configuration.smtp, "lmtp": configuration.lmtp}, shared=True)
        if not doors:
            raise Fault("Say where to listen: --smtp HOST:PORT, --lmtp HOST:PORT, or both.", code=WRONG_USAGE)
        # Imported here because only this part takes mail.
        from evenhand.connectors.listener import serve

        serve(replace(configuration, smtp=doors.get("smtp"), lmtp=doors.get("lmtp")), _say_ready)


@click.command()
@data_flag
@smarthost_flag
@domain_flag
@demo_flag
@_tethered
def work(*, tethered: bool) -> None:
    """Work off the spool and the outbox. As many as there are cores may run side by side, on any machine."""
    _name_connections("work", tethered=tethered)
    with installation():
        # Imported here because only this part works.
        from evenhand.relay.worker import serve

        serve(_say_ready)


def _say_ready(where: str) -> None:
    click.echo(f"ready {where}".rstrip())


def _name_connections(part: str, *, tethered: bool) -> None:
    """Let the database know who is connected, for `evenhand status` to count the living."""
    os.environ["PGAPPNAME"] = f"evenhand {part} {os.uname().nodename[:30]} {os.getpid()}"
    if tethered:
        tether()
