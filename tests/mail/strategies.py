"""Hostile text and mail for property tests: every way to write an address, and MIME bent out of shape."""

import base64
import quopri
from urllib.parse import quote

from hypothesis import strategies as st

ADA = "ada@home.example"
ZERO_WIDTH = "\u200b"


def split_by(text, what):
    """Put something between all letters."""
    return what.join(text)


def entities(text):
    return "".join(f"&#{ord(char)};" for char in text)


def hexadecimal(text):
    return "".join(f"&#x{ord(char):X};" for char in text)


def percent(text):
    return "".join(f"%{ord(char):02x}" for char in text)


def full_width(text):
    return "".join(chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else char for char in text)


def utf7(text):
    return text.encode("utf-16-be") and "+" + base64.b64encode(text.encode("utf-16-be")).decode().rstrip("=") + "-"


FORMS = {
    "exact": lambda a: a,
    "upper case": str.upper,
    "plus-tag": lambda a: a.replace("@", "+shop.2026@"),
    "entity for the sign": lambda a: a.replace("@", "&#64;"),
    "named entities": lambda a: a.replace("@", "&commat;").replace(".", "&period;"),
    "entities without an end": lambda a: "".join(f"&#{ord(char):07d}" for char in a),
    "entities": entities,
    "hexadecimal entities": hexadecimal,
    "double entities": lambda a: entities(a).replace("&", "&amp;"),
    "percent": lambda a: a.replace("@", "%40"),
    "percent for all": percent,
    "percent twice": lambda a: quote(quote(a, safe=""), safe=""),
    "percent-u": lambda a: a.replace("@", "%u0040"),
    "unicode escape": lambda a: a.replace("@", "\\u0040"),
    "braced unicode escape": lambda a: a.replace("@", "\\u{40}"),
    "hexadecimal escape": lambda a: a.replace("@", "\\x40"),
    "word break": lambda a: split_by(a, "<wbr>"),
    "tags with quoted brackets": lambda a: split_by(a, '<b title="a>b">'),
    "block tags": lambda a: split_by(a, "<div>"),
    "comments": lambda a: split_by(a, "<!-- > no -->"),
    "zero-width": lambda a: split_by(a, ZERO_WIDTH),
    "soft hyphen": lambda a: split_by(a, "\u00ad"),
    "joiners and selectors": lambda a: split_by(a, "\u034f\ufe0f\u2060"),
    "bidi": lambda a: "\u202e" + split_by(a, "\u2066\u2069"),
    "zero-width entities": lambda a: split_by(a, "&#8203;"),
    "zero-width in percent": lambda a: split_by(a, "%E2%80%8B"),
    "nul": lambda a: split_by(a, "\x00"),
    "control": lambda a: split_by(a, "\x01"),
    "full-width sign": lambda a: a.replace("@", "＠"),
    "small sign": lambda a: a.replace("@", "﹫"),
    "full-width": full_width,
    "full-width percent": lambda a: a.replace("@", "％４０"),
    "ideographic dot": lambda a: a.replace(".", "。"),
    "half-width dot": lambda a: a.replace(".", "｡"),
    "verp": lambda a: "bounce+" + a.replace("@", "=") + "@list.example",
    "batv": lambda a: "prvs=4711abcdef=" + a,
    "srs": lambda a: "SRS0=hh=tt={1}={0}@relay.example".format(*a.split("@")),
    "percent hack": lambda a: a.replace("@", "%") + "@relay.example",
    "bang path": lambda a: "relay!{1}!{0}".format(*a.split("@")),
    "quoted-printable": lambda a: "".join(f"={ord(char):02X}" for char in a),
    "quoted-printable sign": lambda a: a.replace("@", "=40"),
    "soft line breaks": lambda a: split_by(a, "=\r\n"),
    "flowed": lambda a: a.replace("@", "@ \r\n"),
    "flowed in a quote": lambda a: a.replace(".", ".\n> "),
    "wrapped": lambda a: a.replace("@", "\n@"),
    "utf-7 sign": lambda a: a.replace("@", "+AEA-"),
    "utf-7": utf7,
    "percent in utf-7": lambda a: utf7(a.replace("@", "%40")),
    "quoted local part": lambda a: '"{}"@{}'.format(*a.split("@")),
    "spaces around the sign": lambda a: a.replace("@", " @ "),
    "angle brackets": lambda a: f"<{a}>",
    "trailing dot": lambda a: a + ".",
    "mailto": lambda a: f'<a href="mailto:{a}?subject=x">write</a>',
    "spoken": lambda a: a.replace("@", " at ").replace(".", " dot "),
    "spoken in brackets": lambda a: a.replace("@", " (AT) ").replace(".", " [dot] "),
    "spoken in German": lambda a: a.replace("@", " ät ").replace(".", " Punkt "),
    "spoken in Spanish": lambda a: a.replace("@", " arroba ").replace(".", " punto "),
    "spoken in Chinese": lambda a: a.replace("@", "艾特").replace(".", "点"),
    "sign and spoken dot": lambda a: a.replace(".", " dot "),
    "letters apart": lambda a: split_by(a, " "),
    "letters apart by dashes": lambda a: split_by(a, " - "),
    "parted by bullets": lambda a: a.replace("@", "\n• @").replace(".", "\n- .\n- "),
    "parted by two dashes": lambda a: a.replace("@", " - - @ - - "),
    "quoted by qp in an entity": lambda a: a.replace("@", "&#=\r\n64;"),
}
"""Ways to write one address as text: names as in tests, each a function of the address."""

