"""Reads one internet mail: bytes in, a `Mail` with its defects out, or `Unreadable` past the hard limits."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from email import message_from_bytes, policy
from email.message import Message

from evenhand.mail import header, html
from evenhand.mail.ambiguity import boundary_of, doubts_of_ends, doubts_of_part, structure_fields
from evenhand.mail.boundary import rename_boundary, with_known_boundary
from evenhand.mail.inlined import inlined_pictures
from evenhand.mail.parsed import Mail, Part, Unreadable
from evenhand.mail.screen import DEPTH_LIMIT, screen
from evenhand.mail.text import decode, unflow, without_marks
from evenhand.mail.transfer import IDENTITY, mechanism, undo
from evenhand.mail.wrapped import tnef
from evenhand.mail.wrapped.armour import without_armour
from evenhand.mail.wrapped.rtf import words_of_rtf
from evenhand.mail.wrapped.signed import signed_content

__all__ = ["Mail", "Part", "Unreadable", "parse"]

PARTS_LIMIT = 500
TEXT_LIMIT = 256 * 1024

_ENCRYPTED = {"multipart/encrypted", "application/pgp-encrypted"}
_SIGNED = {"application/pkcs7-mime", "application/x-pkcs7-mime"}
_SIGNATURES = {"application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature"}
_OPAQUE = {"message/rfc822", "message/global", "message/partial", "message/external-body"}
_UUENCODED = {"x-uuencode", "uuencode", "uue", "x-uue"}
_MEDIA_TYPE = re.compile(r"[A-Za-z0-9.+-]+/[A-Za-z0-9.+-]+")
_ALTERNATIVES_NOBODY_JUDGED = {"text/x-amp-html", "text/watch-html"}
_TEXT_OF_FILES = _ALTERNATIVES_NOBODY_JUDGED | {
    "text/calendar", "text/vcard", "text/x-vcard", "text/directory", "text/csv", "text/tab-separated-values",
    "text/rfc822-headers", "text/xml", "text/css", "text/javascript", "text/x-python", "text/x-shellscript",
}  # fmt: skip
"""What stands in these is read by programs; any other unnamed text is words (RFC 2046 §4.1.4)."""


def parse(raw: bytes) -> Mail | Unreadable:
    """
    Read a mail within the limits. Never raises on any bytes.

    compat32 reads structure without raising and thirty times faster on hostile mail than the newer policies; the
    dozen fields we need are read by `evenhand.mail.header`, in linear time.
    """
    refusal = screen(raw)
    if refusal:
        return Unreadable(refusal)
    try:
        renamed, boundary = rename_boundary(raw)
        return _read(message_from_bytes(renamed, policy=policy.compat32), raw, boundary)
    except RecursionError:
        return Unreadable("its parts are nested without end")
    except (ValueError, LookupError, TypeError, AttributeError, IndexError, AssertionError) as error:
        return Unreadable(f"the parser stopped: {type(error).__name__}")


class _Reading:
    """What has been gathered so far while walking the parts."""

    def __init__(self) -> None:
        self.blocks: list[tuple[str | None, str | None]] = []
        self.parts: list[Part] = []
        self.defects: list[str] = []
        self.doubts: list[str] = []
        self.types: set[str] = set()
        self.packed: list[tuple[str, str]] = []
        self.sealed = False
        self.signed = False
        self.count = 0


def _read(message: Message, raw: bytes, boundary: str) -> Mail | Unreadable:
    reading = _Reading()
    fields: dict[str, list[str]] = {}
    for name, value in message.raw_items():
        too_long = len(value) > header.FIELD_LIMIT
        if too_long and name.lower() == "from":
            return Unreadable(f"its From field passes {header.FIELD_LIMIT} characters")
        if too_long:
            reading.defects.append("field-too-long")
        # The words of too long a field are gone, but that it stood there counts: it may be the second of its name.
        fields.setdefault(name.lower(), []).append("" if too_long else header.unfold(value))
    frozen = {name: tuple(values) for name, values in fields.items()}
    _walk(message, reading, (), frozen, boundary)
    if reading.count > 1:
        reading.doubts += doubts_of_ends(raw)
    if not reading.blocks:
        # Outlook writes the words into its package alone if it believes that a program like itself will read them.
        reading.blocks += [(text or None, rich or None) for text, rich in reading.packed[:1] if text or rich]
    text = "\n\n".join(_texts(reading.blocks))
    if len(text) > TEXT_LIMIT or any(_is_cut(*block) for block in reading.blocks):
        reading.defects.append("text-too-long")
    senders = frozen.get("from", ())
    sender = header.read_mailboxes(senders[0]) if len(senders) == 1 else header.Mailboxes((), ambiguous=bool(senders))
    return Mail(
        media_type=message.get_content_type(),
        fields=frozen,
        subject=header.decode_words(frozen.get("subject", ("",))[0]),
        text=without_armour(text),
        html=without_armour(_rich(reading.blocks)),
        parts=tuple(_each_appointment_once(reading.parts)),
        defects=tuple(dict.fromkeys(reading.defects)),
        report_types=frozenset(reading.types & _REPORT_TYPES),
        encrypted=bool(reading.types & _ENCRYPTED) or "-----BEGIN PGP MESSAGE-----" in text or reading.sealed,
        signed=reading.signed or "-----BEGIN PGP SIGN" in text,
        sender=sender,
        doubts=tuple(dict.fromkeys(reading.doubts)),
    )


_REPORT_TYPES = {
    "message/delivery-status",
    "message/global-delivery-status",
    "message/feedback-report",
    "message/disposition-notification",
    "message/global-disposition-notification",
}


def _walk(
    message: Message,
    reading: _Reading,
    around: tuple[str, ...],
    fields: Mapping[str, Sequence[str]] | None = None,
    boundary: str = "",
) -> None:
    """`around` are the boundaries of the parts a part stands in; their number is its depth. `boundary` is its own."""
    reading.count += 1
    fields = structure_fields(message) if fields is None else fields
    media_type = _media_type(message, fields)
    reading.types.add(media_type)
    if reading.count > PARTS_LIMIT:
        reading.defects.append("too-many-parts")
        return
    if len(around) > DEPTH_LIMIT:
        reading.defects.append("too-deep")
        return
    reading.doubts += doubts_of_part(message, media_type, fields, around)
    children = message.get_payload()
    if media_type in _OPAQUE:
        reading.parts.append(_nested(message, media_type))
        return
    if isinstance(children, list):
        around = (*around, boundary or boundary_of(_first(fields, "content-type")))
    if media_type == "multipart/alternative" and isinstance(children, list):
        _alternative(children, reading, around)
    elif isinstance(children, list):
        _each(children, media_type, reading, around)
    elif media_type in _SIGNED:
        _unwrap(message, fields, reading, around)
    else:
        _leaf(message, media_type, fields, reading)


def _each(children: Sequence[object], media_type: str, reading: _Reading, around: tuple[str, ...]) -> None:
    for child in children:
        if not isinstance(child, Message):
            continue
        if media_type == "multipart/signed" and child.get_content_type() in _SIGNATURES:
            # It names the mailbox, in a certificate or by a key; the mail as it came is on record.
            reading.signed = True
            continue
        _walk(child, reading, around)


def _media_type(message: Message, fields: Mapping[str, Sequence[str]]) -> str:
    """The media type of a part; what follows it without a semicolon is none of it."""
    found = message.get_content_type()
    if found.isascii() and " " not in found and "(" not in found:
        return found
    plain = _MEDIA_TYPE.match(_first(fields, "content-type"))
    return plain.group().lower() if plain else found


def _first(fields: Mapping[str, Sequence[str]], name: str) -> str:
    return next(iter(fields.get(name, ())), "")


def _alternative(children: Sequence[object], reading: _Reading, around: tuple[str, ...]) -> None:
    """
    Read the renderings of one content as one block: the first text and the first HTML; files stay files.

    A rendering that says something else is no rendering of it, and no word of it may be lost.
    """
    texts: list[str] = []
    pages: list[str] = []
    parts: list[Part] = []
    for child in children:
        inner = _Reading()
        inner.count = reading.count
        if isinstance(child, Message):
            _walk(child, inner, around)
        reading.count = inner.count
        reading.types |= inner.types
        reading.defects += inner.defects
        reading.doubts += inner.doubts
        reading.packed += inner.packed
        reading.sealed = reading.sealed or inner.sealed
        reading.signed = reading.signed or inner.signed
        parts += inner.parts
        if any(shown for _, shown in inner.blocks):
            pages.append(_rich(inner.blocks))
        else:
            texts += [text for text in ["\n\n".join(_texts(inner.blocks))] if text]
    if texts or pages:
        parts = [part for part in parts if part.media_type not in _ALTERNATIVES_NOBODY_JUDGED]
        reading.blocks.append((next(iter(texts), None), next(iter(pages), None)))
        reading.blocks += _renderings_of_something_else(texts, pages)
    reading.parts += parts


def _each_appointment_once(parts: Sequence[Part]) -> Iterator[Part]:
    """Leave out the calendar among the alternatives of an invitation that brings the same as a file with a name."""
    named = {b"".join(one.content.split()) for one in parts if one.name}
    for one in parts:
        if one.name or one.media_type != "text/calendar" or b"".join(one.content.split()) not in named:
            yield one


def _renderings_of_something_else(
    texts: Sequence[str], pages: Sequence[str]
) -> Iterator[tuple[str | None, str | None]]:
    """Give what stands among the alternatives and says what the first text and the first page do not."""
    if len(texts) < 2 and len(pages) < 2:
        return
    said = "\0".join(_squeezed(one) for one in [*texts[:1], *(html.to_text(page) for page in pages[:1])])
    for text in texts[1:]:
        if _squeezed(text) not in said:
            said += "\0" + _squeezed(text)
            yield text, None
    for page in pages[1:]:
        if _squeezed(html.to_text(page)) not in said:
            said += "\0" + _squeezed(html.to_text(page))
            yield None, page


def _squeezed(text: str) -> str:
    """A text by which two are compared: without its spaces and the marks that stand for a page's looks."""
    return "".join(one for one in text.casefold() if one.isalnum())


