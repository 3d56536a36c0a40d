"""What a published rule lets mend is mended in the copy that goes on; what the seller wrote stays on record."""

from dataclasses import replace

import pytest
from django.utils import timezone

from tests.relay.post import BEN, copies, deliver, html_of, mail, message_of, opened, text_of, told

ORDER = "902-5550101-0000042"


@pytest.fixture(autouse=True)
def _pack(settings):
    """Judge sellers by the guidelines of 2025."""
    settings.EVENHAND = replace(settings.EVENHAND, book="amazon-2025-04")


def writes(cast, text, **fields):
    """Ben answers Ada, who wrote first; the message it became."""
    deliver(cast.seller_alias, mail())
    raw = mail(f"Ben <{BEN}>", text=text, **fields)
    return message_of(deliver(cast.buyer_alias, raw, reverse_path=BEN))


def fixes(message):
    return sorted({one.rule for one in message.findings.all() if one.action == "fix"})


def test_empty_lines_are_taken_out_of_the_copy_and_stay_on_record(cast):
    said = f"Dear Ada,\n\n\n\n\nthe bulb for order {ORDER} is in the box.\n"
    message = writes(cast, said)
    assert (message.state, fixes(message), message.text) == ("relayed", ["too-many-line-breaks"], said.rstrip("\n"))
    assert text_of(copies()[-1]).startswith(f"Dear Ada,\n\nthe bulb for order {ORDER} is in the box.\n")


def test_a_void_word_is_taken_out_of_the_subject_of_a_message_that_a_seller_opens(cast):
    now = timezone.now()
    cast.order.number = ORDER
    cast.order.placed_at, cast.order.shipped_at, cast.order.delivered_at = now, now, None
    cast.order.save()
    raw = mail(f"Ben <{BEN}>", text="Is it the bulb of 40 watts?\n", subject=f"[Important] Order {ORDER}")
    message = message_of(deliver(cast.buyer_alias, raw, reverse_path=BEN))
    assert (message.state, message.reason, message.subject) == ("relayed", "", f"[Important] Order {ORDER}")
    (copy,) = copies()
    assert (fixes(message), opened(copy)["Subject"]) == (["important-tag"], f"Order {ORDER}")


def test_of_a_page_only_what_was_surplus_is_missing(cast):
    page = f'<p style="color:red">Dear Ada,</p><br><br><br><br><p>the <b>bulb</b> for order {ORDER} is in the box.</p>'
    message = writes(cast, f"Dear Ada,\n\nthe bulb for order {ORDER} is in the box.\n", html=page)
    assert (message.state, fixes(message)) == ("relayed", ["font-color-override", "too-many-line-breaks"])
    assert "<br><br><br><br>" in message.html
    assert html_of(copies()[-1]).startswith(
        f"<p>Dear Ada,</p><br><p>the <b>bulb</b> for order {ORDER} is in the box.</p>"
    )


def test_what_is_blocked_goes_nowhere_mended_or_not(cast):
    message = writes(cast, "Dear Ada,\n\n\n\n\nuse code TEA10 on your next order.\n")
    assert message.state == "blocked"
    assert ("coupon", "text", "block") in told(message)
    assert len(copies()) == 1
