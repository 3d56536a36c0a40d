"""Learns and keeps which exchangers a domain promises to serve by TLS with a good certificate: MTA-STS (RFC 8461)."""

from __future__ import annotations

import contextlib
import json
import os
import re
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from evenhand.connectors.dns import Answer, Found

__all__ = ["Policies", "Policy", "read_policy", "record_id"]

LONGEST_AGE = 31_557_600
"""Seconds; RFC 8461 §3.2."""

MX_LIMIT = 100
_ID = re.compile(r"[A-Za-z0-9]{1,32}\Z")
_HOST = re.compile(r"(?:\*\.)?[a-z0-9_-]+(?:\.[a-z0-9_-]+)+\Z")
_MODES = ("enforce", "testing", "none")

Fetch = Callable[[str], Awaitable[bytes | None]]
"""Gives the bytes of a domain's policy file, or None if they cannot be had in the way the RFC demands."""


@dataclass(frozen=True, slots=True)
class Policy:
    """What a domain promises; `until` is a Unix time."""

    id: str
    mode: str
    mx: tuple[str, ...]
    until: int

    def covers(self, host: str) -> bool:
        """
        Whether a host is one of those promised; a `*` stands for one label, the first (RFC 8461 §4.1).

        >>> Policy("1", "enforce", ("*.home.example",), 0).covers("mx.home.example")
        True
        """
        host = host.lower().rstrip(".")
        return any(
            host == pattern or (pattern.startswith("*.") and host.partition(".")[2] == pattern[2:])
            for pattern in self.mx
        )


def record_id(answer: Answer) -> str:
    """Give the id of the policy a TXT record announces; empty if there is none, or more than one (RFC 8461 §3.1)."""
    texts = answer.records if isinstance(answer, Found) else ()
    records = [text for text in texts if re.match(r"v=STSv1\s*;", text)]
    if len(records) != 1:
        return ""
    fields = dict(part.strip().partition("=")[::2] for part in records[0].split(";") if part.strip())
    found = fields.get("id", "").strip()
    return found if _ID.match(found) else ""


def read_policy(content: bytes, policy_id: str, now: int) -> Policy | None:
    """Read a policy file (RFC 8461 §3.2); None if it is not one to be obeyed."""
    try:
        lines = content.decode("utf-8").replace("\r\n", "\n").split("\n")
    except UnicodeDecodeError:
        return None
    fields: dict[str, list[str]] = {}
    for line in lines:
        name, colon, value = line.partition(":")
        if line.strip() and not colon:
            return None
        fields.setdefault(name.strip(), []).append(value.strip())
    mode, age = fields.get("mode", [""])[0], fields.get("max_age", [""])[0]
    hosts = tuple(value.lower().rstrip(".") for value in fields.get("mx", ()))
    good = (
        fields.get("version", [""])[0] == "STSv1"
        and mode in _MODES
        and re.fullmatch(r"[0-9]{1,10}", age) is not None
        and len(hosts) <= MX_LIMIT
        and all(_HOST.match(host) for host in hosts)
        and (bool(hosts) or mode == "none")
    )
    return Policy(policy_id, mode, hosts, now + min(int(age), LONGEST_AGE)) if good else None


class Policies:
    """
    The policies we know, kept in a folder that all workers share, each as long as it says (`max_age`).

    A policy stays in force when its record or its file cannot be had any more: else an attacker need only hide them.
    """

    def __init__(self, folder: Path, fetch: Fetch) -> None:
        self._folder = folder
        self._fetch = fetch

    async def of(self, domain: str, announced: Answer) -> Policy | None:
        """Give the policy in force for a domain, fetched anew if its record names another one."""
        known = self._kept(domain)
        wanted = record_id(announced)
        if not wanted or (known is not None and known.id == wanted):
            return known
        content = await self._fetch(domain)
        found = read_policy(content, wanted, int(time.time())) if content is not None else None
        if found is None:
            return known
        self._keep(domain, found)
        return found

    def _kept(self, domain: str) -> Policy | None:
        try:
            row = json.loads((self._folder / f"{domain}.json").read_bytes())
            policy = Policy(str(row["id"]), str(row["mode"]), tuple(map(str, row["mx"])), int(row["until"]))
        except (OSError, ValueError, TypeError, KeyError):
            return None
        return policy if policy.until > time.time() else None

    def _keep(self, domain: str, policy: Policy) -> None:
        # A folder that cannot be written costs a fetch for each look, and no mail.
        with contextlib.suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True)
            handle, temporary = tempfile.mkstemp(dir=self._folder, prefix=".policy-")
            with os.fdopen(handle, "w", encoding="ascii") as file:
                json.dump(asdict(policy), file)
            Path(temporary).replace(self._folder / f"{domain}.json")
