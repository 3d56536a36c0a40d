"""The commands about held messages: list them, look at one, release it, or drop it."""

from __future__ import annotations

import getpass
import json
import uuid
from typing import TYPE_CHECKING

import click

from evenhand.cli.faults import Fault
from evenhand.cli.flags import data_flag
from evenhand.cli.surroundings import installation

if TYPE_CHECKING:
    from evenhand.relay.review import Outcome

__all__ = ["held"]


def _me() -> str:
    """The name of who sits at the terminal, as the machine knows it."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "the operator"


_id = click.argument("inbound", metavar="ID", type=click.UUID)
_reason = click.option("--reason", "why", required=True, help="Why, in a few words; it is recorded.")
_by = click.option("--by", metavar="NAME", default=_me, show_default="your login", help="Who decides; it is recorded.")
_json = click.option("--json", "as_json", is_flag=True, help="Print it as JSON, for programs.")


@click.group(invoke_without_command=True, short_help="List held messages; look at one, release it, or drop it.")
@data_flag
@click.option("--limit", type=click.IntRange(1, 10_000), default=50, show_default=True, help="How many are listed.")
@_json
@click.pass_context
def held(context: click.Context, *, limit: int, as_json: bool) -> None:
    """
    Decide about messages that wait for a person, or list them, oldest first.

    Real addresses are left out. In the portal an operator sees a message as its author wrote it.
    """
    if context.invoked_subcommand is not None:
        return
    with installation(must_exist=True):
        # Imported here because they need Django to be set up.
        from evenhand.cli.docket import listed, read_list

        found = listed(limit)
    click.echo(json.dumps(found, ensure_ascii=False, indent=2) if as_json else read_list(found))


@held.command()
@data_flag
@_json
@_id
def show(*, inbound: uuid.UUID, as_json: bool) -> None:
    """Print a held message: what it says, why it is held, and what a release would lead to."""
    with installation(must_exist=True):
        # Imported here because they need Django to be set up.
        from evenhand.cli.docket import read_one, shown

        found = shown(inbound)
    if found is None:
        raise _not_held(inbound)
    click.echo(json.dumps(found, ensure_ascii=False, indent=2) if as_json else read_one(found))


@held.command()
@data_flag
@_reason
@_by
@_id
def release(*, inbound: uuid.UUID, why: str, by: str) -> None:
    """
    Let a held message go on. It meets every other check again.

    What a person may decide otherwise are the rules that asked for one, the limits of rate, and the suspicion of a
    loop. A private address, malware, or a scan that cannot be had keep it, whoever says so. Exits with 1 if it is kept.
    """
    with installation(must_exist=True):
        # Imported here because they need Django to be set up.
        from evenhand.relay.review import Judge, follow, release

        outcome = release(inbound, Judge(by), _said(why))
        _must_stand(inbound, outcome)
        became = follow(inbound)
    match became.word:
        case "relayed":
            click.echo("It has been passed on.")
        case "waits":
            click.echo(f"It is in the line again. See what comes of it: evenhand held show {inbound}")
        case "held":
            raise Fault(f"It was looked at anew and is held again: {became.why}")
        case _:
            raise Fault(f"It was looked at anew and not passed on: {became.why}")


@held.command()
@data_flag
@click.option("--reason", "why", required=True, help="Why, in a few words; its author reads it.")
@_by
@_id
def drop(*, inbound: uuid.UUID, why: str, by: str) -> None:
    """End a held message for good. Its bytes stay on record; its author is told, at most once a day."""
    with installation(must_exist=True):
        # Imported here because they need Django to be set up.
        from evenhand.relay.review import Judge, drop

        _must_stand(inbound, drop(inbound, Judge(by), _said(why)))
    click.echo("It is dropped; its bytes stay on record.")


def _said(why: str) -> str:
    if not why.strip():
        raise click.BadParameter("say why", param_hint="--reason")
    return why


def _must_stand(inbound: uuid.UUID, outcome: Outcome) -> None:
    # Imported here because it needs Django to be set up.
    from evenhand.relay.review import AlreadyDecided, Done, HeldAgain, NotHeld, NotYours

    match outcome:
        case Done():
            return
        case NotHeld():
            raise _not_held(inbound)
        case NotYours():
            raise Fault(f"{inbound} waits for the word of whom it says it is from: nobody else can know.")
        case AlreadyDecided(by, at, word):
            raise Fault(f"{inbound} was already {word} by {by} at {at:%Y-%m-%d %H:%M} UTC.")
        case HeldAgain():
            raise Fault(f"{inbound} is held for another reason now. Look at it again: evenhand held show {inbound}")


def _not_held(inbound: uuid.UUID) -> Fault:
    return Fault(f"Nothing held has the id {inbound}. See what is held: evenhand held")
