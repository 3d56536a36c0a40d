"""Writes calendar files anew (RFC 5545, 5546): when, where and what stays; who takes part becomes an alias."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from hashlib import blake2b

from evenhand.mail.files.outcome import Clean, Left

__all__ = ["ATTENDEE", "ORGANIZER", "UID", "address_calendar", "clean_calendar", "rebuild_calendar", "scrub_calendar"]

ORGANIZER, ATTENDEE, UID = "organizer@calendar.invalid", "attendee@calendar.invalid", "uid-{}@calendar.invalid"
"""What stands for the two sides until their aliases are known; `invalid` is nobody's (RFC 2606)."""

LINES_LIMIT = 5000
COMPONENTS_LIMIT = 200
_WIDTH = 75
_NAME = re.compile(r"([A-Za-z0-9-]{1,60})((?:;[^:\"]*(?:\"[^\"]*\"[^:\"]*)*)?):(.*)", re.DOTALL)
_ZONE = re.compile(r";TZID=(?:\"([^\";:,\r\n]{1,80})\"|([^\";:,\r\n]{1,80}))(?=;|\Z)", re.IGNORECASE)
_DATE_ONLY = re.compile(r";VALUE=DATE(?=;|\Z)", re.IGNORECASE)
_STAND_IN = re.compile(r"UID:uid-(\w{20})@calendar\.invalid\Z")
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f]")
_PLAIN_ZONE = re.compile(r"[A-Za-z][A-Za-z0-9_+-]{0,40}(?:/[A-Za-z0-9_+-]{1,40}){0,2}\Z|\Z")
_VALUES = {
    name: re.compile(pattern)
    for pattern, names in (
        (r"\d{8}(?:T\d{6}Z?)?\Z", "DTSTART DTEND DUE RECURRENCE-ID"),
        (r"\d{8}T\d{6}Z\Z", "DTSTAMP COMPLETED"),
        (r"\d{8}(?:T\d{6}Z?)?(?:,\d{8}(?:T\d{6}Z?)?)*\Z", "EXDATE RDATE"),
        (r"[+-]?P(?:\d{1,5}W|(?:\d{1,5}D)?(?:T(?:\d{1,5}H)?(?:\d{1,5}M)?(?:\d{1,5}S)?)?)\Z", "DURATION"),
        (r"[A-Z0-9=;,+:-]{1,300}\Z", "RRULE"),
        (r"\d{1,9}\Z", "SEQUENCE PRIORITY"),
        (r"(?:TENTATIVE|CONFIRMED|CANCELLED|NEEDS-ACTION|COMPLETED|IN-PROCESS|DRAFT|FINAL)\Z", "STATUS"),
        (r"(?:OPAQUE|TRANSPARENT)\Z", "TRANSP"),
        (r"[+-]\d{4}(?:\d{2})?\Z", "TZOFFSETFROM TZOFFSETTO"),
    )
    for name in names.split()
}
_ZONED = frozenset({"DTSTART", "DTEND", "DUE", "RECURRENCE-ID", "EXDATE", "RDATE"})
_TEXTS = frozenset({"SUMMARY", "LOCATION", "DESCRIPTION"})
_OF_ZONES = frozenset({"DTSTART", "RRULE", "RDATE", "TZOFFSETFROM", "TZOFFSETTO"})
_EVENTS = frozenset({"VEVENT", "VTODO"})
_ZONE_PARTS = frozenset({"STANDARD", "DAYLIGHT"})
_UNREADABLE = Left(
    "damaged",
    "The calendar file could not be read.",
    "Write the time and the place into the message, or export the appointment anew.",
)
_NOTE = "In the appointment people became their addresses here; alarms, links and details of programs were taken out."


@dataclass
class _Component:
    name: str
    lines: list[tuple[str, str, str]] = field(default_factory=list)
    inner: list[_Component] = field(default_factory=list)


