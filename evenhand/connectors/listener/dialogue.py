"""The dialogue at the door, command by command: SMTP (RFC 5321) and LMTP (RFC 2033)."""

from __future__ import annotations

import re
import ssl
from collections.abc import Sequence
from typing import ClassVar

from evenhand.connectors.listener import answers
from evenhand.connectors.listener.content import Refused, read_content
from evenhand.connectors.listener.crowd import Load
from evenhand.connectors.listener.hall import Hall
from evenhand.connectors.listener.line import DATA_SECONDS, Line
from evenhand.connectors.reception import Known
from evenhand.crashpoints import reach

__all__ = ["Dialogue", "LocalDialogue"]

RECIPIENTS_LIMIT = 100
UNKNOWN_LIMIT = 20
ADDRESS_LIMIT = 320

# A path, more tolerant than RFC 5321 §4.1.2 about its characters, and in linear time. A source route is left out.
_PATH = re.compile(
    r"""
    <(?:@[^<>:"\s]{1,512}:)?
     (?P<address>
        (?:"(?:[^"\\\x00-\x1f\x7f]|\\[ -~]){0,128}"|[^<>()\[\],;:\\"@\x00-\x20\x7f]{1,256})
        (?:@[^<>(),;\\"@\x00-\x20\x7f]{1,256})?
     )?
    >(?:[ ]+(?P<parameters>.*))?\Z
    """,
    re.VERBOSE | re.DOTALL,
)
_BARE_PATH = re.compile(
    r"([^<>()\[\],;:\\\"@\x00-\x20\x7f]{1,256}@[^<>(),;\\\"@\x00-\x20\x7f]{1,256})(.*)\Z", re.DOTALL
)
_NEEDLESS_QUOTES = re.compile(r'"([A-Za-z0-9!#$%&\'*+/=?^_`{|}~.-]+)"(@.*)?\Z', re.DOTALL)
_PARAMETER = re.compile(r"([A-Za-z0-9][A-Za-z0-9-]*)(?:=([!-<>-~]+))?\Z")
_SIZE = re.compile(r"[0-9]{1,20}\Z")


_ANSWERS = {
    "NOOP": answers.OK,
    "RSET": answers.BAD_SYNTAX,
    "QUIT": answers.BAD_SYNTAX,
    # Whoever there may be, nobody learns it here (RFC 5321 §7.3).
    "VRFY": answers.CANNOT_VERIFY,
    "HELP": answers.HELP,
    **dict.fromkeys(("EXPN", "AUTH", "STARTTLS", "BDAT", "ETRN", "TURN"), answers.NOT_DONE),
}


