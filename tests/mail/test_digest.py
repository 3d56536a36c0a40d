"""A sender's retry is known by its content, whatever the hops between put in front."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.mail.digest import retry_digest

MAIL = b"From: ada@home.example\r\nDate: Tue, 3 Mar 2026 12:00:00 +0000\r\nMessage-ID: <A1@home.example>\r\n\r\nReceived: not a field\r\n"
TRACE = [
    b"Received: from a by b; Tue, 3 Mar 2026 12:00:00 +0000\r\n",
    b"Received: from a\r\n by b\r\n\tid 77;\r\n Tue, 3 Mar 2026\r\n",
    b"Return-Path: <ada@home.example>\r\n",
    b"Delivered-To: q7@m.market.example\r\n",
    b"X-Original-To: q7@m.market.example\r\n",
    b"Envelope-To: q7@m.market.example\r\n",
    b"X-Spam-Score: 1\r\n",
    b"X-Virus-Scanned: yes\r\n",
    b"Received-SPF: pass\r\n",
    b"Authentication-Results: mx.market.example;\r\n dkim=pass\r\n",
    b"RECEIVED: from x\n",
]


@given(st.lists(st.sampled_from(TRACE), max_size=6))
def test_trace_fields_in_front_change_nothing(trace):
    assert retry_digest(b"".join(trace) + MAIL) == retry_digest(MAIL)


@pytest.mark.parametrize(
    "other",
    [
        MAIL.replace(b"A1", b"A2"),
        MAIL.replace(b"12:00", b"12:01"),
        MAIL.replace(b"not a", b"no"),
        b"Subject: x\r\n" + MAIL,
        b"Received-Late: x\r\n" + MAIL,
        b"Received\r\n" + MAIL,
        MAIL + b"\r\n",
        MAIL.replace(b"\r\n\r\n", b"\r\nReceived: from a\r\n\r\n"),
        b"",
    ],
)
def test_two_mails_a_person_writes_differ(other):
    assert retry_digest(other) != retry_digest(MAIL)


@given(st.binary(max_size=200))
def test_whatever_the_bytes_it_is_32_bytes(raw):
    assert len(retry_digest(raw)) == 32
