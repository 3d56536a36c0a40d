"""The last search: with every earlier net taken away, no address leaves; and whatever breaks in it holds the mail."""

import base64

import pytest

from evenhand.relay import egress
from tests.relay.post import ADA, File, copies, deliver, mail, message_of

HELD = ("held", "it would have told the other side an address that is kept private")


@pytest.fixture
def no_scrubbing(monkeypatch):
    """Take the first net away: texts go on as they are."""
    monkeypatch.setattr(egress.Protected, "scrub", lambda _self, text: (text, 0))
    monkeypatch.setattr(egress.Protected, "is_clean", lambda _self, _text: True)


@pytest.mark.parametrize(
    "raw",
    [
        mail(text=f"write to {ADA}\n"),
        mail(subject=f"from {ADA}"),
        mail(text="x\n", html=f"<p>write to <b>{ADA.replace('@', '</b>@')}</p>"),
        mail(text="x\n", html="<p>ada&#64;home.example</p>"),
        mail(text="ada\u200b@home.example\n"),
        mail(text="see home.example\n"),
        mail(files=[File("notes.txt", f"I am {ADA}".encode(), "text/plain")]),
        mail(text=base64.b64encode(f"psst, {ADA}".encode()).decode() + "\n"),
        mail(text="as I said in <one-secret-id@pigeon.attic>\n", msgid="one-secret-id@pigeon.attic"),
    ],
    ids=["text", "subject", "html", "entity", "zero width", "domain", "file", "base64", "message id"],
)
def test_without_scrubbing_the_search_holds_the_mail(cast, no_scrubbing, raw):
    message = message_of(deliver(cast.seller_alias, raw))
    assert (message.state, message.reason) == HELD
    assert copies() == []
    assert "@" not in message.hold.private + message.hold.public


def test_a_name_that_tells_an_address_holds_the_mail_if_it_was_not_cleaned(cast, monkeypatch):
    monkeypatch.setattr("evenhand.relay.rewrite.shown", lambda _party, _market: "ada at home.example")
    assert message_of(deliver(cast.seller_alias, mail())).state == "held"


def test_a_file_is_searched_though_nothing_scrubs_it(cast):
    raw = mail(files=[File("notes.txt", f"I am {ADA}".encode(), "text/plain")])
    assert message_of(deliver(cast.seller_alias, raw)).state == "held"


def test_a_search_that_breaks_holds_the_mail(cast, monkeypatch):
    def broken(_finished, _sought):
        raise RecursionError

    monkeypatch.setattr(egress, "search", broken)
    message = message_of(deliver(cast.seller_alias, mail()))
    assert (message.state, message.hold.private) == ("held", "RecursionError in nowhere: the search stopped")
