"""Checks whether the client may send for the envelope's domain: SPF (RFC 7208), by pyspf with our resolver."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from typing import Any, Literal

from evenhand.connectors.authentication.alignment import Alignment
from evenhand.connectors.authentication.evidence import Evidence
from evenhand.connectors.dns import INQUIRY_SECONDS, Found, Inquiry, Unanswered
from evenhand.mail.address import domain_of, split

with warnings.catch_warnings():
    # Its docstrings hold escapes that newer compilers warn of; where warnings are errors it could not be imported.
    warnings.simplefilter("ignore")
    import spf

__all__ = ["check_sender", "names_another"]

# What a server may put in front of a local part to know its own bounces again (BATV), and what a person may put behind.
_TAG = re.compile(r"(?:prvs=[0-9a-z]{4,20}=|btv1==[0-9a-z]{1,20}==)?(.*?)(?:\+.*)?\Z")

_BAD_MACRO = re.compile(r"%\{(?![slodiphcrtv](?:0*[1-9][0-9]*)?r?[.\-+,/_=]*\})", re.IGNORECASE)


def check_sender(
    inquiry: Inquiry, alignment: Alignment, *, peer: str | None, helo: str, reverse_path: str
) -> Iterator[Evidence]:
    """
    Ask whether `peer` may send mail for the domain of MAIL FROM, if that domain is aligned at all.

    A null reverse-path proves nothing about an author, so it ends as `none`, though RFC 7208 §2.4 would look at HELO;
    so does a mail without a client's address. A softfail or neutral is a fail here: nobody vouched.
    """
    domain = domain_of(reverse_path)
    if peer is None or domain is None:
        yield Evidence("none", note="spf: no client address" if peer is None else "spf: no MAIL FROM domain")
        return
    aligned = alignment.holds(domain, "aspf")
    if isinstance(aligned, Unanswered):
        yield Evidence("temporary", domain, f"spf: {aligned.reason}")
        return
    if not aligned:
        yield Evidence("fail", domain, f"spf: MAIL FROM is of {domain}, which is not aligned")
        return
    result = _result(inquiry, peer, helo, f"{reverse_path.rpartition('@')[0]}@{domain}")
    yield Evidence(_OUTCOMES.get(result, "fail"), domain, f"spf: {result} for {domain}")


_OUTCOMES: dict[str, Literal["pass", "none", "temporary"]] = {
    "pass": "pass",
    "none": "none",
    "temperror": "temporary",
}


def names_another(reverse_path: str, author: str) -> bool:
    """
    Whether the envelope is of another mailbox than From, under the very same domain.

    SPF proves that the client may use the envelope's domain. Where a provider lets each customer write any From, the
    other customers could write as any of them. A domain below, as programs that number their envelopes use, names
    nobody.

    >>> names_another("eve@home.example", "ada@home.example"), names_another("ada+x@home.example", "ada@home.example")
    (True, False)
    """
    envelope = split(reverse_path.lower())
    person = split(author.lower())
    if envelope is None or person is None or envelope[1] != person[1]:
        return False
    return _untagged(envelope[0]) != _untagged(person[0])


def _untagged(local: str) -> str:
    found = _TAG.match(local)
    return found.group(1) if found else local


def _result(inquiry: Inquiry, peer: str, helo: str, sender: str) -> str:
    try:
        result, _, _ = _Query(inquiry, peer, sender, helo).check()
    except spf.TempError:
        return "temperror"
    except Exception as error:  # noqa: BLE001  foreign records meet a foreign parser here, which raises what it likes
        return f"permerror ({type(error).__name__})"
    # The third value, left aside, is an explanation written by the sender's domain.
    return str(result)


class _Query(spf.query):  # type: ignore[misc]
    """
    pyspf's evaluation with our way of asking.

    Its own way calls a deprecated function of dnspython, has no limit for one question, and cannot be given a zone.
    """

    def __init__(self, inquiry: Inquiry, peer: str, sender: str, helo: str) -> None:
        super().__init__(i=peer, s=sender, h=helo, querytime=int(INQUIRY_SECONDS))
        self._inquiry = inquiry

    def dns_spf(self, domain: str) -> str | None:
        """Fetch a record; pyspf reads `%{d0}` and `%{dz}` as `%{d}`, which RFC 7208 §7.1 does not allow."""
        record: str | None = super().dns_spf(domain)
        if record and _BAD_MACRO.search(record):
            raise spf.PermError("a macro of the record cannot be read")
        return record

    def dns(
        self,
        name: str,
        qtype: str,
        cnames: object = None,  # noqa: ARG002  the resolver follows aliases itself
        ignore_void: bool = False,
    ) -> list[Any]:
        """Ask for records in the shapes pyspf expects, counting questions without an answer (RFC 7208 §4.6.4)."""
        answer = self._inquiry.ask(str(name), qtype)
        if isinstance(answer, Unanswered):
            raise spf.TempError(answer.reason)
        if isinstance(answer, Found):
            return [_shaped(record, qtype) for record in answer.records]
        if not ignore_void:
            self.void_lookups += 1
            if self.void_lookups > spf.MAX_VOID_LOOKUPS:
                raise spf.PermError(f"more than {spf.MAX_VOID_LOOKUPS} questions without an answer")
        return []


def _shaped(record: str, kind: str) -> Any:
    if kind == "TXT":
        return (record.encode("latin-1", "replace"),)
    if kind == "MX":
        preference, _, host = record.partition(" ")
        return (int(preference), host.strip())
    return record
