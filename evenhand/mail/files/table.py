"""The content table: for every kind of file, whether it is cleaned, left behind, or waits for a person."""

from __future__ import annotations

import codecs

from evenhand.mail.files import office, pdf, pictures
from evenhand.mail.files.calendar import clean_calendar
from evenhand.mail.files.claims import is_disguised
from evenhand.mail.files.outcome import Clean, Held, Kind, Left, Outcome
from evenhand.mail.sniff import UNKNOWN, sniff
from evenhand.mail.sniff.endings import RUNS, ending

__all__ = ["clean", "preload"]

_RUNS = frozenset(
    """
    application/x-dosexec application/x-msdownload application/vnd.microsoft.portable-executable
    application/x-executable application/x-elf application/x-mach-binary application/x-sharedlib application/wasm
    application/java-archive application/x-java-applet application/java-vm application/x-sh application/x-shellscript
    application/x-powershell application/x-php application/vnd.android.dex application/vnd.ms-htmlhelp
    text/x-shellscript text/x-python text/vbscript application/javascript text/javascript application/x-msi
    application/x-ms-shortcut application/x-ms-installer application/x-ms-registry application/hta application/x-bat
    application/vnd.android.package-archive application/x-apple-diskimage application/x-iso9660-image
    application/x-mswinurl application/x-desktop text/html application/xhtml+xml image/svg+xml multipart/related
    application/vnd.ms-word.document.macroenabled.12 application/vnd.ms-excel.sheet.macroenabled.12
    application/vnd.ms-powerpoint.presentation.macroenabled.12 application/x-shockwave-flash
    """.split()
)
_PACKED = frozenset(
    """
    application/zip application/x-zip-compressed application/gzip application/x-gzip application/x-bzip2
    application/x-xz application/x-7z-compressed application/x-rar application/vnd.rar
    application/x-rar-compressed application/x-tar application/zstd application/x-lzip application/x-compress
    application/vnd.ms-cab-compressed application/x-cab
    """.split()
)
_MAILS = frozenset({"message/rfc822", "message/global", "message/news", "application/vnd.ms-outlook"})
_UNSEEN = frozenset({"message/partial", "message/external-body"})
_IDENTIFYING = frozenset(
    """
    text/vcard text/x-vcard text/directory application/pgp-keys application/pgp-signature application/pkcs7-signature
    application/x-pkcs7-signature application/pkix-cert application/x-x509-ca-cert
    """.split()
)
_LOCKED = frozenset({"application/pgp-encrypted", "application/pkcs7-mime", "application/x-pkcs7-mime"})
_PACKAGES = frozenset({"application/ms-tnef", "application/vnd.ms-tnef"})
_OLD_OFFICE = frozenset(
    "application/msword application/vnd.ms-excel application/vnd.ms-powerpoint application/x-ole-storage".split()
)
_UNOPENED_PICTURES = frozenset({"image/heic", "image/heif"})
_TEXTS = frozenset({"text/plain", "text/csv", "text/markdown"})

_CODECS = ("utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252", "latin-1", "ascii")

_WHY: dict[Kind, tuple[str, str]] = {
    "runs": (
        "This kind of file can run something when it is opened, so it is not passed on.",
        "Send a picture or a PDF instead.",
    ),
    "packed": (
        "A packed file is not passed on, because what is inside cannot be checked.",
        "Unpack it and attach the files themselves.",
    ),
    "mail": (
        "A mail attached to a mail names everybody it went to, so it is not passed on.",
        "Copy what matters into the message, or attach it as a PDF.",
    ),
    "identifies": (
        "Cards, keys and signatures name the mailbox they belong to, so they are not passed on.",
        "Write what the other side needs to know into the message.",
    ),
    "damaged": (
        "The file is a package of Outlook (winmail.dat) that could not be unpacked.",
        "Set Outlook to send as HTML or plain text, and attach the files anew.",
    ),
    "empty": ("The file is empty.", "Attach it anew."),
}


def preload() -> None:
    """Import and run once whatever cleaning needs, so that nothing is opened or loaded later."""
    for codec in _CODECS:
        codecs.lookup(codec)
    # One that is nothing known, so that every list is asked.
    sniff(bytes(range(256)), "", "")
    for room in (pictures, pdf, office):
        room.preload()
    clean(b"a", "text/plain", "", "")


