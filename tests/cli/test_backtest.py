"""What another book would have made of what was said: told by rule, with the facts as they stood, and nothing changed."""

import json
import signal
import uuid
from dataclasses import replace
from datetime import timedelta
from html.parser import HTMLParser

import psutil
import pytest
from django.utils import timezone

from evenhand.conversations.models import Finding, Message, Verdict
from evenhand.record.models import Event
from evenhand.relay.models import Inbound
from tests.cli.programs import Program, evenhand, until
from tests.policy.books import OWN
from tests.relay.post import BEN, deliver, mail, message_of

HAPPY = "If you like the lamp, please leave a review.\n"
ASKS = "Please leave a review of the lamp.\n"
PLAIN = "The bulb is in the box.\n"


@pytest.fixture
def fresh(cast):
    """Let the order be forty days old."""
    now = timezone.now()
    cast.order.placed_at, cast.order.updated_at = now - timedelta(days=40), now - timedelta(days=40)
    cast.order.shipped_at, cast.order.delivered_at = now - timedelta(days=39), now - timedelta(days=37)
    cast.order.save()
    return cast


def says(cast, text, days=30, **fields):
    """Ben wrote to Ada so many days ago; the message."""
    raw = mail(f"Ben <{BEN}>", text=text, msgid=f"{uuid.uuid4().hex}@shop.example", **fields)
    return message_of(deliver(cast.buyer_alias, raw, reverse_path=BEN, ago=timedelta(days=days)))


@pytest.fixture
def backtest(run):
    """Run a backtest in this process, and read its report."""

    def judge(*words, book="amazon-2018-10"):
        done = run("policy", "backtest", "--book", book, "--jobs", 1, "--json", *words)
        assert done.exit_code == 0, done.output
        return json.loads(done.stdout)

    return judge


def of_rules(told, kind="new"):
    return {one["rule"]: one[kind] for one in told["rules"] if one[kind]}


def test_what_would_be_stopped_is_told_by_rule_with_an_example(fresh, backtest):
    says(fresh, PLAIN)
    says(fresh, HAPPY, 20)
    told = backtest()
    assert told["book"].startswith("house 1, amazon-2018-10 ")
    assert (told["messages"], told["changed"], told["judged_before_by"]) == (2, 1, {"house 1": 2})
    assert told["changes"] == [{"before": "deliver", "after": "block", "messages": 1}]
    assert told["actions"] == [
        {"action": "deliver", "before": 2, "after": 1}, {"action": "block", "before": 0, "after": 1},
    ]  # fmt: skip
    (rule,) = told["rules"]
    assert {name: rule[name] for name in ("rule", "new", "gone", "unchanged", "before", "after", "actions")} == {
        "rule": "happy-only", "new": 1, "gone": 0, "unchanged": 0, "before": 0, "after": 1, "actions": ["block"],
    }  # fmt: skip
    (example,) = rule["examples"]["new"]
    assert (example["order"], example["part"]) == ("7731", "text")
    assert example["excerpt"].startswith("If you like the lamp")


def test_a_message_is_judged_by_what_was_known_when_it_came(fresh, backtest):
    says(fresh, ASKS, 39)
    says(fresh, PLAIN, 11)
    says(fresh, PLAIN, 9)
    assert backtest()["changed"] == 1, "only the last came more than thirty days after the order"
    says(fresh, ASKS, 38)
    told = backtest()
    assert of_rules(told) == {"message-window": 1, "one-review-request": 1}
    (second,) = (one for one in told["rules"] if one["rule"] == "one-review-request")
    assert second["examples"]["new"][0]["sent_at"][:10] == (timezone.now() - timedelta(days=38)).date().isoformat()


def test_an_answer_is_one_only_after_the_buyer_has_written(fresh, backtest):
    says(fresh, PLAIN, 8)
    deliver(fresh.seller_alias, mail(), ago=timedelta(days=7))
    says(fresh, "It is.\n", 6)
    assert of_rules(backtest()) == {"message-window": 1}


