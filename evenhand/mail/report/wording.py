"""Reads bounces that are written for people only: who sent them, what they announce, and whose mailbox they name."""

from __future__ import annotations

import re
from collections.abc import Sequence

from evenhand.mail.address import normalise
from evenhand.mail.header import read_mailboxes
from evenhand.mail.parsed import Mail
from evenhand.mail.report import phrases
from evenhand.mail.report.elder import ask_elder
from evenhand.mail.report.outcome import Outcome, Reason
from evenhand.mail.report.reason import find_reason, find_reply, find_status
from evenhand.mail.report.status import read_blocks
from evenhand.mail.report.structure import Pieces

__all__ = ["before_the_copy", "is_announced", "may_be_announced", "read_words"]

RECIPIENTS_LIMIT = 20
SEGMENT_LIMIT = 2000
NEAR = 12
"""Lines between what announces recipients and the first of them."""

_SPEC = r"([A-Za-z0-9][\w.!#$%&'*+/=?^{|}~-]{0,63}@[A-Za-z0-9][A-Za-z0-9.-]{1,120}[A-Za-z0-9])"
_ADDRESS = re.compile(rf"(?:(?<![\w.+=/@-])|(?<=SMTP=)|(?<=smtp=)){_SPEC}(?![\w@])")
_LABEL = (
    r"(?:smtp|rfc822|mailto|recipients?(?: address)?|to|address|user|rcpt|final-recipient|original-recipient|"
    r"invalid final delivery userid|failed recipient)"
)
# A line that begins with an address, perhaps after marks, a label, or a name of three words at most.
_LONE = re.compile(
    rf"^[ \t>*|:\"'<\[(•·-]{{0,16}}(?:{_LABEL}\s*[:;]\s*){{0,2}}(?:[^\s<@]{{0,40}}[ \t]{{1,4}}){{0,3}}?<?{_SPEC}>?",
    re.IGNORECASE,
)
# A recipient of whom the machine gives the local part alone, and beside it what went wrong.
_WITHOUT_DOMAIN = re.compile(r"^[ \t]{0,8}([a-z][\w.-]{0,63})[ \t]{2,}[A-Z]", re.ASCII)
_BLOCK_START = re.compile(r"^[ \t]*(?:final-recipient|original-recipient|action)[ \t]*:", re.IGNORECASE | re.MULTILINE)
_BLOCK_FIELD = re.compile(
    r"^[ \t]*((?:final|original)-recipient|action|status|diagnostic-code|remote-mta|last-attempt-date|reporting-mta|"
    r"x-[\w-]{1,40}|original-envelope-id|arrival-date|received-from-mta)[ \t]*:",
    re.IGNORECASE,
)  # fmt: skip


def before_the_copy(words: str) -> tuple[str, str]:
    """Part the words of a report from the returned mail below them."""
    first = len(words) - len(words.lstrip())
    for match in phrases.COPY.finditer(words, first):
        if match.start() > first:
            return words[: match.start()], words[match.start() :]
    return words, ""


def may_be_announced(mail: Mail) -> bool:
    """
    Whether a mail that is read already could be a report in words; if not, `is_announced` finds none in its bytes.

    Parts that are words to one reader and a file to another, and a mail in which no words were found, leave it open.
    """
    told = Pieces({name: list(values) for name, values in mail.fields.items()}, mail.media_type, words=mail.text[:4000])
    if not told.words.strip() or any(part.media_type.startswith("text/") for part in mail.parts):
        return True
    unsure = bool(mail.html or mail.defects)
    if unsure:
        return _is_machine(told) or _is_sent_by_none(told) or bool(told.field("x-failed-recipients"))
    return is_announced(told, told.words)


def is_announced(pieces: Pieces, words: str) -> bool:
    """
    Whether a mail is a report by its marks: a machine sent it, and it says that a mail did not arrive.

    People quote bounces and write of them. So a person's address in From is enough to doubt, whatever the words say;
    a failed recipient named in the header is as good as a machine's name. A null reverse-path that a server noted is
    less: whoever is away answers from one too, and says what became of the mail and whom to ask instead.
    """
    if pieces.field("x-failed-recipients"):
        return True
    subject, opening = pieces.field("subject"), words[:4000]
    if phrases.REPLY.match(subject) and not _is_machine(pieces, strictly=True):
        return False
    named = bool(phrases.SUBJECT.search(subject))
    if _is_machine(pieces):
        return named or bool(phrases.OPENING.search(opening))
    return _is_sent_by_none(pieces) and (named or bool(find_status(opening) and find_reply(opening)))


