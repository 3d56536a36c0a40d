"""Olga asks the doctor: each thing she can have got wrong is found, with a way to mend it, and no secret is told."""

import gc
import shutil
import socketserver
import tempfile
import threading
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from types import SimpleNamespace

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from evenhand.configuration import Configuration, Endpoint
from evenhand.connectors.dns import Resolver
from evenhand.connectors.exchanger.fetch import Fetcher
from evenhand.doctor import Check, certificates, database, examine, limits
from evenhand.relay import keys as dkim_keys
from tests.connectors.exchangers import Host, authority, certificate_for, served, serving

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
ADDRESS = "192.0.2.25"
DOMAIN = "m.market.example"
ZONE = {
    (DOMAIN, "MX"): (f"20 backup.{DOMAIN}.", f"10 mx.{DOMAIN}."),
    (DOMAIN, "TXT"): ("something else", "v=spf1 mx -all"),
    (f"mx.{DOMAIN}", "A"): (ADDRESS,),
    (f"backup.{DOMAIN}", "AAAA"): ("2001:db8::25",),
    ("_dmarc.market.example", "TXT"): ("v=DMARC1; p=quarantine",),
    ("25.2.0.192.in-addr.arpa", "PTR"): (f"mx.{DOMAIN}.",),
}
OF_THIS_MACHINE = {"open files", "files on the disk", "memory"}
SECRETS = {"secret_key": "kR7vX2mQ9pL4sT8wY1zB6nD3fG5hJ0cA", "smarthost_password": "hunter2-hunter2"}


@pytest.fixture
def installation(tmp_path):
    """A data folder in good order, and settings that know no server."""
    (tmp_path / "secret").write_text(SECRETS["secret_key"])
    (tmp_path / "secret").chmod(0o600)
    made = Configuration(data=tmp_path, domain=DOMAIN, public_url="https://market.example", **SECRETS)
    (tmp_path / "dkim").mkdir()
    shutil.copy2(Path(dkim_keys.folder(signed_by())) / f"{DOMAIN}.json", tmp_path / "dkim")
    return made


@lru_cache
def signed_by():
    """An installation with a key, which takes long to make and so is made once."""
    made = Configuration(data=Path(tempfile.mkdtemp(prefix="evenhand-test-")), domain=DOMAIN)
    dkim_keys.first_keys(made, now=NOW)
    return made


def the_key():
    [kept] = dkim_keys.read(signed_by(), DOMAIN)
    return kept


def key_at(selector=""):
    return f"{selector or the_key().selector}._domainkey.{DOMAIN}", "TXT"


def findings(configuration, zone=ZONE):
    if zone and key_at() not in zone:
        zone = {**zone, key_at(): (the_key().record,)}
    return {check.name: check for check in examine(configuration, resolver=Resolver(zone), now=NOW)}


def states(configuration, zone=ZONE):
    return {name: check.state for name, check in findings(configuration, zone).items()}


