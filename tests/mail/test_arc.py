"""What a mail says of its way (RFC 8617): told to the operator, and never believed."""

import time

import pytest

from evenhand.mail.arc import read_chain


def chain_of(*sets, domain="lists.example"):
    fields = []
    for number, verdict in sets:
        fields += [
            ("arc-seal", f" i={number}; a=rsa-sha256; cv={verdict}; d={domain}; s=a; t=1; b=AAAA"),
            ("arc-message-signature", f" i={number}; a=rsa-sha256; d={domain}; s=a; h=from; bh=AA; b=AA"),
            ("arc-authentication-results", f" i={number}; mx.{domain}; dkim=pass header.i=@home.example"),
        ]
    return [*reversed(fields), ("from", "ada@home.example")]


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        (chain_of((1, "none")), "arc: i=1 cv=none sealed by lists.example, not weighed"),
        (chain_of((1, "none"), (2, "pass")), "arc: i=2 cv=pass sealed by lists.example, not weighed"),
        (chain_of((1, "none"), (2, "FAIL")), "arc: i=2 cv=fail sealed by lists.example, not weighed"),
        (chain_of((2, "pass")), "arc: i=2 broken sealed by lists.example, not weighed"),
        (chain_of((1, "none"), (1, "none")), "arc: i=1 broken sealed by lists.example, not weighed"),
        (chain_of((0, "none")), "arc: i=0 broken sealed by lists.example, not weighed"),
        (chain_of((51, "none")), "arc: i=51 broken sealed by lists.example, not weighed"),
        (chain_of((1, "yes")), "arc: i=1 cv=? sealed by lists.example, not weighed"),
        (chain_of((1, "none"), domain="not a domain"), "arc: i=1 cv=none sealed by ?, not weighed"),
        ([("arc-seal", "junk")], "arc: i=0 broken sealed by ?, not weighed"),
        ([("arc-seal", "i=١; d=x.example")], "arc: i=0 broken sealed by x.example, not weighed"),
    ],
)
def test_the_last_set_is_told(fields, told):
    assert str(read_chain(fields)) == told


def test_a_mail_without_a_chain_has_none():
    assert read_chain([("from", "ada@home.example"), ("dkim-signature", "i=1")]) is None


def test_no_chain_takes_long():
    began = time.process_time()
    read_chain([("arc-seal", " " * 4_000 + ";" * 4_000)] * 10_000)
    assert time.process_time() - began < 1
