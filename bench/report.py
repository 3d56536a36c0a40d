"""Puts figures into the documentation: tables between marks in a page, and plots beside it."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

__all__ = ["BLUE", "ORANGE", "PAGE", "PALETTE", "PLOTS", "command_line", "insert", "save", "table"]

_ROOT = Path(__file__).resolve().parent.parent
PAGE = _ROOT / "docs" / "benchmarks.md"
PLOTS = _ROOT / "docs" / "benchmarks"

# The colours of Okabe and Ito (2008), which readers with any kind of colour vision can tell apart.
BLUE, ORANGE = "#0072B2", "#E69F00"
PALETTE = (BLUE, ORANGE, "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#F0E442", "#999999")


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Write a table in Markdown, the first column to the left and the others, being figures, to the right."""
    lines = [head, ["---", *("---:" for _ in head[1:])], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def command_line(module: str) -> str:
    """The command that makes the figures again."""
    return shlex.join(["python", "-m", module, *sys.argv[1:]])


def insert(mark: str, text: str, page: Path = PAGE) -> None:
    """
    Replace what stands between the marks `<!-- mark:begin -->` and `<!-- mark:end -->`.

    Raises ValueError if the page lacks one of them.
    """
    begin, end = f"<!-- {mark}:begin -->", f"<!-- {mark}:end -->"
    before, _, rest = page.read_text("utf-8").partition(begin)
    _, found, after = rest.partition(end)
    if not found:
        raise ValueError(f"{page.name} has no marks for {mark}")
    page.write_text(f"{before}{begin}\n{text.strip()}\n{end}{after}", "utf-8")


def save(figure: object, name: str) -> Path:
    """Write a plot as a small PNG beside the page."""
    PLOTS.mkdir(parents=True, exist_ok=True)
    path = PLOTS / f"{name}.png"
    # Without the program's name and version in it, the file changes only when the figures do.
    figure.savefig(path, dpi=110, metadata={"Software": None})  # type: ignore[attr-defined]
    return path
