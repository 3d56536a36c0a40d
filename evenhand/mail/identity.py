"""Finds and removes protected identities in text, whatever form they are written in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache

from evenhand.mail.address import split
from evenhand.mail.disguise import View, edited, flats, fold, squeeze, tags_in, views
from evenhand.mail.providers import IGNORES_DOTS, is_public
from evenhand.mail.spoken import UNSHREDDED, WORDLESS, shredded, spoken_form, spoken_host, words_of

__all__ = ["REMOVED", "Identities", "Located", "Scrubbed", "find", "find_ascii", "identities", "locate", "scrub"]

REMOVED = "[address removed]"
"""What stands in the place of an address that was taken out."""

_ROUNDS = 3
# Between a mailbox and its host some write more than the sign: quotes, brackets, a space.
_SIGN = r"(?:[\s\"'()\[\]<>]{0,3}@[\s\"'()\[\]<>]{0,3}|[=%])"
# A hyphen makes another name of a name only where a letter follows it, or stands before it.
_NO_LETTER_BEFORE = r"(?<![a-z0-9])(?<![a-z0-9]-)(?<![a-z0-9]--)"
# The empty class matches never.
_NEVER = r"[^\s\S]"
_TAGGED = r"(?:\+[^\s@<>\"']{0,64})?"


@dataclass(frozen=True)
class Identities:
    """
    What may not be seen by one recipient: addresses, private domains, message ids and hosts, as search patterns.

    Every match of `pattern` holds one of the `needles`, every needle one of the `skeletons`, which are squeezed, and
    what is spoken or of skeletons one of the `keys`: they make the common case, nothing found, cheap. `mailboxes` and
    `hosts` are the alternatives the patterns are made of, once something may have been found: most people write mails
    that hold nothing. `spoken` are mailboxes as people say them, each with the words that must all be there; `shreds`
    mailboxes with their letters alone.
    """

    mailboxes: tuple[str, ...]
    hosts: tuple[str, ...]
    needles: tuple[str, ...]
    skeletons: tuple[bytes, ...]
    keys: tuple[bytes, ...] = ()
    spoken: tuple[tuple[str, tuple[bytes, ...]], ...] = ()
    shreds: tuple[str, ...] = ()

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Matches all forms."""
        return re.compile("|".join([*self.mailboxes, *self.hosts]))

    @cached_property
    def unbroken(self) -> re.Pattern[str]:
        """Matches what cannot be two words of two lines: mailboxes, and never a host alone."""
        # Without an address nothing is left that two lines could not make by chance.
        return re.compile("|".join(self.mailboxes) or _NEVER)

    @cached_property
    def said(self) -> re.Pattern[str]:
        """Matches mailboxes as people say them."""
        return re.compile("|".join(form for form, _ in self.spoken) or _NEVER)

    @cached_property
    def shred(self) -> re.Pattern[str]:
        """Matches mailboxes of which only letters and the sign are left."""
        return re.compile("|".join(re.escape(one) for one in self.shreds) or _NEVER)

    @cached_property
    def shred_skeletons(self) -> tuple[bytes, ...]:
        """One of these is in every squeezed text that `shred` matches, once all but letters and signs is gone."""
        return tuple(squeeze(one) for one in self.shreds)

    @cached_property
    def after_sign(self) -> frozenset[int]:
        """What may follow the sign in a squeezed text that `shred` matches; behind most signs our own domain stands."""
        return frozenset(WORDLESS) | {
            one.partition(b"@")[2][0] for one in self.shred_skeletons if not one.endswith(b"@")
        }


@dataclass(frozen=True, slots=True)
class Located:
    """What matched, in its normal form, and the form in which it stood."""

    match: str
    form: str


@dataclass(frozen=True, slots=True)
class Scrubbed:
    """Text without protected identities, and how many were removed."""

    text: str
    removed: int


