"""The last search: with every earlier net taken away, no address leaves; and whatever breaks in it holds the mail."""

import base64
import email
import quopri
import re
from email import policy
from email.message import EmailMessage

import pytest
from django.conf import settings
from hypothesis import HealthCheck, given
from hypothesis import settings as limits
from hypothesis import strategies as st

from evenhand.policy import house_book
from evenhand.relay import egress
from evenhand.relay.process import Desk, process
from evenhand.relay.scene import Party, Scene
from evenhand.relay.spool import Spooled
from tests.relay.post import ADA, BEN, File, copies, deliver, finished, mail, message_of

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


# --- Planted at random ---------------------------------------------------------------------------------------------

PLAIN = st.sampled_from([ADA, ADA.upper(), "ada+shop@home.example", "mail.home.example", "ada=home.example"])
HIDDEN = st.sampled_from(
    ["ada&#64;home.example", "ada&commat;home.example", "ada%40home.example", "ada\uff20home.example", "a\u00adda@home.example",
     "ada\u200b@home.example", "ada @ home.example", "ada@home\u3002example"]
)  # fmt: skip
WORDS = st.sampled_from(["Hello", "the lamp", "Größe", "明かり", "thanks", "On Tuesday", "- -", "=?utf-8?q?x?="])
PHRASE = st.lists(st.one_of(WORDS, PLAIN, HIDDEN), min_size=1, max_size=5).map(" ".join)
TAGS = st.sampled_from(
    ["<p>%s</p>", "<div><b>%s</b></div>", '<a href="https://x.example/?m=%s">x</a>', "<!--%s-->", "%s<br>"]
)


@st.composite
def planted(draw):
    """A mail tree with the author's address in random places and encodings; its author and route are fine."""
    made = EmailMessage(policy=policy.SMTP)
    made["From"] = f"Ada <{ADA}>"
    made["To"] = "x@m.market.example"
    made["Subject"] = draw(PHRASE)
    made["Message-ID"] = "<one@home.example>"
    made.set_content(draw(PHRASE) + "\n", cte=draw(st.sampled_from(["base64", "quoted-printable"])))
    if draw(st.booleans()):
        made.add_alternative(draw(TAGS) % draw(PHRASE), subtype="html", cte="base64")
    for _ in range(draw(st.integers(0, 2))):
        content = draw(PHRASE).encode(draw(st.sampled_from(["utf-8", "utf-16", "utf-16-le"])))
        made.add_attachment(content, maintype="text", subtype="plain", filename=draw(PHRASE))
    for number, part in enumerate(made.walk()):
        if part.is_multipart():
            # Otherwise the generator draws one, and no failure could be repeated.
            part.set_boundary(f"a-boundary-of-ada-{number}")
    return made.as_bytes()


def tells(content):
    """Whether any reading of the bytes shows ada's domain: a scanner that shares nothing with ours."""
    seen = [content]
    for part in email.message_from_bytes(content, policy=policy.default).walk():
        seen += [f"{name}: {value}".encode("utf-8", "replace") for name, value in part.items()]
        body = part.get_payload(decode=True)
        if body:
            seen += [body, body.replace(b"\0", b""), quopri.decodestring(body)]
    for one in seen:
        text = one.decode("utf-8", "replace").lower()
        bare = re.sub(r"[\u200b\u00ad]|=\r?\n|<[^>]*>", "", text).replace("\uff20", "@").replace("\u3002", ".")
        if "home.example" in text or "home.example" in bare:
            return True
    return False


def journey(raw):
    """Process a mail of ada's to ben, without a database."""
    from datetime import UTC, datetime
    from uuid import UUID

    now = datetime(2026, 3, 1, tzinfo=UTC)
    ada, ben = (
        Party(UUID(int=number), role, name, "en", f"{letter * 26}@m.market.example", address, frozenset({address}), (address,))
        for number, role, name, letter, address in ((1, "buyer", "Ada", "a", ADA), (2, "seller", "Ben", "b", BEN))
    )  # fmt: skip
    scene = Scene(UUID(int=3), "Order 7731", None, True, ben, ada, None)
    spooled = Spooled(
        UUID(int=4), UUID(int=5), None, "mail", None, None, ADA, raw, "127.0.0.1", "pigeon.home.example", True, None, now, 1
    )  # fmt: skip
    return process(spooled, scene, Desk(settings.EVENHAND, house_book(), now))


@limits(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(planted())
def test_wherever_an_address_is_planted_it_does_not_leave(raw):
    assert tells(raw), "the input tells nothing, so the test would prove nothing"
    ending = journey(raw)
    sent = [sending.content for _, sending in ending.sendings if not sending.is_notice]
    assert ending.message_state.value in {"relayed", "held"}
    assert [content for content in sent if tells(content)] == []


def test_the_scanner_of_this_test_sees_a_leak(cast):
    deliver(cast.seller_alias, mail())
    assert not tells(finished(copies()[0]))
    assert tells(finished(copies()[0]).replace(b"Does the lamp", b"Does home.example"))
