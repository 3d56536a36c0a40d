"""Write the pages of the packs in docs/packs from their data, so that a seller can read what is judged and why."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from evenhand.policy.packs import PACKS, Pack, load_pack
from evenhand.policy.rule import PackRule

__all__ = ["main", "page", "pages"]

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "packs"
_CERTAINTY = {
    "official": "rests on a page, post or interface of the marketplace, on a law or on a judgment",
    "vendor": "rests on what makers of seller tools and advisers report",
    "uncertain": "is our own reading, or rests on sources that are weak or disagree",
}
_ACTIONS = {
    "block": "comes back to be changed",
    "bounce": "comes back, whatever its words",
    "hold": "waits for a person",
    "queue": "waits for a time or for room",
    "fix": "goes on as mended",
    "warn": "goes on, and its author is told",
    "deliver": "goes on",
}


def page(pack: Pack) -> str:
    """Write the page of a pack, in Markdown."""
    return "\n".join(_lines(pack)).rstrip() + "\n"


def pages() -> Mapping[Path, str]:
    """Write the pages of all packs, by their places."""
    return {FOLDER / f"{name}.md": page(load_pack(name)) for name in PACKS}


def _lines(pack: Pack) -> Iterator[str]:
    yield f"# {pack.title}"
    yield ""
    yield "<!-- Made from evenhand/policy/packs by `make pages`; change it there. -->"
    yield ""
    yield _dated(pack)
    yield ""
    yield _counted(pack)
    if pack.parameters:
        yield "\n## Figures and lists\n"
        yield "| parameter | here |\n|---|---|"
        for name, value in pack.parameters.items():
            yield f"| `{name}` | {_cell(value)} |"
    group = ""
    for rule in pack.rules:
        if rule.group != group:
            group = rule.group
            yield f"\n## {group.replace('-', ' ').capitalize()}"
        yield ""
        yield from _rule(rule)


def _dated(pack: Pack) -> str:
    if pack.kind == "overlay":
        return f"`{pack.name}` is laid over the pack of a marketplace: it adds findings and takes none away."
    end = f"to {pack.until}" if pack.until else "on"
    return (
        f"`{pack.name}` is modelled on the rules of a marketplace that were in force from {pack.since} {end}; "
        "whether it agrees with every word of them, the marketplace has not said."
    )


def _counted(pack: Pack) -> str:
    count = len(pack.rules)
    of = f"All {count} of its rules are checked." if count == pack.published else ""
    return (
        of or f"Of its {pack.published} rules {count} are checked; the others are not, and nothing is said about them."
    )


def _cell(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(f"`{one}`" for one in value)
    return f"`{value}`".replace("|", "\\|")


def _rule(rule: PackRule) -> Iterator[str]:
    yield f"### {rule.title}"
    yield ""
    yield f"`{rule.id}` · {rule.clause}"
    yield ""
    yield f"- A message that breaks it **{_ACTIONS[rule.action.word]}** (`{rule.action.word}`). {rule.sanction}"
    yield f"- It is about messages of the class {_either(sorted(rule.classes))}."
    yield f"- Source: {rule.source}. It {_CERTAINTY[rule.certainty]}."
    if rule.needs:
        yield f"- Without {_either(rule.needs)} it is told as not checked."
    for title, examples in (("It finds", rule.finds), ("It leaves alone", rule.leaves_alone)):
        yield f"\n{title}:\n"
        for one in examples:
            yield f"- {_example(one)}"


def _either(names: Iterable[str]) -> str:
    shown = [f"`{name}`" for name in names]
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} or {shown[-1]}"


def _example(row: Mapping[str, object]) -> str:
    said = [_code(f"Subject: {row['subject']}")] if "subject" in row else []
    said += [_code(str(row[name])) for name in ("text", "html") if name in row]
    beside = {name: value for name, value in row.items() if name not in {"case", "subject", "text", "html"}}
    case = f"{row['case']}: " if "case" in row else ""
    facts = f"with {', '.join(f'{name} {_code(_flat(value))}' for name, value in beside.items())}" if beside else ""
    return (case + " ".join([*said, facts])).strip().rstrip(":")


def _flat(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name}: {_flat(one)}" for name, one in value.items())
    if isinstance(value, list):
        return "; ".join(_flat(one) for one in value) or "none"
    return {True: "yes", False: "no"}.get(value, str(value)) if isinstance(value, bool) else str(value)


def _code(words: str) -> str:
    """Words as they are, control and hidden characters shown as their numbers."""
    shown = "".join(one if one.isprintable() else "\\n" if one == "\n" else f"\\u{ord(one):04x}" for one in words)
    fence = "``" if "`" in shown else "`"
    return f"{fence}{shown.strip()}{fence}" if shown.strip() else "(nothing)"


def main(arguments: list[str]) -> int:
    """Write the pages; with `--check` only say whether they are as they should be. Returns the exit code."""
    stale = [place for place, text in pages().items() if not place.is_file() or place.read_text("utf-8") != text]
    if "--check" in arguments:
        for place in stale:
            sys.stderr.write(f"{place.relative_to(FOLDER.parents[1])} is not what its pack says: run `make pages`.\n")
        return 1 if stale else 0
    FOLDER.mkdir(exist_ok=True)
    for place in stale:
        place.write_text(pages()[place], "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
