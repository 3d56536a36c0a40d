"""Which files are passed on: by what they are, not by what they are called."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from evenhand.policy.facts import AttachmentFact, Facts
from evenhand.policy.parameters import Parameters
from evenhand.policy.verdict import Action, Finding

__all__ = ["archives", "disguised", "executables", "oversize", "sealed", "unlisted"]

_RUNS = frozenset(
    """
    application/x-dosexec application/x-msdownload application/vnd.microsoft.portable-executable
    application/x-executable application/x-elf application/x-mach-binary application/x-sharedlib
    application/java-archive application/x-java-applet application/x-sh application/x-shellscript
    text/x-shellscript text/x-python application/javascript text/javascript application/x-msi
    application/x-ms-shortcut application/x-ms-installer application/hta application/x-bat
    application/vnd.android.package-archive application/x-apple-diskimage application/x-iso9660-image
    application/x-mswinurl text/html application/xhtml+xml image/svg+xml message/rfc822 multipart/related
    application/vnd.ms-word.document.macroenabled.12 application/vnd.ms-excel.sheet.macroenabled.12
    application/vnd.ms-powerpoint.presentation.macroenabled.12 application/x-shockwave-flash
    """.split()
)
_RUNNING_ENDINGS = frozenset(
    """
    exe com scr pif bat cmd msi msp mst cpl dll sys lnk url desktop ps1 psm1 vbs vbe js jse wsf wsh hta jar apk
    app dmg iso img vhd vhdx sh bash csh py pl rb php reg inf scf gadget svg svgz htm html xhtml mht mhtml docm
    dotm xlsm xltm xlam pptm potm ppam sldm swf chm eml msg
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
_IDENTIFYING = frozenset("text/vcard text/x-vcard application/pgp-keys application/pgp-signature".split())
_SEALED = frozenset(
    """
    application/pgp-encrypted application/pkcs7-mime application/x-pkcs7-mime application/pkcs7-signature
    application/x-pkcs7-signature
    """.split()
)
# What a program may call a file without anybody being deceived: names of the same thing, or no name at all.
_SAYS_NOTHING = frozenset({"application/octet-stream", "application/x-download", "application/force-download", ""})
_SAME = (
    {"image/jpeg", "image/jpg", "image/pjpeg"},
    {"image/png", "image/x-png"},
    {"image/heic", "image/heif"},
    {"application/pdf", "application/x-pdf", "application/acrobat"},
)
_CLAUSE = "House rule on attachments"


def executables(facts: Facts, _: Parameters) -> Iterator[Finding]:
    """Leave out what can run when it is opened: programs, scripts, macros, pages, shortcuts, whole mails."""
    for one in facts.attachments:
        if one.media_type in _RUNS or _ending(one.name) in _RUNNING_ENDINGS:
            yield _left_out(
                one,
                "attachment-executable",
                "This kind of file can run something when it is opened, so it is not passed on.",
                "Send a picture or a PDF instead.",
            )


def archives(facts: Facts, _: Parameters) -> Iterator[Finding]:
    """Leave out packed files: what is inside cannot be checked."""
    for one in facts.attachments:
        if one.media_type in _PACKED:
            yield _left_out(
                one,
                "attachment-archive",
                "A packed file is not passed on, because what is inside cannot be checked.",
                "Unpack it and attach the files themselves.",
            )


def sealed(facts: Facts, _: Parameters) -> Iterator[Finding]:
    """Leave out what names its sender by design: cards, keys and signatures."""
    for one in facts.attachments:
        if one.media_type in _IDENTIFYING | _SEALED or one.declared in _IDENTIFYING | _SEALED:
            yield _left_out(
                one,
                "attachment-sealed",
                "Cards, keys and signatures name the mailbox they belong to, so they are not passed on.",
                "Write what the other side needs to know into the message.",
            )


def disguised(facts: Facts, parameters: Parameters) -> Iterator[Finding]:
    """Hold a message with a file that is not what it says it is."""
    for one in facts.attachments:
        if _is_left_out(one, parameters) or one.declared in _SAYS_NOTHING or one.declared == one.media_type:
            continue
        if any({one.declared, one.media_type} <= names for names in _SAME) or not _betrays(one):
            continue
        yield Finding(
            rule="attachment-disguised",
            action=Action.HOLD,
            part=one.name,
            clause=_CLAUSE,
            reason=f"The file says it is {one.declared}, but its content is {one.media_type}; a person will look.",
            fix="Save the file again under its true kind and attach it anew.",
            attachment=one.ordinal,
        )


def unlisted(facts: Facts, parameters: Parameters) -> Iterator[Finding]:
    """Leave out every kind of file that is not on the book's list."""
    for one in facts.attachments:
        if one.media_type not in parameters.allowed_types and not _is_named_elsewhere(one):
            yield _left_out(
                one,
                "attachment-type",
                f"Files of this kind ({one.media_type}) are not passed on.",
                "Send it as a picture, a PDF or plain text.",
            )


def oversize(facts: Facts, parameters: Parameters) -> Iterable[Finding]:
    """Block what is larger, in all, than a common mail server takes."""
    size = len(facts.text.encode("utf-8", "replace")) + sum(one.size for one in facts.attachments)
    if size > parameters.total_size:
        yield Finding(
            rule="attachment-size",
            action=Action.BLOCK,
            part="message",
            clause=_CLAUSE,
            reason=f"The message has {size:,} bytes in all; {parameters.total_size:,} are the most.",
            fix="Attach smaller files, or send them in several messages.",
        )


def _left_out(one: AttachmentFact, rule: str, reason: str, fix: str) -> Finding:
    return Finding(
        rule=rule, action=Action.FIX, part=one.name, clause=_CLAUSE, reason=reason, fix=fix, attachment=one.ordinal
    )


def _is_left_out(one: AttachmentFact, parameters: Parameters) -> bool:
    return one.media_type not in parameters.allowed_types or _is_named_elsewhere(one)


def _is_named_elsewhere(one: AttachmentFact) -> bool:
    return (
        one.media_type in _RUNS | _PACKED | _IDENTIFYING | _SEALED
        or one.declared in _IDENTIFYING | _SEALED
        or _ending(one.name) in _RUNNING_ENDINGS
    )


def _betrays(one: AttachmentFact) -> bool:
    """Whether claim and content are of different families; text is called many things by honest programs."""
    claimed, found = one.declared.partition("/")[0], one.media_type.partition("/")[0]
    if found == "text":
        return claimed in {"image", "audio", "video"} or one.declared == "application/pdf"
    return claimed != found or one.media_type == "application/pdf" or claimed == "image"


def _ending(name: str) -> str:
    return name.rstrip(". ").rpartition(".")[2].strip().lower() if "." in name else ""
