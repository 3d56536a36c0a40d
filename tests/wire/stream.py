"""A stream of mails from clients that do not give up: what broke or was put off is sent again, the same bytes."""

import smtplib
import threading
import time

AUTHORS = 4
PATIENCE = 60


class Stream:
    """
    Mails number 0 to `count` - 1, over a few connections at a time.

    `accepted` are the numbers that were answered 250, in that order. Usable as a context manager, which waits for the
    end of the stream; if the story failed meanwhile, nothing more is sent.
    """

    def __init__(self, desk, house, orders, count):
        self._desk, self._house, self._orders = desk, house, orders
        self._waiting = list(range(count))[::-1]
        self._lock = threading.Lock()
        self.accepted = []
        self.refusals = []
        self._given_up = threading.Event()
        self._threads = [threading.Thread(target=self._send_all) for _ in range(AUTHORS)]

    def __enter__(self):
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, failed, *_):
        if failed:
            self._given_up.set()
        for thread in self._threads:
            thread.join()

    @staticmethod
    def words(number):
        return f"This is letter {number}, and no other.\n"

    def _send_all(self):
        while True:
            with self._lock:
                if not self._waiting or self._given_up.is_set():
                    return
                number = self._waiting.pop()
            order = self._orders[number % len(self._orders)]
            raw = self._desk.letter(order.to_seller, self.words(number))
            self._send(number, order.to_seller, raw)

    def _send(self, number, to, raw):
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline and not self._given_up.is_set():
            try:
                self._desk.send(self._house.door(), to, raw)
            except smtplib.SMTPRecipientsRefused as error:
                self._note(error.recipients[to][0])
            except smtplib.SMTPResponseException as error:
                self._note(error.smtp_code)
            except (smtplib.SMTPServerDisconnected, OSError):
                pass
            else:
                with self._lock:
                    self.accepted.append(number)
                return
            # As any sending server, it comes again a little later.
            self._given_up.wait(0.1)

    def _note(self, code):
        with self._lock:
            self.refusals.append(code)
