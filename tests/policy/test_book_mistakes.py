"""Mistakes in a book an operator writes: all are told at once, each with its line and what to do, whatever the bytes."""

import time
from typing import get_type_hints

import pytest

from evenhand.policy.book.read import Mistaken, Written, read_book
from evenhand.policy.packs import load_pack
from evenhand.policy.parameters import Parameters

HEAD = 'name = "Glow Market"\nversion = 3\npacks = ["amazon-2018-10", "house-overlay"]\n'
OWN = (
    "[[own]]",
    'id = "no-price-talk"',
    'title = "Talk of other prices"',
    'clause = "What things cost elsewhere is no subject."',
    'action = "hold"',
    'words = ["cheaper elsewhere"]',
    'reason = "This compares prices."',
    'fix = "Leave the comparison out."',
    'finds = ["It is cheaper elsewhere."]',
    'leaves_alone = ["The cheaper lamp is sold out."]',
)


def mistakes(*lines, head=HEAD):
    found = read_book((head + "\n".join(lines)).encode())
    assert isinstance(found, Mistaken)
    return [(one.line, one.text) for one in found.problems]


def own(**changes):
    """The own rule, which begins on line 4, with lines otherwise in their places, or left out."""
    for line in OWN:
        name = line.partition(" =")[0]
        if name not in changes:
            yield line
        elif changes[name]:
            yield f"{name} = {changes[name]}"


def test_all_are_told_at_once():
    overlay = ", ".join(one.id for one in load_pack("house-overlay").rules)
    assert mistakes(
        "[parameters]",
        "window_days = -3",
        "windowanchor = 1",
        'allowed_links = ["review", "reviews"]',
        "[rules.happyonly]",
        'action = "off"',
        "[rules.coupon]",
        'action = "hodl"',
        "[[own]]",
        'id = "coupon"',
        head=HEAD.replace("3", "3.5").replace("amazon-2018-10", "amazon-2018-11"),
    ) == [
        (2, "“version” is a text, in quotes."),
        (3, "There is no “amazon-2018-11” here; did you mean “amazon-2018-10”?"),
        (5, "“window_days” is -3; it must lie from 1 to 3,650."),
        (6, "There is no parameter “windowanchor”; did you mean “window_anchor”?"),
        (7, "There is no “reviews” here; did you mean “review”?"),
        (8, f"No pack of this book has a rule “happyonly”; there are: {overlay}."),
        (10, "“coupon” is a rule of amazon-2018-10, amazon-2020-11, amazon-2025-04; name the pack under “packs”, or take this out."),
        (12, "Give either “words”, a list, or “pattern”, a regular expression."),
        (12, "“action” is missing: it is one of warn, hold, bounce, block."),
        (12, "“clause” is missing: say the rule in a sentence."),
        (12, "“finds” is missing: give messages that it is to find."),
        (12, "“fix” is missing: say how the seller mends it."),
        (12, "“leaves_alone” is missing: give honest messages that come close."),
        (12, "“reason” is missing: say what is wrong, to the seller."),
        (12, "“title” is missing: name the rule in a few words."),
        (13, "“coupon” is a rule of amazon-2018-10; give your own another id, or change that one under [rules.coupon]."),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("head", "told"),
    [
        ("version = 1\npacks = []", (1, "“name” is missing: name the book, as verdicts are to name it.")),
        ('name = "a, b"\nversion = 1\npacks = []', (1, "“name” stands in a list; write it without a comma.")),
        ('name = "a"\nversion = 1\npacks = "amazon-2018-10"', (3, "“packs” is a list of texts, in brackets, and not empty.")),
        ('name = "a"\nversion = true\npacks = []', (2, "“version” is a text, in quotes.")),
        ('name = "a"\nversion = 1\npacks = [\n  "amazon-2018-10",\n  "amazon-2025-04",\n]',
         (5, "A book stands on one marketplace's pack, and “amazon-2018-10” is one too.")),
        ('name = "a"\nversion = 1\npacks = ["legal-overlay", "legal-overlay"]', (3, "“legal-overlay” is named twice.")),
        ('name = "a"\nversion = 1\npacks = []\nrule = 1', (4, "There is no “rule” here; did you mean “rules”?")),
        ('name = "a"\nversion = 1\npacks = []\nrules = 1', (4, "“rules” is a table; write [rules] above its keys.")),
        ('name = "a"\nversion = 1\npacks = []\nown = 1', (4, "“own” is a list of tables; write [[own]] above each.")),
        ('name = "a"\nname = "b"', (2, "This is no TOML: Cannot overwrite a value.")),
    ],
)  # fmt: skip
def test_a_mistake_of_the_book_itself(head, told):
    assert mistakes(head=head) == [told]


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("window_days = 0", "“window_days” is 0; it must lie from 1 to 3,650."),
        ("window_days = 1.5", "“window_days” is a whole number, without quotes."),
        ('window_days = "14"', "“window_days” is a whole number, without quotes."),
        ("window_days = true", "“window_days” is a whole number, without quotes."),
        ("guess_from = 1.5", "“guess_from” is 1.5; it must lie from 0 to 1."),
        ("image_most = nan", "“image_most” is nan; it must lie from 0 to 1."),
        ("daily_cap_factor = -inf", "“daily_cap_factor” is -inf; it must lie from 0 to 10,000."),
        ('window_anchor = "shipped"', "“window_anchor” is one of placed, completed."),
        ("window_anchor = []", "“window_anchor” is one of placed, completed."),
        ('needed_links = "yes"', "“needed_links” is true or false, without quotes."),
        ("allowed_links = [1]", "Each of “allowed_links” is a text, in quotes."),
        ('attachment_types = ["pdf"]', "“pdf” is no media type, like image/png."),
        ('marketplace_hosts = ["https://market.example/"]',
         "“https://market.example/” is no host; write it without https:// and path, in lower case, like market.example."),
        ('platform_request_rules = ["stoprequest"]', "There is no “stoprequest” here; did you mean “stop-request”?"),
        ("order_id_pattern = '(\\d+)+'",
         "“order_id_pattern” is made of letters, figures, hyphens, \\d and classes like [a-f], each with an exact count like {3} if need be."),
    ],
)  # fmt: skip
def test_a_mistake_in_a_parameter(line, told):
    assert mistakes("[parameters]", line) == [(5, told)]


