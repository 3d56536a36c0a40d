"""Links that do not show where they lead: shortened, numbered, look-alike, sent on, or named after another page."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

from evenhand.policy.case import Case, Link
from evenhand.policy.parameters import Parameters
from evenhand.policy.rule import Check
from evenhand.policy.text.lookalikes import in_latin
from evenhand.policy.verdict import Hit

__all__ = ["CHECKS"]

_NUMBER = re.compile(r"(?:\d{1,3}\.){1,3}\d{1,10}|\d{8,10}|0x[0-9a-f]+(?:\.0x[0-9a-f]+)*|\[?[0-9a-f:]*:[0-9a-f:.]*\]?")
_SHOWN = re.compile(r"(?i)^\W*(?:https?://)?((?:[\w-]+\.)+[a-z]{2,24})(?=[/?#:\s]|\W*$)")
_TWO_PART = frozenset("co com org net ac gov edu".split())
_BAITS = frozenset(
    "order orders pay payment payments login signin secure security account accounts support help verify service"
    " services refund refunds customer update confirm billing".split()
)
_LEET = str.maketrans("013457", "oleast")


def masked(case: Case, parameters: Parameters) -> Iterator[Hit]:
    """Find links whose target is not what one would think, by the address and by the words that show it."""
    for link in case.links:
        if _is_masked(link, parameters):
            yield Hit(link.part, link.start, link.end, link.shown or link.target)


def _is_masked(link: Link, parameters: Parameters) -> bool:
    if link.kind == "shortener":
        return True
    if not link.host:
        return False
    at_home = any(link.host == one or link.host.endswith(f".{one}") for one in parameters.marketplace_hosts)
    # A page of the marketplace that only sends on counts as what it leads to.
    sends_on = at_home and link.kind == "third-party"
    return sends_on or _NUMBER.fullmatch(link.host) is not None or _shows_another(link) or _has_user(link) or (
        not at_home and _resembles(link.host, parameters)
    )  # fmt: skip


def _shows_another(link: Link) -> bool:
    """Whether the words of a link are the address of another place."""
    shown = _SHOWN.match(link.shown) if link.how == "anchor" else None
    return shown is not None and _registrable(shown[1].lower()) != _registrable(link.host)


def _has_user(link: Link) -> bool:
    """Whether a name stands before the host, as in `https://market.example@elsewhere.example`."""
    try:
        return urlsplit(link.target).username is not None
    except ValueError:
        return True


def _resembles(host: str, parameters: Parameters) -> bool:
    """Whether a host is nearly the marketplace's: a letter off, in look-alike letters, or under another domain."""
    name = _registrable(host).partition(".")[0]
    if name.startswith("xn--"):
        try:
            name = name.encode("ascii").decode("idna")
        except UnicodeError:
            return True
        if in_latin(f"a {name}")[2:] != name:
            return True
    plain = in_latin(name).translate(_LEET).replace("rn", "m").replace("vv", "w")
    ours = {one.rpartition(".")[0].partition(".")[0] or one for one in parameters.marketplace_hosts}
    if any(f".{one}." in f".{host}" for one in parameters.marketplace_hosts):
        return True
    for mine in ours:
        if plain == mine and name != mine:
            return True
        if len(mine) > 5 and name != mine and _is_one_off(plain, mine):
            return True
        pieces = set(re.split(r"[-.]", plain))
        if mine in pieces and pieces & _BAITS:
            return True
    return False


def _is_one_off(one: str, other: str) -> bool:
    """Whether two words differ by one letter: changed, added, left out, or two of them swapped."""
    if abs(len(one) - len(other)) > 1 or one == other:
        return False
    at = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    rest, other_rest = one[at:], other[at:]
    is_swap = rest[:2] == other_rest[:2][::-1] and rest[2:] == other_rest[2:]
    return is_swap or rest[1:] == other_rest[1:] or rest[1:] == other_rest or rest == other_rest[1:]


def _registrable(host: str) -> str:
    labels = host.split(".")
    if len(labels) > 2 and labels[-2] in _TWO_PART and len(labels[-1]) == 2:
        return ".".join(labels[-3:])
    return ".".join(labels[-2:])


CHECKS: Mapping[str, Check] = {"link-masked": masked}
