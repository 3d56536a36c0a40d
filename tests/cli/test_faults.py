"""What goes wrong is said in sentences, with an exit code a script can go by, and without a traceback."""

from uuid import UUID

import click
import pytest
from click.testing import CliRunner

from evenhand.cli.faults import Commands
from tests.cli.programs import Program, evenhand


def test_every_wrong_setting_is_named_at_once(tmp_path):
    done = evenhand("status", "--data", tmp_path, EVENHAND_SMARTHOST="nonsense", EVENHAND_SMARTHOTS="x")
    assert (done.returncode, done.stdout) == (2, "")
    assert [line.split()[0] for line in done.stderr.splitlines()] == ["EVENHAND_SMARTHOTS", "smarthost:"]


def test_a_flag_goes_before_the_environment_and_that_before_the_file(tmp_path):
    (tmp_path / "evenhand.toml").write_text('http = "192.0.2.1:1"\nsmtp = "192.0.2.2:2"\nlmtp = "192.0.2.3:3"\n')
    environment = {"EVENHAND_HTTP": "127.0.0.1:0", "EVENHAND_SMTP": "127.0.0.1:0"}
    from_file = evenhand("up", "--data", tmp_path, "--smtp", "127.0.0.1:0", **environment)
    assert from_file.stderr.splitlines()[-1] == "--lmtp 192.0.2.3:3: this machine has no such address."
    from_flag = evenhand("up", "--data", tmp_path, "--smtp", "192.0.2.4:4", **environment)
    assert from_flag.stderr.splitlines()[-1] == "--smtp 192.0.2.4:4: this machine has no such address."


@pytest.mark.parametrize(
    "words", [("status",), ("messages", "--order", "1"), ("alias", "--order", "1", "--for", "buyer")]
)
def test_looking_at_a_mistyped_folder_makes_nothing_there(tmp_path, words):
    done = evenhand(*words, "--data", tmp_path / "typo")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"There is no installation in {tmp_path}/typo yet.\n"
    assert not (tmp_path / "typo").exists()


def test_a_database_that_does_not_answer_is_said_so(tmp_path):
    done = evenhand("status", "--data", tmp_path, DATABASE_URL="postgresql://nobody:hunter2@127.0.0.1:1/none")
    assert (done.returncode, done.stdout) == (1, "")
    [sentence] = done.stderr.splitlines()
    assert sentence.startswith("The database cannot be reached: connection ")
    assert "hunter2" not in sentence


def test_a_folder_that_cannot_be_made_is_said_so(tmp_path):
    (tmp_path / "file").write_text("in the way")
    done = evenhand("migrate", "--data", tmp_path / "file/data")
    assert (done.returncode, done.stdout, done.stderr) == (1, "", f"{tmp_path}/file/data: Not a directory.\n")


def test_a_listener_that_is_to_listen_nowhere_is_wrong_usage(run, db):
    done = run("listen")
    assert (done.exit_code, done.stderr) == (
        2,
        "Say where to listen: --smtp HOST:PORT, --lmtp HOST:PORT, or both.\n",
    )


@click.group(cls=Commands)
@click.option("--traceback", is_flag=True)
def faulty(traceback):
    """Stand in for a command with a bug."""


@faulty.command()
def stumble():
    raise KeyError("lamp")


def test_the_unforeseen_is_two_lines_and_a_traceback_only_when_asked_for(monkeypatch):
    monkeypatch.delenv("EVENHAND_TEST_TRACEBACK", raising=False)
    done = CliRunner().invoke(faulty, ["stumble"])
    assert done.exit_code == 1
    assert done.stderr.splitlines() == [
        "This should not happen: KeyError: 'lamp'",
        "For where it came from, run the same again as: evenhand --traceback …",
    ]
    asked = CliRunner().invoke(faulty, ["--traceback", "stumble"])
    assert asked.exit_code == 1
    assert asked.stderr.startswith("Traceback (most recent call last):\n")
    monkeypatch.setenv("EVENHAND_TEST_TRACEBACK", "1")
    assert CliRunner().invoke(faulty, ["stumble"]).stderr == asked.stderr


def test_the_portal_alone_serves_and_shows_no_traceback(tmp_path):
    with Program("web", "--data", tmp_path / "data", "--http", "127.0.0.1:0") as program:
        program.await_ready()
        assert program.get("/healthz") == (200, "ok\n")
        # A cookie no session can be read from, a query of nonsense, an address nobody has.
        for path in ("/?after=%00%ff", "/conversations/00000000-0000-0000-0000-000000000000/", "/no/such/page/"):
            status, page = program.get(path)
            assert status in {200, 404}
            assert "Traceback" not in page
        code, seconds = program.ends(15)
        assert (code, seconds < 10) == (0, True)


@pytest.mark.parametrize(
    "words",
    [
        ("messages", "--order", "77\udcff"),
        ("messages", "--order", "7731", "--marketplace", "77\udcff"),
        ("alias", "--for", "buyer", "--order", "77\udcff"),
        ("held", "release", str(UUID(int=1)), "--reason", "77\udcff"),
        ("spool", "drop", str(UUID(int=1)), "--reason", "77\udcff"),
    ],
)
def test_bytes_that_are_no_text_are_wrong_usage(run, cast, words):
    done = run(*words)
    assert (done.exit_code, done.stdout, "77\udcff" in done.stderr) in [
        (2, "", False),
        # Nothing was looked up by it, since the other words lead nowhere.
        (1, "", False),
    ]
    assert "This should not happen" not in done.stderr
