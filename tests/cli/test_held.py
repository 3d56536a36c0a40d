"""Held messages are decided about at a terminal: listed, looked at, released or dropped with a word about why."""

import json

import pytest

from evenhand.policy import Action, Book, Finding
from evenhand.policy.parameters import Parameters
from evenhand.record.models import Event
from evenhand.relay import review
from evenhand.relay import work as works
from evenhand.relay.models import Hold, Inbound
from evenhand.relay.review import Judge
from tests.mail.files.makers import OOXML, docx_members, packed
from tests.relay.post import ADA, BEN, AtOnce, File, copies, deliver, mail, message_of, notices, spool, work
from tests.relay.vouching import FAIL, Vouching

pytestmark = pytest.mark.django_db(transaction=True)

NOBODY = "00000000-0000-0000-0000-000000000001"
DOCX = f"{OOXML}.wordprocessingml.document"


@pytest.fixture
def book(monkeypatch):
    """A book whose one rule asks for a person about every mail."""

    def objects(facts, _parameters):
        yield Finding("one-rule", Action.HOLD, "text", f"It says {facts.text}.", "Say it kindly.", "House rule 3")

    made = Book("a book of tests", Parameters(frozenset({"text/plain"})), {"one-rule": objects})
    monkeypatch.setattr(works, "chosen_book", lambda _name: made)


@pytest.fixture
def row(cast, book):
    return deliver(cast.seller_alias, mail(text=f"Write \x1b[31mto {ADA}\n"))


@pytest.fixture
def leaking(cast):
    members = docx_members()
    members["word/document.xml"] = members["word/document.xml"].replace("</w:t>", f" {ADA}</w:t>", 1)
    return deliver(cast.seller_alias, mail(files=[File("letter.docx", packed(members), DOCX)]))


def test_where_nothing_is_held_it_says_so(cast, run):
    assert (run("held").output, json.loads(run("held", "--json").output)) == (
        "Nothing is held.\n", {"count": 0, "held": []},
    )  # fmt: skip


def test_the_list_says_what_is_held_and_by_which_rule_and_no_address(run, row):
    said = run("held")
    lines = said.output.splitlines()
    at = f"{Hold.objects.get().held_at:%Y-%m-%d %H:%M}"
    assert (said.exit_code, lines[:2]) == (
        0, [f"{row.id}  {at}  order 7731, from the buyer", "    policy: a house rule asks for a person"],
    )  # fmt: skip
    assert lines[2].startswith("    - text: It says Write")
    assert lines[3:] == ["    Rule: House rule 3", "", "1 held"]
    assert [mark in said.output for mark in (ADA, BEN, "\x1b")] == [False, False, False]


def test_for_programs_it_is_json(run, row, cast):
    (one,) = json.loads(run("held", "--json").output)["held"]
    assert (one["id"], one["author"], one["order"], one["reason"], one["clauses"], one["waits_for"]) == (
        str(row.id), "buyer", "7731", "policy", ["House rule 3"], "operator",
    )  # fmt: skip
    shown = json.loads(run("held", "show", "--json", row.id).output)
    assert (shown["subject"], shown["became"], shown["decisions"], shown["hindrances"]) == ("Lamp", "held", [], [])
    assert ADA not in json.dumps(shown)


def test_a_long_list_is_cut_and_says_so(cast, book, run):
    rows = [deliver(cast.seller_alias, mail(text=f"hm {number}\n")) for number in range(3)]
    said = run("held", "--limit", 2).output
    assert [str(row.id) in said for row in rows] == [True, True, False]
    assert said.splitlines()[-1] == "and 1 more"


def test_one_can_be_looked_at_with_what_would_become_of_it(run, row, cast):
    said = run("held", "show", row.id)
    assert said.exit_code == 0
    assert "Subject: Lamp\n    Write �[31mto " in said.output
    assert said.output.endswith(
        "If it is released: It goes on as you see it. Files that could not be checked stay behind.\n"
    )
    cast.seller.addresses.update(is_primary=False)
    assert "Its recipient has no mailbox: they would read it in the portal.\n" in run("held", "show", row.id).output


