"""The promise: of all that left during these tests, no byte tells anybody who the other side is."""

import base64

import pytest

from tests.wire.browser import Browser
from tests.wire.desk import ADA, BEN, CYN, Desk
from tests.wire.house import until
from tests.wire.scanner import finds

OTHERS = {ADA.address: (BEN, CYN), BEN.address: (ADA, CYN), CYN.address: (ADA, BEN)}


def tempting(author, to, answers=()):
    """A mail that would tell, in every place and form its writer could think of, who its writer is."""
    address = author.address
    entities = "".join(f"&#{ord(char)};" for char in address)
    local, _, domain = address.partition("@")
    text = (
        f"Write to {address} or {address.upper()}, or {local}+lamps@{domain}.\n"
        f"Or {local}\u200b@{domain}, {local}＠{domain}.\n"
        f"My machine is {author.machine}, my server {author.host}.\n\n"
        f"-- \n{author.name}\n{address}\n"
    )
    rich = (
        f'<p>Write to <a href="mailto:{local}%40{domain}">me</a>, {entities}, {local}<wbr>@{domain} or '
        f"{local}<!-- -->@{domain}.</p><p title='{address}'>My machine is {author.machine}.</p>"
    )
    return author.letter(
        to, text, subject=f"From {address}", html=rich, answers=answers,
        fields=[
            ("Reply-To", address), ("Cc", f"desk@{domain}"), ("Disposition-Notification-To", address),
            ("List-Unsubscribe", f"<mailto:{address}>"), ("Autocrypt", f"addr={address}; keydata=mQ=="),
        ],
    )  # fmt: skip


@pytest.fixture(scope="module")
def told(house, catcher, untold):
    """One more conversation, in which both sides are tempted to tell, by mail and in the portal."""
    order = untold["ben"].pop(0)
    for author, to, back in ((ADA, order.to_seller, order.to_buyer), (BEN, order.to_buyer, order.to_seller)):
        author.send(house.door(), to, tempting(author, to))
        arrived = catcher.sent_for(back)[0]
        assert "[address removed]" in arrived.text
    away = BEN.letter(
        order.to_buyer, f"Away. Ask {BEN.address}.\n", subject="Away", fields=[("Auto-Submitted", "auto-replied")]
    )
    BEN.send(house.door(), order.to_buyer, away)
    until(lambda: len(house.told(order)["messages"]) == 3, "all of it on record")
    for person in (ADA, BEN):
        browser = Browser(house)
        browser.sign_in(person.address, catcher)
        assert "Write to" in browser.get(f"/conversations/{order.conversation}/")
    return order


def test_everything_that_came_in_would_have_told(house, told):
    for desk in (ADA, BEN):
        handed = b"\n".join(raw for address, raw in Desk.handed_over if address == desk.address)
        said = [desk.address, desk.domain, desk.machine, desk.network, f"@{desk.machine}>", "Received: from"]
        assert [one for one in said if one.encode() not in handed] == []
        # What no mail says, the connection does.
        assert (desk.client, desk.host) in house.query("SELECT DISTINCT host(peer), helo FROM evenhand_inbound")


def test_what_can_not_be_taken_out_is_not_sent(house, catcher, order):
    coded = base64.b64encode(f"mail {ADA.address} now".encode()).decode()
    ADA.send(house.door(), order.to_seller, ADA.letter(order.to_seller, f"Decode {coded}, please.\n"))
    (said,) = until(lambda: house.told(order)["messages"], "the record of it")
    assert (said["state"], said["deliveries"]) == ("held", [])
    assert said["reason"] == "it would have told the other side an address that is kept private"
    browser = Browser(house)
    browser.sign_in(BEN.address, catcher)
    assert coded not in browser.get(f"/conversations/{order.conversation}/")


def test_no_byte_of_any_mail_that_left_tells_the_other_side(catcher, told):
    leaks = []
    for caught in catcher.mails:
        for other in OTHERS[caught.recipient]:
            envelope = f"{caught.reverse_path} {caught.recipient}".encode()
            leaks += [(caught.recipient, one, caught.content) for one in finds(caught.content, other.secrets)]
            leaks += [(caught.recipient, one, envelope) for one in finds(envelope, other.secrets)]
    assert leaks == []
    assert {ADA.address, BEN.address} <= {caught.recipient for caught in catcher.mails}


def test_no_page_of_the_portal_tells_the_other_side(told):
    leaks = []
    for address, page in Browser.seen:
        for other in OTHERS.get(address, ()):
            leaks += [(address, one, page) for one in finds(page.encode(), other.secrets)]
    assert leaks == []
    assert {address for address, _ in Browser.seen} >= {ADA.address, BEN.address}


def test_what_the_operators_program_reads_and_the_log_tell_of_neither_side(house, told):
    printed = house.command("messages", "--order", told.number, "--json")
    assert "Write to" in printed
    words = house.command("messages", "--order", told.number)
    log = house.log.read_bytes()
    for desk in (ADA, BEN, CYN):
        # A machine's name in a text is a person's word to the operator; addresses and their domains are ours to veil.
        assert finds(printed.encode(), [desk.address, desk.network, desk.client, desk.host]) == []
        assert finds(words.encode(), [desk.address, desk.network, desk.client, desk.host]) == []
        assert finds(log, desk.secrets) == []


def test_the_scanner_itself_finds_every_form(told):
    for author in (ADA, BEN):
        found = finds(tempting(author, told.to_seller), author.secrets)
        assert set(found) >= {author.address, author.domain, author.machine, author.network}
    forms = [
        b"ada=40home.example", b"&#97;da&#64;home.example", b"ada%40home.example", "ada＠home.example".encode(),
        b"ad<b></b>a@home.example", b"ada@ho=\r\nme.example", base64.b64encode(b"x ada@home.example, yes"),
        b"Subject: =?utf-8?b?" + base64.b64encode(b"ada@home.example") + b"?=\r\n\r\n",
    ]  # fmt: skip
    assert [form for form in forms if finds(form, [ADA.address]) != [ADA.address]] == []
