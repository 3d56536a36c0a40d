"""What lies around a mail tells nothing and opens nothing: pages behind links, crowds in fields, two readings."""

import base64
from email import policy
from email.parser import BytesParser

import pytest

from evenhand.conversations.models import Alias, Conversation
from evenhand.participants.models import Address, Participant
from evenhand.relay.models import Hold, Inbound
from tests.leaks.outgoing import of_ada
from tests.relay.post import ADA, File, copies, deliver, finished, mail

LINK = "https://mail.proton.me/eo/AbC-123"
ELSEWHERE = "its words stand on a page of your mail provider, which tells who you are; write them into the mail itself"


@pytest.mark.parametrize(
    "raw",
    [
        mail(text=f"You have received an encrypted message. Unlock it: {LINK}\n"),
        mail(text="x\n", html=f'<p>{ADA} has sent you a message</p><a href="{LINK}">Unlock</a>'),
        mail(text="Read the message\n", files=[File("message_v2.rpmsg", b"\x76\xe8\x04\x60\xc4\x11")]),
    ],
    ids=["link", "link in the HTML", "file"],
)
def test_l06_a_mail_that_is_only_a_link_to_a_page_is_held_and_explained(cast, raw):
    message, left = of_ada(cast, raw)
    assert (message.state, left) == ("held", [])
    hold = Hold.objects.get(message=message)
    assert (hold.reason, hold.public) == ("encrypted", ELSEWHERE)


def test_a_page_in_the_quoted_part_holds_nothing(cast):
    quote = f"\nOn Tuesday, 3 March 2026, Ben wrote:\n> Unlock it: {LINK}\n"
    message, (copy,) = of_ada(cast, mail(text="Please write without encryption.\n" + quote))
    assert message.state == "relayed"
    assert b"proton" not in copy


def test_l57_no_mail_makes_an_alias_a_participant_or_an_address(cast):
    crowd = ", ".join(f"p{n}@m.market.example" for n in range(400))
    tables = (Alias, Address, Participant, Conversation)
    before = [table.objects.count() for table in tables]
    for raw in (
        mail(to=crowd, Cc=crowd, Reply_To=crowd),
        mail(sender="eve@elsewhere.example", to=crowd, Cc=crowd, Reply_To=crowd),
    ):
        deliver(cast.seller_alias, raw)
    assert [table.objects.count() for table in tables] == before
    assert Inbound.objects.count() == 2


def _with(content_type, body, more=""):
    head = f"From: Ada <{ADA}>\r\nTo: <x@m.market.example>\r\nSubject: Lamp\r\nMessage-ID: <1@home.example>\r\n{more}"
    return f"{head}MIME-Version: 1.0\r\nContent-Type: {content_type}\r\n\r\n{body}".encode()


def _part(boundary, text):
    return f"--{boundary}\r\nContent-Type: text/plain\r\n\r\n{text}\r\n"


MASKED = "[address removed]"
TWO_READINGS = {
    "two boundaries": (
        _with(
            'multipart/mixed; boundary="a"; boundary="b"',
            _part("a", "One.") + "--a--\r\n" + _part("b", f"Two {ADA}.") + "--b--\r\n",
        ),
        [],
    ),
    "two types": (
        _with(
            "text/plain", "--b\r\nContent-Type: text/html\r\n\r\n<p>Two</p>\r\n--b--\r\n",
            "Content-Type: multipart/mixed; boundary=b\r\n",
        ),
        [],
    ),
    "two encodings": (
        _with(
            "text/plain", base64.b64encode(f"Two {ADA}.".encode()).decode(),
            "Content-Transfer-Encoding: 7bit\r\nContent-Transfer-Encoding: base64\r\n",
        ),
        [],
    ),
    "padding in the middle": (
        _with(
            "text/plain", base64.b64encode(b"One.").decode() + base64.b64encode(f" Two {ADA}.".encode()).decode(),
            "Content-Transfer-Encoding: base64\r\n",
        ),
        [],
    ),
    "an unknown encoding": (
        _with("text/plain", f"One, {ADA}.", "Content-Transfer-Encoding: x-own\r\n"),
        [],
    ),
    "a boundary that never ends": (
        _with('multipart/mixed; boundary="a"', _part("a", f"One {ADA}.")),
        [f"One {MASKED}."],
    ),
    "a field that breaks off": (_with('multipart/mixed; boundary="a', _part("a", f"One {ADA}.") + "--a--\r\n"), []),
    "an encoding of the whole": (
        _with(
            'multipart/mixed; boundary="a"', base64.b64encode((_part("a", f"One {ADA}.") + "--a--").encode()).decode(),
            "Content-Transfer-Encoding: base64\r\n",
        ),
        [],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("raw", "words"), TWO_READINGS.values(), ids=TWO_READINGS)
def test_l65_what_two_readers_read_in_two_ways_goes_on_as_it_was_judged_or_is_held(cast, raw, words):
    deliver(cast.seller_alias, raw)
    seen = [BytesParser(policy=policy.default).parsebytes(finished(copy)) for copy in copies()]
    assert [one.get_body(("plain",)).get_content().splitlines()[0] for one in seen] == words
    assert [[part.get_content_type() for part in one.walk()] for one in seen] == [["text/plain"]] * len(words)
    assert [part.defects for one in seen for part in one.walk()] == [[]] * len(words)
    assert Hold.objects.count() == 1 - len(words)
