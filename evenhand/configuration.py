"""Reads the operator's settings once, from the environment and an optional TOML file, and checks them."""

from __future__ import annotations

import gc
import ipaddress
import json
import os
import re
import secrets
import tempfile
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from evenhand.mail.address import domain_of

__all__ = [
    "DEFAULT_DOMAIN",
    "Configuration",
    "Endpoint",
    "Misconfigured",
    "calm_collector",
    "keep_domain",
    "read_configuration",
]

_ENDPOINT = re.compile(r"(?:\[(?P<bracketed>[0-9A-Za-z:.%]+)\]|(?P<host>[^\s:\[\]/@]+)):(?P<port>[0-9]{1,5})\Z")

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class Misconfigured(Exception):
    """The settings contradict themselves or name unknown keys; `problems` says each in a sentence."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True)
class Endpoint:
    """A host and a port, written `HOST:PORT` (IPv6 in brackets)."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @classmethod
    def parse(cls, text: str) -> Endpoint:
        """
        Read `HOST:PORT`.

        Raises ValueError with a sentence for the operator.

        >>> Endpoint.parse("[::1]:25")
        Endpoint(host='::1', port=25)
        """
        found = _ENDPOINT.match(text.strip())
        if found is None or int(found["port"]) > 65535:
            raise ValueError(f"“{text}” is not HOST:PORT, for example 127.0.0.1:8000 or [::1]:8000")
        return cls(found["bracketed"] or found["host"], int(found["port"]))


DEFAULT_DOMAIN = "relay.localhost"
"""Where aliases live until the operator has named a domain."""


@dataclass(frozen=True)
class Configuration:
    """Every setting of an installation. The environment names each `EVENHAND_<NAME>`, the TOML file `<name>`."""

    data: Path = field(default=Path("data"))
    database_url: str = ""
    secret_key: str = ""
    domain: str = DEFAULT_DOMAIN
    marketplace: str = "Evenhand"
    http: Endpoint = Endpoint("127.0.0.1", 8000)
    smtp: Endpoint | None = None
    lmtp: Endpoint | None = None
    smarthost: Endpoint | None = None
    smarthost_user: str = ""
    smarthost_password: str = ""
    smarthost_tls: str = "opportunistic"
    direct: bool = False
    private_exchangers: tuple[Network, ...] = ()
    dkim: bool = True
    dkim_keys: str = ""
    trust_peers: tuple[Network, ...] = ()
    authserv_id: str = ""
    public_url: str = ""
    public_hosts: tuple[str, ...] = ()
    tls_certificate: str = ""
    tls_key: str = ""
    size_limit: int = 25 * 1024 * 1024
    inline_limit: int = 64 * 1024
    listeners: int = 1
    connections: int = 200
    connections_per_client: int = 10
    mails_per_minute: int = 300
    bytes_in_flight: int = 512 * 1024 * 1024
    disk_reserve: int = 256 * 1024 * 1024
    spool_limit: int = 100_000
    workers: int = 0
    conversation_hourly: int = 60
    conversation_daily: int = 300
    author_hourly: int = 600
    author_daily: int = 3000
    book: str = ""
    blob_storage: str = ""
    blob_options: Mapping[str, Any] = field(default_factory=dict)
    public_addresses: tuple[str, ...] = ()
    nameserver: Endpoint | None = None
    scanner: Endpoint | Path | None = None
    scanner_limit: int = 25 * 1024 * 1024
    demo: bool = False

    def __repr__(self) -> str:
        shown = {
            f.name: "…" if f.name in _SECRET and getattr(self, f.name) else getattr(self, f.name) for f in fields(self)
        }
        return f"Configuration({', '.join(f'{name}={value!r}' for name, value in shown.items())})"


_SECRET = {"secret_key", "smarthost_password", "database_url", "blob_options"}
SECRET_LENGTH = 32
"""Characters a secret key must have."""

_TLS_MODES = ("off", "opportunistic", "required", "implicit")


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
    typed = _typed(values, problems)
    typed["data"] = Path(typed.get("data", data)).expanduser().absolute()
    _check(typed, problems)
    if problems:
        raise Misconfigured(problems)
    typed.setdefault("domain", _kept_domain(typed["data"]))
    if not typed.get("secret_key"):
        typed["secret_key"] = _kept_secret(typed["data"], write=write_secret)
    return Configuration(**typed)


def keep_domain(configuration: Configuration) -> None:
    """
    Keep the domain in `<data>/domain`, so that a later command that is told nothing issues aliases under the same.

    Raises OSError if the data folder cannot be written.
    """
    path = configuration.data / "domain"
    if configuration.domain != _kept_domain(configuration.data):
        path.write_text(f"{configuration.domain}\n", "ascii")


