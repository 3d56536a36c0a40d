"""What the DNS says, what it does not have, and what it could not be asked."""

import socket
import threading
import time

import dns.flags
import dns.message
import dns.rcode
import dns.rrset
import pytest

from evenhand.configuration import Endpoint
from evenhand.connectors.dns import Found, Missing, Resolver, Unanswered, _are_here, reverse_name

RECORDS = {
    ("home.example.", "TXT"): ['"v=spf1 " "-all"', '"\\255\\000"'],
    ("home.example.", "MX"): ["10 mx.home.example."],
    ("home.example.", "A"): ["192.0.2.1", "192.0.2.2"],
    ("25.2.0.192.in-addr.arpa.", "PTR"): ["mx.home.example."],
}


# The names for which the name server says that it has checked DNSSEC.
VOUCHED = {}


@pytest.fixture
def nameserver():
    """A name server on loopback that knows home.example, fails at broken.example and is silent about slow.example."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))
        thread = threading.Thread(target=serve, args=(server,))
        thread.start()
        host, port = server.getsockname()
        yield Endpoint(host, port)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
            client.sendto(b"stop", (host, port))
        thread.join(5)


def serve(server):
    while (packet := server.recvfrom(4096))[0] != b"stop":
        query = dns.message.from_wire(packet[0])
        name, kind = str(query.question[0].name), dns.rdatatype.to_text(query.question[0].rdtype)
        response = dns.message.make_response(query)
        response.flags |= dns.flags.AA
        if VOUCHED.get(name) and query.flags & dns.flags.AD:
            response.flags |= dns.flags.AD
        if name.startswith("slow."):
            continue
        if name.startswith("broken."):
            response.set_rcode(dns.rcode.SERVFAIL)
        elif (name, kind) in RECORDS:
            response.answer.append(dns.rrset.from_text_list(name, 60, "IN", kind, RECORDS[name, kind]))
        elif not any(owner == name for owner, _ in RECORDS):
            response.set_rcode(dns.rcode.NXDOMAIN)
        server.sendto(response.to_wire(), packet[1])


def test_records_come_as_text(nameserver):
    inquiry = Resolver(nameserver=nameserver).inquiry()
    texts = inquiry.ask("home.example", "TXT")
    # A server may give them in any order, and this one shuffles.
    assert isinstance(texts, Found)
    assert sorted(texts.records) == ["v=spf1 -all", "\xff\x00"]
    assert inquiry.ask("Home.Example.", "MX") == Found(("10 mx.home.example",))
    addresses = inquiry.ask("home.example", "A")
    assert isinstance(addresses, Found)
    assert sorted(addresses.records) == ["192.0.2.1", "192.0.2.2"]
    assert inquiry.ask(reverse_name("192.0.2.25"), "PTR") == Found(("mx.home.example",))


@pytest.mark.parametrize("vouched", [True, False])
def test_what_dnssec_vouches_for_is_believed_of_a_name_server_on_this_machine(nameserver, monkeypatch, vouched):
    monkeypatch.setitem(VOUCHED, "home.example.", vouched)
    assert Resolver(nameserver=nameserver).ask("home.example", "MX") == Found(("10 mx.home.example",), vouched)


def test_what_dnssec_vouches_for_is_not_believed_of_a_name_server_elsewhere():
    assert [_are_here(servers) for servers in (["127.0.0.1", "::1"], ["127.0.0.1", "192.0.2.53"], ["here"])] == [
        True, False, False,
    ]  # fmt: skip


def test_what_does_not_exist_is_missing_and_what_fails_is_unanswered(nameserver):
    inquiry = Resolver(nameserver=nameserver).inquiry(1)
    assert inquiry.ask("home.example", "AAAA") == Missing(exists=True)
    assert inquiry.ask("gone.example", "A") == Missing(exists=False)
    assert inquiry.ask("broken.example", "A") == Unanswered("A of broken.example: NoNameservers")


@pytest.mark.parametrize("name", ["a..b", "x" * 64 + ".example", "x." * 200, "\\", "\\300", "a\udcffb", "\0.example"])
def test_a_name_that_cannot_be_is_missing(nameserver, name):
    assert Resolver(nameserver=nameserver).inquiry().ask(name, "TXT") == Missing(exists=False)


def test_silence_ends_with_the_time_for_all_questions(nameserver):
    inquiry = Resolver(nameserver=nameserver).inquiry(0.3)
    start = time.monotonic()
    assert inquiry.ask("slow.example", "A") == Unanswered("A of slow.example: LifetimeTimeout")
    assert inquiry.ask("home.example", "A") == Unanswered("A of home.example: the time for all questions is over")
    assert time.monotonic() - start < 2


def test_nothing_is_asked_twice():
    class Zone(dict):
        asked = 0

        def __contains__(self, key):
            Zone.asked += 1
            return super().__contains__(key)

    inquiry = Resolver(Zone({("home.example", "A"): ("192.0.2.1",)})).inquiry()
    assert [inquiry.ask(name, "A") for name in ("home.example", "HOME.example.")] == [Found(("192.0.2.1",))] * 2
    assert Zone.asked == 1


def test_a_zone_in_memory_answers_like_a_server():
    inquiry = Resolver({("home.example", "A"): ("192.0.2.1",), ("slow.example", "A"): None}).inquiry()
    assert inquiry.ask("home.example", "TXT") == Missing(exists=True)
    assert inquiry.ask("gone.example", "TXT") == Missing(exists=False)
    assert inquiry.ask("slow.example", "A") == Unanswered("A of slow.example: LifetimeTimeout")
