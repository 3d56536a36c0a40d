"""What the server in front found out about a mail's author, as far as its word can be told from a sender's."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from evenhand.mail.address import domain_of
from evenhand.mail.authentication import AuthenticationResult
from evenhand.mail.authentication_results import FIELD_LIMIT, Result, read_authentication_results

__all__ = ["Claim", "claims_of_front", "settle"]

Method = Literal["dkim", "spf", "dmarc"]

BLOCK_BYTES = 64 * 1024
"""How much of the header is looked at: what a server in front adds stands at the very top."""

_FIELD = re.compile(rb"([!-9;-~]{1,78}):([^\n]*(?:\n[ \t][^\n]*)*)(?:\n|\Z)")
# What a server puts on top of a mail it takes in. Its own Received is one of them; a second is an earlier server's.
_TRACE = {
    b"received", b"return-path", b"delivered-to", b"x-original-to", b"received-spf", b"dkim-filter", b"dmarc-filter",
    b"arc-filter", b"x-virus-scanned", b"x-virus-status", b"authentication-results",
}  # fmt: skip
_ABOUT: dict[str, tuple[Method, str]] = {
    "dkim": ("dkim", "header.d"),
    "spf": ("spf", "smtp.mailfrom"),
    "dmarc": ("dmarc", "header.from"),
}


@dataclass(frozen=True, slots=True)
class Claim:
    """One finding of the server in front; `domain` is what it is about, normalised, or empty if that is not said."""

    method: Method
    result: str
    domain: str


def claims_of_front(raw: bytes, authserv_id: str) -> tuple[Claim, ...]:
    """
    Read what the server of that authserv-id says of a mail it handed to us; empty if it says nothing.

    Its fields stand at the top, on either side of its own Received field, and a mail may bring along others in the
    same name. So reading ends at the second Received field, at a field of another authserv-id, at one that cannot be
    read, and at the first field that no server adds on top. What a sender puts directly there can only be kept out by
    the server in front, which must remove fields in its name (RFC 8601 §5).
    """
    claims: list[Claim] = []
    for value in _fields(raw):
        read = read_authentication_results(value)
        if read is None or read.authserv_id.lower() != authserv_id.lower():
            break
        claims += [claim for one in read.results if (claim := _claim(one)) is not None]
    return tuple(claims)


def settle(claims: Sequence[Claim]) -> AuthenticationResult | None:
    """
    Give the verdict if the server in front has spoken about the author itself (`dmarc=`); None leaves it open.

    A pass counts for the very domain it names, and whoever uses it compares that with From. Two that differ are none,
    since one of them may be the sender's.
    """
    spoken = {(one.result, one.domain) for one in claims if one.method == "dmarc"}
    if len(spoken) > 1:
        return AuthenticationResult("fail", detail="the server in front contradicts itself about dmarc")
    for result, domain in spoken:
        if result == "pass" and domain:
            return AuthenticationResult("pass", "dmarc", domain, f"front: dmarc=pass for {domain}")
        if result in {"pass", "fail"}:
            return AuthenticationResult("fail", detail=f"front: dmarc={result} for {domain or 'nobody'}")
    return None


def _fields(raw: bytes) -> Iterator[str]:
    """The Authentication-Results fields of the topmost block, in their order."""
    end, at, hops = min(len(raw), BLOCK_BYTES), 0, 0
    while found := _FIELD.match(raw, at, end):
        name = found.group(1).lower()
        hops += name == b"received"
        if name not in _TRACE or hops > 1:
            return
        if name == b"authentication-results":
            yield found.group(2)[: FIELD_LIMIT + 1].decode("utf-8", "replace")
        at = found.end()


def _claim(result: Result) -> Claim | None:
    known = _ABOUT.get(result.method)
    if known is None:
        return None
    method, name = known
    value = result.property(name).strip("<>")
    return Claim(method, result.result, domain_of(f"x@{value.rpartition('@')[2]}") or "")