class TestMachine:
    def test_a_good_installation_is_found_good(self, installation):
        found = states(installation)
        # These tell of the machine the tests run on.
        assert {name: found.pop(name) for name in OF_THIS_MACHINE}.keys() == OF_THIS_MACHINE
        assert found == {
            "python": "ok",
            "data folder": "ok",
            "secret key": "ok",
            "settings file": "skip",
            "disk": "ok",
            "public address": "ok",
            "certificate": "skip",
            "database": "skip",
            "MX": "ok",
            f"address of mx.{DOMAIN}": "ok",
            f"address of backup.{DOMAIN}": "ok",
            "MTA-STS": "skip",
            "SPF": "ok",
            "DMARC": "ok",
            "DKIM": "ok",
            "reverse name": "skip",
            "scanner": "skip",
            "smarthost": "warn",
            "listener": "skip",
        }

    def test_a_missing_data_folder_is_told_and_not_made(self, installation):
        missing = installation.data / "gone"
        check = findings(replace(installation, data=missing))["data folder"]
        assert check == Check(
            "data folder", "fail", f"{missing} does not exist.", f"Make it: mkdir -p {missing}, or set EVENHAND_DATA."
        )
        assert not missing.exists()

    def test_a_secret_others_may_read_is_told_with_the_command_that_closes_it(self, installation):
        path = installation.data / "secret"
        path.chmod(0o640)
        check = findings(installation)["secret key"]
        assert (check.state, check.mend) == ("fail", f"Close it: chmod 600 {path}")

    @pytest.mark.parametrize("key", ["short", "a" * 64, "abab" * 16])
    def test_a_weak_secret_is_told(self, installation, key):
        assert findings(replace(installation, secret_key=key))["secret key"].state == "fail"

    def test_a_settings_file_with_a_password_that_everybody_may_read_is_told(self, installation):
        path = installation.data / "evenhand.toml"
        path.write_text("")
        path.chmod(0o644)
        assert findings(installation)["settings file"].state == "warn"
        path.chmod(0o640)
        assert findings(installation)["settings file"].state == "ok"

    @pytest.mark.parametrize(
        ("free", "state"),
        [(200 * 1024**2 - 1, "fail"), (200 * 1024**2, "warn"), (2 * 1024**3 - 1, "warn"), (2 * 1024**3, "ok")],
    )
    def test_the_disk_is_judged_by_what_is_free(self, installation, monkeypatch, free, state):
        monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=free))
        assert findings(installation)["disk"].state == state

    @pytest.mark.parametrize(
        ("url", "state"),
        [
            ("https://market.example", "ok"),
            ("http://localhost:8000", "warn"),
            ("", "warn"),
            ("http://market.example", "fail"),
        ],
    )
    def test_the_public_address_must_be_https(self, installation, url, state):
        assert findings(replace(installation, public_url=url))["public address"].state == state

    @pytest.mark.parametrize(
        ("starts", "ends", "state"), [(-1, 90, "ok"), (-1, 13, "warn"), (-90, -1, "fail"), (1, 90, "fail")]
    )
    def test_a_certificate_is_judged_by_its_days(self, installation, starts, ends, state):
        pair = certificate(installation.data, starts, ends)
        assert findings(replace(installation, **pair))["certificate"].state == state

    def test_a_certificate_with_the_key_of_another_is_told(self, installation):
        (installation.data / "other").mkdir()
        pair = certificate(installation.data, -1, 90)
        other = certificate(installation.data / "other", -1, 90)
        check = findings(replace(installation, **pair | {"tls_key": other["tls_key"]}))["certificate"]
        assert (check.state, check.found) == ("fail", "The certificate and the key do not belong together.")

    @pytest.mark.parametrize("content", [None, b"no certificate"])
    def test_a_certificate_that_cannot_be_read_is_told(self, installation, content):
        pair = certificate(installation.data, -1, 90)
        path = Path(pair["tls_certificate"])
        path.unlink() if content is None else path.write_bytes(content)
        assert findings(replace(installation, **pair))["certificate"].state == "fail"


def certificate(folder, starts, ends):
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"mx.{DOMAIN}")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(NOW + timedelta(days=starts))
        .not_valid_after(NOW + timedelta(days=ends))
        .sign(key, SHA256())
    )
    (folder / "cert.pem").write_bytes(made.public_bytes(Encoding.PEM))
    (folder / "key.pem").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return {"tls_certificate": str(folder / "cert.pem"), "tls_key": str(folder / "key.pem")}


