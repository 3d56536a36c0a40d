"""What is proposed to sellers is neutral: in twelve languages no pack finds anything in it, and it fits the message."""

import pytest

from evenhand.cli.check.facts import facts_of
from evenhand.policy import judge, pack_book
from evenhand.policy.mend import applied, propose
from evenhand.policy.packs import PACKS, load_pack
from evenhand.policy.packs.proposals import instead_of, sayings
from evenhand.policy.speech.lexicon import LANGUAGES

SUBJECT = "Order 902-5550101-0000042"
RULES = ("positive-only", "happy-only", "incentive", "divert-negative", "off-channel-contact", "link-third-party",
         "change-or-remove-review", "coupon", "marketing", "link-other", "link-storefront", "link-masked")  # fmt: skip
NAMES = {"ask", "answer", "solve", "thank", "way"}


def verdict_on(pack, **row):
    return judge(facts_of({"subject": SUBJECT, **row}), pack_book(pack))


@pytest.mark.parametrize("pack", PACKS)
@pytest.mark.parametrize("lang", sorted(LANGUAGES))
def test_no_pack_finds_anything_in_a_proposal(pack, lang):
    assert sayings(lang).keys() == NAMES
    for name, words in sayings(lang).items():
        for row in ({"text": words}, {"html": f"<p>{words}</p>"}, {"text": words, "class": "reply"}):
            verdict = verdict_on(pack, **row)
            assert (name, [one.rule for one in verdict.findings]) == (name, [])
    # Nor do they make a hint together, as asking everybody and helping the unhappy would.
    assert verdict_on(pack, text=" ".join(sayings(lang).values())).findings == ()


@pytest.mark.parametrize("lang", sorted(LANGUAGES))
def test_a_proposal_is_read_as_what_it_says(lang):
    for name, words in sayings(lang).items():
        detected = verdict_on("amazon-2018-10", text=words).detected
        assert (name, detected.lang, detected.review_request) == (name, lang, name == "ask")


def test_rules_about_words_have_one_and_rules_that_there_are():
    assert {bool(instead_of(rule, lang)) for rule in RULES for lang in LANGUAGES} == {True}
    assert set(RULES) <= {one.id for pack in PACKS for one in load_pack(pack).rules}
    assert instead_of("emoji", "en") == instead_of("coupon", "xx") == instead_of("coupon", "../en") == ""


def proposed(pack="amazon-2018-10", **row):
    facts, book = facts_of({"subject": SUBJECT, **row}), pack_book(pack)
    return propose(facts, book, judge(facts, book))


@pytest.mark.parametrize(
    ("text", "after"),
    [
        (
            "Hello Ada,\nyour kettle left today. If you are happy with it, please leave a review. Ben",
            "Hello Ada,\nyour kettle left today. Please leave a review with your honest opinion. Ben",
        ),
        (
            "Ihr Kessel ist unterwegs. Schreiben Sie mir unter ben@laden.example!",
            "Ihr Kessel ist unterwegs. Bitte antworten Sie auf diese Nachricht, wenn Sie eine Frage zu Ihrer Bestellung haben.",
        ),
        (
            "Merci. Utilisez le code TEA10 pour votre prochaine commande.",
            "Merci. Merci pour votre commande.",
        ),
    ],
)  # fmt: skip
def test_it_stands_for_the_whole_sentence_in_the_language_of_the_message(text, after):
    (one,) = proposed(text=text)
    assert applied(text, [one.edit]) == after


def test_in_a_page_it_stands_for_the_words_between_two_tags():
    page = "<p>Hello.</p><p>Use code TEA10 on your <i>next</i> order.</p><p>Get 10% off your next order!</p>"
    parted, whole = proposed(html=page)
    assert (parted.words, parted.edit) == ("Thank you for your order.", None)
    assert "<p>Thank you for your order.</p>" in applied(page, [whole.edit])


def test_nothing_is_proposed_that_would_be_found_itself():
    text = "Please leave us a five star review."
    assert {one.words for one in proposed(text=text)} == {"Please leave a review with your honest opinion."}
    assert proposed(text=text, requests=1) == []
