"""The commands that look after an installation: migrate it, examine it, see how it stands."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import chain
from typing import TYPE_CHECKING

import click

from evenhand.cli.faults import Fault
from evenhand.cli.flags import data_flag, domain_flag, listen_flags, smarthost_flag, web_flag
from evenhand.cli.surroundings import database, installation, read_settings, set_up_django, stopped_by_signal

if TYPE_CHECKING:
    from evenhand.doctor import Check

__all__ = ["doctor", "migrate", "status"]

_json = click.option("--json", "as_json", is_flag=True, help="Print it as JSON, for programs.")
_COLOURS = {"ok": "green", "warn": "yellow", "fail": "red", "skip": "bright_black"}


@click.command()
@data_flag
@domain_flag
def migrate() -> None:
    """Bring the database to this version. Safe to run twice, and from several machines at once."""
    with stopped_by_signal(), database(read_settings()):
        set_up_django()
        # Imported here because it needs Django to be set up.
        from django.conf import settings

        from evenhand.cli.migrations import bring_up_to_date
        from evenhand.cli.up import settle

        applied = bring_up_to_date()
        settle(settings.EVENHAND)
    for name in applied:
        click.echo(f"applied {name}")
    if not applied:
        click.echo("The database is of this version already.")


@click.command()
@data_flag
@web_flag
@listen_flags
@smarthost_flag
@domain_flag
@click.option("--probe", is_flag=True, help="Send one mail to ourselves by the smarthost, and look at what comes back.")
@_json
def doctor(*, probe: bool, as_json: bool) -> None:
    """
    Examine the installation, and say how to mend what is wrong. Changes nothing and, without --probe, sends no mail.

    Exits with 1 if something is broken. May take a minute where name servers do not answer, and another for the probe.
    """
    # Imported here because it brings the readers of DNS and certificates, which no other command needs.
    from evenhand.doctor import examine

    failed, count = False, 0
    checks = examine(read_settings(write_secret=False), probed=probe)
    # The probe first: it tells Django of an embedded database, which Django believes only once.
    for check in chain(_probe(), checks) if probe else checks:
        failed |= check.state == "fail"
        if as_json:
            # Each as soon as it is known, and one JSON text in the end.
            shown = {"name": check.name, "state": check.state, "found": check.found, "mend": check.mend}
            click.echo(f"{',' if count else '['}\n{json.dumps(shown, ensure_ascii=False)}", nl=False)
        else:
            click.echo(f"{click.style(f'{check.state:4}', fg=_COLOURS[check.state])}  {check.name}: {check.found}")
            if check.mend:
                click.echo(f"      → {check.mend}")
        count += 1
    if as_json:
        click.echo("\n]" if count else "[]")
    if failed:
        raise click.exceptions.Exit(1)


def _probe() -> Iterator[Check]:
    # Imported here because it brings what the doctor needs.
    from evenhand.doctor.check import fail
    from evenhand.doctor.probe import examine

    try:
        with installation(must_exist=True) as configuration:
            yield from examine(configuration)
    except Fault as fault:
        yield fail("probe", " ".join(fault.sentences), "Start everything, then try again: evenhand up")


@click.command()
@data_flag
@_json
def status(*, as_json: bool) -> None:
    """Show what waits, what is held or parked and why, what cannot be delivered, and who is at work."""
    with installation(must_exist=True) as configuration:
        # Imported here because it needs Django to be set up.
        from evenhand.cli.standing import in_words, standing

        found = standing(configuration)
        click.echo(json.dumps(found, ensure_ascii=False, indent=2) if as_json else in_words(found))
