"""Mails as the cast's programs write them, put into the spool the way the listener does, and what came of them."""

import email
import io
import uuid
from concurrent.futures import Executor, Future
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email import policy
from email.message import EmailMessage

from django.db import connection
from PIL import Image

from evenhand.conversations.models import Message, Origin
from evenhand.mail.files import Clean, clean
from evenhand.mail.reading import read
from evenhand.record.blobs import read_blob
from evenhand.relay.intake import SPOOL, Arrival, spool_columns
from evenhand.relay.models import Delivery, Inbound
from evenhand.relay.work import work_spool

ADA, BEN, CYN = "ada@home.example", "ben@shop.example", "cyn@rival.example"
INLINE = 64 * 1024
WRITTEN = "Tue, 03 Mar 2026 09:30:00 +0100"
_PDF = (
    b"%PDF-1.7\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n2 0 obj\n<</Type/Pages/Kids[]/Count 0>>\nendobj\n"
    b"xref\n0 3\n0000000000 65535 f \n0000000009 00000 n \n0000000054 00000 n \n"
    b"trailer\n<</Size 3/Root 1 0 R>>\nstartxref\n100\n%%EOF\n"
)


def _picture(form: str) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (3, 2), "olive").save(out, form)
    return out.getvalue()


def cleaned(content: bytes, media_type: str) -> bytes:
    """What of a file is passed on."""
    found = clean(content, media_type, media_type, "")
    assert isinstance(found, Clean)
    return found.content


PDF = cleaned(_PDF, "application/pdf")
PNG, JPEG = _picture("PNG"), _picture("JPEG")


@dataclass(frozen=True)
class File:
    """A file as a mail program attaches it: its name and type are the author's claims."""

    name: str
    content: bytes
    media_type: str = "application/octet-stream"


def mail(
    sender=f"Ada <{ADA}>", to="x@m.market.example", text="Does the lamp come with a bulb?\n", *, subject="Lamp",
    html="", files=(), msgid="", date=WRITTEN, **fields,
):  # fmt: skip
    """Write a mail. `fields` are further header fields, an underscore standing for a hyphen."""
    made = EmailMessage(policy=policy.SMTP)
    made["From"], made["To"], made["Subject"], made["Date"] = sender, to, subject, date
    made["Message-ID"] = f"<{msgid or uuid.uuid4().hex + '@home.example'}>"
    for name, value in fields.items():
        made[name.replace("_", "-")] = value
    made.set_content(text)
    if html:
        made.add_alternative(html, subtype="html")
    for one in files:
        main, _, sub = one.media_type.partition("/")
        made.add_attachment(one.content, maintype=main, subtype=sub, filename=one.name)
    return made.as_bytes()


def spool(alias, raw, *, reverse_path=ADA, trusted=True, ago=timedelta(minutes=5), inline=INLINE, **fields):
    """Take a mail in for an alias, or for the reverse-path of a copy (`bounce_of_id`); returns the id of its row."""
    arrival = Arrival(
        alias_id=alias.id if alias else None,
        conversation_id=alias.conversation_id if alias else None,
        raw=raw,
        received_at=datetime.now(UTC) - ago,
        reverse_path=reverse_path,
        trusted=trusted,
        **fields,
    )
    columns = spool_columns([arrival], inline)
    with connection.cursor() as cursor:
        cursor.execute(SPOOL.format("%s"), columns)
    return columns[0][0]


class Silent(Executor):
    """An executor for tests in which the DNS may not be asked."""

    def submit(self, fn, /, *args, **kwargs):
        raise AssertionError("nobody was to be asked")


class AtOnce(Executor):
    """An executor that does everything before it returns."""

    def submit(self, fn, /, *args, **kwargs):
        done = Future()
        done.set_result(fn(*args, **kwargs))
        return done


def reading_of(row):
    """What a guarded reader would say of a spooled mail."""
    return read(
        row.raw,
        reverse_path=row.reverse_path,
        is_report=row.alias_id is None,
        written_here=row.origin != Origin.MAIL,
    )


def work(asking=None):
    """Work the spool until nothing is due."""
    claimed = 0
    while count := work_spool(asking or Silent()):
        claimed += count
    return claimed


def deliver(alias, raw, **fields):
    """Take a mail in and work it; returns its spool row as it ended."""
    row = spool(alias, raw, **fields)
    work()
    return Inbound.objects.get(id=row)


def message_of(row):
    """The message a spool row became, or None."""
    return Message.objects.filter(inbound_id=row.id if isinstance(row, Inbound) else row).first()


def copies():
    """The copies of messages in the outbox, oldest first."""
    return list(Delivery.objects.filter(message__isnull=False).order_by("created_at", "id"))


def notices():
    """The notices in the outbox, oldest first."""
    return list(Delivery.objects.filter(message__isnull=True).order_by("created_at", "id"))


def finished(copy):
    """The bytes of a copy as they leave."""
    return bytes(copy.content) if copy.content is not None else read_blob(bytes(copy.content_sha256).hex())


def opened(copy):
    """A copy as the recipient's mail program reads it."""
    return email.message_from_bytes(finished(copy), policy=policy.default)


def text_of(copy):
    """The plain text of a copy."""
    return opened(copy).get_body(("plain",)).get_content().replace("\r\n", "\n")


def html_of(copy):
    """The HTML of a copy, or an empty string."""
    body = opened(copy).get_body(("html",))
    return body.get_content() if body else ""


def files_of(copy):
    """Name, media type and bytes of the files of a copy."""
    return [(one.get_filename(), one.get_content_type(), _content(one)) for one in opened(copy).iter_attachments()]


def _content(part):
    content = part.get_payload(decode=True)
    assert isinstance(content, bytes)
    return content


def told(message):
    """Rule, part and action of each finding of a message."""
    return list(message.findings.order_by("id").values_list("rule", "part", "action"))
