"""Finds what contradicts itself in the settings, before anything starts with them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from evenhand.configuration.book import chosen_book
from evenhand.configuration.kept import SECRET_LENGTH
from evenhand.configuration.settings import DEFAULTS, Misconfigured
from evenhand.mail.address import domain_of

__all__ = ["check"]

_TLS_MODES = ("off", "opportunistic", "required", "implicit")
_AUTHSERV_ID = re.compile(r"[A-Za-z0-9._-]{1,255}\Z")


def check(typed: dict[str, Any], problems: list[str]) -> None:
    """Tell each contradiction in a sentence, and write the domain as it is written everywhere."""
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

    _check_book(typed.get("book", ""), problems)
    _check_limits(typed, problems)


def _check_book(name: str, problems: list[str]) -> None:
    if name:
        try:
            chosen_book(name)
        except Misconfigured as error:
            problems += error.problems


def _check_limits(typed: Mapping[str, Any], problems: list[str]) -> None:
    def limit(name: str) -> int:
        return int(typed.get(name, DEFAULTS[name]))

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
