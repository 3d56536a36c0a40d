"""The report of a backtest as a page that needs nothing else: charts drawn here, a table behind each, no scripts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from django.template.loader import render_to_string

from evenhand.cli.backtest.charts import Bars, Columns, bars, columns

__all__ = ["page"]

_MOST = 12
"""How many rules the chart shows; the table has them all."""


def page(told: Mapping[str, Any]) -> str:
    """Draw the page of a report."""
    rules: Sequence[Mapping[str, Any]] = told["rules"]
    changed = [one for one in rules if one["new"] or one["gone"] or one["sterner"] or one["milder"]]
    shown = [one for one in changed if one["new"] or one["gone"]][:_MOST]
    return render_to_string(
        "backtest/report.html",
        {
            "told": told,
            "books": told["judged_before_by"].items(),
            "actions": _of_actions(told["actions"]),
            "rules": _of_rules(shown),
            "more": len(changed) - len(shown),
            "spans": [{**one, "label": _label(one)} for one in told["spans"]],
            "times": _of_spans(told["spans"]),
            "changed": changed,
            "shifted": any(one["sterner"] or one["milder"] for one in changed),
            "same": [one for one in rules if one not in changed],
            "quoted": [one for one in changed if one["examples"]["new"] or one["examples"]["gone"]],
        },
    )


def _of_actions(rows: Sequence[Mapping[str, Any]]) -> Bars:
    return bars([(one["action"], (one["before"], one["after"])) for one in rows])


def _of_rules(rows: Sequence[Mapping[str, Any]]) -> Bars:
    return bars([(one["rule"], (one["gone"], one["new"])) for one in rows], zeros=False)


def _of_spans(rows: Sequence[Mapping[str, Any]]) -> Columns:
    return columns([(_label(one), _share(one, "stopped_before"), _share(one, "stopped_after")) for one in rows])


def _share(one: Mapping[str, Any], name: str) -> float:
    return 100 * one[name] / one["messages"] if one["messages"] else 0.0


def _label(one: Mapping[str, Any]) -> str:
    start, end = date.fromisoformat(one["start"]), date.fromisoformat(one["end"]) - timedelta(days=1)
    return f"{start:%-d %b %Y}" if start == end else f"{start:%-d %b} – {end:%-d %b %Y}"
