"""The score of the quote cutter on replies collected by others, beside the exact texts they expect."""

import json

from evenhand.mail.quotes import cut_html, cut_text
from tests.shared import shared_folder

CORPUS = shared_folder("mail/corpus")

# Two replies we read in another way: one has answers between quotes, which we keep with their quotes; in the other
# an unmarked text below a telephone's footer may be the author's.
OTHERWISE = {"crisp-oss+email-reply-parser/email_2.txt", "crisp-oss+email-reply-parser/email_15.txt"}


def _read(name):
    return (CORPUS / name).read_bytes().decode("utf-8", "replace")


def _lines(text):
    return [line.strip() for line in text.strip().split("\n")]


def _exact():
    expected = json.loads((CORPUS / "expected" / "replies.json").read_text("utf-8"))
    for name, libraries in expected.items():
        for library, facts in libraries.items():
            wanted = facts.get("visible_text", facts.get("first_fragment"))
            if wanted is not None:
                yield name, library, _lines(cut_text(_read(name)).new), _lines(wanted)


def test_the_new_text_is_exactly_what_the_libraries_expect_save_where_we_say_why():
    score, differing = {}, set()
    for name, library, got, wanted in _exact():
        hit, of = score.get(library, (0, 0))
        score[library] = (hit + (got == wanted), of + 1)
        if got != wanted:
            differing.add(name.removeprefix("replies/"))
    for library, (hit, of) in sorted(score.items()):
        print(f"{library}: {hit} of {of}")  # noqa: T201 - the score is what one runs this for
    assert sum(of for _, of in score.values()) >= 60
    assert differing <= OTHERWISE


def test_no_line_that_a_library_expects_is_lost():
    assert [(name, line) for name, _, got, wanted in _exact() for line in wanted if line and line not in got] == []


def test_replies_in_html_end_above_their_quotes():
    quoted = {path.name for path in (CORPUS / "replies").glob("*/*.html") if cut_html(_read(path)).quoted}
    whole = {path.name for path in (CORPUS / "replies").glob("*/*.html")} - quoted
    assert whole <= {
        "mailru_forward.html",
        "mailru_forward_unwrapped.html",
        "outlook_forward_unwrapped.html",
        "outlook_forward_unwrapped_top.html",
        "thunderbird_forward.html",
        "thunderbird_forward_unwrapped.html",
    }
