"""Runs a Postfix of our own beside whatever the machine has: a plain store-and-forward relay on a loopback port."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.meter import Family
from bench.port import free_port, wait_until_open

__all__ = ["Postfix", "postfix", "version"]

# What Debian installs, but for the places of files: every limit, time-out and concurrency is Postfix's own default.
_MAIN = """\
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/lib
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = relay.example
mydestination =
mynetworks = 127.0.0.0/8
relayhost = [127.0.0.1]:{sink}
smtpd_relay_restrictions = permit_mynetworks permit_sasl_authenticated defer_unauth_destination
alias_maps =
alias_database =
local_recipient_maps =
biff = no
append_dot_mydomain = no
recipient_delimiter = +
"""
# service, type, private, unprivileged, chroot, wakeup, process limit, command. Debian's table, without chroots
# (whose files its start script would have to copy) and without services that no mail of ours passes.
_MASTER = """\
127.0.0.1:{port} inet n - n - - smtpd
pickup    unix n - n 60    1 pickup
cleanup   unix n - n -     0 cleanup
qmgr      unix n - n 300   1 qmgr
tlsmgr    unix - - n 1000? 1 tlsmgr
rewrite   unix - - n -     - trivial-rewrite
bounce    unix - - n -     0 bounce
defer     unix - - n -     0 bounce
trace     unix - - n -     0 bounce
verify    unix - - n -     1 verify
flush     unix n - n 1000? 0 flush
proxymap  unix - - n -     - proxymap
proxywrite unix - - n -    1 proxymap
smtp      unix - - n -     - smtp
relay     unix - - n -     - smtp
showq     unix n - n -     - showq
error     unix - - n -     - error
retry     unix - - n -     - error
discard   unix - - n -     - discard
local     unix - n n -     - local
virtual   unix - n n -     - virtual
lmtp      unix - - n -     - lmtp
anvil     unix - - n -     1 anvil
scache    unix - - n -     1 scache
postlog   unix-dgram n - n - 1 postlogd
"""


@dataclass(frozen=True)
class Postfix:
    """A running instance."""

    port: int
    family: Family


def version() -> str | None:
    """The version that is installed, or None."""
    if not shutil.which("postfix"):
        return None
    answer = subprocess.run(["postconf", "-dh", "mail_version"], capture_output=True, text=True, check=False)
    return answer.stdout.strip() or None


@contextmanager
def postfix(folder: Path, sink: int, settings: str = "") -> Iterator[Postfix]:
    """
    Start an instance that hands everything to the sink's port, and stop it at the end.

    Needs root, as Postfix does. The folder must lie on the disk that the other system writes to, and be empty.
    `settings` are further lines of main.cf.
    """
    port = free_port()
    etc = folder / "etc"
    for place, owner in ((folder, "root"), (etc, "root"), (folder / "queue", "root"), (folder / "lib", "postfix")):
        place.mkdir(parents=True, exist_ok=True)
        place.chmod(0o755)
        shutil.chown(place, owner)
    (etc / "main.cf").write_text(_MAIN.format(folder=folder, sink=sink) + settings, "ascii")
    (etc / "master.cf").write_text(_MASTER.format(port=port), "ascii")
    _control(etc, "start")
    try:
        wait_until_open(port)
        yield Postfix(port, Family(lambda: _master(folder), lambda _: "postfix"))
    finally:
        _control(etc, "stop")


def _master(folder: Path) -> list[int]:
    return [int((folder / "queue/pid/master.pid").read_text("ascii"))]


def _control(etc: Path, verb: str) -> None:
    done = subprocess.run(["postfix", "-c", str(etc), verb], capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"postfix {verb}: {done.stderr.strip()}")