WRAPPED_BASE64 = {
    f"base64 behind {offset}": (lambda a, offset=offset: base64.b64encode(b"x" * offset + a.encode() + b"yz").decode())
    for offset in range(4)
}

forms = st.sampled_from(sorted(FORMS))
filler = st.text(
    alphabet=st.one_of(
        st.sampled_from("ab.@=%&;#\\ux+-<>!\"' \n\r\t=2040"),
        st.characters(codec="utf-8"),
        st.sampled_from("\u200b\u00ad\u0308\u034f\u0301ß\u212aｈＯ。＠ﬁüÜ\u0130"),
    ),
    max_size=40,
)
planted = st.builds(lambda before, form, after: before + FORMS[form](ADA) + after, filler, forms, filler)
_NEAR = ["&amp;", "&lt;", "wbr>", "\u200b", "u", "\u0308", "\u034f", "+AEA", "-", "＠", "ho", "me", "\\u0040", "=\r\n", "%25", "\x00", "ſ", "K"]  # fmt: skip
near_misses = st.lists(
    st.sampled_from(
        ["ada", "@", *_NEAR, "home", ".", "example", "=", "\n", " ", "<b>", "</b>", "<!--", "-->", "%", "40", "2", "E", "&#", "64", ";"]
    ),
    max_size=16,
).map("".join)  # fmt: skip


def mutated(mail: bytes):
    """Bend a mail: cut, doubled, overwritten and spliced in random places."""

    def bend(cuts):
        out = mail
        for place, length, patch in cuts:
            at = place % (len(out) + 1)
            out = out[:at] + patch + out[at + length :]
        return out

    cut = st.tuples(st.integers(0, 100_000), st.integers(0, 30), st.one_of(st.binary(max_size=12), _PIECES))
    return st.lists(cut, min_size=1, max_size=6).map(bend)


_PIECES = st.sampled_from(
    [
        b"\r\n\r\n", b"\r", b"\n", b"\x00", b"--b\r\n", b"\r\n--b--\r\n", b"=?", b"?=", b"=?utf-8?b?4oCL?=", b";", b'"', b"(", b"<",
        b"Content-Type: multipart/mixed; boundary=b\r\n", b"Content-Type: message/rfc822\r\n\r\n", b"charset=utf-7",
        b"Content-Transfer-Encoding: base64\r\n", b"Content-Transfer-Encoding: uuencode\r\n", b"charset=nonsense", b"\xff\xfe", b"=\r\n",
        b"filename*0*=utf-8''%E2%80%8B; filename*1=b", b"begin 644 a\r\n",
    ]
)  # fmt: skip

QUOTED = quopri.encodestring
