"""Runs an installation of Evenhand in a folder of its own, with orders imported, as an operator would start it."""

from __future__ import annotations

import contextlib
import csv
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psutil
import psycopg

from bench.mails import Pair
from bench.meter import Family
from bench.port import free_port
from evenhand.database import EmbeddedDatabase

__all__ = ["DOMAIN", "Installation", "fill", "find_pairs", "installation", "label", "write_orders"]

DOMAIN = "m.market.example"
_ORDERS = 500
_SELLERS = 20
_COLUMNS = (
    "order_id", "marketplace", "status", "placed_at", "shipped_at", "delivered_at", "buyer_email", "buyer_name",
    "buyer_locale", "seller_id", "seller_name", "seller_email", "sku", "asin", "title", "quantity",
)  # fmt: skip
_LEAVE_SECONDS = 40
# The order matters: PostgreSQL has workers of its own.
_GROUPS = (
    ("postgres", re.compile(r"\bpostgres\b")),
    ("guarded reader", re.compile(r"guard")),
    ("listener", re.compile(r"listen")),
    ("worker", re.compile(r"work")),
    ("web", re.compile(r"gunicorn|\bweb\b|wsgi|http ")),
)


@dataclass(frozen=True)
class Installation:
    """A running installation: its SMTP port, its processes, and who may write to which alias."""

    port: int
    family: Family
    pairs: tuple[Pair, ...]
    log: Path


def label(command: str) -> str:
    """
    Sort a process into a group by its command line; the words that are paths say nothing, wherever it is installed.

    >>> label("/work/bin/python -m evenhand.listener")
    'listener'
    >>> label("/opt/postgres/bin/postgres -D /srv/data")
    'postgres'
    """
    program, *words = command.split() or [""]
    told = " ".join([program.rpartition("/")[2], *(word for word in words if "/" not in word)])
    return next((name for name, pattern in _GROUPS if pattern.search(told)), "supervisor")


@contextmanager
def installation(
    folder: Path, sink: int, *, trusted: str = "127.0.0.0/8", surroundings: Mapping[str, str] | None = None
) -> Iterator[Installation]:
    """
    Import the orders, start everything, and stop it at the end; `surroundings` are further settings.

    Raises RuntimeError with what was printed if the program is missing or does not come up.
    """
    folder.mkdir(parents=True)
    data = folder / "data"
    orders = folder / "orders.csv"
    write_orders(orders)
    _run("import", "orders", str(orders), "--data", str(data))
    port, log = free_port(), folder / "log"
    process = _start(data, port, sink, log, trusted, surroundings or {})
    try:
        _await_ready(process, log)
        with EmbeddedDatabase(data) as database:
            pairs = find_pairs(database.url)
        yield Installation(port, Family(lambda: [process.pid, *_database(data)], label), pairs, log)
    finally:
        _stop(process)
        _stop_database(data)


def write_orders(path: Path) -> None:
    """Write orders of 500 buyers from 20 sellers as the CSV that is imported."""
    now = datetime.now(UTC).replace(microsecond=0)
    placed, shipped, delivered = (now - timedelta(days=days) for days in (6, 5, 3))
    with path.open("w", encoding="utf-8", newline="") as out:
        rows = csv.writer(out)
        rows.writerow(_COLUMNS)
        for number in range(_ORDERS):
            seller = number % _SELLERS
            rows.writerow((
                f"B-{number:05d}", "Market", "delivered", *(at.isoformat() for at in (placed, shipped, delivered)),
                f"buyer{number}@home{number % 50}.example", f"Buyer {number}", "en", f"S-{seller}", f"Shop {seller}",
                f"desk@shop{seller}.example", f"LAMP-{seller}", f"B0{seller:08d}", "Brass desk lamp", 1,
            ))  # fmt: skip


def fill(folder: Path) -> None:
    """Make the tables and import the orders in this process, once Django is set up; `folder` is for the file."""
    from django.core.management import call_command
    from django.utils import timezone

    from evenhand.conversations.actions import open_conversations
    from evenhand.orders.imports import import_orders

    call_command("migrate", verbosity=0)
    write_orders(folder / "orders.csv")
    import_orders(folder / "orders.csv", kind="csv", now=timezone.now(), after=open_conversations)


