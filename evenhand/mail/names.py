"""Makes foreign words fit to be shown: display names, subjects, file names."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

__all__ = ["FILENAME_LIMIT", "SUBJECT_LIMIT", "clean_filename", "clean_line", "clean_subject", "shown_name"]

NAME_LIMIT = 40
SUBJECT_LIMIT = 255
FILENAME_LIMIT = 100

# Controls that are no space, bidi controls, invisible fillers, surrogates, tags. The two joiners stay: Persian and
# emoji are written with them.
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200e\u200f"
    "\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff\ud800-\udfff\U000e0000-\U000e0fff]+"
)
_JOINERS = re.compile("[\u200c\u200d]+")
_FORBIDDEN = frozenset('@<>",;:\\')
_DOTS = str.maketrans({"。": ".", "․": ".", "‧": ".", "·": "."})
_TITLE = re.compile(r"\b(Dr|Fr|Ing|Mag|Mr|Mrs|Ms|Mx|Prof|St)\.(?=[^\W\d_])")
# What a mail program would make a link of, or a reader an address: a scheme, `www.`, an at-sign, `name.tld`.
_LINK = re.compile(r"://|^www\.|@|=\?|\?=|[^\W_]\.(?:[^\W\d_]{2,}|xn--[a-z0-9-]+)(?:[^\w]|$)", re.IGNORECASE)
_SPELLED = re.compile(r"\S[\s([{<]+at[\s)\]}>]+\S.*?[\s([{<]+(?:dot|punkt|point|punto)[\s)\]}>]+\w{2,}", re.IGNORECASE)
_OFFICIAL = frozenset(
    """
    account accounts admin administrator billing care center centre customer desk help helpdesk marketplace
    moderation moderator no official operator policy reply safety security seller sellers service services staff
    support system team the trust
    """.split()
)
# The letters of other scripts that pass for Latin ones (the common part of UTS #39's table).
_PASSES_FOR = str.maketrans(
    "аеорсухіјѕԁһӏкмтвнпгαορνικτυχεηγв0135",
    "aeopcyxijsdhlkmtbhnraopvlktuxenybolss",
)
# Scripts that one word may mix: the "highly restrictive" level of UTS #39 §5.2, Latin left out where it can deceive.
_EAST_ASIAN = ({"CJK", "HIRAGANA", "KATAKANA", "LATIN"}, {"CJK", "HANGUL", "LATIN"}, {"CJK", "BOPOMOFO", "LATIN"})


def clean_line(text: str) -> str:
    r"""
    Make one line of text: NFC, no controls, no bidi overrides or invisible fillers, white space as single spaces.

    >>> clean_line("  Ada\r\nBcc: \u202eeve\x00 ")
    'Ada Bcc: eve'
    """
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    return " ".join(unicodedata.normalize("NFC", _UNSEEN.sub("", text)).split())


def clean_subject(text: str) -> str:
    """
    Make a subject fit to be minted anew: one clean line of at most 255 characters.

    The caller has decoded it, once: what still looks encoded is text, and is written so.
    """
    return _cut(clean_line(text), SUBJECT_LIMIT)


def shown_name(name: str, role_word: str, *, first_only: bool = False, reserved: Iterable[str] = ()) -> str:
    """
    Give the name a counterpart is shown, or `role_word` where nothing presentable is left.

    Words that read as an address or a link are dropped, so are the characters that end a phrase (RFC 5322 §3.2.3).
    A name of which one word mixes scripts that pass for each other (UTS #39), or which speaks for one of `reserved`
    (the marketplace, its staff), is not shown at all. `first_only` keeps the first name, as private buyers expect.
    At most 40 characters.

    >>> shown_name("Ada Lovelace", "Buyer", first_only=True)
    'Ada'
    >>> shown_name("ada@home.example", "Buyer")
    'Buyer'
    """
    line = _JOINERS.sub("", clean_line(name))
    if _SPELLED.search(_folded(line)):
        return role_word
    words = [word for word in _TITLE.sub(r"\1. ", line).split() if not _LINK.search(_folded(word))]
    if first_only:
        words = _first_name(words)
    shown = _cut(_without_forbidden(" ".join(words)), NAME_LIMIT).strip(" -.'|/")
    if any(_mixes_scripts(word) for word in shown.split()) or _speaks_for(shown, reserved):
        return role_word
    return shown if any(char.isalnum() for char in shown) else role_word


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).translate(_DOTS)


def _first_name(words: list[str]) -> list[str]:
    """Find the first name: what follows the comma of `Lovelace, Ada`, else the first word that is no title."""
    for place, word in enumerate(words[:-1]):
        if word.endswith(","):
            words = words[place + 1 :]
            break
    return [word for word in words if not word.endswith(".")][:1] or words[:1]


def _without_forbidden(text: str) -> str:
    kept = "".join(" " if _FORBIDDEN & set(unicodedata.normalize("NFKC", char)) else char for char in text)
    return " ".join(kept.split())


def _mixes_scripts(word: str) -> bool:
    scripts = {
        unicodedata.name(char, "UNNAMED").split(" ", 1)[0].split("-", 1)[0]
        for char in _folded(word)
        if unicodedata.category(char) in {"Lu", "Ll", "Lt", "Lo"}
    }
    return len(scripts) > 1 and not any(scripts <= together for together in _EAST_ASIAN)


def _speaks_for(name: str, reserved: Iterable[str]) -> bool:
    """Whether the name, look-alike letters read as Latin, is a reserved one, or that and words of office alone."""
    words = _skeleton(name).split()
    for other in reserved:
        own = _skeleton(other)
        rest = [word for word in words if word not in own.split()]
        if own and (_joined(words) == own.replace(" ", "") or (len(rest) < len(words) and set(rest) <= _OFFICE)):
            return True
    return False


def _joined(words: list[str]) -> str:
    return "".join(words)


def _skeleton(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).casefold().translate(_PASSES_FOR)
    return " ".join(re.sub(r"[^\w\s]+", "", plain).split()).replace("_", " ")


_OFFICE = frozenset(_skeleton(word) for word in _OFFICIAL)


def _cut(text: str, limit: int) -> str:
    """Shorten to `limit` characters, at a space if one is near, never between a letter and its marks."""
    if len(text) <= limit:
        return text
    end = limit
    while end > limit // 2 and unicodedata.category(text[end]) in {"Mn", "Me", "Mc"}:
        end -= 1
    space = text.rfind(" ", end - end // 4, end + 1)
    return text[: space if space > 0 else end].rstrip()


_KINDS = {"image": "photo", "video": "video", "audio": "audio", "text": "document"}
_DOCUMENTS = {
    "application/pdf": "pdf",
    "application/rtf": "rtf",
    "application/msword": "doc",
    "application/vnd.ms-excel": "xls",
    "application/vnd.ms-powerpoint": "ppt",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": "pptx",
    "application/vnd.oasis.opendocument.text": "odt",
    "application/vnd.oasis.opendocument.spreadsheet": "ods",
    "application/vnd.oasis.opendocument.presentation": "odp",
}
_EXTENSIONS = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/gif": "gif",
    "image/webp": "webp",
    "image/heic": "heic",
    "image/heif": "heif",
    "image/avif": "avif",
    "image/bmp": "bmp",
    "image/tiff": "tiff",
    "text/plain": "txt",
    "text/csv": "csv",
    "text/calendar": "ics",
    "text/markdown": "md",
    "video/mp4": "mp4",
    "video/quicktime": "mov",
    "video/webm": "webm",
    "audio/mpeg": "mp3",
    "audio/mp4": "m4a",
    "audio/ogg": "ogg",
    "audio/wav": "wav",
    "application/zip": "zip",
    "application/gzip": "gz",
}
_SEPARATORS = re.compile(r"[/\\\u2044\u2215\u2216\u29f8\u29f9\ufe68\uff0f\uff3c]")


def clean_filename(name: str, media_type: str, ordinal: int) -> tuple[str, str]:
    r"""
    Give a file two names: a generated one that travels, and the author's own, cleaned, to be shown.

    The generated one says only the kind and the number, since file names carry paths, people and devices; its
    ending is that of the media type, which the caller has found by content. The shown one keeps what stands behind
    the last path separator, without leading dots, at most 100 characters; an empty one is the generated one.

    >>> clean_filename("C:\\Users\\ada\\..lamp.jpg", "image/jpeg", 1)
    ('photo-1.jpg', 'lamp.jpg')
    """
    media_type = media_type.partition(";")[0].strip().lower()
    document = _DOCUMENTS.get(media_type)
    kind = "document" if document else _KINDS.get(media_type.partition("/")[0], "file")
    generated = f"{kind}-{ordinal}.{document or _EXTENSIONS.get(media_type, 'bin')}"
    shown = _SEPARATORS.split(clean_line(name))[-1].lstrip(". ").rstrip(". ")
    return generated, _short_filename(shown) or generated


def _short_filename(name: str) -> str:
    """Shorten to 100 characters and keep the ending, which says what the file is."""
    stem, dot, ending = name.rpartition(".")
    if len(name) <= FILENAME_LIMIT or not dot or len(ending) > 10:
        return name[:FILENAME_LIMIT].rstrip(". ")
    return f"{stem[: FILENAME_LIMIT - len(ending) - 1].rstrip('. ')}.{ending}"