class TestNames:
    def told(self, installation, name, changes, **settings):
        check = findings(replace(installation, **settings), {**ZONE, **changes})[name]
        return check.state, check.mend

    def without(self, installation, name, key, **settings):
        zone = {owner: records for owner, records in ZONE.items() if owner != key}
        check = findings(replace(installation, **settings), zone)[name]
        return check.state, check.mend

    def test_a_missing_mail_exchanger_is_told_with_the_record_to_add(self, installation):
        assert self.without(installation, "MX", (DOMAIN, "MX")) == (
            "fail",
            f"Add, with the name of the machine that takes mail: {DOMAIN}. IN MX 10 mx.{DOMAIN}.",
        )

    def test_a_null_mail_exchanger_is_none(self, installation):
        assert self.told(installation, "MX", {(DOMAIN, "MX"): ("0 ",)})[0] == "fail"

    def test_an_exchanger_without_an_address_is_told_with_the_record_to_add(self, installation):
        told = self.without(installation, f"address of mx.{DOMAIN}", (f"mx.{DOMAIN}", "A"), public_addresses=(ADDRESS,))
        assert told == ("fail", f"Add: mx.{DOMAIN}. IN A {ADDRESS}")

    def test_an_exchanger_elsewhere_is_told(self, installation):
        assert self.told(installation, f"address of mx.{DOMAIN}", {}, public_addresses=("192.0.2.99",)) == (
            "warn",
            f"If nothing forwards mail from there to here, add: mx.{DOMAIN}. IN A 192.0.2.99",
        )

    @pytest.mark.parametrize(
        ("settings", "record"),
        [
            ({}, '"v=spf1 mx -all"'),
            ({"public_addresses": (ADDRESS, "2001:db8::25")}, '"v=spf1 ip4:192.0.2.25 ip6:2001:db8::25 -all"'),
        ],
    )
    def test_l34_a_missing_spf_record_is_told_with_the_record_to_add(self, installation, settings, record):
        assert self.without(installation, "SPF", (DOMAIN, "TXT"), **settings) == (
            "fail",
            f"Set: {DOMAIN}. IN TXT {record}",
        )

    @pytest.mark.parametrize(
        ("records", "state"),
        [(("v=spf1 -all", "v=spf1 mx -all"), "fail"), (("v=spf1 +all",), "warn"), (("v=spf10 -all",), "fail")],
    )
    def test_a_bad_spf_record_is_told(self, installation, records, state):
        assert self.told(installation, "SPF", {(DOMAIN, "TXT"): records})[0] == state

    def test_a_missing_policy_is_told_with_the_record_to_add(self, installation):
        assert self.without(installation, "DMARC", ("_dmarc.market.example", "TXT")) == (
            "warn",
            f'Add: _dmarc.{DOMAIN}. IN TXT "v=DMARC1; p=reject"',
        )

    def test_a_missing_reverse_name_is_told_with_the_record_to_add(self, installation):
        name = f"reverse name of {ADDRESS}"
        settings = {"public_addresses": (ADDRESS,)}
        assert self.told(installation, name, {}, **settings) == ("ok", "")
        assert self.without(installation, name, ("25.2.0.192.in-addr.arpa", "PTR"), **settings) == (
            "warn",
            f"Ask your host to add: 25.2.0.192.in-addr.arpa. IN PTR mx.{DOMAIN}.",
        )

    def test_a_reverse_name_that_does_not_lead_back_is_told(self, installation):
        changes = {("25.2.0.192.in-addr.arpa", "PTR"): ("pool.isp.example",)}
        told = self.told(installation, f"reverse name of {ADDRESS}", changes, public_addresses=(ADDRESS,))
        assert told == ("warn", f"Add: pool.isp.example. IN A {ADDRESS}")

    def test_an_address_that_is_none_is_told(self, installation):
        assert self.told(installation, "reverse name of here", {}, public_addresses=("here",))[0] == "fail"

    @pytest.mark.parametrize(
        ("name", "key"),
        [
            ("MX", (DOMAIN, "MX")),
            ("SPF", (DOMAIN, "TXT")),
            ("DMARC", (f"_dmarc.{DOMAIN}", "TXT")),
            (f"reverse name of {ADDRESS}", ("25.2.0.192.in-addr.arpa", "PTR")),
        ],
    )
    def test_a_silent_name_server_is_not_taken_for_a_missing_record(self, installation, name, key):
        state, mend = self.told(installation, name, {key: None}, public_addresses=(ADDRESS,))
        assert (state, mend) == ("fail", "Check this machine's name servers and try again.")

    def test_a_name_of_this_machine_only_is_not_asked_for(self, installation):
        assert states(replace(installation, domain="relay.localhost"), {})["mail domain"] == "skip"


