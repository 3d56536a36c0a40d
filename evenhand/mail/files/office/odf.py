"""Cleans OpenDocument files (ISO/IEC 26300): texts, tables, presentations, drawings."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from lxml import etree

from evenhand.mail.files.office.markup import local, read, remove, write
from evenhand.mail.files.office.ooxml import Macros
from evenhand.mail.files.office.package import Refused

__all__ = ["strip"]

_KEPT = re.compile(
    r"mimetype\Z|META-INF/manifest\.xml\Z|(?:Object \d{1,4}/)?(?:(?:content|styles)\.xml|Pictures/[^/]+)\Z"
)
_PICTURES = re.compile(r"\.(?:jpe?g|png|gif)\Z", re.IGNORECASE)
_MACROS = re.compile(r"(?:Basic|Scripts|Dialogs)/")
_TELLING = frozenset(
    """
    annotation annotation-end scripts
    event-listeners forms event-listener tracked-changes change change-start change-end
    dde-source dde-connection-decls dde-link table-source cell-range-source section-source
    applet plugin floating-frame object-ole user-defined author-name author-initials sender-firstname
    sender-lastname sender-initials sender-title sender-position sender-email sender-phone-private sender-phone-work
    sender-fax sender-company sender-street sender-city sender-postal-code sender-country sender-state-or-province
    initial-creator creator printed-by editing-cycles file-name template-name meta-field
    """.split()
)
_XLINK = "http://www.w3.org/1999/xlink"
_ALLOWED_LINKS = ("http://", "https://")
_MANIFEST = "META-INF/manifest.xml"


def strip(members: Mapping[str, bytes], clean: Callable[[bytes, str], bytes | None]) -> dict[str, bytes]:
    """
    Keep content, styles and pictures, and in them no comments, earlier states, authors' fields or sources elsewhere.

    Links to web addresses stay. `clean` is as for `ooxml.strip`. Raises Macros, or Refused for what cannot be read.
    """
    if any(_MACROS.match(name) for name in members):
        raise Macros
    if b"encryption-data" in members.get(_MANIFEST, b""):
        raise Refused("it is locked")
    kept: dict[str, bytes] = {}
    for name, content in members.items():
        if not _KEPT.match(name):
            continue
        if "Pictures/" in name:
            picture = clean(content, name) if _PICTURES.search(name) else None
            if picture is not None:
                kept[name] = picture
        elif name.endswith(".xml") and name != _MANIFEST:
            kept[name] = _part(content, members)
        else:
            kept[name] = content
    if _MANIFEST in kept:
        kept[_MANIFEST] = _manifest(kept[_MANIFEST], kept)
    return kept


def _part(content: bytes, members: Mapping[str, bytes]) -> bytes:
    root = read(content)
    if any(local(one.tag) == "script" and len(one) for one in root.iter(etree.Element)):
        raise Macros
    for element in list(root.iter(etree.Element)):
        name = local(element.tag)
        if name in _TELLING and element is not root:
            remove(element)
            continue
        link = element.get(f"{{{_XLINK}}}href")
        if link is None:
            continue
        web = name == "a" and link.lower().startswith(_ALLOWED_LINKS)
        inside = link.startswith("#") or link.removeprefix("./") in members or _is_object(link, members)
        if not web and not inside:
            del element.attrib[f"{{{_XLINK}}}href"]
    return write(root)


def _is_object(link: str, members: Mapping[str, bytes]) -> bool:
    folder = link.removeprefix("./").rstrip("/")
    return bool(folder) and f"{folder}/content.xml" in members


def _manifest(content: bytes, kept: Mapping[str, bytes]) -> bytes:
    root = read(content)
    for one in list(root):
        path = next((str(value) for key, value in one.attrib.items() if local(key) == "full-path"), "")
        is_folder = path.endswith("/") and any(name.startswith(path) for name in kept)
        if path != "/" and path not in kept and not is_folder:
            root.remove(one)
    return write(root)
