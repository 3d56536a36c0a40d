"""What a visitor of the demonstration does in a browser: be one of the four, write, and watch mail arrive."""

import smtplib

from tests.browser.visitor import sign_in


def write_to_ben(demonstration, subject):
    host, _, port = demonstration.addresses["smtp"].partition(":")
    with smtplib.SMTP(host, int(port), timeout=20) as client:
        client.sendmail(
            "ada@home.example",
            demonstration.ben,
            f"From: ada@home.example\r\nTo: {demonstration.ben}\r\nSubject: {subject}\r\n\r\nHello Ben\r\n",
        )


def test_new_mail_appears_in_the_open_mailbox_by_itself(demonstration, browse):
    page = browse()
    page.goto("/demo/mail/ben@shop.example/")
    line = page.locator(".row__link", has_text="A lamp of brass")
    assert line.count() == 0
    write_to_ben(demonstration, "A lamp of brass")
    line.wait_for()
    line.click()
    page.get_by_role("heading", name="A lamp of brass").wait_for()
    shown = page.locator("main").inner_text()
    assert "Hello Ben" in shown
    assert "ada@home.example" not in page.locator("article").inner_text()
    page.get_by_role("link", name="Show every byte of it").click()
    raw = page.locator("body").inner_text()
    assert "Subject: A lamp of brass" in raw
    assert "home.example" not in raw


def test_without_script_the_mailbox_shows_it_too(demonstration, browse):
    page = browse(java_script_enabled=False)
    page.goto("/demo/mail/ben@shop.example/")
    write_to_ben(demonstration, "A lamp of tin")
    page.locator(".row__link", has_text="A lamp of tin").wait_for()


def test_what_ada_writes_on_the_page_lies_in_bens_mailbox(browse):
    ada, ben = browse(), browse()
    sign_in(ada, "Ada")
    ada.get_by_role("link", name="FL-20417").click()
    ada.get_by_label("Write to Ben's Lamps").fill("It survived. Tell the cat.")
    ada.get_by_role("button", name="Send").click()
    # Her page hears by itself when the copy has been delivered.
    ada.locator(".said", has_text="It survived. Tell the cat.").locator(".progress--delivered").wait_for()
    ben.goto("/demo/mail/ben@shop.example/")
    ben.locator(".row__link").first.click()
    ben.locator(".letter__text", has_text="It survived. Tell the cat.").wait_for()
    sign_in(ben, "Ben")
    assert "It survived. Tell the cat." in ben.locator(".row__link", has_text="FL-20417").inner_text()


def test_each_of_the_four_sees_what_is_theirs(browse):
    seen = {}
    for who in ("Ada", "Ben", "Cyn", "Olga"):
        page = browse()
        sign_in(page, who)
        seen[who] = page.locator(".row__link", has_text="FL-20417").count()
    assert seen == {"Ada": 1, "Ben": 1, "Cyn": 0, "Olga": 1}
