"""Calendar files: when, where and what stays; people become aliases; nothing answers by itself."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.mail.files import address_calendar, clean, rebuild_calendar
from evenhand.mail.files.calendar import ATTENDEE, ORGANIZER
from tests.mail.files.makers import TELLTALE, calendar

ORGANIZED = (
    'ORGANIZER;CN="telltale; name";EMAIL=telltale@home.example:mailto:telltale@home.example',
    'ATTENDEE;PARTSTAT=NEEDS-ACTION;RSVP=TRUE;SENT-BY="mailto:telltale@x.example":mailto:telltale@shop.exa',
    " mple",
    "ATTENDEE:mailto:telltale-third@x.example",
)
GOOGLE = (
    *ORGANIZED,
    "X-GOOGLE-CONFERENCE:https://meet.example/telltale",
    "STATUS:CONFIRMED",
    "TRANSP:OPAQUE",
    "SEQUENCE:0",
)
OUTLOOK = (
    *ORGANIZED, "X-MICROSOFT-CDO-BUSYSTATUS:BUSY", "X-ALT-DESC;FMTTYPE=text/html:<p>telltale</p>", "CLASS:PUBLIC",
    "BEGIN:VALARM", "ACTION:EMAIL", "ATTENDEE:mailto:telltale@home.example", "TRIGGER:-PT15M", "END:VALARM",
)  # fmt: skip
APPLE = (
    *ORGANIZED, "X-APPLE-STRUCTURED-LOCATION;VALUE=URI;X-TITLE=telltale:geo:48.2,16.3", "ATTACH:https://telltale.example/a",
    "URL:https://telltale.example", "CONTACT:telltale", "COMMENT:telltale", "GEO:48.2;16.3", "RRULE:FREQ=WEEKLY;COUNT=2",
)  # fmt: skip


OURS = "8318867ca47d398a10ee"


def addressed(content):
    found = clean(content, "text/calendar", "text/calendar", "visit.ics")
    return address_calendar(found.content, "k3@m.example", "q7@m.example", b"the key of one conversation").decode()


@pytest.mark.parametrize("lines", [GOOGLE, OUTLOOK, APPLE], ids=["Google", "Outlook", "Apple"])
@pytest.mark.parametrize("method", ["REQUEST", "REPLY", "CANCEL", "PUBLISH"])
def test_l16_an_appointment_keeps_time_place_and_title_and_names_nobody(lines, method):
    content = calendar(*lines, method=method)
    assert content.count(TELLTALE) > 5
    written = addressed(content)
    assert TELLTALE.decode() not in written
    shown = [
        line
        for line in written.split("\r\n")
        if line.partition(":")[0] not in {"STATUS", "TRANSP", "SEQUENCE", "RRULE"}
    ]
    assert shown == [
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Evenhand//EN", "METHOD:PUBLISH", "BEGIN:VEVENT", f"UID:{OURS}@m.example",
        "DTSTART:20260401T100000Z", "DTEND:20260401T110000Z", "SUMMARY:Handing over the lamp",
        "LOCATION:Main station\\, hall 2", "DTSTAMP:19700101T000000Z", "ORGANIZER:mailto:k3@m.example",
        "ATTENDEE:mailto:q7@m.example", "END:VEVENT", "END:VCALENDAR", "",
    ]  # fmt: skip


def test_an_appointment_without_people_gets_none():
    assert "@m.example" not in addressed(calendar()).replace(f"{OURS}@m.example", "")


def test_words_are_given_to_whoever_scrubs_them_without_their_escapes():
    seen = []

    def scrub(text):
        seen.append(text)
        return text.replace("ada@home.example", "[removed]")

    text = calendar("DESCRIPTION:Write to ada@home.exa\r\n mple\\, or\\ncall").decode()
    written = rebuild_calendar(text, ORGANIZER, ATTENDEE, "1", scrub)
    assert seen == ["Handing over the lamp", "Main station, hall 2", "Write to ada@home.example, or\ncall"]
    assert "DESCRIPTION:Write to [removed]\\, or\\ncall\r\n" in written


def test_a_time_zone_keeps_its_rules_and_no_free_words():
    zone = (
        "BEGIN:VTIMEZONE\r\nTZID:/telltale.example/Europe/Berlin\r\nX-LIC-LOCATION:telltale\r\nBEGIN:STANDARD\r\nTZNAME:telltale\r\n"
        "TZOFFSETFROM:+0200\r\nTZOFFSETTO:+0100\r\nDTSTART:19701025T030000\r\nRRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU\r\n"
        "END:STANDARD\r\nEND:VTIMEZONE\r\n"
    )
    text = calendar().decode().replace("BEGIN:VEVENT", zone + "BEGIN:VEVENT")
    text = text.replace("DTSTART:2026", "DTSTART;TZID=/telltale.example/Europe/Berlin:2026").replace("0000Z", "0000")
    written = addressed(text.encode())
    assert "telltale" not in written
    assert written.split("\r\n")[4:12] == [
        "BEGIN:VTIMEZONE", "TZID:Zone-1", "BEGIN:STANDARD", "TZOFFSETFROM:+0200", "TZOFFSETTO:+0100",
        "DTSTART:19701025T030000", "RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU", "END:STANDARD",
    ]  # fmt: skip
    assert "DTSTART;TZID=Zone-1:20260401T100000\r\n" in written


def test_long_lines_are_folded_between_characters():
    written = addressed(calendar("DESCRIPTION:" + "Grüße an die Lämpchen – " * 30))
    assert max(len(line.encode()) for line in written.split("\r\n")) <= 75
    assert "Grüße an die Lämpchen – " * 29 in written.replace("\r\n ", "")


@pytest.mark.parametrize(
    "content",
    [
        b"BEGIN:VCALENDAR\r\n",
        b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n",
        b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nEND:VCALENDAR\r\nEND:VEVENT\r\n",
        b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nSUMMARY:x\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
        calendar().replace(b"Handing", b"\xff\xfe"),
        calendar("no property"),
        calendar(*["COMMENT:x"] * 6000),
    ],
)
def test_what_cannot_be_read_stays_behind(content):
    found = clean(content, "text/calendar", "text/calendar", "visit.ics")
    assert (type(found).__name__, found.kind) == ("Left", "damaged")


@given(st.text(st.sampled_from('BEGIN:VEVNTCALDR\r\n ;="\\,:\u00e4'), max_size=300))
def test_no_text_makes_it_raise(text):
    assert rebuild_calendar(text, ORGANIZER, ATTENDEE, "1") is None or "METHOD:PUBLISH"
    lines = calendar().decode().replace("SUMMARY:", f"SUMMARY:{text}\r\nSUMMARY:")
    written = rebuild_calendar(lines, ORGANIZER, ATTENDEE, "1")
    assert written is None or written.count("METHOD:") == 1
