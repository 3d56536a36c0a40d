"""The language of a text is told by its words, and by nothing that stands in every language."""

import pytest

from evenhand.policy.speech.language import language_of


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("please leave a review: https://www.market.example/com/review/create-review?asin=b000test01", "en"),
        ("please write to anna@com.example", "en"),
        ("obrigado, a encomenda segue com a factura", "pt"),
        ("die lampe ist heute angekommen", "de"),
        ("https://www.market.example/com/", ""),
    ],
)
def test_links_and_mailboxes_say_nothing_of_the_language(text, lang):
    assert language_of(text) == lang
