"""What the relay sends is signed: copies and notices, for the domain they are from, in the bytes every try sends."""

import logging

import dkim
import pytest
from django.core.mail import EmailMessage
from django.db import connection

from evenhand.mail.authentication import AuthenticationResult
from evenhand.mail.signature import parted
from evenhand.relay import keys
from evenhand.relay.egress import inspect, protected_by
from evenhand.relay.keys import Kept
from evenhand.relay.models import Delivery
from evenhand.relay.notices import EmailBackend
from tests.relay.post import ADA, AtOnce, copies, deliver, mail, spool, work

DOMAIN = "m.market.example"


@pytest.fixture(scope="module")
def made():
    """A key, which takes long to make."""
    return keys._pair("signing", keys.datetime.now(keys.UTC), ed25519=True)


@pytest.fixture
def signing(settings, tmp_path, made, monkeypatch):
    """Have these keys sign for a domain."""
    monkeypatch.setattr(keys, "_known", {})
    settings.EVENHAND = keys.replace(settings.EVENHAND, dkim_keys=str(tmp_path))

    def start(domain=DOMAIN, pair=made, *, known=False):
        if not known:
            keys._known.clear()
        keys._write(settings.EVENHAND, domain, pair)
        return settings.EVENHAND

    return start


def verified(content, pair, index=0):
    """Whether dkimpy finds the signature good, and who signed."""
    records = {f"{one.selector}._domainkey": one.record.encode() for one in pair}
    asked = []

    def answer(name, timeout=5):
        selector, _, domain = name.decode().rstrip(".").partition("._domainkey.")
        asked.append(domain)
        return records.get(f"{selector}._domainkey")

    return dkim.DKIM(content).verify(index, dnsfunc=answer), asked


def test_a_copy_is_signed_and_the_mail_behind_is_as_it_was_searched(cast, signing, made):
    signing()
    deliver(cast.seller_alias, mail())
    [copy] = copies()
    assert verified(bytes(copy.content), made) == (True, [DOMAIN])
    signatures, rest = parted(bytes(copy.content))
    assert (signatures.count(b"DKIM-Signature:"), rest.startswith(b"From: ")) == (2, True)


def test_l34_a_copy_of_an_old_domain_is_signed_for_that_domain_or_not_at_all(cast, signing, made):
    signing()
    for alias in (cast.buyer_alias, cast.seller_alias):
        alias.domain = "old.example"
        alias.save()
    deliver(cast.seller_alias, mail())
    signing("old.example")
    deliver(cast.seller_alias, mail(text="And a shade?\n"))
    unsigned, signed = (bytes(one.content) for one in copies())
    assert parted(unsigned) == (b"", unsigned)
    assert verified(signed, made) == (True, ["old.example"])


def test_notices_and_sign_in_codes_are_signed(cast, signing, made, vouching, monkeypatch):
    signing()
    # A mail nobody vouches for: its supposed author is told.
    monkeypatch.setattr(connection, "close", lambda: None)
    vouching(AuthenticationResult("fail"))
    spool(cast.seller_alias, mail(), trusted=False, peer="198.51.100.7", helo="mx.home.example")
    work(AtOnce())
    EmailBackend().send_messages([EmailMessage("Your code", "1234", to=[ADA])])
    notices = [bytes(copy.content) for copy in Delivery.objects.filter(address=ADA)]
    assert [verified(one, made) for one in notices] == [(True, [DOMAIN])] * 2


def test_without_a_key_or_with_signing_off_mail_goes_unsigned(cast, signing, settings):
    deliver(cast.seller_alias, mail())
    settings.EVENHAND = keys.replace(signing(), dkim=False)
    deliver(cast.seller_alias, mail(text="And a shade?\n"))
    assert [parted(bytes(one.content))[0] for one in copies()] == [b"", b""]


def test_a_new_key_is_seen_within_two_seconds_and_the_disk_asked_no_more_often(signing, made, monkeypatch):
    clock = [100.0]
    monkeypatch.setattr(keys.time, "monotonic", lambda: clock[0])
    configuration = signing(pair=made[:1])
    assert [one.selector for one in keys.keys_of(configuration, DOMAIN)] == [made[0].selector]
    signing(pair=made[1:], known=True)
    assert [one.selector for one in keys.keys_of(configuration, DOMAIN)] == [made[0].selector]
    clock[0] += 2
    assert [one.selector for one in keys.keys_of(configuration, DOMAIN)] == [made[1].selector]


def test_a_damaged_key_is_told_in_the_log_and_mail_goes_on(signing, tmp_path, caplog):
    configuration = signing()
    path = tmp_path / f"{DOMAIN}.json"
    path.write_text("{}")
    with caplog.at_level(logging.ERROR):
        assert keys.keys_of(configuration, DOMAIN) == ()
    assert caplog.messages == [f"mail of {DOMAIN} goes unsigned: {path} does not hold what was written there"]


def test_the_search_looks_into_the_signature_and_behind_it(cast, signing, made):
    """Were somebody's domain in a signature, the copy would be held."""
    configuration = signing()
    deliver(cast.seller_alias, mail())
    content = bytes(copies()[0].content)

    class Author:
        protected = (ADA,)

    class Spooled:
        helo, peer = "", None

    protected = protected_by(Author, Spooled, None, configuration.domain)
    assert inspect(content, protected) is None
    telling = content.replace(b"d=m.market.example;", b"d=home.example;", 1)
    assert inspect(telling, protected).where == "the signature"
    assert inspect(content + b"home.example\r\n", protected).where == "the body"


def test_a_key_shows_nothing_of_itself(made):
    assert [repr(one) for one in made if isinstance(one, Kept)] == [
        f"Kept('{one.selector}', 'signing', {one.since:%Y-%m-%d})" for one in made
    ]
