"""Reads and writes the XML of documents: no entities, no outside, no comments; names of elements by their space."""

from __future__ import annotations

import re

from lxml import etree

from evenhand.mail.files.office.package import Refused

__all__ = ["local", "read", "remove", "space", "write"]

_ENCODING = re.compile(rb"<\?xml[^>]*encoding\s*=\s*[\"']([A-Za-z0-9._-]+)")


def read(content: bytes) -> etree._Element:
    """
    Read an XML part in UTF-8 into its root element; comments and processing instructions are dropped.

    Raises Refused for a document type declaration (nothing in an office document needs one, and entities and outside
    references come by it), another encoding, nesting deeper than 256, or what is not well-formed.
    """
    plain = content.removeprefix(b"\xef\xbb\xbf")
    encoding = _ENCODING.match(plain[:200])
    if encoding and encoding.group(1).lower() not in {b"utf-8", b"us-ascii", b"ascii"}:
        raise Refused("its text is written in an unusual encoding")
    if b"<!DOCTYPE" in plain or b"<!ENTITY" in plain or plain.startswith((b"\xff\xfe", b"\xfe\xff", b"<\0", b"\0<")):
        raise Refused("its text holds declarations that are not needed")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True, huge_tree=False
    )
    try:
        return etree.fromstring(plain, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Refused("its text is damaged") from error


def write(root: etree._Element) -> bytes:
    """Write an XML part, in UTF-8 with its declaration."""
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True))


def local(name: str | bytes | bytearray | etree.QName) -> str:
    """The name without its space."""
    return str(name).rpartition("}")[2]


def space(name: str | bytes | bytearray | etree.QName) -> str:
    """The space of a name, or an empty string."""
    return str(name)[1:].partition("}")[0] if str(name).startswith("{") else ""


def remove(element: etree._Element) -> None:
    """Take an element out of its parent; words that stand behind it stay."""
    parent = element.getparent()
    if parent is None:
        return
    if element.tail:
        before = element.getprevious()
        if before is None:
            parent.text = (parent.text or "") + element.tail
        else:
            before.tail = (before.tail or "") + element.tail
    parent.remove(element)
