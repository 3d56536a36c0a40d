"""Weighs what a server in front says of DKIM and SPF: the check was its own, the alignment is ours."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

from evenhand.connectors.authentication.alignment import Alignment
from evenhand.connectors.authentication.evidence import Evidence
from evenhand.connectors.dns import Unanswered
from evenhand.mail.front import Claim

__all__ = ["weigh_claims"]

TRIES_LIMIT = 5


def weigh_claims(method: Literal["dkim", "spf"], claims: Sequence[Claim], alignment: Alignment) -> Iterator[Evidence]:
    """
    Tell of each pass whether its domain is aligned with From; of a method without a pass, that it failed.

    There may be many signatures, the aligned ones are weighed first and at most five. There is one envelope: if two
    fields speak of it differently, one of them may be the sender's, and neither counts.
    """
    said = [claim for claim in claims if claim.method == method]
    if method == "spf" and len(set(said)) > 1:
        yield Evidence("fail", note="front: it contradicts itself about spf")
        return
    passed = list(dict.fromkeys(claim.domain for claim in said if claim.result == "pass" and claim.domain))
    if not passed:
        results = ", ".join(sorted({claim.result for claim in said}))
        yield Evidence("fail", note=f"front: {method}={results}")
    near = [domain for domain in passed if alignment.conceivable(domain)]
    near.sort(key=lambda domain: domain != alignment.from_domain)
    strangers = [domain for domain in passed if domain not in near]
    if strangers:
        yield Evidence("fail", note=f"front: {method}=pass for {', '.join(strangers[:3])}, not aligned")
    for domain in near[:TRIES_LIMIT]:
        yield _weighed(method, domain, alignment)


def _weighed(method: Literal["dkim", "spf"], domain: str, alignment: Alignment) -> Evidence:
    aligned = alignment.holds(domain, "adkim" if method == "dkim" else "aspf")
    note = f"front: {method}=pass for {domain}"
    if isinstance(aligned, Unanswered):
        return Evidence("temporary", domain, f"{note}; {aligned.reason}")
    return Evidence("pass", domain, note) if aligned else Evidence("fail", domain, f"{note}, not aligned")