def _unwrap(message: Message, fields: Mapping[str, Sequence[str]], reading: _Reading, around: tuple[str, ...]) -> None:
    """Read what an opaque S/MIME signature is around (RFC 8551 §3.5.2); what is encrypted, or odd, is sealed."""
    content = signed_content(_content(message, fields, reading))
    if content is None or screen(content):
        reading.sealed = True
        return
    reading.signed = True
    _walk(message_from_bytes(with_known_boundary(content), policy=policy.compat32), reading, (*around, ""))


def _leaf(message: Message, media_type: str, fields: Mapping[str, Sequence[str]], reading: _Reading) -> None:
    disposition, disposition_parameters = header.parameters(_first(fields, "content-disposition"))
    _, type_parameters = header.parameters(_first(fields, "content-type"))
    name = disposition_parameters.get("filename") or type_parameters.get("name") or ""
    content = _content(message, fields, reading)
    is_words = media_type.startswith("text/") and media_type not in _TEXT_OF_FILES
    if not is_words or disposition == "attachment" or name:
        unpacked = tnef.unpack(content) if media_type in tnef.TYPES or tnef.is_tnef(content) else None
        if unpacked is not None:
            reading.packed.append((unpacked.text, unpacked.html))
            reading.parts += [Part(*file) for file in unpacked.files]
        elif content or name:
            reading.parts.append(Part(media_type, name, content))
        return
    decoded = decode(content, type_parameters.get("charset"))
    if not decoded.exact:
        reading.defects.append("charset")
    if media_type == "text/html":
        rich, pictures = inlined_pictures(decoded.text)
        reading.blocks.append((None, rich))
        reading.parts += pictures
        return
    text = decoded.text
    if type_parameters.get("format", "").lower() == "flowed":
        text = unflow(text, delete_space=type_parameters.get("delsp", "").lower() == "yes")
    elif media_type in {"text/enriched", "text/richtext"}:
        text = without_marks(text)
    elif media_type in {"text/rtf", "text/x-rtf"}:
        text = words_of_rtf(content)
    reading.blocks.append((text, None))