class Dialogue(Line):
    """What is said on a connection, and the mail it is about."""

    hello_words: ClassVar[tuple[str, ...]] = ("EHLO", "HELO")
    answers_each = False
    """Whether each recipient has an answer of its own after DATA (RFC 2033 §4.2)."""

    def __init__(self, hall: Hall, tls: ssl.SSLContext | None) -> None:
        super().__init__(hall, tls)
        self._hello = ""
        self._unknown = 0
        self._forget()

    def _forget(self) -> None:
        self._sender: str | None = None
        self._size = 0
        self._recipients: list[Known] = []

    async def converse(self, verb: str, argument: str) -> None:
        """Answer a command."""
        if verb in self.hello_words:
            await self._say_hello(verb, argument)
            return
        match verb:
            case "MAIL":
                await self.push(self._mail(argument))
            case "RCPT":
                await self._rcpt(argument)
            case "DATA":
                await self._data(argument)
            case "RSET" if not argument:
                self._forget()
                await self.push(answers.OK)
            case "QUIT" if not argument:
                self.hang_up(answers.BYE)
            case "STARTTLS" if self.tls_context is not None:
                await self._starttls(argument)
            case _:
                await self.push(_ANSWERS.get(verb, answers.NO_COMMAND))

    async def _say_hello(self, verb: str, argument: str) -> None:
        if not argument or len(argument) > 255:
            await self.push(answers.BAD_SYNTAX)
            return
        self._forget()
        self._hello = "".join(char for char in argument if char.isprintable())
        if verb == "HELO":
            await self.push(f"250 {self.hostname}")
            return
        offers = [self.hostname, f"SIZE {self.data_size_limit}", "8BITMIME", "SMTPUTF8"]
        if self.tls_context is not None and self._tls_protocol is None:
            offers.append("STARTTLS")
        offers.append("PIPELINING")
        lines = [f"250-{one}" for one in offers[:-1]] + [f"250 {offers[-1]}"]
        await self.push("\r\n".join(lines))

    def _mail(self, argument: str) -> str:
        """Take the reverse-path as it is said; it is evidence, and only DKIM or SPF make it more."""
        reach("listen.mail")
        if not self._hello:
            return answers.HELLO_FIRST
        if self._sender is not None:
            return answers.ONE_AT_A_TIME
        told = _path(argument, "FROM:")
        if told is None:
            return answers.BAD_SYNTAX
        address, words = told
        if (address and "@" not in address) or len(address) > ADDRESS_LIMIT or not address.isprintable():
            return answers.BAD_SENDER
        size = _declared(words)
        if isinstance(size, str):
            return size
        if size > self.hall.configuration.size_limit:
            return answers.TOO_LARGE
        objection = self.hall.objection(self.place, size, counted=self._is_counted)
        if objection:
            return objection
        self._forget()
        self._sender, self._size = address, size
        return answers.SENDER_OK

    async def _rcpt(self, argument: str) -> None:
        """Refuse unknown, retired, expired and blocked aliases alike: same words, same query, same time."""
        if self._sender is None:
            await self.push(answers.SENDER_FIRST)
            return
        told = _path(argument, "TO:")
        if told is None or not told[0]:
            await self.push(answers.BAD_SYNTAX if told is None else answers.BAD_RECIPIENT)
            return
        if told[1]:
            await self.push(answers.UNKNOWN_PARAMETER)
            return
        if len(self._recipients) >= RECIPIENTS_LIMIT:
            await self.push(answers.TOO_MANY)
            return
        found = await self.hall.find(told[0])
        if isinstance(found, Known):
            self._recipients.append(found)
            await self.push(answers.RECIPIENT_OK)
            return
        if found == answers.UNKNOWN:
            self._unknown += 1
            if self._unknown > UNKNOWN_LIMIT:
                self.hang_up(answers.TOO_MANY_UNKNOWN)
                return
        await self.push(found)

    async def _data(self, argument: str) -> None:
        if self._sender is None or not self._recipients:
            await self.push(answers.RECIPIENT_FIRST)
            return
        if argument:
            await self.push(answers.BAD_SYNTAX)
            return
        with Load(self.hall.budget) as load:
            if not load.reach(self._size):
                await self.push(answers.NO_MEMORY)
                return
            self.is_taking = True
            try:
                await self._take(self._sender, self._recipients, load)
            finally:
                self.is_taking = False

    async def _take(self, sender: str, recipients: Sequence[Known], load: Load) -> None:
        await self.push(answers.GO_ON)
        reach("listen.data")
        self._reset_timeout(DATA_SECONDS)
        content = await read_content(self._reader, self.hall.configuration.size_limit, load)
        reach("listen.whole")
        if isinstance(content, Refused):
            if content.for_good:
                self.hang_up(content.answer)
                return
            answer = content.answer
        else:
            answer = await self.hall.take(
                recipients,
                content,
                reverse_path=sender,
                # Behind a server in front, the client is that server: it says nothing about the author (SPF).
                peer=None if self.answers_each else self.peer,
                helo=self._hello,
                trusted=self.place.trusted,
            )
        self._forget()
        if answer == answers.TAKEN:
            self.mail_taken()
        await self.push("\r\n".join([answer] * (len(recipients) if self.answers_each else 1)))
        reach("listen.answered")

    async def _starttls(self, argument: str) -> None:
        if argument:
            await self.push(answers.BAD_SYNTAX)
            return
        if self._tls_protocol is not None:
            await self.push(answers.SEALED_ALREADY)
            return
        # What was said in the clear is forgotten, and said again under TLS (RFC 3207 §4.2).
        self._forget()
        self._hello = ""
        await self.seal()


class LocalDialogue(Dialogue):
    """LMTP, as a server in front speaks it: that one counts its own clients."""

    hello_words = ("LHLO",)
    answers_each = True
    counts_places = False


def _path(argument: str, word: str) -> tuple[str, str] | None:
    """The address and the parameters of MAIL or RCPT; the null reverse-path is empty. None if they cannot be read."""
    if argument[: len(word)].upper() != word:
        return None
    rest = argument[len(word) :].strip(" ")
    read = _PATH.match(rest)
    if read:
        address = read["address"] or ""
        quoted = _NEEDLESS_QUOTES.match(address)
        if quoted:
            # Both are the same mailbox (RFC 5321 §4.1.2).
            address = quoted[1] + (quoted[2] or "")
        return address, read["parameters"] or ""
    # Old devices leave the brackets out.
    bare = _BARE_PATH.match(rest)
    return (bare[1], bare[2].strip(" ")) if bare else None


def _declared(words: str) -> int | str:
    """The size that the parameters of MAIL declare, 0 if they declare none; or the answer that refuses them."""
    size = 0
    for word in words.split():
        read = _PARAMETER.match(word)
        match read and (read[1].upper(), (read[2] or "").upper()):
            case ("SIZE", digits) if _SIZE.match(digits):
                size = int(digits)
            case ("BODY", "7BIT" | "8BITMIME") | ("SMTPUTF8", ""):
                pass
            case ("SIZE" | "BODY" | "SMTPUTF8", _) | None:
                return answers.BAD_SYNTAX
            case _:
                return answers.UNKNOWN_PARAMETER
    return size
