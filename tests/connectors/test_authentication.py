"""Who may speak for ada's domain: signatures and envelopes, good ones and every bad kind we know of."""

import dataclasses
import random
import time
from datetime import UTC, datetime, timedelta

import dkim
import pytest

from evenhand.connectors.authentication import Authenticator
from evenhand.connectors.dns import Resolver
from evenhand.mail.authentication import AuthenticationResult
from tests.connectors.signing import MAIL, ed25519_signer, key_record, rsa_signer, weak_signer

CLIENT = "192.0.2.25"
DMARC = {("_dmarc.home.example", "TXT"): ("v=DMARC1; p=none",)}


def judge(raw, zone=(), *, peer=None, reverse_path="", from_domain="home.example", received_at=None):
    return Authenticator(Resolver(dict(zone))).authenticate(
        raw,
        peer=peer,
        helo="mx.home.example",
        reverse_path=reverse_path,
        from_domain=from_domain,
        received_at=received_at,
    )


def by_envelope(record, *, reverse_path="ada@home.example", zone=(), peer=CLIENT):
    domain = reverse_path.rpartition("@")[2]
    return judge(MAIL, {(domain, "TXT"): record and (record,), **dict(zone)}, peer=peer, reverse_path=reverse_path)


def verified_by_dkimpy(signed, signer, **options):
    """Whether the library alone would have let it pass, so that a refusal is known to be ours."""
    return dkim.DKIM(signed, **options).verify(dnsfunc=lambda *_, **__: signer.record.encode())


def verdict(result):
    return result.verdict, result.method, result.domain


