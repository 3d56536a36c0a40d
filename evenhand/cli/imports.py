"""The command that takes over a marketplace's orders from a file."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Literal

import click

from evenhand.cli.faults import Fault
from evenhand.cli.flags import data_flag, domain_flag
from evenhand.cli.surroundings import installation

__all__ = ["import_"]

_KINDS: dict[str, Literal["csv", "jsonl"]] = {".csv": "csv", ".jsonl": "jsonl", ".ndjson": "jsonl"}
_File = click.Path(path_type=Path, exists=True, dir_okay=False, readable=True)


@click.group("import")
def import_() -> None:
    """Take over data from files."""


@import_.command()
@click.argument("file", type=_File)
@data_flag
@domain_flag
def orders(*, file: Path) -> None:
    """
    Import the orders in FILE (.csv or .jsonl), one row for each item, and open their conversations.

    \b
    Columns: order_id, marketplace, status, placed_at, shipped_at, delivered_at, buyer_email, buyer_name,
    buyer_locale, seller_id, seller_name, seller_email, sku, asin, title, quantity.

    Importing the same file again changes nothing. Rows with faults are named on the standard error, nothing of their
    orders is imported, and the exit code is 1.
    """  # noqa: D301  \b is an order to click, not to the reader
    kind = _KINDS.get(file.suffix.lower())
    if kind is None:
        raise click.BadParameter(f"{file} ends neither in .csv nor in .jsonl.", param_hint="FILE")
    with installation(migrate=True):
        refused = _import(file, kind)
    if refused:
        raise Fault(code=1)


def _import(file: Path, kind: Literal["csv", "jsonl"]) -> int:
    # Imported here because they need Django to be set up.
    from django.utils import timezone

    from evenhand.conversations.actions import open_conversations
    from evenhand.orders.imports import import_orders

    with click.progressbar(
        length=file.stat().st_size, label=f"Importing {file.name}", file=sys.stderr, hidden=not sys.stderr.isatty()
    ) as bar:
        report = import_orders(
            file,
            kind=kind,
            now=timezone.now(),
            after=open_conversations,
            progress=lambda reached: bar.update(reached - bar.pos),
        )
    for row in report.refused:
        click.echo(f"{file.name} line {row.line}{f', {row.column}' if row.column else ''}: {row.reason}", err=True)
    click.echo(
        f"Rows: {report.rows} read, {len(report.refused)} refused. Orders: {report.orders_added} added, "
        f"{report.orders_changed} changed, {report.orders_unchanged} unchanged."
    )
    return len(report.refused)
