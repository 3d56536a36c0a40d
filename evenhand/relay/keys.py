"""Keeps the keys our mail is signed with: made here, one file a domain, for their owner's eyes alone."""

from __future__ import annotations

import json
import logging
import os
import tempfile
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, get_args

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from evenhand.configuration import Configuration
from evenhand.mail.address import domain_of
from evenhand.mail.signature import SIGNATURE_LIFE, PrivateKey, SigningKey, key_record, selector_of

__all__ = [
    "Damaged", "Kept", "State", "domains", "first_keys", "folder", "forget", "is_local", "keys_of", "read", "rotate",
    "signing_keys", "switch",
]  # fmt: skip

_log = logging.getLogger(__name__)

State = Literal["next", "signing", "retired"]
"""A key signs only after its record is out (`next`), and its record stays until its last signature is old."""

RSA_BITS = 2048
LOOK_SECONDS = 2.0
"""How old a worker's knowledge of the keys may be."""

_LOCAL = ("localhost", "local", "test", "invalid", "internal")


@dataclass(frozen=True, slots=True)
class Kept:
    """A key of ours, how far its life has come, and since when."""

    private: PrivateKey
    state: State
    since: datetime

    def __repr__(self) -> str:
        return f"Kept({self.selector!r}, {self.state!r}, {self.since:%Y-%m-%d})"

    @property
    def selector(self) -> str:
        """The name its record has below `_domainkey`."""
        return selector_of(self.private)

    @property
    def algorithm(self) -> str:
        """Of `rsa` and `ed25519` one."""
        return "rsa" if isinstance(self.private, RSAPrivateKey) else "ed25519"

    @property
    def record(self) -> str:
        """What its TXT record must say."""
        return key_record(self.private)

    def may_be_forgotten(self, now: datetime) -> bool:
        """Whether none of its signatures can still be on its way."""
        return self.state == "retired" and now - self.since > SIGNATURE_LIFE


@dataclass(frozen=True, slots=True)
class Damaged:
    """The keys of a domain are there but cannot be used; `reason` is for the operator and holds nothing of them."""

    reason: str


def folder(configuration: Configuration) -> Path:
    """Where the keys are: `<data>/dkim`, or where the setting says."""
    return Path(configuration.dkim_keys).expanduser() if configuration.dkim_keys else configuration.data / "dkim"


def domains(configuration: Configuration) -> list[str]:
    """Every domain there are keys of, in order."""
    return sorted(path.name.removesuffix(".json") for path in folder(configuration).glob("[!.]*.json"))


def read(configuration: Configuration, domain: str) -> tuple[Kept, ...] | Damaged:
    """Read the keys of a domain; none if none were made. Never raises."""
    path = _path(configuration, domain)
    try:
        rows = json.loads(path.read_bytes())["keys"]
        return tuple(_kept(row) for row in rows)
    except FileNotFoundError:
        return ()
    except OSError as error:
        return Damaged(f"{path} cannot be read: {error.strerror}")
    except (ValueError, TypeError, KeyError, UnsupportedAlgorithm):
        return Damaged(f"{path} does not hold what was written there")


def first_keys(configuration: Configuration, *, ed25519: bool = False, now: datetime | None = None) -> None:
    """
    Make the installation's first key for its mail domain, if it has none and the domain is one others can look up.

    Two programs may start at once: the first one's key stands. Raises OSError if the folder cannot be written.
    """
    domain = configuration.domain
    if not configuration.dkim or is_local(domain) or _path(configuration, domain).exists():
        return
    _write(configuration, domain, _pair("signing", now or datetime.now(UTC), ed25519=ed25519), replacing=False)


def rotate(
    configuration: Configuration, domain: str, *, ed25519: bool, now: datetime | None = None
) -> tuple[Kept, ...] | Damaged:
    """Make the keys that will sign next, unless they wait already; returns all of the domain. Raises OSError."""
    kept = read(configuration, domain)
    if isinstance(kept, Damaged) or any(one.state == "next" for one in kept):
        return kept
    # The first key has nothing to overlap with.
    state: State = "next" if kept else "signing"
    kept = (*kept, *_pair(state, now or datetime.now(UTC), ed25519=ed25519))
    _write(configuration, domain, kept)
    return kept


def switch(configuration: Configuration, domain: str, *, now: datetime | None = None) -> tuple[Kept, ...] | Damaged:
    """Let the waiting keys sign and retire those that did, in one step for all programs. Raises OSError."""
    kept = read(configuration, domain)
    if isinstance(kept, Damaged) or not any(one.state == "next" for one in kept):
        return kept
    at = now or datetime.now(UTC)
    moves: dict[State, State] = {"next": "signing", "signing": "retired"}
    kept = tuple(replace(one, state=moves[one.state], since=at) if one.state in moves else one for one in kept)
    _write(configuration, domain, kept)
    return kept


