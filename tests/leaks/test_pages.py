"""What ben reads on the pages about a mail of ada's: no more than came to his mailbox, and never half an address."""

import re

import pytest

from evenhand.record.blobs import read_blob
from tests.leaks.outgoing import HOME, of_ada
from tests.mail.files.makers import calendar
from tests.relay.post import ADA, PDF, File, copies, deliver, files_of, mail, message_of, opened
from tests.wire.scanner import finds

HALF = re.compile(r"ada@[\w.]*")


def test_an_appointment_is_on_the_page_what_it_is_in_the_mail(cast, reads):
    content = calendar(f"ORGANIZER:mailto:{ADA}", "ATTENDEE:mailto:ben@shop.example", f"DESCRIPTION:Write to {ADA}")
    message, _ = of_ada(cast, mail(files=[File("visit.ics", content, "text/calendar")]))
    (file,) = message.attachments.all()
    ((_, _, sent),) = files_of(copies()[0])
    fetched = reads(cast.ben, "attachment", file.id).content
    assert fetched == sent
    assert finds(fetched, HOME) == []
    assert ADA in read_blob(file.sha256).decode().replace("\r\n ", "")


@pytest.mark.parametrize("before", range(242, 255, 3))
def test_a_long_subject_is_searched_before_it_is_cut(cast, before):
    message = message_of(deliver(cast.seller_alias, mail(subject="x" * before + ":" + ADA)))
    kept = [HALF.findall(one) for one in (opened(copies()[0])["Subject"], message.subject)]
    assert (message.state, kept) == ("relayed", [[], []])


@pytest.mark.parametrize("before", range(80, 99, 4))
def test_a_long_file_name_is_searched_before_it_is_cut(cast, reads, before):
    name = "x" * before + f" {ADA}.pdf"
    message, _ = of_ada(cast, mail(files=[File(name, PDF, "application/pdf")]))
    page = reads(cast.ben, "conversation", cast.conversation.id).content.decode()
    assert (message.state, HALF.findall(page)) == ("relayed", [])


@pytest.mark.parametrize(
    "text",
    [*("x" * before + f" {ADA}" for before in range(184, 200, 4)), f"Hello{' ' * 982}{ADA}", f"x {' ' * 300}{ADA}"],
)
def test_the_list_of_conversations_shows_no_half_of_an_address(cast, reads, text):
    message, _ = of_ada(cast, mail(text=text + "\n"))
    page = reads(cast.ben, "inbox").content.decode()
    assert (message.state, HALF.findall(page)) == ("relayed", [])


def test_a_mail_that_waits_for_its_author_shows_no_half_of_the_other_sides_address(cast, reads):
    row = deliver(cast.seller_alias, mail(text="x" * 1190 + " ben@shop.example\n"), reverse_path="")
    page = reads(cast.ada, "held", row.id).content.decode()
    assert ("x" * 1190 in page, re.findall(r"ben@[\w.]*", page)) == (True, [])
