"""What is asked of the library for elder bounces stays small, however long the mail."""

from email import message_from_bytes, policy

from evenhand.mail.report import elder


def test_a_mail_of_a_hundred_thousand_lines_is_asked_about_by_its_first(monkeypatch):
    asked = []
    monkeypatch.setattr(elder, "all_failures", lambda message: asked.append(message) or ((), ()))
    line = "Your message could not be delivered.\n"
    parts = [
        f"Content-Type: text/plain\n\n{line * 50_000}",
        f"Content-Type: message/rfc822\n\nSubject: x\n\n{line * 50_000}",
    ]
    raw = "\n--b\n".join(["Content-Type: multipart/mixed; boundary=b\n", *parts]) + "\n--b--\n"
    elder.ask_elder(message_from_bytes(raw.encode(), policy=policy.compat32))
    texts = [part.get_payload() for part in asked[0].walk() if not part.is_multipart()]
    assert sum(text.count("\n") + bool(text) for text in texts) == elder.LINES_LIMIT
