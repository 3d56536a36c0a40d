"""Which values the parameters of a book may have: their kinds, their ranges and their words."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Literal, get_args, get_origin, get_type_hints

from evenhand.policy.book.source import Table, nearest
from evenhand.policy.case import LinkKind
from evenhand.policy.parameters import Parameters

__all__ = ["read_figures"]

_RANGES: Mapping[str, tuple[int, int]] = {
    "total_size": (1, 1 << 30),
    "window_days": (1, 3650),
    "requests_per_order": (0, 100),
    "attachments_below": (1, 1 << 30),
    "attachments_most": (0, 1000),
    "container_width": (100, 10_000),
    "margin_most": (0, 1),
    "image_most": (0, 1),
    "font_sizes_most": (1, 100),
    "line_breaks_most": (1, 100),
    "solicitation_opens_days": (0, 3650),
    "solicitation_closes_days": (0, 3650),
    "unanswered_most": (1, 10_000),
    "daily_cap_factor": (0, 10_000),
    "daily_cap_plus": (0, 100_000_000),
    "guess_from": (0, 1),
    "doubt_below": (0, 1),
}

_LINKS: Sequence[str] = get_args(LinkKind)
_WORDS: Mapping[str, Sequence[str]] = {"allowed_links": _LINKS, "storefront_links": (*_LINKS, "other-item")}

_SHAPES: Mapping[str, tuple[re.Pattern[str], str]] = {
    "marketplace_hosts": (
        re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}"),
        "is no host; write it without https:// and path, in lower case, like market.example.",
    ),
    "allowed_types": (_TYPE := re.compile(r"[a-z0-9][\w.+-]*/[a-z0-9][\w.+-]*"), "is no media type, like image/png."),
    "attachment_types": (_TYPE, "is no media type, like image/png."),
}

# Counts are exact and nothing is nested: whatever a message says, such a pattern takes linear time.
_ORDER_ID = re.compile(r"(?:(?:\\d|[A-Za-z0-9-]|\[[A-Za-z0-9-]+\])(?:\{[1-9]\d?\})?)+")


def read_figures(table: Table | None, rules: Sequence[str]) -> Mapping[str, Any]:
    """Give the parameters that a book sets, and tell those that there are not or that cannot be so."""
    if table is None:
        return {}
    kinds = get_type_hints(Parameters)
    found: dict[str, Any] = {}
    for name, value in table.data.items():
        if name not in kinds:
            table.tell(f"There is no parameter “{name[:60]}”; {nearest(name, kinds)}", name)
        elif name == "platform_request_rules" and value != []:
            found[name] = tuple(table.chosen(name, rules))
        else:
            found[name] = _figure(table, name, kinds[name], value)
    return found


def _figure(table: Table, name: str, kind: Any, value: Any) -> Any:
    if get_origin(kind) is Literal:
        words = get_args(kind)
        if value not in words:
            table.tell(f"“{name}” is one of {', '.join(words)}.", name)
    elif kind is bool:
        if not isinstance(value, bool):
            table.tell(f"“{name}” is true or false, without quotes.", name)
    elif kind in {int, float}:
        _check_number(table, name, kind, value)
    elif kind is str:
        return _order_id(table, name, value)
    else:
        return _list(table, name, value)
    return value


def _check_number(table: Table, name: str, kind: type, value: Any) -> None:
    least, most = _RANGES[name]
    if isinstance(value, bool) or not isinstance(value, int if kind is int else int | float):
        table.tell(f"“{name}” is a {'whole ' if kind is int else ''}number, without quotes.", name)
    elif not least <= value <= most:
        table.tell(f"“{name}” is {value}; it must lie from {least:,} to {most:,}.", name)


def _list(table: Table, name: str, value: Any) -> Sequence[str]:
    if value == []:
        return ()
    if name in _WORDS:
        return tuple(table.chosen(name, _WORDS[name]))
    texts = tuple(table.texts(name, 200))
    shape, why = _SHAPES.get(name, (re.compile(".*"), ""))
    for number, one in enumerate(value if texts else ()):
        if one in texts and not shape.fullmatch(one):
            table.tell(f"“{one}” {why}", name, number)
    return texts


def _order_id(table: Table, name: str, value: Any) -> str:
    text = table.line_of(value, 100, name)
    if text and not _ORDER_ID.fullmatch(text):
        table.tell(
            f"“{name}” is made of letters, figures, hyphens, \\d and classes like [a-f], each with an exact count "
            "like {3} if need be.",
            name,
        )
    # Texts are compared in lower case.
    return text.lower()
