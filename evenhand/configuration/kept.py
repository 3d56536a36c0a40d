"""What an installation makes itself and keeps in its data folder: the secret key and the domain."""

from __future__ import annotations

import os
import secrets
import tempfile
from pathlib import Path

from evenhand.configuration.settings import DEFAULT_DOMAIN, Configuration, Misconfigured
from evenhand.mail.address import domain_of

__all__ = ["SECRET_LENGTH", "keep_domain", "kept_domain", "kept_secret"]

SECRET_LENGTH = 32
"""Characters a secret key must have."""


def keep_domain(configuration: Configuration) -> None:
    """
    Keep the domain in `<data>/domain`, so that a later command that is told nothing issues aliases under the same.

    Raises OSError if the data folder cannot be written.
    """
    path = configuration.data / "domain"
    if configuration.domain != kept_domain(configuration.data):
        path.write_text(f"{configuration.domain}\n", "ascii")


def kept_domain(data: Path) -> str:
    """The domain an earlier command was told, or the default."""
    try:
        kept = (data / "domain").read_text("ascii").strip()
    except (OSError, UnicodeDecodeError):
        return DEFAULT_DOMAIN
    return domain_of(f"x@{kept}") or DEFAULT_DOMAIN


def kept_secret(data: Path, *, write: bool) -> str:
    """The secret key of the folder, made now if there is none; raises Misconfigured if what stands there is none."""
    path = data / "secret"
    if path.is_file():
        return _read_secret(path)
    made = secrets.token_urlsafe(48)
    if not write:
        return made
    data.mkdir(parents=True, exist_ok=True)
    # Two processes may start at once: whoever links first wins, the other reads what stands.
    handle, temporary = tempfile.mkstemp(dir=data, prefix=".secret-")
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(made)
            file.flush()
            # Without it a power cut could leave an empty file under the name.
            os.fsync(file.fileno())
        os.link(temporary, path)
    except FileExistsError:
        return _read_secret(path)
    finally:
        Path(temporary).unlink()
    return made


def _read_secret(path: Path) -> str:
    secret = path.read_bytes().decode("ascii", "replace").strip()
    if len(secret) < SECRET_LENGTH or not secret.isascii():
        raise Misconfigured([f"{path} holds no secret key. Delete it to have one made; everybody signs in anew."])
    return secret
