"""The pages as everyone may need them: on a desk and a phone, in light and dark, by keyboard and by ear."""

from pathlib import Path

import pytest

from tests.browser.visitor import sign_in

SIZES = {"desk": {"width": 1280, "height": 900}, "phone": {"width": 390, "height": 844}}
LOOKS = [(size, scheme) for size in SIZES for scheme in ("light", "dark")]
FAULTS = Path(__file__).with_name("faults.js").read_text("utf-8")


@pytest.mark.parametrize(("size", "scheme"), LOOKS)
def test_no_page_is_wider_than_its_window(browse, size, scheme):
    page = browse(viewport=SIZES[size], color_scheme=scheme)
    wide = {}
    for path in pages(page):
        page.goto(path)
        wide[path] = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert {path: excess for path, excess in wide.items() if excess > 0} == {}


@pytest.mark.parametrize(("size", "scheme"), LOOKS)
def test_the_operators_pages_of_held_messages_too(browse, size, scheme):
    page = browse(viewport=SIZES[size], color_scheme=scheme)
    sign_in(page, "Olga")
    page.get_by_role("link", name="Held for review (").click()
    page.get_by_role("heading", name="Held for review").wait_for()
    found = [page.evaluate(FAULTS)]
    page.locator(".row__link").first.click()
    page.get_by_role("heading", name="Why it is held").wait_for()
    found.append(page.evaluate(FAULTS))
    excess = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert (found, max(excess, 0)) == ([[], []], 0)


def pages(page):
    """The pages a visitor comes by, found by following links as ada."""
    sign_in(page, "Ada")
    conversation = page.locator(".row__link").first.get_attribute("href").partition("#")[0]
    page.goto("/demo/mail/")
    letter = page.locator("#mails .row__link").first.get_attribute("href")
    return ["/", conversation, "/demo/", "/demo/mail/", "/demo/mail/ben@shop.example/", letter]


@pytest.mark.parametrize(("size", "scheme"), LOOKS)
def test_every_page_can_be_read_and_operated_by_everyone(browse, size, scheme):
    page = browse(viewport=SIZES[size], color_scheme=scheme)
    found = {}
    for path in pages(page):
        page.goto(path)
        found[path] = page.evaluate(FAULTS)
    assert {path: faults for path, faults in found.items() if faults} == {}


def test_the_keyboard_alone_signs_in_and_shows_where_it_is(browse):
    page = browse()
    page.goto("/demo/")
    button = page.get_by_role("button", name="Sign in as Ada")
    for _ in range(12):
        page.keyboard.press("Tab")
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline != "none", page.evaluate("document.activeElement.outerHTML")
        if button.evaluate("one => one === document.activeElement"):
            break
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Inbox").wait_for()