class TestSignature:
    def test_an_aligned_signature_passes(self):
        signer = rsa_signer()
        assert judge(signer.sign(), signer.zone()) == AuthenticationResult(
            "pass", "dkim", "home.example", "dkim: d=home.example s=s1: pass"
        )

    @pytest.mark.parametrize("header", [b"simple", b"relaxed"])
    @pytest.mark.parametrize("body", [b"simple", b"relaxed"])
    def test_every_canonical_form_passes_and_a_changed_body_fails(self, header, body):
        signer = rsa_signer()
        signed = signer.sign(canonicalize=(header, body))
        assert verdict(judge(signed, signer.zone())) == ("pass", "dkim", "home.example")
        result = judge(signed.replace(b"flickers", b"burns"), signer.zone())
        assert (result.verdict, result.detail) == (
            "fail",
            "dkim: d=home.example s=s1: the body was changed; spf: no client address",
        )

    def test_a_changed_subject_fails(self):
        signer = rsa_signer()
        result = judge(signer.sign().replace(b"The lamp", b"The damp"), signer.zone())
        assert verdict(result) == ("fail", "", "")

    def test_an_ed25519_signature_passes_and_a_changed_one_fails(self, monkeypatch):
        signer = ed25519_signer(monkeypatch)
        signed = signer.sign()
        monkeypatch.undo()
        assert verdict(judge(signed, signer.zone())) == ("pass", "dkim", "home.example")
        result = judge(signed.replace(b"The lamp", b"The damp"), signer.zone())
        assert result.detail.startswith("dkim: d=home.example s=s1: the header was changed")

    def test_a_signature_of_another_domain_is_not_asked_about(self):
        signer = rsa_signer()
        zone = {("s1._domainkey.esp.example", "TXT"): None}
        result = judge(signer.sign(domain="esp.example"), zone)
        assert (result.verdict, result.detail) == (
            "fail",
            "dkim: signed by esp.example, not aligned; spf: no client address",
        )

    def test_a_signature_of_a_part_of_the_body_fails(self):
        signer = rsa_signer()
        signed = signer.sign(length=True)
        for raw in (signed, signed + b"P.S. Write to me directly.\r\n"):
            assert verified_by_dkimpy(raw, signer)
            assert judge(raw, signer.zone()).detail.startswith(
                "dkim: d=home.example s=s1: it covers only a part of the body (l=)"
            )

    def test_a_signature_expires_by_the_time_the_mail_came(self):
        expiry = datetime.now(UTC).replace(microsecond=0) + timedelta(hours=1)
        signer = dataclasses.replace(rsa_signer(), extra=[(b"x", str(int(expiry.timestamp())).encode())])
        signed = signer.sign()
        assert judge(signed, signer.zone(), received_at=expiry).verdict == "pass"
        late = judge(signed, signer.zone(), received_at=expiry + timedelta(seconds=1))
        assert (late.verdict, late.detail) == (
            "fail",
            "dkim: d=home.example s=s1: it has expired (x=); spf: no client address",
        )

    def test_rsa_sha1_fails(self):
        signer = rsa_signer(1024, b"rsa-sha1")
        signed = signer.sign()
        assert verified_by_dkimpy(signed, signer)
        assert judge(signed, signer.zone()).verdict == "fail"

    def test_a_key_of_1024_bits_passes_and_one_of_1023_or_8192_fails(self):
        strong, weak = rsa_signer(1024), weak_signer()
        signed = weak.sign()
        assert judge(strong.sign(), strong.zone()).verdict == "pass"
        assert verified_by_dkimpy(signed, weak, minkey=1000)
        result = judge(signed, weak.zone())
        assert result.detail.startswith("dkim: d=home.example s=s1: the key has 1023 bits, which is not accepted")
        result = judge(signed, {("s1._domainkey.home.example", "TXT"): (key_record(2**8191 + 1, 65537),)})
        assert result.detail.startswith("dkim: d=home.example s=s1: the key has 8192 bits, which is not accepted")

    @pytest.mark.parametrize(
        ("record", "reason"),
        [
            ("v=DKIM1; k=rsa; p=", "the key is revoked"),
            ("v=DKIM2; {key}", "there is no single key record"),
            ("nothing of the kind", "there is no single key record"),
            ("v=DKIM1; h=sha1; {key}", "the key is not for SHA-256"),
            ("v=DKIM1; s=tlsrpt; {key}", "the key is not for mail"),
            ("v=DKIM1; k=ed25519; {key}", "the key is of another kind than the signature"),
            ("v=DKIM1; p=AAAA", "the key cannot be read, or is too weak"),
            ("v=DKIM1; p=!", "the key cannot be read, or is too weak"),
        ],
    )
    def test_a_record_that_is_no_key_for_this_fails(self, record, reason):
        signer = rsa_signer()
        zone = {("s1._domainkey.home.example", "TXT"): (record.format(key=signer.record.rpartition("; ")[2]),)}
        result = judge(signer.sign(), zone)
        assert (result.verdict, result.detail) == (
            "fail",
            f"dkim: d=home.example s=s1: {reason}; spf: no client address",
        )

    def test_two_key_records_fail(self):
        signer = rsa_signer()
        zone = {("s1._domainkey.home.example", "TXT"): (signer.record, signer.record)}
        assert judge(signer.sign(), zone).verdict == "fail"

    def test_a_key_not_for_subdomains_fails_for_an_identity_in_one(self):
        signer = rsa_signer()
        zone = {("s1._domainkey.home.example", "TXT"): (signer.record + "; t=s",)}
        assert judge(signer.sign(), zone).verdict == "pass"
        assert judge(signer.sign(identity=b"ada@sub.home.example"), zone).verdict == "fail"

    def test_a_signature_that_leaves_from_out_fails(self):
        signer = rsa_signer()
        signed = signer.sign(fields=(b"subject", b"to"))
        assert judge(signed, signer.zone()).detail == (
            "dkim: d=home.example s=s1: it does not cover From; spf: no client address"
        )

    def test_a_field_that_stands_twice_makes_signatures_worthless(self):
        signer = rsa_signer()
        result = judge(b"Subject: Another\r\n" + signer.sign(), signer.zone())
        assert (result.verdict, result.detail) == (
            "fail",
            "dkim: not counted, for subject stands twice; spf: no client address",
        )

    def test_the_good_signature_is_found_behind_a_thousand_bad_ones(self):
        signer = rsa_signer()
        flood = b"".join(
            b"DKIM-Signature: v=1; a=rsa-sha256; d=x%d.example; s=s; h=from; bh=AAAA; b=AAAA\r\n" % number
            for number in range(90)
        )
        assert verdict(judge(flood + signer.sign(), signer.zone())) == ("pass", "dkim", "home.example")

    def test_the_signature_of_the_very_domain_is_tried_before_those_of_its_relatives(self):
        signer = rsa_signer()
        flood = b"".join(
            b"DKIM-Signature: v=1; a=rsa-sha256; d=x%d.home.example; s=s; h=from; bh=AAAA; b=AAAA\r\n" % number
            for number in range(90)
        )
        assert verdict(judge(flood + signer.sign(), signer.zone())) == ("pass", "dkim", "home.example")

    def test_no_more_than_five_signatures_are_tried(self):
        signer = rsa_signer()
        asked = []

        class Counting(dict):
            def __contains__(self, key):
                asked.append(key)
                return super().__contains__(key)

        flood = b"".join(
            b"DKIM-Signature: v=1; a=rsa-sha256; d=home.example; s=s%d; h=from; bh=AAAA; b=AAAA\r\n" % number
            for number in range(50)
        )
        resolver = Resolver()
        resolver._zone = Counting()
        result = Authenticator(resolver).authenticate(
            flood + signer.sign(), peer=None, helo="", reverse_path="", from_domain="home.example"
        )
        assert (result.verdict, len(asked)) == ("fail", 5)

    def test_a_name_server_that_does_not_answer_is_neither_pass_nor_fail(self):
        signer = rsa_signer()
        result = judge(signer.sign(), {("s1._domainkey.home.example", "TXT"): None})
        assert (result.verdict, result.method, result.detail) == (
            "temporary",
            "",
            "dkim: d=home.example s=s1: TXT of s1._domainkey.home.example: LifetimeTimeout; spf: no client address",
        )

    def test_a_second_signature_passes_where_the_key_of_the_first_cannot_be_asked_for(self):
        first, second = rsa_signer(), rsa_signer(1024, selector="s2")
        zone = second.zone() | {("s1._domainkey.home.example", "TXT"): None}
        assert verdict(judge(first.sign(second.sign()), zone)) == ("pass", "dkim", "home.example")

    def test_unsigned_mail_without_a_client_has_nothing_to_test(self):
        assert judge(MAIL) == AuthenticationResult("none", detail="spf: no client address")


