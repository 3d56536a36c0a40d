"""Ways around the service are found as they are written and as they are disguised; what only looks like one is not."""

import re
import tomllib
from importlib.resources import files
from time import perf_counter

import pytest

from evenhand.policy.contact import contacts
from evenhand.policy.contact.words import LISTS, heard
from evenhand.policy.text.fold import fold


def kinds(text):
    return {one.kind for one in contacts(fold(text).text)}


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Write to help@lamps.example, it is quicker.", "email"),
        ("Write to help at lamps dot example.", "email"),
        ("Schreiben Sie an hilfe (ät) lampen punkt example.", "email"),
        ("Ring us on 020 7946 0123.", "phone"),
        ("Our line: plus four nine, three zero, 55501 42.", "phone"),
        ("お急ぎの方は03-5550-0142までお電話ください。", "phone"),
        ("You will find us as glow_lamps on Telegram.", "messenger"),
        ("加我微信 glow_lamps 联系我们。", "messenger"),
        ("Write to PO Box 77, 9000 Ghent.", "post"),
        ("Visite nuestra web para más ayuda.", "visit"),
        ("Passez nous voir à la boutique.", "visit"),
        ("Order directly from us next time.", "payment"),
        ("Bitte überweisen Sie auf unser Konto.", "payment"),
    ],
)
def test_a_way_around_is_found(text, kind):
    assert kind in kinds(text)


@pytest.mark.parametrize(
    "text",
    [
        "Charger: 24 V @ 1.5 A, part 0207-946-01.",
        "Tracking 9400 1118 9900 0000 0000 00, order 902-5550101-0000042.",
        "The courier may ring the number you gave at checkout.",
        "Set the sprinkler to 0800-1000 for the morning run.",
        "The bracket stamped @left goes on the left side.",
        "The signal drops behind steel doors.",
        "Your refund goes back to your bank account.",
        "Takip numarası 123456789012.",
    ],
)
def test_what_only_looks_like_one_is_left_alone(text):
    assert kinds(text) == set()


def written_out(word):
    """Every way to write a word of the lists, a bounded number of them."""
    word = re.sub(r"\(\?<?[=!].*?\)\)?", "", word)
    word = word.replace("\\w*", "").replace("[\\w-]*", "").replace("\\.", ".").replace(".{0,12}", " ")
    word = re.sub(r"\[(\w)[^\]]*\]", r"\1", word)
    ways = [word]
    while any("(" in way for way in ways):
        found = []
        for way in ways:
            group = re.search(r"\((?:\?:)?([^()]*)\)(\??)", way)
            if group is None:
                found.append(way)
                continue
            choices = group[1].split("|") + ([""] if group[2] else [])
            found += [way[: group.start()] + one + way[group.end() :] for one in choices]
        ways = found[:400]
    return [re.sub(r"(.)\?", r"\1", way) for way in ways]


def test_no_word_of_the_lists_is_passed_over_by_the_first_glance():
    here = files("evenhand.policy.contact")
    table = {
        name: words
        for file in ("words.toml", "phrases.toml")
        for name, words in tomllib.loads(here.joinpath(file).read_text("utf-8")).items()
    }
    unheard = [
        (name, way) for name in LISTS for word in table[name] for way in written_out(word) if name not in heard(way)
    ]
    assert unheard == []


@pytest.mark.parametrize(
    "piece",
    ["0", "1 ", "one ", "two three ", "a@", "a at b dot ", "w h a t s ", "call me ", "give me your number ", "@abc ",
     "555-0142 ", "zero-", "一", "加微信", "form a.bc ", "our number sticker ", "scan qr ", " [ at ] ", "siebenund",
     'name, then "at" ', "write to us there ", "telegram ", "o0", "\n", "arroba punto "],
)  # fmt: skip
def test_a_hostile_text_takes_less_than_a_second(piece):
    text = (piece * (100_000 // len(piece) + 1))[:100_000]
    folded = fold(text).text
    begun = perf_counter()
    contacts(folded)
    assert perf_counter() - begun < 1
