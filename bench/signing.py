"""Measures what signing costs a mail: ours and dkimpy's, RSA and Ed25519, small mails and large."""

from __future__ import annotations

import argparse
import gc
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from tempfile import gettempdir

import dkim
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from bench import report
from bench.machine import look_at
from evenhand.mail.compose import Draft, File, compose
from evenhand.mail.identity import identities
from evenhand.mail.signature import SIGNED_FIELDS, SigningKey, sign
from evenhand.relay.egress import Protected, inspect

_DOMAIN = "m.market.example"
_TEXT = "Thank you, the lamp came on Tuesday and is as I hoped.\n" * 20


def _mail(size: int = 0) -> bytes:
    files = [File("lamp.pdf", "application/pdf", bytes(range(256)) * (size // 256))] if size else []
    draft = Draft(
        "Ada", f"a@{_DOMAIN}", "Ben", f"b@{_DOMAIN}", "The lamp", datetime.now(UTC), f"m@{_DOMAIN}", _TEXT,
        f"<p>{_TEXT}</p>", files,
    )  # fmt: skip
    return compose(draft, "a-boundary-of-some-length")


def _ways() -> list[tuple[str, int, Callable[[], object]]]:
    now = datetime.now(UTC)
    private = generate_private_key(65537, 2048)
    rsa = SigningKey(_DOMAIN, "s1", private)
    ed25519 = SigningKey(_DOMAIN, "s2", Ed25519PrivateKey.generate())
    pem = private.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
    small, large = _mail(), _mail(5 * 1024 * 1024)
    signed = sign(small, [rsa], now)
    protected = Protected(identities(("ada@home.example",), allowed=(_DOMAIN,)))
    form = (b"relaxed", b"relaxed")

    def by_dkimpy() -> object:
        present = [name for name in SIGNED_FIELDS if b"\r\n" + name in small.lower() or name == b"from"]
        return dkim.sign(
            small, b"s1", _DOMAIN.encode(), pem, canonicalize=form, include_headers=[*SIGNED_FIELDS, *present]
        )

    return [
        ("RSA-2048", 300, lambda: sign(small, [rsa], now)),
        ("Ed25519", 300, lambda: sign(small, [ed25519], now)),
        ("both", 300, lambda: sign(small, [rsa, ed25519], now)),
        ("RSA-2048, with a file of 5 MiB", 5, lambda: sign(large, [rsa], now)),
        ("RSA-2048 by dkimpy, for comparison", 20, by_dkimpy),
        ("the search of the finished mail, unsigned", 300, lambda: inspect(small, protected)),
        ("the search of the finished mail, signed", 300, lambda: inspect(signed, protected)),
    ]


def measure(rounds: int) -> dict[str, float]:
    """Seconds of processor time for each mail: the median of the rounds."""
    found = {}
    for name, times, way in _ways():
        taken = []
        for _ in range(rounds):
            gc.collect()
            began = time.process_time()
            for _ in range(times):
                way()
            taken.append((time.process_time() - began) / times)
        found[name] = median(taken)
    return found


def describe(found: dict[str, float], size: int) -> str:
    """Write the section of the page."""
    rows = [[name, f"{seconds * 1e6:,.0f} µs", f"{seconds * 1e3:,.2f} s"] for name, seconds in found.items()]
    return "\n\n".join((
        f"Measured on {look_at(Path(gettempdir()))}. Command: `{report.command_line('bench.signing')}`.",
        report.table([f"a mail of {size:,} bytes", "processor time", "for 1,000 mails"], rows),
    ))  # fmt: skip


def main() -> int:
    """Measure, and put the figures into the page unless it was a quick look."""
    parser = argparse.ArgumentParser(prog="python -m bench.signing", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer rounds; the page stays as it is")
    asked = parser.parse_args()
    text = describe(measure(3 if asked.quick else 15), len(_mail()))
    print(text)
    if not asked.quick:
        report.insert("signing", text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