class TestAuthor:
    @pytest.mark.parametrize(
        ("authors", "detail"),
        [
            (b"", "From stands 0 times"),
            (b"From: ada@home.example\r\nfrom: eve@home.example\r\n", "From stands 2 times"),
            (b"From: ada@home.example, eve@evil.example\r\n", "From does not name the one author it was read as"),
            (b"From: friends: ada@home.example;\r\n", "From does not name the one author it was read as"),
            (
                b"From: <ada@home.example> <eve@home.example>\r\n",
                "From does not name the one author it was read as",
            ),
            (b"From: eve@evil.example\r\n", "From does not name the one author it was read as"),
            (b"From: Ada\r\n", "From does not name the one author it was read as"),
            (b"X: a\rFrom: eve@evil.example\r\nFrom: ada@home.example\r\n", "the header holds a bare CR or NUL"),
            (b"From: ada@home.example\r\nX: \0\r\n", "the header holds a bare CR or NUL"),
            (b" folded: first\r\nFrom: ada@home.example\r\n", "the header cannot be read (IndexError)"),
            (b"From: ada@home.example\r\nX: 1\r\n" + b"a: b\r\n" * 50_000, "the header is too long"),
        ],
    )
    def test_a_from_that_two_readers_could_read_differently_fails_whatever_is_signed(self, authors, detail):
        raw = authors + b"Subject: x\r\n\r\nHello\r\n"
        assert judge(raw, {("home.example", "TXT"): ("v=spf1 +all",)}, peer=CLIENT, reverse_path="a@home.example") == (
            AuthenticationResult("fail", detail=detail)
        )

    def test_a_domain_in_capitals_or_another_alphabet_is_the_same_domain(self):
        signer = rsa_signer()
        raw = MAIL.replace(b"ada@home.example", "ada@Bücher.example".encode())
        signed = signer.sign(raw, domain="XN--BCHER-KVA.example")
        result = judge(signed, signer.zone("xn--bcher-kva.example"), from_domain="bücher.example")
        assert verdict(result) == ("pass", "dkim", "xn--bcher-kva.example")

    def test_no_domain_fails(self):
        assert judge(MAIL, from_domain="") == AuthenticationResult("fail", detail="From has no domain")