def test_an_order_that_was_cancelled_later_was_none_before(fresh, backtest):
    for days in (20, 5):
        says(fresh, "Your order 7731 is packed.\n", days)
    fresh.order.status, fresh.order.updated_at = "cancelled", timezone.now() - timedelta(days=10)
    fresh.order.save()
    (rule,) = (one for one in backtest(book="amazon-2025-04")["rules"] if one["rule"] == "contact-on-cancelled-order")
    day = (timezone.now() - timedelta(days=5)).date().isoformat()
    assert (rule["new"], [one["sent_at"][:10] for one in rule["examples"]["new"]]) == (1, [day])


def test_what_the_new_book_no_longer_finds_is_told_too(fresh, settings, backtest):
    settings.EVENHAND = replace(settings.EVENHAND, book="amazon-2018-10")
    assert says(fresh, HAPPY, 1).state == "blocked"
    told = backtest(book="house-overlay")
    assert (of_rules(told, "gone"), told["changes"]) == (
        {"happy-only": 1, "message-window": 1}, [{"before": "block", "after": "deliver", "messages": 1}],
    )  # fmt: skip
    same = backtest()
    assert (of_rules(same, "unchanged"), same["changed"]) == ({"happy-only": 1, "message-window": 1}, 0)
    assert (of_rules(same), of_rules(same, "gone")) == ({}, {})


def test_a_rule_that_acts_more_sternly_than_it_did_is_told(fresh, settings, backtest):
    settings.EVENHAND = replace(settings.EVENHAND, book="amazon-2018-10")
    message = says(fresh, HAPPY, 1)
    message.findings.update(action="warn")
    Verdict.objects.update(action="warn")
    told = backtest()
    assert (of_rules(told, "unchanged"), of_rules(told, "milder")) == ({"happy-only": 1, "message-window": 1}, {})
    assert of_rules(told, "sterner") == of_rules(told, "unchanged")
    assert told["changes"] == [{"before": "warn", "after": "block", "messages": 1}]


def test_nothing_that_is_stored_changes(fresh, backtest):
    says(fresh, HAPPY)

    def stored():
        tables = (Message, Verdict, Finding, Inbound, Event)
        return [list(table.objects.order_by("pk").values()) for table in tables]

    before = stored()
    assert backtest()["changed"] == 1
    assert stored() == before


BOOK = (
    """
name = "Glow Market"
version = 3
packs = ["amazon-2018-10"]

"""
    + OWN
)


def test_a_book_of_the_operators_own_is_tried_before_it_is_chosen(fresh, backtest, run, tmp_path):
    says(fresh, "The lamp is cheaper elsewhere.\n")
    book = tmp_path / "market.toml"
    book.write_text(BOOK)
    told = backtest(book=book)
    assert ("Glow Market" in told["book"], of_rules(told)) == (True, {"no-price-talk": 1})
    assert told["changes"] == [{"before": "deliver", "after": "hold", "messages": 1}]
    mistaken = tmp_path / "mistaken.toml"
    mistaken.write_text(BOOK.replace('"hold"', '"shout"'))
    for path in (mistaken, tmp_path / "none.toml"):
        done = run("policy", "backtest", "--book", path)
        assert (done.exit_code, done.stderr.startswith(f"{path}:")) == (2, True), done.stderr


def test_what_lacks_a_fact_is_told_and_stops_nothing(fresh, backtest):
    says(fresh, "Your order 7731 is on its way.\n")
    told = backtest(book="amazon-2025-04")
    assert told["changed"] == 0
    lacking = {one["lacks"]: [each["rule"] for each in one["rules"]] for one in told["not_checked"]}
    assert "buyer-opted-out" in lacking["buyer_preferences"]


