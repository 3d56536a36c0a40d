"""
Measure how many messages a core judges: `python -m bench.policy.speed [--count 400] [--size 3000]`.

Multipart messages of about the given size are made of the labelled sentences: words first, the same as a page below.
Once every sentence is new to the caches, once they have been seen before, as those of templates are. Beside it stands
the floor: reading the mail and its page, folding both, and one pass of a multi-pattern automaton.
"""

from __future__ import annotations

import argparse
import random
import statistics
import time
from email import message_from_bytes
from email.message import EmailMessage

from bench.policy.corpus import look
from evenhand.policy import Book, Facts, judge, pack_book
from evenhand.policy.speech.language import language_of
from evenhand.policy.speech.lexicon import lexicon
from evenhand.policy.speech.sentences import forget
from evenhand.policy.text.fold import fold
from evenhand.policy.text.page import read_page

__all__ = ["main", "messages"]

_CHANCE = 20261125


def messages(count: int, size: int) -> list[bytes]:
    """Make multipart mails of about `size` bytes each, in English, most sentences of them ordinary."""
    chance = random.Random(_CHANCE)
    ordinary = [one.text for one in look() if one.lang == "en" and not one.labels]
    others = [one.text for one in look() if one.lang == "en" and one.labels]
    made = []
    for number in range(count):
        words = f"Hello Ada {number},\n\n"
        while len(words) < size * 0.42:
            words += chance.choice(others if chance.random() < 0.1 else ordinary) + f" Ref {chance.randrange(10**6)}.\n"
        mail = EmailMessage()
        mail["Subject"] = f"Your order {number}"
        mail.set_content(words)
        paragraphs = "".join(f"<p>{line}</p>" for line in words.splitlines() if line)
        mail.add_alternative(f"<html><body><table><tr><td>{paragraphs}</td></tr></table></body></html>", subtype="html")
        made.append(bytes(mail))
    return made


def _facts(content: bytes) -> Facts:
    mail = message_from_bytes(content)
    parts = {part.get_content_type(): part.get_payload(decode=True) for part in mail.walk() if not part.is_multipart()}
    text, page = (_words(parts[kind]) for kind in ("text/plain", "text/html"))
    return Facts(text, None, "seller", subject=str(mail["Subject"]), html=page)


def _words(payload: object) -> str:
    return payload.decode() if isinstance(payload, bytes) else ""


def _floor(content: bytes) -> None:
    facts = _facts(content)
    page = read_page(facts.html)
    for words in (facts.text, page.seen.text):
        lexicon("en").atoms.find_matches_as_indexes(fold(words).text, overlapping=True)


def _judged(content: bytes, book: Book) -> None:
    judge(_facts(content), book)


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=400)
    parser.add_argument("--size", type=int, default=3000)
    chosen = parser.parse_args()
    mails = messages(chosen.count, chosen.size)
    book = pack_book("amazon-2018-10")
    _judged(mails[0], book)
    print(f"{len(mails)} mails of {statistics.mean(map(len, mails)):,.0f} bytes")
    for name in ("floor", "uncached", "cached"):
        times = []
        for content in mails:
            if name == "uncached":
                forget()
                language_of.cache_clear()
            begun = time.perf_counter()
            _floor(content) if name == "floor" else _judged(content, book)
            times.append(time.perf_counter() - begun)
        times.sort()
        print(
            f"{name:9} {len(times) / sum(times):8,.0f} a second, median {statistics.median(times) * 1e6:7,.0f} µs,"
            f" p99 {times[int(len(times) * 0.99)] * 1000:.1f} ms"
        )


if __name__ == "__main__":
    main()
