"""Checks the cells of a row, column by column, and brings each into the form in which it is stored."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import lru_cache, partial

from email_validator import EmailNotValidError, validate_email

from evenhand.mail.address import normalise
from evenhand.mail.names import clean_line
from evenhand.orders.imports.rows import COLUMNS
from evenhand.participants.actions import is_ours

__all__ = ["Trouble", "check_cells", "is_order_id"]

Trouble = tuple[str, str]
"""A column and what is wrong with it."""

EMAIL_LIMIT = 254
QUANTITY_LIMIT = 1_000_000

_UNFIT = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_LOCALE = re.compile(r"[a-z]{2,3}(?:-[A-Z][a-z]{3})?(?:-(?:[A-Z]{2}|[0-9]{3}))?\Z")
_QUANTITY = re.compile(r"[0-9]{1,9}\Z")
# Names that no mail goes to from the Internet (RFC 6761, 6762) but which a trial or a house network may well use.
_LOCAL_DOMAIN = re.compile(r"(?:^|\.)(?:invalid|local|localhost)\Z")


class Refused(Exception):
    """A cell is refused; the message says why, to stand behind the column's name."""


def check_cells(values: Mapping[str, str], relay_domain: str) -> tuple[dict[str, str], list[Trouble]]:
    """
    Check a row and give its values in stored form, times in UTC, with every trouble found, not only the first.

    Values in trouble are missing from the result. Addresses under the relay's own domain are refused: mail to them
    would come back to us for ever.
    """
    checked: dict[str, str] = {}
    troubles: list[Trouble] = []
    for column in COLUMNS:
        try:
            checked[column] = _CHECKS[column](values[column].strip())
        except Refused as refusal:
            troubles.append((column, str(refusal)))
    buyer, seller = checked.get("buyer_email"), checked.get("seller_email")
    troubles += [
        (column, f"is an address under our own relay domain {relay_domain}; mail to it would loop")
        for column, address in (("buyer_email", buyer), ("seller_email", seller))
        if address and (_is_under(address, relay_domain) or is_ours(address))
    ]
    if buyer and buyer == seller:
        troubles.append(("buyer_email", "is the seller's address too; nobody buys from themselves"))
    return checked, troubles


def is_order_id(text: str) -> bool:
    """Whether the text may be the number of an order."""
    try:
        return bool(_CHECKS["order_id"](text))
    except Refused:
        return False


def _is_under(address: str, domain: str) -> bool:
    host = address.rpartition("@")[2]
    return host == domain or host.endswith("." + domain)


def _code(value: str, *, limit: int, required: bool = True) -> str:
    """Check what is compared character by character: numbers, states, ids."""
    if not value and required:
        raise Refused("is missing")
    if _UNFIT.search(value):
        raise Refused("has control characters in it")
    if len(value) > limit:
        raise Refused(f"is longer than {limit} characters")
    return value


def _words(value: str, *, limit: int) -> str:
    """Clean what is shown to people."""
    if _SURROGATE.search(value):
        raise Refused("has half a character in it (a lone surrogate)")
    cleaned = clean_line(value)
    if len(cleaned) > limit:
        raise Refused(f"is longer than {limit} characters")
    return cleaned


@lru_cache(maxsize=8192)
def _email(value: str) -> str:
    if not value:
        raise Refused("is missing")
    # The validator knows local names only to refuse them; below a test domain it looks at the rest of them.
    probe = f"{value}.test" if _LOCAL_DOMAIN.search(value.rpartition("@")[2].lower()) else value
    try:
        validate_email(probe, check_deliverability=False, test_environment=True)
    except EmailNotValidError as error:
        raise Refused(f"is not an address: {clean_line(str(error))}") from None
    address = normalise(value)
    if address is None or len(address) > EMAIL_LIMIT:
        raise Refused("is not an address that mail can be sent to")
    return address


@lru_cache(maxsize=8192)
def _moment(value: str, *, required: bool = False) -> str:
    if not value and not required:
        return ""
    if not value:
        raise Refused("is missing")
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        raise Refused("is not a date and time of ISO 8601, such as 2026-03-01T12:00:00+01:00") from None
    if moment.tzinfo is None:
        raise Refused("has no offset from UTC; write 2026-03-01T12:00:00Z or …+01:00")
    # Far from either end of the calendar, so that no offset and no deadline leads past it.
    if not 1990 <= moment.year < 2200:
        raise Refused("is not in this age")
    return moment.astimezone(UTC).isoformat()


def _locale(value: str) -> str:
    if value and not _LOCALE.match(value):
        raise Refused("is not a locale such as de or en-GB")
    return value


def _quantity(value: str) -> str:
    if not value:
        raise Refused("is missing")
    if not _QUANTITY.match(value) or not 1 <= int(value) <= QUANTITY_LIMIT:
        raise Refused(f"is not a whole number from 1 to {QUANTITY_LIMIT:,}")
    return str(int(value))


_CHECKS: dict[str, Callable[[str], str]] = {
    "order_id": partial(_code, limit=100),
    "marketplace": partial(_code, limit=100),
    "status": partial(_code, limit=40),
    "placed_at": partial(_moment, required=True),
    "shipped_at": _moment,
    "delivered_at": _moment,
    "buyer_email": _email,
    "buyer_name": partial(_words, limit=200),
    "buyer_locale": _locale,
    "seller_id": partial(_code, limit=100),
    "seller_name": partial(_words, limit=200),
    "seller_email": _email,
    "sku": partial(_code, limit=100),
    "asin": partial(_code, limit=20, required=False),
    "title": partial(_words, limit=500),
    "quantity": _quantity,
}