def test_a_mail_that_was_damaged_counts_nowhere_and_is_told(fresh, backtest):
    says(fresh, HAPPY)
    spoiled = says(fresh, HAPPY, 20)
    Inbound.objects.filter(id=spoiled.inbound_id).update(raw=b"something else")
    told = backtest()
    assert (told["messages"], told["could_not_be_read_again"]) == (1, 1)


def test_which_messages_are_judged_can_be_chosen(fresh, backtest):
    says(fresh, HAPPY, 30)
    says(fresh, HAPPY, 20)
    says(fresh, PLAIN, 10.5)
    deliver(fresh.seller_alias, mail(), ago=timedelta(days=10.4))

    def day(ago):
        return (timezone.now() - timedelta(days=ago)).isoformat()

    def chosen(*words):
        told = backtest(*words)
        return told["messages"], told["changed"]

    assert chosen() == (4, 2)
    assert chosen("--since", day(25)) == (3, 1)
    assert chosen("--until", day(25)) == (1, 1)
    assert chosen("--since", day(25), "--until", day(15)) == (1, 1)
    assert chosen("--limit", 3) == (3, 1)
    assert chosen("--seller", "S-BEN") == chosen("--seller", "Ben's Lamps") == (3, 2)


def test_a_private_address_is_in_no_report(fresh, run, tmp_path):
    page = tmp_path / "page.html"
    message = says(fresh, "Write to me at zoe@elsewhere.example, or ben (at) shop.example.\n")
    told = run("policy", "backtest", "--book", "amazon-2018-10", "--jobs", 1, "--html", page).output
    told += run("policy", "backtest", "--book", "amazon-2018-10", "--jobs", 1, "--json").output
    told += page.read_text()
    assert ("zoe@" in message.text, "off-channel" in told, "[address removed]" in told) == (True, True, True)
    assert [one for one in ("zoe@elsewhere", "(at)", BEN) if one in told] == []


def test_a_person_reads_it_in_a_terminal(fresh, run):
    says(fresh, PLAIN)
    says(fresh, HAPPY, 20)
    done = run("policy", "backtest", "--book", "amazon-2018-10", "--jobs", 1)
    first, last = (timezone.now() - timedelta(days=days) for days in (30, 20))
    head, _, rest = done.stdout.partition("\nThey were")
    assert " ".join(head.split()[:-1]) == (
        f"2 messages, sent from {first:%Y-%m-%d} to {last:%Y-%m-%d}, judged anew by: house 1, amazon-2018-10"
    )
    assert rest.startswith(
        " judged by: house 1 (2)\n"
        "1 would end otherwise.\n"
        "\n"
        "Messages end by  before  after\n"
        "deliver               2      1\n"
        "block                 0      1\n"
        "\n"
        "What would end otherwise  messages\n"
        "deliver → block                  1\n"
        "\n"
        "Rule        new  gone  same  before  after  sterner  milder  action\n"
        "happy-only    1     0     0       0      1        0       0  block\n"
        "\n"
        "happy-only would find, for example:\n"
        f"    {last:%Y-%m-%d}, order 7731, text: “If you like the lamp, please leave a review”\n"
    )
    assert "no rate of false alarms" in " ".join(done.stdout.split())
    assert done.stderr == "2 of 2 messages judged\n"


class Reader(HTMLParser):
    """Reads a page: its elements, what they lead to, its words, and the cells of its tables."""

    def __init__(self, page):
        super().__init__()
        self.tags, self.ways, self.ids, self.rows, self.words = [], [], [], [], []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.ways += [value for name, value in attrs if name in {"src", "href", "style"} or name.startswith("on")]
        self.ids += [value for name, value in attrs if name == "id"]
        if tag == "tr":
            self.rows.append([])
        if tag in {"td", "th"} and self.rows:
            self.rows[-1].append("")

    def handle_endtag(self, tag):
        if tag == "tr":
            self.rows.append([])

    def handle_data(self, data):
        self.words.append(data)
        if self.rows and self.rows[-1]:
            self.rows[-1][-1] += data.strip()


