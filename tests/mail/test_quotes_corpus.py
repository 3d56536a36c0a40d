"""The score of the quote cutter on replies collected by others, beside the exact texts they expect."""

import json
from pathlib import Path

from evenhand.mail.html import to_text
from evenhand.mail.quotes import cut_html, cut_text
from evenhand.mail.quotes.letters import letters
from tests.mail.steps import steps
from tests.shared import shared_folder

CORPUS = shared_folder("mail/corpus")

# Replies we read in another way than their library, and why.
OTHERWISE = {
    "crisp-oss+email-reply-parser/email_2.txt": "answers stand between quotes, and we keep them with what they answer",
    "crisp-oss+email-reply-parser/email_15.txt": "unmarked words below a telephone's footer may be the author's",
}
# What a library calls part of the body, or of the signature, and we do not.
OTHER_PARTS = {
    "alfonsrv+mail-parser-reply/email_1_1.txt": "a name after a dash is the author's word",
    "alfonsrv+mail-parser-reply/email_1_3.txt": "a name after a dash is the author's word",
    "alfonsrv+mail-parser-reply/email_swedish_2.txt": "a name after a slash is the author's word",
    "alfonsrv+mail-parser-reply/email_2_1.txt": "the line that Outlook draws belongs to the quote",
    "alfonsrv+mail-parser-reply/email_nl_1_2.txt": "the line that Outlook draws belongs to the quote",
}
# Replies in HTML of which more is left than the library leaves, and why.
OTHER_HTML = {
    "gmail_reply.html": "a signature below the quote is not cut off where there is no text to tell that it is one"
}


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
    assert differing == set(OTHERWISE)


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


def test_the_parts_of_the_first_reply_are_where_a_library_finds_them():
    expected = json.loads((CORPUS / "expected" / "replies.json").read_text("utf-8"))
    checked, differing = 0, set()
    for name, libraries in expected.items():
        cut = cut_text(_read(name))
        found = {
            "body": cut.new,
            "signatures": cut.signature,
            "headers": cut.quoted,
            "content": cut.new + cut.signature,
        }
        for part in (part for facts in libraries.values() for part in facts.get("parts", ()) if part["reply"] == 0):
            checked += 1
            if not _agrees(part, found[part["field"]]):
                differing.add(name.removeprefix("replies/"))
    assert checked >= 40
    assert differing == set(OTHER_PARTS)


def _agrees(part, text):
    if "equals" in part:
        return _lines(part["equals"]) == _lines(text)
    return part["contains"] in text if "contains" in part else part["lacks"] not in text


def test_what_is_left_of_html_is_what_a_library_leaves():
    expected = json.loads((CORPUS / "expected" / "quotequail.json").read_text("utf-8"))
    differing = {
        Path(name).name
        for name, facts in expected.items()
        if letters(to_text(cut_html(_read(name)).new)) != letters(to_text(facts["html_top"]))
    }
    assert len(expected) >= 6
    assert differing == set(OTHER_HTML)


def test_the_hostile_and_the_long_reply_take_steps_in_proportion_to_their_length():
    for name in ("alfonsrv+mail-parser-reply/pathological.txt", "github+email_reply_parser/email_long_quote.txt"):
        text = _read(f"replies/{name}")[: 64 * 1024]
        assert steps(text * 4) <= 6 * steps(text) + 2000