def clean(content: bytes, media_type: str, declared: str, name: str) -> Outcome:
    """
    Free a file of what tells of people, runs or hides; or say why it is not passed on.

    `media_type` is what the content is (`sniff`), `declared` and `name` are what the sender says; types in lower case
    without parameters. Raises nothing: what could not be checked waits for a person. Meant to run where memory and time
    are limited; pictures up to 40 million pixels need about 350 MiB.
    """
    try:
        outcome = _by_table(content, media_type, declared, name)
    except Exception:  # noqa: BLE001  fail closed: a check that broke is not a check that passed
        return _unchecked()
    if isinstance(outcome, Clean) and outcome.content is not content and sniff(outcome.content, "", "") != media_type:
        return _unchecked()
    return outcome


def _unchecked() -> Held:
    return Held(
        "unchecked",
        "The file could not be checked; a person will look.",
        "Save it as a PDF or a picture and attach it.",
    )


def _by_table(content: bytes, media_type: str, declared: str, name: str) -> Outcome:
    if media_type in _UNSEEN or declared in _UNSEEN:
        return Held(
            "unchecked",
            "This part of the mail is only a piece, or stands somewhere else, so it can’t be checked.",
            "Send the file itself, in one mail.",
        )
    by_kind = _left(media_type, declared, name)
    if by_kind is not None:
        return by_kind
    if not content:
        return Clean(content, media_type) if media_type in _TEXTS and not _must_show(declared, name) else _said("empty")
    if media_type == UNKNOWN:
        return Held(
            "unknown",
            "What kind of file this is could not be found out; a person will look.",
            "Send it as a picture, a PDF or plain text.",
        )
    if is_disguised(media_type, declared, name):
        return Held(
            "disguised",
            f"The file says it is {_claim(declared, name)}, but its content is {media_type}; a person will look.",
            "Save the file again under its true kind and attach it anew.",
        )
    return _cleaned(content, media_type)


def _left(media_type: str, declared: str, name: str) -> Outcome | None:
    """Kinds that are not passed on, whatever is in them; the most dangerous first."""
    if media_type in _RUNS or ending(name) in RUNS:
        return _said("runs")
    if media_type in _PACKED:
        return _said("packed")
    if media_type in _MAILS or declared in _MAILS or ending(name) in {"eml", "msg", "mbox"}:
        return _said("mail")
    if media_type in _LOCKED or declared in _LOCKED:
        return Held("sealed", "The file is encrypted, so it can’t be checked.", "Send it again without encryption.")
    if media_type in _PACKAGES or declared in _PACKAGES:
        return _said("damaged")
    if media_type in _IDENTIFYING or declared in _IDENTIFYING:
        return _said("identifies")
    return None


def _said(kind: Kind) -> Left:
    return Left(kind, *_WHY[kind])


def _must_show(declared: str, name: str) -> bool:
    return is_disguised("text/plain", declared, name)


def _claim(declared: str, name: str) -> str:
    return declared if is_disguised("", declared, "") and declared else f"“.{ending(name)}”"


def _cleaned(content: bytes, media_type: str) -> Outcome:
    if media_type in pictures.TYPES:
        return pictures.clean_picture(content, media_type)
    if media_type == "application/pdf":
        return pdf.clean_pdf(content)
    if media_type in office.OFFICE:
        return office.clean_document(content, media_type)
    if media_type == "text/calendar":
        return clean_calendar(content)
    if media_type in _TEXTS:
        return Clean(content, media_type)
    if media_type in _UNOPENED_PICTURES:
        return Held(
            "unchecked",
            "Pictures of this kind (HEIC) can’t be freed of what they tell about their maker; a person will look.",
            "Send it as JPEG; phones do so when set to “most compatible”.",
        )
    if media_type in _OLD_OFFICE:
        return Held(
            "unchecked",
            "Documents of this older kind can’t be checked; a person will look.",
            "Save it as a PDF, or in the current format, and attach that.",
        )
    return Left(
        "unlisted",
        f"Files of this kind ({media_type}) are not passed on.",
        "Send it as a picture, a PDF or plain text.",
    )
