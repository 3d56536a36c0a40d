"""What is typed on a page takes the same way as a mail, and not a letter of it is lost."""

import uuid

import pytest
from django.urls import reverse

from evenhand.conversations.models import Alias, Message
from evenhand.record.blobs import read_blob
from evenhand.relay.intake import UploadedPart, submit
from evenhand.relay.models import Inbound
from evenhand.relay.work import process_now
from tests.relay.post import BEN, PDF, copies, files_of, opened, text_of


def say(cast, text="Thank you", *, files=(), token=None):
    row = submit(
        conversation=cast.conversation, author=cast.buyer, user_id=cast.ada.id, text=text,
        files=[UploadedPart(*one) for one in files], token=token or uuid.uuid4(),
    )  # fmt: skip
    return Message.objects.get(id=process_now(row))


def test_it_becomes_a_message_of_its_author_and_a_copy_for_the_other_side(cast):
    message = say(cast, "Line one\nline two")
    assert (message.text, message.origin, message.state, message.author, message.author_user_id) == (
        "Line one\nline two", "portal", "relayed", cast.buyer, cast.ada.id,
    )  # fmt: skip
    [copy] = copies()
    assert (copy.address, opened(copy)["From"].addresses[0].addr_spec) == (BEN, str(cast.buyer_alias))
    assert text_of(copy).startswith("Line one\nline two\n")


@pytest.mark.parametrize(
    "text",
    [
        "  indented\n\n> this is mine\n\nOn Monday, Ben wrote:\n> and this too",
        "-- \nnot a signature",
        "Am 3. Mai 2024 schrieb ich:\n\nalles",
        "-----Original Message-----\nFrom: me",
        "x" * 900 + "\n." + "\n.\nend",
        "Größe, 明かり, \U0001f4a1",
    ],
)
def test_not_a_line_of_it_is_cut(cast, text):
    assert say(cast, text).text == text


def test_the_same_words_under_one_token_are_one_message_and_other_words_another(cast):
    token = uuid.uuid4()
    assert say(cast, "Once", token=token) == say(cast, "Once", token=token)
    say(cast, "Once, and more", token=token)
    assert list(Message.objects.order_by("id").values_list("text", flat=True)) == ["Once", "Once, and more"]
    assert len(copies()) == 2


def test_half_characters_and_nul_do_no_harm(cast):
    assert say(cast, "a\ud800b\x00c").text == "a?bc"


def test_files_travel_and_keep_their_name_in_the_record(cast):
    message = say(cast, "See the bill", files=[("../../Größe \u202egnp.pdf", PDF)])
    [file] = message.attachments.all()
    assert (file.name, file.media_type, file.refused) == ("Größe gnp.pdf", "application/pdf", "")
    assert read_blob(file.sha256) == PDF
    assert files_of(copies()[0]) == [("document-1.pdf", "application/pdf", PDF)]


def test_a_file_that_may_not_travel_stays_behind_and_the_other_side_is_told_so(cast):
    message = say(cast, "All in here", files=[("all.zip", b"PK\x03\x04" + bytes(40))])
    [file] = message.attachments.all()
    assert file.refused == "A packed file is not passed on, because what is inside cannot be checked."
    assert message.verdict.action == "fix"
    [copy] = copies()
    assert files_of(copy) == []
    assert "[One file was not passed on.]" in text_of(copy)


def test_an_answer_cites_the_newest_message_the_other_side_knows(cast):
    first = say(cast, "First")
    say(cast, "Second")
    one, two = copies()
    assert first.deliveries.get() == one
    assert opened(two)["In-Reply-To"] == f"<{one.msgid}>"


def test_it_stands_in_the_spool_as_evidence(cast):
    message = say(cast, "Evidence")
    row = Inbound.objects.get(id=message.inbound_id)
    assert (row.state, row.trusted, row.author) == ("done", True, cast.buyer)


def test_without_a_live_alias_nothing_can_be_said(cast):
    cast.conversation.aliases.update(retired_at="2026-03-02T00:00Z")
    with pytest.raises(Alias.DoesNotExist):
        say(cast)


def test_the_page_shows_it_to_both_sides(cast, browse):
    say(cast, "Seen by both")
    page = reverse("conversation", args=[cast.conversation.id])
    assert [browse(who, page).count("Seen by both") for who in (cast.ada, cast.ben)] == [1, 1]
