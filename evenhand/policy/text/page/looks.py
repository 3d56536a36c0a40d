"""What of a page is not seen: styles that hide, tiny or see-through letters, letters in the colour of their ground."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

__all__ = ["Sheet", "colour", "declarations", "hides"]

_DECLARATION = re.compile(r"([a-zA-Z-]++)\s*+:\s*+([^;]++)")
_LENGTH = re.compile(r"^(-?[0-9]*\.?[0-9]+)\s*(px|pt|em|rem|%|ex|ch|vw)?")
_SIMPLE = re.compile(r"^(?:[a-zA-Z][\w-]*)?(?:[.#][\w-]+)?$")
_NAMED = {"white": "#ffffff", "black": "#000000", "red": "#ff0000", "snow": "#fffafa", "ivory": "#fffff0"}


@lru_cache(maxsize=1 << 12)
def declarations(style: str) -> Mapping[str, str]:
    """Read the declarations of a style attribute; the last of a property counts."""
    return {name.lower(): value.strip().lower() for name, value in _DECLARATION.findall(style)}


class Sheet:
    """The rules of a page's style blocks that name a tag, a class or an id, and nothing more."""

    def __init__(self) -> None:
        self._rules: dict[str, dict[str, str]] = {}

    @property
    def is_empty(self) -> bool:
        """Whether it has no rule."""
        return not self._rules

    def add(self, css: str) -> None:
        """Read a style block."""
        css = re.sub(r"/\*.*?(?:\*/|\Z)", "", css, flags=re.DOTALL)
        for rule in css.split("}"):
            selectors, brace, body = rule.rpartition("{")
            for selector in selectors.rpartition("{")[2].split(",") if brace else ():
                name = selector.strip()
                if name and _SIMPLE.match(name):
                    self._rules.setdefault(name.lower(), {}).update(declarations(body))

    def for_tag(self, tag: str, classes: Sequence[str], ident: str) -> dict[str, str]:
        """Give what the rules say of a tag with these classes and this id."""
        made: dict[str, str] = {}
        if self._rules:
            for name in self._names(tag, classes, ident):
                made.update(self._rules.get(name, {}))
        return made

    @staticmethod
    def _names(tag: str, classes: Sequence[str], ident: str) -> Iterator[str]:
        yield tag
        for one in classes:
            yield f".{one}"
            yield f"{tag}.{one}"
        if ident:
            yield f"#{ident}"
            yield f"{tag}#{ident}"


def hides(style: Mapping[str, str], ground: str) -> str:
    """Say why a style hides its text, or `""`; `ground` is the colour behind it."""
    for name, values, why in _HIDING:
        if style.get(name, "").replace("!important", "").strip() in values:
            return why
    for name, most, why in _SMALL:
        size = _size(style.get(name, ""))
        if size is not None and size <= most:
            return why
    if style.get("overflow") == "hidden" and 0 in (_size(style.get("height", "")), _size(style.get("max-height", ""))):
        return "it has no height"
    for name in ("text-indent", "left", "top", "margin-left", "margin-top"):
        size = _size(style.get(name, ""))
        if size is not None and size <= -400:
            return "it stands outside the page"
    ink = colour(style.get("color", ""))
    if ink and ink == (colour(style.get("background-color", "") or style.get("background", "")) or ground):
        return "it has the colour of its background"
    return ""


_HIDING = (
    ("display", {"none"}, "it is not displayed"),
    ("visibility", {"hidden", "collapse"}, "it is invisible"),
    ("mso-hide", {"all"}, "some mail programs hide it"),
    ("color", {"transparent"}, "its letters are transparent"),
)
_SMALL = (
    ("font-size", 2.0, "its letters are too small to read"),
    ("opacity", 0.05, "it is transparent"),
)


def _size(value: str) -> float | None:
    hit = _LENGTH.match(value.strip())
    if hit is None:
        return None
    size = float(hit[1])
    return size * 16 if hit[2] in {"em", "rem"} else size


def colour(value: str) -> str:
    """Give a colour as `#rrggbb`, in steps that an eye tells apart, or `""` for one that is not known."""
    value = value.replace("!important", "").strip().split(" ")[0] if not value.startswith("rgb") else value
    value = _NAMED.get(value, value)
    if re.fullmatch(r"#[0-9a-f]{3}", value):
        return "#" + "".join(one * 2 for one in value[1:])
    if re.fullmatch(r"#[0-9a-f]{6}", value):
        # Shades that no eye tells apart count as one.
        return "#" + "".join(f"{int(value[at : at + 2], 16) // 16 * 16:02x}" for at in (1, 3, 5))
    hit = re.match(r"rgba?\(\s*(\d+)[,\s]+(\d+)[,\s]+(\d+)", value)
    return colour("#" + "".join(f"{min(255, int(one)):02x}" for one in hit.groups())) if hit else ""
