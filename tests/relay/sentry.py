"""A scanner that finds what a test planted, in place of the one that asks clamd."""

from typing import ClassVar

from evenhand.relay.scan import Clean, Infected, Unscanned

EVIL = b"do evil when opened"
AWAY = Unscanned("the scanner could not be asked (Connection refused)")


class Sentry:
    """Finds EVIL where it stands in clear; says `instead` for bytes that hold a key of it; keeps what it was asked."""

    instead: ClassVar[dict] = {}
    asked: ClassVar[list] = []

    def __init__(self, configuration):
        self.configuration = configuration

    def scan(self, content, *, seconds):
        self.asked.append((content, seconds))
        for part, answer in self.instead.items():
            if part in content:
                if isinstance(answer, Exception):
                    raise answer
                return answer
        return Infected("Eicar-Test") if EVIL in content else Clean()
