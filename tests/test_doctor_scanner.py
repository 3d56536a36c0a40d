"""Olga asks the doctor about her virus scanner: it must find what it is meant to, also in the largest mail."""

import base64
import hashlib
import socket

import pytest

from evenhand.configuration import Configuration, Endpoint
from evenhand.doctor.scanner import SAMPLE, examine
from tests.connectors.clamd import speaking

KIB = 1024
FOUND, OK = b"stream: Eicar-Test FOUND\0", b"stream: OK\0"
MISSED = "It does not find the test file in a mail of scanner_limit (65536 bytes):"
TOO_LARGE = b"INSTREAM size limit exceeded. ERROR\0"


def clamd(*, skips_from=2**30, skipping=OK, finds=FOUND):
    """A clamd that takes mails apart, and passes over what is large as one does whose limits are too low."""

    def answer(content):
        if len(content) >= skips_from:
            yield skipping
        else:
            yield finds if SAMPLE in content or base64.b64encode(SAMPLE) in content else OK

    return answer


def check(answer, *, limit=64 * KIB, size=64 * KIB):
    with speaking(answer) as served:
        (found,) = examine(Configuration(scanner=served.at, scanner_limit=limit, size_limit=size))
    return found, served.streams


def test_the_test_file_is_the_one_all_scanners_know():
    assert hashlib.sha256(SAMPLE).hexdigest() == "275a021bbfb6489e54d471899f7db9d1663fc695ec2fe2a2c4538aabf651fd0f"


def test_a_scanner_that_finds_it_alone_and_in_the_largest_mail_is_good():
    found, streams = check(clamd())
    assert (found.state, found.found) == (
        "ok", "It answers and finds the test file (Eicar-Test), also in the largest mail.",
    )  # fmt: skip
    assert [len(one) for one in streams] == [68, 64 * KIB]


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (clamd(finds=OK), "It does not find the test file: it says that it is clean."),
        (clamd(finds=b""), "It does not find the test file: the scanner gave no whole answer."),
        (clamd(skips_from=KIB),
         f"{MISSED} it says that it is clean."),
        (clamd(skips_from=KIB, skipping=TOO_LARGE),
         f"{MISSED} the scanner takes less than scanner_limit: raise its StreamMaxLength."),
    ],
)  # fmt: skip
def test_one_that_does_not_find_it_is_told(answer, says):
    found, _ = check(answer)
    assert (found.state, found.found, bool(found.mend)) == ("fail", says, True)


def test_one_that_is_given_less_than_we_accept_is_told():
    found, _ = check(clamd(), size=128 * KIB)
    assert (found.state, found.found) == (
        "warn", "It answers, but mails of more than scanner_limit (65536) are held unscanned.",
    )  # fmt: skip


def test_one_that_is_away_is_told():
    with socket.create_server(("127.0.0.1", 0)) as gone:
        free = Endpoint(*gone.getsockname())
    (found,) = examine(Configuration(scanner=free))
    assert (found.state, found.mend) == ("fail", "Start clamd, or correct EVENHAND_SCANNER.")
    assert found.found == "It does not answer: Connection refused. Meanwhile mail waits, and after a day it is held."


def test_none_is_set():
    assert [one.state for one in examine(Configuration())] == ["skip"]
