"""Measures the portal's pages with a thousand and with a million messages stored: queries, and time."""

from __future__ import annotations

import argparse
import signal
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles
from typing import TYPE_CHECKING, Any, NoReturn
from urllib.parse import quote_plus

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from bench import report
from bench.embedded import embedded
from bench.machine import look_at
from bench.population import PER_CONVERSATION, Population, populate

if TYPE_CHECKING:
    from django.test import Client

_SMALL, _LARGE, _QUICK_LARGE = 1_000, 1_000_000, 40_000
_ROUNDS = 10
_LIMIT = 1.5
"""The promise: less than half as much time again."""


@dataclass(frozen=True)
class Page:
    """A page as one kind of person sees it. Only of the promised ones does the documentation claim anything."""

    name: str
    viewer: str
    address: str
    promised: bool = False


_PAGES = (
    Page("inbox of the largest seller", "seller_user", "/", promised=True),
    Page("a conversation, seller", "seller_user", "/conversations/{conversation}/", promised=True),
    Page("inbox of a buyer", "buyer_user", "/", promised=True),
    Page("a conversation, buyer", "buyer_user", "/conversations/{conversation}/", promised=True),
    Page("seller: needs reply", "seller_user", "/?show=reply"),
    Page("seller: unread", "seller_user", "/?show=unread"),
    Page("seller: search for an order", "seller_user", "/?q={number}"),
    Page("seller: search for a name", "seller_user", "/?q={name}"),
    Page("inbox of the operator", "operator_user", "/"),
)


@dataclass(frozen=True)
class Timing:
    """A page at one size: how many queries it makes, and how long it takes in seconds."""

    queries: int
    times: tuple[float, ...]

    @property
    def typical(self) -> float:
        """The median."""
        return median(self.times)

    @property
    def slow(self) -> float:
        """What one request in twenty exceeds."""
        return quantiles(self.times, n=20)[-1]


@dataclass(frozen=True)
class Figures:
    """One page at both sizes."""

    page: Page
    small: Timing
    large: Timing

    @property
    def ratio(self) -> float:
        """How many times as long the page takes at the large size."""
        return self.large.typical / self.small.typical

    @property
    def holds(self) -> bool:
        """Whether the promise is kept."""
        return self.small.queries == self.large.queries and self.ratio < _LIMIT


class Store:
    """One populated database that Django's own connection can be turned to."""

    def __init__(self, url: str, messages: int) -> None:
        self._name = f"messages_{messages}"
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(self._name)))
        self._migrate()
        self.population: Population = populate(make_conninfo(url, dbname=self._name), messages)
        self._clients: dict[str, Client] = {}

    def turn_to(self) -> None:
        """Let all pages read this database from now on."""
        from django.db import connection

        connection.close()
        connection.close_pool()  # type: ignore[attr-defined]
        connection.settings_dict["NAME"] = self._name

    def _migrate(self) -> None:
        from django.core.management import call_command

        self.turn_to()
        call_command("migrate", verbosity=0)

    def client(self, page: Page) -> Client:
        """A browser with the viewer of the page signed in. Call `turn_to` first."""
        from django.test import Client

        from evenhand.participants.models import User

        if page.viewer not in self._clients:
            client = self._clients[page.viewer] = Client(headers={"host": "localhost"})
            client.force_login(User.objects.get(id=getattr(self.population, page.viewer)))
        return self._clients[page.viewer]

    def address(self, page: Page) -> str:
        """The address of the page."""
        known = self.population
        return page.address.format(
            conversation=known.conversation, number=known.number, name=quote_plus(known.buyer_name)
        )


def measure(small: Store, large: Store, rounds: int, requests: int) -> list[Figures]:
    """Ask for every page at both sizes in turn, so that whatever disturbs the machine disturbs both."""
    times: dict[tuple[Page, Store], list[float]] = {(page, store): [] for page in _PAGES for store in (small, large)}
    queries: dict[tuple[Page, Store], int] = {}
    for _ in range(rounds):
        for store in (small, large):
            store.turn_to()
            for page in _PAGES:
                # Also the first request after the turn, which opens a connection, and is not timed.
                queries[page, store] = _queries(store, page)
                times[page, store] += _times(store, page, requests)
    return [
        Figures(page, *(Timing(queries[page, store], tuple(times[page, store])) for store in (small, large)))
        for page in _PAGES
    ]


