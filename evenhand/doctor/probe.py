"""Sends one mail to ourselves by way of the smarthost, and compares what comes back with what was sent."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from evenhand.configuration import Configuration
from evenhand.connectors.authentication.own import still_signed
from evenhand.doctor.check import Check, fail, ok, skip, warn
from evenhand.relay.keys import Damaged, is_local, read

__all__ = ["Returned", "compare", "examine", "last"]

SECONDS = 60.0
_FIELD = re.compile(rb"([\x21-\x39\x3b-\x7e]+)[ \t]*:((?:[^\r\n]|\r?\n[ \t])*)(?:\r?\n|\Z)")
_SPACE = re.compile(rb"[ \t\r\n]+")
# Fields in which servers write whose mail it is; none may be added.
_TELLING = re.compile(
    r"(?:sender|reply-to|resent-.*|errors-to|disposition-notification-to|return-receipt-to|organization"
    r"|x-(?:authenticated|authentication|auth|sasl|sender|originating|original|real|forwarded|google-original|source).*"
    r"|x-(?:envelope-from|get-message-sender-via|php-.*|ms-exchange-.*)|authenticated-.*)\Z"
)
# What servers put on top on the way, and may.
_TRACE = re.compile(
    r"(?:received|received-spf|return-path|delivered-to|x-original-to|envelope-to|authentication-results|arc-.*"
    r"|dkim-signature|x-spam.*|x-virus.*|x-rspamd.*|x-greylist|x-evenhand-trace)\Z"
)


@dataclass(frozen=True, slots=True)
class Returned:
    """A mail of ours when it left and when it came back, with the reverse-path of both."""

    sent: bytes
    sent_path: str
    arrived: bytes
    arrived_path: str


def examine(configuration: Configuration, *, seconds: float = SECONDS) -> Iterator[Check]:
    """
    Send the probe and wait for it, up to so many seconds; needs Django, the listener and a worker.

    It goes from and to a reverse-path made for it alone, which our listener takes like any report about a copy: so it
    needs no mailbox, and reaches nobody. What was found is kept for `last`.
    """
    if configuration.smarthost is None:
        yield skip("probe", "No smarthost is set, so there is no way to try.")
        return
    if is_local(configuration.domain):
        yield skip("probe", f"No server elsewhere can send to {configuration.domain}; set the mail domain first.")
        return
    # Imported here because the rest of the doctor must speak when Django cannot start.
    from evenhand.relay import probe

    sent = probe.send(configuration)
    back = None
    deadline = time.monotonic() + seconds
    while back is None and time.monotonic() < deadline:
        time.sleep(0.2)
        back = probe.returned(sent)
        if isinstance(back, str):
            break
    if isinstance(back, tuple):
        checks = list(compare(Returned(sent.content, sent.path, *back), configuration))
    elif back:
        checks = [fail("probe", f"The smarthost did not take it: {back}", "Look at EVENHAND_SMARTHOST and its log.")]
    else:
        checks = [_lost(probe.state(sent), seconds)]
    _keep(configuration, checks)
    yield from checks


def _lost(state: str, seconds: float) -> Check:
    if state == "sent":
        return fail(
            "probe",
            f"The smarthost took it, but it did not come back within {seconds:.0f} seconds.",
            "See that the MX record leads here and the listener runs; then look at the smarthost's queue.",
        )
    return fail(
        "probe", f"No worker has sent it within {seconds:.0f} seconds (it is {state}).", "Start one: evenhand up"
    )


def compare(mail: Returned, configuration: Configuration) -> Iterator[Check]:
    """Say what the way out changes or adds. Pure: two mails in, findings out."""
    before, after = _fields(mail.sent), _fields(mail.arrived)
    yield from _kept(before, after)
    yield from _added(before, after, mail.arrived, configuration.smarthost_user)
    if mail.arrived_path.lower() != mail.sent_path.lower():
        yield fail(
            "probe: reverse-path",
            "The smarthost changes the sender of the envelope, so bounces will not be understood.",
            "Turn sender rewriting (SRS, canonical maps) off for this domain.",
        )
    yield _signature(mail, configuration)


def _kept(before: dict[str, list[bytes]], after: dict[str, list[bytes]]) -> Iterator[Check]:
    why = {
        "from": "The smarthost rewrites From: everybody would see its account instead of the alias.",
        "message-id": "The smarthost changes Message-ID: answers will not find their message.",
        "date": "The smarthost changes Date, and may tell a time zone.",
        "to": "The smarthost changes To.",
        "subject": "The smarthost changes the subject.",
    }
    changed = [name for name in why if after.get(name) != before.get(name)]
    for name in changed:
        yield fail(
            f"probe: {name}",
            why[name],
            "Allow us there to send from every address of our domain, or use another server.",
        )
    if not changed:
        yield ok("probe", "It came back with From, To, Subject, Date and Message-ID as they were.")


def _added(
    before: dict[str, list[bytes]], after: dict[str, list[bytes]], arrived: bytes, login: str
) -> Iterator[Check]:
    mend = "Have the smarthost leave it out; Postfix for example: smtpd_sasl_authenticated_header = no"
    added = sorted(name for name in after if name not in before or len(after[name]) > len(before[name]))
    telling = [name for name in added if _TELLING.match(name)]
    if telling:
        yield fail("probe: added fields", f"The smarthost adds {', '.join(telling)}.", mend)
    shown = b"\n".join(value for name in added for value in after[name])
    if b"authenticated sender:" in shown.lower() or (login and login.lower().encode() in arrived.lower()):
        yield fail("probe: login", "The smarthost writes into the mail who signed in there.", mend)
    others = [name for name in added if not _TELLING.match(name) and not _TRACE.match(name)]
    if others:
        yield warn("probe: added fields", f"The smarthost adds {', '.join(others[:10])}.", "See that they name nobody.")


def _signature(mail: Returned, configuration: Configuration) -> Check:
    name = "probe: DKIM"
    if not mail.sent.startswith(b"DKIM-Signature:"):
        return skip(name, "It was not signed here.")
    domain = configuration.domain
    kept = read(configuration, domain)
    keys = () if isinstance(kept, Damaged) else kept
    zone = {(f"{one.selector}._domainkey.{domain}", "TXT"): (one.record,) for one in keys}
    if still_signed(mail.arrived, domain, zone, datetime.now(UTC)):
        return ok(name, "The signature survives the smarthost.")
    return fail(
        name,
        "The signature does not survive the smarthost: it changes signed fields or the body.",
        "Turn off footers, disclaimers, rewriting and conversion there.",
    )


def _fields(mail: bytes) -> dict[str, list[bytes]]:
    """The header fields by name in lower case, their values on one line."""
    head = re.split(rb"\r?\n\r?\n", mail, maxsplit=1)[0]
    found: dict[str, list[bytes]] = {}
    for name, value in _FIELD.findall(head):
        found.setdefault(name.decode("ascii").lower(), []).append(_SPACE.sub(b" ", value).strip())
    return found


def _path(configuration: Configuration) -> Path:
    return configuration.data / "probe.json"


def _keep(configuration: Configuration, checks: Sequence[Check]) -> None:
    row = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "smarthost": str(configuration.smarthost),
        "domain": configuration.domain,
        "failed": [one.found for one in checks if one.state == "fail"],
    }
    _path(configuration).write_text(json.dumps(row, ensure_ascii=False), "utf-8")


def last(configuration: Configuration) -> Check:
    """Tell how the last probe of this smarthost ended; a warning if there was none."""
    name, mend = "probe", "Start everything, then try: evenhand doctor --probe"
    try:
        row = json.loads(_path(configuration).read_bytes())
        known = (row["smarthost"], row["domain"]) == (str(configuration.smarthost), configuration.domain)
        at, failed = str(row["at"])[:10], [str(one) for one in row["failed"]]
    except (OSError, ValueError, TypeError, KeyError):
        known, at, failed = False, "", []
    if not known:
        return warn(name, "Whether the smarthost leaves our mail as it is was never tried.", mend)
    if failed:
        return fail(name, f"On {at} the smarthost failed: {' '.join(failed)}", mend)
    return ok(name, f"On {at} the smarthost left our mail as it was.")
