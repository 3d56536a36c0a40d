"""How the bounces here are put together: one part of text or several, and the mail that is given back."""

from __future__ import annotations

BEN = "ben@shop.example"
SENDER = "b-7f3k@m.market.example"
HEADER = f"Received: from m.market.example by mx.shop.example; Mon, 2 Mar 2026 09:00:00 +0000\nFrom: <k3@m.market.example>\nTo: {BEN}\nSubject: Lamp\nMessage-ID: <1@m.market.example>\n"
RETURNED = f"{HEADER}\nHello Ben, is the lamp still there?\n"


def text(sender: str, subject: str, words: str, *fields: str, charset: str = "utf-8") -> bytes:
    """A bounce of one text part."""
    head = [f"From: {sender}", f"To: {SENDER}", f"Subject: {subject}", "MIME-Version: 1.0"]
    head += [f"Content-Type: text/plain; charset={charset}", "Content-Transfer-Encoding: 8bit", *fields]
    return "\n".join([*head, "", words]).encode(charset)


def parts(sender: str, subject: str, *bodies: tuple[str, str], kind: str = "multipart/mixed") -> bytes:
    """A bounce of several parts, each with its media type."""
    head = [f"From: {sender}", f"To: {SENDER}", f"Subject: {subject}", "MIME-Version: 1.0"]
    head += [f'Content-Type: {kind}; boundary="b1"', ""]
    shown = [f"--b1\nContent-Type: {media}\nContent-Transfer-Encoding: 8bit\n\n{body}\n" for media, body in bodies]
    return "\n".join([*head, *shown, "--b1--", ""]).encode()


DAEMON = "Mail Delivery System <MAILER-DAEMON@mx.shop.example>"
POSTMASTER = "postmaster@mx.shop.example"
PLAIN = "text/plain; charset=utf-8"
HTML = "text/html; charset=utf-8"
COPY = ("message/rfc822", RETURNED)
