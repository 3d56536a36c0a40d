"""Getting in: the mailed code from end to end, and nothing given away to those who guess."""

import re
from urllib.parse import quote

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

ASK, CONFIRM = "account_request_login_code", "account_confirm_login_code"


def ask(browser, address):
    return browser.post(reverse(ASK), {"email": address}, follow=True)


def mailed_code():
    return re.search(r"^ {4}(\S+)$", mail.outbox[-1].body, re.MULTILINE)[1]


def test_a_mailed_code_opens_the_inbox(cast):
    browser = Client()
    assert "E-mail me a sign-in code" in browser.get(reverse("account_login")).content.decode()
    page = ask(browser, "Ada@Home.example")
    assert page.redirect_chain == [(reverse(CONFIRM), 302)]
    assert [(one.to, one.subject) for one in mail.outbox] == [(["ada@home.example"], "Market: your sign-in code")]
    inside = browser.post(reverse(CONFIRM), {"code": mailed_code()}, follow=True)
    assert inside.redirect_chain == [(reverse("inbox"), 302)]
    assert "Ben&#x27;s Lamps" in inside.content.decode()


def test_the_code_leads_back_to_the_page_that_was_asked_for(cast):
    browser = Client()
    wanted = reverse("conversation", args=[cast.conversation.id])
    entrance = browser.get(wanted, follow=True).content.decode()
    assert f'<input type="hidden" name="next" value="{wanted}"' in entrance
    browser.post(reverse(ASK), {"email": "ada@home.example", "next": wanted})
    inside = browser.post(reverse(CONFIRM), {"code": mailed_code(), "next": wanted})
    assert inside["Location"] == wanted


def test_a_wrong_code_opens_nothing_and_after_three_the_code_is_spent(cast):
    browser = Client()
    ask(browser, "ada@home.example")
    code = mailed_code()
    wrong = browser.post(reverse(CONFIRM), {"code": "WRONGX"})
    assert wrong.status_code == 200
    assert "Incorrect code" in wrong.content.decode()
    for _ in range(2):
        browser.post(reverse(CONFIRM), {"code": "WRONGX"})
    browser.post(reverse(CONFIRM), {"code": code})
    assert browser.get(reverse("inbox")).status_code == 302


def test_a_code_is_good_in_the_browser_that_asked_and_only_once(cast):
    browser, thief = Client(), Client()
    ask(browser, "ada@home.example")
    code = mailed_code()
    assert thief.post(reverse(CONFIRM), {"code": code}).status_code == 302
    assert thief.get(reverse("inbox")).status_code == 302
    browser.post(reverse(CONFIRM), {"code": code})
    assert browser.get(reverse("inbox")).status_code == 200
    browser.post(reverse("account_logout"))
    browser.post(reverse(CONFIRM), {"code": code})
    assert browser.get(reverse("inbox")).status_code == 302


def test_an_unknown_address_gets_the_same_answer_as_a_known_one(cast):
    def answer(address):
        page = ask(Client(), address)
        html = re.sub(r'value="[^"]{40,}"', "", page.content.decode())
        return page.status_code, page.redirect_chain, html.replace(address, "@")

    assert answer("ada@home.example") == answer("zoe@away.example")
    # Only the owner of the mailbox learns the difference.
    assert [one.subject for one in mail.outbox] == [
        "Market: your sign-in code",
        "Market: no account under this address",
    ]


def test_a_wrong_password_reads_the_same_for_known_and_unknown(cast):
    def answer(address):
        page = Client().post(reverse("account_login"), {"login": address, "password": "not the right one"})
        return page.status_code, re.sub(r'value="[^"]{40,}"', "", page.content.decode()).replace(address, "@")

    assert answer("ada@home.example") == answer("zoe@away.example")
    assert answer("ada@home.example")[0] == 200


def test_a_password_opens_too(cast):
    cast.ben.set_password("a long enough sentence")
    cast.ben.save()
    browser = Client()
    assert 'name="password"' in browser.get(reverse("account_login")).content.decode()
    sent = {"login": "ben@shop.example", "password": "a long enough sentence"}
    assert browser.post(reverse("account_login"), sent)["Location"] == reverse("inbox")
    assert browser.get(reverse("inbox")).status_code == 200


def test_nobody_adds_an_address_that_may_be_anothers(cast, browsers):
    page = browsers["cyn"].post(reverse("account_email"), {"action_add": "", "email": "ada@home.example"})
    assert page.status_code == 200
    assert list(cast.cyn.emailaddress_set.values_list("email", flat=True)) == ["cyn@rival.example"]
    browser = Client()
    ask(browser, "ada@home.example")
    browser.post(reverse(CONFIRM), {"code": mailed_code()})
    assert "Ben&#x27;s Lamps" in browser.get(reverse("inbox")).content.decode()


def test_nobody_signs_themselves_up(db):
    page = Client().get(reverse("account_signup"))
    assert "No sign-up needed" in page.content.decode()
    Client().post(reverse("account_signup"), {"email": "zoe@away.example"})
    from evenhand.participants.models import User

    assert not User.objects.filter(email="zoe@away.example").exists()


ENTRANCE = ["account_login", ASK, "account_reset_password", "account_signup", "account_reset_password_done"]
INSIDE = [
    "account_email", "account_set_password", "account_logout", "mfa_index", "mfa_list_webauthn", "mfa_activate_totp",
    "mfa_add_webauthn",
]  # fmt: skip


@pytest.mark.parametrize("name", ENTRANCE)
def test_each_page_before_the_door_wears_our_clothes(db, name):
    html = Client().get(reverse(name)).content.decode()
    assert '<div class="card entrance">' in html
    assert html.count("<h1>") == 1


@pytest.mark.parametrize("name", INSIDE)
def test_each_page_of_the_account_wears_our_clothes(browsers, name):
    html = browsers["ada"].get(reverse(name)).content.decode()
    assert '<div class="account__main">' in html
    assert html.count("<h1>") == 1


MFA = ["mfa_activate_totp", "mfa_add_webauthn"]


@pytest.mark.parametrize("name", MFA)
def test_whoever_has_a_password_gives_it_again_before_a_second_factor_is_set(cast, name):
    cast.ada.set_password("a long enough sentence")
    cast.ada.save()
    browser = Client()
    browser.force_login(cast.ada, backend="allauth.account.auth_backends.AuthenticationBackend")
    page = browser.get(reverse(name), follow=True)
    assert page.redirect_chain == [(f"{reverse('account_reauthenticate')}?next={quote(reverse(name), safe='')}", 302)]
    assert '<div class="card entrance">' in page.content.decode()


def test_the_passkey_pages_bring_their_scripts_as_files(browsers):
    html = browsers["ada"].get(reverse("mfa_add_webauthn")).content.decode()
    entrance = Client().get(reverse("account_login")).content.decode()
    for page in (html, entrance):
        assert '<script src="/static/mfa/js/webauthn.js">' in page
        # Data for those scripts is no script: a policy without 'unsafe-inline' lets it stand.
        inline = [tag for tag in re.findall(r"<script\b[^>]*>", page) if " src=" not in tag]
        assert inline
        assert [tag for tag in inline if 'type="application/json"' not in tag] == []
