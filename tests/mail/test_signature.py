"""What we sign, others can verify; what was changed on the way, or added in front, they can tell."""

import base64
import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache

import dkim
import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from hypothesis import given, settings
from hypothesis import strategies as st

from evenhand.connectors.authentication.alignment import Alignment
from evenhand.connectors.authentication.signature import check_signatures
from evenhand.connectors.dns import Resolver
from evenhand.mail.compose import Draft, File, compose
from evenhand.mail.signature import SIGNATURE_LIFE, SIGNED_FIELDS, SigningKey, key_record, parted, selector_of, sign

DOMAIN = "m.market.example"
NOW = datetime.now(UTC).replace(microsecond=0)


@lru_cache
def keys():
    pair = (rsa.generate_private_key(65537, 2048), ed25519.Ed25519PrivateKey.generate())
    return tuple(SigningKey(DOMAIN, selector_of(private), private) for private in pair)


def zone():
    return {(f"{key.selector}._domainkey.{DOMAIN}", "TXT"): (key_record(key.private),) for key in keys()}


def by_dkimpy(signed):
    """What dkimpy says of the RSA signature; it needs one more library for the other."""

    def answer(name, timeout=5):
        return zone()[name.decode().rstrip("."), "TXT"][0].encode()

    message = dkim.DKIM(signed)
    places = [value for name, value in message.headers if name.lower() == b"dkim-signature"]
    return message.verify(next(n for n, value in enumerate(places) if b"rsa-sha256" in value), dnsfunc=answer)


def by_our_verifier(signed, at=NOW):
    """What our own verifier of incoming mail says of each signature."""
    inquiry = Resolver(zone()).inquiry()
    found = check_signatures(dkim.DKIM(signed), inquiry, Alignment(DOMAIN, inquiry), at)
    return [one.outcome for one in found]


def letter(**changed):
    values = {
        "from_name": "Ada", "from_address": f"q7@{DOMAIN}", "to_name": "Ben’s lamps", "to_address": f"k3@{DOMAIN}",
        "subject": "The lamp", "date": NOW, "msgid": f"m1@{DOMAIN}", "text": "It flickers.\n",
    }  # fmt: skip
    return compose(Draft(**values | changed), "boundary-nobody-guesses")


LETTERS = {
    "plain": letter(),
    "long subject in several words": letter(subject="Ünïcode " * 30),
    "HTML and a file": letter(html="<p>It flickers.</p>", files=[File("a.png", "image/png", bytes(range(256)) * 40)]),
    "a thread": letter(in_reply_to="a@b", references=[f"{n}@{DOMAIN}" for n in range(20)]),
    "empty": letter(text=""),
}


@pytest.mark.parametrize("name", LETTERS)
def test_every_kind_of_mail_of_ours_is_verified_by_two_verifiers(name):
    signed = sign(LETTERS[name], keys(), NOW)
    assert (by_dkimpy(signed), by_our_verifier(signed)) == (True, ["pass", "pass"])
    assert signed.endswith(LETTERS[name])


def test_the_same_mail_is_signed_in_the_same_bytes_and_no_line_is_long():
    signed = sign(letter(), keys(), NOW)
    assert signed == sign(letter(), keys(), NOW)
    assert max(len(line) for line in signed.split(b"\r\n")) <= 78


def tags(signed):
    [field] = re.findall(rb"DKIM-Signature: (.+?)\r\n(?![ \t])", signed, re.DOTALL)
    return dict(re.split(rb"\s*=\s*", tag.strip(), maxsplit=1) for tag in field.split(b";"))


def test_the_tags_say_who_signed_what_and_until_when():
    key = keys()[0]
    found = tags(sign(letter(), [key], NOW))
    names = re.sub(rb"\s", b"", found.pop(b"h")).split(b":")
    del found[b"b"], found[b"bh"]
    at = int(NOW.timestamp())
    assert found == {
        b"v": b"1", b"a": b"rsa-sha256", b"c": b"relaxed/relaxed", b"d": DOMAIN.encode(), b"s": key.selector.encode(),
        b"t": b"%d" % at, b"x": b"%d" % (at + SIGNATURE_LIFE.total_seconds()),
    }  # fmt: skip
    twice = {
        b"from",
        b"to",
        b"subject",
        b"date",
        b"message-id",
        b"mime-version",
        b"content-type",
        b"content-transfer-encoding",
    }
    assert {name: names.count(name) for name in names} == {name: 2 if name in twice else 1 for name in SIGNED_FIELDS}


@pytest.mark.parametrize("name", [name.decode().title() for name in SIGNED_FIELDS])
def test_l53_a_field_added_on_the_way_breaks_the_signature(name):
    signed = sign(letter(), keys(), NOW)
    for added in (
        f"{name}: x\r\n".encode() + signed,
        signed.replace(b"\r\n\r\n", f"\r\n{name}: x\r\n\r\n".encode(), 1),
    ):
        assert (by_dkimpy(added), by_our_verifier(added)) == (False, ["fail", "fail"])


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        (b"It flickers.", b"It shines."),
        (b"Subject: The lamp", b"Subject: The bill"),
        (b'From: "Ada"', b'From: "Eve"'),
        (b"+0000", b"+0100"),
    ],
)  # fmt: skip
def test_a_change_on_the_way_breaks_the_signature(was, becomes):
    signed = sign(letter(), keys(), NOW)
    assert was in signed
    assert by_our_verifier(signed.replace(was, becomes)) == ["fail", "fail"]