class TestAlignment:
    def signed_by(self, domain, zone, *, author="home.example"):
        signer = rsa_signer()
        raw = MAIL.replace(b"ada@home.example", b"ada@" + author.encode())
        return judge(signer.sign(raw, domain=domain), signer.zone(domain) | zone, from_domain=author)

    def test_a_subdomain_speaks_for_the_domain_that_publishes_a_record(self):
        assert verdict(self.signed_by("mail.home.example", DMARC)) == ("pass", "dkim", "mail.home.example")

    def test_a_domain_speaks_for_its_subdomain_if_it_publishes_a_record(self):
        result = self.signed_by("home.example", DMARC, author="mail.home.example")
        assert verdict(result) == ("pass", "dkim", "home.example")

    def test_without_any_record_only_the_same_domain_is_aligned(self):
        assert self.signed_by("mail.home.example", {}).verdict == "fail"

    def test_strict_alignment_is_heeded(self):
        zone = {("_dmarc.home.example", "TXT"): ("v=DMARC1; p=none; adkim=s",)}
        assert self.signed_by("mail.home.example", zone).verdict == "fail"
        assert self.signed_by("home.example", zone).verdict == "pass"

    def test_a_department_of_its_own_does_not_speak_for_the_company(self):
        zone = DMARC | {("_dmarc.dept.home.example", "TXT"): ("v=DMARC1; p=none; psd=n",)}
        assert self.signed_by("dept.home.example", zone).verdict == "fail"
        assert self.signed_by("x.dept.home.example", zone, author="dept.home.example").verdict == "pass"

    def test_two_customers_of_one_registry_do_not_speak_for_each_other(self):
        zone = {("_dmarc.co.example", "TXT"): ("v=DMARC1; p=reject; psd=y",)}
        assert self.signed_by("eve.co.example", zone, author="ada.co.example").verdict == "fail"
        assert self.signed_by("mail.ada.co.example", zone, author="ada.co.example").verdict == "pass"

    def test_a_record_at_the_top_without_psd_aligns_nobody(self):
        zone = {("_dmarc.example", "TXT"): ("v=DMARC1; p=none",)}
        assert self.signed_by("mail.home.example", zone).verdict == "fail"

    def test_two_records_at_one_name_are_none(self):
        zone = {("_dmarc.home.example", "TXT"): ("v=DMARC1; p=none", "v=DMARC1; p=reject")}
        assert self.signed_by("mail.home.example", zone).verdict == "fail"

    def test_a_walk_that_cannot_be_finished_is_temporary(self):
        assert self.signed_by("mail.home.example", {("_dmarc.home.example", "TXT"): None}).verdict == "temporary"

    def test_a_long_name_costs_eight_questions(self):
        from evenhand.connectors.authentication.alignment import _targets

        assert _targets("a.b.c.d.e.f.g.h.i.example") == [
            "a.b.c.d.e.f.g.h.i.example",
            "d.e.f.g.h.i.example",
            "e.f.g.h.i.example",
            "f.g.h.i.example",
            "g.h.i.example",
            "h.i.example",
            "i.example",
            "example",
        ]
        assert _targets("a.b.example") == ["a.b.example", "b.example", "example"]