class TestTheWayOut:
    """What receivers ask the DNS about the addresses our mail comes from."""

    def of(self, installation, zone=ZONE, **changes):
        found = states(replace(installation, **changes), zone)
        return {name: state for name, state in found.items() if name.startswith("SPF ")}

    def test_each_public_address_must_pass_spf(self, installation):
        found = self.of(installation, public_addresses=(ADDRESS, "192.0.2.26", "2001:db8::25"))
        assert found == {f"SPF of {ADDRESS}": "ok", "SPF of 192.0.2.26": "fail", "SPF of 2001:db8::25": "ok"}

    def test_a_smarthost_elsewhere_is_asked_about_in_our_place_and_may_send_from_others(self, installation):
        zone = {**ZONE, ("smtp.provider.example", "A"): ("198.51.100.1",)}
        far = {"public_addresses": (ADDRESS,), "smarthost": Endpoint("smtp.provider.example", 1)}
        assert self.of(installation, zone, **far) == {"SPF of 198.51.100.1": "warn"}
        zone[DOMAIN, "TXT"] = ("v=spf1 a:smtp.provider.example -all",)
        assert self.of(installation, zone, **far) == {"SPF of 198.51.100.1": "ok"}

    def test_a_part_of_spf_that_cannot_be_asked_is_no_pass(self, installation):
        zone = {**ZONE, (DOMAIN, "TXT"): ("v=spf1 include:slow.example -all",), ("slow.example", "TXT"): None}
        assert self.of(installation, zone, public_addresses=(ADDRESS,)) == {f"SPF of {ADDRESS}": "fail"}


class TestPromiseOfTls:
    RECORD = ("v=STSv1; id=7;",)

    @pytest.mark.parametrize(
        ("record", "policy", "state"),
        [
            (RECORD, "version: STSv1\nmode: enforce\nmax_age: 1\nmx: *.m.market.example\n", "ok"),
            (RECORD, "version: STSv1\nmode: none\nmax_age: 1\n", "ok"),
            (RECORD, "version: STSv1\nmode: testing\nmax_age: 1\nmx: mx.m.market.example\n", "fail"),
            (RECORD, "nonsense", "fail"),
            (RECORD, None, "fail"),
            (("v=STSv1; id=!;",), None, "fail"),
            (None, None, "fail"),
        ],
    )
    def test_a_policy_must_be_there_and_name_every_exchanger(self, installation, monkeypatch, record, policy, state):
        monkeypatch.setattr(Fetcher, "fetch_now", lambda _self, _domain: policy and policy.encode())
        assert states(installation, {**ZONE, (f"_mta-sts.{DOMAIN}", "TXT"): record})["MTA-STS"] == state


class TestCertificates:
    @pytest.mark.parametrize(("name", "state"), [(f"mx.{DOMAIN}", "warn"), (f"*.{DOMAIN}", "ok")])
    def test_ours_must_name_every_exchanger_and_bring_its_issuer(self, installation, name, state):
        pair = certificate_for(name)
        path = installation.data / "cert.pem"
        path.write_bytes(pair.certificate.public_bytes(Encoding.PEM))
        settings = replace(installation, tls_certificate=str(path), tls_key=str(path))
        found = states(settings)
        assert (found["certificate names"], found["certificate chain"]) == (state, "warn")
        path.write_bytes(path.read_bytes() + pair.issuer.certificate.public_bytes(Encoding.PEM))
        assert "certificate chain" not in states(settings)

    @pytest.mark.parametrize(
        ("shown", "mode", "state"),
        [
            (("localhost", 30, "An authority"), "required", "ok"),
            (("localhost", 13, "An authority"), "required", "warn"),
            (("localhost", -1, "An authority"), "required", "fail"),
            (("other.example", 30, "An authority"), "required", "fail"),
            (("localhost", 30, "A stranger"), "required", "fail"),
            (("localhost", 30, "A stranger"), "opportunistic", "warn"),
        ],
    )
    def test_the_smarthost_s_must_hold_and_not_end_soon(self, installation, monkeypatch, shown, mode, state):
        name, days, by = shown
        trusted = installation.data / "authority.pem"
        trusted.write_bytes(authority().certificate.public_bytes(Encoding.PEM))
        monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
        host = Host(tls=served(certificate_for(name, days=days, by=by), installation.data))
        with serving(a1=host) as port:
            asked = replace(installation, smarthost=Endpoint("localhost", port), smarthost_tls=mode)
            told = list(certificates.of_smarthost(asked, datetime.now(UTC)))
        assert [(one.name, one.state) for one in told] == [("smarthost certificate", state)]
        # A connection left open is blamed on whichever test runs when it is collected.
        gc.collect()

    def test_a_smarthost_without_tls_shows_none(self, installation):
        with serving(a1=Host()) as port:
            asked = replace(installation, smarthost=Endpoint("localhost", port))
            assert list(certificates.of_smarthost(asked, NOW)) == []


