"""A whole installation in processes of its own, as an operator starts it, with orders imported."""

import contextlib
import csv
import io
import json
import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import ClassVar

import psutil
import psycopg

DOMAIN = "m.market.example"
PATIENCE = 40
COLUMNS = (
    "order_id", "marketplace", "status", "placed_at", "shipped_at", "delivered_at", "buyer_email", "buyer_name",
    "buyer_locale", "seller_id", "seller_name", "seller_email", "sku", "asin", "title", "quantity",
)  # fmt: skip


@dataclass(frozen=True)
class Order:
    """An order with its conversation: `to_seller` is where the buyer writes, `to_buyer` where the seller does."""

    number: str
    conversation: str
    to_seller: str
    to_buyer: str


def until(true, what, seconds=PATIENCE):
    """Ask again and again, since other processes cannot call us back; gives the answer."""
    deadline = time.monotonic() + seconds
    while not (found := true()):
        assert time.monotonic() < deadline, f"{what} did not come true in {seconds} seconds"
        time.sleep(0.02)
    return found


class House:
    """
    An installation in a folder.

    It keeps its folder when it is stopped, so that it can be started again; what it says on the standard error goes to
    `log`.
    """

    made: ClassVar = []

    def __init__(self, folder, pairs, **settings):
        self.data, self.log = folder / "data", folder / "log"
        self.settings = {
            "EVENHAND_DATA": str(self.data),
            "EVENHAND_DOMAIN": DOMAIN,
            "EVENHAND_MARKETPLACE": "Market",
            "EVENHAND_HTTP": "127.0.0.1:0",
            "EVENHAND_SMTP": "127.0.0.1:0",
            # The cast says in a minute what people say in days.
            **dict.fromkeys(("EVENHAND_CONVERSATION_HOURLY", "EVENHAND_CONVERSATION_DAILY"), "0"),
            **dict.fromkeys(("EVENHAND_AUTHOR_HOURLY", "EVENHAND_AUTHOR_DAILY"), "0"),
            **{f"EVENHAND_{name.upper()}": str(value) for name, value in settings.items()},
        }
        self.process = None
        self.addresses = {}
        folder.mkdir(parents=True, exist_ok=True)
        self.log.touch()
        self.made.append(self)
        orders = folder / "orders.csv"
        orders.write_text(_sheet(pairs), "utf-8")
        self.command("import", "orders", orders)

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        """Leave nothing behind, however the tests ended."""
        relatives = self.processes()
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(PATIENCE)
        for one in relatives:
            with contextlib.suppress(psutil.NoSuchProcess):
                one.kill()
        psutil.wait_procs(relatives, timeout=PATIENCE)

    def start(self):
        """Start everything, and wait until it answers."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "evenhand", "up"], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=log,
                text=True, env=self._environment(), start_new_session=True,
            )  # fmt: skip
        line = next((line for line in self.process.stdout if line.startswith("ready")), "")
        assert line, f"it did not become ready: {self.log.read_text('utf-8')[-2000:]}"
        threading.Thread(target=_drain, args=(self.process.stdout,), daemon=True).start()
        self.addresses = dict(word.split("=", 1) for word in line.split()[1:])
        # Should it be started again, it is to be found where it was.
        self.settings |= {f"EVENHAND_{name.upper()}": where for name, where in self.addresses.items()}
        return self

    def stop(self):
        """Ask it to end; gives the exit code and the seconds it took."""
        began = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(PATIENCE), time.monotonic() - began

    def command(self, *words, code=0):
        """Run a command on it to its end, which it must come to with this exit code; gives what it printed."""
        done = subprocess.run(
            [sys.executable, "-m", "evenhand", *map(str, words)], capture_output=True, text=True, timeout=PATIENCE,
            check=False, env=self._environment(), stdin=subprocess.DEVNULL,
        )  # fmt: skip
        assert done.returncode == code, done.stderr
        return done.stdout

    def told(self, order):
        """What the operator's program reads of an order's conversation."""
        return json.loads(self.command("messages", "--order", order.number, "--json"))

    def _environment(self):
        kept = {name: value for name, value in os.environ.items() if not name.startswith("EVENHAND_")}
        for name in ("DATABASE_URL", "DJANGO_SETTINGS_MODULE", "PGAPPNAME"):
            kept.pop(name, None)
        return kept | self.settings

    def door(self, name="smtp"):
        """Host and port where it takes mail or shows pages."""
        host, _, port = self.addresses[name].rpartition(":")
        return host, int(port)

    def processes(self, part=""):
        """Its living processes; of one part, those that run it."""
        if self.process is None or self.process.poll() is not None:
            return []
        with contextlib.suppress(psutil.NoSuchProcess):
            children = psutil.Process(self.process.pid).children(recursive=not part)
            return [one for one in children if not part or part in one.cmdline()]
        return []

    def postmaster(self):
        """The embedded database's first process, or None while it is away."""
        with contextlib.suppress(FileNotFoundError, IndexError, ValueError, psutil.NoSuchProcess):
            return psutil.Process(int((self.data / "postgres/postmaster.pid").read_text("ascii").splitlines()[0]))
        return None

    def query(self, statement, *parameters):
        """Ask the database itself, for what no command tells, or for what a test must arrange."""
        note = (self.data / "postgres/postmaster.pid").read_text("ascii").splitlines()
        with psycopg.connect(
            f"host={note[4].strip()} port={note[3].strip()} user=postgres dbname=postgres", autocommit=True
        ) as connection:
            cursor = connection.execute(statement, parameters)
            return cursor.fetchall() if cursor.description else []

    def orders(self):
        """Every order, by its number."""
        rows = self.query(
            """
            SELECT orders.number, conversation.id::text, seller.local_part || '@' || seller.domain,
                   buyer.local_part || '@' || buyer.domain
            FROM evenhand_order orders
            JOIN evenhand_conversation conversation ON conversation.order_id = orders.id
            JOIN evenhand_alias seller ON seller.conversation_id = conversation.id
                 AND seller.participant_id = conversation.seller_id
            JOIN evenhand_alias buyer ON buyer.conversation_id = conversation.id
                 AND buyer.participant_id = conversation.buyer_id
            ORDER BY orders.number
            """
        )
        return {row[0]: Order(*row) for row in rows}


def _drain(pipe):
    with pipe:
        for _ in pipe:
            pass


def _sheet(pairs):
    """The marketplace's file: one order for each pair of a buyer and a seller."""
    now = datetime.now(UTC).replace(microsecond=0)
    placed, shipped, delivered = ((now - timedelta(days=days)).isoformat() for days in (6, 5, 3))
    out = io.StringIO(newline="")
    rows = csv.writer(out)
    rows.writerow(COLUMNS)
    for number, (buyer, seller) in enumerate(pairs, 1):
        rows.writerow((
            f"W-{number:03}", "Market", "delivered", placed, shipped, delivered, buyer.address, buyer.name, "en",
            f"S-{seller.address.partition('@')[0].upper()}", seller.name, seller.address, "LAMP-1", "B000000001",
            "Brass desk lamp", 1,
        ))  # fmt: skip
    return out.getvalue()
