"""Cleans PDF documents: what is on their pages stays; who made them, what they run and what they carry goes."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from io import BytesIO

import pikepdf

from evenhand.mail.files.outcome import Clean, Held
from evenhand.mail.files.pictures import jpeg
from evenhand.mail.files.pictures.colour import nameless

__all__ = ["clean_pdf", "preload"]

OBJECTS_LIMIT = 200_000
STREAM_LIMIT = 32 * 1024 * 1024
"""Bytes a picture or profile may unpack to."""

# Keys that tell of people and programs, run something, or carry other files, wherever they stand
# (ISO 32000-2: §14.3, §14.5, §12.6.3, §7.11, §12.7.8, §12.8). Thumbnails may show what the page no longer does.
_NOWHERE = frozenset(
    """
    /Metadata /PieceInfo /LastModified /AA /OpenAction /JS /JavaScript /AF /EF /EmbeddedFiles /XFA /NeedsRendering
    /Perms /DSS /Legal /Collection /Thumb /Threads /SpiderInfo /OutputIntents /PA /CreatorInfo /MarkInfoDate /UR /UR3
    """.split()
)
# What an action may do: go somewhere in this document, or to an address that shows itself (§12.6.4).
_ALLOWED_ACTIONS = frozenset({"/GoTo", "/Named", "/URI"})
_ACTIONS = _ALLOWED_ACTIONS | frozenset(
    """
    /GoToR /GoToE /GoToDp /Launch /Thread /Sound /Movie /Hide /SubmitForm /ResetForm /ImportData /JavaScript
    /SetOCGState /Rendition /Trans /GoTo3DView /RichMediaExecute
    """.split()
)
_ALLOWED_SCHEMES = ("http://", "https://", "mailto:")
_ALLOWED_NAMES = frozenset({"/NextPage", "/PrevPage", "/FirstPage", "/LastPage"})
# Annotations that carry a file, a film or a machine (§12.5.6).
_CARRIERS = frozenset(
    {"/FileAttachment", "/Sound", "/Movie", "/Screen", "/3D", "/RichMedia", "/PrinterMark", "/TrapNet"}
)
_OF_ANNOTATORS = ("/T", "/M", "/NM", "/CreationDate", "/RC", "/IRT", "/Subj", "/ExData")
_OF_ROOT = ("/URI", "/Names", "/AcroForm", "/Lang")
_LOCKED = Held("sealed", "The PDF is locked, so it can’t be checked.", "Save it without a password and attach it anew.")
_DAMAGED = Held("unchecked", "The PDF is damaged, so it can’t be checked.", "Print it to a new PDF and attach that.")
_TOO_LARGE = Held("unchecked", "The PDF is too complex to be checked.", "Print it to a new PDF and attach that.")
_NOTE = "Author, program and other details of the PDF were taken out, and all it could run or carry."
_SIGNATURE_NOTE = "The PDF was signed; what is passed on is not."

Collection = pikepdf.Dictionary | pikepdf.Array | pikepdf.Stream


def preload() -> None:
    """Import and run once everything that a rewrite needs."""
    with pikepdf.new() as made:
        made.add_blank_page()
        out = BytesIO()
        made.save(out)
    clean_pdf(out.getvalue())


def clean_pdf(content: bytes) -> Clean | Held:
    """
    Write a PDF anew from what its pages need.

    Document information, XMP, private data, file attachments, scripts, forms that send, signatures with their
    certificates, thumbnails, names of annotators and the lasting file id (§14.4) go; links stay, in objects of their
    own, where a search finds them. Pictures lose their EXIF, colour profiles their names. A document that is
    encrypted, or that a reader would have to guess at, waits for a person.
    """
    if not content.lstrip(b"\r\n\t \xef\xbb\xbf").startswith(b"%PDF-"):
        return _DAMAGED
    try:
        with pikepdf.open(BytesIO(content), suppress_warnings=True, attempt_recovery=False) as document:
            if document.is_encrypted:
                return _LOCKED
            if len(document.objects) > OBJECTS_LIMIT:
                return _TOO_LARGE
            signed = _strip(document)
            out = BytesIO()
            document.save(
                out,
                deterministic_id=True,
                fix_metadata_version=False,
                object_stream_mode=pikepdf.ObjectStreamMode.disable,
                compress_streams=True,
                stream_decode_level=pikepdf.StreamDecodeLevel.none,
            )
            if document.get_warnings():
                return _DAMAGED
    except pikepdf.PasswordError:
        return _LOCKED
    except MemoryError:
        return _TOO_LARGE
    except Exception:  # noqa: BLE001  whatever a reader stumbles over was not checked
        return _DAMAGED
    return Clean(out.getvalue(), "application/pdf", (_NOTE, _SIGNATURE_NOTE) if signed else (_NOTE,))


def _strip(document: pikepdf.Pdf) -> bool:
    """Take out what tells, runs or carries; says whether there was a signature."""
    root, trailer = document.Root, document.trailer
    for key in ("/Info", "/ID", "/Prev", "/XRefStm"):
        if key in trailer:
            del trailer[key]
    destinations = root["/Names"].get("/Dests") if isinstance(root.get("/Names"), pikepdf.Dictionary) else None
    fields = root.get("/AcroForm")
    for key in _OF_ROOT:
        if key in root:
            del root[key]
    if destinations is not None:
        root["/Names"] = pikepdf.Dictionary(Dests=destinations)
    signed = False
    for one in document.objects:
        for found in _within(one):
            signed = _strip_dictionary(found) or signed
    if isinstance(fields, pikepdf.Dictionary):
        kept = {key: fields[key] for key in ("/Fields", "/DR", "/DA", "/Q") if key in fields}
        root["/AcroForm"] = pikepdf.Dictionary(kept)
    return signed


def _within(one: pikepdf.Object) -> Iterator[pikepdf.Dictionary | pikepdf.Stream]:
    """An object and all that stands in it, not what it only refers to: that comes in its own turn."""
    waiting: list[object] = [one]
    while waiting:
        found = waiting.pop()
        if isinstance(found, (pikepdf.Dictionary, pikepdf.Stream)):
            yield found
            inner = [found.get(key) for key in found.keys()]  # noqa: SIM118  a stream is no mapping
        elif isinstance(found, pikepdf.Array):
            inner = list(found.as_list())
        else:
            continue
        waiting += [other for other in inner if isinstance(other, Collection) and not other.is_indirect]


def _strip_dictionary(found: pikepdf.Dictionary | pikepdf.Stream) -> bool:  # noqa: C901  one step a key
    keys = set(found.keys())
    for key in keys & _NOWHERE:
        del found[key]
    for key in ("/A", "/Next"):
        action = found.get(key)
        if (isinstance(action, pikepdf.Dictionary) and not _may_stay(action, key)) or (
            isinstance(action, pikepdf.Array) and key == "/Next"
        ):
            del found[key]
    if str(found.get("/S", "")) in _ACTIONS - _ALLOWED_ACTIONS and keys & {"/F", "/JS", "/Win", "/R", "/Type", "/URL"}:
        for key in tuple(found.keys()):
            del found[key]
        return False
    if "/Annots" in keys:
        _strip_annotations(found)
    if keys & {"/Rect", "/Subtype"} == {"/Rect", "/Subtype"} and found["/Subtype"] != pikepdf.Name.Widget:
        for key in _OF_ANNOTATORS:
            if key in found:
                del found[key]
    if isinstance(found, pikepdf.Stream):
        _strip_stream(found)
    signed = str(found.get("/FT", "")) == "/Sig" and "/V" in found
    if signed:
        del found["/V"]
    return signed


def _may_stay(action: pikepdf.Dictionary, key: str) -> bool:
    kind = str(action.get("/S", ""))
    if kind not in _ALLOWED_ACTIONS:
        # Outlines are chained by the same key, and attributes of the structure stand under the other.
        return kind not in _ACTIONS and ("/S" not in action or key == "/A")
    if kind == "/URI":
        return str(action.get("/URI", "")).strip().lower().startswith(_ALLOWED_SCHEMES)
    return kind != "/Named" or str(action.get("/N", "")) in _ALLOWED_NAMES


def _strip_annotations(page: pikepdf.Dictionary | pikepdf.Stream) -> None:
    notes = page["/Annots"]
    if not isinstance(notes, pikepdf.Array):
        del page["/Annots"]
        return
    kept = [
        note
        for note in notes.as_list()
        if isinstance(note, pikepdf.Dictionary) and str(note.get("/Subtype", "")) not in _CARRIERS
    ]
    page["/Annots"] = pikepdf.Array(kept)


def _strip_stream(found: pikepdf.Stream) -> None:
    """Take EXIF out of pictures and names out of colour profiles, where they stand as files of their own."""
    given = found.get("/Filter")
    filters = [str(one) for one in given.as_list()] if isinstance(given, pikepdf.Array) else [str(given or "")]
    if filters[-1] == "/DCTDecode":
        bare = jpeg.bare(_unpacked(found, filters[:-1]))
        if bare is None:
            raise ValueError("a picture in it cannot be read")
        found.write(bare.content, filter=pikepdf.Name.DCTDecode)
    elif "/N" in found and not {"/Type", "/Subtype", "/FunctionType"} & set(found.keys()):
        profile = _unpacked(found, filters)
        if profile[36:40] == b"acsp":
            found.write(nameless(profile) or b"")


def _unpacked(found: pikepdf.Stream, filters: list[str]) -> bytes:
    """Unpack a stream within bounds; raises ValueError for what is packed in a way nobody writes pictures by."""
    content = found.read_raw_bytes()
    for one in filters:
        if one == "/FlateDecode" and not found.get("/DecodeParms"):
            unpacker = zlib.decompressobj()
            content = unpacker.decompress(content, STREAM_LIMIT)
            if unpacker.unconsumed_tail:
                raise ValueError("a stream in it unpacks without end")
        elif one:
            raise ValueError("a stream in it is packed in an unusual way")
    return content
