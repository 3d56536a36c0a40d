"""Disguises are undone for comparison, honest text is not touched, and every place leads back to what was typed."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.policy.text.fold import fold

ODD = st.text(
    st.sampled_from(
        "abc REVIEWrе\u200b\u00adｒ5⭐★☆ß\u0301İｶﾞ.-_*@<>&;\n\t\r'\"=/0134€!\u202e\u202c\ud800🌟𝓻🅁…ﬁ`\u3000"
    ),
    max_size=60,
)

UNDONE = [
    ("r3v1ew c0up0n 5tars fr€e g1ft c@sh", "review coupon stars free gift cash"),
    ("wh@tsapp, t3l3gr4m, em@il us, emai1", "whatsapp, telegram, email us, email"),
    ("r e v i e w", "review"),
    ("r.e.v.i.e.w", "review"),
    ("f-i-v-e s-t-a-r-s", "five stars"),
    ("leave a r e v i e w", "leave a review"),
    ("l e a v e  a  r e v i e w", "leave a review"),
    ("レ ビ ュ ー", "レビュー"),
    ("⭐⭐⭐⭐⭐", "five stars"),
    ("★ ★ ★ ★ ★", "five stars"),
    ("⭐️⭐️⭐️⭐️⭐️", "five stars"),
    ("🌟🌟🌟🌟🌟 please", "five stars please"),
    ("give us *****, please", "give us five stars, please"),
    ("5⭐", "five stars"),
    ("5★", "five stars"),
    ("5 ⭐⭐⭐⭐⭐", "five stars"),
    ("5️⃣⭐️", "five stars"),
    ("a 5* rating", "a five stars rating"),
    ("★★★★☆", "4 stars"),
    ("☆☆☆☆☆", "five stars"),
    ("1⭐", "1 star"),
    ("rеview pоsitive", "review positive"),
    ("revιew", "review"),
    ("the соре says", "the cope says"),
    ("ʀᴇᴠɪᴇᴡ", "review"),
    ("ｒｅｖｉｅｗ", "review"),
    ("𝓻𝓮𝓿𝓲𝓮𝔀 ⓡⓔⓥⓘⓔⓦ 🅁🄴🅅🄸🄴🅆", "review review review"),
    ("rev\u00adiew re\u200bview re\u2060vie\ufeffw", "review review review"),
    ("\u202eweiver\u202c", "review"),
    ("r̷e̸v̶i̴e̵w̷", "review"),
    ("ｶﾞ ﾊﾝｶｸ", "ガ ハンカク"),
    ("“so” ‘it’ – is…", "\"so\" 'it' - is..."),
    ("a\u00a0\u2009 b\u3000c", "a b c"),
    ("re\u0301union", "réunion"),
    ("Straße", "strasse"),
    ("İstanbul", "istanbul"),
    ("a\r\nb\rc", "a\nb\nc"),
]

HONEST = [
    "part b000test01, 24v, 2x, a4, 3rd, winter15, h2o, 1080p, usb3, 5ghz, mp3, 100% c0",
    "sizes s m l xl",
    "s m l x l",
    "a b c d e f",
    "j. r. r. tolkien and j.r.r. tolkien, u.s.a., e.g. this, z.b. das",
    "1 2 3 4 5",
    "c@d.example, ben@home-lamps.example",
    "24 v @ 1.5 a",
    "above\n*****\nbelow",
    "card **** 1234, f***, 5*3=15",
    "made by hand ★ in ghent",
    "привет, как дела, это review",
    "отзыв о товаре",
    "καλημέρα σας, το φως",
    "سلام شما چطور است",
    "שלום לכולם",
    "größe, naïve, élan, łódź, ığdır".replace("ß", "ss"),
    "👍 👎 🎁 😊 😡",
    "pause: - - - and ... and --",
]


@pytest.mark.parametrize(("written", "folded"), UNDONE)
def test_a_disguise_is_undone(written, folded):
    assert fold(written).text == folded


@pytest.mark.parametrize("written", HONEST)
def test_honest_text_is_not_touched(written):
    assert fold(written).text == written


def test_joiners_and_direction_marks_only_go():
    assert fold("می\u200cخواهم \u200fשלום\u200e").text == "میخواهم שלום"


@pytest.mark.parametrize("folded", [folded for _, folded in UNDONE])
def test_what_is_folded_stays_so(folded):
    assert fold(folded).text == folded


@given(ODD | st.text(max_size=40), st.data())
def test_the_place_of_a_piece_is_that_of_its_letters(source, data):
    made = fold(source)
    start = data.draw(st.integers(0, len(made.text)))
    end = data.draw(st.integers(start, len(made.text)))
    begin, stop = made.span(start, end)
    assert 0 <= begin <= stop <= len(source)
    for at in range(start, end):
        first, last = made.span(at, at + 1)
        assert begin <= first < last <= stop


@given(st.text(st.sampled_from("abcdefgh,;:()[]\n"), max_size=60))
def test_text_that_is_already_plain_maps_to_itself(source):
    made = fold(source)
    assert made.text == source
    assert all(made.span(at, at + 1) == (at, at + 1) for at in range(len(source)))


@pytest.mark.parametrize("written", ["r e v i e w", "rе\u200bvi\u00adew", "⭐⭐⭐⭐⭐", "\u202eweiver", "𝓻𝓮𝓿𝓲𝓮𝔀"])
def test_the_place_of_a_disguised_word_is_what_was_typed(written):
    made = fold(f"So: {written}")
    start, end = made.span(4, len(made.text))
    assert f"So: {written}"[start:end] == written


@pytest.mark.parametrize(
    "hostile",
    "a |a.|⭐|\u200ba|е|aе|é\u0301|\u202ea\u202c|5*|@|5⭐ |1a|* |ｶﾞ|\r\n|…|  |aе ".split("|"),
)
def test_a_hostile_text_takes_time_in_step_with_its_length(hostile):
    def took(size):
        text = hostile * (size // len(hostile))
        begun = time.perf_counter()
        fold(text)
        return time.perf_counter() - begun

    took(10_000)
    assert took(400_000) < 16 * took(100_000) + 0.5
