"""Recipient filters: which of their conditions go with how satisfied a buyer is."""

from __future__ import annotations

import re
from collections.abc import Iterator

__all__ = ["correlates"]

_CONDITION = re.compile(
    r"(?i)\b([a-z][a-z0-9_.]*)\s*(?:=|!=|<>|<=|>=|<|>|\bis\b|\bin\b|\bnot\b)\s*(?:\([^)]*\)|\"[^\"]*\"|'[^']*'|[\w.+-]+)"
)
_TELLING = re.compile(
    r"(?i)rating|stars?|score|nps|csat|sentiment|satisf|happy|mood|feedback|review(?!_requested|_request|ed_by_us)|return|refund"
    r"|claim|complain|dispute|chargeback|replac|defect|late|delay|problem|issue|contacted|message_count|praise|cancelled_item"
)
_NEUTRAL = re.compile(
    r"(?i)^(?:review_requested|review_request_sent|requested|feedback_requested|cancelled|canceled|delivered)$"
)


def correlates(audience: str) -> Iterator[tuple[int, int, str]]:
    """
    Give the place and the field of every condition that picks buyers by how it went, or goes along with it.

    Who returned, complained or was refunded is less content than others: to leave them out is to ask the happy.

    >>> list(correlates("buyer_rating >= 4 and marketplace = DE"))
    [(0, 17, 'buyer_rating')]
    """
    for hit in _CONDITION.finditer(audience):
        field = hit[1].rsplit(".", 1)[-1]
        if _TELLING.search(field) and not _NEUTRAL.match(field):
            yield hit.start(), hit.end(), field