def test_what_is_released_is_passed_on_at_once(run, row):
    said = run("held", "release", row.id, "--reason", "a joke", "--by", "Olga")
    assert (said.exit_code, said.output) == (0, "It has been passed on.\n")
    assert (len(copies()), message_of(row).state, Hold.objects.get().decided_by) == (1, "relayed", "Olga")
    assert Event.objects.filter(kind="released").count() == 1
    looked = run("held", "show", row.id).output
    at = f"{Hold.objects.get().released_at:%Y-%m-%d %H:%M}"
    assert f"    Released by Olga at {at}: a joke\n    It does not wait for a person now: it was passed on\n" in looked
    assert run("held").output == "Nothing is held.\n"


def test_what_nobody_may_let_pass_is_told_and_stays(run, leaking):
    said = run("held", "release", leaking.id, "--reason", "looks fine")
    assert (said.exit_code, said.output.partition(" (")[0]) == (
        1, "It was looked at anew and is held again: it would have told the other side an address that is kept private",
    )  # fmt: skip
    assert (copies(), Inbound.objects.get().state) == ([], "held")
    assert str(leaking.id) in run("held").output


def test_what_is_released_while_a_worker_has_its_place_in_the_line_waits(run, row, monkeypatch):
    monkeypatch.setattr(review, "process_now", lambda _: None)
    said = run("held", "release", row.id, "--reason", "a joke")
    assert said.output == f"It is in the line again. See what comes of it: evenhand held show {row.id}\n"
    work()
    assert len(copies()) == 1


def test_what_is_dropped_goes_nowhere_and_its_author_is_told(run, row):
    said = run("held", "drop", row.id, "--reason", "no addresses, please")
    assert (said.exit_code, said.output) == (0, "It is dropped; its bytes stay on record.\n")
    assert (copies(), [one.address for one in notices()]) == ([], [ADA])
    assert message_of(row).reason == "no addresses, please"


def test_a_second_decision_hears_whose_the_first_was(run, row):
    review.drop(row.id, Judge("Olga"), "no")
    at = f"{Hold.objects.get().dropped_at:%Y-%m-%d %H:%M}"
    said = run("held", "release", row.id, "--reason", "a joke")
    assert (said.exit_code, said.output) == (1, f"{row.id} was already dropped by Olga at {at} UTC.\n")


def test_what_its_author_is_asked_about_is_not_the_operators(cast, run, vouching_fails):
    row = deliver_untrusted(cast)
    said = run("held", "drop", row, "--reason", "spam")
    assert (said.exit_code, "waits for the word of whom it says it is from" in said.output) == (1, True)
    assert "    Its author was asked; nobody else can know.\n    Ends by itself on" in run("held").output


@pytest.mark.parametrize("words", [("release", "--reason", "x"), ("drop", "--reason", "x"), ("show",)])
def test_what_is_not_held_is_left_alone(cast, run, words):
    row = deliver(cast.seller_alias, mail())
    for number in (row.id, NOBODY):
        said = run("held", *words, number)
        assert (said.exit_code, said.output) == (
            1,
            f"Nothing held has the id {number}. See what is held: evenhand held\n",
        )


@pytest.mark.parametrize(
    "words", [("release", NOBODY), ("drop", NOBODY), ("drop", NOBODY, "--reason", " "), ("show", "x"), ("--limit", "0")]
)
def test_without_a_reason_or_an_id_nothing_is_done(run, words):
    assert run("held", *words).exit_code == 2


def test_the_status_counts_them(run, row):
    assert "Held: 1 policy\n" in run("status").output


@pytest.fixture
def vouching_fails(settings, monkeypatch):
    settings.AUTHENTICATOR = "tests.relay.vouching.Vouching"
    monkeypatch.setattr(Vouching, "answers", [FAIL])
    monkeypatch.setattr(Vouching, "asked", [])
    works._authenticator.cache_clear()
    yield
    works._authenticator.cache_clear()


def deliver_untrusted(cast):
    row = spool(cast.seller_alias, mail(), trusted=False)
    work(AtOnce())
    return row
