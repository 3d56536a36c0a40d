"""Makes facts of what a line or file says: tolerant of spellings and strict about types."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from evenhand.cli.check.parties import buyer_of, offers_of, sender_of, targets_of, template_of, way_of
from evenhand.policy import AttachmentFact, EarlierMessage, Facts, OrderFact
from evenhand.policy.facts import EarlierRequest, ImageFact

__all__ = ["Unusable", "facts_of", "instant", "order_of"]

_SOME_TIME = datetime(1970, 1, 1, tzinfo=UTC)
"""When something happened of which only that it did is told."""


class Unusable(ValueError):
    """What was given can't be judged; says what to write instead."""


def facts_of(row: Mapping[str, Any], now: datetime | None = None, order: Mapping[str, Any] | None = None) -> Facts:
    """
    Make facts of one message; `now` and `order` stand in where the row has none.

    Unless told otherwise the author is the seller, and the seller opened the thread. Raises `Unusable`.
    """
    text, html = _words(row, "text"), _words(row, "html")
    if not text and not html and not _words(row, "subject"):
        raise Unusable("give the message as “text” or “html”")
    told = row.get("order", order)
    answers = row.get("opened_by") == "buyer" or row.get("class") == "reply"
    return Facts(
        text=text,
        now=instant(row["now"]) if row.get("now") is not None else now,
        author="seller",
        subject=_words(row, "subject"),
        html=html,
        quoted=_words(row, "quoted"),
        order=order_of(told) if told is not None else None,
        attachments=tuple(_attachment(number, one) for number, one in enumerate(_rows(row, "attachments"), 1)),
        images=tuple(_image(one) for one in _rows(row, "images")) if "images" in row else None,
        earlier=tuple(_earlier(one) for one in _rows(row, "earlier", "thread"))
        if "earlier" in row or "thread" in row
        else None,
        requests=_requests(row, told),
        opened_by="buyer" if answers else "seller",
        purpose=_words(row, "purpose") if "purpose" in row else None,
        audience=_words(row, "audience") or _words(row, "filter") if {"audience", "filter"} & set(row) else None,
        lang=_words(row, "lang")[:2].lower() or None,
        buyer_locale=_locale(row),
        origin=_words(row, "origin") or "mail",
        buyer=buyer_of(row),
        sender=sender_of(row, instant),
        template=template_of(row),
        offers=offers_of(row, instant),
        targets=targets_of(row),
        is_customer=_flag(row, "is_customer", "customer"),
        is_apart=_flag(row, "is_apart", "apart"),
        way=way_of(row),
    )


def _locale(row: Mapping[str, Any]) -> str | None:
    buyer = row.get("buyer")
    for place in (row, buyer if isinstance(buyer, Mapping) else {}):
        for name in ("buyer_locale", "locale", "language"):
            if isinstance(place.get(name), str):
                return str(place[name])
    return None


def _flag(row: Mapping[str, Any], *names: str) -> bool | None:
    return next((row[name] for name in names if isinstance(row.get(name), bool)), None)


def instant(value: object) -> datetime:
    """Read an ISO 8601 instant or date, in UTC where no zone is given; raises `Unusable`."""
    try:
        if isinstance(value, int | float) and not isinstance(value, bool):
            return datetime.fromtimestamp(value, UTC)
        at = datetime.fromisoformat(str(value).strip())
        return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except (ValueError, OverflowError, OSError):
        raise Unusable(f"“{str(value)[:40]}” is no instant; write it like 2026-03-01T10:00:00Z") from None


def order_of(row: object) -> OrderFact:
    """Make the fact of an order; raises `Unusable`."""
    if isinstance(row, str):
        row = {"id": row}
    if not isinstance(row, Mapping):
        raise Unusable("“order” is an object with “id”, “placed_at” and so on")
    products = next((row[name] for name in ("products", "asins", "items") if name in row), None)
    if products is not None:
        products = tuple(_product(one) for one in _list(products, "products"))
    elif row.get("asin") or row.get("product"):
        products = (str(row.get("asin") or row.get("product")),)
    placed = _date(row, "placed_at", "placed", "ordered_at", "order_date", "purchase_date")
    return OrderFact(
        number=str(row.get("id") or row.get("number") or row.get("order_id") or ""),
        marketplace=str(row.get("marketplace") or ""),
        status=str(row.get("status") or ("cancelled" if _all_cancelled(row.get("items")) else "")),
        placed_at=placed,
        shipped_at=_date(row, "shipped_at", "shipped", "ship_date"),
        delivered_at=_date(row, "delivered_at", "delivered", "delivery_date"),
        products=products,
        promised_from=_date(row, "promised_from", "earliest_delivery", "earliest_delivery_date"),
        promised_until=_date(row, "promised_until", "latest_delivery", "latest_delivery_date"),
        completed_at=_date(row, "completed_at", "completed"),
        completed_after=_date(row, "completed_after"),
        completed_before=_date(row, "completed_before"),
        related=tuple(str(one) for one in _list(row.get("related") or (), "related")),
    )


