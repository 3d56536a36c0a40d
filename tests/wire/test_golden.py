"""One long correspondence, written by the mail programs people use, beside what arrives of it at the other side."""

import json
import re
from pathlib import Path

import dkim
import pytest
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from evenhand.mail.signature import key_record
from tests.wire.desk import ADA, BEN

GOLDEN = Path(__file__).with_name("golden")
STORIES = [path for path in sorted(GOLDEN.glob("*.eml")) if path.name.count(".") == 1]
ALIAS_OF_ADA, ALIAS_OF_BEN = "alias-of-ada-in-this-order", "alias-of-ben-in-this-order"
# Which earlier mails each copy answers, as the recipient's own program knows them: its own ids and those it was given.
A1, A3, A5, A7, A9, A11 = (
    "0c7d9a1e-5a0f-4d6b-9a54-2f6d1e8b7c11@home.example", "CAExample1=ada-attic@mail.home.example",
    "5f1a2b3c-0000-4000-8000-000000000005@home.example", "000001dbexample$0a0b0c0d$1e1f2021$@home.example",
    "99999999-EXAMPLE@ada-attic.home.example", "11111111-EXAMPLE@ada-attic.home.example",
)  # fmt: skip
B2, B4, B6, B8, B10 = (
    "DB9PR01MB1234F00DCAFE0000@till-2.shop.example", "F0E1D2C3-EXAMPLE@shop.example", "CAExample6=till-2@shop.example",
    "88888888-0000-4000-8000-000000000008@shop.example", "DB9PR01MB5678F00DCAFE0010@till-2.shop.example",
)  # fmt: skip


def copy(number):
    return f"copy-{number}-in-the-conversation@m.market.example"


CITED = [
    [],
    [A1],
    [copy(1), B2],
    [A1, copy(2), A3],
    [copy(1), B2, copy(3), B4],
    [A1, copy(2), A3, copy(4), A5],
    # Outlook cites nothing: the newest message is meant, as ben's program knows it.
    [B6],
    [A7],
    [B8],
    [A9],
    [B10],
    [A11],
]


class Mint:
    """What this run has made up by chance, and the words that stand for it in the files."""

    def __init__(self, order):
        self.words = {
            order.to_buyer.partition("@")[0].encode(): ALIAS_OF_ADA.encode(),
            order.to_seller.partition("@")[0].encode(): ALIAS_OF_BEN.encode(),
        }

    def add(self, number, msgid):
        self.words[msgid.encode()] = copy(number).encode()

    def real(self, text):
        """A file's mail as it is sent."""
        for minted, word in self.words.items():
            text = text.replace(word, minted)
        return text.replace(b"\n", b"\r\n")

    def plain(self, content):
        """An arrived mail as a file: what was minted becomes the words that stand for it."""
        for minted, word in self.words.items():
            content = content.replace(minted, word)
        content = re.sub(rb"(?m)^Date: .+\r$", b"Date: DATE\r", content)
        content = re.sub(rb"\ADKIM-Signature: (?:.+\r\n )*.+\r\n", b"DKIM-Signature: SIGNATURE\r\n", content)
        content = re.sub(rb"(?m)^(X-Evenhand-Trace: ).+\r$", rb"\1TRACE\r", content)
        content = re.sub(rb"\b[0-9a-f]{32}(?=[am]\b)", b"BOUNDARY", content)
        return content.replace(b"\r\n", b"\n")


@pytest.fixture(scope="module")
def correspondence(house, catcher, untold):
    """Have all of it said, each mail after the one before has arrived; gives what arrived, with the words in."""
    order = untold["ben"].pop(0)
    mint, arrived = Mint(order), []
    for number, story in enumerate(STORIES, 1):
        author, to, by = (
            (ADA, order.to_seller, order.to_buyer) if "-ada-" in story.name else (BEN, order.to_buyer, order.to_seller)
        )
        author.send(house.door(), to, mint.real(story.read_bytes()))
        found = catcher.sent_for(by, (number + 1) // 2 if author is ADA else number // 2)[-1]
        mint.add(number, found.msgid)
        arrived.append((author, found, mint.plain(found.content)))
    return arrived


@pytest.mark.parametrize("story", STORIES, ids=lambda path: path.stem)
def test_what_arrives_is_the_mail_beside_it(correspondence, story):
    number = STORIES.index(story)
    _, _, actual = correspondence[number]
    # What arrived stays beside the files until it is as it should be.
    beside = story.with_suffix(".actual.eml")
    beside.write_bytes(actual)
    assert actual.decode() == story.with_suffix(".expected.eml").read_text("utf-8")
    beside.unlink()


def test_every_copy_is_signed_with_the_key_of_the_installation(house, correspondence):
    [key] = json.loads((house.data / "dkim" / "m.market.example.json").read_text())["keys"]
    private = load_pem_private_key(key["private"].encode(), None)
    record = key_record(private).encode()
    asked = set()

    def answer(name, timeout=5):
        asked.add(name.decode())
        return record

    assert [dkim.verify(found.content, dnsfunc=answer) for _, found, _ in correspondence] == [True] * len(STORIES)
    assert asked == {f"{key['selector']}._domainkey.m.market.example."}


def test_the_thread_holds_from_the_first_mail_to_the_last_on_both_sides(correspondence):
    cited = [[one.strip("<>") for one in _field(plain, "References").split()] for _, _, plain in correspondence]
    assert cited == CITED
    answers = [_field(plain, "In-Reply-To").strip("<>") for _, _, plain in correspondence]
    assert answers == [ids[-1] if ids else "" for ids in CITED]


@pytest.mark.parametrize("story", STORIES, ids=lambda path: path.stem)
def test_each_mail_names_its_author_to_whoever_looks_and_its_copy_does_not(correspondence, story):
    author, arrived, _ = correspondence[STORIES.index(story)]
    written = story.read_text("utf-8")
    for secret in (author.address, author.domain, author.network):
        assert secret in written
    assert [secret for secret in author.secrets if secret in arrived.content.decode()] == []


def _field(plain, name):
    found = re.search(rf"(?m)^{name}: (.+(?:\n .+)*)$", plain.decode())
    return " ".join(found[1].split()) if found else ""
