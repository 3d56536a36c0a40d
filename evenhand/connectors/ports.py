"""Finds out before anything starts whether our ports can be had, and whether the portal answers on its own."""

from __future__ import annotations

import errno
import http.client
import socket
from collections.abc import Mapping
from contextlib import ExitStack

from evenhand.configuration import Endpoint

__all__ = ["Unavailable", "claim", "is_served"]


class Unavailable(Exception):
    """An endpoint cannot be listened on; says which and why, in a sentence."""


def claim(wanted: Mapping[str, Endpoint | None], *, shared: bool = False) -> dict[str, Endpoint]:
    """
    Check that each endpoint, by the name of its setting, can be listened on; a port of 0 becomes one that is free.

    Leaves out what is not wanted. `shared` allows a port that others of ours listen on too. Raises Unavailable.
    Nothing stays open, so another program could still come first; then whatever listens says so.
    """
    # All stay open until the last is checked, lest two settings be given the same free port.
    with ExitStack() as stack:
        return {name: _claim(name, one, stack, shared=shared) for name, one in wanted.items() if one is not None}


def _claim(name: str, endpoint: Endpoint, stack: ExitStack, *, shared: bool) -> Endpoint:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            endpoint.host, endpoint.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        probe = stack.enter_context(socket.socket(family, kind, protocol))
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, shared)
        probe.bind(address)
        return Endpoint(endpoint.host, probe.getsockname()[1])
    except OSError as error:
        raise Unavailable(f"--{name} {endpoint}: {_why(error)}") from error


def _why(error: OSError) -> str:
    if isinstance(error, socket.gaierror):
        return "this host is not known."
    match error.errno:
        case errno.EADDRINUSE:
            return "another program listens there already."
        case errno.EACCES:
            return "this user may not open that port; ports below 1024 need a right of their own."
        case errno.EADDRNOTAVAIL:
            return "this machine has no such address."
        case _:
            return f"{error.strerror}."


def is_served(endpoint: Endpoint) -> bool:
    """Ask our own portal for its health, as a load balancer would, and wait up to five seconds for the answer."""
    # A server bound to every address is reached at the machine's own.
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(endpoint.host, endpoint.host)  # noqa: S104  compared, not bound to
    connection = http.client.HTTPConnection(host, endpoint.port, timeout=5)
    try:
        connection.request("GET", "/healthz", headers={"Host": "localhost"})
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
