"""Signatures at the edges of RFC 6376: tags, key records, canonical forms, and what is put in front of a signed mail."""

import time
from datetime import UTC, datetime

import pytest

from evenhand.connectors.authentication import Authenticator
from evenhand.connectors.dns import Resolver
from tests.connectors.signing import MAIL, ed25519_signer, rsa_signer

NOW = datetime.now(UTC)
HOUR = 3600


def judge(raw, zone, from_domain="home.example"):
    found = Authenticator(Resolver(dict(zone))).authenticate(
        raw, peer=None, helo="", reverse_path="", from_domain=from_domain, received_at=NOW
    )
    return found.verdict, found.detail.partition("; spf:")[0].removeprefix("dkim: d=home.example s=s1: ")


def stamp(hours):
    return str(int(NOW.timestamp() + hours * HOUR)).encode()


@pytest.mark.parametrize(
    ("tags", "verdict"),
    [
        ({b"t": None}, "pass"), ({b"t": stamp(9)}, "pass"), ({b"t": stamp(11)}, "it is from the future (t=)"),
        ({b"t": b"soon"}, "it is from the future (t=)"), ({b"t": b"-1"}, "it is from the future (t=)"),
        ({b"t": stamp(-2), b"x": stamp(2)}, "pass"), ({b"t": stamp(-2), b"x": stamp(-1)}, "it has expired (x=)"),
        ({b"t": stamp(2), b"x": stamp(1)}, "a tag is not valid"), ({b"x": b"never"}, "it has expired (x=)"),
        ({b"v": b"2"}, "a tag is not valid"), ({b"v": None}, "a tag is not valid"), ({b"bh": None}, "a tag is not valid"),
        ({b"q": b"dns/txt"}, "pass"), ({b"q": None}, "pass"), ({b"q": b"http"}, "a tag is not valid"),
        ({b"i": None}, "pass"), ({b"i": b"@sub.home.example"}, "pass"), ({b"i": b"@homehome.example"}, "a tag is not valid"),
        ({b"i": b"@evil.example"}, "a tag is not valid"), ({b"i": b"ada@HOME.example"}, "pass"),
        ({b"z": b"From:eve@evil.example|To:x"}, "pass"), ({b"unknown": b"x"}, "pass"),
        ({b"a": b"rsa-sha512"}, "its algorithm is not accepted (RFC 8301)"), ({b"a": None}, "its algorithm is not accepted (RFC 8301)"),
        ({b"l": b"0"}, "it covers only a part of the body (l=)"), ({b"l": b"1000000"}, "it covers only a part of the body (l=)"),
        ({b"bh": b"47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="}, "the body was changed"),
        ({b"bh": b"!"}, "a tag is not valid"), ({b"d": b"HOME.example"}, "pass"),
        ({b"h": b"subject:to"}, "it does not cover From"), ({b"h": None}, "it does not cover From"), ({b"h": b"xfrom"}, "it does not cover From"),
    ],
)  # fmt: skip
def test_a_tag_decides(tags, verdict):
    signer = rsa_signer(1024)
    assert judge(signer.sign(tags=tags), signer.zone()) == ("pass" if verdict == "pass" else "fail", verdict)


@pytest.mark.parametrize(
    "field",
    [
        b"DKIM-Signature: v=1; a=rsa-sha256; d=%s; s=%s; h=from; bh=AAAA; b=AAAA" % (domain, selector)
        for domain, selector in [
            (b"home.example'.evil.example", b"s1"), (b"home.example(.evil.example", b"s1"), (b'home.example".evil.example', b"s1"),
            (b"home.example", b"s1._domainkey.evil.example.\x00"), (b"home.example", b""), (b"", b"s1"), (b".", b"s1"),
            (b"home.example\x00.evil.example", b"s1"), (b"home..example", b"s1"), (b"home.example", b"s1 "),
            (b"home.example, evil.example", b"s1"), (b"*.example", b"s1"), (b"example", b"s1"), (b"ho me.example", b"s1"),
        ]
    ],
)  # fmt: skip
def test_no_name_in_a_signature_leads_to_another_domains_key(field):
    signer = rsa_signer(1024)
    zone = signer.zone("evil.example") | signer.zone("home.example'.evil.example") | signer.zone("example")
    assert judge(field + b"\r\n" + MAIL, zone)[0] == "fail"


