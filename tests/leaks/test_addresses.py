"""The list of ways an address has leaked elsewhere, one test for each number: none of them tells anything here."""

import base64
import json
import logging
import re

import pytest
from django.utils import timezone

from evenhand.cli.transcript import transcript
from evenhand.mail.quotes import MARKER
from evenhand.participants.models import Address
from tests.leaks import documents as made
from tests.leaks.outgoing import HOME, of_ada, of_ben
from tests.mail.strategies import FORMS
from tests.relay.post import (
    ADA,
    BEN,
    File,
    copies,
    deliver,
    files_of,
    finished,
    mail,
    notices,
    opened,
    text_of,
    told,
)
from tests.wire.scanner import finds


def as_part(fields, body, subtype="mixed", around=("", "")):
    """A mail of ada's with a text and one more part, its structure as given."""
    head = f"From: Ada <{ADA}>\r\nTo: <x@m.market.example>\r\nSubject: Lamp\r\nMessage-ID: <1@home.example>\r\nMIME-Version: 1.0\r\n"
    text = "Content-Type: text/plain\r\n\r\nIs it brass?\r\n"
    parts = f"{around[0]}\r\n--b\r\n{text}\r\n--b\r\n{fields}\r\n\r\n{body}\r\n--b--\r\n{around[1]}"
    return f'{head}Content-Type: multipart/{subtype}; boundary="b"\r\n\r\n{parts}'.encode()


def test_l01_a_quoted_to_line_holds_an_alias_and_is_cut(cast):
    _, (copy,) = of_ben(cast, mail(f"Ben <{BEN}>", text="It is brass.\n", msgid="B1@shop.example"))
    assert f'To: "Ada" <{cast.buyer_alias}>'.encode() in copy
    quote = f"\n-----Original Message-----\nFrom: Ben\nSent: Tuesday\nTo: {ADA}\nSubject: Lamp\n\nIt is brass.\n"
    message, (copy,) = of_ada(cast, mail(text="Thank you.\n" + quote))
    assert message.state == "relayed"
    assert text_of(copies()[-1]).startswith("Thank you.\n\n" + MARKER)


def test_l02_a_follow_up_to_ones_own_mail_quotes_nobody(cast):
    quote = f"\nOn Tuesday, 3 March 2026, Ada <{ADA}> wrote:\n> Is it brass?\n"
    message, _ = of_ada(cast, mail(text="Did you see this?\n" + quote))
    assert message.state == "relayed"
    assert text_of(copies()[-1]).startswith("Did you see this?\n\n" + MARKER)


def test_l03_who_else_was_written_to_is_not_shown(cast):
    raw = mail(Cc=f"Eve <eve@elsewhere.example>, {ADA}", Bcc="dan@other.example")
    _, (copy,) = of_ada(cast, raw, "eve@elsewhere.example", "dan@other.example")
    assert copy.count(b"@market.example") == 0


def test_l04_an_unknown_address_in_a_field_is_not_carried_on(cast):
    raw = mail(to="nobody@unknown.example, x@m.market.example", Cc="eve@elsewhere.example", Sender=ADA, Reply_To=ADA)
    _, _ = of_ada(cast, raw, "nobody@unknown.example", "eve@elsewhere.example")
    sent = opened(copies()[0])
    assert (sent["Cc"], sent["Reply-To"], sent["Sender"]) == (None, None, None)
    assert sent["To"].addresses[0].addr_spec == str(cast.seller_alias)


def test_keys_and_signatures_stay_behind_whatever_they_are_called(cast):
    key = (
        f"-----BEGIN PGP PUBLIC KEY BLOCK-----\nComment: {ADA}\n\nmQENBF\n-----END PGP PUBLIC KEY BLOCK-----\n".encode()
    )
    raw = mail(files=[File("lamp.txt", key, "text/plain")], Autocrypt=f"addr={ADA}; keydata=mQ==")
    message, left = of_ada(cast, raw)
    assert message.state == "relayed"
    assert [files_of(copy) for copy in copies()] == [[]]
    assert b"PGP" not in left[0]


def test_l07_message_ids_name_no_provider(cast):
    raw = mail(
        msgid="A1.77@mx7.provider.example",
        In_Reply_To="<B2@mx8.provider.example>",
        References="<B2@mx8.provider.example>",
    )
    _, (copy,) = of_ada(cast, raw, "a1.77@mx7.provider.example", "provider.example")
    assert re.search(rb"\r\nMessage-ID: <[a-z2-7]{26}@m\.market\.example>\r\n", copy)
    assert b"In-Reply-To" not in copy


