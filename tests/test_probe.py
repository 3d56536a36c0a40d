"""Olga tries the way out: what a smarthost changes or adds is found before a stranger reads it."""

from datetime import UTC, datetime

import pytest

from evenhand.configuration import Configuration, Endpoint
from evenhand.doctor import probe as doctor
from evenhand.doctor.probe import Returned, compare, last
from evenhand.mail.compose import Draft, compose
from evenhand.mail.signature import sign
from evenhand.relay import keys
from evenhand.relay.models import Attempt, Delivery, Inbound
from tests.relay.post import spool

DOMAIN = "m.market.example"
PATH = f"b-1@{DOMAIN}"
LOGIN = "market-4711"
TRACE = b"Return-Path: <b-1@m.market.example>\r\nReceived: from us (us [192.0.2.1])\r\n\tby smarthost; Sun, 1 Mar 2026 12:00:00 +0000\r\n"


@pytest.fixture
def configuration(tmp_path, pair):
    made = Configuration(
        data=tmp_path,
        domain=DOMAIN,
        smarthost=Endpoint("192.0.2.25", 587),
        smarthost_user=LOGIN,
        smarthost_password="hunter2-x",
    )
    keys._write(made, DOMAIN, pair)
    return made


@pytest.fixture(scope="module")
def pair():
    return keys._pair("signing", datetime.now(UTC), ed25519=False)


@pytest.fixture
def sent(configuration):
    draft = Draft(
        "Market",
        f"no-reply@{DOMAIN}",
        "",
        f"no-reply@{DOMAIN}",
        "Does it?",
        datetime.now(UTC),
        f"m@{DOMAIN}",
        "Words.\n",
    )
    return sign(compose(draft, "boundary-nobody-guesses"), keys.signing_keys(configuration, DOMAIN), datetime.now(UTC))


def states(configuration, sent, arrived, path=PATH):
    found = compare(Returned(sent, PATH, TRACE + arrived, path), configuration)
    return {check.name: check.state for check in found}


GOOD = {"probe": "ok", "probe: DKIM": "ok"}


def test_a_mail_that_comes_back_as_it_was_is_found_good(configuration, sent):
    assert states(configuration, sent, sent) == GOOD
    refolded = sent.replace(b"Message-ID: <", b"Message-ID:\r\n <")
    assert states(configuration, sent, refolded) == GOOD
    more = b"DKIM-Signature: v=1; d=provider.example; s=x;\r\nX-Spam-Score: 0\r\n"
    assert states(configuration, sent, more + sent) == GOOD


@pytest.mark.parametrize(
    ("was", "becomes", "name"),
    [
        (b'From: "Market" <no-reply@m.market.example>', b"From: market-4711@provider.example", "probe: from"),
        (b"Message-ID: <m@", b"Message-ID: <provider-1@", "probe: message-id"),
        (b"+0000", b"+0100", "probe: date"),
        (b"Subject: Does it?", b"Subject: [Market] Does it?", "probe: subject"),
        (b"To: no-reply", b"To: reply", "probe: to"),
    ],
)
def test_a_field_that_is_rewritten_is_told(configuration, sent, was, becomes, name):
    assert was in sent
    found = states(configuration, sent, sent.replace(was, becomes))
    assert found.pop("probe: login", "fail") == "fail"
    assert found == {name: "fail", "probe: DKIM": "fail"}


@pytest.mark.parametrize(
    "field",
    [
        b"Sender: account@provider.example",
        b"X-Authenticated-User: account",
        b"X-Authenticated-Sender: account@provider.example",
        b"X-AuthUser: account",
        b"X-Originating-IP: [192.0.2.1]",
        b"X-Sender: account",
        b"Reply-To: account@provider.example",
        b"Resent-From: account@provider.example",
        b"X-Google-Original-From: x@y.example",
        b"X-MS-Exchange-Organization-AuthAs: Internal",
        b"X-Get-Message-Sender-Via: host: authenticated_id: account",
    ],
)
def test_a_field_that_tells_who_sent_is_told(configuration, sent, field):
    found = states(configuration, sent, field + b"\r\n" + sent)
    assert (found["probe"], found["probe: added fields"]) == ("ok", "fail")


def test_a_field_nobody_knows_is_shown_to_a_person(configuration, sent):
    assert states(configuration, sent, b"X-Campaign: 1\r\n" + sent) == {**GOOD, "probe: added fields": "warn"}