def _all_cancelled(items: object) -> bool:
    """Whether a list of items says of each that it was cancelled."""
    if not isinstance(items, Sequence) or isinstance(items, str) or not items:
        return False
    rows = [one for one in items if isinstance(one, Mapping)]
    gone = [
        one for one in rows if one.get("cancelled") is True or str(one.get("status", "")).lower().startswith("cancel")
    ]
    return len(gone) == len(items)


def _date(row: Mapping[str, Any], *names: str) -> datetime | None:
    value = next((row[name] for name in names if row.get(name) is not None), None)
    return None if value is None or isinstance(value, bool) else instant(value)


def _product(one: object) -> str:
    if isinstance(one, Mapping):
        return str(one.get("asin") or one.get("id") or one.get("product") or "")
    return str(one)


def _requests(row: Mapping[str, Any], order: object) -> tuple[EarlierRequest, ...] | None:
    places = [row, order] if isinstance(order, Mapping) else [row]
    names = ("review_requests", "requests", "history", "earlier_requests", "prior_review_requests", "requests_sent")
    for place in places:
        for name in names:
            value = place.get(name)
            if value is None:
                continue
            if isinstance(value, bool | int):
                return (EarlierRequest(_SOME_TIME),) * min(int(value), 100)
            return tuple(_request(one) for one in _list(value, name))
        for name in ("review_requested", "review_request_sent", "requested"):
            if isinstance(place.get(name), bool):
                return (EarlierRequest(_SOME_TIME),) if place[name] else ()
    return None


def _request(one: object) -> EarlierRequest:
    if not isinstance(one, Mapping):
        return EarlierRequest(instant(one))
    at = one.get("at") or one.get("sent_at") or one.get("date")
    outcome = str(one.get("outcome") or one.get("status") or "sent")
    return EarlierRequest(
        instant(at) if at is not None else _SOME_TIME,
        "refused" if outcome in {"refused", "failed", "not_sent"} else "unknown" if outcome == "unknown" else "sent",
        one.get("by_platform") is True or one.get("by") in {"platform", "marketplace"},
    )


def _earlier(one: object) -> EarlierMessage:
    if isinstance(one, str):
        return EarlierMessage("buyer", _SOME_TIME, one)
    if not isinstance(one, Mapping):
        raise Unusable("“earlier” is a list of objects with “by” and “text”")
    at = one.get("at")
    return EarlierMessage(
        "seller" if one.get("by", one.get("from")) == "seller" else "buyer",
        instant(at) if at is not None else _SOME_TIME,
        str(one.get("text", "")),
    )


def _attachment(number: int, one: object) -> AttachmentFact:
    row = one if isinstance(one, Mapping) else {"name": str(one)}
    media_type = str(row.get("type") or row.get("media_type") or "application/octet-stream")
    text = row.get("text")
    return AttachmentFact(
        number,
        str(row.get("name") or f"file {number}"),
        media_type,
        media_type,
        int(row["size"]) if isinstance(row.get("size"), int) else 0,
        text=str(text) if text is not None else None,
        serves=str(row["serves"]) if isinstance(row.get("serves"), str) else None,
    )


def _image(one: object) -> ImageFact:
    row = one if isinstance(one, Mapping) else {"source": str(one)}
    text = row.get("text")
    return ImageFact(
        str(row.get("source") or row.get("src") or "picture"),
        str(text) if text is not None else None,
        kind=str(row["kind"]) if isinstance(row.get("kind"), str) else None,
        media_type=str(row["type"]) if isinstance(row.get("type"), str) else None,
        **{name: int(row[name]) for name in ("width", "height", "frames") if isinstance(row.get(name), int)},
    )


def _words(row: Mapping[str, Any], name: str) -> str:
    value = row.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise Unusable(f"“{name}” is a string")
    return value


def _rows(row: Mapping[str, Any], *names: str) -> Sequence[Any]:
    value = next((row[name] for name in names if row.get(name) is not None), ())
    return _list(value, names[0])


def _list(value: object, name: str) -> Sequence[Any]:
    if isinstance(value, str) or not isinstance(value, Sequence):
        raise Unusable(f"“{name}” is a list")
    return value
