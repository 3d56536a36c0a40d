"""What a server in front found of DKIM and SPF: whether it is about the author is asked here."""

import pytest

from evenhand.connectors.authentication import Authenticator
from evenhand.connectors.dns import Resolver
from evenhand.mail.authentication import AuthenticationResult
from evenhand.mail.front import Claim
from tests.connectors.signing import MAIL, rsa_signer

DMARC = {("_dmarc.home.example", "TXT"): ("v=DMARC1; p=none",)}
STRICT = {("_dmarc.home.example", "TXT"): ("v=DMARC1; adkim=s; aspf=s",)}


def judge(*claims, zone=(), raw=MAIL):
    return Authenticator(Resolver(dict(zone))).authenticate(
        raw,
        peer=None,
        helo="",
        reverse_path="ada@home.example",
        from_domain="home.example",
        claims=[Claim(*one.split(" ")) for one in claims],
    )


@pytest.mark.parametrize("method", ["dkim", "spf"])
class TestOneClaim:
    def test_a_pass_for_the_very_domain_passes(self, method):
        assert judge(f"{method} pass home.example") == AuthenticationResult(
            "pass",
            method,
            "home.example",
            f"front: {method}=pass for home.example",
        )

    def test_a_pass_for_a_subdomain_passes_if_the_walk_says_so(self, method):
        assert judge(f"{method} pass mail.home.example", zone=DMARC).verdict == "pass"
        assert judge(f"{method} pass mail.home.example", zone=STRICT).verdict == "fail"
        assert judge(f"{method} pass mail.home.example").verdict == "fail"

    def test_a_walk_that_cannot_be_finished_is_temporary(self, method):
        zone = {("_dmarc.home.example", "TXT"): None}
        assert judge(f"{method} pass mail.home.example", zone=zone).verdict == "temporary"

    @pytest.mark.parametrize("rest", ["fail home.example", "none home.example", "pass evil.example", "pass "])
    def test_anything_else_fails(self, method, rest):
        assert judge(f"{method} {rest}", zone=DMARC).verdict == "fail"


def test_a_signature_the_front_has_looked_at_is_not_looked_at_again():
    signer = rsa_signer()
    assert judge("dkim fail home.example", raw=signer.sign(), zone=signer.zone()).verdict == "fail"
    assert judge("spf fail home.example", raw=signer.sign(), zone=signer.zone()).verdict == "pass"


def test_of_many_signatures_one_that_is_aligned_is_enough():
    many = [f"dkim pass x{number}.example" for number in range(50)]
    assert judge(*many, "dkim pass home.example").verdict == "pass"


def test_two_words_about_one_envelope_are_none():
    found = judge("spf pass home.example", "spf fail home.example")
    assert (found.verdict, found.detail) == ("fail", "front: it contradicts itself about spf")


def test_a_field_that_stands_twice_makes_its_word_about_signatures_worthless():
    assert judge("dkim pass home.example", raw=b"Subject: Another\r\n" + MAIL).verdict == "fail"


def test_a_chain_of_forwarders_is_noted_and_passes_nobody():
    chain = b"".join(
        b"ARC-%s: i=1; cv=none; d=lists.example; mx.lists.example; dkim=pass header.d=home.example\r\n" % name
        for name in (b"Seal", b"Message-Signature", b"Authentication-Results")
    )
    assert judge(raw=chain + MAIL) == AuthenticationResult(
        "none", detail="spf: no client address; arc: i=1 cv=none sealed by lists.example, not weighed"
    )


def test_an_envelope_of_somebody_else_at_the_same_provider_is_no_word_about_the_author():
    found = Authenticator(Resolver({})).authenticate(
        MAIL, peer=None, helo="", reverse_path="eve@home.example", from_domain="home.example",
        claims=[Claim("spf", "pass", "home.example")],
    )  # fmt: skip
    assert (found.verdict, found.detail.rpartition("; ")[2]) == (
        "fail",
        "spf: MAIL FROM names somebody else of the same domain",
    )
