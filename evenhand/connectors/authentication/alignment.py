"""Finds out whether a domain may speak for the domain in From: the DNS tree walk of DMARC (RFC 9989)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from evenhand.connectors.dns import Found, Inquiry, Unanswered

__all__ = ["Alignment", "Mode", "walk"]

QUERIES_LIMIT = 8

Mode = Literal["adkim", "aspf"]


@dataclass(frozen=True, slots=True)
class Walk:
    """What a tree walk found: the organizational domain, and the tags of the record that applies to the start."""

    organization: str
    policy: dict[str, str]


class Alignment:
    """
    Compares domains with the domain in From.

    The same domain is always aligned, without a question to the DNS. Another is aligned if both walks end at the same
    organizational domain, and the author's domain does not ask for strict alignment (`adkim=s`, `aspf=s`). Whether the
    record says `p=none` or `p=reject` is no matter here: we ask who speaks, not what to do with strangers.
    """

    def __init__(self, from_domain: str, inquiry: Inquiry) -> None:
        self.from_domain = from_domain
        self._inquiry = inquiry

    def conceivable(self, domain: str) -> bool:
        """Whether the two share so much of their names that they could be aligned; asks nobody."""
        return domain == self.from_domain or domain.split(".")[-2:] == self.from_domain.split(".")[-2:]

    def holds(self, domain: str, mode: Mode) -> bool | Unanswered:
        """Whether the domain is aligned, or that the DNS could not be asked."""
        if domain == self.from_domain:
            return True
        if not self.conceivable(domain):
            return False
        author = walk(self.from_domain, self._inquiry)
        if isinstance(author, Unanswered):
            return author
        if author.policy.get(mode, "r").lower() == "s":
            return False
        other = walk(domain, self._inquiry)
        if isinstance(other, Unanswered):
            return other
        # No domain of one label speaks for another: a registry that publishes a record without `psd=y` would
        # otherwise make all its customers one organization. The standard leaves that to the registry.
        return author.organization == other.organization and "." in author.organization


def walk(domain: str, inquiry: Inquiry) -> Walk | Unanswered:
    """
    Climb from the domain towards the root and choose its organizational domain (RFC 9989, DNS Tree Walk).

    At most eight questions: of a name with eight labels or more, the second question is about its last seven.
    """
    found: list[tuple[str, dict[str, str]]] = []
    for target in _targets(domain):
        record = _record(target, inquiry)
        if isinstance(record, Unanswered):
            return record
        if record is None:
            continue
        found.append((target, record))
        if record.get("psd") in {"y", "n"}:
            break
    return _choose(domain, found)


def _targets(domain: str) -> list[str]:
    labels = domain.split(".")
    parents = labels[1:] if len(labels) < QUERIES_LIMIT else labels[-(QUERIES_LIMIT - 1) :]
    return [domain, *(".".join(parents[start:]) for start in range(len(parents)))]


def _choose(domain: str, found: list[tuple[str, dict[str, str]]]) -> Walk:
    if not found:
        return Walk(domain, {})
    last, tags = found[-1]
    organization = last
    if tags.get("psd") == "y" and last != domain:
        organization = ".".join(domain.split(".")[-(last.count(".") + 2) :])
    own = next((record for name, record in found if name == domain), None)
    policy = own or next((record for name, record in found if name == organization), tags)
    return Walk(organization, policy)


def _record(domain: str, inquiry: Inquiry) -> dict[str, str] | Unanswered | None:
    answer = inquiry.ask(f"_dmarc.{domain}", "TXT")
    if isinstance(answer, Unanswered):
        return answer
    records = [tags for text in answer.records if (tags := _tags(text))] if isinstance(answer, Found) else []
    return records[0] if len(records) == 1 else None


def _tags(text: str) -> dict[str, str] | None:
    """
    Read a DMARC record, or None if it is none: `v=DMARC1` must come first and is case-sensitive.

    >>> _tags("v=DMARC1; p=none; psd=n")
    {'v': 'DMARC1', 'p': 'none', 'psd': 'n'}
    """
    tags: dict[str, str] = {}
    for piece in text.split(";")[:100]:
        name, equals, value = piece.partition("=")
        if equals:
            tags.setdefault(name.strip().lower(), value.strip())
    first = next(iter(tags), "")
    return tags if first == "v" and tags["v"] == "DMARC1" else None
