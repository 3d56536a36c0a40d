"""The one command that starts everything: database, portal, listener and workers, in the foreground."""

from __future__ import annotations

import asyncio
import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace

import click

from evenhand.cli.child import Child, command_line
from evenhand.cli.faults import WRONG_USAGE, Fault
from evenhand.cli.flags import data_flag, demo_flag, domain_flag, listen_flags, smarthost_flag, web_flag
from evenhand.cli.surroundings import database, installation, read_settings, stopped_by_signal
from evenhand.configuration import Configuration, Endpoint, keep_domain
from evenhand.connectors.ports import claim
from evenhand.crashpoints import reach
from evenhand.database import EmbeddedDatabase

__all__ = ["prepare", "settle", "up"]

_DEMO_SMTP = Endpoint("127.0.0.1", 2525)


@click.command()
@data_flag
@web_flag
@listen_flags
@smarthost_flag
@domain_flag
@demo_flag
def up() -> None:
    """
    Start everything, in the foreground: database, portal, listener and workers.

    Prints a line that starts with “ready” and tells the addresses, once all of them answer. Ctrl-C or SIGTERM ends it
    in order, within 30 seconds. A demonstration takes mail at 127.0.0.1:2525 unless --smtp says otherwise.
    """
    with contextlib.suppress(KeyboardInterrupt), _ended_by_signal(), stopped_by_signal():
        configuration = _with_free_ports(read_settings())
        _warn(configuration)
        with database(configuration) as embedded:
            environment = _environment(embedded)
            letter = _prepare(environment)
            reach("up.prepared")
            asyncio.run(_supervise(configuration, embedded, environment, letter))


@contextlib.contextmanager
def _ended_by_signal() -> Iterator[None]:
    """Count it as a good end when a signal comes before there is anything to end."""
    try:
        yield
    except SystemExit:
        return


def _with_free_ports(configuration: Configuration) -> Configuration:
    """Choose the ports that were left to us, and hand them to the parts by way of the environment."""
    smtp = configuration.smtp
    if configuration.demo and not (smtp or configuration.lmtp):
        smtp = _DEMO_SMTP
    doors = claim({"http": configuration.http, "smtp": smtp, "lmtp": configuration.lmtp})
    os.environ.update({f"EVENHAND_{name.upper()}": str(endpoint) for name, endpoint in doors.items()})
    return replace(configuration, http=doors["http"], smtp=doors.get("smtp"), lmtp=doors.get("lmtp"))


def _warn(configuration: Configuration) -> None:
    if not (configuration.smtp or configuration.lmtp):
        _say("No mail is taken in: neither --smtp nor --lmtp is given.")
    if not (configuration.smarthost or configuration.direct or configuration.demo):
        _say("No mail goes out: --smarthost is not given. What is to be sent waits until it is.")
    if configuration.smarthost and not configuration.demo:
        # Imported here because it brings what the doctor needs.
        from evenhand.doctor.probe import last

        found = last(configuration)
        if found.state == "fail":
            _say(f"Take care: {found.found} {found.mend}")


def _environment(embedded: EmbeddedDatabase | None) -> dict[str, str]:
    environment = dict(os.environ)
    if embedded is not None:
        # Each part joins the embedded database by itself, so that the last one alive stops it, even if we are killed.
        environment.pop("DATABASE_URL", None)
    return environment


def _prepare(environment: dict[str, str]) -> str:
    """
    Migrate and, in a demonstration, load the invented market; returns the first mail to send.

    In a process of its own, so that this one stays small: it needs no Django to watch over the others.
    """
    done = subprocess.run(  # noqa: S603  our own command line
        command_line("prepare"), env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, check=False
    )
    if done.returncode:
        raise Fault("The database could not be made ready.", code=WRONG_USAGE if done.returncode == WRONG_USAGE else 1)
    return done.stdout.decode("utf-8", "replace").strip()


async def _supervise(
    configuration: Configuration, embedded: EmbeddedDatabase | None, environment: dict[str, str], letter: str
) -> None:
    # Imported here because it brings much of asyncio's machinery, which no other command needs.
    from evenhand.cli.supervisor import Supervisor

    def announce(addresses: dict[str, str]) -> None:
        reach("up.ready")
        shown = [f"{name}={addresses[name]}" for name in ("http", "smtp", "lmtp") if name in addresses]
        click.echo(" ".join(["ready", *shown]))
        if letter:
            click.echo(f"\n{letter}")
        sys.stdout.flush()

    children = [Child(part, name, environment, _say) for part, name in _parts(configuration)]
    await Supervisor(children, embedded, _say).run(announce)


def _parts(configuration: Configuration) -> Iterator[tuple[str, str]]:
    if configuration.smtp or configuration.lmtp:
        yield from _numbered("listen", "listener", max(1, configuration.listeners))
    yield "web", "portal"
    yield from _numbered("work", "worker", configuration.workers or os.cpu_count() or 1)


def _numbered(part: str, name: str, count: int) -> Iterator[tuple[str, str]]:
    for number in range(1, count + 1):
        yield part, f"{name} {number}" if count > 1 else name


def _say(sentence: str) -> None:
    click.echo(sentence, err=True)


def settle(configuration: Configuration) -> None:
    """Keep the mail domain for the commands to come, and move to it what was issued before it was named."""
    # Imported here because it needs Django.
    from evenhand.conversations.actions import move_aliases
    from evenhand.relay.keys import first_keys

    keep_domain(configuration)
    first_keys(configuration)
    move_aliases(configuration.domain)


@click.command(hidden=True)
@data_flag
@demo_flag
def prepare() -> None:
    """Make the database ready for `up`, and print the first mail of a demonstration."""
    with installation(migrate=True) as configuration:
        settle(configuration)
        if configuration.demo:
            # Imported here because they need Django, and only a demonstration needs them.
            from django.utils import timezone

            from evenhand.demo.first_mail import first_mail
            from evenhand.demo.load import load

            load(now=timezone.now())
            click.echo(first_mail(configuration.smtp) or "")
