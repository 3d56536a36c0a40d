"""What the house rules decide about a mail, and whom they tell: block, hold, leave a file out."""

from dataclasses import replace

import pytest

from evenhand.conversations.models import Message
from evenhand.policy import Action, Book, Finding
from evenhand.policy.parameters import Parameters
from evenhand.record.blobs import read_blob
from evenhand.relay import work as works
from evenhand.relay.models import Delivery, Hold
from tests.relay.post import (
    ADA,
    BEN,
    PDF,
    PNG,
    File,
    copies,
    deliver,
    files_of,
    finished,
    html_of,
    mail,
    message_of,
    notices,
    opened,
    text_of,
    told,
)

ZIP = b"PK\x03\x04\x14\x00\x00\x00\x00\x00" + bytes(16) + b"\x05\x00\x00\x00a.txt" + b"hello"


@pytest.fixture
def rules(monkeypatch):
    """Let the house's book hold one rule."""

    def set_rule(rule):
        book = Book("a book of tests 1", Parameters(frozenset({"text/plain"})), {"one-rule": rule})
        monkeypatch.setattr(works, "chosen_book", lambda _name: book)

    return set_rule


def objects(action):
    return lambda facts, _parameters: [Finding("one-rule", action, "text", f"It says {facts.text}.", "Say it kindly.")]


def test_a_blocked_mail_is_explained_to_its_author_and_reaches_nobody(cast, rules):
    rules(objects(Action.BLOCK))
    row = deliver(cast.seller_alias, mail(text="fie\n"))
    message = message_of(row)
    assert (row.state, row.outcome, message.state, message.reason, copies()) == (
        "done", "blocked", "blocked", "It says fie.", [],
    )  # fmt: skip
    (notice,) = notices()
    assert (notice.address, opened(notice)["Subject"]) == (ADA, "Your message was not passed on")
    assert "- It says fie.\n  Say it kindly.\n" in text_of(notice)
    assert (BEN.encode() in finished(notice), ADA.encode() in finished(notice)) == (False, False)
    assert (message.verdict.action, message.verdict.book) == ("block", "a book of tests 1")


def test_a_notice_that_would_tell_of_the_other_side_is_not_sent(cast, rules):
    rules(objects(Action.BLOCK))
    message = message_of(deliver(cast.seller_alias, mail(text=f"I know it is {BEN}\n")))
    assert (message.state, notices()) == ("blocked", [])


def test_a_mail_that_is_too_large_is_blocked(cast):
    raw = mail(files=[File(f"{number}.pdf", PDF + bytes(5_000_000), "application/pdf") for number in range(2)])
    message = message_of(deliver(cast.seller_alias, raw))
    assert (message.state, message.reason) == (
        "blocked", f"The message has {10_000_000 + 2 * len(PDF) + len('Does the lamp come with a bulb?'):,} bytes in all; 10,000,000 are the most.",
    )  # fmt: skip
    assert len(notices()) == 1


def test_a_mail_in_doubt_waits_for_a_person(cast, rules):
    rules(objects(Action.HOLD))
    row = deliver(cast.seller_alias, mail(text="hm\n"))
    hold = Hold.objects.get()
    assert (row.state, row.outcome) == ("held", "policy")
    assert (hold.reason, hold.public, hold.private, hold.message) == (
        "policy", "a person will look at it first", "one-rule: It says hm.", message_of(row),
    )  # fmt: skip
    assert (message_of(row).state, Delivery.objects.count()) == ("held", 0)


def test_a_mail_that_would_have_to_wait_for_room_waits_for_a_person(cast, rules):
    rules(objects(Action.QUEUE))
    row = deliver(cast.seller_alias, mail(text="hm\n"))
    assert (row.state, Hold.objects.get().private, copies()) == ("held", "one-rule: It says hm.", [])