def test_l08_trace_fields_are_dropped(cast):
    raw = mail(
        Received=f"from laptop.home.example (198.51.100.7) by mx for {ADA}", Received_SPF=f"pass envelope-from={ADA}",
        Authentication_Results=f"mx; spf=pass smtp.mailfrom={ADA}", DKIM_Signature="v=1; d=home.example",
        Return_Path=f"<{ADA}>", Delivered_To=ADA, X_Originating_IP="[198.51.100.7]", ARC_Seal="i=1; d=home.example",
    )  # fmt: skip
    of_ada(cast, raw, "198.51.100.7", "laptop.home.example", peer="198.51.100.7", helo="laptop.home.example")


def test_l09_a_copy_does_not_tell_which_mailbox_of_its_author_wrote(cast):
    Address.objects.create(
        participant=cast.buyer, address="ada@work.example", verified_at=timezone.now(), is_primary=False
    )
    for address in (ADA, "ada@work.example"):
        deliver(cast.seller_alias, mail(f"Somebody <{address}>"), reverse_path=address)
    first, second = (opened(copy) for copy in copies())
    assert first["From"] == second["From"]
    assert [finds(finished(copy), (*HOME, "work.example")) for copy in copies()] == [[], []]


def test_l10_our_own_footer_does_not_come_back(cast):
    of_ben(cast, mail(f"Ben <{BEN}>", text="It is brass.\n", msgid="B1@shop.example"))
    came = text_of(copies()[-1])
    back = "Thank you.\n\n" + "".join(f"> {line}\n" for line in came.splitlines())
    message, (copy,) = of_ada(cast, mail(text=back))
    assert message.state == "relayed"
    assert copy.count(b"please write above this line") == 1
    assert b"It is brass" not in copy


def test_l11_an_alias_says_nothing(cast):
    locals_ = [alias.local_part for alias in (cast.buyer_alias, cast.seller_alias)]
    assert [bool(re.fullmatch("[a-z2-7]{26}", one)) for one in locals_] == [True, True]
    assert len(set(locals_)) == 2


def test_l12_no_list_field_is_answered_from_the_real_address(cast):
    raw = mail(List_Unsubscribe=f"<mailto:stop@home.example?subject={ADA}>", List_Post="<mailto:list@home.example>")
    _, (copy,) = of_ada(cast, raw)
    assert b"\nList-" not in copy


def report(kind, fields, *, to=ADA):
    return (
        f"From: MAILER-DAEMON <daemon@home.example>\r\nTo: <x@m.market.example>\r\nSubject: Undelivered\r\nMIME-Version: 1.0\r\n"
        f"Content-Type: multipart/report; report-type={kind}; boundary=b\r\n\r\n--b\r\n\r\nExpanded from {to}\r\n"
        f"--b\r\nContent-Type: message/{kind}\r\n\r\n{fields}\r\n\r\n--b--\r\n"
    ).encode()


@pytest.mark.parametrize("action", ["failed", "delayed"])
def test_l14_a_delivery_report_is_never_relayed(cast, action):
    fields = f"Reporting-MTA: dns; mx.home.example\r\n\r\nFinal-Recipient: rfc822; {ADA}\r\nAction: {action}\r\nStatus: 5.1.1"
    _, left = of_ada(cast, report("delivery-status", fields))
    assert left == []
    assert [finds(finished(one), HOME) for one in notices()] == [[] for _ in notices()]


CALENDAR = f"BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nORGANIZER;EMAIL={ADA}:mailto:{ADA}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"


def test_a_calendar_names_no_organiser(cast):
    for raw in (
        as_part("Content-Type: text/calendar; method=REQUEST", CALENDAR),
        as_part("Content-Type: text/calendar; method=REQUEST", CALENDAR, "alternative"),
        mail(files=[File("visit.ics", CALENDAR.encode(), "text/calendar")]),
    ):
        _, left = of_ada(cast, raw)
        assert [content for content in left if b"ORGANIZER" in content and b"home" in content] == []


