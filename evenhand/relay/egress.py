"""The last step before a copy may leave: its finished bytes are searched for everything the recipient may not see."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from evenhand.mail.gate import has_packed, search
from evenhand.mail.identity import Identities, find, find_ascii, identities, scrub
from evenhand.mail.parse import Mail
from evenhand.mail.signature import parted
from evenhand.relay.guard import Overrun, Search, searchers

if TYPE_CHECKING:
    # They bring Django along, and a search needs none.
    from evenhand.relay.scene import Party
    from evenhand.relay.spool import Spooled

__all__ = ["Leak", "Protected", "inspect", "protected_by"]

_SHORTEST = 6
"""Characters; a shorter string is no identity, it would be found in any text."""

_CITED_LIMIT = 20
"""Ids of the thread, the latest ones: as many as a copy could cite."""


@dataclass(frozen=True, slots=True)
class Protected:
    """
    What one recipient may not see of one author, to be taken out of texts; `sought` is None if there is nothing.

    The author's addresses and private domains, and the traces of one mail: the ids its author's program knows it by,
    the machine it came from. All are looked for in every form. `allowed` are the domains that may stand.
    """

    sought: Identities | None
    addresses: tuple[str, ...] = ()
    traces: tuple[str, ...] = ()
    allowed: tuple[str, ...] = ()

    def scrub(self, text: str) -> tuple[str, int]:
        """Take everything protected out of a text; returns how much there was."""
        if self.sought is None:
            return text, 0
        scrubbed = scrub(text, self.sought)
        return scrubbed.text, scrubbed.removed

    def is_clean(self, text: str) -> bool:
        """Whether nothing protected stands in a text."""
        return self.sought is None or find(text, self.sought) is None


@dataclass(frozen=True, slots=True)
class Leak:
    """Where something protected was found in finished bytes, and in which form. Never the thing itself."""

    where: str
    form: str


def protected_by(author: Party, spooled: Spooled, mail: Mail | None, domain: str) -> Protected:
    """Gather what must not leave with a mail of this author: every address they ever had, and this mail's traces."""
    traces = tuple(dict.fromkeys(_traces(spooled, mail, domain)))
    sought = identities(author.protected, traces, allowed=(domain,))
    return Protected(sought, author.protected, traces, (domain,))


def _traces(spooled: Spooled, mail: Mail | None, domain: str) -> Iterable[str]:
    if mail is not None:
        for msgid in (mail.message_id, *mail.cited[-_CITED_LIMIT:]):
            if len(msgid) >= _SHORTEST and not msgid.lower().endswith("@" + domain):
                yield msgid.lower()
    helo = spooled.helo.lower().strip("[].")
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
    if protected.sought is None:
        return None
    try:
        # Digests taken for base64 are noise, dearer to search than the mail itself: there, words are looked for.
        signatures, rest = parted(finished)
        if has_packed(rest):
            # Documents and pictures are opened for it, by libraries that a file may get the better of.
            answer = searchers().search(Search(rest, protected.addresses, protected.traces, protected.allowed))
            if isinstance(answer, Overrun):
                return Leak("a file that could not be searched", answer.reason)
            hit = answer
        else:
            hit = search(rest, protected.sought)
        if hit is None and signatures and find_ascii(signatures.replace(b"\r\n ", b""), protected.sought):
            return Leak("the signature", "as it stands")
    except Exception as error:  # noqa: BLE001  fail closed, whatever breaks
        return Leak("nowhere: the search stopped", type(error).__name__)
    return Leak(hit.where, hit.form) if hit is not None else None
