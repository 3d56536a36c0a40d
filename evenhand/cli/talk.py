"""The commands about one order's conversation: where each side writes to, and all that was said."""

from __future__ import annotations

import json

import click

from evenhand.cli.flags import data_flag
from evenhand.cli.surroundings import installation

__all__ = ["alias", "messages"]

_order = click.option("--order", "number", metavar="ID", required=True, help="The marketplace's number of the order.")
_marketplace = click.option("--marketplace", metavar="NAME", help="Which marketplace's, if two have the number.")


@click.command()
@data_flag
@_order
@_marketplace
@click.option("--for", "side", type=click.Choice(["buyer", "seller"]), required=True, help="Who will write to it.")
def alias(*, number: str, marketplace: str | None, side: str) -> None:
    """Print the address to which one side of an order writes to reach the other."""
    with installation(must_exist=True):
        # Imported here because it needs Django to be set up.
        from evenhand.cli.lookup import find_conversation, writes_to

        click.echo(writes_to(find_conversation(number, marketplace), side))


@click.command()
@data_flag
@_order
@_marketplace
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON, for programs.")
def messages(*, number: str, marketplace: str | None, as_json: bool) -> None:
    """Print what was said about an order, and what became of each message. Real addresses are left out."""
    with installation(must_exist=True):
        # Imported here because they need Django to be set up.
        from evenhand.cli.lookup import find_conversation
        from evenhand.cli.reading import read_aloud
        from evenhand.cli.transcript import transcript

        told = transcript(find_conversation(number, marketplace))
        click.echo(json.dumps(told, ensure_ascii=False, indent=2) if as_json else read_aloud(told))