def test_a_mail_that_bounces_is_explained_to_its_author_and_reaches_nobody(cast, rules):
    rules(objects(Action.BOUNCE))
    message = message_of(deliver(cast.seller_alias, mail(text="hm\n")))
    assert (message.state, message.verdict.action, copies()) == ("blocked", "bounce", [])
    (notice,) = notices()
    assert "- It says hm.\n  Say it kindly.\n" in text_of(notice)


def test_a_mail_whose_words_a_pack_would_mend_waits_for_a_person_but_styles_are_gone_anyway(cast, rules):
    rules(
        lambda _facts, _parameters: [Finding("important-tag", Action.FIX, "subject", "It has the tag.", pack="a-pack")]
    )
    message = message_of(deliver(cast.seller_alias, mail(text="hm\n")))
    assert (message.state, message.hold.private) == ("held", "important-tag: It has the tag.")
    rules(lambda _facts, _parameters: [Finding("font-color-override", Action.FIX, "html", "It is red.", pack="a-pack")])
    assert message_of(deliver(cast.seller_alias, mail(text="well\n"))).state == "relayed"


def test_a_rule_that_breaks_holds_the_mail_and_says_which(cast, rules):
    def breaks(_facts, _parameters):
        raise ZeroDivisionError

    rules(breaks)
    message = message_of(deliver(cast.seller_alias, mail()))
    assert (message.state, message.hold.private, message.verdict.not_checked) == (
        "held", "one-rule: the rule stopped (ZeroDivisionError)", [["one-rule", "the rule stopped (ZeroDivisionError)"]],
    )  # fmt: skip


@pytest.mark.parametrize("action", [Action.DELIVER, Action.FIX, Action.WARN])
def test_milder_findings_are_told_and_the_mail_goes_on(cast, rules, action):
    rules(objects(action))
    message = message_of(deliver(cast.seller_alias, mail(text="hm\n")))
    assert (message.state, message.verdict.action, told(message)) == (
        "relayed", action.word, [("one-rule", "text", action.word)],
    )  # fmt: skip
    assert len(copies()) == 1


def test_a_file_that_may_not_travel_is_kept_on_record_and_both_sides_are_told(cast):
    files = [File("all.zip", ZIP, "application/zip"), File("lamp.png", PNG, "image/png")]
    message = message_of(deliver(cast.seller_alias, mail(text="See here\n", files=files)))
    first, second = message.attachments.order_by("ordinal")
    reason = "A packed file is not passed on, because what is inside cannot be checked."
    assert (first.name, first.refused, second.name, second.refused) == ("all.zip", reason, "lamp.png", "")
    assert read_blob(first.sha256) == ZIP
    assert told(message) == [("attachment-archive", "all.zip", "fix")]
    (copy,) = copies()
    assert files_of(copy) == [("photo-2.png", "image/png", PNG)]
    assert text_of(copy).startswith("See here\n\n[One file was not passed on.]\n")


def test_of_several_left_out_the_number_is_told(cast):
    files = [File(f"{number}.zip", ZIP, "application/zip") for number in range(2)]
    deliver(cast.seller_alias, mail(files=files))
    assert "[2 files were not passed on.]" in text_of(copies()[0])


def test_a_file_that_is_not_what_it_says_holds_the_mail(cast):
    message = message_of(deliver(cast.seller_alias, mail(files=[File("lamp.jpg", PDF, "image/jpeg")])))
    assert (message.state, message.hold.public) == ("held", "a person will look at it first")
    assert copies() == []


def test_of_a_mail_within_the_mail_nothing_travels(cast):
    inner = mail(text="the inner mail\n")
    raw = (
        f"From: {ADA}\r\nTo: x@m.market.example\r\nSubject: Fwd\r\nMessage-ID: <f1@home.example>\r\nMIME-Version: 1.0\r\n"
        "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nlook\r\n"
        "--b\r\nContent-Type: message/rfc822\r\n\r\n"
    ).encode() + inner + b"\r\n--b--\r\n"  # fmt: skip
    message = message_of(deliver(cast.seller_alias, raw))
    (copy,) = copies()
    assert (message.state, told(message)[0][0], files_of(copy)) == ("relayed", "attachment-mail", [])
    assert (b"the inner mail" in raw, b"the inner mail" in finished(copy)) == (True, False)


