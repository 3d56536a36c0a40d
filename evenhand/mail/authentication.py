"""What is known of a mail's author by its domain: the outcome of DKIM, SPF and alignment, as a value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["AuthenticationResult"]


@dataclass(frozen=True, slots=True)
class AuthenticationResult:
    """
    Whether the domain in From vouches for a mail (the test of DMARC, RFC 9989, without the domain's policy).

    `pass`: an aligned DKIM signature or an aligned SPF pass, named by `method` and `domain`, or the word of the server
    in front that there was one (`dmarc`), or of the participant themselves, signed in (`owner`). `fail`: there was
    evidence and it does not hold. `none`: there was nothing to test. `temporary`: the DNS could not be asked; try
    again, and take it for neither. `detail` is for the operator: it holds foreign names, and is at most 300 characters.
    """

    verdict: Literal["pass", "fail", "none", "temporary"]
    method: Literal["dkim", "spf", "dmarc", "owner", ""] = ""
    domain: str = ""
    detail: str = ""
