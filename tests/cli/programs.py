"""Runs the command in a process of its own, as a shell would, and waits for what it says."""

import contextlib
import os
import queue
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request

import psutil

PATIENCE = 60


def bare_environment(**settings):
    """The environment without the settings of this test run."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("EVENHAND_") and name not in {"DATABASE_URL", "DJANGO_SETTINGS_MODULE"}
    }
    return kept | settings


def evenhand(*words, **settings):
    """Run a command to its end."""
    return subprocess.run(
        [sys.executable, "-m", "evenhand", *map(str, words)], capture_output=True, text=True, timeout=PATIENCE,
        check=False, env=bare_environment(**settings), stdin=subprocess.DEVNULL,
    )  # fmt: skip


def until(true, what):
    """Ask again and again; other processes cannot call us back."""
    deadline = time.monotonic() + PATIENCE
    while not (found := true()):
        assert time.monotonic() < deadline, f"{what} did not come true in {PATIENCE} seconds"
        time.sleep(0.05)
    return found


class Program:
    """A command that keeps running; its lines are read as they come."""

    def __init__(self, *words, **settings):
        self.process = subprocess.Popen(
            [sys.executable, "-m", "evenhand", *map(str, words)], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            stdin=subprocess.DEVNULL, text=True, env=bare_environment(**settings), start_new_session=True,
        )  # fmt: skip
        self.out, self.err = queue.Queue(), queue.Queue()
        pipes = ((self.process.stdout, self.out), (self.process.stderr, self.err))
        self.readers = [threading.Thread(target=_read, args=pair, daemon=True) for pair in pipes]
        for reader in self.readers:
            reader.start()
        self.addresses = {}

    def __enter__(self):
        return self

    def __exit__(self, *_):
        """Leave nothing behind, however the test ended: the parts end with the process they are tethered to."""
        relatives = self.relatives()
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(PATIENCE)
        psutil.wait_procs(relatives, timeout=PATIENCE)
        for reader in self.readers:
            reader.join(PATIENCE)

    def await_ready(self):
        line = self.hears("ready", self.out)
        self.addresses = dict(word.split("=", 1) for word in line.split()[1:] if "=" in word)
        return self

    def hears(self, words, lines=None):
        """Wait for a line with these words in it, on the standard error unless told otherwise."""
        lines, passed = lines or self.err, []
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                line = lines.get(timeout=max(0.01, deadline - time.monotonic()))
            except queue.Empty:
                line = None
            assert line is not None, f"“{words}” was not said, but: {''.join(passed)}{self.rest(self.err)}"
            passed.append(line)
            if words in line:
                return line

    @staticmethod
    def rest(lines):
        found = []
        with contextlib.suppress(queue.Empty):
            while (line := lines.get_nowait()) is not None:
                found.append(line)
        return "".join(found)

    def relatives(self):
        with contextlib.suppress(psutil.NoSuchProcess):
            return psutil.Process(self.process.pid).children(recursive=True)
        return []

    def part(self, name):
        """The process of a part; of the portal the one that watches over the other."""
        children = psutil.Process(self.process.pid).children()
        return next(one for one in children if name in one.cmdline())

    def ends(self, signal):
        """Send a signal, and give the exit code and how long it took."""
        began = time.monotonic()
        self.process.send_signal(signal)
        code = self.process.wait(PATIENCE)
        return code, time.monotonic() - began

    def get(self, path):
        """Fetch a page; status and text."""
        try:
            with urllib.request.urlopen(f"http://{self.addresses['http']}{path}", timeout=20) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()
        except OSError as error:
            return 0, str(error)


def _read(pipe, lines):
    with pipe:
        for line in pipe:
            lines.put(line)
    lines.put(None)