def _kept_domain(data: Path) -> str:
    try:
        kept = (data / "domain").read_text("ascii").strip()
    except (OSError, UnicodeDecodeError):
        return DEFAULT_DOMAIN
    return domain_of(f"x@{kept}") or DEFAULT_DOMAIN


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


def _typed(values: Mapping[str, Any], problems: list[str]) -> dict[str, Any]:
    typed: dict[str, Any] = {}
    for name, value in values.items():
        try:
            typed[name] = _as_type(name, value)
        except (ValueError, TypeError) as error:
            problems.append(f"{name}: {error}.")
    return typed


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
        case _ if isinstance(_DEFAULTS[name], int) and not isinstance(_DEFAULTS[name], bool):
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


_DEFAULTS = {one.name: one.default for one in fields(Configuration)}


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


_AUTHSERV_ID = re.compile(r"[A-Za-z0-9._-]{1,255}\Z")
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


def _check(typed: dict[str, Any], problems: list[str]) -> None:
    if "domain" in typed:
        domain = domain_of(f"x@{typed['domain']}")
        if domain is None:
            problems.append(f"domain: “{typed['domain']}” is not a domain name.")
        else:
            typed["domain"] = domain
    if typed.get("secret_key") and len(typed["secret_key"]) < SECRET_LENGTH:
        problems.append(
            f"secret_key: it is shorter than {SECRET_LENGTH} characters; leave it out to have one made and kept."
        )
    if typed.get("authserv_id") and not typed.get("trust_peers"):
        problems.append("authserv_id: name in trust_peers the servers whose Authentication-Results are to be believed.")
    if typed.get("authserv_id") and not _AUTHSERV_ID.match(typed["authserv_id"]):
        problems.append(f"authserv_id: “{typed['authserv_id']}” is not one, for example mx.market.example.")
    _check_ways_out(typed, problems)
    if bool(typed.get("tls_certificate")) != bool(typed.get("tls_key")):
        problems.append("tls_certificate and tls_key: give both or neither.")
    if typed.get("database_url") and not typed["database_url"].startswith(("postgresql://", "postgres://")):
        problems.append("DATABASE_URL: it must start with postgresql://; no other database is supported.")
    elif typed.get("database_url") and not _is_readable(typed["database_url"]):
        problems.append("DATABASE_URL: it cannot be read; write % : / ? # @ in a user name or password as %25, %3A, …")

    _check_limits(typed, problems)


def _check_limits(typed: Mapping[str, Any], problems: list[str]) -> None:
    def limit(name: str) -> int:
        return int(typed.get(name, _DEFAULTS[name]))

    problems += [f"{name}: it must be at least 1." for name in _AT_LEAST_ONE if limit(name) < 1]
    if limit("bytes_in_flight") // max(1, limit("listeners")) < limit("size_limit"):
        problems.append("bytes_in_flight: each of the listeners must have room for one mail of size_limit.")


_AT_LEAST_ONE = ("size_limit", "scanner_limit", "listeners", "connections", "connections_per_client")


def _check_ways_out(typed: dict[str, Any], problems: list[str]) -> None:
    if typed.get("smarthost_tls", "opportunistic") not in _TLS_MODES:
        problems.append(f"smarthost_tls: it must be one of {', '.join(_TLS_MODES)}.")
    if typed.get("direct") and typed.get("smarthost"):
        problems.append("direct and smarthost: mail leaves by one of them; leave the other out.")


def _is_readable(url: str) -> bool:
    # Imported here because most installations have no database of their own to name.
    from psycopg import ProgrammingError
    from psycopg.conninfo import conninfo_to_dict

    try:
        conninfo_to_dict(url)
    except ProgrammingError:
        # Its message is not shown, since it may quote the password.
        return False
    return True


def _kept_secret(data: Path, *, write: bool) -> str:
    path = data / "secret"
    if path.is_file():
        return _read_secret(path)
    made = secrets.token_urlsafe(48)
    if not write:
        return made
    data.mkdir(parents=True, exist_ok=True)
    # Two processes may start at once: whoever links first wins, the other reads what stands.
    handle, temporary = tempfile.mkstemp(dir=data, prefix=".secret-")
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(made)
            file.flush()
            # Without it a power cut could leave an empty file under the name.
            os.fsync(file.fileno())
        os.link(temporary, path)
    except FileExistsError:
        return _read_secret(path)
    finally:
        Path(temporary).unlink()
    return made


def _read_secret(path: Path) -> str:
    secret = path.read_bytes().decode("ascii", "replace").strip()
    if len(secret) < SECRET_LENGTH or not secret.isascii():
        raise Misconfigured([f"{path} holds no secret key. Delete it to have one made; everybody signs in anew."])
    return secret


def calm_collector() -> None:
    """
    Let a process that has started look for cyclic rubbish less often, and never again in what it started with.

    Mails come and go by reference counting; the collector's default pace costs a mail server a tenth of its time.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
