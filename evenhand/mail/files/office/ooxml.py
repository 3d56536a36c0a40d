"""Cleans OOXML documents (ECMA-376): Word, Excel and PowerPoint since 2007."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Mapping

from lxml import etree

from evenhand.mail.files.office.markup import local, read, remove, space, write

__all__ = ["Macros", "strip"]

_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_TYPES_PART = "[Content_Types].xml"
_PICTURES = re.compile(r"\.(?:jpe?g|png|gif)\Z", re.IGNORECASE)
# What is kept: the document, its looks, and its pictures.
_KEPT = re.compile(
    r"(?:word|xl|ppt)/(?:"
    r"(?:document|styles|stylesWithEffects|settings|webSettings|fontTable|numbering|footnotes|endnotes|workbook"
    r"|sharedStrings|metadata|presentation|presProps|viewProps|tableStyles|header\d*|footer\d*)\.xml"
    r"|(?:theme|worksheets|chartsheets|tables|charts|drawings|diagrams|slides|slideLayouts|slideMasters|notesMasters"
    r"|notesSlides|handoutMasters|media|richData|fonts)/[^/]+"
    r"|(?:(?:theme|worksheets|chartsheets|charts|drawings|diagrams|slides|slideLayouts|slideMasters|notesMasters"
    r"|notesSlides|handoutMasters)/)?_rels/[^/]+\.rels)\Z|_rels/\.rels\Z|\[Content_Types\]\.xml\Z"
)
_DROPPED = re.compile(r"comment|people|person|author|printerSettings|vmlDrawing|revision|docMetadata", re.IGNORECASE)
_KEPT_FILES = re.compile(r"\.(?:xml|rels|jpe?g|png|gif|odttf|fntdata)\Z", re.IGNORECASE)
_MACROS = re.compile(r"vbaProject|vbaData|macroEnabled|macrosheet|xl4|activeX", re.IGNORECASE)

# Elements that tell of people, machines, other files or earlier states, by their local names.
_TELLING = frozenset(
    """
    commentRangeStart commentRangeEnd commentReference rsids rsid docVars attachedTemplate mailMerge saveThroughXslt
    docId
    absPath fileSharing revisionPtr externalReferences legacyDrawing legacyDrawingHF oleObjects controls webPublishItems
    webPublishing customWorkbookViews smartTags smartTagPr writeProtection cmAuthorLst pivotCaches
    object OLEObject control oleLink externalData subDoc altChunk frame customXmlDelRangeStart presenceInfo
    """.split()
)
_AUTHOR = frozenset({"author", "initials", "userName", "lastModifiedBy", "userId", "providerId", "personId"})
_TIMES = frozenset({"date", "dateUtc", "modifiedTime", "dT"})
_FIELD_OF_FILES = re.compile(
    r"\A\s*(?:INCLUDE|LINK|DDE|RD\b|IMPORT|DATABASE|MERGEFIELD|AUTHOR|LASTSAVEDBY|FILENAME)", re.IGNORECASE
)
_OUTSIDE_FORMULA = re.compile(r"\[\d+\]|\|\s*'|\b(?:WEBSERVICE|DDE|CALL|REGISTER(?:\.ID)?)\(", re.IGNORECASE)
_ALLOWED_LINKS = ("http://", "https://")


class Macros(Exception):
    """A document that holds programs."""


def strip(  # noqa: C901  one arm a kind of part
    members: Mapping[str, bytes], clean: Callable[[bytes, str], bytes | None]
) -> dict[str, bytes]:
    """
    Keep the parts on the list, and in them no authors, times, comments, nor relations that lead outside.

    Links to web addresses stay as they are, since the reader sees and chooses them. `clean` frees a picture by its
    bytes and name, or gives None for one that cannot be. Raises Macros, or Refused for what cannot be read.
    """
    if any(_MACROS.search(name) for name in members) or _MACROS.search(
        members.get(_TYPES_PART, b"").decode("utf-8", "replace")
    ):
        raise Macros
    kept: dict[str, bytes] = {}
    for name, content in members.items():
        if not _KEPT.match(name) or _DROPPED.search(name) or not _KEPT_FILES.search(name):
            continue
        if _PICTURES.search(name):
            picture = clean(content, name)
            if picture is not None:
                kept[name] = picture
        else:
            kept[name] = content
    gone: dict[str, set[str]] = {}
    for name in [one for one in kept if one.endswith(".rels")]:
        owner = _owner(name)
        if owner and owner not in kept:
            del kept[name]
            continue
        kept[name], gone[owner] = _relations(kept[name], owner, kept)
    for name, content in kept.items():
        if name == _TYPES_PART:
            kept[name] = _types(content, kept)
        elif name.endswith(".xml"):
            kept[name] = _part(content, gone.get(name, set()))
    return kept


def _owner(relations: str) -> str:
    """The part whose relations these are; an empty string for those of the package."""
    folder, _, name = relations.rpartition("_rels/")
    return f"{folder}{name.removesuffix('.rels')}"


def _relations(content: bytes, owner: str, kept: Mapping[str, bytes]) -> tuple[bytes, set[str]]:
    """Keep relations to parts that are kept, and links; returns the ids of those that went (ECMA-376 part 2 §6.5)."""
    root = read(content)
    gone: set[str] = set()
    for one in list(root):
        target, outside = one.get("Target", ""), one.get("TargetMode", "").lower() == "external"
        if outside:
            stays = local(one.get("Type", "").rpartition("/")[2]) == "hyperlink" and target.lower().startswith(
                _ALLOWED_LINKS
            )
        else:
            path = posixpath.normpath(posixpath.join(posixpath.dirname("/" + owner), target)).lstrip("/")
            stays = path in kept or target.startswith("#")
        if space(one.tag) != _RELATIONS or not stays:
            gone.add(one.get("Id", ""))
            root.remove(one)
    return write(root), gone


def _types(content: bytes, kept: Mapping[str, bytes]) -> bytes:
    root = read(content)
    for one in list(root):
        if local(one.tag) == "Override" and one.get("PartName", "").lstrip("/") not in kept:
            root.remove(one)
    return write(root)


def _part(content: bytes, gone: set[str]) -> bytes:
    root = read(content)
    for element in list(root.iter(etree.Element)):
        name = local(element.tag)
        if name in _TELLING and element is not root:
            remove(element)
            continue
        if name == "instrText" and _FIELD_OF_FILES.match(element.text or ""):
            element.text = None
        elif name == "fldSimple" and _FIELD_OF_FILES.match(_attribute(element, "instr")):
            _set(element, "instr", "")
        elif name in {"f", "formula1", "formula2"} and _OUTSIDE_FORMULA.search(element.text or ""):
            remove(element)
            continue
        _attributes(element, gone)
    return write(root)


def _attributes(element: etree._Element, gone: set[str]) -> None:
    for key in list(element.attrib):
        name, value = local(key), str(element.attrib[key])
        related = "relationships" in space(key)
        if name.startswith("rsid") or name in _TIMES or name == "documentId":
            del element.attrib[key]
        elif name in _AUTHOR:
            element.attrib[key] = "Author"
        elif name in {"descr", "title"} and local(element.tag) in {"docPr", "cNvPr"}:
            # The description of a picture is often the path of its file.
            element.attrib[key] = "" if re.search(r"[\\/]|\.\w{3,4}\Z", value) else value
        elif related and value in gone:
            # Words that were a link stay as words; what a picture was linked from is not needed to show it.
            if name == "link" or (local(element.tag) == "hyperlink" and "word" in space(element.tag)):
                del element.attrib[key]
            else:
                remove(element)
                return


def _attribute(element: etree._Element, name: str) -> str:
    return next((str(value) for key, value in element.attrib.items() if local(key) == name), "")


def _set(element: etree._Element, name: str, value: str) -> None:
    for key in list(element.attrib):
        if local(key) == name:
            element.attrib[key] = value
