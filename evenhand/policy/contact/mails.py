"""Mail addresses, written plainly, in disguise, or spelled out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from evenhand.policy.contact.contact import Contact
from evenhand.policy.contact.words import MOST

__all__ = ["mails"]

_OPEN, _SHUT = r"[\[({<〔【「]", r"[\])}>〕】」]"
_CALLED = (
    "at|et|a|arroba|arobase|arobas|chiocciola|chiocciolina|malpa|a commerciale|apenstaartje|snabel-a|snabela|kanelbulle"
    "|kuyruklu[ -]a|klammeraffe|affenschwanz|アットマーク|アット|あっと|艾特|圈a"
)
_SAID = (
    "at|arroba|arobase|arobas|chiocciola|chiocciolina|malpa|apenstaartje|snabel-a|snabela|kuyruklu[ -]a|klammeraffe"
    "|アットマーク|アット|あっと|艾特|圈a"
)
_AT = rf"(?: ?@ ?| ?{_OPEN} ?(?:@|{_CALLED}) ?{_SHUT} ?| [+·-]? ?(?:{_SAID}) ?[+·-]? | ?☆ ?)"
_SPOTS = "dot|d0t|punkt|point|punto|puntino|ponto|pontinho|punt|kropka|nokta|prick|stip|ドット|どっと|点|點"
_DOT = (
    rf"(?:\.| ?{_OPEN} ?(?:\.|{_SPOTS}) ?{_SHUT} ?| [+·-]? ?(?:{_SPOTS}) ?[+·-]? | [.·] |(?:点|點)"
    r"|\. (?=(?:com|net|org|example)(?!\w)))"
)
_DASH = r"(?:-| (?:dash|hyphen|strich|minus|tiret|guion|trattino|hifen|streepje|myslnik|bindestreck|tire) )"
_EMAIL = re.compile(
    rf"(?<![\w.+-])[a-z0-9][\w.+-]{{0,63}}{_AT}[a-z0-9][a-z0-9-]{{0,62}}(?:{_DASH}[a-z0-9]{{1,62}}){{0,3}}"
    rf"(?:{_DOT}[a-z0-9-]{{1,62}}){{1,4}}(?![\w@-])"
)
_HINT = re.compile(rf"[@☆+]|{_OPEN} ?(?:{_CALLED}) ?{_SHUT}|(?<!\w)(?:{_SAID})(?!\w)|アット|あっと|艾特|圈a")
_SHOP_AT = re.compile(
    r"(?<!\w)(?:shop|name\w*|nome|nom|nombre|naam|nazwa|namn\w*|first|then|dann|puis|luego|poi|depois|dan|potem|sen|sonra)"
    r"(?: |, |,? ?[\"'+]{1,2} ?)(?:the |das |l'|la |o |een |den |ett )?"
    r"(?:at(?: sign)?|arroba|arobase|chiocciola|apenstaartje|malpa|snabel-a|at-zeichen|klammeraffe|kuyruklu a)(?!\w)"
    r"[^\n!?]{1,40}(?<!\w)(?:dot|punkt|point|punto|ponto|punt|kropka|nokta|example|com)(?!\w)"
    r"|(?<!\w)(?:arroba|arobase|chiocciola|apenstaartje|snabel-a|klammeraffe|kuyruklu[ -]a)(?!\w)[^\n!?]{1,40}"
    r"(?<!\w)(?:dot|punkt|point|punto|ponto|punt|prick|kropka|nokta)"
    r" (?:example|com|net|org|de|fr|es|it|pt|nl|pl|se)(?!\w)"
)
_MASKED = re.compile(r"@(?:[\w-]+\.)*(?:marketplace\.amazon\.[a-z.]+|relay\.[\w.-]+|marketplace\.[\w.-]*example)$")
_UNITS = re.compile(r"^\s*@?\s*\d")
_DOMAIN = re.compile(
    r"(?:com|net|org|example|de|fr|es|it|pt|br|nl|pl|se|tr|jp|cn|eu|io|co|info|me|uk|test)\s*[\])}>]?$"
)
_ABOUT_MAIL = re.compile(
    r"(?<!\w)(?:[e ]-?mail\w*|mail\w*|correo|courriel|poczt\w*|mejl\w*|e-?posta\w*)(?!\w)|メール|邮箱|信箱"
)
_NO_MAILBOX = re.compile(
    r"(?:look|looking|have|us|out|shop|visit|find|available|store|only|me|write|see|order|here|website|online|it|them|sold"
    r"|page|site|form|charged|rated|starts?|prices?)$"
)
"""Words before "at" that name no mailbox: "look at acme dot example" is a link."""


def mails(text: str) -> Iterator[Contact]:
    """Find mail addresses; not the service's own, and no handles such as "on Insta @lamps.example"."""
    if not _HINT.search(text):
        return
    for hit in islice(_EMAIL.finditer(text), MOST):
        written = hit[0]
        if _MASKED.search(written) or _UNITS.match(written.partition("@")[2] if "@" in written else ""):
            continue
        if (
            " @" in written
            and "@ " not in written
            and not _ABOUT_MAIL.search(text[max(0, hit.start() - 40) : hit.end()])
        ):
            continue
        plain = "@" in written and " " not in written
        if not plain and not _DOMAIN.search(written):
            continue
        if not plain and _NO_MAILBOX.match(written.split()[0]):
            continue
        yield Contact("email", *hit.span(), 0.98 if plain else 0.9)
    for hit in islice(_SHOP_AT.finditer(text), MOST):
        yield Contact("email", *hit.span(), 0.8)
