"""What the mail tester swaks sends, as an operator would try an installation out."""

import subprocess

import pytest

from tests.programs import need
from tests.wire.desk import ADA

SWAKS = need("swaks")
NOT_ACCEPTED = 24
"""Its exit code when no recipient was accepted."""


@pytest.fixture
def swaks(house):
    host, port = house.door()

    def send(to, *words):
        return subprocess.run(
            [SWAKS, "--server", host, "--port", str(port), "--helo", ADA.host, "--from", ADA.address, "--to", to, *words],
            capture_output=True, text=True, timeout=30, check=False, stdin=subprocess.DEVNULL,
        )  # fmt: skip

    return send


def test_a_plain_mail_arrives(swaks, catcher, order):
    done = swaks(order.to_seller, "--body", "Does it dim?")
    assert (done.returncode, "250 2.0.0 Taken" in done.stdout) == (0, True)
    arrived = catcher.sent_for(order.to_buyer)[0]
    assert arrived.text.startswith("Does it dim?\n")
    assert str(arrived.mail["Subject"]).startswith("test ")


def test_a_subject_in_any_script_arrives_as_it_was_written(swaks, catcher, order):
    assert swaks(order.to_seller, "--h-Subject", "Größe – どれ? 💡", "--body", "Hello").returncode == 0
    assert str(catcher.sent_for(order.to_buyer)[0].mail["Subject"]) == "Größe – どれ? 💡"


def test_a_file_arrives_under_a_name_of_ours(swaks, catcher, order, tmp_path):
    picture = tmp_path / "ada-lind-at-home.gif"
    picture.write_bytes(
        b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff!\xf9\x04\x01\x00\x00\x00\x00,"
        b"\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;"
    )
    done = swaks(order.to_seller, "--body", "See the picture.", "--attach-type", "image/gif", "--attach", f"@{picture}")
    assert done.returncode == 0
    arrived = catcher.sent_for(order.to_buyer)[0]
    files = [(one.get_content_type(), one.get_filename(), one.get_content()) for one in arrived.mail.iter_attachments()]
    assert [(kind, content) for kind, _, content in files] == [("image/gif", picture.read_bytes())]
    assert "ada" not in files[0][1]


def test_html_arrives_as_html_and_as_text(swaks, catcher, order):
    html = "<p onclick='x()'>It is <b>bright</b>.<script>x()</script></p>"
    assert swaks(order.to_seller, "--h-Content-Type", "text/html; charset=utf-8", "--body", html).returncode == 0
    arrived = catcher.sent_for(order.to_buyer)[0]
    assert arrived.text.startswith("It is bright.\n")
    rich = arrived.mail.get_body(("html",)).get_content()
    assert rich.startswith("<p>It is <b>bright</b>.</p>")
    assert "script" not in rich


def test_an_unknown_alias_is_refused_with_its_exit_code(swaks):
    done = swaks(f"{'a' * 26}@m.market.example", "--body", "Anybody?")
    assert done.returncode == NOT_ACCEPTED
    assert "<** 550 5.1.1 No such recipient" in done.stdout
