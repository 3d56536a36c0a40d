"""Reads a book as an operator writes it, in TOML: all that is wrong with it is told at once, line by line."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from evenhand.policy.book.figures import read_figures
from evenhand.policy.book.own import read_own
from evenhand.policy.book.proof import prove
from evenhand.policy.book.shelf import BASE, house_book
from evenhand.policy.book.source import Enough, Mistaken, Problem, Table, nearest, read_source
from evenhand.policy.book.value import Book, with_parameters
from evenhand.policy.book.wordings import read_wordings
from evenhand.policy.packs import PACKS, Pack, load_pack
from evenhand.policy.parameters import Parameters
from evenhand.policy.rule import PackRule
from evenhand.policy.verdict import Action

__all__ = ["Change", "Mistaken", "Problem", "Written", "read_book"]

_NAME_LONGEST, _VERSION_LONGEST = 40, 20
_PLAIN = re.compile(r"[^,\n]+")


@dataclass(frozen=True, slots=True)
class Change:
    """What a book says otherwise than its packs: an action or a wording of a rule, or a parameter."""

    what: str
    now: str
    before: str


@dataclass(frozen=True, slots=True)
class Written:
    """
    A book as it was written, without the service's own rules, and what it amounts to.

    `off` are the rules that it turns off, `own` those that it adds; `changes` are in the order of the packs.
    """

    book: Book
    title: str
    packs: Sequence[Pack]
    changes: Sequence[Change]
    off: Sequence[str]
    own: Sequence[PackRule]


@dataclass(frozen=True, slots=True)
class _Turn:
    """How a book turns a rule: its action (`None` for off, `_KEPT` as it is), its wording, and in which packs."""

    action: Action | None
    keeps_action: bool
    wording: Mapping[str, Mapping[str, str]]
    packs: frozenset[str]


def read_book(content: bytes) -> Written | Mistaken:
    """
    Read a book from the bytes of its file.

    Its rules are those of its marketplace's pack, then those of its overlays, in their order, then its own. Of two
    packs that have a rule of one id, the one that is named later says what it is. A book with a mistake is no book:
    there is no reading it in part.
    """
    source = read_source(content)
    if isinstance(source, Mistaken):
        return source
    try:
        written = _read(Table(source, (), source.data))
    except Enough:
        written = None
    return source.mistaken() if written is None or source.problems else written


def _read(root: Table) -> Written | None:
    """Read what stands in a book; `None` if a problem was told that leaves nothing to prove by examples."""
    root.knows("name", "version", "packs", "parameters", "rules", "own")
    title = f"{_name(root)} {_version(root)} {_digest(root.data)}"
    packs = _packs(root)
    turns = _turns(root.table("rules"), packs)
    tables = root.tables("own")
    own = read_own(tables, title.rpartition(" ")[0], _taken())
    rules = [*_joined(packs, turns), *own]
    before = _parameters(packs)
    figures = read_figures(root.table("parameters"), [one.id for one in rules])
    if root.source.problems:
        return None
    parameters = with_parameters(before, figures)
    for rule, table in zip(own, tables, strict=True):
        prove(rule, table, parameters)
    name = ", ".join([*(f"{one.name} {one.digest}" for one in packs), title])
    standing = {one.id: one for one in _joined(packs, {})}
    kept = {one.id: one for one in rules}
    return Written(
        Book(name, parameters, {}, tuple(rules)),
        title,
        packs,
        [*_of_rules(standing, kept), *_of_figures(before, parameters, figures)],
        [one for one in standing if one not in kept],
        own,
    )


def _name(root: Table) -> str:
    name = root.text("name", "name the book, as verdicts are to name it.", _NAME_LONGEST)
    if name and not _PLAIN.fullmatch(name):
        root.tell("“name” stands in a list; write it without a comma.", "name")
    return name


def _version(root: Table) -> str:
    if not root.has("version", "number the book, and count on whenever you change it."):
        return ""
    value = root.data["version"]
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**_VERSION_LONGEST:
        return str(value)
    version = root.line_of(value, _VERSION_LONGEST, "version")
    if "," in version:
        root.tell("“version” stands in a list; write it without a comma.", "version")
    return version


def _digest(data: Mapping[str, Any]) -> str:
    said = json.dumps(data, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(said.encode()).hexdigest()[:8]


def _packs(root: Table) -> Sequence[Pack]:
    """The packs of a book, the marketplace's first; tells those that cannot stand together."""
    if not root.has("packs", f"list the packs that it stands on, or none: []. There are: {', '.join(PACKS)}."):
        return ()
    if root.data["packs"] == []:
        return ()
    found: list[Pack] = []
    names = root.chosen("packs", PACKS)
    for number, name in enumerate(root.data["packs"] if names else ()):
        if name not in PACKS:
            continue
        pack = load_pack(name)
        rival = next((one for one in found if one.kind == pack.kind == "marketplace"), None)
        if pack in found:
            root.tell(f"“{name}” is named twice.", "packs", number)
        elif rival:
            root.tell(f"A book stands on one marketplace's pack, and “{rival.name}” is one too.", "packs", number)
        else:
            found.append(pack)
    return sorted(found, key=lambda one: one.kind != "marketplace")


