"""What people attach, on its way: the counterpart gets cleaned bytes, the author is told, the record keeps what came."""

import uuid

import pytest
from django.urls import reverse

from evenhand.participants.models import Address
from evenhand.record.blobs import read_blob
from evenhand.relay.intake import UploadedPart, submit
from evenhand.relay.work import process_now
from tests.mail.files.makers import OOXML, TELLTALE, calendar, docx_members, jpeg, packed, pdf, pdf_unpacked, unpacked
from tests.mail.wrapped.makers import mail_of, signed_opaque, winmail
from tests.relay.post import ADA, BEN, File, copies, deliver, files_of, finished, mail, message_of, text_of

DOCX = f"{OOXML}.wordprocessingml.document"
FILES = [
    File("DSC_0042.jpg", jpeg(), "image/jpeg"),
    File("Rechnung.pdf", pdf(), "application/pdf"),
    File("Brief.docx", packed(docx_members()), DOCX),
]


def test_l31_pictures_and_documents_arrive_without_what_they_tell(cast):
    assert all(TELLTALE in one.content or TELLTALE in pdf_unpacked(one.content) for one in FILES[:2])
    message = message_of(deliver(cast.seller_alias, mail(files=FILES)))
    (copy,) = copies()
    names, types, contents = zip(*files_of(copy), strict=True)
    assert names == ("photo-1.jpg", "document-2.pdf", "document-3.docx")
    assert types == ("image/jpeg", "application/pdf", DOCX)
    assert [TELLTALE in contents[0], TELLTALE in pdf_unpacked(contents[1])] == [False, False]
    assert [name for name, content in unpacked(contents[2]).items() if TELLTALE in content] == []
    rows = list(message.attachments.order_by("ordinal"))
    assert [read_blob(one.sha256) for one in rows] == [one.content for one in FILES]
    assert tuple(read_blob(one.cleaned) for one in rows) == contents


def test_l16_an_appointment_comes_from_alias_to_alias(cast):
    content = calendar(
        f"ORGANIZER;CN=Ada:mailto:{ADA}", "ATTENDEE:mailto:ben@shop.example", f"DESCRIPTION:Write to {ADA}\\, or call"
    )
    message = message_of(deliver(cast.seller_alias, mail(files=[File("visit.ics", content, "text/calendar")])))
    (copy,) = copies()
    assert (message.state, ADA.encode() in finished(copy)) == ("relayed", False)
    ((name, media_type, shown),) = files_of(copy)
    assert (name, media_type) == ("document-1.ics", "text/calendar")
    text = shown.decode() if isinstance(shown, bytes) else shown
    lines = text.replace("\r\n ", "").split("\r\n")
    assert [line for line in lines if line.startswith(("ORG", "ATT", "METHOD"))] == [
        "METHOD:PUBLISH", f"ORGANIZER:mailto:{cast.buyer_alias}", f"ATTENDEE:mailto:{cast.seller_alias}",
    ]  # fmt: skip
    assert (ADA in text, "or call" in text, "telltale" in text, "calendar.invalid" in text) == (
        False,
        True,
        False,
        False,
    )


@pytest.mark.parametrize(
    ("file", "rule", "reason"),
    [
        (File("ada.vcf", b"BEGIN:VCARD\r\nFN:Ada\r\nEND:VCARD\r\n", "text/vcard"), "attachment-sealed",
         "Cards, keys and signatures name the mailbox they belong to, so they are not passed on."),
        (File("key.asc", b"-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nabc\n", "application/pgp-keys"), "attachment-sealed",
         "Cards, keys and signatures name the mailbox they belong to, so they are not passed on."),
        (File("lamp.svg", b"<svg onload='x()'/>", "image/svg+xml"), "attachment-executable",
         "This kind of file can run something when it is opened, so it is not passed on."),
        (File("lamp.jpg", jpeg()[:500], "image/jpeg"), "attachment-unreadable",
         "The picture could not be opened, so it could not be freed of what it tells about its maker."),
    ],
    ids=["l17 card", "l05 key", "drawing", "damaged picture"],
)  # fmt: skip
def test_what_may_not_travel_stays_behind_and_its_author_reads_why(cast, file, rule, reason):
    message = message_of(deliver(cast.seller_alias, mail(text="See here\n", files=[file])))
    (row,) = message.attachments.all()
    assert (message.state, row.refused, row.cleaned, read_blob(row.sha256)) == ("relayed", reason, "", file.content)
    assert [(one.rule, one.action, bool(one.fix)) for one in message.findings.all()] == [(rule, "fix", True)]
    (copy,) = copies()
    assert files_of(copy) == []
    assert text_of(copy).startswith("See here\n\n[One file was not passed on.]\n")