class TestLimits:
    @pytest.mark.parametrize(
        ("limit", "state"), [(-1, "ok"), (1024, "ok"), (1023, "warn"), (256, "warn"), (255, "fail")]
    )
    def test_files_a_process_may_open(self, limit, state):
        assert limits.open_files(limit).state == state

    @pytest.mark.parametrize(
        ("total", "free", "state"),
        [(0, 0, "skip"), (10**6, 20_000, "ok"), (10**6, 19_999, "warn"), (10**6, 1_000, "warn"), (10**6, 999, "fail")],
    )
    def test_files_the_disk_can_hold(self, total, free, state):
        assert limits.files_on_disk(total, free).state == state

    @pytest.mark.parametrize(("free", "state"), [(480, "ok"), (479, "warn"), (128, "warn"), (127, "fail")])
    def test_memory(self, free, state):
        assert limits.memory(free * 1024**2, 4).state == state

    @pytest.mark.parametrize(("limit", "state"), [(30, "ok"), (29, "warn")])
    def test_connections_of_the_database(self, limit, state):
        assert database.connections(limit, 30).state == state


class TestSigning:
    def told(self, installation, record, state="signing"):
        moved = dkim_keys.read(installation, DOMAIN)
        dkim_keys._write(installation, DOMAIN, [replace(one, state=state) for one in moved])
        check = findings(installation, {**ZONE, key_at(): record})["DKIM"]
        return check.state, check.found

    def test_the_record_is_our_key_s_in_whatever_form(self, installation):
        key, selector = the_key().record.partition("p=")[2], the_key().selector
        good = ("ok", f"The record of {selector} (rsa) is our key's.")
        assert self.told(installation, (the_key().record,)) == good
        assert self.told(installation, (f"v=DKIM1;p={key[:200]} {key[200:]};t=s",)) == good
        assert self.told(installation, ("something else", f"k=rsa; p={key}")) == good

    @pytest.mark.parametrize(
        ("record", "found"),
        [
            ((), "{name} has no key record."),
            (("v=DKIM1; k=rsa",), "{name} has no key record."),
            (("v=DKIM1; p=",), "{name} publishes another key than ours."),
            (("v=DKIM1; p=AAAA",), "{name} publishes another key than ours."),
            (("v=DKIM1; p=?",), "{name} publishes another key than ours."),
            (("p=AAAA", "p=AAAA"), "{name} has 2 key records, which counts as none."),
            (None, "The DNS could not be asked: TXT of {name}: LifetimeTimeout."),
        ],
    )
    def test_a_record_receivers_cannot_use_is_told(self, installation, record, found):
        assert self.told(installation, record) == ("fail", found.format(name=key_at()[0]))

    def test_a_key_that_waits_is_no_fault_yet_and_a_retired_one_without_record_none_at_all(self, installation):
        assert self.told(installation, (), "next")[0] == "warn"
        assert self.told(installation, (), "retired")[0] == "skip"
        assert self.told(installation, (the_key().record,), "next") == (
            "ok", f"The record of {the_key().selector} (rsa) is our key's; it waits for “evenhand dkim switch”.",
        )  # fmt: skip

    def test_an_installation_without_a_key_is_told_how_to_make_one(self, installation):
        (installation.data / "dkim" / f"{DOMAIN}.json").unlink()
        check = findings(installation)["DKIM"]
        assert (check.state, check.mend) == ("fail", "Make one and see its record: evenhand dkim show")

    def test_keys_others_may_read_or_nobody_can_are_told(self, installation):
        path = installation.data / "dkim" / f"{DOMAIN}.json"
        path.chmod(0o644)
        assert findings(installation)["DKIM keys"].mend == f"Close it: chmod 600 {path}"
        path.write_text("{")
        assert findings(installation)["DKIM"].state == "fail"

    def test_signing_that_is_off_is_told(self, installation):
        assert findings(replace(installation, dkim=False))["DKIM"].state == "warn"

    def test_an_old_domain_is_examined_too(self, installation):
        old = replace(installation, domain="old.example")
        dkim_keys.first_keys(old)
        [kept] = dkim_keys.read(old, "old.example")
        zone = {**ZONE, (f"{kept.selector}._domainkey.old.example", "TXT"): (kept.record,)}
        assert [states(installation, one)["DKIM of old.example"] for one in (ZONE, zone)] == ["fail", "ok"]


