"""Reads figures that stand for letters: r3v1ew, c0up0n, 5tars; part numbers, units and codes stay as they are."""

from __future__ import annotations

import re

__all__ = ["GUILTY", "figures"]

_WORD = re.compile(r"(?<![\w@.€$])[\w@$€!]{3,24}(?![\w@])")
_MIXED = re.compile(r"[^\W\d_][0134578@$€!]+[^\W\d_]|(?<![^\W_])[0134578@$€]+[^\W\d_]{2}|[^\W\d_]{3}[0134578@$€]+$")
_LETTERS = str.maketrans("0134578@$€!", "oieastbasei")
_ALSO = str.maketrans("1", "l")
GUILTY = re.compile(
    "review|rating|leave|please|write|coupon|voucher|gift|free|star|discount|refund|feedback|positive|cash|promo|code|bonus|reward|contact"
    "|happy|delete|remove|change|update|gmail|email|mail|whatsapp|telegram|paypal|insta|facebook|signal|follow|prize|wechat|skype|viber"
    "|bewert|rezension|gutschein|rabatt|gratis|geschenk|stern|avis|cadeau|remise|etoile|rese|opinion|regal|descuento"
    "|estrella|sconto|recens|buono|omaggio|stelle|desconto|avalia|cupom|brinde|korting|beoord|sterren|opini|rabat|prezent"
    "|gwiazd|kupon|recension|omdome|present|stjarn|hediye|indirim|yorum|yildiz|offer|deal|sale|shop|five|money|telefon|phone"
)
"""What is worth disguising: only a word that then reads so is read so."""


def figures(text: str) -> str:
    """
    Write letters for the figures in a folded text where that makes a word worth disguising; no length changes.

    >>> figures("a c0up0n for part b000test01, 24v, in a4, em@il us, winter15")
    'a coupon for part b000test01, 24v, in a4, email us, winter15'
    """
    return _WORD.sub(_read, text)


def _read(hit: re.Match[str]) -> str:
    word = hit[0].rstrip("!")
    if word.isalpha() or not _MIXED.search(word):
        return hit[0]
    after = hit.string[hit.end() : hit.end() + 1]
    if "@" in word and after and after in ".-":
        # What goes on after a sign of a mailbox is one.
        return hit[0]
    for read in (word.translate(_LETTERS), word.translate(_ALSO).translate(_LETTERS)):
        if read.isalpha() and GUILTY.search(read):
            return read + hit[0][len(word) :]
    return hit[0]
