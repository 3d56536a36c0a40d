"""A mail whose boundary is renamed before it is read says the same as before."""

from email import message_from_bytes, policy

import pytest

from evenhand.mail.boundary import KNOWN, with_known_boundary
from tests.shared import shared_folder

MAIL = (
    b'From: ada@home.example\r\nContent-Type: multipart/mixed; boundary="a-boundary-of-ada"\r\n\r\nbefore\r\n'
    b"--a-boundary-of-ada\r\nContent-Type: text/plain\r\n\r\nHello, my boundary is unusual.\r\n"
    b"--a-boundary-of-ada\r\nContent-Type: multipart/mixed; boundary=another-boundary\r\n\r\n"
    b"--another-boundary\r\n\r\nwithin\r\n--another-boundary--\r\n"
    b"--a-boundary-of-ada--\r\nafter\r\n"
)  # fmt: skip


def shape(raw):
    """Everything a reader makes of a mail, but for the boundary's own name."""
    return [
        (
            part.get_content_type(),
            [(name, value) for name, value in part.raw_items() if name.lower() != "content-type"],
            part.preamble,
            part.epilogue,
            [type(one).__name__ for one in part.defects],
            None if part.is_multipart() else part.get_payload(decode=True),
        )
        for part in message_from_bytes(raw, policy=policy.compat32).walk()
    ]


def test_the_outermost_boundary_gets_the_known_name_and_nothing_else_changes():
    renamed = with_known_boundary(MAIL)
    assert renamed.count(KNOWN) == 4
    assert shape(renamed) == shape(MAIL)


@pytest.mark.parametrize(
    "raw",
    [
        b"From: ada@home.example\r\n\r\nplain\r\n",
        MAIL.replace(b"a-boundary-of-ada", b"short"),
        MAIL.replace(b"another-boundary", b"a-boundary-of-ada-2"),
        MAIL.replace(b"From:", b"Content-Type: multipart/mixed; boundary=yet-another-one\r\nFrom:"),
        MAIL.replace(b"before", KNOWN),
        MAIL.replace(b"before", b"a-boundary-of-ada"),
        MAIL + b"--a-boundary-of-ada\r\n\r\nmore",
        b"\r\n\r\n" + MAIL,
        MAIL[:60],
        b"",
    ],
    ids=[
        "no multipart",
        "short",
        "alike",
        "two fields",
        "known already",
        "quoted",
        "goes on",
        "no header",
        "cut off",
        "empty",
    ],
)
def test_what_is_unusual_is_left_as_it_is(raw):
    assert with_known_boundary(raw) == raw


def test_every_mail_of_the_corpus_says_the_same():
    renamed = 0
    for path in sorted(shared_folder("mail/corpus").glob("messages/**/*")):
        if path.is_file() and path.stat().st_size < 300_000:
            raw = path.read_bytes()
            again = with_known_boundary(raw)
            if again != raw:
                renamed += 1
                assert shape(again) == shape(raw), path.name
    assert renamed > 50
