"""Olga's doctor sends a mail by a smarthost that brings it back, honest first and then meddling."""

import json
import smtplib
import threading

import pytest

from tests.wire.catcher import Catcher
from tests.wire.desk import ADA, BEN
from tests.wire.house import House
from tests.wire.names import name_server


class Returning(Catcher):
    """A smarthost that delivers what is for our domain to our door, as the Internet would."""

    door = None
    meddle = staticmethod(lambda raw: raw)

    async def handle_DATA(self, server, session, envelope):  # noqa: N802  aiosmtpd calls it so
        answer = await super().handle_DATA(server, session, envelope)
        threading.Thread(
            target=self._bring, args=(envelope.mail_from, envelope.rcpt_tos, envelope.original_content)
        ).start()
        return answer

    def _bring(self, sender, recipients, raw):
        trace = b"Received: from us by smarthost.example; Sun, 1 Mar 2026 12:00:00 +0000\r\n"
        with smtplib.SMTP(*self.door, timeout=20) as line:
            line.sendmail(sender, recipients, trace + self.meddle(raw))


@pytest.fixture(scope="module")
def smarthost():
    with Returning() as running:
        yield running


@pytest.fixture(scope="module")
def house(tmp_path_factory, smarthost):
    with name_server({}) as nameserver:
        made = House(
            tmp_path_factory.mktemp("way-out"), [(ADA, BEN)], smarthost=smarthost.address, workers=1,
            nameserver=nameserver,
        )  # fmt: skip
        with made as running:
            smarthost.door = running.door()
            yield running


def tried(house):
    checks = json.loads(house.command("doctor", "--probe", "--json", code=1))
    return {check["name"]: check["state"] for check in checks if check["name"].startswith("probe")}


def test_l13_an_honest_smarthost_is_found_good_and_a_meddling_one_is_told_at_the_next_start(house, smarthost):
    assert tried(house) == {"probe": "ok", "probe: DKIM": "ok"}
    smarthost.meddle = lambda raw: (
        b"X-Authenticated-User: olga\r\n" + raw.replace(b"From: ", b"From: Eve <eve@x.example>, ")
    )
    assert tried(house) == {"probe: from": "fail", "probe: added fields": "fail", "probe: DKIM": "fail"}
    house.stop()
    house.start()
    assert "the smarthost failed: The smarthost rewrites From" in house.log.read_text("utf-8")
