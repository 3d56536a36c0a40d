"""A copy finds its way to the recipient's own exchangers: the nearest that answers, as private as its domain promised."""

import asyncio
import hashlib
import json
import subprocess
import sys
import time
import uuid

import pytest
import uvloop

from evenhand.configuration import Configuration
from evenhand.connectors.dns import Resolver
from evenhand.connectors.exchanger import Exchanger
from evenhand.connectors.exchanger import channel as module
from evenhand.relay.channel import Copy, Deferred, Failed, Sent
from tests.connectors.exchangers import (
    LOOPBACK,
    Host,
    authority,
    certificate_for,
    exchangers,
    policy_server,
    served,
)

MX = {
    ("shop.example", "MX"): ("20 b.shop.example", "10 a.shop.example"),
    ("a.shop.example", "A"): ("127.0.0.2",),
    ("b.shop.example", "A"): ("127.0.0.3",),
}
NAMES = ("a.shop.example", "b.shop.example")


def a_copy(address="ben@shop.example"):
    return Copy(uuid.uuid4(), "b-1@m.market.example", address, b"Subject: x\r\n\r\nThe lamp.\r\n.\r\n")


@pytest.fixture(params=["asyncio", "uvloop"])
def channel(tmp_path, request, monkeypatch):
    """Make a channel that knows a zone and may go to loopback; workers run on uvloop, others on asyncio's own loop."""
    if request.param == "uvloop":
        monkeypatch.setattr(asyncio, "run", uvloop.run)
    made = []
    (tmp_path / "authority.pem").write_bytes(authority().pem().partition(b"-----END PRIVATE KEY-----\n")[2])

    def make(zone, port, *, signed=False, private=LOOPBACK, own=(), https_port=1):
        configuration = Configuration(
            data=tmp_path, domain="m.market.example", private_exchangers=private, public_addresses=own, direct=True
        )
        made.append(
            Exchanger(
                configuration,
                resolver=Resolver(zone, signed=signed),
                port=port,
                https_port=https_port,
                authorities=str(tmp_path / "authority.pem"),
            )
        )
        return made[-1]

    return make


def told(channel, hosts, zone=MX, *, copies=1, address="ben@shop.example", **settings):
    """Serve the hosts, deliver so many copies one after another, and give how they ended."""

    async def story():
        async with exchangers(**hosts) as port:
            way = channel(zone, port, **settings)
            try:
                return [await way.deliver(a_copy(address)) for _ in range(copies)]
            finally:
                await way.close()

    return asyncio.run(story())


