"""Which files a pack lets a message bring: by what they are, how large they are, and what stands in them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from evenhand.policy.case import Case, Link
from evenhand.policy.contact import contacts
from evenhand.policy.facts import AttachmentFact
from evenhand.policy.parameters import Parameters
from evenhand.policy.rule import Check
from evenhand.policy.verdict import Hit

__all__ = ["CHECKS"]

_ENDINGS: Mapping[str, str] = {
    "txt": "text/plain", "text": "text/plain", "pdf": "application/pdf", "doc": "application/msword",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "jpg": "image/jpeg", "jpeg": "image/jpeg", "jpe": "image/jpeg", "gif": "image/gif", "png": "image/png",
}  # fmt: skip
_RUNS = re.compile(
    r"(?i)\.(?:exe|com|scr|bat|cmd|js|jse|vbs?|vbe|wsf|wsh|ps1|msi|msix|jar|apk|app|dmg|iso|img|lnk|hta|cpl|pif|reg|html?"
    r"|svg|docm|dotm|xlsm|zip|rar|7z|gz|tar|mp4|mov|avi|eml|msg)$"
)
_UNKNOWN = frozenset({"", "application/octet-stream"})
_SPEAKING = frozenset(
    {"positive-only", "happy-only", "divert-negative", "change-or-remove-review", "incentive", "coupon", "marketing"}
)
_OUT = frozenset({"shortener", "storefront", "messenger", "mailto", "tel", "third-party", "data"})
_OFFICE = re.compile(
    r"(?:^|[.-])(?:gov|gob|gouv|govt|go|gc|admin|tax|taxes|finanz|finances|impots|sat|hacienda|agenziaentrate"
    r"|efatura|bund|europa|ksef)(?:[.-]|$)"
)


def type_not_allowed(case: Case, parameters: Parameters) -> Iterator[Hit]:
    """Find files of a kind that is not on the list, or whose name says another kind than their content."""
    for one in case.facts.attachments:
        if not _is_allowed(one, parameters):
            yield Hit(one.name, attachment=one.ordinal, excerpt=one.name)


def _is_allowed(one: AttachmentFact, parameters: Parameters) -> bool:
    name = one.name.strip().rstrip(". ").lower()
    named = _ENDINGS.get(name.rpartition(".")[2] if "." in name else "", "")
    media_type = one.media_type.lower().partition(";")[0].strip()
    if _RUNS.search(name) or one.kind in {"runs", "packed", "mail", "disguised"}:
        return False
    if media_type in _UNKNOWN:
        # Nobody looked inside; a name with an allowed ending is all there is to go by.
        return named in parameters.attachment_types
    return media_type in parameters.attachment_types and named in {"", media_type}


def too_large(case: Case, parameters: Parameters) -> Iterator[Hit]:
    """Find files that are too large together, or too many for the marketplace's interface."""
    files = case.facts.attachments
    if sum(one.size for one in files) >= parameters.attachments_below:
        largest = max(files, key=lambda one: one.size)
        yield Hit(largest.name, excerpt=largest.name, attachment=largest.ordinal)
    elif len(files) > parameters.attachments_most and case.facts.way in {"interface", "contact-reason"}:
        extra = files[parameters.attachments_most]
        yield Hit(extra.name, excerpt=extra.name, attachment=extra.ordinal)


def forbidden_inside(case: Case, _: Parameters) -> Iterator[Hit]:
    """Find in what could be read of files and pictures the acts, links and ways out that no message may have."""
    for kind in sorted(_SPEAKING):
        yield from (hit for hit in case.done(kind) if _is_beside(hit.part))
    for part in case.parts:
        if _is_beside(part.name):
            for one in contacts(part.folded.text):
                start, end = part.place(one.start, one.end)
                yield Hit(part.name, start, end, part.excerpt(one.start, one.end), (), one.confidence, part.attachment)
    for link in case.links:
        if _is_beside(link.part) and link.kind in _OUT and not _is_office(link, case):
            part_of = case.part(link.part)
            yield Hit(link.part, link.start, link.end, link.shown, attachment=part_of.attachment if part_of else 0)


def _is_beside(part: str) -> bool:
    return part not in {"subject", "text", "html"}


def _is_office(link: Link, case: Case) -> bool:
    """Whether a link of an invoice leads to an authority, where it can be verified."""
    part = case.part(link.part)
    one = next((one for one in case.facts.attachments if part and one.ordinal == part.attachment), None)
    is_invoice = one is not None and (one.serves in {None, "invoice", "legal-document"})
    return is_invoice and link.kind == "third-party" and bool(_OFFICE.search(link.host))


CHECKS: Mapping[str, Check] = {
    "attachment-type": type_not_allowed,
    "attachment-size": too_large,
    "attachment-content": forbidden_inside,
}
