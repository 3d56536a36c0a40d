"""What left of a mail, and whether it tells who wrote it; no mail is tried that could not have told."""

from tests.relay.post import ADA, BEN, copies, deliver, finished, message_of
from tests.wire.scanner import finds

HOME = ("ada@home.example", "home.example")
SHOP = ("ben@shop.example", "shop.example")


def of_ada(cast, raw, *more, secrets=HOME, **fields):
    """Ada writes to ben: the message, and the bytes that went on to him, in which nothing of hers is."""
    return _sent(cast.seller_alias, raw, ADA, (*secrets, *more), fields)


def of_ben(cast, raw, *more, **fields):
    """Ben writes to ada."""
    return _sent(cast.buyer_alias, raw, BEN, (*SHOP, *more), fields)


def _sent(alias, raw, author, secrets, fields):
    told = finds(raw, secrets)
    assert set(told) >= set(secrets[2:]), "the mail must be able to tell, or nothing is shown"
    assert told
    before = len(copies())
    row = deliver(alias, raw, reverse_path=author, **fields)
    left = [finished(copy) for copy in copies()[before:]]
    assert [finds(content, secrets) for content in left if finds(content, secrets)] == []
    return message_of(row), left
