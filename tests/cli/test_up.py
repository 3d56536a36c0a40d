"""One command starts everything, keeps it running, and ends it in order."""

import signal
import smtplib
import socket
import tempfile
from pathlib import Path

import psutil
import pytest

from tests.cli.programs import Program, evenhand, until

DOMAIN = "m.market.example"


def words_of(data, *more):
    # Nobody listens at port 1: what goes out is deferred.
    return ("up", "--data", data, "--http", "127.0.0.1:0", "--smtp", "127.0.0.1:0", "--domain", DOMAIN,
            "--smarthost", "127.0.0.1:1", *more)  # fmt: skip


@pytest.fixture(scope="module")
def folder():
    """A data folder in which everything was started before, so that the others need not wait for its making."""
    # Not below the folder of pytest, which another run of it closes to the user of the database.
    with tempfile.TemporaryDirectory(prefix="evenhand-", ignore_cleanup_errors=True) as home:
        data = Path(home) / "data"
        assert evenhand("migrate", "--data", data).returncode == 0
        yield data


@pytest.fixture
def everything(folder):
    with Program(*words_of(folder), EVENHAND_WORKERS="1") as program:
        yield program.await_ready()


def postmaster(folder):
    return psutil.Process(int((folder / "postgres/postmaster.pid").read_text().splitlines()[0]))


def is_running(process):
    return process.is_running() and process.status() != psutil.STATUS_ZOMBIE


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_new_folder_is_filled_and_everything_answers_until_told_to_end(tmp_path, number):
    data = tmp_path / "new"
    with Program(*words_of(data, "--lmtp", "127.0.0.1:0")) as program:
        program.await_ready()
        assert sorted(program.addresses) == ["http", "lmtp", "smtp"]
        assert program.get("/healthz") == (200, "ok\n")
        host, _, port = program.addresses["smtp"].partition(":")
        with smtplib.SMTP(host, int(port), timeout=20) as client:
            client.ehlo()
            assert client.mail("ada@home.example")[0] == 250
            assert client.rcpt(f"nobody@{DOMAIN}")[0] == 550
        relatives, database = program.relatives(), postmaster(data)
        code, seconds = program.ends(number)
        assert code == 0
        assert seconds < 30
        assert [one for one in relatives if is_running(one)] == []
        assert not is_running(database)


def test_without_a_demonstration_there_is_no_door_to_one(everything):
    assert {path: everything.get(path)[0] for path in ("/demo/", "/demo/mail/", "/healthz")} == {
        "/demo/": 404,
        "/demo/mail/": 404,
        "/healthz": 200,
    }


@pytest.mark.parametrize(("part", "name"), [("web", "portal"), ("listen", "listener"), ("work", "worker")])
def test_a_part_that_dies_is_started_again_where_it_was(everything, part, name):
    everything.part(part).kill()
    assert everything.hears("started again") == f"The {name} was ended by SIGKILL; it is started again in 1 s.\n"
    until(lambda: part in {word for child in everything.relatives() for word in child.cmdline()}, f"a new {name}")
    until(lambda: everything.get("/healthz")[0] == 200, "a page")
    host, _, port = everything.addresses["smtp"].partition(":")
    until(lambda: answers(host, int(port)), "a greeting")
    assert everything.ends(signal.SIGTERM)[0] == 0


def answers(host, port):
    try:
        with socket.create_connection((host, port), timeout=5) as found:
            return found.recv(3) == b"220"
    except OSError:
        return False


def test_a_database_that_dies_is_revived_under_the_running_parts(everything, folder):
    assert everything.get("/healthz")[0] == 200
    postmaster(folder).kill()
    everything.hears("The embedded database had ended; it is running again.")
    until(lambda: everything.get("/healthz")[0] == 200, "a page after the database came back")
    assert everything.ends(signal.SIGTERM)[0] == 0


def test_no_part_is_left_behind_when_the_command_is_killed_outright(everything):
    relatives = everything.relatives()
    # Its parts, and what reads mails for the worker.
    assert len(relatives) == 6
    everything.process.kill()
    _gone, alive = psutil.wait_procs(relatives, timeout=40)
    assert alive == []


def test_the_database_ends_with_the_last_part_when_the_command_is_killed_outright(everything, folder):
    relatives, database = everything.relatives(), postmaster(folder)
    everything.process.kill()
    _gone, alive = psutil.wait_procs([*relatives, database], timeout=40)
    assert alive == []


def test_a_second_signal_hurries(everything):
    # A listener that does not end would be waited for; after the second signal it is not.
    everything.part("listen").suspend()
    everything.process.send_signal(signal.SIGTERM)
    code, seconds = everything.ends(signal.SIGINT)
    assert code == 0
    assert seconds < 8


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_in_the_middle_of_the_start_leaves_no_database_running(tmp_path, number):
    data = tmp_path / "new"
    with Program(*words_of(data)) as program:
        until((data / "postgres/PG_VERSION").exists, "the beginning of a database")
        code, _seconds = program.ends(number)
        assert (code, program.rest(program.err)) == (0, "")
    running = [one for one in psutil.process_iter(["cmdline"]) if str(data / "postgres") in (one.info["cmdline"] or [])]
    assert running == []


def test_a_port_that_is_taken_is_said_in_a_sentence(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = evenhand("up", "--data", tmp_path / "d", "--http", f"127.0.0.1:{port}", "--smtp", "127.0.0.1:0")
    assert (done.returncode, done.stdout, done.stderr) == (
        1,
        "",
        f"--http 127.0.0.1:{port}: another program listens there already.\n",
    )
    assert not (tmp_path / "d/postgres").exists()


@pytest.mark.parametrize(
    ("host", "why"),
    [("192.0.2.1", "this machine has no such address."), ("no.such.host.invalid", "this host is not known.")],
)
def test_an_address_that_cannot_be_had_is_said_in_a_sentence(tmp_path, host, why):
    done = evenhand("up", "--data", tmp_path / "d", "--http", f"{host}:8000")
    assert (done.returncode, done.stderr) == (1, f"--http {host}:8000: {why}\n")


def test_a_part_that_does_not_come_up_ends_everything(folder):
    key = {"EVENHAND_TLS_CERTIFICATE": "/nowhere/cert.pem", "EVENHAND_TLS_KEY": "/nowhere/key.pem"}
    done = evenhand(*words_of(folder), **key)
    assert (done.returncode, done.stdout) == (1, "")
    assert "The listener did not start.\n" in done.stderr
    assert "Traceback" not in done.stderr


def test_two_may_start_at_once_on_a_new_folder(tmp_path):
    data = tmp_path / "both"
    with Program(*words_of(data), EVENHAND_WORKERS="1") as one, Program(*words_of(data), EVENHAND_WORKERS="1") as two:
        for program in (one, two):
            assert program.await_ready().get("/healthz")[0] == 200
        assert one.ends(signal.SIGTERM)[0] == 0
        # The database is left to the other.
        assert two.get("/healthz")[0] == 200
        assert two.ends(signal.SIGTERM)[0] == 0