def forget(configuration: Configuration, domain: str, *, now: datetime | None = None) -> tuple[Kept, ...] | Damaged:
    """Delete retired keys whose signatures have all expired; returns those deleted. Raises OSError."""
    kept = read(configuration, domain)
    if isinstance(kept, Damaged):
        return kept
    at = now or datetime.now(UTC)
    gone = tuple(one for one in kept if one.may_be_forgotten(at))
    if gone:
        _write(configuration, domain, [one for one in kept if one not in gone])
    return gone


def signing_keys(configuration: Configuration, domain: str) -> tuple[SigningKey, ...] | Damaged:
    """Give the keys that sign for a domain now, read from the disk."""
    kept = read(configuration, domain)
    return kept if isinstance(kept, Damaged) else _signing(domain, kept)


def keys_of(configuration: Configuration, domain: str) -> tuple[SigningKey, ...]:
    """
    Give the keys that sign for a domain, as they were within the last two seconds; none if there are none.

    Keys that cannot be read are told in the log, and mail goes on without a signature, as it does before there are
    keys: the next server may sign.
    """
    if not configuration.dkim:
        return ()
    path = _path(configuration, domain)
    known = _known.get(path)
    at = time.monotonic()
    if known is not None and at - known.looked < LOOK_SECONDS:
        return known.keys
    stamp = _stamp(path)
    if known is None or known.stamp != stamp:
        found = signing_keys(configuration, domain)
        if isinstance(found, Damaged):
            _log.error("mail of %s goes unsigned: %s", domain, found.reason)
            found = ()
        known = _Known(at, stamp, found)
    _known[path] = replace(known, looked=at)
    return known.keys


def is_local(domain: str) -> bool:
    """Whether a domain is a name of this machine or network only, which nobody elsewhere can look up (RFC 6761)."""
    return domain.rpartition(".")[2] in _LOCAL


@dataclass(frozen=True, slots=True)
class _Known:
    looked: float
    stamp: tuple[int, int, int] | None
    keys: tuple[SigningKey, ...]


_known: dict[Path, _Known] = {}


def _stamp(path: Path) -> tuple[int, int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size


def _signing(domain: str, kept: Iterable[Kept]) -> tuple[SigningKey, ...]:
    return tuple(SigningKey(domain, one.selector, one.private) for one in kept if one.state == "signing")


def _path(configuration: Configuration, domain: str) -> Path:
    # Never a path from elsewhere: a domain has no slash.
    if domain_of(f"x@{domain}") != domain:
        raise ValueError("not a domain")
    return folder(configuration) / f"{domain}.json"


def _pair(state: State, at: datetime, *, ed25519: bool) -> tuple[Kept, ...]:
    made: list[PrivateKey] = [generate_private_key(65537, RSA_BITS)]
    if ed25519:
        made.append(Ed25519PrivateKey.generate())
    return tuple(Kept(one, state, at) for one in made)


def _kept(row: dict[str, Any]) -> Kept:
    private = load_pem_private_key(row["private"].encode("ascii"), password=None)
    if not isinstance(private, RSAPrivateKey | Ed25519PrivateKey):
        raise TypeError("a key of another kind")
    if row["state"] not in get_args(State):
        raise ValueError("a state nobody knows")
    return Kept(private, row["state"], datetime.fromisoformat(row["since"]))


def _row(kept: Kept) -> dict[str, str]:
    private = kept.private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return {
        "selector": kept.selector,
        "state": kept.state,
        "since": kept.since.isoformat(),
        "private": private.decode("ascii"),
    }


def _write(configuration: Configuration, domain: str, kept: Sequence[Kept], *, replacing: bool = True) -> None:
    """Put the keys in place whole or not at all, durably."""
    path = _path(configuration, domain)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    content = json.dumps({"keys": [_row(one) for one in kept]}, indent=1)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".keys-")
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(content + "\n")
            file.flush()
            os.fsync(file.fileno())
        if replacing:
            Path(temporary).replace(path)
        else:
            try:
                os.link(temporary, path)
            except FileExistsError:
                return
    finally:
        Path(temporary).unlink(missing_ok=True)
    directory = os.open(path.parent, os.O_RDONLY)
    try:
        # The name is durable only with its folder.
        os.fsync(directory)
    finally:
        os.close(directory)
