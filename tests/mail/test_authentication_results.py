"""Reading what another server found out (RFC 8601): the grammar, what is odd in the world, and what is hostile."""

import time

import pytest

from evenhand.mail.authentication_results import AuthenticationResults, Result, read_authentication_results

SIGNED = Result("dkim", "pass", properties=(("header.d", "home.example"),))


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("mx.example; none", AuthenticationResults("mx.example")),
        ("mx.example 1; none", AuthenticationResults("mx.example")),
        (" mx.example\r\n ;\r\n none ; ", AuthenticationResults("mx.example")),
        ("mx.example; dkim=pass header.d=home.example", AuthenticationResults("mx.example", (SIGNED,))),
        ('"mx.example" 1; dkim=pass header.d=home.example;', AuthenticationResults("mx.example", (SIGNED,))),
        ("MX.example; DKIM=Pass Header.D=home.example", AuthenticationResults("MX.example", (SIGNED,))),
        (
            "(a (nested) x) mx.example (\\) a bracket) 1 (v)\r\n\t; (x) dkim (y) / (z) 1 = pass (g) header (a) . (b) d = (c) home.example (d)",
            AuthenticationResults("mx.example", (SIGNED,)),
        ),
        (
            'mx.example; spf=fail reason="no; dkim=pass header.d=evil.example" smtp.mailfrom=ada@home.example',
            AuthenticationResults(
                "mx.example",
                (
                    Result(
                        "spf",
                        "fail",
                        "no; dkim=pass header.d=evil.example",
                        (("smtp.mailfrom", "ada@home.example"),),
                    ),
                ),
            ),
        ),
        (
            'mx.example; spf=pass smtp.mailfrom="a \\"b\\"; c"@home.example smtp.helo=mail.home.example',
            AuthenticationResults(
                "mx.example",
                (
                    Result(
                        "spf",
                        "pass",
                        properties=(("smtp.mailfrom", 'a "b"; c@home.example'), ("smtp.helo", "mail.home.example")),
                    ),
                ),
            ),
        ),
        (
            "mx.example;\r\n dkim=pass header.d=home.example header.s=s1 header.b=AbC/dE+=; dmarc=pass (p=NONE sp=NONE) header.from=home.example",
            AuthenticationResults(
                "mx.example",
                (
                    Result(
                        "dkim",
                        "pass",
                        properties=(("header.d", "home.example"), ("header.s", "s1"), ("header.b", "AbC/dE+=")),
                    ),
                    Result("dmarc", "pass", properties=(("header.from", "home.example"),)),
                ),
            ),
        ),
    ],
)
def test_what_the_grammar_allows_is_read(value, expected):
    assert read_authentication_results(value) == expected


@pytest.mark.parametrize(
    "value",
    [
        "", " ", ";", "mx.example", "mx.example;", "; none", "mx.example none", "mx.example 2; none", "mx.example x; none",
        "mx.example; none; dkim=pass header.d=home.example", "mx.example; dkim", "mx.example; dkim=", "mx.example; =pass",
        "mx.example; dkim/2=pass header.d=home.example", "mx.example; dkim=pass header.d", "mx.example; dkim=pass header.d=",
        "mx.example; dkim=pass header=home.example", "mx.example; dkim=pass (open header.d=home.example",
        'mx.example; dkim=pass reason="open header.d=home.example', "mx.example; dkim=pass ) header.d=home.example",
        "mx.example; dkim=pass header.d=home.example spf=pass", "mx.example dkim=pass header.d=home.example",
        "mx.example; dkim=pass action=none header.d=home.example", "mx.example;; dkim=pass header.d=home.example",
        "mx/example; dkim=pass header.d=home.example", "mx.example; dkim=pass header.d=home.example\x00",
        'mx.example; dkim=pass reason="a\r\nb" header.d=home.example', "spf=pass smtp.mailfrom=home.example",
        "mx.example; dkim=pass header.d=home.example" + " " * 16_384,
    ],
)  # fmt: skip
def test_a_field_that_is_odd_anywhere_is_not_read_at_all(value):
    assert read_authentication_results(value) is None


def test_a_property_given_twice_is_none():
    read = read_authentication_results("mx.example; dkim=pass header.d=evil.example header.d=home.example")
    assert read.results[0].property("header.d") == ""


@pytest.mark.parametrize(
    "value",
    [
        "(" * 16_000, "mx;" * 5_000, "mx; a=b " * 2_000, '"' + "\\" * 16_000, "mx; dkim=pass " + "a.b=c " * 2_600,
        "mx" + "()" * 8_000, "mx;" + " " * 16_000, "mx; " + "a-" * 8_000, "mx; a=b c.d=" + '""' * 8_000,
    ],
)  # fmt: skip
def test_no_field_takes_long(value):
    began = time.process_time()
    read_authentication_results(value)
    assert time.process_time() - began < 0.2
