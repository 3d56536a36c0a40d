"""A mail that is only a way to its provider's page is known by the link or the file, and no other mail is."""

import pytest

from evenhand.mail.behind import page_behind
from evenhand.mail.parse import Part

PROTON = "https://mail.proton.me/eo/AbC-123"


@pytest.mark.parametrize(
    ("link", "provider"),
    [
        (PROTON, "Proton"),
        ("https://mail.protonmail.com/eo/AbC-123", "Proton"),
        ("https://app.tuta.com/mail/M1n2/xyz", "Tuta"),
        ("https://mail.tutanota.com/#mail/M1n2", "Tuta"),
        ("https://outlook.office365.com/Encryption/retrieve.ashx?recipientemailaddress=x", "Microsoft"),
        ("https://outlook.office365.us/Encryption/retrieve.ashx", "Microsoft"),
        ("https://confidential-mail.google.com/msg/AHk1", "Google"),
        ("https://secure.virtru.com/start/?c=experiment&t=emailtemplate", "Virtru"),
        ("https://www.virtru.com/secure-reader?x=1", "Virtru"),
        ("https://web1.zixmail.net/s/e?b=acme&m=ABD", "Zix"),
        ("https://securemail-acme.zixport.com/s/e?m=1", "Zix"),
        ("https://switch.egress.com/ui/learn", "Egress"),
        ("https://reader.egress.com/open.aspx?id=1", "Egress"),
        ("https://res.cisco.com:443/websafe/help", "Cisco"),
        ("https://securemail.proofpointessentials.com/x", "Proofpoint"),
        ("https://encrypt.barracudanetworks.com/login", "Barracuda"),
        ("https://secure-messaging-us.mimecast.com/m/x", "Mimecast"),
        ("https://eur02.safelinks.protection.outlook.com/?url=https%3A%2F%2Fmail.proton.me%2Feo%2FAb&data=1", "Proton"),
    ],
)
def test_a_link_to_a_page_is_known_in_text_html_and_an_attached_page(link, provider):
    html = f'<p>You have a <a href="{link.replace("&", "&amp;")}">message</a>.</p>'
    page = Part("text/html", "message.html", f'<form action="{link}">'.encode())
    assert page_behind(f"You have received a message.\n{link}\n", "", ()) == provider
    assert page_behind("You have received a message.", html, ()) == provider
    assert page_behind("Open the file.", "", (page,)) == provider


@pytest.mark.parametrize(
    ("name", "media_type", "provider"),
    [
        ("message_v2.rpmsg", "application/octet-stream", "Microsoft"),
        ("", "application/x-microsoft-rpmsg-message", "Microsoft"),
        ("Message.RPMSG", "application/octet-stream", "Microsoft"),
        ("message.tdf.html", "text/html", "Virtru"),
        ("mail.switch", "application/octet-stream", "Egress"),
        ("securedoc_20261102T0930.html", "text/html", "Cisco"),
        ("SecureMessageAtt.html", "text/html", "Proofpoint"),
    ],
)
def test_a_file_that_opens_such_a_page_is_known(name, media_type, provider):
    assert page_behind("Read the message.", "", (Part("image/png", "a.png", b""), Part(media_type, name, b"x"))) == (
        provider
    )


@pytest.mark.parametrize(
    "text",
    [
        "I use proton.me for my mail, and tuta.com for the shop.",
        "See https://proton.me/mail/pricing and https://www.virtru.com/about.",
        "https://tuta.com/blog, https://outlook.office365.com/calendar/view, https://mail.google.com/mail/u/0",
        "https://shop.example/?next=mail.proton.me/eo/1",
        "https://shop.example/switch.egress.com-review",
        "100 %3 of https",
        "",
    ],
)
def test_other_links_and_words_are_left_alone(text):
    assert page_behind(text, f"<p>{text}</p>", (Part("text/html", "list.html", text.encode()),)) == ""


def test_a_long_text_full_of_links_takes_no_long_time():
    text = "https://a.b.c.d.e.f.g." * 12_000
    assert page_behind(text, text, ()) == ""
