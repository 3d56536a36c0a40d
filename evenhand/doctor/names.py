"""Examines the names in the DNS by which mail finds us and others believe us."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from evenhand.configuration import Configuration
from evenhand.connectors.authentication.alignment import Alignment, walk
from evenhand.connectors.authentication.sender_policy import check_sender
from evenhand.connectors.dns import Answer, Found, Inquiry, Unanswered, reverse_name
from evenhand.connectors.exchanger.mta_sts import read_policy, record_id
from evenhand.doctor import certificates, signing
from evenhand.doctor.check import Check, fail, ok, skip, warn
from evenhand.relay.keys import is_local

__all__ = ["examine"]


def examine(configuration: Configuration, inquiry: Inquiry, fetch: Callable[[str], bytes | None]) -> Iterator[Check]:
    """Ask for every record the mail domain needs, and print the missing ones as they must be added."""
    domain = configuration.domain
    if is_local(domain):
        yield skip("mail domain", f"{domain} is a name of this machine or network only; the DNS is not asked.")
        return
    exchangers = inquiry.ask(domain, "MX")
    yield _mx(domain, exchangers)
    yield from _exchangers(configuration, exchangers, inquiry)
    yield from certificates.ours(configuration, _hosts(exchangers))
    yield _mta_sts(domain, _hosts(exchangers), inquiry, fetch)
    spf = _spf(configuration, inquiry.ask(domain, "TXT"))
    yield spf
    if spf.state == "ok":
        yield from _senders(configuration, inquiry)
    yield _dmarc(domain, inquiry)
    yield from signing.examine(configuration, inquiry)
    yield from _reverse(configuration, inquiry)


def _unanswered(name: str, answer: Unanswered) -> Check:
    return fail(
        name, f"The DNS could not be asked: {answer.reason}.", "Check this machine's name servers and try again."
    )


def _hosts(answer: Answer) -> list[str]:
    """The mail exchangers' names, nearest first; none for the null MX of RFC 7505."""
    records = answer.records if isinstance(answer, Found) else ()
    pairs = sorted((int(number), host.rstrip(".")) for number, _, host in (one.partition(" ") for one in records))
    return [host for _, host in pairs if host]


def _mx(domain: str, answer: Answer) -> Check:
    if isinstance(answer, Unanswered):
        return _unanswered("MX", answer)
    hosts = _hosts(answer)
    if not hosts:
        return fail(
            "MX",
            f"{domain} has no mail exchanger, so no answer can reach us.",
            f"Add, with the name of the machine that takes mail: {domain}. IN MX 10 mx.{domain}.",
        )
    return ok("MX", f"Mail for {domain} goes to {', '.join(hosts)}.")


def _exchangers(configuration: Configuration, answer: Answer, inquiry: Inquiry) -> Iterator[Check]:
    for host in _hosts(answer)[:5]:
        answers = [inquiry.ask(host, kind) for kind in ("A", "AAAA")]
        addresses = [record for one in answers if isinstance(one, Found) for record in one.records]
        trouble = next((one for one in answers if isinstance(one, Unanswered)), None)
        name = f"address of {host}"
        ours = configuration.public_addresses
        if not addresses and trouble:
            yield _unanswered(name, trouble)
        elif not addresses:
            yield fail(name, "It has no address.", f"Add: {_address_record(host, ours)}")
        elif ours and not set(addresses) & set(ours):
            yield warn(
                name,
                f"It is {', '.join(addresses)}, none of this machine's public addresses.",
                f"If nothing forwards mail from there to here, add: {_address_record(host, ours)}",
            )
        else:
            yield ok(name, f"It is {', '.join(addresses)}.")


def _address_record(host: str, ours: tuple[str, ...]) -> str:
    address = ours[0] if ours else "<this machine's public address>"
    return f"{host}. IN {'AAAA' if ':' in address else 'A'} {address}"


def _spf(configuration: Configuration, answer: Answer) -> Check:
    domain = configuration.domain
    if isinstance(answer, Unanswered):
        return _unanswered("SPF", answer)
    texts = answer.records if isinstance(answer, Found) else ()
    records = [text for text in texts if text.lower() == "v=spf1" or text.lower().startswith("v=spf1 ")]
    if not records:
        return fail("SPF", f"{domain} does not say who may send for it.", _spf_mend(domain, configuration))
    if len(records) > 1:
        return fail("SPF", f"{domain} has {len(records)} SPF records, which counts as an error.", "Leave only one.")
    if "+all" in records[0].lower().split() or "all" in records[0].lower().split():
        return warn("SPF", "The record lets everybody send for this domain.", _spf_mend(domain, configuration))
    return ok("SPF", f"{domain} says: {records[0][:200]}")