def _content(message: Message, fields: Mapping[str, Sequence[str]], reading: _Reading) -> bytes:
    reading.defects += [type(defect).__name__ for defect in message.defects]
    encoding, _ = mechanism(_first(fields, "content-transfer-encoding"))
    if encoding not in IDENTITY and encoding not in _UUENCODED:
        # The bytes as they came are wanted, which the standard library gives of what is not encoded only.
        del message["content-transfer-encoding"]
    payload = message.get_payload(decode=True)
    if not isinstance(payload, bytes):
        return b""
    if encoding in _UUENCODED:
        return payload
    content, doubt = undo(payload, encoding)
    if doubt:
        reading.doubts.append(doubt)
    return content


def _nested(message: Message, media_type: str) -> Part:
    children = message.get_payload()
    inner = children[0] if isinstance(children, list) and children else None
    name = header.decode_words(str(inner.get("subject", ""))) if isinstance(inner, Message) else ""
    # The nested header names people; what is inside is evidence in the stored mail, and never carried on.
    return Part(media_type, name, b"")


def _rich(blocks: list[tuple[str | None, str | None]]) -> str:
    """All blocks as HTML, or nothing if none of them is."""
    if not any(rich for _, rich in blocks):
        return ""
    return "\n".join(rich if rich is not None else html.from_text(text or "") for text, rich in blocks)


def _is_cut(text: str | None, rich: str | None) -> bool:
    """Whether the words are read off HTML of which only the beginning is read."""
    return rich is not None and len(rich) > html.LIMIT and not (text and text.strip())


def _texts(blocks: list[tuple[str | None, str | None]]) -> Iterator[str]:
    for text, rich in blocks:
        shown = (text if text is not None and text.strip() else html.to_text(rich) if rich else "").strip("\n")
        if shown:
            yield shown
