"""A reply as it was typed: what it holds and what keeps it from being sent."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from django.utils.translation import gettext as _

__all__ = ["LIMIT", "Draft"]

LIMIT = 10 * 1000 * 1000
"""Bytes of text and files in one message; as mail it grows by a third and must still pass common servers."""

_LONGEST = 20_000
_MOST_FILES = 10


@dataclass(frozen=True)
class Draft:
    """
    What stands in the reply form.

    `token` is made with the form and sent with it, so that a second click, or a second try after a broken
    connection, is known to be the same message.
    """

    token: uuid.UUID
    text: str = ""
    files: Sequence[UploadedFile[bytes]] = ()
    problem: str = ""

    @classmethod
    def fresh(cls) -> Draft:
        """An empty form."""
        return cls(uuid.uuid4())

    @classmethod
    def read(cls, request: HttpRequest) -> Draft:
        """Read the form that was sent, and say what is wrong with it."""
        files = [one for one in request.FILES.getlist("files") if one]
        # Browsers send line ends as CR LF (HTML, form submission); within the house they are LF.
        text = request.POST.get("text", "").replace("\r\n", "\n").replace("\x00", "")
        draft = cls(_token(request.POST.get("token", "")), text, files)
        return replace(draft, problem=draft._problem())

    def _problem(self) -> str:
        if not self.text.strip() and not self.files:
            return _("There is nothing to send yet. Write a message or attach a file.")
        if len(self.text) > _LONGEST:
            return _("The text has %(length)s characters; one message may have %(most)s. Send it in two.") % {
                "length": f"{len(self.text):,}",
                "most": f"{_LONGEST:,}",
            }
        if len(self.files) > _MOST_FILES:
            return _("That is %(count)s files; one message may carry %(most)s.") % {
                "count": len(self.files),
                "most": _MOST_FILES,
            }
        size = sum(one.size or 0 for one in self.files) + len(self.text.encode())
        if size > LIMIT:
            return _("The files have %(size)s MB in all; one message may carry 10 MB. Attach smaller ones.") % {
                "size": f"{size / 1_000_000:.1f}",
            }
        return ""

    def stopped_by(self, problem: str) -> Draft:
        """The same draft with something in its way."""
        return replace(self, problem=problem)


def _token(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        # A form without its token is still somebody's message; it only loses the guard against a second click.
        return uuid.uuid4()