@pytest.mark.parametrize("name", [one for one, kind in get_type_hints(Parameters).items() if kind in {int, float}])
def test_no_figure_may_be_beyond_all_reason(name):
    (told,) = mistakes("[parameters]", f"{name} = 9_000_000_000_000")
    assert told[1].startswith(f"“{name}” is 9000000000000; it must lie from ")


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        (["[rules.coupon]"], (4, "Say what becomes of it: give an “action”, a “reason” or a “fix”.")),
        (["[rules.coupon]", 'action = "fix"'], (5, "“action” of this rule is one of off, deliver, warn, hold, bounce, block.")),
        (["[rules.coupon]", 'action = "off"', 'packs = ["house-overlay"]'],
         (6, "There is no “house-overlay” here; there are: amazon-2018-10.")),
        (["[rules.coupon]", 'reason = { german = "Nein." }'], (5, "“german” is no language; write two letters, like en, de, ja.")),
        (["[rules]", 'coupon = "off"'], (5, "“coupon” is a table; write [rules.coupon] above its keys.")),
        (["[rules.attachment-infected]", 'action = "off"'],
         (4, "“attachment-infected” is a rule of the service itself, which no book changes; see its parameters in docs/books.md.")),
    ],
)  # fmt: skip
def test_a_mistake_in_what_is_changed(lines, told):
    assert mistakes(*lines) == [told]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"id": '"No Price"'}, (5, "“No Price” is no id; write it in small letters, figures and hyphens, like no-price-talk.")),
        ({"id": '"attachment-size"'},
         (5, ("“attachment-size” is a rule of the service itself; give your own another id, "
             "or change that one under [rules.attachment-size]."))),
        # Of a pack that the book does not stand on, too: it may be chosen one day.
        ({"id": '"de-review-ask-is-advertising"'},
         (5, ("“de-review-ask-is-advertising” is a rule of legal-overlay; give your own another id, "
             "or change that one under [rules.de-review-ask-is-advertising]."))),
        ({"action": '"fix"'}, (8, "“action” of a rule of your own is one of warn, hold, bounce, block.")),
        ({"title": '"a\\nb"'}, (6, "“title” is a text of one line, and not empty.")),
        ({"clause": f'"{"a" * 301}"'}, (7, "“clause” has 301 characters; 300 are the most.")),
        ({"words": '["cheaper elsewhere", "***"]'}, (9, "“***” leaves nothing to look for.")),
        ({"words": '["cheaper elsewhere", []]'}, (9, "Each of “words” is a text, in quotes.")),
        ({"words": "[]"}, (9, "“words” is a list of texts, in brackets, and not empty.")),
        ({"reason": '{ de = "Preise!" }'}, (10, "“reason” has no “en”, which those are told whose language is not here.")),
        ({"finds": '["It is cheaper here."]'},
         (12, "“no-price-talk” does not find this example; mend the rule or the example.")),
        ({"leaves_alone": '["Nice lamp.", "Not cheaper elsewhere!"]'},
         (13, ("“no-price-talk” finds “cheaper elsewhere” in the text of this example, and is to leave it alone; "
              "mend the rule or the example."))),
        ({"finds": '[{ body = "cheaper elsewhere" }]'},
         (12, "An example has no “body”; there are: subject, text, html, attachment, image.")),
        ({"finds": "[3]"}, (12, "Each of “finds” is a text, or a table of texts: subject, text, html, attachment, image.")),
        ({"finds": "[]"}, (12, "“finds” is a list and not empty: give messages that it is to find.")),
    ],
)  # fmt: skip
def test_a_mistake_in_a_rule_of_ones_own(changes, told):
    assert mistakes(*own(**changes)) == [told]


