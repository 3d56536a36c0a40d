"""Rules of an operator's own: words or a pattern, what is told of them, and examples that prove them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import get_args

from evenhand.policy.book.search import Search, Unfit, pattern_of, word_of, words_of
from evenhand.policy.book.source import Table
from evenhand.policy.book.wordings import read_wordings
from evenhand.policy.case import Case, Part
from evenhand.policy.facts import MessageClass
from evenhand.policy.parameters import Parameters
from evenhand.policy.rule import Check, PackRule
from evenhand.policy.verdict import Action, Hit

__all__ = ["read_own"]

_ACTIONS = ("warn", "hold", "bounce", "block")
_CLASSES: Sequence[str] = get_args(MessageClass)
_PARTS = ("subject", "text", "html", "attachments", "images")
_NEEDS = {"attachments": "message_attachments", "images": "message_images"}
_KEYS = (
    "id", "title", "clause", "action", "classes", "words", "pattern", "parts", "reason", "fix", "finds", "leaves_alone",
)  # fmt: skip
_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_ID_LONGEST = 60
_EXAMPLE = ("subject", "text", "html", "attachment", "image")
_EXAMPLE_LONGEST = 10_000


def read_own(tables: Sequence[Table], book: str, taken: Mapping[str, str]) -> Sequence[PackRule]:
    """Read the operator's own rules of a book of this name; `taken` are ids of others, and whose."""
    stand: dict[str, int] = {}
    rules = []
    for table in tables:
        table.knows(*_KEYS)
        id_ = _id(table, taken, stand)
        search = _search(table)
        action = _action(table)
        parts = table.chosen("parts", _PARTS) if "parts" in table.data else _PARTS[:3]
        examples = {kind: tuple(_examples(table, kind)) for kind in ("finds", "leaves_alone")}
        classes = table.chosen("classes", _CLASSES) if "classes" in table.data else _CLASSES
        rule = PackRule(
            id=id_,
            pack=book,
            group="own",
            title=table.text("title", "name the rule in a few words.", 100),
            clause=table.text("clause", "say the rule in a sentence.", 300),
            action=action,
            check=_check(search, frozenset(parts)) if search else _nothing,
            classes=frozenset(one for one in get_args(MessageClass) if one in classes),
            needs=tuple(_NEEDS[one] for one in parts if one in _NEEDS),
            source=f"the book {book}",
            wording=read_wordings(table, is_whole=True),
            finds=examples["finds"],
            leaves_alone=examples["leaves_alone"],
        )
        rules.append(rule)
    return rules


def _nothing(_: Case, __: Parameters) -> Iterator[Hit]:
    yield from ()


def _check(search: Search, parts: frozenset[str]) -> Check:
    def check(case: Case, _: Parameters) -> Iterator[Hit]:
        for part in case.parts:
            if _kind(part) in parts:
                for start, end in search.places(part.folded.text):
                    place = part.place(start, end)
                    yield Hit(part.name, *place, part.excerpt(start, end), attachment=part.attachment)

    return check


def _kind(part: Part) -> str:
    if part.attachment:
        return "attachments"
    return part.name if part.name in _PARTS[:3] else "images"


def _id(table: Table, taken: Mapping[str, str], stand: dict[str, int]) -> str:
    id_ = table.text("id", "name the rule, like no-price-talk.", _ID_LONGEST)
    if not id_:
        return id_
    if not _ID.fullmatch(id_):
        table.tell(f"“{id_}” is no id; write it in small letters, figures and hyphens, like no-price-talk.", "id")
    elif id_ in taken:
        table.tell(
            f"“{id_}” is a rule of {taken[id_]}; give your own another id, or change that one under [rules.{id_}].",
            "id",
        )
    elif id_ in stand:
        table.tell(f"“{id_}” stands already on line {stand[id_]}; give one of them another id.", "id")
    stand.setdefault(id_, table.source.line((*table.place, "id")))
    return id_


def _action(table: Table) -> Action:
    if table.has("action", f"it is one of {', '.join(_ACTIONS)}."):
        value = table.data["action"]
        if value in _ACTIONS:
            return Action[str(value).upper()]
        table.tell(f"“action” of a rule of your own is one of {', '.join(_ACTIONS)}.", "action")
    return Action.HOLD


def _search(table: Table) -> Search | None:
    if ("words" in table.data) == ("pattern" in table.data):
        table.tell("Give either “words”, a list, or “pattern”, a regular expression.")
        return None
    if "words" in table.data:
        found = table.texts("words", 200)
        fit = True
        for number, one in enumerate(table.data["words"] if found else ()):
            try:
                word_of(one if isinstance(one, str) else "told")
            except Unfit as error:
                table.tell(f"{error}.", "words", number)
                fit = False
        return words_of(found) if found and fit else None
    expression = table.line_of(table.data["pattern"], 1000, "pattern")
    try:
        return pattern_of(expression) if expression else None
    except Unfit as error:
        table.tell(f"“pattern” cannot be used: {error}.", "pattern")
        return None


def _examples(table: Table, kind: str) -> Iterator[Mapping[str, object]]:
    why = "give messages that it is to find." if kind == "finds" else "give honest messages that come close."
    if not table.has(kind, why):
        return
    value = table.data[kind]
    if not isinstance(value, list) or not value:
        table.tell(f"“{kind}” is a list and not empty: {why}", kind)
        return
    for number, one in enumerate(value):
        row = {"text": one} if isinstance(one, str) else one
        if not isinstance(row, dict) or not row or not all(isinstance(text, str) for text in row.values()):
            table.tell(f"Each of “{kind}” is a text, or a table of texts: {', '.join(_EXAMPLE)}.", kind, number)
        elif unknown := [name for name in row if name not in _EXAMPLE]:
            table.tell(f"An example has no “{unknown[0][:60]}”; there are: {', '.join(_EXAMPLE)}.", kind, number)
        elif sum(map(len, row.values())) > _EXAMPLE_LONGEST:
            table.tell(f"An example has at most {_EXAMPLE_LONGEST:,} characters.", kind, number)
        else:
            yield row
