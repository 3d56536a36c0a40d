"""Turns bytes of a declared charset into text, and unfolds flowed lines."""

import codecs
import re
from dataclasses import dataclass
from functools import lru_cache

__all__ = ["Decoded", "decode", "unflow", "without_marks"]

# Codecs of Python that are transformations, not charsets, or that execute escapes.
_NOT_CHARSETS = frozenset({"idna", "punycode", "unicode-escape", "raw-unicode-escape", "undefined", "mbcs", "oem"})
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


@dataclass(frozen=True, slots=True)
class Decoded:
    """Text, and whether every byte of it was understood."""

    text: str
    exact: bool


# Names that mail programs write and Python does not know.
_ALIASES = {
    "iso-8859-8-i": "iso-8859-8",
    "iso-8859-8-e": "iso-8859-8",
    "x-sjis": "cp932",
    "windows-31j": "cp932",
    "x-gbk": "gb18030",
    "x-euc-jp": "euc_jp",
    "x-euc-kr": "cp949",
    "x-big5": "big5hkscs",
    "windows-949": "cp949",
    "x-windows-949": "cp949",
    "windows-936": "gb18030",
    "windows-874": "cp874",
    "x-mac-roman": "mac_roman",
    "macintosh": "mac_roman",
    "x-mac-cyrillic": "mac_cyrillic",
    "koi8-ru": "koi8_u",
    "cp-850": "cp850",
    "utf8mb4": "utf-8",
    "unicode-1-1-utf-8": "utf-8",
    "unicode-1-1-utf-7": "utf-7",
    "ansi_x3.4": "cp1252",
}
# What is declared by the one name is written in the other, of which it is a part (WHATWG Encoding §4.2).
_SUPERSETS = {
    "iso8859-1": "cp1252",
    "ascii": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "big5": "big5hkscs",
    "iso2022_jp": "iso2022_jp_ext",
}


@lru_cache(maxsize=512)
def _codec(charset: str) -> str | None:
    try:
        name = charset.strip("\"' \t").lower()
        # Some write a prefix that is registered nowhere: `x-windows-1252`, `x-iso-8859-1`.
        info = codecs.lookup(_ALIASES.get(name, name.removeprefix("x-")))
    except (LookupError, ValueError, UnicodeError):
        return None
    if not getattr(info, "_is_text_encoding", True) or info.name.replace("_", "-") in _NOT_CHARSETS:
        return None
    return _SUPERSETS.get(info.name, info.name)


def decode(content: bytes, charset: str | None) -> Decoded:
    """
    Decode by the declared charset, then by byte-order mark, UTF-8, and Windows-1252.

    Never raises: what cannot be read becomes U+FFFD and `exact` is false. NUL is dropped, since neither a mail
    program shows it nor a database stores it.
    """
    named = _codec(charset) if charset else None
    for codec in _candidates(content, named):
        try:
            text = content.decode(codec)
            if codec == "utf-7":
                text = _without_halves(text)
            return Decoded(_plain(text), exact=named is not None or charset is None)
        except (UnicodeError, ValueError, OverflowError):
            continue
    return Decoded(_plain(content.decode("cp1252", "replace")), exact=False)


def _candidates(content: bytes, named: str | None) -> list[str]:
    found = [codec for mark, codec in _BYTE_ORDER_MARKS if content.startswith(mark)][:1]
    # What is declared as ASCII or Latin-1 holds UTF-8 more often than it tells.
    if named == "cp1252":
        found.append("utf-8")
    if named:
        found.append(named)
    found += ["utf-8", "cp1252"]
    return found


def _without_halves(text: str) -> str:
    """Replace halves of surrogate pairs, which only UTF-7 lets through: no database stores them."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _plain(text: str) -> str:
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text.replace("\x00", "") if "\x00" in text else text


def unflow(text: str, *, delete_space: bool = False) -> str:
    r"""
    Join the soft line breaks of `format=flowed` (RFC 3676 §4), so that nothing is missed because it was wrapped.

    >>> unflow("write to ada@home. \nexample\n", delete_space=True)
    'write to ada@home.example\n'
    """
    lines: list[str] = []
    paragraph: list[str] = []
    open_depth: int | None = None
    for raw in text.split("\n"):
        depth = len(raw) - len(raw.lstrip(">"))
        line = raw[depth:].removeprefix(" ")
        soft = line.endswith(" ") and line != "-- "
        kept = line[:-1] if soft and delete_space else line
        if open_depth != depth or line == "-- ":
            lines += ["".join(paragraph)] if paragraph else []
            paragraph = [">" * depth + (" " if depth and line else "")]
        paragraph.append(kept)
        open_depth = depth if soft else None
    return "\n".join([*lines, "".join(paragraph)])


_MARK = re.compile(r"<param>[^<]*</param>|<(<)|<[^<>]*>|(?<!\n)\r?\n(?!\r?\n)", re.IGNORECASE)


def without_marks(text: str) -> str:
    """Give the words of enriched text (RFC 1896): no commands, two angle brackets as one, a line end as a space."""
    return _MARK.sub(lambda found: "<" if found[1] else " " if "\n" in found[0] else "", text)
