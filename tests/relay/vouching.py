"""An authenticator that says what a test tells it to, in place of the one that asks the DNS."""

from typing import ClassVar

from evenhand.mail.authentication import AuthenticationResult

PASS = AuthenticationResult("pass", "dkim", "home.example")
FAIL = AuthenticationResult("fail", detail="dkim: no signature that holds")
NONE = AuthenticationResult("none")
TEMPORARY = AuthenticationResult("temporary", detail="no answer")


class Vouching:
    """Gives the answers in their order, the last one for ever; keeps what it was asked."""

    answers: ClassVar[list] = []
    asked: ClassVar[list] = []

    def authenticate(self, raw, *, peer, helo, reverse_path, from_domain, received_at=None, claims=()):
        self.asked.append((peer, helo, reverse_path, from_domain, *claims))
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer
