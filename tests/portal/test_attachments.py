"""Files handed out: as they were sent, under their names, and unable to run."""

from urllib.parse import quote

import pytest
from django.urls import reverse


def fetch(browsers, who, file):
    return browsers[who].get(reverse("attachment", args=[file.id]))


@pytest.mark.parametrize("who", ["ada", "ben", "olga"])
def test_a_file_comes_as_it_was_sent_for_saving(cast, browsers, say, attach, who):
    file = attach(say(cast.conversation, cast.buyer, "Here"), "page.html", b"<script>alert(1)</script>", "text/html")
    response = fetch(browsers, who, file)
    assert response.content == b"<script>alert(1)</script>"
    assert response["Content-Type"] == "text/html"
    assert response["Content-Disposition"] == 'attachment; filename="page.html"'
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert response["X-Content-Type-Options"] == "nosniff"


def test_a_name_beyond_ascii_is_written_as_rfc_6266_says(cast, browsers, say, attach):
    file = attach(say(cast.conversation, cast.buyer, "Here"), 'Größe "M".pdf')
    assert fetch(browsers, "ben", file)["Content-Disposition"] == (f"attachment; filename*=utf-8''{quote(file.name)}")


def test_a_file_that_was_not_passed_on_stays_with_its_sender(cast, browsers, say, attach):
    file = attach(say(cast.conversation, cast.buyer, "Here"), "tool.exe", b"MZ", refused="programs are not passed on")
    assert {who: fetch(browsers, who, file).status_code for who in ("ada", "ben", "olga")} == {
        "ada": 200,
        "ben": 404,
        "olga": 200,
    }
    html = browsers["ben"].get(reverse("conversation", args=[cast.conversation.id])).content.decode()
    assert "Not passed on: programs are not passed on" in html
    assert reverse("attachment", args=[file.id]) not in html


@pytest.mark.parametrize(("media_type", "shown"), [("image/png", True), ("image/svg+xml", False), ("text/html", False)])
def test_only_plain_pictures_are_shown_in_place(cast, browsers, say, attach, media_type, shown):
    file = attach(say(cast.conversation, cast.buyer, "Here"), media_type=media_type)
    html = browsers["ben"].get(reverse("conversation", args=[cast.conversation.id])).content.decode()
    assert (f'<img src="{reverse("attachment", args=[file.id])}"' in html) == shown
    assert f'class="files__name" href="{reverse("attachment", args=[file.id])}"' in html


def test_a_file_whose_bytes_are_gone_is_missed_without_a_crash(cast, browsers, say, attach):
    file = attach(say(cast.conversation, cast.buyer, "Here"))
    file.sha256 = "0" * 64
    file.save()
    assert fetch(browsers, "ada", file).status_code == 404
