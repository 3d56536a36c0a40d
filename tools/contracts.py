"""A contract for import-linter: some modules may not use some names, be it to import or to call them."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from importlinter import Contract, ContractCheck, fields, output

from tools.names import forbidden_by, uses_in

if TYPE_CHECKING:
    from grimp import ImportGraph

__all__ = ["ForbiddenNames"]


class ForbiddenNames(Contract):
    """
    Forbid names in packages, with the packages below `except_modules` left free.

    The linter's own `forbidden` contract sees imports of whole outside packages only; this one tells `urllib.request`
    from `urllib.parse`, and sees calls such as `datetime.now()`. It looks at direct uses: which module may reach which
    other is told by the floors.
    """

    type_name: ClassVar[str] = "forbidden_names"

    source_modules = fields.ListField(subfield=fields.StringField())
    except_modules = fields.ListField(subfield=fields.StringField(), required=False)
    forbidden_names = fields.ListField(subfield=fields.StringField())

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:  # noqa: ARG002  the linter names it
        """Read the source of every module concerned and compare what it uses with what is forbidden."""
        broken = sorted(
            f"{module} is not allowed to use {use.name} (l. {use.line})"
            for module in self._modules(graph)
            for use in uses_in(_source_of(module))
            if any(forbidden_by(pattern, use) for pattern in self._list("forbidden_names"))
        )
        return ContractCheck(kept=not broken, metadata={"broken": broken})

    def render_broken_contract(self, check: ContractCheck) -> None:
        """Say each broken place on a line of its own."""
        for line in check.metadata["broken"]:
            output.print_error(line, bold=False)

    def _modules(self, graph: ImportGraph) -> Iterator[str]:
        sources, free = self._list("source_modules"), self._list("except_modules")
        missing = [name for name in sources + free if name not in graph.modules]
        if missing:
            raise ValueError(f"No such module: {', '.join(missing)}.")
        for module in sorted(graph.modules):
            if _below(module, sources) and not _below(module, free):
                yield module

    def _list(self, name: str) -> list[str]:
        return [str(value) for value in getattr(self, name) or []]


def _below(module: str, packages: list[str]) -> bool:
    return any(module == package or module.startswith(f"{package}.") for package in packages)


def _source_of(module: str) -> str:
    """Read a module's file without importing anything: only the root package is looked up."""
    root, *rest = module.split(".")
    spec = find_spec(root)
    if spec is None or not spec.submodule_search_locations:
        raise ValueError(f"{root} is not a package.")
    path = Path(spec.submodule_search_locations[0]).joinpath(*rest)
    package = path / "__init__.py"
    return (package if package.is_file() else path.with_suffix(".py")).read_text("utf-8")