class TestWay:
    def test_the_nearest_exchanger_gets_the_copy_and_the_other_is_left_alone(self, channel):
        near, far = Host(), Host()
        assert told(channel, {"a2": near, "a3": far}) == [Sent("2.0.0 queued")]
        assert (near.mails, far.connections) == ([b"Subject: x\r\n\r\nThe lamp.\r\n..\r\n"], 0)
        assert near.heard == [
            "EHLO m.market.example", "MAIL FROM:<b-1@m.market.example> SIZE=28", "RCPT TO:<ben@shop.example>", "DATA", "QUIT",
        ]  # fmt: skip

    @pytest.mark.parametrize("greeting", [b"421 4.3.2 closing", b"450 later", b"nonsense"])
    def test_the_next_gets_it_if_the_nearest_says_later_before_any_mail(self, channel, greeting):
        far = Host()
        assert told(channel, {"a2": Host(greeting=greeting), "a3": far}) == [Sent("2.0.0 queued")]
        assert len(far.mails) == 1

    def test_the_next_gets_it_if_nobody_listens_at_the_nearest(self, channel):
        far = Host()
        assert told(channel, {"a3": far}) == [Sent("2.0.0 queued")]

    def test_a_host_that_refuses_at_the_door_ends_the_copy(self, channel):
        far = Host()
        ends = told(channel, {"a2": Host(greeting=b"554 5.7.1 your address is on a list"), "a3": far})
        assert ends == [Failed("connect", "5.7.1", "5.7.1 your address is on a list")]
        assert told(channel, {"a2": Host(greeting=b"554 no mail here"), "a3": far}) == [
            Failed("connect", "5.3.2", "no mail here")
        ]
        assert far.connections == 0

    @pytest.mark.parametrize(
        ("verb", "answer", "end"),
        [
            (b"MAIL", b"451 4.7.1 slower", Deferred("mail", "4.7.1", "4.7.1 slower")),
            (b"RCPT", b"452 4.2.2 full", Deferred("rcpt", "4.2.2", "4.2.2 full")),
            (b"RCPT", b"550 5.1.1 who?", Failed("rcpt", "5.1.1", "5.1.1 who?")),
            (b".", b"451 4.3.0 later", Deferred("dot", "4.3.0", "4.3.0 later")),
            (b".", b"554 5.6.0 no", Failed("dot", "5.6.0", "5.6.0 no")),
        ],
    )
    def test_an_answer_to_the_mail_is_for_this_copy_and_no_other_host_is_tried(self, channel, verb, answer, end):
        far = Host()
        assert told(channel, {"a2": Host(answers={verb: answer}), "a3": far}) == [end]
        assert far.connections == 0

    @pytest.mark.parametrize(("verb", "phase"), [(b"MAIL", "mail"), (b"RCPT", "rcpt"), (b".", "dot")])
    def test_a_connection_that_breaks_puts_the_copy_off_with_the_phase(self, channel, verb, phase):
        [end] = told(channel, {"a2": Host(breaks_at=verb), "a3": Host()})
        assert (type(end), end.phase, end.status, end.trouble) == (Deferred, phase, "4.4.2", "protocol")

    def test_where_nobody_can_be_met_the_copy_is_put_off_and_the_domain_left_alone_for_a_while(
        self, channel, monkeypatch
    ):
        zone = {**MX, ("home.example", "A"): ("127.0.0.4",)}
        hosts = {"a4": Host()}

        async def story():
            async with exchangers(**hosts) as port:
                way = channel(zone, port)
                opened = []
                open_line = module.open_line

                async def counting(name, *rest, **more):
                    opened.append(name)
                    return await open_line(name, *rest, **more)

                monkeypatch.setattr(module, "open_line", counting)
                addresses = ("ben@shop.example", "eve@shop.example", "ada@home.example")
                ends = [await way.deliver(a_copy(one)) for one in addresses]
                await way.close()
                return ends, opened

        [first, second, third], opened = asyncio.run(story())
        assert (first.phase, first.status, first.trouble, first.unreachable) == ("connect", "4.4.1", "refused", False)
        assert (second, third, opened) == (first, Sent("2.0.0 queued"), [*NAMES, "home.example"])

    def test_every_address_of_a_host_is_tried(self, channel):
        host = Host()
        zone = {**MX, ("a.shop.example", "A"): ("127.0.0.7", "127.0.0.2")}
        assert told(channel, {"a2": host}, zone) == [Sent("2.0.0 queued")]

    def test_equal_hosts_share_the_load(self, channel):
        one, other = Host(), Host()
        zone = {**MX, ("shop.example", "MX"): ("10 b.shop.example", "10 a.shop.example")}
        for _ in range(40):
            told(channel, {"a2": one, "a3": other}, zone)
        assert len(one.mails) + len(other.mails) == 40
        assert min(len(one.mails), len(other.mails)) > 0

    def test_a_domain_without_mx_is_its_own_exchanger(self, channel):
        host = Host()
        assert told(channel, {"a2": host}, {("shop.example", "A"): ("127.0.0.2",)}) == [Sent("2.0.0 queued")]

    @pytest.mark.parametrize(
        ("zone", "end"),
        [
            ({("shop.example", "MX"): ("0 ",)}, Failed("connect", "5.1.10", "the domain takes no mail (null MX)")),
            ({}, Failed("connect", "5.1.2", "the domain has no mail exchanger and no address")),
            (
                {("shop.example", "MX"): ("10 gone.shop.example",)},
                Failed("connect", "5.1.2", "the domain has no mail exchanger and no address"),
            ),
            (
                {("shop.example", "MX"): ("10 192.0.2.1 x",)},
                Failed("connect", "5.4.4", "no mail exchanger of the domain has a name that can be"),
            ),
            (
                {("shop.example", "MX"): None},
                Deferred("connect", "4.4.3", "MX of shop.example: LifetimeTimeout", "dns", elsewhere=True),
            ),
            (
                {**MX, ("a.shop.example", "A"): None, ("b.shop.example", "A"): None},
                Deferred("connect", "4.4.3", "A of a.shop.example: LifetimeTimeout", "dns", elsewhere=True),
            ),
        ],
    )
    def test_what_the_dns_says_ends_the_copy_and_its_silence_does_not(self, channel, zone, end):
        assert told(channel, {}, zone) == [end]

    def test_an_address_with_a_command_in_it_is_not_written(self, channel):
        assert told(channel, {}, address="ben@shop.example>\r\nRCPT TO:<eve@shop.example") == [
            Failed("mail", "5.1.3", "the address cannot be written as a command")
        ]


