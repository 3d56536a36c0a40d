"""Examines an installation: the machine, the database, the names in the DNS, the ways in and out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from urllib.parse import unquote, urlsplit

from evenhand.configuration import Configuration
from evenhand.connectors.dns import Resolver
from evenhand.connectors.exchanger.destination import Limits
from evenhand.connectors.exchanger.fetch import Fetcher
from evenhand.doctor import database, limits, machine, names, scanner, ways
from evenhand.doctor.check import Check

__all__ = ["Check", "examine"]


def examine(
    configuration: Configuration, *, resolver: Resolver | None = None, now: datetime | None = None, probed: bool = False
) -> Iterator[Check]:
    """
    Look at everything an operator can have got wrong, and yield each finding as soon as it is known.

    Changes nothing, sends no mail, prints no secret. Never raises: what cannot be looked at is a finding too. Takes up
    to a minute where name servers or the smarthost are silent. How the last probe of the smarthost ended is left out
    if a new one follows (`probed`).
    """
    at = now or datetime.now(UTC)
    asked = resolver or Resolver(nameserver=configuration.nameserver)
    fetcher = Fetcher(asked, Limits(allowed=configuration.private_exchangers))
    parts: dict[str, Callable[[], Iterable[Check]]] = {
        "machine": partial(machine.examine, configuration, at),
        "limits": partial(limits.examine, configuration),
        "database": partial(database.examine, configuration),
        "names": partial(names.examine, configuration, asked.inquiry(), fetcher.fetch_now),
        "scanner": partial(scanner.examine, configuration),
        "ways": partial(ways.examine, configuration, at, probed=probed),
    }
    for name, part in parts.items():
        for check in _guarded(name, part):
            yield _redacted(check, configuration)


def _guarded(name: str, part: Callable[[], Iterable[Check]]) -> Iterator[Check]:
    try:
        yield from part()
    except Exception as error:  # noqa: BLE001  the doctor must come to the end whatever is broken
        yield Check(name, "fail", f"The rest of this part could not be examined: {type(error).__name__}: {error}")


def _redacted(check: Check, configuration: Configuration) -> Check:
    """Take the secrets out of a finding: messages of libraries are not ours to trust."""
    password = urlsplit(configuration.database_url).password or ""
    secrets = [configuration.secret_key, configuration.smarthost_password, password, unquote(password)]
    found, mend = check.found, check.mend
    for secret in filter(None, secrets):
        found, mend = found.replace(secret, "…"), mend.replace(secret, "…")
    return replace(check, found=found, mend=mend)