def _is_machine(pieces: Pieces, *, strictly: bool = False) -> bool:
    if pieces.media_type == "multipart/report" or phrases.MACHINE_WORDS.search(pieces.words[:300]):
        return True
    sender = pieces.field("from")
    boxes = read_mailboxes(next(iter(pieces.fields.get("from", ())), "")).boxes
    local = next((one.address.partition("@")[0] for one in boxes), "") or sender.partition("@")[0]
    if phrases.MACHINE.search(local) or phrases.MACHINE_NAME.search(sender):
        return True
    return not strictly and (
        "mailer-daemon" in pieces.field("return-path").lower()
        or ("from" in pieces.fields and sender.strip() in {"", "<>"})
        or ("x-mlserver" in pieces.fields and not _MAILS_OF_A_LIST & pieces.fields.keys())
    )


def _is_sent_by_none(pieces: Pieces) -> bool:
    return pieces.field("return-path").replace(" ", "") == "<>"


# What fml numbers is the mail of a member; what it does not is its own.
_MAILS_OF_A_LIST = {"x-mail-count", "x-ml-count", "x-mlcount"}


def read_words(pieces: Pieces, words: str) -> tuple[Outcome, ...]:
    """Read the outcomes a text tells, one for each recipient it names; without a name, one for the returned mail's."""
    blocks = _embedded(words)
    if blocks:
        return blocks
    delayed = bool(phrases.DELAYED.search(f"{pieces.field('subject')}\n{words[:6000]}"))
    gone = phrases.GIVEN_UP.search(words[:6000]) and not phrases.STILL_TRYING.search(words[:6000])
    segments = _segments(pieces, words)
    return tuple(
        _outcome(recipient, segment, words, delayed=delayed and not gone)
        for recipient, segment in segments[:RECIPIENTS_LIMIT]
    )


def _embedded(words: str) -> tuple[Outcome, ...]:
    """The machine-readable part, where a program has put it among the words."""
    if not _BLOCK_START.search(words):
        return ()
    blocks: list[list[str]] = [[]]
    for line in words.split("\n"):
        if _BLOCK_FIELD.match(line):
            name = line.partition(":")[0].strip().lower()
            if any(one.partition(":")[0].strip().lower() == name for one in blocks[-1]):
                blocks.append([])
            blocks[-1].append(line.strip())
        elif line[:1] in " \t" and line.strip() and blocks[-1]:
            blocks[-1].append(line)
        elif blocks[-1]:
            blocks.append([])
    return read_blocks(["\n\n".join("\n".join(block) for block in blocks if block)], words)


def _segments(pieces: Pieces, words: str) -> list[tuple[str, str]]:
    """Each recipient with what is said of it, or what is said at all of the one that is named elsewhere."""
    ours, lines = _not_recipients(pieces), words.split("\n")
    starts, named = _recipients(pieces, lines, _starts(lines, ours))
    if starts:
        return _said_of(starts, lines)
    found = named or _in_sentences(words, ours) or [one for one in _returned_to(pieces) if one not in ours][:1]
    return [(one, words[:SEGMENT_LIMIT]) for one in dict.fromkeys(found)] or [("", words[:SEGMENT_LIMIT])]


def _recipients(
    pieces: Pieces, lines: Sequence[str], starts: list[tuple[str, int]]
) -> tuple[list[tuple[str, int]], list[str]]:
    """Which of the addresses that begin a line are recipients, or else the recipients that are known otherwise."""
    named = _named(pieces)
    if named:
        return [one for one in starts if one[0] in named] or starts, named
    starts, announced, local = _announced(lines, starts)
    certain = announced and not local and any(_begins(lines[number], address) for address, number in starts)
    delayed, failed = ask_elder(pieces.message) if pieces.message and not certain else ((), ())
    # What the elder knows by heart goes before what merely looks like a recipient.
    if failed and set(failed) != {address for address, _ in starts}:
        known = [one for one in starts if one[0] in failed]
        return known, [] if known else list(failed)
    if local and not failed:
        # The addresses in the text are others.
        return [], [one for one in _returned_to(pieces) if one.partition("@")[0] == local] or [""]
    return starts, list(delayed)


def _begins(line: str, address: str) -> bool:
    return line.lstrip(" \t<*\"'").lower().startswith(address)