class TestNowhere:
    """Somebody's DNS must not make us talk to what is not theirs."""

    @pytest.mark.parametrize(
        "address",
        [
            "127.0.0.2",
            "10.0.0.1",
            "169.254.169.254",
            "192.168.1.1",
            "100.64.0.1",
            "0.0.0.0",
            "224.0.0.1",
            "255.255.255.255",
        ],
    )
    def test_a_private_address_is_not_called(self, channel, address):
        host = Host()
        ends = told(channel, {"a2": host}, {("shop.example", "A"): (address,)}, private=())
        assert ends == [Failed("connect", "5.4.4", "its mail exchangers have private addresses only")]
        assert host.connections == 0

    @pytest.mark.parametrize(
        "address",
        [
            "::1",
            "fe80::1",
            "fc00::1",
            "::ffff:127.0.0.2",
            "2002:7f00:2::1",
            "64:ff9b::7f00:2",
            "2001:0:7f00:2::1",
            "::",
            "ff02::1",
        ],
    )
    def test_nor_one_wrapped_in_ipv6(self, channel, address):
        ends = told(channel, {}, {("shop.example", "AAAA"): (address,)}, private=())
        assert ends == [Failed("connect", "5.4.4", "its mail exchangers have private addresses only")]

    def test_a_public_host_beside_a_private_one_is_still_called(self, channel):
        host = Host()
        assert told(channel, {"a3": host}, private=(LOOPBACK[0].supernet(new_prefix=8),)) == [Sent("2.0.0 queued")]

    def test_mail_that_would_come_back_to_us_fails(self, channel):
        host = Host()
        ends = told(channel, {"a2": host, "a3": host}, own=("127.0.0.2",))
        assert ends == [Failed("connect", "5.4.6", "mail for the domain leads back to us, by a.shop.example (10)")]
        assert host.connections == 0

    def test_hosts_no_nearer_than_ourselves_are_left_out(self, channel):
        far = Host()
        [end] = told(channel, {"a3": far}, own=("127.0.0.3",))
        assert (end.phase, end.trouble, far.connections) == ("connect", "refused", 0)


class TestConnections:
    def test_a_connection_is_kept_for_the_next_copy_to_the_domain(self, channel):
        host = Host()
        assert told(channel, {"a2": host}, copies=3) == [Sent("2.0.0 queued")] * 3
        assert (host.connections, len(host.mails)) == (1, 3)

    def test_no_domain_gets_more_than_four_at_once_and_none_waits_for_another(self, channel, monkeypatch):
        busy, free = Host(), Host()
        zone = {**MX, ("home.example", "A"): ("127.0.0.4",)}

        async def story():
            busy.gate = asyncio.Event()
            async with exchangers(a2=busy, a4=free) as port:
                way = channel(zone, port)
                waiting = [asyncio.create_task(way.deliver(a_copy())) for _ in range(8)]
                other = await way.deliver(a_copy("ada@home.example"))
                pending = sum(not one.done() for one in waiting)
                busy.gate.set()
                ends = await asyncio.gather(*waiting)
                await way.close()
                return other, pending, ends

        assert asyncio.run(story()) == (Sent("2.0.0 queued"), 8, [Sent("2.0.0 queued")] * 8)
        assert busy.most_at_once == 4

    def test_a_copy_that_finds_no_room_in_time_is_put_off(self, channel, monkeypatch):
        monkeypatch.setattr(module, "ROOM_SECONDS", 0.05)
        busy = Host()

        async def story():
            busy.gate = asyncio.Event()
            async with exchangers(a2=busy) as port:
                way = channel(MX, port)
                waiting = [asyncio.create_task(way.deliver(a_copy())) for _ in range(5)]
                [first], _ = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
                busy.gate.set()
                await asyncio.gather(*waiting)
                await way.close()
                return first.result()

        assert asyncio.run(story()) == Deferred(
            "connect", "4.4.5", "no connection to shop.example was free in time", "timeout", elsewhere=True
        )

    def test_a_server_that_stays_silent_over_the_dot_is_given_up_in_time(self, channel, monkeypatch):
        monkeypatch.setattr(module, "TRY_SECONDS", 0.3)
        busy = Host()

        async def story():
            busy.gate = asyncio.Event()
            async with exchangers(a2=busy) as port:
                way = channel(MX, port)
                end = await way.deliver(a_copy())
                busy.gate.set()
                await way.close()
                return end

        end = asyncio.run(story())
        assert (end.phase, end.status, end.trouble) == ("dot", "4.4.2", "timeout")


