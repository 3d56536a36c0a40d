"""`evenhand check --fix`: what a rule lets mend is mended in its file, and nothing else of the file changes."""

import os
import re
import stat
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from click.testing import CliRunner

from evenhand.cli import evenhand

ORDER = "902-5550101-0000042"
PAGE = f'<p style="color:red;margin:0">Grüße</p>\r\n<p>{ORDER}</p>\r\n'
MENDED = f'<p style="margin:0">Grüße</p>\r\n<p>{ORDER}</p>\r\n'


def check(*arguments, given=None):
    words = ["check", "--book", "amazon-2025-04", *map(str, arguments)]
    return CliRunner().invoke(evenhand, words, input=given)


@pytest.fixture
def page(tmp_path):
    place = tmp_path / "a.html"
    place.write_bytes(PAGE.encode())
    return place


def test_a_file_is_mended_with_its_mark_line_ends_and_permissions_kept(page):
    page.write_bytes(b"\xef\xbb\xbf" + PAGE.encode())
    page.chmod(0o640)
    result = check("--fix", page)
    assert result.exit_code == 0
    assert page.read_bytes() == b"\xef\xbb\xbf" + MENDED.encode()
    assert stat.S_IMODE(page.stat().st_mode) == 0o640
    assert list(page.parent.iterdir()) == [page]
    assert f"{page}: 1 mended" in result.stdout
    assert "1 checked, 0 found, 1 mended." in result.stdout


