"""Examines the machine: Python, the data folder, the secret, the disk, the certificate, the public address."""

from __future__ import annotations

import shutil
import stat
import sys
import tempfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

from evenhand.configuration import Configuration
from evenhand.doctor.check import Check, fail, ok, skip, warn

__all__ = ["examine"]

GIB = 1024**3
DISK_WARN = 2 * GIB
DISK_FAIL = 200 * 1024**2
CERTIFICATE_WARN = timedelta(days=14)


def examine(configuration: Configuration, now: datetime) -> Iterator[Check]:
    """Look at what needs neither network nor database."""
    yield _python()
    yield _folder(configuration.data)
    yield _secret(configuration)
    yield _settings_file(configuration)
    yield _disk(configuration.data)
    yield _public_url(configuration.public_url)
    yield _certificate(configuration, now)


def _python() -> Check:
    version = ".".join(str(part) for part in sys.version_info[:3])
    if sys.version_info < (3, 11):  # noqa: UP036  an interpreter chosen by hand may be older than the package allows
        return fail("python", f"Python {version}.", "Evenhand needs Python 3.11 or newer; install it and start again.")
    return ok("python", f"Python {version}.")


def _folder(data: Path) -> Check:
    if not data.is_dir():
        return fail("data folder", f"{data} does not exist.", f"Make it: mkdir -p {data}, or set EVENHAND_DATA.")
    try:
        with tempfile.TemporaryFile(dir=data):
            pass
    except OSError as error:
        return fail(
            "data folder", f"{data} cannot be written: {error.strerror}.", f"Give it to this user: chown {data}."
        )
    return ok("data folder", f"{data} can be written.")


def _secret(configuration: Configuration) -> Check:
    key, path = configuration.secret_key, configuration.data / "secret"
    if len(key) < 32 or len(set(key)) < 10:
        return fail(
            "secret key",
            "It is too short or too regular to be a secret.",
            "Leave EVENHAND_SECRET_KEY out to have a good one made and kept in the data folder.",
        )
    if not path.is_file():
        return ok("secret key", "It is long enough; it is not kept in the data folder.")
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & 0o077:
        return fail("secret key", f"Others may read {path} (mode {mode:o}).", f"Close it: chmod 600 {path}")
    return ok("secret key", f"It is long enough, and {path} is for its owner alone.")


def _settings_file(configuration: Configuration) -> Check:
    path = configuration.data / "evenhand.toml"
    if not path.is_file():
        return skip("settings file", f"There is no {path}; the settings come from the environment.")
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & 0o007 and (configuration.smarthost_password or configuration.database_url):
        return warn("settings file", f"Everybody may read {path} (mode {mode:o}).", f"Close it: chmod o= {path}")
    return ok("settings file", f"{path} is read without a complaint.")


def _disk(data: Path) -> Check:
    folder = next((path for path in (data, *data.parents) if path.is_dir()), Path("/"))
    free = shutil.disk_usage(folder).free
    found = f"{free / GIB:.1f} GiB are free for {data}."
    mend = "Free some space or move the data folder; when the disk is full, mail is refused until there is room."
    if free < DISK_FAIL:
        return fail("disk", found, mend)
    return warn("disk", found, mend) if free < DISK_WARN else ok("disk", found)


def _public_url(url: str) -> Check:
    if not url:
        return warn(
            "public address",
            "No public_url is set, so mails cannot link to the portal.",
            "Set EVENHAND_PUBLIC_URL to the address people use, for example https://messages.market.example",
        )
    parts = urlsplit(url)
    if parts.scheme == "https" and parts.hostname:
        return ok("public address", f"{url} is https.")
    if parts.scheme == "http" and parts.hostname in {"localhost", "127.0.0.1", "::1"}:
        return warn(
            "public address", f"{url} works on this machine only.", "Before others use it, set an https address."
        )
    return fail(
        "public address",
        f"{url} is not https: passwords and messages would cross the network in the clear.",
        "Put a server with a certificate in front and set EVENHAND_PUBLIC_URL to its https address.",
    )


def _certificate(configuration: Configuration, now: datetime) -> Check:
    name = "certificate"
    if not configuration.tls_certificate:
        return skip(name, "No certificate is set: the mail port does not offer STARTTLS itself.")
    mend = "Set EVENHAND_TLS_CERTIFICATE and EVENHAND_TLS_KEY to PEM files of one pair that this user may read."
    try:
        certificates = x509.load_pem_x509_certificates(Path(configuration.tls_certificate).read_bytes())
        key = load_pem_private_key(Path(configuration.tls_key).read_bytes(), password=None)
    except OSError as error:
        return fail(name, f"{error.filename} cannot be read: {error.strerror}.", mend)
    except (ValueError, TypeError):
        return fail(name, "The certificate or its key is not a PEM file without a password.", mend)
    form = (Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    if certificates[0].public_key().public_bytes(*form) != key.public_key().public_bytes(*form):
        return fail(name, "The certificate and the key do not belong together.", mend)
    ends = certificates[0].not_valid_after_utc
    if not certificates[0].not_valid_before_utc <= now < ends:
        return fail(name, f"The certificate is not valid now (it ends on {ends:%Y-%m-%d}).", "Renew it and restart.")
    if ends - now < CERTIFICATE_WARN:
        return warn(name, f"The certificate ends on {ends:%Y-%m-%d}.", "Renew it and restart.")
    return ok(name, f"It fits its key and is valid until {ends:%Y-%m-%d}.")