@lru_cache(maxsize=4096)
def identities(
    addresses: tuple[str, ...], other: tuple[str, ...] = (), *, allowed: tuple[str, ...] = ()
) -> Identities | None:
    """
    Prepare the search for a set of protected addresses and `other` strings (message ids, hosts, client addresses).

    Of each address follow: its sub-address and base forms, dots where the provider ignores them, the `local=domain`
    of VERP and BATV, the `domain=local` of SRS, and its domain unless that is a public provider's or lies under one of
    `allowed` (the relay's own domain). Returns None if there is nothing to protect.
    """
    mailboxes: list[str] = []
    hosts: list[str] = []
    needles: list[str] = []
    keys: list[bytes] = []
    spoken: dict[str, tuple[bytes, ...]] = {}
    shreds: list[str] = []
    for address in addresses:
        parts = split(address)
        if parts is None:
            continue
        names = sorted(IGNORES_DOTS) if parts[1] in IGNORES_DOTS else _spellings(parts[1])
        needles += names
        keys += [_key(name) for name in names]
        mailboxes += _mailbox_forms(fold(parts[0]), parts[1], names)
        base = fold(parts[0]).partition("+")[0] or fold(parts[0])
        for name in names:
            words = tuple(squeeze(word) for word in (*words_of(base), *words_of(name)))
            spoken[spoken_form(base, name)] = words
            shreds += [shredded(base, name), shredded(fold(parts[0]), name)]
        if not is_public(parts[1]) and not _under(parts[1], allowed):
            hosts.append(rf"{_NO_LETTER_BEFORE}(?:{_any_of(names)})(?!-*[a-z0-9]|\.[a-z0-9])")
            spoken |= {spoken_host(name): tuple(squeeze(label) for label in name.split(".")) for name in names}
    for text in other:
        if text and not _under(text, allowed):
            needles.append(fold(text))
            keys.append(squeeze(fold(text)))
            hosts.append(rf"{_NO_LETTER_BEFORE}{re.escape(fold(text))}(?!-*[a-z0-9])")
    if not needles:
        return None
    kept = tuple(dict.fromkeys(needles))
    return Identities(
        mailboxes=tuple(dict.fromkeys(mailboxes)),
        hosts=tuple(dict.fromkeys(hosts)),
        needles=kept,
        skeletons=tuple(dict.fromkeys(squeeze(needle) for needle in kept)),
        keys=tuple(dict.fromkeys(keys)),
        spoken=tuple(spoken.items()),
        shreds=tuple(dict.fromkeys(shreds)),
    )


def _key(name: str) -> bytes:
    """The longest word of a domain's name, spoken or not; not of its last label, which stands in every other text."""
    words = words_of(name.rpartition(".")[0]) or words_of(name)
    return max((squeeze(word) for word in words), key=len, default=b"")


def _mailbox_forms(local: str, domain: str, names: list[str]) -> Iterator[str]:
    base = local.partition("+")[0] or local
    mailbox = re.escape(base)
    if domain in IGNORES_DOTS:
        mailbox = r"\.?".join(re.escape(char) for char in base if char != ".")
    hosts = _any_of(names)
    yield rf"{mailbox}{_TAGGED}{_SIGN}(?:{hosts})"
    yield rf"(?:{hosts})[=!]{mailbox}(?![a-z0-9])"


def _spellings(domain: str) -> list[str]:
    """A domain in ASCII and, where it has one, in its own letters (RFC 5890 §2.3.2), in normal form."""
    labels = [_own_letters(label) for label in domain.split(".")]
    return list(dict.fromkeys([domain, fold(".".join(labels))]))


def _own_letters(label: str) -> str:
    if not label.startswith("xn--"):
        return label
    try:
        return label[4:].encode("ascii").decode("punycode")
    except (UnicodeError, ValueError, OverflowError):
        return label


def _any_of(names: Iterable[str]) -> str:
    return "|".join(re.escape(name) for name in names)


def _under(domain: str, allowed: Iterable[str]) -> bool:
    """Whether a protected domain is the relay's own or one above it, so that every alias would match."""
    return any(own == domain or own.endswith("." + domain) or domain.endswith("." + own) for own in allowed)


