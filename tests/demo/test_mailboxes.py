"""The mailboxes of the demonstration: what was delivered, as its recipient sees it."""

import hashlib
from datetime import UTC, datetime, timedelta

import pytest

from evenhand.mail.compose import Draft, File, compose
from evenhand.record.blobs import store_blob
from evenhand.relay.models import Delivery

AT = datetime(2026, 3, 5, 9, 30, tzinfo=UTC)


@pytest.fixture
def deliver(demonstration):
    """Deliver a mail to a mailbox."""

    def put(to="ben@shop.example", subject="A bulb?", *, state="sent", minutes=0, stored=False, **parts):
        draft = Draft(
            from_name="Ada", from_address="x@m.market.example", to_name="Ben", to_address="y@m.market.example",
            subject=subject, date=AT, msgid=f"{minutes}@m.market.example", text=parts.pop("text", "Does it fit?"), **parts,
        )  # fmt: skip
        content = compose(draft, "boundary")
        if stored:
            store_blob(content)
        at = AT + timedelta(minutes=minutes)
        return Delivery.objects.create(
            address=to, return_path=f"b-{to}-{minutes}@m.market.example", msgid="x", state=state, created_at=at, due_at=at,
            expires_at=at, ended_at=at if state == "sent" else None, content=None if stored else content,
            content_sha256=hashlib.sha256(content).digest(),
        )  # fmt: skip

    return put


def subjects(page):
    return [one.subject for one in page.context["glances"]]


def test_a_mailbox_lists_what_was_delivered_to_it_newest_first(deliver, visitor):
    deliver(subject="first", minutes=1)
    deliver(subject="second", minutes=2)
    deliver(subject="another's", to="ada@home.example", minutes=3)
    for minute, state in enumerate(("queued", "sending", "deferred", "failed"), 4):
        deliver(subject=state, state=state, minutes=minute)
    assert subjects(visitor.get("/demo/mail/ben@shop.example/")) == ["second", "first"]
    assert subjects(visitor.get("/demo/mail/")) == ["another's", "second", "first"]


def test_the_four_have_a_mailbox_before_any_mail_came_and_others_with_it(deliver, visitor):
    assert visitor.get("/demo/mail/cyn@rival.example/").status_code == 200
    assert visitor.get("/demo/mail/zoe@elsewhere.example/").status_code == 404
    deliver(to="zoe@elsewhere.example")
    assert subjects(visitor.get("/demo/mail/zoe@elsewhere.example/")) == ["A bulb?"]


def test_who_has_seen_everything_is_told_nothing_until_there_is_news(deliver, visitor):
    deliver(minutes=1)
    seen = visitor.get("/demo/mail/").context["seen"]
    assert visitor.get("/demo/mail/", {"seen": seen}).status_code == 204
    deliver(subject="news", minutes=2)
    assert subjects(visitor.get("/demo/mail/", {"seen": seen})) == ["news", "A bulb?"]


@pytest.mark.parametrize("stored", [False, True])
def test_a_mail_opens_with_its_envelope_its_header_and_its_words(deliver, visitor, stored):
    found = deliver(subject="Größe", text="Does it fit?\nhttps://lamp.example/", stored=stored)
    page = visitor.get(f"/demo/mail/{found.id}/")
    letter = page.context["letter"]
    assert (letter.glance.address, letter.return_path) == ("ben@shop.example", found.return_path)
    assert list(letter.fields[:3]) == [
        ("From", '"Ada" <x@m.market.example>'),
        ("To", '"Ben" <y@m.market.example>'),
        ("Subject", "Größe"),
    ]
    assert letter.text == "Does it fit?\nhttps://lamp.example/"
    assert '<a href="https://lamp.example/" rel="nofollow">' in page.content.decode()


def test_the_bytes_are_shown_as_text_and_as_they_are(deliver, visitor):
    found = deliver(html="<script>alert(1)</script>")
    page = visitor.get(f"/demo/mail/{found.id}/raw/")
    assert page.content == bytes(found.content)
    assert (page["Content-Type"], page["X-Content-Type-Options"]) == ("text/plain; charset=utf-8", "nosniff")
    assert page["Content-Security-Policy"] == "default-src 'none'; sandbox"


def test_formatting_is_shown_in_a_frame_where_nothing_runs(deliver, visitor):
    found = deliver(
        html='<p onclick="x()">Does it <b>fit</b>?</p><script>alert(1)</script><img src="https://x.example/">'
    )
    assert f'<iframe class="letter__frame" sandbox src="/demo/mail/{found.id}/html/"' in (
        visitor.get(f"/demo/mail/{found.id}/").content.decode()
    )
    frame = visitor.get(f"/demo/mail/{found.id}/html/")
    body = frame.content.decode().partition("<body")[2]
    assert "<p>Does it <b>fit</b>?</p>" in body
    assert [word for word in ("script", "onclick", "x.example") if word in body] == []
    assert "sandbox" in frame["Content-Security-Policy"]
    assert frame["X-Frame-Options"] == "SAMEORIGIN"


def test_a_file_is_for_saving(deliver, visitor):
    found = deliver(files=[File("lamp.png", "image/png", b"\x89PNG")])
    page = visitor.get(f"/demo/mail/{found.id}/files/1/")
    assert (page.content, page["Content-Type"]) == (b"\x89PNG", "image/png")
    assert page["Content-Disposition"] == 'attachment; filename="lamp.png"'
    assert [visitor.get(f"/demo/mail/{found.id}/files/{number}/").status_code for number in (0, 2)] == [404, 404]


def test_what_was_not_delivered_cannot_be_opened(deliver, visitor):
    found = deliver(state="deferred")
    for path in ("", "raw/", "html/", "files/1/"):
        assert visitor.get(f"/demo/mail/{found.id}/{path}").status_code == 404


@pytest.mark.parametrize("path", ["/demo/mail/", "/demo/mail/ben@shop.example/"])
def test_a_long_mailbox_has_pages_and_costs_as_many_queries_as_a_short_one(
    deliver, visitor, django_assert_num_queries, path
):
    deliver(minutes=0)
    with django_assert_num_queries(3):
        visitor.get(path)
    for minute in range(1, 32):
        deliver(minutes=minute, subject=str(minute))
    with django_assert_num_queries(3):
        page = visitor.get(path)
    assert len(subjects(page)) == 30
    assert subjects(visitor.get(path, {"page": 2})) == ["1", "A bulb?"]


def test_no_script_and_no_style_stands_in_a_page(deliver, visitor):
    import re

    found = deliver()
    for path in ("/demo/", "/demo/mail/", f"/demo/mail/{found.id}/"):
        html = visitor.get(path).content.decode()
        assert re.findall(r"<style|\sstyle=|\son\w+=|javascript:|<script>", html) == []
        assert '<script src="' in html
