"""Signed mails that others collected, with the keys of their day: what our check says of each."""

import json
from datetime import UTC, datetime

import pytest

from evenhand.connectors.authentication import Authenticator
from evenhand.connectors.dns import Resolver
from evenhand.mail.address import domain_of
from evenhand.mail.parse import Mail, parse
from tests.shared import shared_folder

CORPUS = shared_folder("mail/corpus")
ALIGNED = {"_dmarc.example.com": "v=DMARC1; p=none"}
BEFORE = datetime(2018, 6, 10, 13, 30, tzinfo=UTC)

# What each file is for stands in its name. Where another verifier shows a warning beside a pass, nothing here does.
EXPECTED = {
    "added_header-date": ("fail", "dkim: not counted, for date stands twice"),
    "added_header-from": ("fail", "From stands 2 times"),
    "added_header-subject": ("fail", "dkim: not counted, for subject stands twice"),
    "added_header-to": ("fail", "dkim: not counted, for to stands twice"),
    "alignment-from_not_in_auid": ("pass", "dkim: d=example.com s=brisbane: pass"),
    "alignment-from_not_in_sdid": ("fail", "dkim: signed by example.com, not aligned"),
    "alignment-signed_by_parent_domain": ("pass", "dkim: d=example.com s=brisbane: pass"),
    "flags_s-auid_and_sdid_match": ("pass", "dkim: d=example.com s=s.flags: pass"),
    "flags_s-auid_is_subdomain_of_sdid": ("fail", "dkim: d=example.com s=s.flags: the key is not for subdomains (t=s)"),
    "header_with_non_ascii_char": ("pass", "dkim: d=example.com s=brisbane: pass"),
    "time-received_after_creation": ("pass", "dkim: d=football.example.com s=brisbane: pass"),
    "time-received_briefly_before_creation": ("pass", "dkim: d=football.example.com s=brisbane: pass"),
    "time-received_long_before_creation": (
        "fail",
        "dkim: d=football.example.com s=brisbane: it is from the future (t=)",
    ),
    "unsigned_header-content-type": ("pass", "dkim: d=example.com s=brisbane: pass"),
    "unsigned_header-reply_to-in_domain": ("pass", "dkim: d=example.com s=brisbane: pass"),
    "unsigned_header-reply_to-invalid": ("pass", "dkim: d=example.com s=brisbane: pass"),
    "unsigned_header-reply_to-not_in_domain": ("fail", "dkim: not counted, for reply-to stands twice"),
}


def judge(path, received_at=None):
    records = json.loads((CORPUS / "expected/dkim_verifier.dns.json").read_text("utf-8")) | ALIGNED
    raw = path.read_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    mail = parse(raw)
    assert isinstance(mail, Mail)
    author = mail.sender.boxes[0].address if mail.sender.boxes else "joe@football.example.com"
    found = Authenticator(Resolver({(name, "TXT"): (text,) for name, text in records.items()})).authenticate(
        raw, peer=None, helo="", reverse_path="", from_domain=domain_of(author) or "", received_at=received_at
    )
    return found.verdict, found.detail.partition("; spf:")[0].partition("; arc:")[0]


@pytest.mark.parametrize("name", EXPECTED)
def test_a_mail_made_for_one_trap(name):
    received_at = {"briefly_before": BEFORE, "long_before": datetime(2003, 7, 12, tzinfo=UTC)}
    when = next((at for part, at in received_at.items() if part in name), None)
    assert judge(CORPUS / f"messages/lieser+dkim_verifier/dkim__{name}.eml", when) == EXPECTED[name]


def test_every_mail_of_that_collection_is_listed():
    found = (CORPUS / "messages/lieser+dkim_verifier").glob("dkim__*.eml")
    assert sorted(path.stem.removeprefix("dkim__") for path in found) == sorted(EXPECTED)


@pytest.mark.parametrize("pattern", ["apache+spamassassin/*dkim__*", "postalsys+mailauth/*.eml"])
def test_signatures_of_old_kinds_or_without_a_key_pass_nobody(pattern):
    """Their keys are not kept, many are of 768 bits, and rsa-sha1 and `nowsp` are no longer accepted."""
    paths = sorted((CORPUS / "messages").glob(pattern))
    assert len(paths) > 5
    assert {judge(path)[0] for path in paths} <= {"fail", "none"}