def test_l17_a_card_stays_behind_and_its_author_is_told(cast):
    card = f"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Ada\r\nEMAIL:{ADA}\r\nEND:VCARD\r\n".encode()
    message, (copy,) = of_ada(cast, mail(files=[File("me.vcf", card, "text/vcard")]))
    assert b"[One file was not passed on.]" in copy
    assert ("attachment-sealed", "me.vcf", "fix") in told(message)


def test_l18_a_file_name_names_nobody(cast):
    of_ada(cast, mail(files=[File(f"{ADA}.png", made.picture(), "image/png")]))
    assert [name for name, _, _ in files_of(copies()[0])] == ["photo-1.png"]


def test_l19_content_id_boundary_and_part_names_are_minted(cast):
    fields = f"Content-Type: text/plain; name={ADA}\r\nContent-ID: <1@home.example>\r\nContent-Description: {ADA}"
    raw = (
        as_part(fields, "And the shade?")
        .replace(b'"b"', b'"b-ada=home.example"')
        .replace(b"--b", b"--b-ada=home.example")
    )
    _, (copy,) = of_ada(cast, raw)
    assert b"Content-ID" not in copy
    assert b"Content-Description" not in copy
    assert [name for name, _, _ in files_of(copies()[0])] == ["document-1.txt"]


def test_l20_what_stands_around_the_parts_is_never_carried(cast):
    raw = as_part("Content-Type: text/plain", "And the shade?", around=(f"From {ADA}", f"Sent by {ADA}"))
    _, (copy,) = of_ada(cast, raw)
    assert b"Sent by" not in copy


def test_l21_a_mail_in_the_mail_stays_behind(cast):
    inner = f"From: Ada <{ADA}>\r\nTo: eve@elsewhere.example\r\nSubject: Inner\r\n\r\nWrite to {ADA}"
    message, left = of_ada(cast, as_part("Content-Type: message/rfc822", inner), "eve@elsewhere.example")
    assert message.state in {"relayed", "held"}
    assert [content for content in left if b"Inner" in content] == []


def test_l22_no_receipt_is_asked_for_and_none_is_passed_on(cast):
    raw = mail(Disposition_Notification_To=ADA, Return_Receipt_To=ADA, X_Confirm_Reading_To=ADA)
    _, (copy,) = of_ada(cast, raw)
    assert b"Notification" not in copy
    read = report(
        "disposition-notification", f"Final-Recipient: rfc822; {ADA}\r\nDisposition: manual-action; displayed"
    )
    _, left = of_ada(cast, read.replace(b"daemon@home", b"ada@home"))
    assert left == []


def test_l23_the_subject_names_nobody(cast):
    of_ada(cast, mail(subject=f"Write to {ADA}"))
    assert opened(copies()[0])["Subject"] == "Write to [address removed]"


@pytest.mark.parametrize("form", FORMS)
def test_l24_no_way_of_writing_it_gets_through(cast, form):
    hidden = FORMS[form](ADA)
    for raw in (mail(text=f"Write to {hidden} soon.\n"), mail(text="x\n", html=f"<p>Write to {hidden} soon.</p>")):
        message, _ = of_ada(cast, raw)
        assert message.state in {"relayed", "held"}


@pytest.mark.parametrize(
    "other", ["ADA.L@GMAIL.COM", "ada.l+lamps@gmail.com", "a.d.a.l@gmail.com", "adal@googlemail.com"]
)
def test_l25_no_variant_of_a_mailbox_gets_through(cast, other):
    Address.objects.create(
        participant=cast.buyer, address="ada.l@gmail.com", verified_at=timezone.now(), is_primary=False
    )
    of_ada(cast, mail(text=f"Write to {other}.\n"), other.lower())
    assert text_of(copies()[0]).startswith("Write to [address removed].")


@pytest.mark.parametrize("charset", ["utf-16", "utf-32", "utf-7", "x-unknown", "iso-2022-jp", "cp037"])
def test_l26_no_charset_lets_it_through(cast, charset):
    codec = "utf-8" if charset.startswith("x-") else charset
    body = f"Write to {ADA}.".encode(codec)
    head = f"From: Ada <{ADA}>\r\nTo: <x@m.market.example>\r\nMessage-ID: <1@home.example>\r\nMIME-Version: 1.0\r\n"

    raw = f"{head}Content-Type: text/plain; charset={charset}\r\nContent-Transfer-Encoding: base64\r\n\r\n".encode()
    message, _ = of_ada(cast, raw + base64.encodebytes(body))
    assert message.state == "relayed"
    assert "[address removed]" in text_of(copies()[0])


