"""Reads the operator's settings once, from the environment and an optional TOML file, and checks them."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

from evenhand.configuration.checks import check
from evenhand.configuration.kept import kept_domain, kept_secret
from evenhand.configuration.settings import Configuration, Misconfigured
from evenhand.configuration.typed import typed

__all__ = ["read_configuration"]


def read_configuration(environ: Mapping[str, str], *, write_secret: bool = True) -> Configuration:
    """
    Read the settings: environment first, then `EVENHAND_CONFIG` or `<data>/evenhand.toml`, then defaults.

    Without a secret key one is made and kept in `<data>/secret` (mode 600), unless `write_secret` is false.
    Raises Misconfigured with every problem found, not only the first.
    """
    problems: list[str] = []
    values: dict[str, Any] = {}
    data = Path(environ.get("EVENHAND_DATA", "data")).expanduser()
    named = environ.get("EVENHAND_CONFIG")
    path = Path(named) if named else data / "evenhand.toml"
    if path.is_file():
        values |= _read_file(path, problems)
    elif named:
        problems.append(f"EVENHAND_CONFIG names {path}, which is not a file.")
    known = {f.name for f in fields(Configuration)}
    for key, value in environ.items():
        if not key.startswith("EVENHAND_") or key == "EVENHAND_CONFIG" or key.startswith("EVENHAND_TEST_"):
            continue
        name = key.removeprefix("EVENHAND_").lower()
        if name in known:
            values[name] = value
        else:
            problems.append(f"{key} is not a setting. {_nearest(name, known, environment=True)}")
    if environ.get("DATABASE_URL"):
        values["database_url"] = environ["DATABASE_URL"]
    found = typed(values, problems)
    found["data"] = Path(found.get("data", data)).expanduser().absolute()
    check(found, problems)
    if problems:
        raise Misconfigured(problems)
    found.setdefault("domain", kept_domain(found["data"]))
    if not found.get("secret_key"):
        found["secret_key"] = kept_secret(found["data"], write=write_secret)
    return Configuration(**found)


def _read_file(path: Path, problems: list[str]) -> dict[str, Any]:
    try:
        values = tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        problems.append(f"{path} is not valid TOML: {error}.")
        return {}
    known = {f.name for f in fields(Configuration)}
    unknown = sorted(set(values) - known)
    problems += [f"{path}: “{name}” is not a setting. {_nearest(name, known)}" for name in unknown]
    return {name: value for name, value in values.items() if name in known}


def _nearest(name: str, known: set[str], *, environment: bool = False) -> str:
    import difflib

    close = difflib.get_close_matches(name, known, 1)
    if not close:
        return "docs/operators-guide.md lists them all."
    return f"Did you mean “{f'EVENHAND_{close[0].upper()}' if environment else close[0]}”?"