@pytest.mark.parametrize(
    ("record", "verdict"),
    [
        ("p={p}", "pass"), ("v=DKIM1; p={p}", "pass"), ("k=rsa; p={p}", "pass"), ("v=DKIM1; g=; p={p}", "pass"),
        ("v=DKIM1; g=ben; p={p}", "pass"), ("v=DKIM1; s=*; p={p}", "pass"), ("v=DKIM1; s=email; p={p}", "pass"),
        ("v=DKIM1; s=other:email; p={p}", "pass"), ("v=DKIM1; s=other; p={p}", "the key is not for mail"),
        ("v=DKIM1; h=sha256; p={p}", "pass"), ("v=DKIM1; h=sha1:sha256; p={p}", "pass"),
        ("v=DKIM1; h=sha1; p={p}", "the key is not for SHA-256"), ("v=DKIM1; n=a note; t=; p={p};", "pass"),
        ("v=DKIM1; t=y; p={p}", "the domain is only testing (t=y)"), ("v=DKIM1; t=y:s; p={p}", "the domain is only testing (t=y)"),
        ("v=DKIM1; t=s; p={p}", "pass"), ("v=DKIM1; k=ed25519; p={p}", "the key is of another kind than the signature"),
        ("v=DKIM1; k=dsa; p={p}", "the key is of another kind than the signature"), ("v=DKIM1; p=", "the key is revoked"),
        ("v=DKIM1; p= ", "the key is revoked"), ("v=DKIM1", "there is no single key record"),
        ("p={p}; v=DKIM1", "pass"), ("v=dkim1; p={p}", "there is no single key record"),
        ("v=DKIM1; p={p}; p={p}", "there is no single key record"), ("v=DKIM1; p={spaced}", "pass"),
        ("v=DKIM1; p={p}!", "the key cannot be read, or is too weak"), ("v=DKIM1; p={other}", "the header was changed, or the key is another"),
    ],
)  # fmt: skip
def test_a_key_record_decides(record, verdict):
    signer = rsa_signer(1024)
    key = signer.record.rpartition("p=")[2]
    other = rsa_signer(1024, selector="s2").record.rpartition("p=")[2]
    text = record.format(p=key, spaced=" ".join(key[i : i + 40] for i in range(0, len(key), 40)), other=other)
    zone = {("s1._domainkey.home.example", "TXT"): (text,)}
    assert judge(signer.sign(), zone) == ("pass" if verdict == "pass" else "fail", verdict)


@pytest.mark.parametrize(
    ("change", "relaxed", "simple"),
    [
        (lambda raw: raw.replace(b"It  flickers. \r\n", b"It flickers.\r\n"), True, False),
        (lambda raw: raw.replace(b"It  flickers. \r\n", b"It\tflickers. \t\r\n"), True, False),
        (lambda raw: raw.replace(b"It  flickers", b" It  flickers"), False, False),
        (lambda raw: raw.replace(b"It  flickers", b"I t  flickers"), False, False),
        (lambda raw: raw + b"\r\n\r\n", True, True),
        (lambda raw: raw + b" \r\n\t\r\n", True, False),
        (lambda raw: raw.removesuffix(b"\r\n"), True, True),
        (lambda raw: raw.replace(b"It  flickers", b"\r\nIt  flickers"), False, False),
        (lambda raw: raw.replace(b"Subject: The lamp", b"subject :The  lamp"), None, None),
        (lambda raw: raw.replace(b"Subject: The lamp", b"SUBJECT:  The   lamp  "), True, False),
        (lambda raw: raw.replace(b"Subject: The lamp", b"Subject: The\r\n lamp"), True, False),
        (lambda raw: raw.replace(b"Subject: The lamp", b"Subject: Thelamp"), False, False),
        (lambda raw: raw.replace(b"\r\n", b"\n"), True, True),
        (lambda raw: raw.replace(b"flickers. \r\n", b"flickers. \r"), False, False),
        (lambda raw: raw.replace(b"flickers. \r\n", b"flickers. \r\r\n"), False, False),
        (lambda raw: raw + b"P.S.\r\n", False, False),
        (lambda raw: b"X-Another: field\r\n" + raw, True, True),
        (lambda raw: b"Received: by mx.market.example\r\n" + raw, True, True),
        (lambda raw: b"Cc: eve@evil.example\r\n" + raw, False, False),
        (lambda raw: b"Subject: Another\r\n" + raw, False, False),
        (lambda raw: b"From: eve@evil.example\r\n" + raw, False, False),
        (lambda raw: b"Content-Type: text/html\r\n" + raw, False, False),
        (lambda raw: raw.replace(b"\r\n\r\n", b"\r\nReply-To: eve@evil.example\r\n\r\n", 1), False, False),
    ],
)
@pytest.mark.parametrize("form", [b"relaxed", b"simple"])
def test_a_change_on_the_way_breaks_it_or_does_not(change, relaxed, simple, form):
    """Sections 3.4 and 8.15. The signature names fields that are not there, so that none can be added."""
    signer = rsa_signer(1024)
    fields = (
        b"from", b"from", b"to", b"to", b"cc", b"subject", b"subject", b"date", b"message-id", b"reply-to", b"content-type",
    )  # fmt: skip
    signed = signer.sign(fields=fields, canonicalize=(form, form))
    assert judge(signed, signer.zone())[0] == "pass"
    mail = signed[len(signed) - len(MAIL) :]
    bent = signed[: len(signed) - len(MAIL)] + change(mail)
    assert bent != signed
    expected = relaxed if form == b"relaxed" else simple
    assert judge(bent, signer.zone())[0] == ("pass" if expected else "fail")


