"""Which dotted names a Python source imports, uses and calls, and where."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from fnmatch import fnmatchcase

__all__ = ["Use", "forbidden_by", "uses_in"]


@dataclass(frozen=True, order=True)
class Use:
    """A dotted name at a line; `known` if its first word was imported, `called` if it is called there."""

    line: int
    name: str
    known: bool
    called: bool


def uses_in(source: str) -> list[Use]:
    """
    List every import, attribute and call of a source, with imported words spelled out.

    Bindings hold for the whole file, whatever the scope: a contract had better see too much than too little.

    >>> [use.name for use in uses_in("from urllib import request as r; r.urlopen(u)") if use.known]
    ['urllib.request', 'urllib.request.urlopen']
    """
    tree = ast.parse(source)
    imported = list(_imports(tree))
    bound = {word: name for _, word, name in imported}
    found = {Use(line, name, known=True, called=False) for line, _, name in imported}
    called = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    # The inner attributes of a chain are part of the outermost one and are not counted again.
    inner = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute | ast.Name) and id(node) not in inner:
            first, rest = _chain(node)
            name = ".".join([bound.get(first, first), *rest])
            found.add(Use(node.lineno, name, known=first in bound, called=id(node) in called))
    return sorted(found)


def _imports(tree: ast.AST) -> list[tuple[int, str, str]]:
    """Each import as its line, the word it binds, and the name that word stands for."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                first = alias.name.partition(".")[0]
                found.append((node.lineno, alias.asname or first, alias.name if alias.asname else first))
                # `import a.b` binds only `a`, but `a.b` is what was asked for.
                found.append((node.lineno, alias.name, alias.name))
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found += [(node.lineno, alias.asname or alias.name, f"{node.module}.{alias.name}") for alias in node.names]
    return found


def _chain(node: ast.expr) -> tuple[str, list[str]]:
    """Split `a.b.c` into `a` and the rest; what is not a name at the left end becomes `?`."""
    rest: list[str] = []
    while isinstance(node, ast.Attribute):
        rest.insert(0, node.attr)
        node = node.value
    return (node.id if isinstance(node, ast.Name) else "?"), rest


def forbidden_by(pattern: str, use: Use) -> bool:
    """
    Whether a use falls under a pattern.

    `socket` forbids the module and all it holds, `asyncio.open_connection` that one name, and `*.now()` every call of
    something so named, whatever it stands on; a value that is called `now` stays free.

    >>> forbidden_by("*.now()", Use(1, "facts.now", known=False, called=False))
    False
    >>> forbidden_by("*.now()", Use(1, "datetime.datetime.now", known=True, called=True))
    True
    """
    if pattern.endswith("()"):
        return use.called and fnmatchcase(use.name, pattern.removesuffix("()"))
    return use.known and (use.name == pattern or use.name.startswith(f"{pattern}."))
