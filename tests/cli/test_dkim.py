"""Olga looks after the keys mail is signed with: sees what to publish, changes them without a gap, and forgets the old."""

import json
import stat
from datetime import UTC, datetime, timedelta

import pytest

from evenhand.configuration import Configuration
from evenhand.connectors import dns
from evenhand.relay import keys

DOMAIN = "m.market.example"


@pytest.fixture
def data(tmp_path, monkeypatch):
    monkeypatch.setenv("EVENHAND_SECRET_KEY", "for-the-tests-of-keys-and-no-installation")
    return tmp_path


@pytest.fixture
def installation(data):
    return Configuration(data=data, domain=DOMAIN)


@pytest.fixture
def dkim(run, data):
    """Run a command about keys; give its exit code and what it printed as JSON."""

    def type_in(*words):
        done = run("dkim", *words, "--data", data)
        return done.exit_code, json.loads(done.stdout) if done.stdout.startswith("[") else done.stdout or done.stderr

    return type_in


def states(rows):
    return [(row["algorithm"], row["state"]) for row in rows]


def test_the_first_look_makes_a_key_for_its_owner_alone_and_shows_the_record(dkim, data, installation):
    code, rows = dkim("show", "--json")
    [kept] = keys.read(installation, DOMAIN)
    assert code == 0
    assert rows == [
        {
            "name": f"{kept.selector}._domainkey.{DOMAIN}", "record": kept.record, "state": "signing",
            "since": kept.since.isoformat(), "algorithm": "rsa",
        }
    ]  # fmt: skip
    assert kept.private.key_size == 2048
    folder, path = data / "dkim", data / "dkim" / f"{DOMAIN}.json"
    assert [stat.S_IMODE(one.stat().st_mode) for one in (folder, path)] == [0o700, 0o600]
    assert dkim("show", "--json") == (0, rows)


def test_the_record_is_printed_as_a_zone_file_takes_it(dkim, installation):
    _, shown = dkim("show")
    [kept] = keys.read(installation, DOMAIN)
    remark, record, _ = shown.split("\n", 2)
    assert remark == f"; {kept.selector} signs our mail (since {kept.since:%Y-%m-%d})"
    assert record == (
        f'{kept.selector}._domainkey.{DOMAIN}. IN TXT "{kept.record[:255]}" "{kept.record[255:]}"'
    )  # fmt: skip
    assert "PRIVATE" not in shown


def test_an_ed25519_key_comes_beside_if_it_is_asked_for(dkim):
    assert states(dkim("show", "--ed25519", "--json")[1]) == [("rsa", "signing"), ("ed25519", "signing")]


@pytest.fixture
def nameserver(monkeypatch):
    """Answer what the zone says, whatever server is set."""
    zone = {}
    monkeypatch.setattr(
        dns.Resolver, "ask", lambda _self, name, kind, _seconds=5: dns._look_up(zone, name, kind, signed=False)
    )
    return zone


def test_a_key_changes_without_a_gap(dkim, nameserver, installation):
    [old] = dkim("show", "--json")[1]
    _, rows = dkim("rotate", "--json")
    new = rows[1]
    assert states(rows) == [("rsa", "signing"), ("rsa", "next")]
    # A second rotation makes no third key.
    assert dkim("rotate", "--json") == (0, rows)

    code, said = dkim("switch")
    assert (code, said) == (1, f"The present key signs on. {new['name']} has no key record.\n")
    nameserver[new["name"], "TXT"] = None
    code, said = dkim("switch")
    assert (code, said.startswith("The present key signs on. The DNS could not be asked")) == (1, True)
    nameserver[new["name"], "TXT"] = (old["record"],)
    assert dkim("switch")[0] == 1
    assert [one.selector for one in keys.signing_keys(installation, DOMAIN)] == [old["name"].partition(".")[0]]

    nameserver[new["name"], "TXT"] = (new["record"],)
    assert states(dkim("switch", "--json")[1]) == [("rsa", "retired"), ("rsa", "signing")]
    assert [one.selector for one in keys.signing_keys(installation, DOMAIN)] == [new["name"].partition(".")[0]]
    assert dkim("forget") == (0, "No retired key is old enough.\n")


def test_a_retired_key_is_forgotten_when_its_last_signature_has_expired(installation):
    start = datetime(2026, 3, 1, tzinfo=UTC)
    keys.first_keys(installation, now=start)
    keys.rotate(installation, DOMAIN, ed25519=False, now=start)
    [old, new] = keys.switch(installation, DOMAIN, now=start)
    assert keys.forget(installation, DOMAIN, now=start + timedelta(days=14)) == ()
    assert [one.selector for one in keys.forget(installation, DOMAIN, now=start + timedelta(days=15))] == [old.selector]
    assert [one.selector for one in keys.read(installation, DOMAIN)] == [new.selector]


def test_there_is_nothing_to_switch_to_before_a_rotation(dkim):
    dkim("show")
    assert dkim("switch") == (1, f"No key of {DOMAIN} waits. Run: evenhand dkim rotate\n")


def test_a_damaged_file_is_told_and_not_written_over(dkim, data):
    path = data / "dkim" / f"{DOMAIN}.json"
    dkim("show")
    path.write_text('{"keys": [{"private": "x"}]}')
    for words in (["show"], ["rotate"], ["switch"], ["forget"]):
        assert dkim(*words) == (1, f"{path} does not hold what was written there.\n")
    assert path.read_text() == '{"keys": [{"private": "x"}]}'


def test_a_domain_nobody_elsewhere_can_look_up_gets_no_key(run, data):
    done = run("dkim", "show", "--data", data, "--domain", "relay.localhost")
    assert (done.exit_code, done.stderr) == (
        1, "Nobody elsewhere can look up relay.localhost. Name the mail domain: --domain DOMAIN\n",
    )  # fmt: skip
    assert list(data.iterdir()) == []