def find(text: str, protected: Identities) -> str | None:
    """
    Look for a protected identity in any normal form of the text; returns what matched, or None.

    Normal forms: case fold and NFKC, look-alike at-signs and dots, invisible characters dropped, entities,
    percent-, backslash- and equals-escapes and UTF-7 decoded (up to three deep), tags left out, lines joined, IDNA
    domains in both spellings.
    """
    located = locate(text, protected)
    return located.match if located else None


def locate(text: str, protected: Identities) -> Located | None:
    """Do as `find`, and tell the form in which it stood."""
    return _search(text, protected) if _may_hold(text, protected) else None


def _may_hold(text: str, protected: Identities) -> bool:
    keys, shreds, after_sign = protected.keys, protected.shred_skeletons, protected.after_sign
    for flat in flats(text):
        for key in keys:
            if key in flat:
                if _holds(flat, protected):
                    return True
                break
        if shreds and not after_sign.isdisjoint({rest[0] for rest in flat.split(b"@")[1:] if rest}):
            letters = flat.translate(None, WORDLESS)
            for shred in shreds:
                if shred in letters:
                    return True
    return False


def _holds(flat: bytes, protected: Identities) -> bool:
    return any(skeleton in flat for skeleton in protected.skeletons) or any(
        all(word in flat for word in words) for _, words in protected.spoken
    )


def _search(text: str, protected: Identities) -> Located | None:
    for form, view, pattern in _looks(text, protected):
        match = pattern.search(view.text)
        if match:
            return Located(match.group(), form)
    return None


def _looks(text: str, protected: Identities) -> Iterator[tuple[str, View, re.Pattern[str]]]:
    """Every view of a text with the pattern that holds in it: where words were joined, only what cannot be two."""
    apart: list[tuple[str, View]] = []
    for form, view, joined in views(text):
        if any(needle in view.text for needle in protected.needles):
            yield form, view, protected.unbroken if joined else protected.pattern
        if not joined and protected.spoken:
            apart.append((form, view))
    for form, view in apart:
        yield f"{form}, spoken", view, protected.said
        if "@" in view.text:
            yield f"{form}, letters alone", edited(view, UNSHREDDED, lambda _: ""), protected.shred


def find_ascii(content: bytes, protected: Identities) -> str | None:
    """Look in raw bytes for ASCII, also with bytes of zero between (UTF-16, UTF-32), whatever the case."""
    squeezed = content.lower()
    if b"\x00" in squeezed:
        squeezed = squeezed.replace(b"\x00", b"")
    for needle in protected.needles:
        if needle.isascii() and needle.encode("ascii") in squeezed:
            match = protected.pattern.search(squeezed.decode("latin-1"))
            if match:
                return match.group()
    return None


def scrub(text: str, protected: Identities, replacement: str = REMOVED) -> Scrubbed:
    """
    Replace every protected identity, in whatever form it stands, by `replacement`.

    Each normal form knows where its letters came from. Tags inside what is replaced stay, so that HTML remains whole.
    Nothing that `find` finds is left: where a form resists, its line goes, and at last the text.
    """
    if not _may_hold(text, protected):
        return Scrubbed(text, 0)
    removed = 0
    for _ in range(_ROUNDS):
        spans = _merged(_spans(text, protected))
        if not spans:
            return Scrubbed(text, removed)
        removed += len(spans)
        text = _replaced(text, spans, replacement)
    lines = [replacement if find(line, protected) else line for line in text.split("\n")]
    text = "\n".join(lines)
    return Scrubbed(replacement if find(text, protected) else text, removed + 1)


def _spans(text: str, protected: Identities) -> Iterator[tuple[int, int]]:
    for _, view, pattern in _looks(text, protected):
        for match in pattern.finditer(view.text):
            yield view.source(*match.span())


def _merged(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _replaced(text: str, spans: list[tuple[int, int]], replacement: str) -> str:
    pieces: list[str] = []
    position = 0
    for start, end in spans:
        pieces += [text[position:start], replacement, tags_in(text[start:end])]
        position = end
    return "".join(pieces) + text[position:]