@pytest.mark.parametrize("media_type", ["image/jp\x00eg", "message/x\x00y", "image/\udcff", "image/jpég"])
def test_a_media_type_may_be_any_bytes_and_poisons_nothing(cast, media_type):
    raw = mail(files=[File("lamp.jpg", PDF, "image/jpeg")]).replace(
        b"Content-Type: image/jpeg", b"Content-Type: " + media_type.encode("utf-8", "surrogateescape")
    )
    row = deliver(cast.seller_alias, raw)
    assert row.state in {"done", "held"}
    assert Message.objects.count() == 1


def test_a_text_past_what_the_rules_read_waits_for_a_person(cast):
    message = message_of(deliver(cast.seller_alias, mail(text="word " * 60_000 + "\n")))
    assert (message.state, message.hold.public, message.hold.private) == (
        "held", "it is too long to be checked whole", "the text passes 256 Ki characters",
    )  # fmt: skip


def test_words_behind_more_html_than_is_read_are_not_lost_on_the_way(cast):
    raw = mail().replace(b"text/plain", b"text/html").partition(b"\r\n\r\n")[0]
    html = f"<p>Hello</p>{'<span></span>' * 90_000}<p>Please send it to the old house.</p>".encode()
    message = message_of(deliver(cast.seller_alias, raw + b"\r\n\r\n" + html))
    assert (message.state, message.hold.public, copies()) == ("held", "it is too long to be checked whole", [])


def test_much_html_beside_a_text_that_says_the_same_goes_on_as_text(cast):
    html = f"<p>Hello</p>{'<span></span>' * 90_000}<p>Please.</p>"
    message = message_of(deliver(cast.seller_alias, mail(text="Hello. Please.\n", html=html)))
    (copy,) = copies()
    assert (message.state, text_of(copy).partition("\n")[0], html_of(copy)) == ("relayed", "Hello. Please.", "")


@pytest.fixture
def published(settings):
    """Let sellers be judged by the rules of October 2018."""
    settings.EVENHAND = replace(settings.EVENHAND, book="amazon-2018-10")


def from_ben(text, **fields):
    return mail(f"Ben <{BEN}>", text=text, **fields)


@pytest.mark.usefixtures("published")
def test_a_seller_who_breaks_a_published_rule_is_told_which_and_how_to_mend_it(cast):
    deliver(cast.seller_alias, mail())
    row = deliver(cast.buyer_alias, from_ben("If you like the lamp, please leave a review.\n"), reverse_path=BEN)
    message = message_of(row)
    assert (row.outcome, message.state, len(copies())) == ("blocked", "blocked", 1)
    (found,) = message.findings.all()
    assert (found.rule, found.excerpt[:15]) == ("happy-only", "If you like the")
    assert message.verdict.book.startswith("house 1, amazon-2018-10 ")
    (notice,) = notices()
    assert notice.address == BEN
    assert "This asks for a review only if the buyer is satisfied." in text_of(notice)
    assert "Rule happy-only: Nobody may be picked" in " ".join(text_of(notice).split())


@pytest.mark.usefixtures("published")
def test_a_buyer_may_say_the_same_and_a_seller_may_answer(cast):
    asked = deliver(cast.seller_alias, mail(text="If you like the lamp, please leave a review.\n"))
    answered = deliver(cast.buyer_alias, from_ben("The bulb is in the box.\n"), reverse_path=BEN)
    assert (asked.outcome, answered.outcome, len(copies())) == ("relayed", "relayed", 2)


@pytest.mark.usefixtures("published")
def test_a_seller_who_opens_a_message_long_after_the_order_is_told_that_it_is_too_late(cast):
    row = deliver(cast.buyer_alias, from_ben("The bulb is in the box.\n"), reverse_path=BEN)
    assert (row.outcome, [one.rule for one in message_of(row).findings.all()]) == ("blocked", ["message-window"])