def _queries(store: Store, page: Page) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = store.client(page)
    _ask(client, store.address(page))
    with CaptureQueriesContext(connection) as captured:
        _ask(client, store.address(page))
    return len(captured)


def _times(store: Store, page: Page, requests: int) -> Iterator[float]:
    client, address = store.client(page), store.address(page)
    for _ in range(requests):
        began = time.perf_counter()
        _ask(client, address)
        yield time.perf_counter() - began


def _ask(client: Client, address: str) -> None:
    answer = client.get(address)
    if answer.status_code != 200:
        raise RuntimeError(f"{address} answered {answer.status_code}")


def describe(found: Iterable[Figures], sizes: tuple[int, int], requests: int, where: str) -> str:
    """Write the section of the page."""
    small, large = (f"{size:,}" for size in sizes)
    head = ["page", "queries", f"{small}: median", "p95", f"{large}: median", "p95", "ratio"]
    method = (
        f"{requests} requests for each page and size, in turn, by Django's test client in one process; "
        f"{PER_CONVERSATION} messages in a conversation, two of five conversations with the largest seller. The first "
        "four pages are those of which the promise speaks; the others are given so that nobody need guess "
        "(in the small population they show fewer rows, having fewer)."
    )
    parts = [
        f"Measured on {where}. Command: `{report.command_line('bench.portal')}`.",
        method,
        report.table(head, (_row(one) for one in found)),
        "![Time of each page at both sizes](benchmarks/portal.png)",
    ]
    return "\n\n".join(parts)


def _row(one: Figures) -> list[str]:
    counts = dict.fromkeys((one.small.queries, one.large.queries))
    times = (one.small.typical, one.small.slow, one.large.typical, one.large.slow)
    ratio = f"{one.ratio:.2f}"
    return [
        one.page.name,
        " → ".join(map(str, counts)),
        *(f"{seconds * 1000:.1f} ms" for seconds in times),
        f"**{ratio}**" if one.page.promised else ratio,
    ]


def plot(found: list[Figures], sizes: tuple[int, int]) -> Any:
    """Draw the median of each page at both sizes, with a line up to the 95th percentile."""
    import matplotlib as mpl

    mpl.use("Agg")
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(figsize=(8, 4), layout="constrained")
    for shift, size, colour, timings in (
        (-0.2, sizes[0], report.ORANGE, [one.small for one in found]),
        (0.2, sizes[1], report.BLUE, [one.large for one in found]),
    ):
        typical = [one.typical * 1000 for one in timings]
        above = [(one.slow - one.typical) * 1000 for one in timings]
        places = [at + shift for at in range(len(found))]
        axes.barh(places, typical, 0.4, xerr=[[0] * len(above), above], color=colour, label=f"{size:,} messages")
    axes.set_yticks(range(len(found)), [one.page.name for one in found])
    axes.invert_yaxis()
    axes.set(title="Time to make a page (median, line to the 95th percentile)", xlabel="milliseconds", ylabel="page")
    axes.legend()
    return figure


def _interrupted(*_: object) -> NoReturn:
    raise KeyboardInterrupt


def main() -> int:
    """Measure, say whether the promise holds, and put the figures into the page unless it was a quick look."""
    parser = argparse.ArgumentParser(prog="python -m bench.portal", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a smaller population; the page stays as it is")
    parser.add_argument("--requests", type=int, default=20, help="of each page in each of ten rounds")
    asked = parser.parse_args()
    sizes = (_SMALL, _QUICK_LARGE if asked.quick else _LARGE)
    rounds = 2 if asked.quick else _ROUNDS
    signal.signal(signal.SIGTERM, _interrupted)
    try:
        with embedded() as url:
            small, large = (Store(url, size) for size in sizes)
            found = measure(small, large, rounds, asked.requests)
            where = str(look_at(Path(tempfile.gettempdir())))
    except KeyboardInterrupt:
        return 130
    text = describe(found, sizes, rounds * asked.requests, where)
    print(text)
    if not asked.quick:
        report.insert("portal", text)
        report.save(plot(found, sizes), "portal")
    broken = [one.page.name for one in found if one.page.promised and not one.holds]
    print(f"the promise is broken by: {', '.join(broken)}" if broken else "the promise holds", file=sys.stderr)
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
