"""What a message does with words: the same words that breach a rule in one sentence are harmless in the next."""

import pytest

from evenhand.policy.facts import Facts
from evenhand.policy.parameters import Parameters
from evenhand.policy.read import read

KINDS = {
    "positive-only",
    "happy-only",
    "divert-negative",
    "change-or-remove-review",
    "incentive",
    "coupon",
    "marketing",
}


def acts(text, subject=""):
    case = read(Facts(text, None, "seller", subject=subject, lang="en"), Parameters())
    return {one.kind for one in case.acts}


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("When you have a minute, a full row of stars for the teapot would be lovely.", "positive-only"),
        ("Happy with the teapot? Then please leave us a review.", "happy-only"),
        ("If you like it, rate it. If you are unhappy, please write to us first.", "divert-negative"),
        ("Now that the lid fits, could you please update your review?", "change-or-remove-review"),
        ("For every review we send you a free tea towel.", "incentive"),
        ("Use the code TEA10 for 10% off your next order.", "coupon"),
        ("Our new autumn collection is live, have a look.", "marketing"),
    ],
)
def test_a_breach_is_read(text, kind):
    assert kind in acts(text)


@pytest.mark.parametrize(
    "text",
    [
        "Good or bad: please leave us a review of the teapot.",
        "We are not asking you to change your review.",
        "Your refund for the cracked lid was issued this morning.",
        "Sorry, we can't give any discount codes in messages.",
        "The coupon organiser you ordered ships tomorrow.",
        "The courier may call you about the delivery.",
    ],
)
def test_its_near_miss_is_left_alone(text):
    assert not acts(text) & KINDS


def test_a_request_for_a_review_is_noticed_without_being_a_breach():
    assert acts("Please leave a review on the product page once you have used the teapot.") == {"review-request"}