@pytest.mark.parametrize("media_type", ["message/partial; id=x; number=1", "message/external-body; access-type=url"])
def test_a_part_that_stands_somewhere_else_waits_for_a_person(cast, media_type):
    raw = mail(files=[File("a.bin", b"x", "application/pdf")]).replace(
        b"Content-Type: application/pdf", f"Content-Type: {media_type}".encode()
    )
    assert media_type.encode() in raw
    message = message_of(deliver(cast.seller_alias, raw))
    assert (message.state, [one.rule for one in message.findings.all()], copies()) == (
        "held",
        ["attachment-unchecked"],
        [],
    )


def test_l31_winmail_dat_becomes_the_files_in_it(cast):
    packed_mail = winmail(("bill.pdf", "application/pdf", pdf()), text="The bill.")
    raw = mail_of(b"application/ms-tnef; name=winmail.dat", packed_mail)
    message = message_of(
        deliver(cast.seller_alias, raw.replace(b"Subject", b"Message-ID: <t1@home.example>\r\nSubject"))
    )
    (copy,) = copies()
    assert (message.text, [(name, kind) for name, kind, _ in files_of(copy)]) == (
        "The bill.",
        [("document-1.pdf", "application/pdf")],
    )


def test_l31_the_certificate_of_a_signed_mail_stays_behind(cast):
    sealed = signed_opaque(b"Content-Type: text/plain\r\n\r\nThe arm sinks.\r\n")
    raw = mail_of(b"application/pkcs7-mime; smime-type=signed-data; name=smime.p7m", sealed)
    message = message_of(
        deliver(cast.seller_alias, raw.replace(b"Subject", b"Message-ID: <s1@home.example>\r\nSubject"))
    )
    (copy,) = copies()
    assert (message.state, message.text, files_of(copy)) == ("relayed", "The arm sinks.", [])


def test_what_is_attached_on_a_page_is_cleaned_the_same_way(cast):
    row = submit(
        conversation=cast.conversation, author=cast.buyer, user_id=cast.ada.id, text="See here",
        files=[UploadedPart("IMG_1.JPG", FILES[0].content)], token=uuid.uuid4(),
    )  # fmt: skip
    process_now(row)
    (copy,) = copies()
    ((name, media_type, content),) = files_of(copy)
    assert (name, media_type, TELLTALE in content) == ("photo-1.jpg", "image/jpeg", False)


def test_l31_the_page_gives_the_counterpart_the_cleaned_file_and_the_author_their_own(cast, client):
    message = message_of(deliver(cast.seller_alias, mail(files=FILES[:1])))
    (row,) = message.attachments.all()
    place = reverse("attachment", args=[row.id])

    def fetch(user):
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client.get(place)

    got = {who: fetch(getattr(cast, who)).content for who in ("ada", "ben", "olga")}
    assert got == {"ada": FILES[0].content, "ben": read_blob(row.cleaned), "olga": FILES[0].content}
    assert [TELLTALE in got[who] for who in ("ada", "ben")] == [True, False]
    row.cleaned = ""
    row.save()
    assert fetch(cast.ben).status_code == 404


@pytest.mark.parametrize("reads_mail", [True, False])
def test_a_document_that_names_its_author_does_not_leave_by_mail_nor_by_page(cast, reads_mail):
    if not reads_mail:
        Address.objects.filter(address=BEN).update(is_primary=False)
    members = docx_members()
    members["word/document.xml"] = members["word/document.xml"].replace("</w:t>", f" {ADA}</w:t>", 1)
    row = deliver(cast.seller_alias, mail(files=[File("letter.docx", packed(members), DOCX)]))
    assert ADA in members["word/document.xml"]
    assert (row.state, row.outcome, len(copies())) == ("held", "leak", 0)
    assert message_of(row).state == "held"


def test_a_message_for_somebody_without_a_mailbox_waits_on_the_page(cast):
    Address.objects.filter(address=BEN).update(is_primary=False)
    row = deliver(cast.seller_alias, mail(files=FILES[:1]))
    assert (message_of(row).state, len(copies())) == ("relayed", 0)