def test_l27_a_signed_mail_is_scrubbed_like_any_other(cast):
    raw = as_part("Content-Type: application/pkcs7-signature; name=smime.p7s", ADA, "signed").replace(
        b"brass?", f"brass? {ADA}".encode()
    )
    _, left = of_ada(cast, raw)
    assert [b"p7s" in content for content in left] == [False] * len(left)


def test_l28_a_second_text_is_scrubbed_too(cast):
    _, (copy,) = of_ada(cast, as_part("Content-Type: text/plain", f"Write to {ADA}."))
    assert b"Write to [address removed]." in copy


def test_l29_a_wrapped_address_is_found(cast):
    raw = as_part(
        "Content-Type: text/plain; format=flowed; delsp=yes",
        "Write to ada@ \r\nhome.example, or to ada@home. \r\nexample.",
    )
    _, (copy,) = of_ada(cast, raw)
    assert copy.count(b"[address removed]") == 2


@pytest.mark.parametrize("name", [ADA, "ada at home.example", "ada＠home.example", "Ada <ada@home.example>"])
def test_l30_a_name_that_is_an_address_is_not_shown(cast, name):
    cast.buyer.name = name
    cast.buyer.save()
    of_ada(cast, mail(f'"{ADA}" <{ADA}>'))
    assert [finds(finished(copy), HOME) for copy in copies()] == [[] for _ in copies()]


@pytest.mark.parametrize(
    ("name", "media_type", "content"),
    [
        ("photo.jpg", "image/jpeg", made.jpeg_exif(ADA)), ("photo.jpg", "image/jpeg", made.jpeg_xmp(ADA)),
        ("photo.png", "image/png", made.png_text(ADA, packed=True)), ("bill.pdf", "application/pdf", made.pdf_author(ADA)),
        ("bill.pdf", "application/pdf", made.pdf_text(ADA)), ("bill.pdf", "application/pdf", made.pdf_link(ADA)),
        ("bill.docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", made.docx(author=ADA)),
        ("bill.docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", made.docx(runs=list(ADA))),
        ("winmail.dat", "application/ms-tnef", b"\x78\x9f\x3e\x22" + ADA.encode()),
    ],
)  # fmt: skip
def test_no_file_names_its_author(cast, name, media_type, content):
    message, left = of_ada(cast, mail(files=[File(name, content, media_type)]))
    assert message.state in {"relayed", "held"}
    assert [one for one in left if content in one] == []


def test_remote_pictures_are_not_carried(cast):
    _, (copy,) = of_ada(
        cast, mail(text="x\n", html='<p>Hi <img src="https://pixel.home.example/1.gif"></p>'), "pixel.home.example"
    )
    assert b"<img" not in copy


def test_an_absence_is_recorded_and_not_relayed(cast):
    raw = mail(text=f"I am away. Ask {ADA}.\n", Auto_Submitted="auto-replied")
    _, left = of_ada(cast, raw)
    assert left == []


@pytest.mark.parametrize("form", [*FORMS, "base64"])
def test_l33_what_programs_read_and_the_log_tell_no_address(cast, caplog, form):

    hidden = base64.b64encode(f"psst: {ADA} it is".encode()).decode() if form == "base64" else FORMS[form](ADA)
    with caplog.at_level(logging.DEBUG):
        deliver(
            cast.seller_alias,
            mail(text=f"Write to {hidden} soon.\n", subject="From " + ADA),
            helo="pigeon.home.example",
        )
    printed = json.dumps(transcript(cast.conversation), ensure_ascii=False)
    assert "From [address removed]" in printed
    assert finds(printed.encode(), HOME) == []
    assert finds(caplog.text.encode(), HOME) == []


def test_l35_the_date_tells_no_time_zone_and_no_client_is_named(cast):
    raw = mail(
        date="Tue, 03 Mar 2026 18:30:00 +0900", Thread_Topic="Lamp", Thread_Index="AQHa", X_MS_Exchange_Organization="home",
        X_Pm_Origin="internal", X_Mailer="Pigeon 3 for home.example",
    )  # fmt: skip
    _, (copy,) = of_ada(cast, raw)
    assert re.search(rb"\r\nDate: [^\r]* \+0000\r\n", copy)
    assert [word for word in (b"+0900", b"Thread", b"X-MS", b"X-Pm", b"Pigeon") if word in copy] == []