class _Handler(socketserver.StreamRequestHandler):
    def handle(self):
        self.wfile.write(b"220 mx ESMTP\r\n")
        for line in self.rfile:
            verb = line[:4].upper()
            self.server.heard.append(line.strip().decode())
            self.wfile.write(self.server.answers.get(verb, b"250 OK\r\n"))
            if verb == b"QUIT":
                return


@contextmanager
def exchanger(**answers):
    """A mail server on loopback that gives one answer to each verb, and keeps what it heard."""
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Handler) as server:
        server.daemon_threads = True
        server.answers = {verb.encode(): answer for verb, answer in answers.items()}
        server.heard = []
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield Endpoint(*server.server_address), server.heard
        finally:
            server.shutdown()
            thread.join(5)


class TestWays:
    @pytest.mark.parametrize(
        ("offered", "mode", "state"),
        [
            (b"250-mx\r\n250-STARTTLS\r\n250 SIZE 104857600\r\n", "required", "ok"),
            (b"250-mx\r\n250 STARTTLS\r\n", "required", "ok"),
            (b"250-mx\r\n250-STARTTLS\r\n250 SIZE 0\r\n", "required", "ok"),
            (b"250 mx\r\n", "required", "fail"),
            (b"250 mx\r\n", "opportunistic", "ok"),
            (b"250-mx\r\n250-STARTTLS\r\n250 SIZE 1000\r\n", "required", "warn"),
            (b"550 go away\r\n", "required", "fail"),
        ],
    )
    def test_the_smarthost_is_judged_by_what_it_offers(self, installation, offered, mode, state):
        with exchanger(EHLO=offered, HELO=b"550 go away\r\n") as (endpoint, _):
            assert states(replace(installation, smarthost=endpoint, smarthost_tls=mode))["smarthost"] == state

    def test_a_smarthost_nobody_serves_is_told(self, installation):
        with exchanger() as (endpoint, _):
            pass
        check = findings(replace(installation, smarthost=endpoint))["smarthost"]
        assert (check.state, check.found) == ("fail", f"{endpoint} cannot be asked: nobody listens there.")

    @pytest.mark.parametrize(
        ("answer", "state"),
        [(b"550 5.1.1 No such recipient\r\n", "ok"), (b"250 OK\r\n", "fail"), (b"451 later\r\n", "warn")],
    )
    def test_the_listener_must_refuse_a_foreign_recipient_and_is_given_no_mail(self, installation, answer, state):
        with exchanger(RCPT=answer) as (endpoint, heard):
            assert states(replace(installation, smtp=endpoint))["listener"] == state
        assert heard[1:3] == [f"MAIL FROM:<postmaster@{DOMAIN}>", "RCPT TO:<nobody@elsewhere.invalid>"]
        assert [line for line in heard if line.startswith("DATA")] == []

    def test_a_listener_that_does_not_run_is_not_judged(self, installation):
        with exchanger() as (endpoint, _):
            pass
        assert states(replace(installation, smtp=endpoint))["listener"] == "skip"