def tls(folder, name="a.shop.example", **more):
    return served(certificate_for(name, **more), folder)


class TestOpportunistic:
    def test_tls_is_used_where_it_is_offered_whoever_the_certificate_is_of(self, channel, tmp_path):
        host = Host(tls=tls(tmp_path, "another.example", by="A stranger", days=-1))
        assert told(channel, {"a2": host}) == [Sent("2.0.0 queued")]
        assert host.sealed == [True]

    def test_a_server_whose_tls_is_broken_gets_the_mail_in_the_clear(self, channel):
        host = Host(answers={b"STAR": b"454 4.7.0 not now"})
        assert told(channel, {"a2": host}) == [Sent("2.0.0 queued")]
        assert (host.sealed, host.connections) == ([False], 2)

    def test_a_server_that_knows_no_extensions_is_spoken_to(self, channel):
        host = Host(answers={b"EHLO": b"502 5.5.1 what?"})
        assert told(channel, {"a2": host}) == [Sent("2.0.0 queued")]
        assert host.heard[1] == "HELO m.market.example"


def tlsa(pair, usage=3, selector=1, matching=1):
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    key = pair.certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    part = key if selector else pair.der
    digest = {0: part, 1: hashlib.sha256(part).digest(), 2: hashlib.sha512(part).digest()}[matching]
    return f"{usage} {selector} {matching} {digest.hex()}"


class TestDane:
    """`own` is the certificate the host shows."""

    own = staticmethod(lambda: certificate_for("a.shop.example"))

    def sent(self, channel, tmp_path, records, *, signed=True, shown=None, host=None):
        host = host or Host(tls=served(shown or self.own(), tmp_path))

        async def story():
            async with exchangers(a2=host) as port:
                near = {key: value for key, value in MX.items() if key[0] != "b.shop.example"}
                near["shop.example", "MX"] = ("10 a.shop.example",)
                zone = {**near, (f"_{port}._tcp.a.shop.example", "TLSA"): records}
                way = channel(zone, port, signed=signed)
                end = await way.deliver(a_copy())
                await way.close()
                return end

        end = asyncio.run(story())
        assert len(host.mails) == isinstance(end, Sent)
        return end

    @pytest.mark.parametrize("usage", [2, 3])
    @pytest.mark.parametrize("selector", [0, 1])
    @pytest.mark.parametrize("matching", [0, 1, 2])
    def test_the_published_certificate_is_taken(self, channel, tmp_path, usage, selector, matching):
        published = self.own() if usage == 3 else authority()
        assert self.sent(channel, tmp_path, (tlsa(published, usage, selector, matching),)) == Sent("2.0.0 queued")

    @pytest.mark.parametrize("usage", [2, 3])
    def test_another_gets_no_mail(self, channel, tmp_path, usage):
        end = self.sent(channel, tmp_path, (tlsa(certificate_for("eve.example"), usage),))
        assert end == Deferred(
            "connect", "4.7.5", "the certificate of a.shop.example is not the one its domain publishes (TLSA)", "tls",
            elsewhere=True,
        )  # fmt: skip

    def test_one_of_several_records_is_enough(self, channel, tmp_path):
        records = (tlsa(certificate_for("next.example")), tlsa(self.own()))
        assert self.sent(channel, tmp_path, records) == Sent("2.0.0 queued")

    def test_for_an_end_entity_neither_name_nor_date_counts(self, channel, tmp_path):
        old = certificate_for("another.example", days=-1)
        assert self.sent(channel, tmp_path, (tlsa(old),), shown=old) == Sent("2.0.0 queued")

    @pytest.mark.parametrize(("name", "days"), [("another.example", 30), ("a.shop.example", -1)])
    def test_below_an_anchor_they_do(self, channel, tmp_path, name, days):
        shown = certificate_for(name, days=days)
        assert self.sent(channel, tmp_path, (tlsa(authority(), 2),), shown=shown).status == "4.7.5"

    def test_the_domain_s_own_name_will_do_below_an_anchor(self, channel, tmp_path):
        shown = certificate_for("shop.example")
        assert self.sent(channel, tmp_path, (tlsa(authority(), 2),), shown=shown) == Sent("2.0.0 queued")

    @pytest.mark.parametrize("host", [Host(), Host(answers={b"STAR": b"454 not now"})])
    def test_a_host_that_has_records_and_no_tls_gets_no_mail(self, channel, tmp_path, host):
        assert self.sent(channel, tmp_path, (tlsa(self.own()),), host=host).status == "4.7.5"

    @pytest.mark.parametrize(
        "record", ["0 0 1 " + "00" * 32, "1 1 1 " + "00" * 32, "3 1 1 0011", "3 1 9 00", "3 1 1 xyz"]
    )
    def test_records_nobody_can_obey_ask_for_tls_and_no_more(self, channel, tmp_path, record):
        assert self.sent(channel, tmp_path, (record,)) == Sent("2.0.0 queued")
        assert self.sent(channel, tmp_path, (record,), host=Host()).status == "4.7.5"

    def test_records_that_cannot_be_asked_for_put_the_copy_off(self, channel, tmp_path):
        end = self.sent(channel, tmp_path, None)
        assert (end.status, end.trouble) == ("4.7.5", "dns")

    def test_without_dnssec_records_are_ignored(self, channel, tmp_path):
        assert self.sent(channel, tmp_path, (tlsa(certificate_for("eve.example")),), signed=False) == Sent(
            "2.0.0 queued"
        )