def _senders(configuration: Configuration, inquiry: Inquiry) -> Iterator[Check]:
    """Ask SPF about each address our mail leaves from, as a receiver will."""
    smarthost, domain = configuration.smarthost, configuration.domain
    near = smarthost is None or smarthost.host in {"127.0.0.1", "::1", "localhost"}
    addresses = list(configuration.public_addresses)
    if smarthost is not None and not near:
        answers = [inquiry.ask(smarthost.host, kind) for kind in ("A", "AAAA")]
        addresses = [one for answer in answers if isinstance(answer, Found) for one in answer.records]
    for address in addresses[:4]:
        evidence = list(
            check_sender(
                inquiry, Alignment(domain, inquiry), peer=address, helo=domain, reverse_path=f"postmaster@{domain}"
            )
        )
        name = f"SPF of {address}"
        if any(one.outcome == "pass" for one in evidence):
            yield ok(name, "Our mail may come from there.")
        elif any(one.outcome == "temporary" for one in evidence):
            yield fail(name, "The DNS could not be asked.", "Check this machine's name servers and try again.")
        elif near:
            yield fail(name, f"{domain} does not let mail come from there.", _spf_mend(domain, configuration))
        else:
            yield warn(
                name,
                "The smarthost's address may not send for us; it may send from others.",
                _spf_mend(domain, configuration),
            )


def _mta_sts(domain: str, hosts: Sequence[str], inquiry: Inquiry, fetch: Callable[[str], bytes | None]) -> Check:
    """Look whether the promise of TLS for mail to us, if there is one, can be kept (RFC 8461)."""
    name = "MTA-STS"
    answer = inquiry.ask(f"_mta-sts.{domain}", "TXT")
    if isinstance(answer, Unanswered):
        return _unanswered(name, answer)
    if not isinstance(answer, Found):
        return skip(name, f"{domain} promises no TLS to those who send to it.")
    policy_id = record_id(answer)
    if not policy_id:
        return fail(name, "The record cannot be read.", f'Set: _mta-sts.{domain}. IN TXT "v=STSv1; id=1;"')
    content = fetch(domain)
    policy = read_policy(content, policy_id, 0) if content is not None else None
    where = f"https://mta-sts.{domain}/.well-known/mta-sts.txt"
    if policy is None:
        return fail(name, f"There is a record but no policy at {where}.", "Publish one, or take the record away.")
    uncovered = [host for host in hosts if not policy.covers(host)]
    if uncovered and policy.mode != "none":
        return fail(name, f"The policy leaves out {uncovered[0]}.", f"Add to {where} the line: mx: {uncovered[0]}")
    return ok(name, f"The policy is “{policy.mode}” and names every host of the MX records.")


def _spf_mend(domain: str, configuration: Configuration) -> str:
    smarthost = configuration.smarthost
    if smarthost is not None and smarthost.host not in {"127.0.0.1", "::1", "localhost"}:
        record = f'{domain}. IN TXT "v=spf1 a:{smarthost.host} -all"'
        return f"Set: {record} or, if your provider names an include: of its own, that instead of a:."
    ours = [f"ip6:{one}" if ":" in one else f"ip4:{one}" for one in configuration.public_addresses]
    return f'Set: {domain}. IN TXT "{" ".join(["v=spf1", *(ours or ["mx"]), "-all"])}"'


def _dmarc(domain: str, inquiry: Inquiry) -> Check:
    found = walk(domain, inquiry)
    if isinstance(found, Unanswered):
        return _unanswered("DMARC", found)
    if not found.policy:
        return warn(
            "DMARC",
            f"Neither {domain} nor a domain above it has a policy; large providers ask for one.",
            f'Add: _dmarc.{domain}. IN TXT "v=DMARC1; p=reject"',
        )
    return ok("DMARC", f"The policy is p={found.policy.get('p', 'none')}.")


def _reverse(configuration: Configuration, inquiry: Inquiry) -> Iterator[Check]:
    if not configuration.public_addresses:
        yield skip("reverse name", "No public_addresses are set.")
    for address in configuration.public_addresses:
        name = f"reverse name of {address}"
        try:
            owner = reverse_name(address)
        except ValueError:
            yield fail(name, "It is not an IP address.", "Correct EVENHAND_PUBLIC_ADDRESSES.")
            continue
        answer = inquiry.ask(owner, "PTR")
        wanted = f"{owner}. IN PTR mx.{configuration.domain}."
        if isinstance(answer, Unanswered):
            yield _unanswered(name, answer)
        elif not isinstance(answer, Found):
            yield warn(
                name, "It has none; many servers refuse mail from such a machine.", f"Ask your host to add: {wanted}"
            )
        else:
            yield _confirmed(name, address, answer.records[0].rstrip("."), inquiry)


def _confirmed(name: str, address: str, host: str, inquiry: Inquiry) -> Check:
    kind = "AAAA" if ":" in address else "A"
    answer = inquiry.ask(host, kind)
    if isinstance(answer, Unanswered):
        return _unanswered(name, answer)
    if isinstance(answer, Found) and address in answer.records:
        return ok(name, f"It is {host}, which leads back.")
    return warn(name, f"It is {host}, which does not lead back to {address}.", f"Add: {host}. IN {kind} {address}")