@pytest.mark.parametrize(
    "field",
    [
        b"Received: from us (us [192.0.2.1]) (Authenticated sender: somebody)\r\n\tby x; Sun, 1 Mar 2026 12:00:00 +0000",
        b"Received: from MARKET-4711 by x; Sun, 1 Mar 2026 12:00:00 +0000",
    ],
)
def test_a_login_in_the_trace_is_told(configuration, sent, field):
    assert states(configuration, sent, field + b"\r\n" + sent) == {**GOOD, "probe: login": "fail"}


def test_a_footer_breaks_the_signature_and_is_told(configuration, sent):
    assert states(configuration, sent, sent + b"Sent by provider\r\n") == {"probe": "ok", "probe: DKIM": "fail"}


def test_a_rewritten_envelope_is_told(configuration, sent):
    assert states(configuration, sent, sent, "SRS0=x=y@provider.example") == {**GOOD, "probe: reverse-path": "fail"}


def test_without_a_signature_none_is_looked_for(configuration, sent):
    unsigned = sent[sent.index(b"From:") :]
    assert states(configuration, unsigned, unsigned) == {"probe": "ok", "probe: DKIM": "skip"}


@pytest.mark.parametrize("arrived", [b"", b"\r\n\r\n", b"\xff\xfe:\r\n", b"From\r\nTo:\r\n" * 50, b":" * 500])
def test_nothing_that_comes_back_breaks_the_doctor(configuration, sent, arrived):
    assert states(configuration, sent, arrived)["probe: from"] == "fail"


class TestTrying:
    """The probe itself, with the part of the smarthost and of our listener played by hand."""

    @pytest.fixture
    def back(self, monkeypatch):
        """Have `come` done when the doctor waits."""

        def when_waiting(come):
            waits = []

            def sleep(_seconds):
                if not waits:
                    come()
                waits.append(1)

            monkeypatch.setattr(doctor.time, "sleep", sleep)

        return when_waiting

    def come_back(self, change=lambda raw: raw):
        copy = Delivery.objects.get()
        assert (copy.address, copy.conversation_id, copy.recipient_id) == (copy.return_path, None, None)
        spool(None, TRACE + change(bytes(copy.content)), reverse_path=copy.return_path, bounce_of_id=copy.id)

    def tried(self, configuration, seconds=5.0):
        return {check.name: check.state for check in doctor.examine(configuration, seconds=seconds)}

    def test_a_good_way_is_remembered_as_good(self, db, configuration, back, settings):
        back(self.come_back)
        assert last(configuration).state == "warn"
        assert self.tried(configuration) == GOOD
        assert last(configuration).state == "ok"
        # The probe is recorded as what it is, and moves nothing.
        assert Inbound.objects.get().bounce_of == Delivery.objects.get()

    def test_a_way_that_rewrites_is_remembered_until_it_is_mended_or_another_is_set(self, db, configuration, back):
        back(lambda: self.come_back(lambda raw: raw.replace(b"From: ", b"From: eve@provider.example, ")))
        assert self.tried(configuration)["probe: from"] == "fail"
        found = last(configuration)
        assert (found.state, "rewrites From" in found.found) == ("fail", True)
        assert last(keys.replace(configuration, smarthost=Endpoint("192.0.2.26", 587))).state == "warn"
        assert "hunter2" not in (configuration.data / "probe.json").read_text()

    def test_a_refusal_is_told_in_the_server_s_words(self, db, configuration, back):
        def refuse():
            Attempt.objects.create(
                delivery=Delivery.objects.get(), number=1, at=datetime.now(UTC), outcome="failed", phase="mail",
                status="5.7.1", detail="not your address",
            )  # fmt: skip

        back(refuse)
        [check] = doctor.examine(configuration, seconds=5)
        assert (check.state, check.found) == ("fail", "The smarthost did not take it: 5.7.1 not your address")

    @pytest.mark.parametrize(
        ("state", "words"),
        [("queued", "No worker has sent it"), ("sent", "The smarthost took it, but it did not come back")],
    )
    def test_one_that_never_comes_is_told_with_where_it_was_lost(self, db, configuration, back, state, words):
        back(lambda: Delivery.objects.update(state=state))
        [check] = doctor.examine(configuration, seconds=0.05)
        assert (check.state, check.found.startswith(words)) == ("fail", True)

    def test_without_a_smarthost_or_a_domain_nothing_is_sent(self, db, configuration):
        for none in ({"smarthost": None}, {"domain": "relay.localhost"}):
            assert self.tried(keys.replace(configuration, **none)) == {"probe": "skip"}
        assert Delivery.objects.count() == 0


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"at": 1}'])
def test_a_damaged_memory_counts_as_none(configuration, content):
    (configuration.data / "probe.json").write_text(content)
    assert last(configuration).state == "warn"
