"""Mail from servers we have no reason to trust: who vouches for its author, and what happens if nobody does."""

import re
import ssl
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.connectors.signing import rsa_signer
from tests.wire.catcher import Catcher
from tests.wire.desk import ADA, BEN
from tests.wire.house import DOMAIN, House, until
from tests.wire.names import name_server
from tests.wire.talk import Talk, stuffed


@pytest.fixture(scope="module")
def post():
    with Catcher() as running:
        yield running


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A certificate that nobody but ourselves has signed; gives the files of certificate and key."""
    folder = tmp_path_factory.mktemp("tls")
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, DOMAIN)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(DOMAIN)]), critical=False)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    (folder / "cert.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return folder / "cert.pem", folder / "key.pem"


@pytest.fixture(scope="module")
def open_house(tmp_path_factory, post, certificate):
    """An installation that trusts nobody; the DNS knows ada's key, and that ben's mail comes from his server."""
    zone = {
        **rsa_signer().zone(ADA.domain),
        (BEN.domain, "TXT"): (f"v=spf1 ip4:{BEN.client} -all",),
    }
    with name_server(zone) as nameserver:
        made = House(
            tmp_path_factory.mktemp("open-house"), [(ADA, BEN)] * 8, smarthost=post.address, nameserver=nameserver,
            tls_certificate=certificate[0], tls_key=certificate[1], workers=1,
        )  # fmt: skip
        with made as running:
            yield running


@pytest.fixture(scope="module")
def dealt(open_house):
    return list(open_house.orders().values())


@pytest.fixture
def order(dealt):
    return dealt.pop(0)


def held(house, order):
    return [(one["reason"], one["private"]) for one in house.told(order)["held"]]


def test_what_nobody_vouches_for_is_taken_and_held_and_the_other_side_gets_nothing(open_house, post, order):
    ADA.send(open_house.door(), order.to_seller, ADA.letter(order.to_seller, "Trust me.\n"))
    found = until(lambda: held(open_house, order), "the hold")
    assert [reason for reason, _ in found] == ["unconfirmed"]
    assert found[0][1].startswith("not authenticated: none")
    # One mail to the registered address, with not a word of the message in it.
    notice = post.notices_to(ADA.address)[0]
    assert str(notice.mail["Subject"]) == "A message in your name is waiting"
    assert "Trust me." not in notice.text
    assert [one for one in post.mails if one.recipient == BEN.address] == []


def test_an_aligned_signature_vouches_for_its_author(open_house, post, order):
    raw = rsa_signer().sign(ADA.letter(order.to_seller, "Signed by my server.\n"), domain=ADA.domain)
    ADA.send(open_house.door(), order.to_seller, raw)
    arrived = post.sent_for(order.to_buyer)[0]
    assert (arrived.recipient, arrived.text.startswith("Signed by my server.\n")) == (BEN.address, True)
    # There is one signature, and it is ours.
    assert re.findall(rb"(?m)^DKIM-Signature:|^ d=(.+);\r$", arrived.content) == [b"", b"m.market.example"]


def test_a_signature_over_other_words_vouches_for_nothing(open_house, post, order):
    raw = rsa_signer().sign(ADA.letter(order.to_seller, "I want one lamp.\n"), domain=ADA.domain)
    ADA.send(open_house.door(), order.to_seller, raw.replace(b"one lamp", b"ten lamps"))
    found = until(lambda: held(open_house, order), "the hold")
    assert found[0][1].startswith("not authenticated: fail")
    assert "s=s1: the body was changed" in found[0][1]
    assert [one for one in post.mails if order.to_buyer in str(one.mail["From"])] == []


def test_a_good_signature_of_another_domain_vouches_for_nothing(open_house, post, order):
    raw = rsa_signer().sign(ADA.letter(order.to_seller, "From ada, says evil.\n"), domain="evil.example")
    ADA.send(open_house.door(), order.to_seller, raw)
    found = until(lambda: held(open_house, order), "the hold")
    assert "dkim: signed by evil.example, not aligned" in found[0][1]
    assert [one for one in post.mails if order.to_buyer in str(one.mail["From"])] == []


def test_the_server_that_may_send_for_a_domain_vouches_and_another_does_not(open_house, post, order):
    forged = BEN.letter(order.to_buyer, "Pay here instead.\n")
    with Talk(open_house.door(), "127.0.0.66") as talk:
        talk.begin(order.to_buyer, sender=BEN.address)
        assert talk.say(stuffed(forged)).startswith("250")
    found = until(lambda: held(open_house, order), "the hold")
    assert found[0][1].startswith("not authenticated: fail")
    BEN.send(open_house.door(), order.to_buyer, BEN.letter(order.to_buyer, "It is on its way.\n"))
    arrived = post.sent_for(order.to_seller)
    assert [one.text.partition("\n")[0] for one in arrived] == ["It is on its way."]


def test_l42_a_result_field_the_sender_brings_along_is_not_believed(open_house, post, order):
    raw = ADA.letter(
        order.to_seller, "All is well.\n",
        fields=[("Authentication-Results", f"{DOMAIN}; dkim=pass header.d={ADA.domain}; dmarc=pass")],
    )  # fmt: skip
    ADA.send(open_house.door(), order.to_seller, raw)
    assert until(lambda: held(open_house, order), "the hold")[0][0] == "unconfirmed"
    assert [one for one in post.mails if order.to_buyer in str(one.mail["From"])] == []


def test_starttls_is_offered_and_a_mail_comes_over_it(open_house, order, certificate):
    context = ssl.create_default_context(cafile=str(certificate[0]))
    raw = ADA.letter(order.to_seller, "Under seal.\n")
    with Talk(open_house.door(), ADA.client) as talk:
        assert "250-STARTTLS\r\n" in talk.say("EHLO mail.home.example")
        talk.starttls(context)
        assert "STARTTLS" not in talk.say("EHLO mail.home.example")
        talk.begin(order.to_seller)
        assert talk.say(stuffed(raw)).startswith("250")
    assert len(until(lambda: held(open_house, order), "the mail")) == 1


def test_what_was_said_before_the_seal_is_forgotten_after_it(open_house, order, certificate):
    context = ssl.create_default_context(cafile=str(certificate[0]))
    with Talk(open_house.door(), ADA.client) as talk:
        talk.say("EHLO mail.home.example")
        talk.say("MAIL FROM:<ada@home.example>")
        talk.say(f"RCPT TO:<{order.to_seller}>")
        # Somebody on the line adds a command of their own, hoping it is answered under the seal.
        talk.send(b"STARTTLS\r\nNOOP\r\n")
        assert talk.hear().startswith("220")
        talk.seal(context)
        assert talk.say("EHLO mail.home.example").startswith("250-")
        assert talk.say("DATA").startswith("503")
