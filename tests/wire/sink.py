"""A mail server that keeps every byte of what follows DATA, as it came over the line."""

import socketserver
import threading
import time


class Sink:
    """Usable as a context manager; `taken` holds the raw data of each mail, without the final CR LF dot CR LF."""

    def __init__(self):
        self.taken = []
        self.commands = []
        self._news = threading.Condition()
        sink = self

        class Visit(socketserver.StreamRequestHandler):
            def handle(self):
                sink._receive(self.rfile, self.wfile)

        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Visit)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.1})

    @property
    def address(self):
        return "{}:{}".format(*self._server.server_address)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def wait(self, words, seconds=20):
        """Wait for the mail that holds these words; gives its raw data."""
        deadline = time.monotonic() + seconds
        with self._news:
            while True:
                found = [one for one in self.taken if words in one]
                if found:
                    return found[0]
                left = deadline - time.monotonic()
                assert left > 0, f"{words} did not come; {len(self.taken)} mails did"
                self._news.wait(left)

    def _receive(self, lines, answers):
        def say(text):
            answers.write(text + b"\r\n")

        say(b"220 sink.example ESMTP")
        while line := lines.readline():
            self.commands.append(line)
            verb = line[:4].upper()
            if verb == b"DATA":
                say(b"354 Go on")
                data = b"\r\n"
                while not data.endswith(b"\r\n.\r\n"):
                    byte = lines.read(1)
                    if not byte:
                        return
                    data += byte
                with self._news:
                    self.taken.append(data[2:-3])
                    self._news.notify_all()
            elif verb == b"EHLO":
                answers.write(b"250-sink.example\r\n250-8BITMIME\r\n250-PIPELINING\r\n")
            say(b"221 Bye" if verb == b"QUIT" else b"250 OK")
            if verb == b"QUIT":
                return
