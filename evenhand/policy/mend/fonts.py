"""Writes the shorthand of a font out as what it sets beside family and height of lines (CSS Fonts 4, section 4.8)."""

from __future__ import annotations

import re

__all__ = ["longhands"]

_SIZE = re.compile(
    r"(?:^|(?<=\s))(?:\d[\d.]*(?:px|pt|em|rem|%|ex)|(?:x{1,3}-)?(?:small|large)|medium|larger|smaller)(?=[\s/]|$)",
    re.IGNORECASE,
)
_PROPERTIES = {
    "font-style": re.compile(r"(?i)\b(?:italic|oblique)\b"),
    "font-variant": re.compile(r"(?i)\bsmall-caps\b"),
    "font-weight": re.compile(r"(?i)\b(?:bold|bolder|lighter|[1-9]00)\b"),
}


def longhands(value: str) -> str:
    """
    Give the declarations that a shorthand stands for, without family and height of lines; `""` for what is none.

    >>> longhands("italic bold 14px/1.8 Arial, sans-serif")
    'font-style:italic;font-weight:bold;font-size:14px'
    """
    size = _SIZE.search(value)
    if size is None:
        return ""
    urgent = " !important" if re.search(r"(?i)!\s*important", value) else ""
    made = [
        f"{name}:{found[0]}{urgent}"
        for name, pattern in _PROPERTIES.items()
        if (found := pattern.search(value, 0, size.start()))
    ]
    return ";".join([*made, f"font-size:{size[0]}{urgent}"])
