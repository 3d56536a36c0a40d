"""Compares what a file is said to be, by its type and its name, with what it is."""

from __future__ import annotations

from evenhand.mail.sniff.endings import ending

__all__ = ["is_disguised"]

# What a program may call a file without anybody being deceived: names of the same thing, or no name at all.
_SAYS_NOTHING = frozenset(
    {"", "application/octet-stream", "application/x-download", "application/force-download", "binary/octet-stream"}
)
_PDF = "application/pdf"
_PDF_NAMES = frozenset({_PDF, "application/x-pdf", "application/acrobat", "text/pdf"})
_PICTURES = frozenset("jpg jpeg jpe jfif png gif webp heic heif avif bmp tif tiff".split())
_SOUNDS = frozenset("mp3 m4a wav ogg flac aac mp4 mov avi mkv webm".split())
_OFFICE = frozenset("docx xlsx pptx odt ods odp".split())


def is_disguised(media_type: str, declared: str, name: str) -> bool:
    """
    Whether type or name would make a person expect another kind of file than its content is.

    A picture called another kind of picture deceives nobody, and honest programs call text many things. Types stand
    in lower case without parameters.
    """
    found = _family(media_type)
    claimed = "" if declared in _SAYS_NOTHING else _family("application/pdf" if declared in _PDF_NAMES else declared)
    named = _named(ending(name))
    return any(_betrays(claim, found) for claim in (claimed, named) if claim)


def _family(media_type: str) -> str:
    kind = media_type.partition("/")[0]
    if media_type == _PDF:
        return "pdf"
    if "officedocument" in media_type or "opendocument" in media_type:
        return "office"
    return "sound" if kind in {"audio", "video"} else kind


def _named(last: str) -> str:
    if last == "pdf":
        return "pdf"
    for names, family in ((_PICTURES, "image"), (_SOUNDS, "sound"), (_OFFICE, "office")):
        if last in names:
            return family
    return ""


def _betrays(claim: str, found: str) -> bool:
    if found == "text":
        return claim in {"image", "sound", "pdf"}
    # Documents of offices are called many things too, by honest programs: types of older ones, of archives.
    return claim != found and not (found == "office" and claim == "application")