def _command() -> str:
    beside = Path(sys.executable).with_name("evenhand")
    if not beside.exists():
        raise RuntimeError(f"there is no {beside.name} command beside {Path(sys.executable).name}")
    return str(beside)


def _environment() -> dict[str, str]:
    # Settings of the caller's shell must not leak into what is measured.
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("EVENHAND_") and name not in {"DATABASE_URL", "DJANGO_SETTINGS_MODULE"}
    } | {
        "EVENHAND_DOMAIN": DOMAIN,
        "EVENHAND_MARKETPLACE": "Market",
        # A few authors say here what thousands say; they are counted all the same.
        **dict.fromkeys(("EVENHAND_CONVERSATION_HOURLY", "EVENHAND_CONVERSATION_DAILY"), "100000"),
        **dict.fromkeys(("EVENHAND_AUTHOR_HOURLY", "EVENHAND_AUTHOR_DAILY"), "100000"),
    }


def _run(*arguments: str) -> None:
    done = subprocess.run([_command(), *arguments], capture_output=True, text=True, check=False, env=_environment())
    if done.returncode:
        raise RuntimeError(f"evenhand {' '.join(arguments[:2])}: {(done.stderr or done.stdout).strip()[-2000:]}")


def _start(
    data: Path, port: int, sink: int, log: Path, trusted: str, surroundings: Mapping[str, str]
) -> subprocess.Popen[str]:
    command = [
        _command(), "up", "--data", str(data), "--http", f"127.0.0.1:{free_port()}", "--smtp", f"127.0.0.1:{port}",
        "--smarthost", f"127.0.0.1:{sink}", "--domain", DOMAIN, "--trust-peer", trusted,
    ]  # fmt: skip
    with log.open("w", encoding="utf-8") as errors:
        return subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            start_new_session=True,
            env=_environment() | dict(surroundings),
        )


def _await_ready(process: subprocess.Popen[str], log: Path) -> None:
    assert process.stdout is not None
    # A program that hangs before it is ready must not hang us; the end of its output ends the loop below.
    alarm = threading.Timer(120, process.kill)
    alarm.start()
    try:
        if not any(line.startswith("ready") for line in process.stdout):
            raise RuntimeError(f"evenhand up did not become ready: {log.read_text('utf-8')[-2000:]}")
    finally:
        alarm.cancel()
    # Whatever it prints later must be read, lest a full pipe stop it.
    threading.Thread(target=process.stdout.read, daemon=True).start()


def _database(data: Path) -> list[int]:
    try:
        return [int((data / "postgres/postmaster.pid").read_text("ascii").splitlines()[0])]
    except (FileNotFoundError, ValueError, IndexError):
        return []


def find_pairs(url: str) -> tuple[Pair, ...]:
    """Each buyer's mailbox with the alias of the seller."""
    with psycopg.connect(url) as connection:
        rows = connection.execute(
            """
            SELECT address.address, alias.local_part || '@' || alias.domain
            FROM evenhand_alias alias
            JOIN evenhand_conversation conversation ON conversation.id = alias.conversation_id
            JOIN evenhand_address address ON address.participant_id = conversation.buyer_id
            WHERE alias.participant_id = conversation.seller_id AND alias.retired_at IS NULL
            ORDER BY address.address
            """
        ).fetchall()
    return tuple(Pair(writer, alias) for writer, alias in rows)


def _stop(process: subprocess.Popen[str]) -> None:
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(_LEAVE_SECONDS)
    except subprocess.TimeoutExpired:
        # Its whole session was started by us, so nobody else's process can be hit.
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _stop_database(data: Path) -> None:
    """Stop a database that outlived a killed program."""
    for pid in _database(data):
        with contextlib.suppress(psutil.NoSuchProcess, psutil.TimeoutExpired):
            server = psutil.Process(pid)
            # SIGINT is PostgreSQL's fast shutdown: it ends its sessions and writes everything out.
            server.send_signal(signal.SIGINT)
            server.wait(_LEAVE_SECONDS)
