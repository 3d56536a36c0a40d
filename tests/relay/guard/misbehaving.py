"""A guarded reader that does what a mail's subject says, as a parser might that a mail has got the better of."""

import ctypes
import os
import socket
import subprocess
import time
from pathlib import Path

from evenhand.mail import gate, reading
from evenhand.relay.guard import child

_read = reading.read
_search = gate.search


def obey(raw, **how):
    subject = raw.partition(b"Subject: ")[2].partition(b"\n")[0].strip()
    match subject:
        case b"spin":
            while True:
                pass
        case b"sleep":
            time.sleep(600)
        case b"eat":
            eaten = []
            while True:
                eaten.append(bytearray(16 << 20))
        case b"crash":
            ctypes.string_at(0)
        case b"raise":
            raise KeyError("ada@home.example")
        case b"lie":
            os.write(1, b"A\x00\x00\x00\x03xyz")
        case b"break out":
            return reading.Unreadable(f"could {', '.join(_open_things()) or 'open nothing'}")
    return _read(raw, **how)


def _open_things():
    attempts = {
        "read a file": Path("/etc/hostname").read_bytes,
        "write a file": Path("/tmp/evenhand-was-here").touch,
        "open a socket": socket.socket,
        "start a program": lambda: subprocess.run(["true"], check=True, stdout=subprocess.PIPE),
        "read the environment": lambda: os.environ["DATABASE_URL"],
    }
    for what, attempt in attempts.items():
        try:
            attempt()
        except (OSError, KeyError):
            continue
        yield what


def die(finished, sought):
    return ctypes.string_at(0) if finished.startswith(b"Subject: die") else _search(finished, sought)


if __name__ == "__main__":
    reading.read = obey
    gate.search = die
    child.main()