def test_the_page_stands_alone_and_has_a_table_behind_each_chart(fresh, run, tmp_path):
    says(fresh, f"<script>alert(1)</script> {HAPPY}")
    page = tmp_path / "page.html"
    done = run("policy", "backtest", "--book", "amazon-2018-10", "--jobs", 1, "--html", page)
    assert (done.exit_code, [one.name for one in tmp_path.iterdir()]) == (0, ["page.html"])
    text = page.read_text()
    read = Reader(text)
    assert (read.ways, "script" in read.tags, "@import" in text, "url(" in text) == ([], False, False, False)
    assert len(read.ids) == len(set(read.ids))
    assert [row[:4] for row in read.rows if row[:1] == ["happy-only"]] == [["happy-only", "1", "0", "0"]]
    assert ["deliver → block", "1"] in read.rows
    charts = read.tags.count("svg") - 2 * sum('class="key"' in line for line in text.splitlines())
    assert (charts, read.tags.count("table") >= charts) == (3, True)
    assert "no rate of false alarms" in " ".join("".join(read.words).split())


def test_what_a_seller_wrote_cannot_become_a_part_of_the_page(fresh, run, tmp_path):
    page = tmp_path / "page.html"
    says(fresh, 'See https://elsewhere.example/"><script>alert(1)</script> there.\n')
    run("policy", "backtest", "--book", "amazon-2018-10", "--jobs", 1, "--html", page)
    assert ("elsewhere.example" in page.read_text(), "script" in Reader(page.read_text()).tags) == (True, False)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--book", "amazon-2031"), "There is no book “amazon-2031”; there are: amazon-2018-10, "),
        (("--book", "amazon-2018-10", "--seller", "S-NOBODY"), "There is no seller “S-NOBODY”."),
        (("--book", "amazon-2018-10", "--since", "last week"), "“last week” is neither a day"),
        (("--book", "amazon-2018-10"), "No message was judged yet, so there is nothing to judge anew."),
        (("--book", "amazon-2018-10", "--since", "2026-01-01"), "No message was judged in this time yet"),
        (
            ("--book", "amazon-2018-10", "--html", "/nowhere/page.html"),
            "cannot be written to /nowhere/page.html: No such",
        ),
        (("--book", "amazon-2018-10", "--html", "/tmp"), "/tmp is a folder; name a file to write the page to."),
    ],
)
def test_what_cannot_be_done_is_a_sentence(cast, run, words, sentence):
    done = run("policy", "backtest", *words)
    assert (done.exit_code, done.stdout, sentence in done.stderr) == (2, "", True), done.stderr


def test_a_backtest_that_finds_nothing_to_do_leaves_no_page(cast, run, tmp_path):
    done = run("policy", "backtest", "--book", "amazon-2018-10", "--html", tmp_path / "page.html")
    assert (done.exit_code, list(tmp_path.iterdir())) == (2, [])


def test_many_processes_say_what_one_says_and_an_interrupt_leaves_nothing_behind(tmp_path):
    data, page = tmp_path / "market", tmp_path / "page.html"
    assert evenhand("prepare", "--demo", "--data", data).returncode == 0
    command = ("policy", "backtest", "--data", data, "--book", "amazon-2025-04")
    one, many = (evenhand(*command, "--json", "--jobs", jobs) for jobs in (1, 3))
    told = json.loads(many.stdout)
    assert (one.returncode, json.loads(one.stdout), told["messages"] > 100) == (0, told, True)
    with Program(*command, "--jobs", 3, "--html", page) as running:
        until(lambda: sum("spawn_main" in " ".join(words_of(each)) for each in running.relatives()) == 3, "three work")
        relatives = running.relatives()
        code, _ = running.ends(signal.SIGINT)
        _, alive = psutil.wait_procs(relatives, timeout=20)
    assert (code, alive, [each.name for each in tmp_path.iterdir()]) == (1, [], ["market"])


def words_of(process):
    try:
        return process.cmdline()
    except psutil.NoSuchProcess:
        return []