POLICY = "version: STSv1\r\nmode: {mode}\r\nmx: a.shop.example\r\nmax_age: 86400\r\n"


def response(body, status="200 OK", kind="text/plain", more=""):
    content = body.encode()
    return (
        f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(content)}\r\n{more}\r\n".encode() + content
    )


class TestMtaSts:
    def sent(
        self, channel, tmp_path, answer=None, *, mode="enforce", hosts=None, record=("v=STSv1; id=1;",), shown=None, copies=1,
    ):  # fmt: skip
        hosts = hosts or {"a2": Host(tls=tls(tmp_path)), "a3": Host(tls=tls(tmp_path, "b.shop.example"))}
        body = answer or response(POLICY.format(mode=mode))

        async def story():
            web = shown or certificate_for("mta-sts.shop.example")
            async with (
                exchangers(**hosts) as port,
                policy_server(web, tmp_path, lambda: body) as (https_port, requests),
            ):
                zone = {**MX, ("mta-sts.shop.example", "A"): ("127.0.0.9",)}
                if record is not None:
                    zone["_mta-sts.shop.example", "TXT"] = record
                ends = []
                for _ in range(copies):
                    # Each time another worker.
                    way = channel(zone, port, https_port=https_port)
                    ends.append(await way.deliver(a_copy()))
                    await way.close()
                return ends, requests

        ends, requests = asyncio.run(story())
        self.requests = requests
        self.mails = {name: len(host.mails) for name, host in hosts.items()}
        return ends[-1]

    def test_a_promised_host_with_a_good_certificate_gets_the_mail(self, channel, tmp_path):
        assert self.sent(channel, tmp_path) == Sent("2.0.0 queued")
        assert self.requests == [
            b"GET /.well-known/mta-sts.txt HTTP/1.1\r\nHost: mta-sts.shop.example\r\nConnection: close\r\n\r\n"
        ]

    @pytest.mark.parametrize(
        "shown", [("a.shop.example", {"by": "A stranger"}), ("a.shop.example", {"days": -1}), ("other.example", {})]
    )
    def test_one_without_gets_none_and_no_host_that_was_not_promised(self, channel, tmp_path, shown):
        name, more = shown
        hosts = {"a2": Host(tls=tls(tmp_path, name, **more)), "a3": Host(tls=tls(tmp_path, "b.shop.example"))}
        end = self.sent(channel, tmp_path, hosts=hosts)
        assert (end.status, end.detail, end.trouble) == (
            "4.7.5", "b.shop.example is none of the exchangers the domain promises (MTA-STS)", "tls",
        )  # fmt: skip
        assert self.mails == {"a2": 0, "a3": 0}

    def test_one_that_offers_no_tls_gets_none(self, channel, tmp_path):
        assert self.sent(channel, tmp_path, hosts={"a2": Host()}).status == "4.7.5"
        assert self.mails == {"a2": 0}

    @pytest.mark.parametrize("mode", ["testing", "none"])
    def test_a_policy_that_is_not_enforced_stops_nothing(self, channel, tmp_path, mode):
        assert self.sent(channel, tmp_path, mode=mode, hosts={"a2": Host()}) == Sent("2.0.0 queued")

    def test_a_policy_is_fetched_once_for_all_workers_until_its_id_changes(self, channel, tmp_path):
        self.sent(channel, tmp_path, copies=3)
        assert len(self.requests) == 1
        self.sent(channel, tmp_path, record=("v=STSv1; id=2;",))
        assert len(self.requests) == 1
        assert json.loads((tmp_path / "mta-sts" / "shop.example.json").read_bytes())["id"] == "2"

    @pytest.mark.parametrize("record", [None, ("v=STSv1; id=2;",), ("v=STSv1; id=1;", "v=STSv1; id=2;")])
    def test_a_policy_stays_in_force_when_its_record_or_file_is_hidden(self, channel, tmp_path, record):
        self.sent(channel, tmp_path)
        gone = response("", "404 Not Found")
        assert self.sent(channel, tmp_path, gone, hosts={"a2": Host()}, record=record).status == "4.7.5"

    def test_an_expired_policy_is_none(self, channel, tmp_path):
        self.sent(channel, tmp_path)
        path = tmp_path / "mta-sts" / "shop.example.json"
        path.write_text(json.dumps({**json.loads(path.read_bytes()), "until": int(time.time()) - 1}))
        assert self.sent(channel, tmp_path, hosts={"a2": Host()}, record=None) == Sent("2.0.0 queued")

    @pytest.mark.parametrize(
        "answer",
        [
            response(POLICY.format(mode="enforce"), "404 Not Found"),
            response("", "302 Found", more="Location: https://elsewhere.example/\r\n"),
            response(POLICY.format(mode="enforce"), kind="text/html"),
            response(POLICY.format(mode="enforce") + "x: y\r\n" * 20_000),
            response(POLICY.format(mode="harsh")),
            response(POLICY.format(mode="enforce").replace("STSv1", "STSv2")),
            response(POLICY.format(mode="enforce").replace("86400", "a day")),
            response(POLICY.format(mode="enforce").replace("a.shop.example", "*")),
            response(POLICY.format(mode="enforce").replace("mx: a.shop.example\r\n", "")),
            response("\xff\xfe"),
            b"HTTP/1.1 200 OK\r\n\r\n",
            b"\x16\x03",
        ],
    )  # fmt: skip
    def test_what_is_no_policy_is_none(self, channel, tmp_path, answer):
        assert self.sent(channel, tmp_path, answer, hosts={"a2": Host()}) == Sent("2.0.0 queued")
        assert len(self.requests) == 1

    def test_a_policy_server_that_cannot_prove_itself_is_not_believed(self, channel, tmp_path):
        shown = certificate_for("elsewhere.example")
        assert self.sent(channel, tmp_path, hosts={"a2": Host()}, shown=shown) == Sent("2.0.0 queued")
        assert self.requests == []

    @pytest.mark.parametrize(
        ("pattern", "good"), [("*.shop.example", True), ("*.another.example", False), ("*.a.shop.example", False)]
    )
    def test_a_star_stands_for_one_label(self, channel, tmp_path, pattern, good):
        answer = response(POLICY.format(mode="enforce").replace("a.shop.example", pattern))
        assert isinstance(self.sent(channel, tmp_path, answer), Sent) == good


def test_the_channel_is_chosen_by_the_settings():
    """In a process of its own, since the settings are read once."""
    asked = "from django.conf import settings; from django.utils.module_loading import import_string as i; print(type(i(settings.CHANNEL)(settings.EVENHAND)).__name__)"
    given = {"DJANGO_SETTINGS_MODULE": "evenhand.settings", "EVENHAND_SECRET_KEY": "for-the-tests-of-the-channel-alone"}

    def chosen(**settings):
        done = subprocess.run(
            [sys.executable, "-c", asked], env={**given, **settings}, capture_output=True, text=True, check=False
        )
        return done.stdout.strip() or done.stderr.strip().rpartition("Misconfigured: ")[2]

    assert [
        chosen(EVENHAND_DIRECT="true"),
        chosen(EVENHAND_SMARTHOST="127.0.0.1:25"),
        chosen(EVENHAND_DIRECT="true", EVENHAND_SMARTHOST="127.0.0.1:25"),
    ] == [
        "Exchanger",
        "Smarthost",
        "direct and smarthost: mail leaves by one of them; leave the other out.",
    ]