class TestEnvelope:
    def test_a_client_the_domain_names_passes(self):
        assert by_envelope("v=spf1 ip4:192.0.2.0/24 -all") == AuthenticationResult(
            "pass", "spf", "home.example", "spf: pass for home.example"
        )

    @pytest.mark.parametrize(
        ("record", "outcome", "result"),
        [
            ("v=spf1 -all", "fail", "fail"),
            ("v=spf1 ~all", "fail", "softfail"),
            ("v=spf1 ?all", "fail", "neutral"),
            ("v=spf1 ip4:192.0.2.n -all", "fail", "permerror"),
            ("v=spf1 include:gone.example -all", "fail", "permerror"),
            ("v=spf1 a:a.gone.example a:b.gone.example a:c.gone.example +all", "fail", "permerror"),
            ("v=spf1 a:slow.example +all", "temporary", "temperror"),
            ("v=spf2 +all", "none", "none"),
            (None, "temporary", "temperror"),
        ],
    )
    def test_everything_but_a_pass_is_no_pass(self, record, outcome, result):
        found = by_envelope(record, zone={("slow.example", "A"): None})
        assert (found.verdict, found.detail) == (outcome, f"spf: {result} for home.example")

    def test_mechanisms_that_ask_further_are_followed(self):
        zone = {
            ("home.example", "MX"): ("10 mx.home.example",),
            ("mx.home.example", "A"): (CLIENT,),
            ("mx.home.example", "AAAA"): ("2001:db8::25",),
            ("_spf.esp.example", "TXT"): ("v=spf1 ip4:192.0.2.25 -all",),
            ("25.2.0.192.in-addr.arpa", "PTR"): ("mx.home.example",),
            ("ada.home.example", "A"): ("127.0.0.2",),
        }
        for record in (
            "v=spf1 mx -all",
            "v=spf1 a:mx.home.example -all",
            "v=spf1 include:_spf.esp.example -all",
            "v=spf1 redirect=_spf.esp.example",
            "v=spf1 ptr -all",
            "v=spf1 exists:%{l}.%{d} -all",
        ):
            assert by_envelope(record, zone=zone).verdict == "pass", record
        assert by_envelope("v=spf1 mx -all", zone=zone, peer="2001:db8::25").verdict == "pass"
        assert by_envelope("v=spf1 mx -all", zone=zone, peer="2001:db8::26").verdict == "fail"

    def test_an_envelope_of_another_domain_says_nothing_about_the_author(self):
        result = by_envelope("v=spf1 +all", reverse_path="bounce@esp.example")
        assert (result.verdict, result.detail) == ("fail", "spf: MAIL FROM is of esp.example, which is not aligned")

    def test_an_envelope_of_a_subdomain_passes_unless_the_author_asks_for_strictness(self):
        assert by_envelope("v=spf1 +all", reverse_path="b@b.home.example", zone=DMARC).verdict == "pass"
        strict = {("_dmarc.home.example", "TXT"): ("v=DMARC1; aspf=s",)}
        assert by_envelope("v=spf1 +all", reverse_path="b@b.home.example", zone=strict).verdict == "fail"

    @pytest.mark.parametrize("reverse_path", ["", "home.example", "@home.example", "a@b@home.example"])
    def test_an_envelope_without_an_address_is_never_an_author(self, reverse_path):
        zone = {("home.example", "TXT"): ("v=spf1 +all",), ("mx.home.example", "TXT"): ("v=spf1 +all",)}
        assert judge(MAIL, zone, peer=CLIENT, reverse_path=reverse_path).verdict == "none"

    def test_a_pass_of_the_envelope_outweighs_a_broken_signature(self):
        signer = rsa_signer()
        zone = signer.zone() | {("home.example", "TXT"): ("v=spf1 +all",)}
        raw = signer.sign().replace(b"flickers", b"burns")
        result = judge(raw, zone, peer=CLIENT, reverse_path="ada@home.example")
        assert verdict(result) == ("pass", "spf", "home.example")


