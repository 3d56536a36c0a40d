"""`evenhand rules`: lists the packs, and the rules of one."""

from __future__ import annotations

import click

from evenhand.cli.faults import WRONG_USAGE, Fault
from evenhand.policy.packs import PACKS, Pack, load_pack

__all__ = ["rules"]


@click.command()
@click.argument("pack", required=False)
def rules(pack: str | None) -> None:
    """List the packs of house rules, or the rules of PACK."""
    if pack is None:
        for name in PACKS:
            one = load_pack(name)
            click.echo(f"{name:15} {one.title}: {_stand(one)}")
        return
    try:
        found = load_pack(pack)
    except KeyError:
        raise Fault(f"There is no pack “{pack}”; there are: {', '.join(PACKS)}.", code=WRONG_USAGE) from None
    click.echo(f"{found.name} {found.digest}: {found.title}, {_stand(found)}")
    width = max((len(one.id) for one in found.rules), default=0)
    for rule in found.rules:
        click.echo(f"  {rule.id:{width}}  {rule.action.word:6} {rule.title}: {rule.clause}")


def _stand(pack: Pack) -> str:
    """How many of its rules are checked."""
    count = len(pack.rules)
    return f"{count} rules" if count == pack.published else f"{count} of its {pack.published} rules"
