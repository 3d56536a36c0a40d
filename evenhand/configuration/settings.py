"""Every setting of an installation, with its type and its default."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

__all__ = ["DEFAULTS", "DEFAULT_DOMAIN", "Configuration", "Endpoint", "Misconfigured", "Network"]

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

DEFAULTS = {one.name: one.default for one in fields(Configuration)}