class TestHostileBytes:
    def test_no_flipped_bit_of_a_signed_mail_passes(self):
        signer = rsa_signer(1024)
        signed, zone = signer.sign(canonicalize=(b"simple", b"simple")), signer.zone()
        assert judge(signed, zone).verdict == "pass"
        dice = random.Random(5321)
        passed = []
        for place in range(len(signed) - len(MAIL), len(signed)):
            raw = bytearray(signed)
            raw[place] ^= 1 << dice.randrange(8)
            if judge(bytes(raw), zone).verdict == "pass":
                passed.append(bytes(raw))
        assert passed == []

    def test_no_bytes_make_it_raise(self):
        signer = rsa_signer()
        signed, zone = signer.sign(), signer.zone()
        dice = random.Random(6376)
        for _ in range(300):
            raw = bytearray(signed)
            for _ in range(dice.randint(1, 8)):
                raw[dice.randrange(len(raw))] = dice.randrange(256)
            judge(bytes(raw), zone)
        for junk in (b"", b"\r\n", b"\r\n\r\n", b"\xff" * 1000, b":", b"From:", signed[:200], signed[-200:]):
            assert judge(junk, zone).verdict == "fail"

    @pytest.mark.parametrize(
        "field",
        [
            b"DKIM-Signature: v=1; a=rsa-sha256; d=home.example; i=home.example; s=s1; h=from; bh=AAAA; b=AAAA",
            b"DKIM-Signature: v=1; a=rsa-sha256; d=home.example; s=s1; h=from; x=" + b"9" * 6000 + b"; bh=AAAA; b=AAAA",
            b"DKIM-Signature: v=1; a=rsa-sha256; d=home.example; s=s1; h=from; t=" + b"9" * 6000 + b"; bh=AAAA; b=AAAA",
            b"DKIM-Signature: v=1; a=rsa-sha256; d=home.example; s=s1; c=x/y/z; h=from; bh=AAAA; b=AAAA",
            b"DKIM-Signature: v=1; a=rsa-sha256; d=home.example; s=s1; h=from; bh=A; b=====",
            b"DKIM-Signature: \xff\xfe; \x80=\x81",
            b"DKIM-Signature: v=1; v=1",
            b"DKIM-Signature:",
            b"DKIM-Signature: v=1; a=rsa-sha256; d=.; s=; h=from",
        ],
    )
    def test_a_broken_signature_field_fails_quietly(self, field):
        assert judge(field + b"\r\n" + MAIL, rsa_signer().zone()).verdict == "fail"

    @pytest.mark.parametrize(
        "make",
        [
            lambda signed: signed + b" " * 2_000_000,
            lambda signed: signed.replace(b": v=1;", b": v=1; z= b" + b"\r\n " * 9_000 + b"x;", 1),
            lambda signed: (
                b"DKIM-Signature: v=1; a=rsa-sha256; d=home.example; s=s1; h=" + b"from:" * 1500 + b"\r\n" + signed
            ),
            lambda signed: b"X: " + b"a\r\n " * 9_000 + b"\r\n" + signed,
        ],
    )
    def test_bytes_made_to_waste_time_waste_little(self, make):
        signer = rsa_signer()
        raw = make(signer.sign())
        start = time.process_time()
        judge(raw, signer.zone())
        assert time.process_time() - start < 2

    def test_a_key_made_to_waste_time_is_refused(self):
        record = key_record(2**16000 + 1, 2**16000 + 1)
        start = time.process_time()
        assert judge(rsa_signer().sign(), {("s1._domainkey.home.example", "TXT"): (record,)}).verdict == "fail"
        assert time.process_time() - start < 2
