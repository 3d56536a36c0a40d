"""The commands about the keys our mail is signed with: the records to publish, and one key before another goes."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from evenhand.cli.faults import Fault
from evenhand.cli.flags import data_flag, domain_flag
from evenhand.cli.surroundings import read_settings

if TYPE_CHECKING:
    from evenhand.configuration import Configuration
    from evenhand.relay.keys import Damaged, Kept

__all__ = ["dkim"]

_STATES = {
    "next": "waits: publish its record, then run: evenhand dkim switch",
    "signing": "signs our mail",
    "retired": "signs no more; keep its record until “evenhand dkim forget” takes it",
}
_ed25519 = click.option(
    "--ed25519", is_flag=True, help="Make an Ed25519 key beside the RSA one (RFC 8463); many receivers skip it."
)
_json = click.option("--json", "as_json", is_flag=True, help="Print it as JSON, for programs.")


@click.group(short_help="Show, change and retire the keys our mail is signed with.")
def dkim() -> None:
    """
    Look after the keys our mail is signed with (DKIM).

    A key lies in DIR/dkim for its owner alone; its public half must be published in the DNS. To change it: rotate,
    publish the new record, switch, and two weeks later forget.
    """


@dkim.command()
@data_flag
@domain_flag
@_ed25519
@_json
def show(*, ed25519: bool, as_json: bool) -> None:
    """Print the record of every key, as it must be published. Makes the first key if there is none."""
    # Imported here, as in the other commands, because a mistyped one need not wait for the cryptography.
    from evenhand.relay.keys import domains, first_keys, is_local

    configuration = read_settings()
    if not configuration.dkim:
        raise Fault("Mail is not signed: dkim is off. Set EVENHAND_DKIM=true, or leave it out.")
    if is_local(configuration.domain) and not domains(configuration):
        raise Fault(f"Nobody elsewhere can look up {configuration.domain}. Name the mail domain: --domain DOMAIN")
    try:
        first_keys(configuration, ed25519=ed25519)
    except OSError as error:
        raise _unwritable(error) from error
    _print(configuration, domains(configuration), as_json=as_json)


@dkim.command()
@data_flag
@domain_flag
@_ed25519
@_json
def rotate(*, ed25519: bool, as_json: bool) -> None:
    """Make the key that signs next, and print its record. The present one signs on until “switch”."""
    from evenhand.relay.keys import rotate as make

    configuration = read_settings()
    try:
        _whole(make(configuration, configuration.domain, ed25519=ed25519))
    except OSError as error:
        raise _unwritable(error) from error
    _print(configuration, [configuration.domain], as_json=as_json)


@dkim.command()
@data_flag
@domain_flag
@click.option("--unpublished", is_flag=True, help="Do not ask the DNS first whether the record is out.")
@_json
def switch(*, unpublished: bool, as_json: bool) -> None:
    """Sign with the key that waits, once its record can be seen; the present one retires."""
    from evenhand.connectors.dns import Resolver
    from evenhand.doctor.signing import published
    from evenhand.relay.keys import read
    from evenhand.relay.keys import switch as change

    configuration = read_settings()
    waiting = [one for one in _whole(read(configuration, configuration.domain)) if one.state == "next"]
    if not waiting:
        raise Fault(f"No key of {configuration.domain} waits. Run: evenhand dkim rotate")
    if not unpublished:
        inquiry = Resolver(nameserver=configuration.nameserver).inquiry()
        unseen = [why for one in waiting if (why := published(configuration.domain, one, inquiry))]
        if unseen:
            raise Fault(f"The present key signs on. {unseen[0]}")
    try:
        _whole(change(configuration, configuration.domain))
    except OSError as error:
        raise _unwritable(error) from error
    _print(configuration, [configuration.domain], as_json=as_json)


@dkim.command()
@data_flag
@domain_flag
def forget() -> None:
    """Delete the retired keys whose signatures have expired, and name the records that may go."""
    from evenhand.relay.keys import forget as delete

    configuration = read_settings()
    try:
        gone = _whole(delete(configuration, configuration.domain))
    except OSError as error:
        raise _unwritable(error) from error
    for one in gone:
        click.echo(f"deleted {one.selector}; its record may go: {one.selector}._domainkey.{configuration.domain}.")
    if not gone:
        click.echo("No retired key is old enough.")


def _whole(found: tuple[Kept, ...] | Damaged) -> tuple[Kept, ...]:
    if isinstance(found, tuple):
        return found
    raise Fault(f"{found.reason}.")


def _unwritable(error: OSError) -> Fault:
    return Fault(f"The keys cannot be written: {error.filename or 'the folder'}: {error.strerror}.")


def _print(configuration: Configuration, domains: Sequence[str], *, as_json: bool) -> None:
    from evenhand.relay.keys import read

    shown = [(domain, one) for domain in domains for one in _whole(read(configuration, domain))]
    if as_json:
        rows = [
            {
                "name": f"{one.selector}._domainkey.{domain}",
                "record": one.record,
                "state": one.state,
                "since": one.since.isoformat(),
                "algorithm": one.algorithm,
            }
            for domain, one in shown
        ]
        click.echo(json.dumps(rows, indent=2))
        return
    for domain, one in shown:
        click.echo(f"; {one.selector} {_STATES[one.state]} (since {one.since:%Y-%m-%d})")
        click.echo(f"{one.selector}._domainkey.{domain}. IN TXT {in_strings(one.record)}\n")


def in_strings(record: str) -> str:
    """
    Write a record as strings of at most 255 bytes, as a zone file wants it (RFC 1035 §3.3.14).

    >>> in_strings("v=DKIM1")
    '"v=DKIM1"'
    """
    return " ".join(f'"{record[start : start + 255]}"' for start in range(0, len(record), 255))