def _parameters(packs: Sequence[Pack]) -> Parameters:
    """What the packs say: an overlay's figures stand before the marketplace's, and its rules beside them."""
    found = BASE
    for number, pack in enumerate(packs):
        said = dict(pack.parameters)
        asked = said.pop("platform_request_rules", None)
        found = with_parameters(found, said)
        # None named means all: what is laid over must not narrow that.
        if asked and (not number or found.platform_request_rules):
            names = dict.fromkeys([*found.platform_request_rules, *asked])
            found = replace(found, platform_request_rules=tuple(names))
    return found


def _joined(packs: Sequence[Pack], turns: Mapping[str, _Turn]) -> Sequence[PackRule]:
    """The rules of the packs as the book turns them: of those of one id the later one, in the earlier's place."""
    stand: dict[str, PackRule] = {}
    for pack in packs:
        for rule in pack.rules:
            turn = turns.get(rule.id)
            if turn is None or pack.name not in turn.packs:
                stand[rule.id] = rule
            elif turn.keeps_action:
                stand[rule.id] = replace(rule, wording=turn.wording)
            elif turn.action is not None:
                is_set = turn.action is not rule.action
                stand[rule.id] = replace(rule, action=turn.action, is_set=is_set, wording=turn.wording)
    return tuple(stand.values())


def _turns(table: Table | None, packs: Sequence[Pack]) -> Mapping[str, _Turn]:
    if table is None:
        return {}
    found = {}
    having = {rule.id: [one for one in packs if any(rule.id == each.id for each in one.rules)]
              for pack in packs for rule in pack.rules}  # fmt: skip
    for id_ in table.data:
        if id_ not in having:
            table.tell(_unknown(id_, list(having)), id_)
        elif (one := table.table(id_)) is not None:
            found[id_] = _turn(one, id_, having[id_])
    return found


def _unknown(id_: str, known: Sequence[str]) -> str:
    elsewhere = [name for name in PACKS if any(id_ == one.id for one in load_pack(name).rules)]
    if elsewhere:
        return f"“{id_}” is a rule of {', '.join(elsewhere)}; name the pack under “packs”, or take this out."
    if id_ in house_book().rules:
        return f"“{id_}” is a rule of the service itself, which no book changes; see its parameters in docs/books.md."
    close = nearest(id_, known)
    return f"No pack of this book has a rule “{id_[:60]}”; {close if known else 'it has no packs.'}"


def _turn(table: Table, id_: str, packs: Sequence[Pack]) -> _Turn:
    table.knows("action", "packs", "reason", "fix")
    names = [one.name for one in packs]
    if "packs" in table.data:
        names = list(table.chosen("packs", names))
    wording = read_wordings(table, is_whole=False)
    value = table.data.get("action")
    if value is None:
        if not wording:
            table.tell("Say what becomes of it: give an “action”, a “reason” or a “fix”.")
        return _Turn(None, True, wording, frozenset(names))
    # Only a rule whose check knows what to mend or what to wait for can do so.
    can = {one.action.word for pack in packs for one in pack.rules if one.id == id_}
    words = ["off", *(one.word for one in Action if one not in {Action.FIX, Action.QUEUE} or one.word in can)]
    if value not in words:
        table.tell(f"“action” of this rule is one of {', '.join(words)}.", "action")
        return _Turn(None, False, wording, frozenset(names))
    return _Turn(None if value == "off" else Action[str(value).upper()], False, wording, frozenset(names))


def _taken() -> Mapping[str, str]:
    """Whose the ids are that no rule of an operator's own may have, be the pack in the book or not."""
    taken = dict.fromkeys(house_book().rules, "the service itself")
    for name in PACKS:
        for rule in load_pack(name).rules:
            taken.setdefault(rule.id, name)
    return taken


def _of_rules(standing: Mapping[str, PackRule], kept: Mapping[str, PackRule]) -> list[Change]:
    found = []
    for id_, rule in standing.items():
        now = kept.get(id_)
        if now is None:
            found.append(Change(id_, "off", rule.action.word))
        elif now.action is not rule.action:
            found.append(Change(id_, now.action.word, rule.action.word))
        if now is not None and now.wording:
            found.append(Change(id_, f"its own {' and '.join(now.wording)}", "the pack's"))
    return found


def _of_figures(before: Parameters, now: Parameters, figures: Mapping[str, Any]) -> list[Change]:
    return [
        Change(name, _shown(getattr(now, name)), _shown(getattr(before, name)))
        for name in figures
        if getattr(now, name) != getattr(before, name)
    ]


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple | list | frozenset):
        return ", ".join(sorted(map(str, value))) or "none"
    return str(value)