@pytest.mark.parametrize("form", [b"relaxed", b"simple"])
def test_a_mail_without_a_body_is_signed_as_its_form_wants(form):
    signer = rsa_signer(1024)
    empty = MAIL.partition(b"\r\n\r\n")[0] + b"\r\n\r\n"
    signed = signer.sign(empty, canonicalize=(form, form))
    assert judge(signed, signer.zone())[0] == "pass"
    assert judge(signed + b"\r\n\r\n", signer.zone())[0] == "pass"
    assert judge(signed + b"words\r\n", signer.zone())[0] == "fail"


def test_of_fields_that_stand_twice_the_lower_is_signed_first():
    signer = rsa_signer(1024)
    traced = b"Received: second\r\nReceived: first\r\n" + MAIL
    signed = signer.sign(traced, fields=(b"from", b"received", b"received"))
    assert judge(signed, signer.zone())[0] == "pass"
    assert judge(b"Received: third\r\n" + signed, signer.zone())[0] == "pass"
    swapped = signed.replace(b"Received: second\r\nReceived: first", b"Received: first\r\nReceived: second")
    assert judge(swapped, signer.zone())[0] == "fail"


def test_where_one_kind_of_key_fails_the_other_may_pass(monkeypatch):
    modern, old = ed25519_signer(monkeypatch), rsa_signer(1024, selector="s2")
    signed = old.sign(modern.sign())
    monkeypatch.undo()
    revoked = {("s1._domainkey.home.example", "TXT"): ("v=DKIM1; k=ed25519; p=",)}
    assert judge(signed, modern.zone() | old.zone())[0] == "pass"
    assert judge(signed, revoked | old.zone())[0] == "pass"
    assert judge(signed, revoked)[0] == "fail"


def test_a_key_with_short_or_long_bytes_is_no_ed25519_key(monkeypatch):
    signer = ed25519_signer(monkeypatch)
    signed = signer.sign()
    monkeypatch.undo()
    for key in ("AAAA", "A" * 88, "A" * 43 + "="):
        assert judge(signed, {("s1._domainkey.home.example", "TXT"): (f"v=DKIM1; k=ed25519; p={key}",)})[0] == "fail"


def test_a_flood_of_signatures_of_the_very_domain_is_refused_in_little_time():
    signer = rsa_signer()
    body = b"word " * 200_000
    good = signer.sign(MAIL + body).partition(b"From: ")[0]
    flood = good.replace(b"s=s1", b"s=s2") * 2_000 + good
    began = time.process_time()
    assert judge(flood + MAIL + body, signer.zone())[0] == "fail"
    assert time.process_time() - began < 2