@pytest.mark.parametrize(
    ("pattern", "told"),
    [
        ("(?=lamp)", "google-re2, which knows no look-around and no back-references, says: invalid perl operator: (?="),
        (r"(a)\1", r"google-re2, which knows no look-around and no back-references, says: invalid escape sequence: \1"),
        ("a{1001}", "google-re2, which knows no look-around and no back-references, says: invalid repetition size: {1001}"),
        ("(lamp)*", "it finds the empty text; say what must be there"),
    ],
)  # fmt: skip
def test_a_pattern_that_could_be_slow_or_finds_nothing_in_particular(pattern, told):
    assert mistakes(*own(words=""), f"pattern = '{pattern}'") == [(13, f"“pattern” cannot be used: {told}.")]


def test_a_pattern_of_too_many_steps():
    ((line, text),) = mistakes(*own(words=""), "pattern = '(?:.{99}a){9}'")
    assert (line, text.partition("comes to ")[0]) == (13, "“pattern” cannot be used: it ")
    assert text.endswith(" steps, and 2,000 are the most; count less or say less.")


def test_examples_stand_on_lines_of_their_own_and_so_do_their_mistakes():
    lines = [*own(finds="", leaves_alone=""), "finds = [", '  "cheaper elsewhere",', '  "cheap elsewhere",', "]"]
    found = mistakes(*lines, 'leaves_alone = ["lamp"]')
    assert found == [(14, "“no-price-talk” does not find this example; mend the rule or the example.")]


def test_of_two_rules_of_ones_own_with_one_id_the_second_is_told_where_the_first_is():
    assert mistakes(*own(), *own()) == [(15, "“no-price-talk” stands already on line 5; give one of them another id.")]


def test_a_book_full_of_mistakes_tells_the_first_hundred():
    begun = time.monotonic()
    found = mistakes("[parameters]", *(f"figure_{number} = 1" for number in range(15_000)))
    assert time.monotonic() - begun < 5
    assert (len(found), found[99][0], found[-1]) == (101, 104, (104, "And so on: mend these first."))


@pytest.mark.parametrize("encoded", [b"\xef\xbb\xbf", b""])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_a_book_from_any_editor_is_the_same_book(encoded, ending):
    plain = "\n".join([HEAD, *own()])
    found = read_book(encoded + plain.replace("\n", ending).encode())
    assert isinstance(found, Written)
    assert found.title == read_book(plain.encode()).title


def test_lines_are_counted_alike_whatever_ends_them():
    assert read_book(HEAD.replace("\n", "\r\n").encode() + b"[parameters]\r\nwindow_days = 0\r\n").problems[0].line == 5


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (HEAD.encode("utf-16"), (1, "The file is UTF-16; save it as UTF-8.")),
        (HEAD.encode() + b"# caf\xe9", (4, "Byte 0xe9 is no UTF-8; save the file as UTF-8.")),
        (b"\x1f\x8b\x08\x00\x00", (1, "Byte 0x8b is no UTF-8; save the file as UTF-8.")),
        (HEAD.encode() + b"\x00", (4, "The file is no text.")),
        (b"#" * 300_000, (1, "The file is larger than 262,144 bytes, which no book needs.")),
        (HEAD.encode() + b"a = " + b"[" * 200_000, (4, "This is nested deeper than any book is.")),
        (HEAD.encode() + b"a = " + b"{a=" * 50_000, (4, "This is nested deeper than any book is.")),
        (HEAD.encode() + b'"a".' * 50_000 + b"a = 1", (4, "This is nested deeper than any book is.")),
        (HEAD.encode() + b"[" + b"a ." * 50_000 + b"a]", (4, "This is nested deeper than any book is.")),
        (HEAD.encode() + b"a = 0x" + b"f" * 200_000, (4, "This number is too long.")),
        (HEAD.encode() + b"a = 2" + b"0" * 200_000, (4, "This number is too long.")),
        (HEAD.encode() + b'a = """' + b'""' * 100_000, (4, "This is no TOML: Expected newline or end of document after a statement.")),
        (HEAD.encode() + b"\na = 2020-99-99", (5, "This is no TOML: Expected newline or end of document after a statement.")),
        (HEAD.encode() + b"a = [1,\n\n", (4, "This is no TOML: Invalid value.")),
    ],
)  # fmt: skip
def test_hostile_bytes_are_told_in_a_moment(content, told):
    begun = time.monotonic()
    found = read_book(content)
    assert [(one.line, one.text) for one in found.problems] == [told]
    assert time.monotonic() - begun < 5