def test_words_added_below_break_the_signature():
    assert by_our_verifier(sign(letter(), keys(), NOW) + b"Unsubscribe\r\n") == ["fail", "fail"]


def test_what_servers_may_do_to_a_mail_does_not_break_it():
    """Folding, blanks at the ends of lines, trace fields in front, and empty lines at the end."""
    signed = sign(letter(text="It  flickers. \n"), keys(), NOW)
    handled = (
        b"Received: from a by b; Mon, 01 Jan 2029 00:00:00 +0000\r\n"
        + signed.replace(b"Subject: The lamp", b"SUBJECT:  The\r\n\tlamp ") + b"\r\n\r\n"
    )  # fmt: skip
    assert (by_dkimpy(handled), by_our_verifier(handled)) == (True, ["pass", "pass"])


def test_a_signature_counts_for_two_weeks():
    signed = sign(letter(), keys(), NOW)
    assert by_our_verifier(signed, NOW + SIGNATURE_LIFE - timedelta(seconds=1)) == ["pass", "pass"]
    assert by_our_verifier(signed, NOW + SIGNATURE_LIFE + timedelta(seconds=1)) == ["fail", "fail"]


def test_without_a_key_a_mail_stays_as_it_is():
    assert sign(letter(), [], NOW) == letter()


@pytest.mark.parametrize(
    "content", [b"", b"\r\n", b"To: x\r\n\r\nx\r\n", b"From: x\n\nx\n", b"From: x\r\n\r\na\rb\r\n"]
)
def test_what_would_travel_in_another_form_is_not_signed(content):
    with pytest.raises(ValueError, match=r"bare CR|without From"):
        sign(content, keys(), NOW)


def test_a_selector_is_the_keys_own_and_the_record_its_public_half():
    key = keys()[0]
    assert re.fullmatch(r"e[a-z2-7]{10}", key.selector)
    assert selector_of(rsa.generate_private_key(65537, 2048)) != key.selector
    published = base64.b64decode(key_record(key.private).partition("p=")[2])
    from cryptography.hazmat.primitives.serialization import load_der_public_key

    load_der_public_key(published).verify(key.private.sign(b"x", *rsa_way()), b"x", *rsa_way())


def rsa_way():
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15

    return PKCS1v15(), SHA256()


@pytest.mark.parametrize(
    "was", [b"d=m.market.example;", b"s=e", b"bh=", b" b=", b"x=1"],
)  # fmt: skip
def test_only_our_own_form_is_taken_for_a_signature_of_ours(was):
    """What is parted from the mail is searched more lightly: so no word can stand in it."""
    signed = sign(letter(), keys()[:1], NOW)
    planted = signed.replace(was, b"ada@home.example" + was, 1)
    assert planted != signed
    assert parted(planted) == (b"", planted)


def test_a_key_is_never_shown():
    assert repr(keys()[0]) == f"SigningKey('{DOMAIN}', '{keys()[0].selector}', …)"


# Vertical tabs and the like are left out: dkimpy takes them for blanks, RFC 6376 does not, and we write none.
_OCTETS = st.binary(max_size=60).map(lambda raw: re.sub(rb"[\r\n\x0b\x0c\x1c-\x1f]", b" ", raw))
_LINES = st.lists(st.one_of(_OCTETS, st.sampled_from([b"", b" ", b"\t", b"a \t b  ", b".", b"\xc3\xa9"])), max_size=12)
_NAMES = st.one_of(st.sampled_from([name.title() for name in SIGNED_FIELDS]), st.from_regex(rb"\AX-[A-Za-z]{1,9}\Z"))
_VALUES = st.lists(_OCTETS.map(lambda raw: raw.replace(b"\0", b"") or b"x"), min_size=1, max_size=3)


@settings(max_examples=300, deadline=None)
@given(
    fields=st.lists(st.tuples(_NAMES, st.sampled_from([b":", b": ", b":\t"]), _VALUES), max_size=8),
    body=_LINES,
)
def test_any_mail_that_can_be_signed_is_verified(fields, body):
    """Repeated fields, foldings, bytes of any kind, empty bodies."""
    head = [b"From: ada@m.market.example", *(name + colon + b"\r\n ".join(value) for name, colon, value in fields)]
    content = b"\r\n".join([*head, b"", *body, b""])
    signed = sign(content, keys(), NOW)
    assert parted(signed) == (signed.removesuffix(content), content)
    verdicts = by_our_verifier(signed)
    if sum(name.lower() == b"from" for name, _, _ in fields) == 0:
        assert (by_dkimpy(signed), verdicts) == (True, ["pass", "pass"])
    else:
        # Two authors are an ambiguity nobody may vouch for; either answer is safe, a crash is not.
        assert len(verdicts) == 2
