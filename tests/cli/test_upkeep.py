"""Looking after an installation: how it stands, what the doctor says, and migrations."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from evenhand.relay.models import Delivery, Hold, Inbound
from tests.cli.programs import evenhand


@pytest.fixture
def spooled(cast):
    """Put a mail into the spool, so many seconds ago."""

    def put(state, seconds, outcome=""):
        at = timezone.now() - timedelta(seconds=seconds)
        return Inbound.objects.create(
            alias=cast.seller_alias, origin="mail", digest=f"{state}{seconds}".encode(), sha256=b"s", size=7,
            received_at=at, due_at=at, state=state, attempts=3, outcome=outcome,
        )  # fmt: skip

    return put


@pytest.fixture
def outgoing(cast):
    """Put a copy into the outbox, so many seconds ago."""

    def put(state, seconds, status=""):
        at = timezone.now() - timedelta(seconds=seconds)
        return Delivery.objects.create(
            address="ben@shop.example", msgid="x@m.market.example", content=b"", content_sha256=b"", state=state,
            status=status, created_at=at, due_at=at, expires_at=at + timedelta(days=5), attempts=4,
        )  # fmt: skip

    return put


def test_a_program_reads_how_an_installation_stands(cast, run, spooled, outgoing):
    spooled("queued", 50)
    spooled("queued", 3600)
    parked = spooled("parked", 7200, "ValueError: no")
    held = spooled("held", 90)
    Hold.objects.create(inbound=held, conversation=cast.conversation, reason="leak", public="A person looks at it.")
    spooled("done", 9000)
    deferred = outgoing("deferred", 600, "4.2.2")
    outgoing("failed", 900)
    outgoing("sent", 900)
    done = run("status", "--json")
    assert done.exit_code == 0
    told = json.loads(done.stdout)
    ages = {state: row["oldest"] for state, row in told["spool"].items()}
    assert {state: row["count"] for state, row in told["spool"].items()} == {
        "queued": 2, "working": 0, "held": 1, "parked": 1,
    }  # fmt: skip
    assert ages["working"] is None
    assert 3600 <= ages["queued"] < 3700
    assert {state: row["count"] for state, row in told["outbox"].items()} == {
        "queued": 0, "sending": 0, "deferred": 1, "parked": 0,
    }  # fmt: skip
    assert [(one["id"], one["reason"], one["attempts"]) for one in told["parked"]] == [
        (str(parked.id), "ValueError: no", 3)
    ]
    assert [(one["id"], one["status"], one["attempts"]) for one in told["failing"]] == [(str(deferred.id), "4.2.2", 4)]
    assert (told["holds"], told["failed"]) == ({"leak": 1}, 1)
    assert told["disk_free"] > 0
    assert sorted(told["alive"]) == ["listen", "web", "work"]


def test_a_hold_that_was_decided_no_longer_waits(cast, run, spooled):
    Hold.objects.create(
        inbound=spooled("done", 5),
        conversation=cast.conversation,
        reason="leak",
        public="x",
        released_at=timezone.now(),
    )
    assert json.loads(run("status", "--json").stdout)["holds"] == {}


def test_a_person_reads_the_same_in_lines(cast, run, spooled, outgoing):
    spooled("queued", 7300)
    parked = spooled("parked", 90000, "ValueError: no")
    deferred = outgoing("deferred", 600, "4.2.2")
    lines = run("status").stdout.splitlines()
    assert lines[2:] == [
        "Spool: 1 queued (2 h), 1 parked (1 d)",
        "Outbox: 1 deferred (10 min)",
        "Held: nothing",
        f"Parked (1 d): {parked.id}: ValueError: no",
        f"Not delivered yet (10 min): {deferred.id}: 4.2.2 after 4 attempts",
    ]


def test_the_doctor_speaks_json_of_one_piece(db, run):
    done = run("doctor", "--json")
    checks = json.loads(done.stdout)
    assert {"python", "data folder", "database", "migrations"} <= {one["name"] for one in checks}
    assert all(sorted(one) == ["found", "mend", "name", "state"] for one in checks)
    assert done.exit_code == (1 if any(one["state"] == "fail" for one in checks) else 0)


def test_the_doctor_says_what_is_broken_and_how_to_mend_it(run, tmp_path):
    done = run("doctor", "--data", tmp_path / "nowhere")
    assert done.exit_code == 1
    lines = done.stdout.splitlines()
    place = next(number for number, line in enumerate(lines) if line.startswith("fail  data folder"))
    assert lines[place + 1].startswith("      → Make it: mkdir -p")
    assert not (tmp_path / "nowhere").exists()


def test_the_doctor_examines_the_embedded_database_to_the_end(tmp_path):
    assert evenhand("migrate", "--data", tmp_path / "data").returncode == 0
    # The shell may have been used for another project.
    done = evenhand("doctor", "--data", tmp_path / "data", "--json", DJANGO_SETTINGS_MODULE="another.settings")
    states = {one["name"]: one["state"] for one in json.loads(done.stdout)}
    assert {name: states[name] for name in ("database", "durability", "migrations")} == {
        "database": "ok",
        "durability": "ok",
        "migrations": "ok",
    }


def test_migrating_twice_is_no_harm(db, run):
    done = run("migrate")
    assert (done.exit_code, done.stdout) == (0, "The database is of this version already.\n")
