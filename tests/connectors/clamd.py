"""A clamd on loopback that answers as a test tells it to, and keeps what it was given."""

import contextlib
import socketserver
import struct
import threading
from dataclasses import dataclass, field

from evenhand.configuration import Endpoint


@dataclass
class Spoken:
    """Where a clamd listens, and the content of each stream it was given whole."""

    at: Endpoint
    streams: list = field(default_factory=list)


@contextlib.contextmanager
def speaking(answer):
    """
    Serve a clamd while the block runs.

    `answer(content)` gives the bytes it answers with, and may be given half a stream: `early` is then how many bytes
    it reads before it answers and hangs up.
    """
    early = getattr(answer, "early", None)

    class Handler(socketserver.StreamRequestHandler):
        def handle(self):
            command = b""
            while not command.endswith(b"\0"):
                command += self.rfile.read(1)
            if command == b"zPING\0":
                self.wfile.write(getattr(answer, "pong", b"PONG\0"))
                return
            assert command == b"zINSTREAM\0"
            content = b""
            while early is None or len(content) < early:
                (size,) = struct.unpack("!L", self.rfile.read(4))
                if size == 0:
                    spoken.streams.append(content)
                    break
                content += self.rfile.read(size)
            for piece in answer(content):
                self.wfile.write(piece)

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True

        def handle_error(self, *_):
            """Whoever hangs up on us is what a test is about."""

    with Server(("127.0.0.1", 0), Handler) as server:
        spoken = Spoken(Endpoint("127.0.0.1", server.server_address[1]))
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield spoken
        finally:
            server.shutdown()
            thread.join()
