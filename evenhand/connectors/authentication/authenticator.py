"""Weighs DKIM and SPF for the domain in From and gives one verdict."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Literal

import dkim

from evenhand.connectors.authentication.alignment import Alignment
from evenhand.connectors.authentication.claims import weigh_claims
from evenhand.connectors.authentication.evidence import Evidence
from evenhand.connectors.authentication.sender_policy import check_sender, names_another
from evenhand.connectors.authentication.signature import check_signatures
from evenhand.connectors.dns import Resolver
from evenhand.mail.address import domain_of
from evenhand.mail.arc import read_chain
from evenhand.mail.authentication import AuthenticationResult
from evenhand.mail.front import Claim
from evenhand.mail.header import read_mailboxes

__all__ = ["Authenticator"]

HEADER_BYTES_LIMIT = 256 * 1024
HEADER_LINES_LIMIT = 10_000
DETAIL_LIMIT = 300

_END_OF_HEADER = re.compile(rb"\r?\n\r?\n")
_STRAY = re.compile(rb"\r(?!\n)|\x00")
# Fields that may stand once (RFC 5322 §3.6, RFC 2045). Of two, nobody knows which one a reader shows.
_SINGLE = {
    b"from", b"sender", b"reply-to", b"to", b"cc", b"subject", b"date", b"message-id", b"in-reply-to", b"references",
    b"mime-version", b"content-type", b"content-transfer-encoding",
}  # fmt: skip


class Authenticator:
    """
    Ask whether an aligned domain vouches for a mail: the test of DMARC (RFC 9989) without its policy.

    One instance serves many threads. `resolver` is the system's unless a test brings its own zone.
    """

    def __init__(self, resolver: Resolver | None = None) -> None:
        self._resolver = resolver or Resolver()

    def authenticate(
        self,
        raw: bytes,
        *,
        peer: str | None,
        helo: str,
        reverse_path: str,
        from_domain: str,
        received_at: datetime | None = None,
        claims: Sequence[Claim] = (),
    ) -> AuthenticationResult:
        """
        Judge one mail; blocks for up to 20 seconds of DNS, so call it in a thread. Never raises on any bytes.

        `peer` is the client's address if our listener was the first hop, else None: SPF means nothing behind another
        server. Signatures expire by `received_at` (RFC 6376 §3.5), which is now unless given. `claims` is what a server
        in front found out: a method it speaks about is not checked again, only whether the domain is aligned. A failure
        of the DNS is `temporary` unless something else passed.
        """
        domain = domain_of(f"x@{from_domain}")
        if domain is None:
            return AuthenticationResult("fail", detail="From has no domain")
        read = _read(raw, domain)
        if isinstance(read, str):
            return AuthenticationResult("fail", detail=read)
        message, author = read
        inquiry = self._resolver.inquiry()
        alignment = Alignment(domain, inquiry)
        asked = {claim.method for claim in claims}
        signatures = (
            weigh_claims("dkim", claims, alignment)
            if "dkim" in asked
            else check_signatures(message, inquiry, alignment, received_at or datetime.now(UTC))
        )
        senders = (
            weigh_claims("spf", claims, alignment)
            if "spf" in asked
            else check_sender(inquiry, alignment, peer=peer, helo=helo, reverse_path=reverse_path)
        )
        if names_another(reverse_path, author):
            senders = iter([Evidence("fail", note="spf: MAIL FROM names somebody else of the same domain")])
        return _verdict(_unless_repeated(message, signatures), senders, message)


def _verdict(signatures: Iterable[Evidence], senders: Iterable[Evidence], message: dkim.DKIM) -> AuthenticationResult:
    """Take the first pass, signatures first; without one, what was worst to miss."""
    seen: list[Evidence] = []
    methods: tuple[tuple[Literal["dkim", "spf"], Iterable[Evidence]], ...] = (("dkim", signatures), ("spf", senders))
    for method, found in methods:
        for one in found:
            seen.append(one)
            if one.outcome == "pass":
                return AuthenticationResult("pass", method, one.domain, _shown(seen))
    chain = read_chain((name.lower().decode("ascii"), body.decode("latin-1")) for name, body in message.headers)
    if chain is not None:
        seen.append(Evidence("none", note=str(chain)))
    outcomes = {one.outcome for one in seen}
    verdict: Literal["temporary", "fail", "none"] = "none"
    if "temporary" in outcomes:
        verdict = "temporary"
    elif "fail" in outcomes:
        verdict = "fail"
    return AuthenticationResult(verdict, detail=_shown(seen))


def _unless_repeated(message: dkim.DKIM, signatures: Iterator[Evidence]) -> Iterator[Evidence]:
    """Go through the signatures, unless a field stands twice: one would be signed, the other shown."""
    names = Counter(name.lower() for name, _ in message.headers)
    repeated = sorted(name.decode("ascii") for name in _SINGLE if names[name] > 1)
    if repeated:
        return iter([Evidence("fail", note=f"dkim: not counted, for {', '.join(repeated)} stands twice")])
    return signatures


def _read(raw: bytes, domain: str) -> tuple[dkim.DKIM, str] | str:
    """Split the mail for dkimpy and give its author's address too, or say why its From cannot be believed."""
    end = _END_OF_HEADER.search(raw, 0, HEADER_BYTES_LIMIT + 4)
    head = raw[: end.start() if end else len(raw)]
    if len(head) > HEADER_BYTES_LIMIT or head.count(b"\n") > HEADER_LINES_LIMIT:
        return "the header is too long"
    if _STRAY.search(head):
        # Some programs end a line at a bare CR, dkimpy does not: they would read another From.
        return "the header holds a bare CR or NUL"
    try:
        message = dkim.DKIM(raw)
    except Exception as error:  # noqa: BLE001  foreign bytes meet a foreign parser here, which raises what it likes
        return f"the header cannot be read ({type(error).__name__})"
    authors = [body for name, body in message.headers if name.lower() == b"from"]
    if len(authors) != 1:
        return f"From stands {len(authors)} times"
    author = read_mailboxes(authors[0].decode("utf-8", "surrogateescape"))
    if author.ambiguous or len(author.boxes) != 1 or domain_of(author.boxes[0].address) != domain:
        return "From does not name the one author it was read as"
    return message, author.boxes[0].address


def _shown(seen: list[Evidence]) -> str:
    text = "; ".join(one.note for one in seen if one.note)
    return "".join(char if char.isprintable() else "?" for char in text)[:DETAIL_LIMIT]
