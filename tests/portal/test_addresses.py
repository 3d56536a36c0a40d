"""Further addresses to write from: asked for on a page, proved by the mailbox, and of no use to anybody else."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from evenhand.jobs import tidy
from evenhand.participants.models import Address, AddressProof, Member, Participant, Role
from evenhand.participants.proofs import ADDRESSES_LIMIT, ASKED_LIMIT
from evenhand.record.models import Event
from tests.relay.post import deliver
from tests.relay.post import mail as letter

PLACE = "/account/addresses/"
NEW = "ada@office.example"


def ask(browser, participant, address=NEW):
    return browser.post(PLACE, {"participant": str(participant.id), "address": address}, follow=True)


def mailed():
    return re.search(r"https?://[^/]+(/account/addresses/proof/\S+)", mail.outbox[-1].body)[1]


def writes_from(participant):
    rows = participant.addresses.filter(retired_at=None, verified_at__isnull=False)
    return sorted(rows.values_list("address", flat=True))


def test_an_address_counts_after_its_mailbox_has_answered_and_not_before(cast, browsers):
    page = ask(browsers["ada"], cast.buyer, "Ada@Office.example")
    assert f"A mail is on its way to {NEW}." in page.content.decode()
    assert [one.to for one in mail.outbox] == [[NEW]]
    assert deliver(cast.seller_alias, letter(NEW)).outcome == "unknown-sender"
    link = mailed()
    shown = browsers["ada"].get(link)
    assert (shown.status_code, NEW in shown.content.decode()) == (200, True)
    assert writes_from(cast.buyer) == ["ada@home.example"]
    done = browsers["ada"].post(link, follow=True)
    assert f"You can write from {NEW} now." in done.content.decode()
    assert writes_from(cast.buyer) == ["ada@home.example", NEW]
    assert deliver(cast.seller_alias, letter(NEW)).outcome == "relayed"
    assert list(Event.objects.filter(kind="address-added").values_list("actor_id", flat=True)) == [cast.buyer.id]
    assert cast.buyer.addresses.get(is_primary=True).address == "ada@home.example"


def test_the_token_is_kept_as_a_digest_alone_and_cannot_be_guessed(cast, browsers):
    ask(browsers["ada"], cast.buyer)
    token = mailed().rstrip("/").rpartition("/")[2]
    proof = AddressProof.objects.get()
    assert len(token) >= 22
    assert token.encode() not in bytes(proof.token_sha256)
    assert len(bytes(proof.token_sha256)) == 32


def test_the_link_is_for_whoever_asked_alone(cast, browsers):
    ask(browsers["ada"], cast.buyer)
    link = mailed()
    # Cyn acts for the same buyer now, and yet did not ask.
    Member.objects.create(user=cast.cyn, participant=cast.buyer)
    for who in ("ben", "cyn", "olga"):
        assert (browsers[who].get(link).status_code, browsers[who].post(link).status_code) == (404, 404)
    assert browsers["nobody"].post(link).status_code == 302
    assert writes_from(cast.buyer) == ["ada@home.example"]
    assert browsers["ada"].get("/account/addresses/proof/" + "A" * 22 + "/").status_code == 404


def test_the_link_is_good_once(cast, browsers):
    ask(browsers["ada"], cast.buyer)
    link = mailed()
    browsers["ada"].post(link)
    row = cast.buyer.addresses.get(address=NEW)
    browsers["ada"].post(f"{PLACE}{row.pk}/remove/")
    assert "This link is no longer good" in browsers["ada"].get(link).content.decode()
    browsers["ada"].post(link)
    assert writes_from(cast.buyer) == ["ada@home.example"]


def test_the_link_is_good_for_an_hour(cast, browsers):
    ask(browsers["ada"], cast.buyer)
    AddressProof.objects.update(expires_at=timezone.now())
    assert "no longer good" in browsers["ada"].post(mailed(), follow=True).content.decode()
    assert writes_from(cast.buyer) == ["ada@home.example"]


def test_who_acts_for_the_participant_no_longer_proves_nothing(cast, browsers):
    ask(browsers["ada"], cast.buyer)
    Member.objects.filter(user=cast.ada).delete()
    assert browsers["ada"].post(mailed()).status_code == 404
    assert writes_from(cast.buyer) == ["ada@home.example"]


def test_without_the_token_of_the_page_nothing_is_added(cast, browsers):
    ask(browsers["ada"], cast.buyer)
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(cast.ada, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert browser.post(mailed()).status_code == 403
    assert browser.post(PLACE, {"participant": str(cast.buyer.id), "address": NEW}).status_code == 403
    assert writes_from(cast.buyer) == ["ada@home.example"]


def test_an_address_of_somebody_else_is_answered_in_the_same_words_and_gets_no_link(cast, browsers):
    taken = ask(browsers["ada"], cast.buyer, "cyn@rival.example")
    free = ask(browsers["ada"], cast.buyer, "new@rival.example")
    shown = [
        re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", one.content.decode()).replace(address, "X")
        for one, address in ((taken, "cyn@rival.example"), (free, "new@rival.example"))
    ]
    assert shown[0] == shown[1]
    assert [(one.to, "/proof/" in one.body) for one in mail.outbox] == [
        (["cyn@rival.example"], False),
        (["new@rival.example"], True),
    ]


def test_an_address_that_became_somebody_elses_meanwhile_stays_theirs(cast, browsers):
    ask(browsers["ada"], cast.buyer)
    other = Participant.objects.create(role=Role.BUYER, name="Dot")
    Address.objects.create(participant=other, address=NEW, verified_at=timezone.now())
    browsers["ada"].post(mailed())
    assert writes_from(cast.buyer) == ["ada@home.example"]


@pytest.mark.parametrize(
    ("address", "problem"),
    [
        ("nobody", "That is not an e-mail address."),
        ("", "That is not an e-mail address."),
        ("a@x.example\r\nBcc: eve@evil.example", "That is not an e-mail address."),
        ("ada@home.example", "You write from that address already."),
        ("ADA@home.example", "You write from that address already."),
        ("x@m.market.example", "Messages are written to that address, not from it."),
        ("x@sub.m.market.example", "Messages are written to that address, not from it."),
        ("x@relay.localhost", "Messages are written to that address, not from it."),
    ],
)
def test_what_cannot_be_asked_about_is_said_and_nothing_is_sent(cast, browsers, settings, address, problem):
    settings.EVENHAND = replace(settings.EVENHAND, domain="m.market.example")
    response = ask(browsers["ada"], cast.buyer, address)
    assert (response.status_code, problem in response.content.decode()) == (422, True)
    assert (mail.outbox, AddressProof.objects.count()) == ([], 0)


def test_an_alias_is_nobodys_address(cast, browsers):
    assert ask(browsers["ada"], cast.buyer, str(cast.seller_alias)).status_code == 422


@pytest.mark.parametrize("who", ["ben", "cyn", "olga"])
def test_nobody_adds_to_somebody_elses_addresses(cast, browsers, who):
    assert ask(browsers[who], cast.buyer).status_code == 404
    assert mail.outbox == []


def test_an_hour_has_few_mails_in_it_and_a_participant_few_addresses(cast, browsers):
    for number in range(ASKED_LIMIT):
        assert ask(browsers["ada"], cast.buyer, f"a{number}@office.example").status_code == 200
    assert ask(browsers["ada"], cast.buyer).status_code == 422
    assert len(mail.outbox) == ASKED_LIMIT
    AddressProof.objects.update(asked_at=timezone.now() - timedelta(hours=2))
    for number in range(ADDRESSES_LIMIT - 1):
        cast.buyer.addresses.create(address=f"b{number}@x.example", verified_at=timezone.now(), is_primary=False)
    assert ask(browsers["ada"], cast.buyer).status_code == 422


def test_an_address_given_up_writes_no_more_and_comes_back_by_a_new_proof(cast, browsers):
    ask(browsers["ada"], cast.buyer)
    browsers["ada"].post(mailed())
    row = cast.buyer.addresses.get(address=NEW)
    for who in ("ben", "cyn", "olga"):
        assert browsers[who].post(f"{PLACE}{row.pk}/remove/").status_code == 404
    assert browsers["ada"].get(f"{PLACE}{row.pk}/remove/").status_code == 405
    assert browsers["ada"].post(f"{PLACE}{row.pk}/remove/").status_code == 302
    assert writes_from(cast.buyer) == ["ada@home.example"]
    ask(browsers["ada"], cast.buyer)
    browsers["ada"].post(mailed())
    assert writes_from(cast.buyer) == ["ada@home.example", NEW]


def test_the_first_address_is_the_marketplaces_to_change(cast, browsers):
    row = cast.buyer.addresses.get()
    assert browsers["ada"].post(f"{PLACE}{row.pk}/remove/").status_code == 404
    assert writes_from(cast.buyer) == ["ada@home.example"]


def test_the_page_shows_ones_own_addresses_alone(cast, browsers):
    words = {who: browsers[who].get(PLACE).content.decode() for who in ("ada", "ben", "olga")}
    assert {who: "ada@home.example" in text for who, text in words.items()} == {
        "ada": True,
        "ben": False,
        "olga": False,
    }
    assert browsers["nobody"].get(PLACE)["Location"].startswith(reverse("account_login"))


def test_questions_nobody_answered_are_forgotten(cast, browsers):
    ask(browsers["ada"], cast.buyer)
    tidy(0)
    assert AddressProof.objects.count() == 1
    AddressProof.objects.update(expires_at=timezone.now() - timedelta(days=31))
    tidy(0)
    assert AddressProof.objects.count() == 0
