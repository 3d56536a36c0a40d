"""Speaks SMTP and LMTP to the door by hand, byte by byte, and notes what is answered."""

import re
import socket


class Talk:
    """One connection. `say` sends a command and gives the whole answer, as text."""

    def __init__(self, door, client="127.0.0.1"):
        self._socket = socket.create_connection(door, timeout=20, source_address=(client, 0))
        self._file = self._socket.makefile("rb")
        self.greeting = self.hear()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._file.close()
        self._socket.close()

    def send(self, raw):
        self._socket.sendall(raw)

    def hear(self):
        """One answer, which may have several lines; empty if the connection was closed."""
        lines = []
        while True:
            try:
                line = self._file.readline().decode()
            except ConnectionResetError:
                # It hung up while we were still talking.
                line = ""
            lines.append(line)
            if not line or not re.match(r"\d{3}-", line):
                return "".join(lines)

    def say(self, command):
        self.send(command.encode() + b"\r\n" if isinstance(command, str) else command)
        return self.hear()

    def begin(self, *recipients, sender="ada@home.example", hello="EHLO mail.home.example"):
        """Come as far as the invitation to send the data."""
        answers = [self.say(hello), self.say(f"MAIL FROM:<{sender}>")]
        answers += [self.say(f"RCPT TO:<{one}>") for one in recipients]
        assert all(one.startswith("250") for one in answers), answers
        invited = self.say("DATA")
        assert invited.startswith("354"), invited
        return self

    def flood(self, chunk, count):
        """Send the same bytes again and again, without a line end."""
        for _ in range(count):
            self.send(chunk)

    def is_closed(self):
        """Whether the other side has hung up; waits for it."""
        try:
            return self._file.read() == b""
        except ConnectionResetError:
            return True

    def starttls(self, context):
        answer = self.say("STARTTLS")
        assert answer.startswith("220"), answer
        self.seal(context)

    def seal(self, context):
        """Go on under TLS."""
        self._file.close()
        self._socket = context.wrap_socket(self._socket, server_hostname="m.market.example")
        self._file = self._socket.makefile("rb")


def stuffed(raw):
    """A mail as it is written after DATA, with its end."""
    return re.sub(rb"(?m)^\.", b"..", raw) + (b"" if raw.endswith(b"\r\n") else b"\r\n") + b".\r\n"
