"""A browser without pictures: keeps cookies, fills in forms, signs in with the code that is mailed."""

import re
import urllib.parse
import urllib.request
import uuid
from http.cookiejar import CookieJar
from typing import ClassVar
from urllib.error import HTTPError


class Browser:
    """One person's browser at the portal. `seen` keeps every page that anybody has seen since signing in."""

    seen: ClassVar = []

    def __init__(self, house):
        self._address = ""
        host, port = house.door("http")
        self._root = f"http://{host}:{port}"
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))

    def get(self, path):
        return self._ask(urllib.request.Request(self._root + path))

    def _ask(self, request):
        try:
            with self._opener.open(request, timeout=30) as answer:
                page = answer.read().decode()
                self.status, self.path = answer.status, urllib.parse.urlsplit(answer.url).path
        except HTTPError as error:
            with error:
                page, self.status = error.read().decode(), error.code
        self.seen.append((self._address, page))
        return page

    def submit(self, page, action, values, files=()):
        """Send the form of a page that leads to `action`, with its hidden fields, as multipart."""
        form = re.search(rf'<form[^>]*action="{re.escape(action)}".*?</form>', page, re.DOTALL)[0]
        hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form))
        boundary = uuid.uuid4().hex
        parts = [
            f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
            for name, value in (hidden | values).items()
        ]
        for name, filename, content in files:
            head = f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"; filename="{filename}"\r\n\r\n'
            parts.append(head.encode() + content + b"\r\n")
        body = b"".join(parts) + f"--{boundary}--\r\n".encode()
        headers = {"Content-Type": f"multipart/form-data; boundary={boundary}", "Referer": f"{self._root}/"}
        return self._ask(urllib.request.Request(self._root + action, body, headers))

    def sign_in(self, address, catcher):
        """Ask for a code, read it in the mailbox, and type it in."""
        before = len([one for one in catcher.mails if one.recipient == address and one.reverse_path == ""])
        asked = self.submit(self.get("/account/login/code/"), "/account/login/code/", {"email": address})
        letter = catcher.notices_to(address, before + 1)[-1]
        self._address = address
        code = re.search(r"^ {4}(\S+)$", letter.text, re.MULTILINE)[1]
        return self.submit(asked, "/account/login/code/confirm/", {"code": code})
