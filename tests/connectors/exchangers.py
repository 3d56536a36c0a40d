"""Mail exchangers and a policy server on loopback, with certificates made for the run, for the tests of direct delivery."""

import asyncio
import ipaddress
import ssl
import threading
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from bench.port import free_port


@dataclass
class Pair:
    """A certificate and its key; `issuer` signed it."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey
    issuer: "Pair | None" = None

    @property
    def der(self):
        return self.certificate.public_bytes(Encoding.DER)

    def pem(self):
        chain, one = [], self
        while one is not None:
            chain.append(one.certificate.public_bytes(Encoding.PEM))
            one = one.issuer
        return self.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()) + b"".join(chain)


def authority(name="An authority"):
    return _pair(name, "")


def certificate_for(name, *, days=30, by="An authority"):
    return _pair(name, by, days)


@lru_cache
def _pair(name, by, days=30):
    issuer = authority(by) if by else None
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    signer = issuer or Pair(None, key)
    authority_key = x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.key.public_key())
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.certificate.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=60))
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.BasicConstraints(ca=issuer is None, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(authority_key, critical=False)
    )
    if issuer is None:
        usage = dict.fromkeys(
            (
                "content_commitment",
                "key_encipherment",
                "data_encipherment",
                "key_agreement",
                "encipher_only",
                "decipher_only",
            ),
            False,
        )
        builder = builder.add_extension(
            x509.KeyUsage(digital_signature=True, key_cert_sign=True, crl_sign=True, **usage), critical=True
        )
    else:
        builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
    return Pair(builder.sign(signer.key, SHA256()), key, issuer)


def served(pair, folder):
    """A context that shows the certificate and all above it."""
    path = folder / f"{pair.certificate.serial_number}.pem"
    path.write_bytes(pair.pem())
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return context


@dataclass
class Host:
    """One exchanger: what it says, and what it was given."""

    greeting: bytes = b"220 mx ESMTP"
    answers: dict[bytes, bytes] = field(default_factory=dict)
    tls: ssl.SSLContext | None = None
    offers_tls: bool = True
    breaks_at: bytes = b""
    heard: list[str] = field(default_factory=list)
    mails: list[bytes] = field(default_factory=list)
    # For each mail, whether it came by TLS.
    sealed: list[bool] = field(default_factory=list)
    connections: int = 0
    at_once: int = 0
    most_at_once: int = 0
    gate: asyncio.Event | None = None

    async def serve(self, reader, writer):
        self.connections += 1
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            await self._serve(reader, writer)
        except (ConnectionError, ssl.SSLError, asyncio.IncompleteReadError):
            pass
        finally:
            self.at_once -= 1
            writer.close()

    async def _serve(self, reader, writer):
        await self._say(writer, self.greeting)
        sealed = False
        while line := await reader.readline():
            verb = line[:4].upper().rstrip()
            self.heard.append(line.strip().decode())
            if self.breaks_at and verb == self.breaks_at:
                return
            if verb == b"DATA" and b"DATA" not in self.answers:
                await self._say(writer, b"354 go on")
                content = await reader.readuntil(b"\r\n.\r\n")
                if self.gate is not None:
                    await self.gate.wait()
                if self.breaks_at == b".":
                    return
                self.mails.append(content[:-3])
                self.sealed.append(sealed)
                await self._say(writer, self.answers.get(b".", b"250 2.0.0 queued"))
            elif verb == b"STAR" and self.tls is not None and b"STAR" not in self.answers:
                await self._say(writer, b"220 go on")
                await writer.start_tls(self.tls)
                sealed = True
            elif verb == b"EHLO" and b"EHLO" not in self.answers:
                offered = [b"mx", b"SIZE 1000000"]
                if self.offers_tls and (self.tls is not None or b"STAR" in self.answers) and not sealed:
                    offered.append(b"STARTTLS")
                await self._say(writer, b"\r\n".join(b"250-" + one for one in offered) + b"\r\n250 HELP")
            else:
                await self._say(writer, self.answers.get(verb, b"250 2.0.0 OK"))
            if verb == b"QUIT":
                return

    @staticmethod
    async def _say(writer, words):
        writer.write(words + b"\r\n")
        await writer.drain()


@asynccontextmanager
async def exchangers(**hosts):
    """Serve hosts at addresses of loopback (`a2` is 127.0.0.2), all at one port; gives the port."""
    port = free_port()
    servers = [
        await asyncio.start_server(host.serve, f"127.0.0.{name[1:]}", port, limit=2**22) for name, host in hosts.items()
    ]
    try:
        yield port
    finally:
        for server in servers:
            server.close()


@contextmanager
def serving(**hosts):
    """Do the same in a thread of its own, for what has an event loop of its own."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    context = exchangers(**hosts)
    try:
        yield asyncio.run_coroutine_threadsafe(context.__aenter__(), loop).result(10)
    finally:
        asyncio.run_coroutine_threadsafe(context.__aexit__(None, None, None), loop).result(10)
        asyncio.run_coroutine_threadsafe(_ended(), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()


async def _ended():
    """Let what hangs on closed connections come to its end."""
    others = asyncio.all_tasks() - {asyncio.current_task()}
    if others:
        await asyncio.wait(others, timeout=5)


@asynccontextmanager
async def policy_server(pair, folder, response, address="127.0.0.9"):
    """Answer every request over TLS with the same bytes; gives the port and the requests."""
    requests = []

    async def serve(reader, writer):
        try:
            requests.append(await reader.readuntil(b"\r\n\r\n"))
            writer.write(response())
            await writer.drain()
        except (ConnectionError, ssl.SSLError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    port = free_port()
    server = await asyncio.start_server(serve, address, port, ssl=served(pair, folder))
    try:
        yield port, requests
    finally:
        server.close()


LOOPBACK = (ipaddress.ip_network("127.0.0.0/8"),)
