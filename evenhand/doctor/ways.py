"""Examines the ways in and out: the smarthost takes our mail, the listener takes nobody else's."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from datetime import datetime

from evenhand.configuration import Configuration, Endpoint
from evenhand.connectors.probes import Greeting, Trouble, greet, offer_recipient
from evenhand.doctor import certificates, probe
from evenhand.doctor.check import Check, fail, ok, skip, warn

__all__ = ["examine"]

# A name that can never exist (RFC 6761 §6.4), so no mail could go anywhere even if it were taken.
FOREIGN = "nobody@elsewhere.invalid"


def examine(configuration: Configuration, now: datetime, *, probed: bool = False) -> Iterator[Check]:
    """Knock at the smarthost and at our own listener."""
    yield _smarthost(configuration)
    yield from certificates.of_smarthost(configuration, now)
    if configuration.smarthost is not None and not probed:
        yield probe.last(configuration)
    yield _listener(configuration)


def _smarthost(configuration: Configuration) -> Check:
    server = configuration.smarthost
    if server is None and configuration.direct:
        return skip("smarthost", "None is needed: mail goes to the recipients' exchangers itself.")
    if server is None:
        return warn(
            "smarthost",
            "None is set, so no mail can leave.",
            "Set EVENHAND_SMARTHOST to the server that takes your outgoing mail, for example 127.0.0.1:25",
        )
    greeting = greet(server, implicit_tls=configuration.smarthost_tls == "implicit")
    if isinstance(greeting, Trouble):
        mend = "Check EVENHAND_SMARTHOST, EVENHAND_SMARTHOST_TLS, and whether a firewall lets this machine out."
        return fail("smarthost", f"{server} cannot be asked: {greeting.reason}.", mend)
    return _offer(configuration, server, greeting)


def _offer(configuration: Configuration, server: Endpoint, greeting: Greeting) -> Check:
    mode, near = configuration.smarthost_tls, _is_loopback(server.host)
    if mode == "required" and not greeting.starttls:
        return fail(
            "smarthost",
            f"{server} does not offer STARTTLS, but smarthost_tls is “required”.",
            "Use its port with TLS, or turn TLS on there; “opportunistic” would send in the clear.",
        )
    if 0 < greeting.size < configuration.size_limit:
        return warn(
            "smarthost",
            f"{server} takes {greeting.size} bytes, but we accept mails of {configuration.size_limit}.",
            f"Raise the limit there, or set EVENHAND_SIZE_LIMIT to at most {greeting.size}.",
        )
    if mode != "implicit" and not greeting.starttls and not near:
        return warn(
            "smarthost",
            f"{server} does not offer STARTTLS: mail crosses the network in the clear.",
            "Turn TLS on there, then set EVENHAND_SMARTHOST_TLS=required.",
        )
    return ok("smarthost", f"{server} answers and takes mails of our size.")


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _listener(configuration: Configuration) -> Check:
    server = configuration.smtp
    if server is None:
        return skip("listener", "No smtp port is set.")
    answer = offer_recipient(server, sender=f"postmaster@{configuration.domain}", recipient=FOREIGN)
    if isinstance(answer, Trouble):
        if answer.refused:
            return skip("listener", f"Nobody listens at {server}; it was not asked.")
        return fail("listener", f"{server} cannot be asked: {answer.reason}.", "Look at the log of the listener.")
    if answer.code < 400:
        return fail(
            "listener",
            f"{server} takes mail for a foreign address (answer {answer.code}): it is an open relay.",
            "Stop it now. If another server stands in front, let it take mail for our domain only.",
        )
    if answer.code < 500:
        return warn("listener", f"{server} answers {answer.code} for now.", "Look at the database, then try again.")
    return ok("listener", f"{server} refuses foreign addresses ({answer.code}).")
