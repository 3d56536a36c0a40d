"""Bytes become text by the best charset there is; what cannot be read is said, never passed on unread."""

import encodings.aliases

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.mail.text import Decoded, decode, unflow


@pytest.mark.parametrize(
    ("content", "charset", "text"),
    [
        (b"lamp", None, "lamp"),
        ("Größe".encode(), "utf-8", "Größe"),
        ("Größe".encode(), "iso-8859-1", "Größe"),
        ("Größe".encode(), "us-ascii", "Größe"),
        ("Größe".encode("latin-1"), "iso-8859-1", "Größe"),
        ("„Größe“ – 5 €".encode("cp1252"), "ISO-8859-1", "„Größe“ – 5 €"),
        ("Größe".encode("latin-1"), None, "Größe"),
        ("Größe".encode("utf-16"), None, "Größe"),
        ("Größe".encode("utf-16-le"), "utf-16-le", "Größe"),
        ("Größe".encode("utf-32"), "utf-8", "Größe"),
        ("\ufeffGröße".encode(), "utf-8", "Größe"),
        ("лампа".encode("koi8-r"), "KOI8-R", "лампа"),
        ("電灯".encode("iso-2022-jp"), '"iso-2022-jp"', "電灯"),
        ("电灯".encode("gb18030"), "gb18030", "电灯"),
        (b"ada+AEA-home", "utf-7", "ada@home"),
        (b"a\r\nb\rc\nd", None, "a\nb\nc\nd"),
        (b"a\x00b", "utf-8", "ab"),
        (b"", "utf-8", ""),
    ],
)
def test_text_is_read_by_what_is_declared_and_what_it_looks_like(content, charset, text):
    assert decode(content, charset) == Decoded(text, exact=True)


@pytest.mark.parametrize(
    "charset", ["x-unknown", "base64", "rot13", "unicode_escape", "punycode", "idna", "zlib", "\x00", "é", "a" * 300]
)
def test_what_is_no_charset_decodes_nothing_and_is_said(charset):
    assert decode("Größe \\u0041".encode(), charset) == Decoded("Größe \\u0041", exact=False)


def test_bytes_that_nothing_reads_become_marks_and_are_said():
    assert decode(b"a\x81b", None) == Decoded("a\ufffdb", exact=False)


def test_half_a_surrogate_pair_is_a_mark():
    assert decode(b"a+2AA-b", "utf-7").text == "a\ufffdb"
    assert decode(b"+2D3eAA-", "utf-7").text == "😀"


@given(
    st.binary(max_size=80),
    st.one_of(st.none(), st.sampled_from(sorted(set(encodings.aliases.aliases.values()))), st.text(max_size=12)),
)
def test_no_bytes_and_no_charset_make_it_raise_or_give_what_no_database_stores(content, charset):
    text = decode(content, charset).text
    text.encode("utf-8")
    assert "\x00" not in text
    assert "\r" not in text


@pytest.mark.parametrize(
    ("text", "joined"),
    [
        ("one \ntwo\nthree", "one two\nthree"),
        ("> one \n> two\n> three", "> one two\n> three"),
        ("> one \n>> two", "> one \n>> two"),
        ("one \n-- \nAda", "one \n-- \nAda"),
        (" stuffed\n >not a quote", "stuffed\n>not a quote"),
        ("> > nested", "> > nested"),
        ("one \n", "one "),
        ("", ""),
        ("a\n\nb", "a\n\nb"),
    ],
)
def test_flowed_lines_are_joined(text, joined):
    assert unflow(text) == joined


def test_an_address_is_whole_again_after_unflowing():
    assert unflow("write to ada@ \nhome. \nexample", delete_space=True) == "write to ada@home.example"
