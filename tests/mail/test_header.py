"""Header fields are read tolerantly, in one pass, and never believed where two programs might read two things."""

from datetime import UTC, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from evenhand.mail.header import (
    Mailbox,
    decode_words,
    message_ids,
    parameters,
    read_date,
    read_mailboxes,
    unfold,
)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("plain", "plain"),
        ("=?utf-8?q?Gr=C3=BC=C3=9Fe?=", "Grüße"),
        ("=?UTF-8?B?R3LDvMOfZQ==?=", "Grüße"),
        ("=?utf-8?b?R3LDvMOfZQ?=", "Grüße"),
        ("=?iso-8859-1?q?Gr=FC=DFe_aus?= =?utf-8?q?_K=C3=B6ln?=", "Grüße aus Köln"),
        ("=?utf-8?q?a?=\r\n =?utf-8?q?b?=", "ab"),
        ("=?utf-8?q?a?= b =?utf-8?q?c?=", "a b c"),
        ("=?utf-8*de?q?L=C3=A4mpchen?=", "Lämpchen"),
        ("=?x-nonsense?q?L=C3=A4mpchen?=", "Lämpchen"),
        ("=?gb2312?b?uuzJq7XG?=", "红色灯"),
        ("=?iso-2022-jp?b?GyRCRUVFdBsoQg==?=", "電灯"),
        ("=?utf-7?q?ada+AEA-home?=", "ada@home"),
        ("=?utf-8?b?!!!?=", ""),
        ("=?utf-8?x?abc?=", "=?utf-8?x?abc?="),
        ("=?utf-8?q?open", "=?utf-8?q?open"),
        ("=?utf-8?q??=", ""),
        ("a =?= b ?= c", "a =?= b ?= c"),
        ("folded\r\n field\n\tbody", "folded field body"),
        ("=?utf-8?q?=3D=3Futf-8=3Fq=3Fa=3F=3D?=", "=?utf-8?q?a?="),
    ],
)  # fmt: skip
def test_encoded_words_are_decoded_once(value, words):
    assert decode_words(value) == words


def test_undeclared_bytes_are_repaired():
    utf8 = "Grüße".encode().decode("ascii", "surrogateescape")
    latin = "Grüße".encode("latin-1").decode("ascii", "surrogateescape")
    assert [unfold(utf8), unfold(latin), decode_words(utf8)] == ["Grüße"] * 3


@pytest.mark.parametrize(
    ("value", "boxes"),
    [
        ("ada@home.example", [("", "ada@home.example")]),
        ("<Ada@Home.Example>", [("", "ada@home.example")]),
        ("Ada <ada@home.example>", [("Ada", "ada@home.example")]),
        ('"L, Ada" <ada@home.example>', [("L, Ada", "ada@home.example")]),
        ('"Ada \\"Lamp\\" L" <ada@home.example>', [('Ada "Lamp" L', "ada@home.example")]),
        ("=?utf-8?q?J=C3=BCrgen?= <j@home.example>", [("Jürgen", "j@home.example")]),
        ("Ada (at home (really)) <ada@home.example> (x)", [("Ada", "ada@home.example")]),
        ("ada@home.example (Ada)", [("", "ada@home.example")]),
        ("ada@home.example <Ada@home.example>", [("ada@home.example", "ada@home.example")]),
        ('"eve@rival.example" <ada@home.example>', [("eve@rival.example", "ada@home.example")]),
        ("Ada\r\n <ada@home.example>", [("Ada", "ada@home.example")]),
        ("a@x.example, Ben <b@y.example>,", [("", "a@x.example"), ("Ben", "b@y.example")]),
        ("ada@bücher.example", [("", "ada@xn--bcher-kva.example")]),
    ],
)
def test_mailboxes_are_read(value, boxes):
    read = read_mailboxes(value)
    assert [(box.name, box.address) for box in read.boxes] == boxes
    assert not read.ambiguous


@pytest.mark.parametrize(
    "value",
    [
        "nobody", "Ada <>", "Ada <ada>", "undisclosed-recipients:;", "friends: ada@home.example, ben@shop.example;",
        "<ada@home.example> <eve@rival.example>", "Ada <ada@home.example> eve <eve@rival.example>", "@a.example:ada@home.example",
        "ada@home.example <eve@rival.example", 'ada@home.example" <eve@rival.example>"', "<<ada@home.example>>",
        "ada@home.example\x00@rival.example", '"ada@home.example"@rival.example', "a@b@c.example", ",".join(["a@x.example"] * 501),
        '"<ada@home.example>"', "<eve@rival.example>ada@home.example", '<ada@home.example> "eve@rival.example"',
        '"ada"@home.example', 'a"d"a@home.example', "ada(at)@home.example", "ada@home.example(.rival.example)",
        "ada@home.example (eve <eve@rival.example>", '"eve@rival.example, ada@home.example', "ada@home.example\\,<eve@rival.example>",
        "=?utf-8?b?PGFkYUBob21lLmV4YW1wbGU+?=, <eve@rival.example>", "<@rival.example,@x.example:ada@home.example>",
        "=?utf-8?q?ada=40home.example?=", "(ada@home.example) eve@rival.example", "eve@rival.example <ada@home.example>",
        "<ada@home.example>\\,<eve@rival.example>", '<"ada"@home.example>', "<ada@[192.0.2.1]>", "\u212aada@home.example",
    ],
)  # fmt: skip
def test_what_two_programs_may_read_in_two_ways_is_not_believed(value):
    read = read_mailboxes(value)
    assert read.ambiguous or "ada@home.example" not in [box.address for box in read.boxes]
    assert read.ambiguous or len(read.boxes) == 1