def _said_of(starts: Sequence[tuple[str, int]], lines: Sequence[str]) -> list[tuple[str, str]]:
    """From the line that begins with an address to the next such line; in a transcript, from the one before it."""
    segments: dict[str, str] = {}
    spoken = next((number for number, line in enumerate(lines) if phrases.TALKING.search(line[:200])), len(lines))
    for index, (address, number) in enumerate(starts):
        begin, end = number, starts[index + 1][1] if index + 1 < len(starts) else len(lines)
        if number > spoken:
            # The verdict on a recipient stands below what the servers said of it.
            begin, end = max(spoken, starts[index - 1][1] + 1 if index else 0), number + 1
        text = "\n".join(lines[begin:end])[:SEGMENT_LIMIT]
        if len(text) > len(segments.get(address, "")):
            segments[address] = text
    return list(segments.items())


def _starts(lines: Sequence[str], ours: set[str]) -> list[tuple[str, int]]:
    found: list[tuple[str, int]] = []
    for number, line in enumerate(lines):
        match = None if phrases.OTHER_LINE.search(line[:400]) else _LONE.match(line[:400])
        address = normalise(match.group(1)) if match else None
        if address and address not in ours and "." in address.rpartition("@")[2]:
            found.append((address, number))
    helpers = [one for one in found if phrases.NO_RECIPIENT.search(one[0])]
    return found if len(helpers) == len(found) else [one for one in found if one not in helpers]


def _announced(lines: Sequence[str], starts: list[tuple[str, int]]) -> tuple[list[tuple[str, int]], bool, str]:
    """Those below the line that says that recipients follow; whether there is one; whom it names by local part only."""
    for number, line in enumerate(lines):
        if phrases.RECIPIENTS_FOLLOW.search(line[:400]):
            below = [one for one in starts if one[1] > number]
            if below and below[0][1] - number <= NEAR:
                alone = _WITHOUT_DOMAIN.match(next((one for one in lines[number + 1 :] if one.strip()), ""))
                return below, True, alone.group(1) if alone else ""
    return starts, False, ""


def _in_sentences(words: str, ours: set[str]) -> list[str]:
    """The first address that a sentence names."""
    found = [address for one in _ADDRESS.findall(words) if (address := normalise(one)) and address not in ours]
    return ([one for one in found if not phrases.NO_RECIPIENT.search(one)] or found)[:1]


def _outcome(recipient: str, segment: str, words: str, *, delayed: bool) -> Outcome:
    plain = segment.replace(recipient, " ") if recipient else segment
    status, reply = find_status(plain), find_reply(plain)
    reason = find_reason(status, plain)
    if not status and not reply:
        status, reply = find_status(words), find_reply(words)
        reason = find_reason(status, words if find_reason("", plain) is Reason.UNKNOWN else plain)
    if reason is Reason.UNKNOWN:
        reason = find_reason(status, words)
    if delayed:
        return Outcome(recipient, "delayed", status if status.startswith("4") else "4.0.0", reason, reply)
    proven = not reply or bool(status) or reason is not Reason.UNKNOWN_MAILBOX or bool(phrases.STAGE.search(words))
    if not status:
        late = reason in {Reason.EXPIRED, Reason.FULL} and bool(phrases.TIME.search(plain))
        soft = reply.startswith("4") or (not reply and late)
        status = f"{'4' if soft else '5'}.{_DETAIL.get(reason, '0.0')}"
    return Outcome(recipient, "failed", status, reason, reply, proven)


_DETAIL = {
    Reason.UNKNOWN_MAILBOX: "1.1", Reason.MOVED: "1.6", Reason.UNKNOWN_HOST: "1.2", Reason.NO_MAIL_TAKEN: "1.10",
    Reason.FULL: "2.2", Reason.INACTIVE: "2.1", Reason.TURNED_AWAY: "2.0", Reason.TOO_LARGE: "3.4",
    Reason.CONTENT: "6.0", Reason.SPAM: "7.1", Reason.SENDER: "7.26", Reason.POLICY: "7.1", Reason.NETWORK: "4.0",
    Reason.EXPIRED: "4.7", Reason.SYSTEM: "3.0",
}  # fmt: skip


def _named(pieces: Pieces) -> list[str]:
    found = [
        box.address for value in pieces.fields.get("x-failed-recipients", ()) for box in read_mailboxes(value).boxes
    ]
    return [one for one in found if one]


def _returned_to(pieces: Pieces) -> Sequence[str]:
    return [
        box.address for value in pieces.returned.get("to", ()) for box in read_mailboxes(value).boxes if box.address
    ]


def _not_recipients(pieces: Pieces) -> set[str]:
    """Who wrote the report, to whom it came, and who wrote the returned mail."""
    fields = [*(pieces.fields.get(name, ()) for name in ("from", "to", "sender"))]
    fields += [pieces.returned.get(name, ()) for name in ("from", "sender", "return-path", "reply-to")]
    return {box.address for values in fields for value in values for box in read_mailboxes(value).boxes if box.address}
