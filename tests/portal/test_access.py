"""Who may open what: each page for each of the cast and for nobody."""

import pytest
from django.urls import reverse

from evenhand.portal.security import POLICY

SIDES = {"ada": 200, "ben": 200, "cyn": 404, "olga": 200, "nobody": 302}


@pytest.fixture
def pages(cast, say, attach):
    message = say(cast.conversation, cast.buyer, "Hello", html="<p>Hello</p>")
    return {
        "conversation": reverse("conversation", args=[cast.conversation.id]),
        "body": reverse("body", args=[message.id]),
        "progress": reverse("progress", args=[message.id]),
        "attachment": reverse("attachment", args=[attach(message).id]),
    }


@pytest.mark.parametrize("who", SIDES)
@pytest.mark.parametrize("name", ["conversation", "body", "progress", "attachment"])
def test_a_page_of_a_conversation_opens_for_its_two_sides_and_the_operator(browsers, pages, name, who):
    response = browsers[who].get(pages[name])
    assert response.status_code == SIDES[who]
    if who == "nobody":
        assert response["Location"] == f"{reverse('account_login')}?next={pages[name]}"


@pytest.mark.parametrize(("who", "status"), [("ada", 200), ("ben", 200), ("cyn", 200), ("olga", 200), ("nobody", 302)])
def test_the_inbox_opens_for_everyone_who_is_signed_in(browsers, who, status):
    assert browsers[who].get(reverse("inbox")).status_code == status


@pytest.mark.parametrize(("who", "status"), [("ada", 422), ("ben", 422), ("cyn", 404), ("olga", 403), ("nobody", 302)])
def test_an_answer_may_be_written_by_the_two_sides_only(cast, browsers, who, status):
    # An empty reply: whoever may write is told that it is empty.
    assert browsers[who].post(reverse("reply", args=[cast.conversation.id])).status_code == status


@pytest.mark.parametrize(("who", "status"), [("ada", 302), ("ben", 302), ("cyn", 404), ("olga", 404), ("nobody", 302)])
def test_a_read_mark_may_be_set_by_the_two_sides_only(cast, browsers, who, status):
    sent = {"until": "2026-03-01T12:00:00+00:00"}
    assert browsers[who].post(reverse("mark_read", args=[cast.conversation.id]), sent).status_code == status


@pytest.mark.parametrize("name", ["reply", "mark_read"])
def test_l52_a_link_cannot_do_what_a_form_does(cast, browsers, name):
    assert browsers["ada"].get(reverse(name, args=[cast.conversation.id])).status_code == 405


def test_the_inbox_of_a_rival_is_empty(browsers, pages):
    assert b"No conversations yet" in browsers["cyn"].get(reverse("inbox")).content


@pytest.mark.parametrize("state", ["held", "blocked", "away", "recorded"])
def test_what_was_not_passed_on_is_shown_to_its_author_and_the_operator_but_not_across(
    cast, browsers, say, attach, state
):
    message = say(cast.conversation, cast.buyer, "Ring me on 555", state=state, html="<p>Ring me on 555</p>")
    file = attach(message)
    conversation = reverse("conversation", args=[cast.conversation.id])
    for address in (reverse("body", args=[message.id]), reverse("attachment", args=[file.id])):
        assert {who: browsers[who].get(address).status_code for who in ("ada", "ben", "olga")} == {
            "ada": 200,
            "ben": 404,
            "olga": 200,
        }
    seen = {who: b"Ring me on 555" in browsers[who].get(conversation).content for who in ("ada", "ben", "olga")}
    assert seen == {"ada": True, "ben": False, "olga": True}
    listed = {who: b"Ring me on 555" in browsers[who].get(reverse("inbox")).content for who in ("ada", "ben", "olga")}
    assert listed == {"ada": True, "ben": False, "olga": True}


def test_every_page_is_fenced_in_and_kept_private(browsers, pages):
    for address in (reverse("inbox"), pages["conversation"]):
        response = browsers["ada"].get(address)
        assert response["Content-Security-Policy"] == POLICY
        assert response["Cache-Control"] == "private, no-cache"
        assert response["X-Content-Type-Options"] == "nosniff"


def test_no_page_holds_a_script_or_a_style_of_its_own(browsers, pages):
    import re

    for address in (reverse("inbox"), pages["conversation"], reverse("account_email"), reverse("mfa_index")):
        html = browsers["ada"].get(address).content.decode()
        scripts = re.findall(r"<script\b[^>]*>", html)
        assert scripts, "the page loads no script at all"
        assert [tag for tag in scripts if " src=" not in tag and 'type="application/json"' not in tag] == []
        assert re.findall(r"<style|\sstyle=|\son\w+=|javascript:", html) == []
