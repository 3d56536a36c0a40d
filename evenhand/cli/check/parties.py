"""Makes facts of what a line says beside the message: the buyer, the sender, the template, links tried, offers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Literal, cast

from evenhand.policy.facts import BuyerFact, OfferFact, SenderFact, TargetFact, TemplateFact

__all__ = ["buyer_of", "offers_of", "sender_of", "targets_of", "template_of", "way_of"]

Instant = Callable[[object], datetime]


def buyer_of(row: Mapping[str, Any]) -> BuyerFact | None:
    """Read `buyer`, or `opted_out` and the like of the line itself; `None` where nothing is said."""
    told = _part(row, "buyer", "buyer_preferences", "preferences")
    if told is None:
        told = {name: row[name] for name in ("opted_out", "stopped", "insider", "country", "consents") if name in row}
        if not told:
            return None
    insider = told.get("insider")
    return BuyerFact(
        opted_out=_flag(told, "opted_out", "opt_out", "optout"),
        stopped=_flag(told, "stopped", "stop_request", "stop_requested"),
        insider="" if insider is False else "insider" if insider is True else None if insider is None else str(insider),
        country=_word(told, "country", "jurisdiction"),
        consents=_flag(told, "consents", "consent"),
    )


def sender_of(row: Mapping[str, Any], instant: Instant) -> SenderFact | None:
    """Read `sender`: the seller's account; `None` where nothing is said."""
    told = _part(row, "sender", "sender_account", "account")
    if told is None:
        return None
    until = told.get("restricted_until") or told.get("until")
    restriction = _word(told, "restriction", "state")
    return SenderFact(
        address=_word(told, "address", "from") or "",
        is_approved=_flag(told, "is_approved", "approved", "authorised", "authorized"),
        restriction=None
        if restriction is None
        else "template-only"
        if restriction.startswith("template")
        else "barred"
        if restriction in {"barred", "restricted", "proactive-barred"}
        else "",
        restricted_until=instant(until) if until is not None else None,
        sent_today=_count(told, "sent_today", "messages_today"),
        daily_orders=_figure(told, "daily_orders", "average_daily_orders"),
    )


def template_of(row: Mapping[str, Any]) -> TemplateFact | None:
    """Read `template`: its name or what is known of it, `""` for words written freely; `None` where nothing is said."""
    if isinstance(row.get("template"), str):
        return TemplateFact(row["template"])
    told = _part(row, "template", "template_state")
    if told is None:
        return None
    unfilled = told.get("unfilled")
    return TemplateFact(
        name=_word(told, "name", "id") or "",
        is_platforms=bool(_flag(told, "is_platforms", "platform")),
        is_changed=bool(_flag(told, "is_changed", "changed")),
        adds_order_id=bool(_flag(told, "adds_order_id")),
        unfilled=tuple(str(one) for one in unfilled) if isinstance(unfilled, list) else (),
    )


def offers_of(row: Mapping[str, Any], instant: Instant) -> OfferFact | None:
    """Read `platform_actions`: what the marketplace offers to send for the order; an empty list is nothing."""
    told = row.get("platform_actions", row.get("offers"))
    if isinstance(told, Mapping):
        at = told.get("read_at")
        actions = told.get("actions")
        return OfferFact(_all(actions), instant(at) if at is not None else None)
    return OfferFact(_all(told)) if isinstance(told, list) else None


def targets_of(row: Mapping[str, Any]) -> Sequence[TargetFact] | None:
    """Read `links`: addresses that were tried, each with `answered` or its `status`; `None` where nothing is said."""
    told = row.get("links", row.get("targets"))
    if not isinstance(told, list):
        return None
    found = []
    for one in told:
        if isinstance(one, Mapping) and ("answered" in one or "status" in one or "failure" in one):
            status = one.get("status")
            failed = bool(one.get("failure")) or (isinstance(status, int) and status >= 400)
            answered = bool(one.get("answered", not failed)) and not failed
            address = _word(one, "address", "url", "target", "href") or ""
            found.append(TargetFact(address, answered, "" if answered else str(one.get("failure") or status or "")))
    return tuple(found)


def way_of(row: Mapping[str, Any]) -> Literal["free", "contact-reason", "template", "interface"] | None:
    """Read `way`: how the message is sent; `None` where nothing of the kind is said."""
    way = str(row.get("way") or "").lower().replace("_", "-").replace(" ", "-")
    way = {"mail": "free", "free-mail": "free", "api": "interface", "reason": "contact-reason"}.get(way, way)
    known = {"free", "contact-reason", "template", "interface"}
    return cast(Literal["free", "contact-reason", "template", "interface"], way) if way in known else None


def _part(row: Mapping[str, Any], *names: str) -> Mapping[str, Any] | None:
    return next((row[name] for name in names if isinstance(row.get(name), Mapping)), None)


def _flag(row: Mapping[str, Any], *names: str) -> bool | None:
    return next((row[name] for name in names if isinstance(row.get(name), bool)), None)


def _word(row: Mapping[str, Any], *names: str) -> str | None:
    return next((row[name] for name in names if isinstance(row.get(name), str)), None)


def _count(row: Mapping[str, Any], *names: str) -> int | None:
    figure = _figure(row, *names)
    return None if figure is None else int(figure)


def _figure(row: Mapping[str, Any], *names: str) -> float | None:
    return next(
        (row[name] for name in names if isinstance(row.get(name), int | float) and not isinstance(row[name], bool)),
        None,
    )


def _all(value: object) -> Sequence[str]:
    return tuple(str(one) for one in value) if isinstance(value, list) else ()
