"""Turns what stands in the environment or the file into the types of the settings."""

from __future__ import annotations

import ipaddress
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from evenhand.configuration.settings import DEFAULTS, Endpoint

__all__ = ["typed"]


def typed(values: Mapping[str, Any], problems: list[str]) -> dict[str, Any]:
    """Give each value its type; what has none is left out, and told in a sentence."""
    found: dict[str, Any] = {}
    for name, value in values.items():
        try:
            found[name] = _as_type(name, value)
        except (ValueError, TypeError) as error:
            problems.append(f"{name}: {error}.")
    return found


def _as_type(name: str, value: Any) -> Any:  # noqa: C901  one line a kind of setting
    match name:
        case "http":
            return Endpoint.parse(str(value))
        case "nameserver":
            return _as_nameserver(str(value)) if value else None
        case "scanner":
            return _as_scanner(str(value)) if value else None
        case "smtp" | "lmtp" | "smarthost":
            return Endpoint.parse(str(value)) if value else None
        case "trust_peers" | "private_exchangers":
            return tuple(ipaddress.ip_network(item, strict=False) for item in _as_list(value))
        case "public_hosts" | "public_addresses":
            return tuple(_as_list(value))
        case "blob_options":
            return _as_table(value)
        case _ if isinstance(DEFAULTS[name], int) and not isinstance(DEFAULTS[name], bool):
            return _as_number(value)
        case "demo" | "direct" | "dkim":
            if isinstance(value, bool):
                return value
            if str(value).lower() not in {"0", "1", "true", "false", ""}:
                raise ValueError(f"“{value}” is neither true nor false")
            return str(value).lower() in {"1", "true"}
        case "data":
            if not isinstance(value, str) or not value.strip():
                raise ValueError(f"“{value}” is not a folder")
            return Path(value)
        case _:
            if not isinstance(value, str):
                raise TypeError("it must be text")
            return value


def _as_nameserver(text: str) -> Endpoint:
    endpoint = Endpoint.parse(text)
    try:
        ipaddress.ip_address(endpoint.host)
    except ValueError:
        # Its name could only be looked up by asking it.
        raise ValueError(f"“{text}” is not ADDRESS:PORT, for example 127.0.0.1:53") from None
    return endpoint


def _as_scanner(text: str) -> Endpoint | Path:
    if not text.strip().startswith("unix:"):
        return Endpoint.parse(text)
    path = Path(text.strip().removeprefix("unix:"))
    if not path.is_absolute() or "\x00" in text:
        raise ValueError(f"“{text}” is not unix: and a whole path, for example unix:/run/clamav/clamd.ctl")
    return path


def _as_number(value: Any) -> int:
    text = str(value).strip()
    if isinstance(value, bool) or not _NUMBER.match(text):
        raise ValueError(f"“{value}” is not a whole number")
    return int(text)


_NUMBER = re.compile(r"[0-9]{1,15}\Z")


def _as_table(value: Any) -> dict[str, Any]:
    """Take a TOML table, or in the environment, where there are none, the same as a JSON object."""
    table = json.loads(value) if isinstance(value, str) else value
    if not isinstance(table, dict):
        raise TypeError("it must be a table of names and values; in the environment a JSON object")
    return table


def _as_list(value: Any) -> list[str]:
    if isinstance(value, str):
        return [item.strip() for item in value.split(",") if item.strip()]
    if not isinstance(value, list):
        raise TypeError("it must be a list, or text with commas")
    return [str(item) for item in value]
