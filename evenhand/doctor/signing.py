"""Examines the keys our mail is signed with, and whether their records are published."""

from __future__ import annotations

import base64
import binascii
import re
import stat
from collections.abc import Iterator

from evenhand.configuration import Configuration
from evenhand.connectors.dns import Found, Inquiry, Unanswered
from evenhand.doctor.check import Check, fail, ok, skip, warn
from evenhand.relay.keys import Damaged, Kept, domains, folder, read

__all__ = ["examine", "published"]

_TAG = re.compile(r"\s*([A-Za-z][A-Za-z0-9_]*)\s*=\s*(.*?)\s*\Z", re.DOTALL)


def examine(configuration: Configuration, inquiry: Inquiry) -> Iterator[Check]:
    """Compare every key of every domain of ours with its record."""
    if not configuration.dkim:
        yield warn(
            "DKIM",
            "Outgoing mail is not signed here, since dkim is off.",
            "Let the smarthost sign for this domain, or leave EVENHAND_DKIM out.",
        )
        return
    kept = read(configuration, configuration.domain)
    if not kept:
        yield fail(
            "DKIM", "There is no key yet, so mail goes unsigned.", "Make one and see its record: evenhand dkim show"
        )
    yield from _folder(configuration)
    for domain in dict.fromkeys([configuration.domain, *domains(configuration)]):
        found = read(configuration, domain)
        name = "DKIM" if domain == configuration.domain else f"DKIM of {domain}"
        if isinstance(found, Damaged):
            yield fail(name, f"{found.reason}; mail goes unsigned.", "Bring the file back from the backup.")
            continue
        for one in found:
            yield _record(name, domain, one, inquiry)


def _folder(configuration: Configuration) -> Iterator[Check]:
    open_ = [path for path in folder(configuration).glob("*.json") if stat.S_IMODE(path.stat().st_mode) & 0o077]
    if open_:
        yield fail("DKIM keys", f"Others may read {open_[0]}.", f"Close it: chmod 600 {open_[0]}")


def _record(name: str, domain: str, kept: Kept, inquiry: Inquiry) -> Check:
    answer = inquiry.ask(f"{kept.selector}._domainkey.{domain}", "TXT")
    if isinstance(answer, Unanswered):
        return fail(name, f"The DNS could not be asked: {answer.reason}.", "Check this machine's name servers.")
    why = published(domain, kept, inquiry)
    if not why:
        says = {"next": "; it waits for “evenhand dkim switch”", "retired": "; it is retired", "signing": ""}
        return ok(name, f"The record of {kept.selector} ({kept.algorithm}) is our key's{says[kept.state]}.")
    if kept.state == "signing":
        return fail(name, why, "See it in full: evenhand dkim show")
    if kept.state == "next":
        return warn(name, why, "Publish it, then run: evenhand dkim switch")
    return skip(name, f"The record of the retired key {kept.selector} is gone.")


def published(domain: str, kept: Kept, inquiry: Inquiry) -> str:
    """Say why a receiver would not find this key in the DNS, or nothing if it would."""
    name = f"{kept.selector}._domainkey.{domain}"
    answer = inquiry.ask(name, "TXT")
    if isinstance(answer, Unanswered):
        return f"The DNS could not be asked for {name}: {answer.reason}."
    records = [text for text in answer.records if _is_key(text)] if isinstance(answer, Found) else []
    if not records:
        return f"{name} has no key record."
    if len(records) > 1:
        return f"{name} has {len(records)} key records, which counts as none."
    if _public(records[0]) != _public(kept.record):
        return f"{name} publishes another key than ours."
    return ""


def _is_key(text: str) -> bool:
    return "p" in _tags(text)


def _tags(text: str) -> dict[str, str]:
    found = [match for part in text.split(";") if (match := _TAG.match(part))]
    return {match.group(1): match.group(2) for match in found}


def _public(text: str) -> tuple[str, bytes]:
    tags = _tags(text)
    try:
        return tags.get("k", "rsa"), base64.b64decode(re.sub(r"\s+", "", tags["p"]), validate=True)
    except binascii.Error:
        return "", b""
