"""Write the map of the house into docs/architecture.md, from the first line of every module's docstring."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

__all__ = ["draw", "main", "put_between"]

ROOT = Path(__file__).resolve().parents[1]
BEGIN, END = "<!-- map:begin -->", "<!-- map:end -->"


class Undescribed(Exception):
    """A module opens without a docstring, so the map cannot say what it is for."""


def draw(package: Path) -> str:
    """
    Draw a package as a nested list: each module with the first line of its docstring.

    Modules come before packages, each in alphabetical order; the migrations are left out, since their names say all.
    Raises Undescribed.
    """
    return "\n".join(_lines(package, depth=0))


def _lines(package: Path, depth: int) -> Iterator[str]:
    yield f"{'  ' * depth}- **{package.name}/** {_first_line(package / '__init__.py')}"
    for module in sorted(package.glob("*.py")):
        if module.name != "__init__.py":
            yield f"{'  ' * (depth + 1)}- `{module.name}` {_first_line(module)}"
    for folder in sorted(path.parent for path in package.glob("*/__init__.py")):
        if folder.name != "migrations":
            yield from _lines(folder, depth + 1)


def _first_line(module: Path) -> str:
    docstring = ast.get_docstring(ast.parse(module.read_text("utf-8")))
    if not docstring:
        raise Undescribed(f"{module} has no docstring that says what it is for.")
    return docstring.partition("\n")[0]


def put_between(text: str, drawing: str) -> str:
    """
    Put a drawing between the two markers of a text.

    >>> put_between(f"before {BEGIN} old {END} after", "new").splitlines()
    ['before <!-- map:begin -->', '', 'new', '', '<!-- map:end --> after']
    """
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"The page needs the lines {BEGIN} and {END}.")
    return f"{before}{BEGIN}\n\n{drawing}\n\n{END}{after}"


def main(
    arguments: list[str], page: Path = ROOT / "docs" / "architecture.md", package: Path = ROOT / "evenhand"
) -> int:
    """Write the map; with `--check` only say whether the page is stale, and answer 1 if it is."""
    if arguments not in ([], ["--check"]):
        print("usage: python -m tools.house_map [--check]", file=sys.stderr)
        return 2
    try:
        drawing = draw(package)
    except Undescribed as problem:
        print(problem, file=sys.stderr)
        return 1
    text = page.read_text("utf-8")
    drawn = put_between(text, drawing)
    if drawn == text:
        return 0
    if arguments:
        print(f"The map in {page.name} is stale. Run `python -m tools.house_map` and commit the page.", file=sys.stderr)
        return 1
    page.write_text(drawn, "utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
