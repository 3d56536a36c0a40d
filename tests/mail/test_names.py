"""What strangers call themselves, their subjects and their files is made fit to be shown, or is not shown."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from evenhand.mail.identity import find, identities
from evenhand.mail.names import clean_filename, clean_line, clean_subject, shown_name
from evenhand.mail.providers import is_public


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Ada", "Ada"),
        ("  Ada \t Lovelace ", "Ada Lovelace"),
        ("Ada\r\nBcc: eve", "Ada Bcc eve"),
        ("Ben's Lamps & Shades", "Ben's Lamps & Shades"),
        ("Müller-Lüdenscheidt", "Müller-Lüdenscheidt"),
        ("Mu\u0308ller", "Müller"),
        ("Łukasz O’Brien", "Łukasz O’Brien"),
        ("Дмитрий", "Дмитрий"),
        ("田中 太郎", "田中 太郎"),
        ("ひかりランプ店 LAMP", "ひかりランプ店 LAMP"),
        ("محمد", "محمد"),
        ("Mr.Brown", "Mr. Brown"),
        ("Ada L.", "Ada L"),
        ("Ada\u202eevil", "Adaevil"),
        ("A\u200bd\u00ada", "Ada"),
        ("Ada, Ltd; (Lamps) <x>", "Ada Ltd (Lamps) x"),
        ("x" * 50, "x" * 40),
        ("Ada " * 20, "Ada Ada Ada Ada Ada Ada Ada Ada Ada Ada"),
        ('"Ada"', "Ada"),
        ("-- Ada --", "Ada"),
    ],
)
def test_a_name_is_shown_clean(name, shown):
    assert shown_name(name, "Seller") == shown


@pytest.mark.parametrize(
    "name",
    [
        "", " ", "\u200b", "---", "...", "\u202e\u2066", "ada@home.example", "ＡＤＡ＠home.example", "www.home.example", "home.example",
        "https://home.example", "ada(at)home(dot)example", "ada at home dot example", "ada [at] home [punkt] example", "home。example",
        "=?utf-8?q?ada=40home?=", "Аda", "Pаypal", "раypal Ltd", "\ud800",
    ],
)  # fmt: skip
def test_a_name_that_is_an_address_a_link_or_a_trick_is_not_shown(name):
    shown = shown_name(name, "Seller")
    assert shown == "Seller"


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("Ada Lovelace", "Ada"),
        ("Lovelace, Ada", "Ada"),
        ("Dr. Ada Lovelace", "Ada"),
        ("Dr.Ada Lovelace", "Ada"),
        ("ADA", "ADA"),
        ("Ada ada@home.example", "Ada"),
        ("ada@home.example Lovelace", "Lovelace"),
        ("", "Buyer"),
    ],
)
def test_of_a_private_buyer_the_first_name_is_shown(name, first):
    assert shown_name(name, "Buyer", first_only=True) == first


@pytest.mark.parametrize(
    "name",
    [
        "Market",
        "MARKET",
        "M a r k e t",
        "Market Support",
        "market team",
        "Mаrket",
        "Мarket",
        "The Market",
        "Market Official Help",
        "Ｍarket",
        "Márket",
    ],
)
def test_l70_nobody_speaks_for_the_marketplace(name):
    assert shown_name(name, "Seller", reserved=("Market",)) == "Seller"


@pytest.mark.parametrize("name", ["Marketa", "Market Lamps", "Supermarket", "Ada"])
def test_a_name_that_only_resembles_it_is_free(name):
    assert shown_name(name, "Seller", reserved=("Market",)) == name


@pytest.mark.parametrize(
    ("line", "clean"),
    [
        ("The lamp", "The lamp"),
        ("a\r\nb\tc\x00d\x1be", "a b cde"),
        ("a\u2028b\u2029c\x85d", "a b c d"),
        ("\u202egnp.exe\u202c", "gnp.exe"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("👩\u200d👧", "👩\u200d👧"),
        ("e\u0301", "é"),
        ("=?utf-8?q?a?=", "=?utf-8?q?a?="),
        ("\ud800\udfff", ""),
    ],
)  # fmt: skip
def test_a_line_is_one_line_of_what_can_be_seen(line, clean):
    assert clean_line(line) == clean


def test_a_subject_is_at_most_255_characters_cut_at_a_space():
    assert clean_subject("word " * 100) == ("word " * 51).strip()
    assert len(clean_subject("x" * 400)) == 255
    assert clean_subject("x" * 254 + "e\u0323\u0301") == "x" * 254


@pytest.mark.parametrize(
    ("name", "media_type", "names"),
    [
        ("IMG_2041.JPG", "image/jpeg", ("photo-1.jpg", "IMG_2041.JPG")),
        ("/home/ada/lamp.pdf", "application/pdf", ("document-1.pdf", "lamp.pdf")),
        ("C:\\Users\\ada\\lamp.docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", ("document-1.docx", "lamp.docx")),
        ("../../etc/passwd", "text/plain", ("document-1.txt", "passwd")),
        ("..", "text/plain; charset=utf-8", ("document-1.txt", "document-1.txt")),
        (".htaccess", "application/octet-stream", ("file-1.bin", "htaccess")),
        ("lamp\u202egpj.exe", "application/x-elf", ("file-1.bin", "lampgpj.exe")),
        ("a\r\nb\x00.png", "image/png", ("photo-1.png", "a b.png")),
        ("a⁄b∕c／d＼e.gif", "image/gif", ("photo-1.gif", "e.gif")),
        ("x" * 200 + ".jpeg", "IMAGE/JPEG", ("photo-1.jpg", "x" * 95 + ".jpeg")),
        ("", "video/mp4", ("video-1.mp4", "video-1.mp4")),
        ("", "nonsense", ("file-1.bin", "file-1.bin")),
    ],
)  # fmt: skip
def test_a_file_has_a_name_that_travels_and_a_name_that_is_shown(name, media_type, names):
    assert clean_filename(name, media_type, 1) == names


words = st.text(st.one_of(st.characters(), st.sampled_from('@.<>",;:\\ \u202e\u200b\u200d。＠\r\n\x00')), max_size=80)


@settings(max_examples=400)
@given(words)
@example("ada\u200d@home.example")
@example("a\u034fda@home.example")
@example("ad a @ home.example")
def test_whatever_the_words_what_is_shown_is_safe(text):
    name = shown_name(text, "Buyer")
    assert 0 < len(name) <= 40
    assert not set(name) & set('@<>",;:\\\r\n\x00')
    subject = clean_subject(text)
    assert len(subject) <= 255
    generated, shown = clean_filename(text, "image/png", 7)
    assert generated == "photo-7.png"
    assert 0 < len(shown) <= 100
    for one in (name, subject, shown):
        one.encode("utf-8")
        assert one == clean_line(one)
        assert "\n" not in one
    assert "/" not in shown


@given(words, words)
def test_an_address_in_a_name_is_never_shown(before, after):
    protected = identities(("ada@home.example",))
    assert find(shown_name(f"{before} ada@home.example {after}", "Buyer"), protected) is None


def test_public_providers_are_known_and_private_domains_are_not():
    assert [is_public(domain) for domain in ("gmail.com", "gmx.de", "home.example", "mail.gmail.com", "")] == [
        True,
        True,
        False,
        False,
        False,
    ]
