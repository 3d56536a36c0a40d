"""What an own rule looks for: words in every script, by their ends, in time that hostile messages cannot stretch."""

import time

import pytest

from evenhand.policy.book.search import pattern_of, words_of
from evenhand.policy.text.fold import fold


def found(words, text):
    folded = fold(text)
    return [text[slice(*folded.span(*place))] for place in words_of(words).places(folded.text)]


@pytest.mark.parametrize(
    ("words", "text", "hits"),
    [
        (["gift card"], "A Gift  Card, no gift cards, a gift-card", ["Gift  Card"]),
        (["refund*"], "Refunds, a refund; prefund", ["Refunds", "refund"]),
        (["*schein"], "Gutschein, Gutscheine, Schein", ["Gutschein", "Schein"]),
        (["*schein*"], "Gutscheine", ["Gutscheine"]),
        (["größe"], "Die GRÖSSE und die Größen", ["GRÖSSE"]),
        (["дешевле"], "У нас ДЕШЕВЛЕ, чем у них; подешевле", ["ДЕШЕВЛЕ"]),
        (["έκπτωση"], "Μεγάλη Έκπτωση!", ["Έκπτωση"]),
        (["خصم"], "احصل على خصم اليوم", ["خصم"]),
        (["הנחה"], "קבלו הנחה גדולה", ["הנחה"]),
        (["नमस्त"], "नमस्ते", []),
        (["नमस्ते"], "नमस्ते जी", ["नमस्ते"]),
        (["환불*"], "환불을 원하시면", ["환불을"]),
        (["比价"], "可以先比价再买", ["比价"]),
        (["値引き"], "今だけ大値引きです", ["値引き"]),
        (["ลดราคา"], "สินค้าลดราคาวันนี้", ["ลดราคา"]),
        (["vip"], "办理VIP卡", ["VIP"]),
        (["cheap"], "ch\u200beap and сhеар", ["ch\u200beap", "сhеар"]),
        (["🎁"], "a 🎁 for you", ["🎁"]),
        (["50%"], "50% off, 150%", ["50%"]),
        (["gift", "gift card"], "a gift card and a gift", ["gift card", "gift"]),
        (["a b", "b c"], "a b c", ["a b c"]),
    ],
)  # fmt: skip
def test_words_are_found_by_their_ends_in_any_script(words, text, hits):
    assert found(words, text) == hits


@pytest.mark.parametrize(
    ("search", "text"),
    [
        (words_of(["*a*"]), "a" * 1_000_000),
        (words_of(["a"]), "a" * 1_000_000),
        (words_of(["a a"]), "a " * 500_000),
        (words_of(["*a*", "b"]), ("a" * 999 + " ") * 1_000),
        (pattern_of("(a|b|ab)*c"), "ab" * 500_000),
        (pattern_of("(?:a.*z)|a"), "a" * 1_000_000),
        (pattern_of("(.*a.{200}b)"), "ab" * 500_000),
        (pattern_of(r"(\pL+ )+x"), "ab " * 300_000),
    ],
)
def test_a_hostile_text_costs_no_more_than_its_length(search, text):
    begun = time.monotonic()
    search.places(text)
    # On a slow machine with others on it; a search that goes back would take for ever.
    assert time.monotonic() - begun < 30


def test_of_many_places_the_first_twenty_are_told():
    assert words_of(["lamp"]).places("lamp " * 30) == [(at * 5, at * 5 + 4) for at in range(20)]
    assert pattern_of("l.mp").places("lamp " * 30) == [(at * 5, at * 5 + 4) for at in range(20)]


def test_a_pattern_counts_characters_not_bytes():
    assert pattern_of("größe").places("😀 die grÖSSE, die größe") == [(18, 23)]
