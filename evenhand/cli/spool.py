"""The commands about mails and copies that were taken out of the line: look at one, put it back, drop it."""

from __future__ import annotations

import uuid

import click

from evenhand.cli.faults import Fault
from evenhand.cli.flags import data_flag
from evenhand.cli.surroundings import installation

__all__ = ["spool"]

_parked = click.argument("parked", metavar="ID", type=click.UUID)


@click.group(short_help="Look at a parked mail or copy, put it back, or drop it.")
def spool() -> None:
    """
    Decide about what is parked: mails that could not be worked three times, copies whose end could not be written.

    “evenhand status” names them and the reason. Nothing parked is lost, and nothing else waits for it.
    """


@spool.command()
@data_flag
@_parked
def show(*, parked: uuid.UUID) -> None:
    """Print a parked mail as it came, made harmless for a terminal. It names people: the look-up is recorded."""
    with installation(must_exist=True):
        # Imported here because it needs Django to be set up.
        from evenhand.relay.parked import bytes_of

        raw = bytes_of(parked)
    if raw is None:
        raise _not_parked(parked)
    for line in raw.splitlines():
        click.echo(line.decode("utf-8", "backslashreplace").translate(_HARMLESS))


@spool.command()
@data_flag
@click.option("--again", is_flag=True, help="Also a copy that was sent already: its recipient gets it twice.")
@_parked
def release(*, parked: uuid.UUID, again: bool) -> None:
    """Put a parked mail or copy back into the line, for example after an upgrade."""
    with installation(must_exist=True):
        # Imported here because it needs Django to be set up.
        from evenhand.relay.parked import Decided, release

        decided = release(parked, again=again)
    match decided:
        case Decided.NOT_PARKED:
            raise _not_parked(parked)
        case Decided.WAS_SENT:
            raise Fault(f"{parked} was taken by the next server already. To send it twice nevertheless: --again")
        case Decided.MAIL | Decided.COPY:
            click.echo(f"{decided.value.capitalize()} is in the line again. See what comes of it: evenhand status")


@spool.command()
@data_flag
@click.option("--reason", "why", required=True, help="Why, in a few words; it is recorded.")
@_parked
def drop(*, parked: uuid.UUID, why: str) -> None:
    """End a parked mail or copy for good. Its bytes stay on record; the author of a copy is told."""
    with installation(must_exist=True):
        # Imported here because it needs Django to be set up.
        from evenhand.relay.parked import Decided, drop

        decided = drop(parked, why)
    if decided is Decided.NOT_PARKED:
        raise _not_parked(parked)
    click.echo(f"{decided.value.capitalize()} is dropped; its bytes stay on record.")


def _not_parked(parked: uuid.UUID) -> Fault:
    return Fault(f"Nothing parked has the id {parked}. See what is parked: evenhand status")


# Control characters could drive a terminal, those of direction could turn its words round.
_HARMLESS = {code: f"\\x{code:02x}" for code in (*range(9), *range(11, 32), *range(127, 160))} | {
    code: f"\\u{code:04x}" for code in (*range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2066, 0x206A), 0xFEFF)
}
