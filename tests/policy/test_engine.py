"""Every rule runs, the strictest wins, and a rule that breaks is a rule that did not run."""

from datetime import UTC, datetime

import pytest

from evenhand.policy import Action, AttachmentFact, Book, Facts, Finding, house_book, judge, pack_book
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


class TestNothingHides:
    """What a sender puts around a breach does not hide it."""

    PROSE = (
        "Dear customer, your parcel was handed to the carrier today. The invoice is attached as a PDF. If the lamp "
        "arrives broken, just reply to this message and we will send a replacement or refund you in full. Thank you "
        "for your order number 123.\n\n"
    )
    BREACHES = (
        ("Please leave us a five star review.", "positive-only"),
        ("If you are happy, please leave us a review.", "happy-only"),
        ("Leave a review and we will refund your purchase.", "incentive"),
    )

    @pytest.mark.parametrize(("words", "rule"), BREACHES)
    @pytest.mark.parametrize("times", [0, 1, 4])
    def test_honest_words_before_it(self, words, rule, times):
        facts = Facts(self.PROSE * times + words, None, "seller")
        assert rule in {one.rule for one in judge(facts, pack_book("amazon-2018-10")).findings}

    @pytest.mark.parametrize("times", [0, 1, 4])
    def test_a_request_is_told_however_much_is_said_before_it(self, times):
        facts = Facts(self.PROSE * times + "Please leave us a review.", None, "seller")
        assert judge(facts, pack_book("amazon-2018-10")).detected.review_request

    @pytest.mark.parametrize("name", ["text", "html", "subject"])
    def test_a_file_of_the_same_name(self, name):
        manual = AttachmentFact(1, name, "text/plain", "text/plain", 100, text="The manual is enclosed, all of it.")
        facts = Facts("Please leave us a five star review.", None, "seller", attachments=(manual,))
        assert "positive-only" in {one.rule for one in judge(facts, pack_book("amazon-2018-10")).findings}

    def test_two_files_of_one_name(self):
        files = [
            AttachmentFact(number, "a.txt", "text/plain", "text/plain", 100, text=words)
            for number, words in ((1, "Please leave us a five star review."), (2, "The manual is enclosed."))
        ]
        for attachments in (files, [*reversed(files)]):
            facts = Facts("See the files.", None, "seller", attachments=tuple(attachments))
            found = judge(facts, pack_book("amazon-2018-10")).findings
            assert ("positive-only", 1) in {(one.rule, one.attachment) for one in found}

    @pytest.mark.parametrize("lang", ["ru", "../x", "xx-YY"])
    def test_a_language_that_there_is_not(self, lang):
        facts = Facts("Please leave us a five star review.", None, "seller", lang=lang)
        verdict = judge(facts, pack_book("amazon-2018-10"))
        assert (verdict.action, verdict.detected.lang) == (Action.BLOCK, "en")

    def test_what_is_too_long_to_be_read_waits_for_a_person(self):
        facts = Facts("Your parcel is on its way. " * 38_000 + "\nPlease leave us a five star review.", None, "seller")
        verdict = judge(facts, pack_book("amazon-2018-10"))
        assert (verdict.action, verdict.not_checked[0]) == (
            Action.HOLD,
            NotChecked("reading", "it is longer than is read"),
        )