def clean_calendar(content: bytes) -> Clean | Left:
    """Write a calendar file anew, with stand-ins for the two sides; `address_calendar` puts their aliases in."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return _UNREADABLE
    rebuilt = rebuild_calendar(text, ORGANIZER, ATTENDEE, UID)
    return Clean(rebuilt.encode(), "text/calendar", (_NOTE,)) if rebuilt is not None else _UNREADABLE


def address_calendar(content: bytes, organizer: str, attendee: str, key: bytes) -> bytes:
    """
    Put aliases in place of the stand-ins of a cleaned calendar file.

    `key` (16 to 64 bytes) belongs to the conversation: the same event has the same UID in it each time it is sent
    (RFC 5546 §2.1.4), which tells nothing of the one it came with.
    """
    domain = organizer.rpartition("@")[2]
    lines = []
    for line in _unfolded(content.decode("utf-8", "replace")):
        addressed = {f"ORGANIZER:mailto:{ORGANIZER}": organizer, f"ATTENDEE:mailto:{ATTENDEE}": attendee}.get(line)
        numbered = _STAND_IN.match(line)
        if addressed:
            lines.append(f"{line.partition(':')[0]}:mailto:{addressed}")
        else:
            lines.append(f"UID:{_digest(numbered.group(1), key)}@{domain}" if numbered else line)
    return "".join(_folded(line) for line in lines).encode()


def scrub_calendar(content: bytes, scrub: Callable[[str], str]) -> bytes:
    """Pass the words of a cleaned calendar file through `scrub`; the stand-ins stay."""
    lines = []
    for line in _unfolded(content.decode("utf-8", "replace")):
        name, _, value = line.partition(":")
        lines.append(f"{name}:{_escaped(scrub(_unescaped(value)))}" if name in _TEXTS else line)
    return "".join(_folded(line) for line in lines).encode()


def _digest(text: str, key: bytes = b"") -> str:
    return blake2b(text.encode("utf-8", "replace"), digest_size=10, key=key).hexdigest()


def rebuild_calendar(
    text: str, organizer_alias: str, attendee_alias: str, uid: str, scrub: Callable[[str], str] = str
) -> str | None:
    """
    Write a calendar anew, or None if it is not one that can be read.

    Of events and tasks stay the times, the rule of repetition, the status, and SUMMARY, LOCATION and DESCRIPTION, each
    passed through `scrub` unescaped. There is one ORGANIZER and one ATTENDEE; answers name them. METHOD is
    always PUBLISH, so that no program answers by itself to the address of a person (RFC 5546 §3.2.1). `{}` in `uid` is
    replaced by a digest of the UID that was there. Time zones keep their rules and, of their name, what an IANA name
    may hold.
    """
    lines = list(_unfolded(text))
    if len(lines) > LINES_LIMIT:
        return None
    root = _tree(lines)
    if root is None:
        return None
    out = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Evenhand//EN", "METHOD:PUBLISH"]
    zones = {found: f"Zone-{number}" for number, found in enumerate(_strange_zones(root), 1)}
    count = 0
    for part in root.inner:
        if part.name == "VTIMEZONE":
            out += _zone(part, zones)
        elif part.name in _EVENTS:
            count += 1
            written = _event(part, zones, scrub)
            if written is None:
                return None
            people = [f"ORGANIZER:mailto:{organizer_alias}", f"ATTENDEE:mailto:{attendee_alias}"]
            head = [f"BEGIN:{part.name}", "UID:" + uid.replace("{}", _digest(_first(part, "UID")))]
            out += [*head, *written, *(people if _names_people(part) else []), f"END:{part.name}"]
    if not count:
        return None
    return "".join(_folded(line) for line in [*out, "END:VCALENDAR"])


def _unfolded(text: str) -> Iterator[str]:
    """Join folded lines (RFC 5545 §3.1); bare line feeds are taken for line ends too."""
    whole = ""
    for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        if line[:1] in {" ", "\t"}:
            whole += line[1:]
            continue
        if whole.strip():
            yield whole
        whole = line
    if whole.strip():
        yield whole


def _tree(lines: list[str]) -> _Component | None:
    stack: list[_Component] = []
    root: _Component | None = None
    count = 0
    for line in lines:
        match = _NAME.match(line)
        if match is None or (root is not None and not stack):
            return None
        name, parameters, value = match.group(1).upper(), match.group(2), _CONTROLS.sub("", match.group(3))
        if name == "BEGIN":
            count += 1
            part = _Component(value.strip().upper())
            if count > COMPONENTS_LIMIT or len(stack) > 4:
                return None
            if stack:
                stack[-1].inner.append(part)
            else:
                root = part
            stack.append(part)
        elif not stack:
            return None
        elif name == "END":
            if stack.pop().name != value.strip().upper():
                return None
        else:
            stack[-1].lines.append((name, parameters, value))
    return root if root is not None and not stack and root.name == "VCALENDAR" else None


def _first(part: _Component, wanted: str) -> str:
    return next((value.strip() for name, _, value in part.lines if name == wanted), "")


def _names_people(part: _Component) -> bool:
    return any(name in {"ORGANIZER", "ATTENDEE"} for name, _, _ in part.lines)


def _strange_zones(root: _Component) -> list[str]:
    """Names of time zones that are free text: some programs write a place, or a path with their own host in it."""
    found = {name for part in root.inner for name in _zones_of(part) if not _PLAIN_ZONE.match(name)}
    return sorted(found)


def _zones_of(part: _Component) -> Iterator[str]:
    if part.name == "VTIMEZONE":
        yield _first(part, "TZID")
    for _, parameters, _ in part.lines:
        match = _ZONE.search(parameters)
        if match:
            yield match.group(1) or match.group(2)


def _zone(part: _Component, zones: dict[str, str]) -> list[str]:
    name = _first(part, "TZID")
    out = ["BEGIN:VTIMEZONE", f"TZID:{zones.get(name, name)}"]
    for inner in part.inner:
        if inner.name in _ZONE_PARTS:
            kept = [
                f"{name}:{value.strip()}"
                for name, _, value in inner.lines
                if name in _OF_ZONES and _VALUES[name].match(value.strip())
            ]
            out += [f"BEGIN:{inner.name}", *kept, f"END:{inner.name}"]
    return [*out, "END:VTIMEZONE"]


def _event(part: _Component, zones: dict[str, str], scrub: Callable[[str], str]) -> list[str] | None:
    """The properties that stay; None if it has no start that can be read, since an event without one is none."""
    out: list[str] = []
    seen: set[str] = set()
    for name, parameters, value in part.lines:
        once = name not in {"EXDATE", "RDATE"}
        if name in seen and once:
            continue
        if name in _TEXTS:
            out.append(f"{name}:{_escaped(scrub(_unescaped(value)))}")
        elif name in _VALUES and name not in {"TZOFFSETFROM", "TZOFFSETTO"} and _VALUES[name].match(value.strip()):
            out.append(f"{name}{_parameters(name, parameters, zones)}:{value.strip()}")
        else:
            continue
        seen.add(name)
    if "DTSTAMP" not in seen and "DTSTART" in seen:
        out.append("DTSTAMP:19700101T000000Z")
    return out if "DTSTART" in seen or (part.name == "VTODO" and seen & {"DUE", "SUMMARY"}) else None


def _parameters(name: str, parameters: str, zones: dict[str, str]) -> str:
    if name not in _ZONED:
        return ""
    if _DATE_ONLY.search(parameters):
        return ";VALUE=DATE"
    match = _ZONE.search(parameters)
    zone = (match.group(1) or match.group(2)) if match else ""
    return f";TZID={zones.get(zone, zone)}" if zone else ""


def _unescaped(text: str) -> str:
    return re.sub(r"\\([\\;,nN])", lambda match: "\n" if match.group(1) in "nN" else match.group(1), text)


def _escaped(text: str) -> str:
    escaped = re.sub(r"([\\;,])", r"\\\1", _CONTROLS.sub("", text.replace("\r\n", "\n").replace("\r", "\n")))
    return escaped.replace("\n", "\\n")


def _folded(line: str) -> str:
    """Fold at 75 bytes, never within a character."""
    out, width = [], 0
    for char in line:
        size = len(char.encode("utf-8", "replace"))
        if width + size > _WIDTH:
            out.append("\r\n ")
            width = 1
        out.append(char)
        width += size
    return "".join(out) + "\r\n"
