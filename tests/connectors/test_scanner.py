"""What clamd is given, and what is made of its answers: clean only by a clear word about the whole."""

import socket
import threading
from pathlib import Path

import pytest

from evenhand.configuration import Configuration, Endpoint
from evenhand.connectors.scanner import Clamd, by_settings
from evenhand.relay.scan import Clean, Infected, Unscanned
from tests.connectors.clamd import speaking

MUCH = 32 * 1024 * 1024
NO_ANSWER = Unscanned("the scanner gave no whole answer")


def always(*pieces, early=None):
    def answer(_):
        yield from pieces

    answer.early = early
    return answer


def scanned(answer, content=b"The arm sinks.", seconds=5.0, limit=MUCH):
    with speaking(answer) as clamd:
        return Clamd(clamd.at, limit).scan(content, seconds=seconds)


@pytest.mark.parametrize("size", [0, 1, 256 * 1024, 256 * 1024 + 1, 3 * 1024 * 1024], ids=str)
def test_clamd_is_given_every_byte(size):
    content = bytes(range(256)) * (size // 256) + bytes(size % 256)
    with speaking(always(b"stream: OK\0")) as clamd:
        assert Clamd(clamd.at, MUCH).scan(content, seconds=5) == Clean()
    assert clamd.streams == [content]


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        ([b"stream: OK\0"], Clean()),
        ([b"stre", b"am: O", b"K", b"\0"], Clean()),
        ([b"stream: Win.Test.EICAR_HDB-1 FOUND\0"], Infected("Win.Test.EICAR_HDB-1")),
        ([b"stream: OK FOUND\0"], Infected("OK")),
        ([b"stream: a\x1b[2Jb\r\n\xff FOUND\0"], Infected("a?[2Jb???")),
        ([b"stream: " + b"n" * 300 + b" FOUND\0"], Infected("n" * 80)),
        ([b"INSTREAM size limit exceeded. ERROR\0"],
         Unscanned("the scanner takes less than scanner_limit: raise its StreamMaxLength", again=False)),
        ([b"stream: Heuristics.Limits.Exceeded.MaxFileSize FOUND\0"],
         Unscanned("the scanner did not look at the whole of it (Heuristics.Limits.Exceeded.MaxFileSize)", again=False)),
        ([b"stream: Can't allocate memory ERROR\0"],
         Unscanned("the scanner answered “stream: Can't allocate memory ERROR”")),
        ([b"UNKNOWN COMMAND\0"], Unscanned("the scanner answered “UNKNOWN COMMAND”")),
        ([b"stream: ok\0"], Unscanned("the scanner answered “stream: ok”")),
        ([b" stream: OK\0"], Unscanned("the scanner answered “ stream: OK”")),
        ([b"stream: OK\n\0"], Unscanned("the scanner answered “stream: OK?”")),
        ([b"1: stream: OK\0"], Unscanned("the scanner answered “1: stream: OK”")),
        ([b"\0"], Unscanned("the scanner answered “”")),
        ([], NO_ANSWER),
        ([b"stream: OK"], NO_ANSWER),
        ([b"stream: OK\n"], NO_ANSWER),
        ([b"stream: O"], NO_ANSWER),
        ([b"stream: OK\0stream: Eicar FOUND\0"], NO_ANSWER),
        ([b"stream: OK" * 5000 + b"\0"], NO_ANSWER),
    ],
)  # fmt: skip
def test_l67_only_a_clear_answer_is_an_answer(answer, found):
    assert scanned(always(*answer)) == found


def test_an_endless_answer_is_not_read_to_its_end():
    def babble(_):
        while True:
            yield b"stream: OK" * 1000

    assert scanned(babble) == NO_ANSWER


def test_l67_a_clean_word_about_half_of_it_is_none():
    content = bytes(8 * 1024 * 1024)
    found = scanned(always(b"stream: OK\0", early=256 * 1024), content)
    assert isinstance(found, Unscanned)
    assert found.again


def test_what_is_larger_than_the_limit_is_not_even_sent():
    with speaking(always(b"stream: OK\0")) as clamd:
        asked = Clamd(clamd.at, 10)
        assert asked.scan(b"x" * 10, seconds=5) == Clean()
        assert asked.scan(b"x" * 11, seconds=5) == Unscanned(
            "its 11 bytes are more than scanner_limit (10)", again=False
        )
    assert clamd.streams == [b"x" * 10]


def test_l67_a_silent_scanner_is_waited_for_no_longer_than_said():
    with socket.create_server(("127.0.0.1", 0)) as mute:
        clamd = Clamd(Endpoint(*mute.getsockname()), MUCH)
        slow = Unscanned("the scanner could not be asked (it took too long)")
        assert clamd.scan(b"x", seconds=0.1) == slow
        # So much that the kernel's buffers cannot take it.
        assert clamd.scan(bytes(MUCH), seconds=0.1) == slow
        assert clamd.greet(seconds=0.1) == "it took too long"


def test_l67_an_answer_that_trickles_is_no_longer_waited_for_either():
    going_on = threading.Event()

    def trickle(_):
        while not going_on.wait(0.02):
            yield b"s"

    assert scanned(trickle, seconds=0.2) == Unscanned("the scanner could not be asked (it took too long)")
    going_on.set()


@pytest.mark.parametrize("where", ["port", "path", "long", "name"])
def test_l67_nobody_at_home_is_unscanned(tmp_path, where):
    with socket.create_server(("127.0.0.1", 0)) as gone:
        free = Endpoint(*gone.getsockname())
    address = {
        "port": free, "path": tmp_path / "clamd.ctl", "long": Path("/" + "x" * 200),
        "name": Endpoint("x" * 70 + ".invalid", 1),
    }[where]  # fmt: skip
    clamd = Clamd(address, MUCH)
    found = clamd.scan(b"x", seconds=1)
    assert isinstance(found, Unscanned)
    assert (found.again, bool(clamd.greet(seconds=1))) == (True, True)


def test_clamd_may_be_asked_at_the_path_of_its_socket(tmp_path):
    path = tmp_path / "clamd.ctl"
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(path))
        server.listen()

        def serve():
            line, _ = server.accept()
            with line:
                line.recv(1024)
                line.sendall(b"PONG\0")

        thread = threading.Thread(target=serve)
        thread.start()
        assert by_settings(Configuration(scanner=path)).greet(seconds=5) == ""
        thread.join()


def test_another_server_at_that_port_is_no_clamd():
    with speaking(always()) as clamd:
        assert Clamd(clamd.at, MUCH).greet(seconds=5) == ""
    wrong = always()
    wrong.pong = b"220 mx.home.example ESMTP\r\n\0"
    with speaking(wrong) as other:
        assert Clamd(other.at, MUCH).greet(seconds=5) == "it does not answer as clamd does"


def test_without_a_scanner_none_can_be_made():
    with pytest.raises(ValueError, match="no scanner is set"):
        by_settings(Configuration())
