"""Whose word a result field is: the server's in front, or that of whoever wrote the mail."""

import time

import pytest

from evenhand.mail.authentication import AuthenticationResult
from evenhand.mail.front import Claim, claims_of_front, settle

MX = "mx.market.example"
OURS = b"Authentication-Results: mx.market.example; dkim=pass header.d=home.example\r\n"
THEIRS = b"Authentication-Results: mx.market.example; dmarc=pass header.from=home.example\r\n"
HOP = b"Received: from mail.home.example by mx.market.example with ESMTPS;\r\n\tTue, 3 Mar 2026 09:30:00 +0100\r\n"
REST = b"From: Ada <ada@home.example>\r\nSubject: Lamp\r\n\r\nHello\r\n"
DKIM = Claim("dkim", "pass", "home.example")
DMARC = Claim("dmarc", "pass", "home.example")


@pytest.mark.parametrize(
    ("raw", "claims"),
    [
        (OURS + HOP + REST, (DKIM,)),
        (HOP + OURS + REST, (DKIM,)),
        (OURS + HOP + THEIRS + REST, (DKIM, DMARC)),
        ((OURS + HOP + REST).replace(b"\r\n", b"\n"), (DKIM,)),
        (HOP + b"DKIM-Filter: OpenDKIM Filter v2.11.0 mx.market.example\r\n" + OURS + REST, (DKIM,)),
        (b"Return-Path: <ada@home.example>\r\nDelivered-To: x@m.market.example\r\n" + HOP + OURS + REST, (DKIM,)),
        (b"AUTHENTICATION-results: MX.market.EXAMPLE; dkim=pass header.d=Home.Example\r\n" + REST, (DKIM,)),
        (HOP + b"Authentication-Results: mx.market.example; none\r\n" + REST, ()),
        (HOP + REST, ()),
        (b"", ()),
        (OURS, (DKIM,)),
        # What came along from outside: behind an earlier hop, or behind anything an author's program writes.
        (HOP + OURS + HOP + THEIRS + REST, (DKIM,)),
        (HOP + HOP + THEIRS + REST, ()),
        (HOP + b"Message-ID: <a@home.example>\r\n" + THEIRS + REST, ()),
        (REST[:-9] + THEIRS + b"\r\nHello\r\n", ()),
        (HOP + REST + THEIRS, ()),
        (b"\r\n" + THEIRS + REST, ()),
        (b"X-Fold: a\r\n " + THEIRS + REST, ()),
        (
            HOP + b"Received: x\r\n Authentication-Results: mx.market.example; dkim=pass header.d=a.example\r\n" + OURS,
            (),
        ),
        # Another server's word ends ours, and so does one that cannot be read.
        (HOP + OURS + b"Authentication-Results: mx.other.example; none\r\n" + THEIRS + REST, (DKIM,)),
        (HOP + b"Authentication-Results: mx.market.example.evil.example; none\r\n" + THEIRS + REST, ()),
        (HOP + b"Authentication-Results: mx.market.example; dkim\r\n" + THEIRS + REST, ()),
        (
            HOP + b"ARC-Authentication-Results: i=1; mx.market.example; dmarc=pass header.from=home.example\r\n" + REST,
            (),
        ),
        (HOP + b"Authentication-Results : mx.market.example; dmarc=pass header.from=home.example\r\n" + REST, ()),
    ],
)
def test_l41_only_what_our_own_first_hop_may_have_added_counts(raw, claims):
    assert claims_of_front(raw, MX) == claims


@pytest.mark.parametrize(
    ("results", "claims"),
    [
        ("spf=pass smtp.mailfrom=ada@home.example", [Claim("spf", "pass", "home.example")]),
        ("spf=pass smtp.mailfrom=<ada@home.example>", [Claim("spf", "pass", "home.example")]),
        ("spf=pass smtp.mailfrom=home.example.", [Claim("spf", "pass", "home.example")]),
        ("spf=pass smtp.helo=home.example", [Claim("spf", "pass", "")]),
        ("dkim=pass header.i=@home.example", [Claim("dkim", "pass", "")]),
        ("dkim=pass header.d=a..example", [Claim("dkim", "pass", "")]),
        ("dmarc=pass header.from=bücher.example", [Claim("dmarc", "pass", "xn--bcher-kva.example")]),
        ("dkim=fail header.d=a.example; dkim=pass header.d=home.example", [Claim("dkim", "fail", "a.example"), DKIM]),
        ("iprev=pass policy.iprev=192.0.2.1; arc=pass; auth=pass smtp.auth=ada", []),
    ],
)
def test_a_claim_is_about_one_domain_or_none(results, claims):
    raw = f"Authentication-Results: {MX}; {results}\r\n".encode() + REST
    assert list(claims_of_front(raw, MX)) == claims


@pytest.mark.parametrize(
    ("claims", "verdict"),
    [
        ([], None),
        ([DKIM], None),
        ([Claim("dmarc", "none", "home.example")], None),
        ([Claim("dmarc", "temperror", "home.example")], None),
        ([DMARC, DKIM, DMARC], AuthenticationResult("pass", "dmarc", "home.example", "front: dmarc=pass for home.example")),
        ([DKIM, Claim("dmarc", "fail", "home.example")], AuthenticationResult("fail", detail="front: dmarc=fail for home.example")),
        ([Claim("dmarc", "pass", "")], AuthenticationResult("fail", detail="front: dmarc=pass for nobody")),
        (
            [DMARC, Claim("dmarc", "fail", "home.example")],
            AuthenticationResult("fail", detail="the server in front contradicts itself about dmarc"),
        ),
        (
            [DMARC, Claim("dmarc", "pass", "evil.example")],
            AuthenticationResult("fail", detail="the server in front contradicts itself about dmarc"),
        ),
    ],
)  # fmt: skip
def test_what_it_says_of_the_author_itself_settles_it(claims, verdict):
    assert settle(claims) == verdict


@pytest.mark.parametrize(
    "raw", [b"Received: " + b"a\r\n " * 200_000, OURS * 20_000, b"Received-SPF: x\r\n" * 100_000, b"a" * 1_000_000]
)
def test_no_header_takes_long(raw):
    began = time.process_time()
    claims_of_front(raw, MX)
    assert time.process_time() - began < 0.5
