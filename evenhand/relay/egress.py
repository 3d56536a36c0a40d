"""The last step before a copy may leave: its finished bytes are searched for everything the recipient may not see."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable
from dataclasses import dataclass

from evenhand.mail.gate import search
from evenhand.mail.identity import Identities, find, identities, scrub
from evenhand.mail.parse import Mail
from evenhand.relay.scene import Party
from evenhand.relay.spool import Spooled

__all__ = ["Leak", "Protected", "inspect", "protected_by"]

_SHORTEST = 6
"""Characters; a shorter string is no identity, it would be found in any text."""


@dataclass(frozen=True, slots=True)
class Protected:
    """
    What one recipient may not see of one author.

    `people` finds the author's addresses and private domains in any form; `traces` are strings of this one mail: the
    ids its author's program knows it by, the machine it came from.
    """

    people: Identities | None
    traces: tuple[str, ...]

    def scrub(self, text: str) -> tuple[str, int]:
        """Take everything protected out of a text; returns how much there was."""
        removed = 0
        if self.people is not None:
            scrubbed = scrub(text, self.people)
            text, removed = scrubbed.text, scrubbed.removed
        folded = text.lower()
        for trace in self.traces:
            if trace in folded:
                text, count = re.subn(re.escape(trace), "[removed]", text, flags=re.IGNORECASE)
                removed += count
        return text, removed

    def is_clean(self, text: str) -> bool:
        """Whether nothing protected stands in a text."""
        folded = text.lower()
        return (self.people is None or find(text, self.people) is None) and not any(
            one in folded for one in self.traces
        )


@dataclass(frozen=True, slots=True)
class Leak:
    """Where something protected was found in finished bytes, and in which form. Never the thing itself."""

    where: str
    form: str


def protected_by(author: Party, spooled: Spooled, mail: Mail | None, domain: str) -> Protected:
    """Gather what must not leave with a mail of this author: every address they ever had, and this mail's traces."""
    return Protected(
        people=identities(author.protected, allowed=(domain,)),
        traces=tuple(dict.fromkeys(_traces(spooled, mail, domain))),
    )


def _traces(spooled: Spooled, mail: Mail | None, domain: str) -> Iterable[str]:
    helo = spooled.helo.lower().strip("[].")
    if mail is not None:
        for msgid in (mail.message_id, *mail.cited):
            if not msgid.endswith("@" + domain):
                yield from (one for one in (msgid.lower(),) if len(one) >= _SHORTEST)
    if "." in helo and helo.rpartition(".")[2].isalpha() and not _is_of_the_house(helo, domain):
        yield helo
    if spooled.peer and ipaddress.ip_address(spooled.peer).is_global:
        yield spooled.peer.lower()


def _is_of_the_house(host: str, domain: str) -> bool:
    """Whether a host lies under the relay's domain or above it, so that its name stands in every alias."""
    return f".{host}".endswith("." + domain) or f".{domain}".endswith("." + host)


def inspect(finished: bytes, protected: Protected) -> Leak | None:
    """
    Search finished bytes with a reader of its own, trusting nothing that went before. Edits nothing.

    Whatever goes wrong in here is a leak: what could not be searched must not leave.
    """
    try:
        if protected.people is not None:
            hit = search(finished, protected.people)
            if hit is not None:
                return Leak(hit.where, hit.form)
        lowered = finished.lower()
        for trace in protected.traces:
            if trace.encode("utf-8", "replace") in lowered:
                return Leak("the mail’s bytes", "an id or a host of the author’s mail system")
    except Exception as error:  # noqa: BLE001  fail closed, whatever breaks
        return Leak("nowhere: the search stopped", type(error).__name__)
    return None