def test_an_address_in_the_name_is_only_a_name():
    assert read_mailboxes('"ada@home.example" <eve@rival.example>').boxes == (
        Mailbox("ada@home.example", "eve@rival.example"),
    )


def test_at_most_five_hundred_addresses_are_read():
    assert len(read_mailboxes(", ".join(f"a{n}@x.example" for n in range(900))).boxes) == 500


@pytest.mark.parametrize(
    ("value", "head", "found"),
    [
        ("text/plain", "text/plain", {}),
        ("TEXT/Plain; Charset=UTF-8", "text/plain", {"charset": "UTF-8"}),
        ('a/b; name="x;y=z\\"q"', "a/b", {"name": 'x;y=z"q'}),
        ("a/b; name = x ; n2=y;;", "a/b", {"name": "x", "n2": "y"}),
        ("a/b; name=first; name=second", "a/b", {"name": "first"}),
        ("a/b; name*=utf-8'de'Gr%C3%B6%C3%9Fe.pdf", "a/b", {"name": "Größe.pdf"}),
        ("a/b; name*0*=utf-8''%C3%A4; name*1=b; name*2*=%C3%B6", "a/b", {"name": "äbö"}),
        ("a/b; name*1=b; name*0=a", "a/b", {"name": "ab"}),
        ("a/b; name*0*=utf-8''%C3; name*1*=%A4", "a/b", {"name": "ä"}),
        ("a/b; name==?utf-8?q?Gr=C3=B6=C3=9Fe?=", "a/b", {"name": "Größe"}),
        ('a/b; name="open', "a/b", {"name": "open"}),
        ("a/b; x", "a/b", {}),
        ("", "", {}),
        ("a/b;\r\n\tname=x", "a/b", {"name": "x"}),
        ("a/b; name*=nonsense''%FF", "a/b", {"name": "ÿ"}),
        ("a/b; name*9999=x; name*²=y", "a/b", {"name": "x"}),
    ],
)  # fmt: skip
def test_parameters_are_read_with_continuations_and_charsets(value, head, found):
    assert parameters(value) == (head, found)


def test_at_most_128_parameters_are_read():
    _, found = parameters("a/b" + "".join(f"; p{n}=x" for n in range(5000)))
    assert len(found) == 128


def test_message_ids_are_the_last_fifty_and_no_wilder_than_they_may_be():
    assert message_ids("<a@x> (note) <b c@x> <d@x>< e@x><f@x") == ("a@x", "d@x")
    assert message_ids("".join(f"<{n}@x>" for n in range(80))) == tuple(f"{n}@x" for n in range(30, 80))
    assert message_ids("<" + "a" * 241 + ">") == ()
    assert message_ids("<[ab]@x.example>\r\n <c\x00@x>") == ("[ab]@x.example",)


@pytest.mark.parametrize(
    ("value", "date"),
    [
        ("Tue, 3 Mar 2026 12:00:00 +0100", datetime(2026, 3, 3, 11, tzinfo=UTC)),
        ("3 Mar 2026 12:00 -0000", datetime(2026, 3, 3, 12, tzinfo=UTC)),
        ("Tue, 3 Mar 2026\r\n 12:00:00 GMT (x)", datetime(2026, 3, 3, 12, tzinfo=UTC)),
        ("Tue, 33 Mar 2026 12:00:00 +0100", None),
        ("yesterday", None),
        ("", None),
        ("Tue, 3 Mar 2026 12:00:00 +9999", None),
        ("Fri, 31 Dec 9999 23:59:59 -2359", None),
    ],
)
def test_a_date_is_an_instant_or_nothing(value, date):
    assert read_date(value) == date


fields = st.text(
    alphabet=st.one_of(st.sampled_from("=?utf-8bq\"\\()<>@,;:*'% \r\n\t._"), st.characters(codec="utf-8")), max_size=120
)


@given(fields)
@example("=?utf-8?b?//79?=")
@example("=?utf-7?q?+2AA-?=")
@example("a/b; name*0*=utf-7''+2AA-")
@example("a/b; name*=utf-16''%00%D8")
@example("\udc80\udcff")
@example("a/b; name*²=x")
@example("Tue, 3 Mar 99999999999 12:00:00 +0100")
def test_no_field_makes_a_reader_raise_or_gives_what_no_database_stores(value):
    read = [unfold(value), decode_words(value), *message_ids(value), *parameters(value)[1].values()]
    read += [text for box in read_mailboxes(value).boxes for text in (box.name, box.address)]
    read_date(value)
    for text in read:
        text.encode("utf-8")
        assert "\x00" not in text or "\x00" in value


@given(fields, st.sampled_from(["ada@home.example"]))
def test_a_name_in_quotes_never_reaches_the_address(name, address):
    quoted = name.replace("\\", "\\\\").replace('"', '\\"').replace("\r", "").replace("\n", "")
    read = read_mailboxes(f'"{quoted}" <{address}>')
    assert [box.address for box in read.boxes] == [address]
    assert not read.ambiguous
