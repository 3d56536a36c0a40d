"""Which domain speaks for which: the tree walk of DMARC (RFC 9989) in odd corners of the DNS."""

import pytest

from evenhand.connectors.authentication.alignment import Alignment, walk
from evenhand.connectors.dns import Resolver, Unanswered

PLAIN = "v=DMARC1; p=none"


def aligned(author, other, zone, mode="adkim"):
    known = {(f"_dmarc.{name}", "TXT"): text and (text,) for name, text in zone.items()}
    return Alignment(author, Resolver(known).inquiry()).holds(other, mode)


@pytest.mark.parametrize(
    ("author", "other", "zone", "expected"),
    [
        ("home.example", "home.example", {}, True),
        ("home.example", "a.home.example", {}, False),
        ("home.example", "a.home.example", {"home.example": PLAIN}, True),
        ("a.b.c.home.example", "x.y.home.example", {"home.example": PLAIN}, True),
        ("a.home.example", "b.home.example", {"a.home.example": PLAIN}, False),
        ("a.home.example", "home.example", {"a.home.example": PLAIN, "home.example": PLAIN}, True),
        ("home.example", "homehome.example", {"home.example": PLAIN, "homehome.example": PLAIN}, False),
        ("home.example", "home.example.evil.example", {"home.example": PLAIN, "evil.example": PLAIN}, False),
        ("evil.example", "home.example", {"example": PLAIN}, False),
        ("evil.example", "home.example", {"example": "v=DMARC1; psd=y"}, False),
        # A registry of two labels, told by psd=y; its customers are strangers to each other, and it to them.
        ("ada.co.example", "mail.ada.co.example", {"co.example": "v=DMARC1; psd=y"}, True),
        ("ada.co.example", "eve.co.example", {"co.example": "v=DMARC1; psd=y"}, False),
        ("ada.co.example", "co.example", {"co.example": "v=DMARC1; psd=y"}, False),
        ("ada.co.example", "eve.co.example", {"co.example": "v=DMARC1; psd=u"}, True),
        ("ada.co.example", "eve.co.example", {"co.example": "v=DMARC1; psd=y", "ada.co.example": PLAIN}, False),
        ("x.dept.home.example", "dept.home.example", {"home.example": PLAIN, "dept.home.example": "v=DMARC1; psd=n"}, True),
        ("x.dept.home.example", "home.example", {"home.example": PLAIN, "dept.home.example": "v=DMARC1; psd=n"}, False),
        # What else a record may say is no matter for who speaks.
        ("home.example", "a.home.example", {"home.example": "v=DMARC1; p=reject; sp=reject; np=reject; pct=0; t=y"}, True),
        ("home.example", "a.home.example", {"home.example": "v=DMARC1"}, True),
        ("home.example", "a.home.example", {"home.example": "v=DMARC1;p=none;;; junk; =x"}, True),
        ("home.example", "a.home.example", {"home.example": " v = DMARC1 ; p=none"}, True),
        ("home.example", "a.home.example", {"home.example": "p=none; v=DMARC1"}, False),
        ("home.example", "a.home.example", {"home.example": "v=DMARC2; p=none"}, False),
        ("home.example", "a.home.example", {"home.example": "v=dmarc1; p=none"}, False),
        # The author's own record decides how strict, else that of the organization; never that of the other side.
        ("home.example", "a.home.example", {"home.example": "v=DMARC1; adkim=s"}, False),
        ("home.example", "a.home.example", {"home.example": "v=DMARC1; adkim=S"}, False),
        ("home.example", "a.home.example", {"home.example": "v=DMARC1; aspf=s"}, True),
        ("home.example", "a.home.example", {"home.example": "v=DMARC1; adkim=x"}, True),
        ("b.home.example", "a.home.example", {"home.example": "v=DMARC1; adkim=s"}, False),
        ("b.home.example", "a.home.example", {"home.example": "v=DMARC1; adkim=s", "b.home.example": PLAIN}, True),
        ("home.example", "a.home.example", {"home.example": PLAIN, "a.home.example": "v=DMARC1; adkim=s"}, True),
        # A name server that does not answer, wherever on the way it matters, is neither yes nor no.
        ("home.example", "a.home.example", {"home.example": None}, "unanswered"),
        ("home.example", "a.home.example", {"home.example": PLAIN, "a.home.example": None}, "unanswered"),
        ("home.example", "a.home.example", {"home.example": PLAIN, "example": None}, "unanswered"),
        ("home.example", "a.home.example", {"home.example": "v=DMARC1; psd=n", "example": None}, True),
        ("home.example", "home.example", {"home.example": None}, True),
        ("xn--bcher-kva.example", "mail.xn--bcher-kva.example", {"xn--bcher-kva.example": PLAIN}, True),
        ("example", "home.example", {"example": PLAIN}, False),
        ("home.example", "example", {"example": PLAIN, "home.example": PLAIN}, False),
    ],
)  # fmt: skip
def test_two_domains(author, other, zone, expected):
    found = aligned(author, other, zone)
    assert ("unanswered" if isinstance(found, Unanswered) else found) == expected


def test_each_method_has_a_strictness_of_its_own():
    zone = {"home.example": "v=DMARC1; aspf=s; adkim=r"}
    assert [aligned("home.example", "a.home.example", zone, mode) for mode in ("adkim", "aspf")] == [True, False]


@pytest.mark.parametrize(
    ("domain", "count"),
    [
        ("example", 1),
        ("home.example", 2),
        ("a.b.c.d.e.f.example", 7),
        ("a.b.c.d.e.f.g.example", 8),
        ("a." * 100 + "example", 8),
    ],
)
def test_a_walk_asks_eight_times_at_most(domain, count):
    asked = []

    class Counting(dict):
        def __contains__(self, key):
            asked.append(key[0])
            return False

    resolver = Resolver({})
    resolver._zone = Counting()
    assert walk(domain, resolver.inquiry()).organization == domain
    assert len(asked) == count
    assert asked[0] == f"_dmarc.{domain}"
    assert asked[-1] == f"_dmarc.{domain.rpartition('.')[2]}"


def test_a_record_between_the_name_and_its_last_seven_labels_is_not_found():
    zone = {"h.a.b.c.d.e.f.g.example": PLAIN}
    deep = "x.y.h.a.b.c.d.e.f.g.example"
    assert aligned("h.a.b.c.d.e.f.g.example", deep, zone) is False
    assert aligned("h.a.b.c.d.e.f.g.example", deep, zone | {"g.example": PLAIN}) is True
