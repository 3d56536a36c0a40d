"""The invented market: loaded once, at rest, and as discreet as the real one."""

import threading
from datetime import timedelta
from email import message_from_bytes, policy

import pytest
from django.db import connection
from django.utils import timezone

from evenhand.conversations.models import Alias, Attachment, Conversation, Message, MessageState
from evenhand.demo import PACK
from evenhand.demo.load import is_loaded, load
from evenhand.demo.market import read_market
from evenhand.mail.identity import find, find_ascii, identities
from evenhand.orders.models import Order, OrderItem
from evenhand.participants.models import Address, Member, Participant, User
from evenhand.policy import named_book
from evenhand.record.blobs import read_blob
from evenhand.relay.models import Delivery, Hold, Inbound, ThreadId

TABLES = (
    Order, OrderItem, User, Participant, Address, Member, Conversation, Alias, Message, Attachment, Inbound, Delivery,
    Hold, ThreadId,
)  # fmt: skip
NOW = timezone.now().replace(microsecond=0)


def counts():
    return {table.__name__: table.objects.count() for table in TABLES}


class TestLoading:
    @pytest.mark.django_db
    def test_an_empty_installation_gets_the_whole_market(self):
        assert is_loaded() is False
        assert load(now=NOW) is True
        assert is_loaded() is True
        market, stored = read_market(), counts()
        assert stored["Order"] == len(market.sales) >= 60
        assert stored["Conversation"] == len(market.talks) >= 40
        assert stored["Message"] == sum(len(talk.said) for talk in market.talks)
        assert stored["Alias"] == 2 * stored["Conversation"]
        assert stored["User"] == stored["Participant"] == stored["Address"] == stored["Member"] == len(market.people)

    @pytest.mark.django_db
    def test_a_second_time_changes_nothing(self):
        load(now=NOW)
        before = counts()
        assert load(now=NOW + timedelta(days=1)) is False
        assert counts() == before

    @pytest.mark.django_db(transaction=True)
    def test_two_who_start_at_once_load_one_market(self):
        start, loaded = threading.Barrier(2), []

        def run():
            try:
                start.wait()
                loaded.append(load(now=NOW))
            finally:
                connection.close()

        threads = [threading.Thread(target=run) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(loaded) == [False, True]
        assert counts()["User"] == len(read_market().people)


@pytest.fixture
def market(db):
    load(now=NOW)
    return read_market()


class TestTheMarket:
    def test_the_four_who_can_be_played_are_there_with_something_to_do(self, market):
        assert {one.key: one.role for one in market.cast} == {
            "ada": "buyer",
            "ben": "seller",
            "cyn": "seller",
            "olga": "operator",
        }
        talking = {one.key: Conversation.objects.of(User.objects.get(email=one.address)).count() for one in market.cast}
        assert [name for name in ("ada", "ben", "cyn") if talking[name] < 3] == []
        assert talking["olga"] == 0

    def test_no_one_has_a_password_and_all_live_on_domains_of_nobody(self, market):
        assert [user.email for user in User.objects.all() if user.has_usable_password()] == []
        assert [one for one in Address.objects.all() if not one.address.endswith(".example")] == []

    def test_every_way_a_message_can_end_is_shown(self, market):
        # Receipts and mail of lists end in the record alone, and are nothing to see.
        shown = set(MessageState.values) - {MessageState.RECORDED}
        assert set(Message.objects.values_list("state", flat=True)) == shown
        assert set(Delivery.objects.values_list("state", flat=True)) == {"sent", "deferred", "failed"}

    def test_what_was_passed_on_stands_by_the_rules_and_what_was_stopped_is_explained(self, market):
        stopped = Message.objects.filter(state=MessageState.BLOCKED)
        passed = Message.objects.filter(state=MessageState.RELAYED)
        assert set(passed.values_list("verdict__action", flat=True)) == {"deliver"}
        assert {one.verdict.book for one in passed} == {one.verdict.book for one in stopped} == {named_book(PACK).name}
        assert [one.text for one in stopped if not one.findings.exclude(fix="").exclude(clause="").exists()] == []
        starry = stopped.get(findings__rule="positive-only")
        told = list(starry.findings.order_by("id").values_list("rule", "excerpt"))
        assert told[:2] == [
            ("positive-only", "leave us a five-star review"),
            ("happy-only", "If your mother likes it, please leave us a five-star review"),
        ]

    def test_no_row_is_due_for_work_during_a_demonstration(self, market):
        tomorrow = NOW + timedelta(days=1)
        assert Inbound.objects.filter(state__in=["queued", "working"]).count() == 0
        waiting = Delivery.objects.exclude(state__in=["sent", "failed"])
        assert waiting.count() > 0
        assert waiting.filter(due_at__lte=tomorrow).count() == 0

    def test_nothing_was_said_before_its_order_or_after_now(self, market):
        odd = [
            message.text[:40]
            for message in Message.objects.select_related("conversation__order")
            if not message.conversation.order.placed_at < message.sent_at <= NOW
        ]
        assert odd == []

    def test_conversations_stand_as_their_last_message_left_them(self, market):
        for conversation in Conversation.objects.all():
            passed = conversation.messages.filter(state=MessageState.RELAYED).order_by("sent_at")
            assert conversation.message_count == passed.count()
            if last := passed.last():
                assert (conversation.last_at, conversation.last_author_id) == (last.sent_at, last.author_id)

    def test_every_attached_file_is_in_the_store(self, market):
        for attachment in Attachment.objects.all():
            assert len(read_blob(attachment.sha256)) == attachment.size
        assert Attachment.objects.count() > 5

    def test_every_message_has_its_mail_and_every_held_one_its_hold(self, market):
        assert Message.objects.filter(inbound_id=None).count() == 0
        held = Message.objects.filter(state=MessageState.HELD)
        assert set(Hold.objects.values_list("message_id", flat=True)) == set(held.values_list("id", flat=True))


class TestDiscretion:
    def seen(self, content):
        """All a reader of the mail can see: its header fields, its text, the names of its files."""
        mail = message_from_bytes(bytes(content), policy=policy.default)
        texts = [part.get_content() for part in mail.walk() if part.get_content_maintype() == "text"]
        names = [part.get_filename() or "" for part in mail.walk()]
        return "\n".join([*(f"{name}: {value}" for name, value in mail.items()), *texts, *names])

    def test_no_mail_that_goes_out_names_an_address_of_its_author(self, market):
        deliveries = Delivery.objects.select_related("message__author")
        leaks, could = [], 0
        for delivery in deliveries:
            author = delivery.message.author.addresses.get().address
            hidden = identities((author,))
            content = bytes(delivery.content)
            leaks += [author] if find_ascii(content, hidden) or find(self.seen(content), hidden) else []
            raw = bytes(Inbound.objects.get(id=delivery.message.inbound_id).raw)
            could += bool(find_ascii(raw, hidden))
        assert leaks == []
        assert could == len(deliveries) > 100

    def test_nobody_says_an_address_in_a_conversation(self, market):
        everyone = identities(tuple(one.address for one in market.people.values()))
        assert [one.text for one in Message.objects.all() if find(one.text + one.quoted + one.subject, everyone)] == []

    def test_a_mail_goes_from_alias_to_alias_and_back_to_a_path_of_its_own(self, market):
        for delivery in Delivery.objects.select_related("message__conversation"):
            mail = message_from_bytes(bytes(delivery.content), policy=policy.default)
            aliases = {one.participant_id: str(one) for one in delivery.message.conversation.aliases.all()}
            assert mail["From"].addresses[0].addr_spec == aliases[delivery.message.author_id]
            assert mail["To"].addresses[0].addr_spec == aliases[delivery.recipient_id]
            assert delivery.return_path.endswith("@m.market.example")
        paths = Delivery.objects.values_list("return_path", flat=True)
        assert len(set(paths)) == len(paths)
