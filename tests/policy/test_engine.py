"""Every rule runs, the strictest wins, and a rule that breaks is a rule that did not run."""

from datetime import UTC, datetime

from evenhand.policy import Action, Book, Facts, Finding, house_book, judge
from evenhand.policy.parameters import Parameters
from evenhand.policy.verdict import NotChecked

FACTS = Facts(text="Hello", now=datetime(2026, 3, 1, tzinfo=UTC), author="buyer")


def book(**rules):
    return Book("a book of tests 1", Parameters(frozenset({"application/pdf"})), rules)


def finds(action, rule="a-rule"):
    return lambda _facts, _parameters: [Finding(rule, action, "text", "It breaks the rule.", "Mend it.")]


def breaks(_facts, _parameters):
    raise ZeroDivisionError


def test_a_message_nobody_objects_to_is_delivered_in_the_name_of_the_book():
    verdict = judge(FACTS, book(quiet=lambda _facts, _parameters: []))
    assert (verdict.action, verdict.book, verdict.findings, verdict.not_checked) == (
        Action.DELIVER,
        "a book of tests 1",
        (),
        (),
    )


def test_every_finding_is_kept_and_the_strictest_action_wins():
    verdict = judge(FACTS, book(a=finds(Action.WARN, "a"), b=finds(Action.BLOCK, "b"), c=finds(Action.FIX, "c")))
    assert verdict.action is Action.BLOCK
    assert [one.rule for one in verdict.findings] == ["a", "b", "c"]


def test_a_rule_that_breaks_holds_the_message_and_the_others_still_run():
    verdict = judge(FACTS, book(broken=breaks, c=finds(Action.WARN, "c")))
    assert verdict.action is Action.HOLD
    assert [one.rule for one in verdict.findings] == ["c"]
    assert verdict.not_checked == (NotChecked("broken", "the rule stopped (ZeroDivisionError)"),)


def test_a_rule_that_breaks_half_way_keeps_what_it_found():
    def half(_facts, _parameters):
        yield Finding("half", Action.WARN, "text", "It breaks the rule.")
        raise KeyError

    verdict = judge(FACTS, book(half=half))
    assert (verdict.action, [one.rule for one in verdict.findings]) == (Action.HOLD, ["half"])


def test_a_broken_rule_does_not_soften_a_block():
    assert judge(FACTS, book(broken=breaks, b=finds(Action.BLOCK))).action is Action.BLOCK


def test_what_could_not_be_checked_is_said():
    lacking = book(lacking=lambda _facts, _parameters: [NotChecked("lacking", "order_dates")])
    verdict = judge(FACTS, lacking)
    assert (verdict.action, verdict.not_checked) == (Action.DELIVER, (NotChecked("lacking", "order_dates"),))


def test_the_house_book_has_rules_about_attachments_and_a_version():
    house = house_book()
    assert house.name == "house 1"
    assert all(name.startswith("attachment-") for name in house.rules)