def test_what_is_mended_is_not_touched_again(page):
    check("--fix", page)
    before = page.stat()
    result = check("--fix", page)
    assert (page.stat().st_ino, page.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    assert f"{page}: clean" in result.stdout


def test_without_it_the_file_stays_and_is_told_to_be_mendable(page):
    result = check(page)
    assert page.read_bytes() == PAGE.encode()
    assert "1 of them can be mended: run it again with --fix" in result.stdout


def test_what_cannot_be_mended_remains_and_decides_the_exit_code(page):
    page.write_bytes(PAGE.encode() + "Use code TEA10 on your next order 🚚".encode())
    result = check("--fix", page)
    assert result.exit_code == 1
    assert page.read_bytes() == MENDED.encode() + "Use code TEA10 on your next order 🚚".encode()
    # Places are those in the file as it is now.
    assert re.search(rf"{re.escape(str(page))}:html:3:\d+: block coupon", result.stdout)
    assert "font-color-override" not in result.stdout


def test_a_diff_shows_what_would_change_and_changes_nothing(page):
    result = check("--diff", page)
    assert result.exit_code == 0
    assert page.read_bytes() == PAGE.encode()
    assert '-<p style="color:red;margin:0">Grüße</p>\n+<p style="margin:0">Grüße</p>\n' in result.stdout
    assert "checked" not in result.stdout


def test_standard_input_comes_out_mended_and_what_is_found_stands_beside_it():
    result = check("--fix", "-", given=b"\xef\xbb\xbf<html>" + PAGE.encode())
    assert result.stdout_bytes == b"\xef\xbb\xbf<html>" + MENDED.encode()
    assert "1 mended" in result.stderr
    assert check("--fix", "-", given=PAGE).stdout_bytes == MENDED.encode()
    assert check("--fix", "-", given=f"Order {ORDER}\n").stdout == f"Order {ORDER}\n"


def test_a_link_is_not_replaced(page):
    link = page.with_name("link.html")
    link.symlink_to(page)
    result = check("--fix", link)
    assert (result.exit_code, link.is_symlink(), page.read_bytes()) == (1, True, PAGE.encode())
    assert f"It is a link; name the file it leads to: {page}." in result.stderr


def test_a_read_only_file_stays_as_it_is(page):
    page.chmod(0o444)
    result = check("--fix", page)
    assert (result.exit_code, page.read_bytes()) == (1, PAGE.encode())
    assert f"{page}: It is read-only." in result.stderr
    assert "block" not in result.stdout
    assert "fix font-color-override" in result.stdout


def test_a_file_with_a_second_name_stays_as_it_is(page):
    os.link(page, page.with_name("b.html"))
    assert "It has a second name" in check("--fix", page).stderr
    assert page.read_bytes() == PAGE.encode()


def mail(encoding, line_end):
    made = EmailMessage(policy=policy.SMTP if line_end == "\r\n" else policy.default)
    made["Subject"], made["From"], made["To"] = f"[Important] Order {ORDER}", "ben@shop.example", "ada@home.example"
    made.set_content("Grüße, Ada\n\n\n\n\nthe lamp left today. " + "It is bright. " * 9 + "\n", cte=encoding)
    made.add_alternative(
        f'<html><p style="color:red">Grüße, Ada =3D {"word " * 30}</p> <p style="margin:0;line-height:2">{ORDER}</p></html>\n',
        subtype="html",
        cte=encoding,
    )
    made.add_attachment("the care card", filename="card.txt")
    return bytes(made)


def parts(content):
    return [one.get_payload(decode=True) for one in message_from_bytes(content).walk() if not one.is_multipart()]


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
@pytest.mark.parametrize("encoding", ["8bit", "quoted-printable", "base64"])
def test_a_mail_is_mended_through_its_transfer_encoding(tmp_path, encoding, line_end):
    place = tmp_path / "a.eml"
    before = mail(encoding, line_end)
    place.write_bytes(before)
    result = check("--fix", place)
    assert result.exit_code == 0, result.output
    after = place.read_bytes()
    text, page, card = parts(before)
    page = page.replace(b' style="color:red"', b"").replace(b"margin:0;line-height:2", b"margin:0;")
    # Of a mail in both forms the page is what is seen; its empty lines are counted there.
    assert parts(after) == [text, page, card]
    assert message_from_bytes(after)["Subject"] == f"Order {ORDER}"
    assert max(map(len, after.split(line_end.encode()))) <= max(78, *map(len, before.split(line_end.encode())))
    # No line of another part is written anew.
    kept = [one for one in before.split(b"\n") if one in after.split(b"\n")]
    assert len(before.split(b"\n")) - len(kept) <= (7 if encoding == "base64" else 5)


def test_lines_in_quoted_printable_stay_short_and_keep_their_last_blank(tmp_path):
    place = tmp_path / "a.eml"
    head = (
        f"Subject: {ORDER}\nFrom: b@s.example\nContent-Type: text/html\nContent-Transfer-Encoding: quoted-printable\n\n"
    )
    body = f"<p style=3D'margin:0; color:red;\n padding:0'>a</p>\n<p style=3D'font:bold 12px A'>{'c' * 34} =3D=3D=3D=3D=3D</p>\n"
    place.write_text(head + body, "utf-8")
    assert check("--fix", place).exit_code == 0
    assert place.read_text("utf-8") == head + (
        "<p style=3D'margin:0;=20\n padding:0'>a</p>\n"
        f"<p style=3D'font-weight:bold;font-size:12px'>{'c' * 30}=\n{'c' * 4} =3D=3D=3D=3D=3D</p>\n"
    )


def test_a_subject_that_is_encoded_is_mended(tmp_path):
    place = tmp_path / "a.eml"
    place.write_bytes(f"Subject: =?utf-8?q?=5BImportant=5D_Gr=C3=BC=C3=9Fe?=\nFrom: b@s.example\n\n{ORDER}\n".encode())
    assert check("--fix", place).exit_code == 0
    assert place.read_bytes() == f"Subject: =?utf-8?b?R3LDvMOfZQ==?=\nFrom: b@s.example\n\n{ORDER}\n".encode()


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("text/plain\nDKIM-Signature: v=1; d=shop.example", "It is signed"),
        ("text/plain; format=flowed", "Its words are not written in the mail as they are read"),
    ],
)
def test_a_mail_that_cannot_be_mended_in_its_place_says_so(tmp_path, kind, words):
    place = tmp_path / "a.eml"
    head = f"Subject: Order\nFrom: ben@shop.example\nContent-Type: {kind}\n\n"
    place.write_text(f"{head}Dear Ada, your \norder {ORDER}\n\n\n\n\nleft today.\n", "utf-8")
    before = place.read_bytes()
    result = check("--fix", place)
    assert (result.exit_code, place.read_bytes()) == (1, before)
    assert words in result.stderr
    assert "fix too-many-line-breaks" in result.stdout


def test_an_answer_is_mended_above_what_it_quotes(tmp_path):
    place = tmp_path / "a.eml"
    head = f"Subject: Re: {ORDER}\nFrom: ben@shop.example\nContent-Type: text/html\n\n"
    quote = '<div class="gmail_quote">On Monday Ada wrote:<blockquote><font color="red">When?</font></blockquote></div>'
    page = f'<html><body><p style="color:red">On Thursday.</p>{quote}</body></html>\n'
    place.write_text(head + page, "utf-8")
    assert check("--fix", place).exit_code == 0
    assert place.read_text("utf-8") == head + page.replace(' style="color:red"', "")