class TestDatabase:
    @pytest.mark.django_db
    def test_the_database_of_a_running_installation_is_found_good(self, installation):
        from django.db import connection

        url = own_url(connection.settings_dict)
        good = states(replace(installation, database_url=url))
        assert {name: good[name] for name in ("database", "durability", "clock", "migrations")} == {
            "database": "ok",
            "durability": "ok",
            "clock": "ok",
            "migrations": "ok",
        }

    @pytest.mark.django_db
    def test_a_database_without_our_tables_is_told(self, installation):
        from django.db import connection

        check = findings(replace(installation, database_url=own_url(connection.settings_dict, "postgres")))[
            "migrations"
        ]
        assert (check.state, check.mend) == ("fail", "Run: evenhand migrate")

    def test_a_database_that_does_not_answer_is_told_without_its_password(self, installation):
        url = "postgresql://olga:s3cret%20word@127.0.0.1:1/evenhand"
        check = findings(replace(installation, database_url=url))["database"]
        assert check.state == "fail"
        assert check.mend == "Start PostgreSQL, and check host, port, user and password of DATABASE_URL."

    @pytest.mark.parametrize(
        ("settings", "state"),
        [
            ({"fsync": "on", "full_page_writes": "on", "synchronous_commit": "on"}, "ok"),
            ({"fsync": "on", "full_page_writes": "on", "synchronous_commit": "local"}, "ok"),
            ({"fsync": "on", "full_page_writes": "on", "synchronous_commit": "off"}, "fail"),
            ({"fsync": "off", "full_page_writes": "on", "synchronous_commit": "on"}, "fail"),
            ({}, "fail"),
        ],
    )
    def test_a_database_that_may_forget_is_told(self, settings, state):
        assert [check.state for check in database.durable(settings)] == [state]

    @pytest.mark.parametrize(
        ("seconds", "state"),
        [(0.0, "ok"), (-5.0, "ok"), (5.1, "warn"), (-300.0, "warn"), (301.0, "fail"), (-301.0, "fail")],
    )
    def test_two_clocks_must_agree(self, seconds, state):
        assert database.clock(seconds).state == state


def own_url(settings, name=""):
    from urllib.parse import quote, urlencode

    query = {
        "host": settings["HOST"],
        "port": settings["PORT"],
        "user": settings["USER"],
        "password": settings["PASSWORD"],
    }
    given = {key: value for key, value in query.items() if value}
    return f"postgresql:///{quote(name or settings['NAME'])}?{urlencode(given)}"


class TestManners:
    def test_a_part_that_breaks_is_a_finding_and_the_rest_goes_on(self, installation, monkeypatch):
        def broken(*_):
            raise RuntimeError(f"it broke on {installation.secret_key}")

        monkeypatch.setattr("evenhand.doctor.names.examine", broken)
        found = findings(installation)
        assert found["names"] == Check(
            "names", "fail", "The rest of this part could not be examined: RuntimeError: it broke on …"
        )
        assert found["listener"].state == "skip"

    def test_no_secret_is_told_wherever_it_comes_up(self, installation):
        url = "postgresql://olga:s3cret%20word@127.0.0.1:1/evenhand"
        told = str(list(examine(replace(installation, database_url=url), resolver=Resolver(ZONE), now=NOW)))
        assert [one for one in (*SECRETS.values(), "s3cret word", "s3cret%20word") if one in told] == []

    def test_what_fails_or_warns_says_how_to_mend_it(self, installation):
        broken = replace(
            installation,
            data=installation.data / "gone",
            secret_key="",
            public_url="ftp://x",
            tls_certificate="a",
            tls_key="b",
        )
        checks = [one for one in examine(broken, resolver=Resolver({}), now=NOW) if one.name not in OF_THIS_MACHINE]
        assert [check.name for check in checks if check.state in {"fail", "warn"} and not check.mend] == []
        assert len([check for check in checks if check.state in {"fail", "warn"}]) == 9
