"""Content-addressed storage of large bytes: raw mail past the inline limit, and attachments."""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path
from typing import Any

from django.core.files.base import ContentFile, File
from django.core.files.storage import FileSystemStorage, Storage, storages

from evenhand.crashpoints import reach

__all__ = ["BlobDamaged", "DurableFileStorage", "read_blob", "store_blob"]


class BlobDamaged(Exception):
    """The stored bytes are missing or no longer match the digest they are named by."""


class DurableFileStorage(FileSystemStorage):
    """
    Files that survive a power cut once `save` has returned.

    Written under a temporary name, fsynced, renamed, and the folder fsynced, before the transaction that names the
    file commits. An fsync that fails is not tried again: the error goes up (a second fsync would report success for
    data the kernel has thrown away).
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._settled: set[Path] = set()

    def _save(self, name: str, content: File[Any]) -> str:
        target = Path(self.path(name))
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=".writing-")
        try:
            reach("blob.opened")
            with os.fdopen(handle, "wb") as out:
                for chunk in content.chunks():
                    out.write(chunk)
                out.flush()
                reach("blob.written")
                os.fsync(out.fileno())
            reach("blob.synced")
            Path(temporary).replace(target)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
        reach("blob.renamed")
        self.settle(name)
        reach("blob.settled")
        return name

    def settle(self, name: str) -> None:
        """
        Make the name of a file that stands survive a power cut, up to the folder that holds all of them.

        Whoever wrote the file, or made one of the folders, may not have come so far yet. The names of folders are
        seen to once by each process.
        """
        folder, top = Path(self.path(name)).parent, Path(self.location).parent
        _fsync_folder(folder)
        settled: list[Path] = []
        while folder != top and folder not in self._settled:
            _fsync_folder(folder.parent)
            settled.append(folder)
            folder = folder.parent
        # Only now: another thread that finds a folder here relies on all above it.
        self._settled.update(settled)

    def get_available_name(self, name: str, max_length: int | None = None) -> str:  # noqa: ARG002  Django passes it
        """Keep the name: equal names are equal bytes."""
        return name


def _fsync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _storage() -> Storage:
    return storages["blobs"]


def _name(digest: str) -> str:
    return f"{digest[:2]}/{digest[2:4]}/{digest}"


def store_blob(content: bytes) -> str:
    """
    Keep the bytes durably and return their SHA-256 as 64 hexadecimal digits. Equal bytes are kept once.

    Call it before the transaction that names the blob commits: a blob nobody names is waste, a name without its
    blob is loss. A damaged blob of the same name is replaced: these bytes are the ones it should hold.
    """
    digest = hashlib.sha256(content).hexdigest()
    name = _name(digest)
    storage = _storage()
    if not _stands(digest):
        storage.save(name, ContentFile(content))
    elif isinstance(storage, DurableFileStorage):
        storage.settle(name)
    return digest


def _stands(digest: str) -> bool:
    try:
        read_blob(digest)
    except BlobDamaged:
        return False
    return True


def read_blob(digest: str) -> bytes:
    """
    Fetch the bytes kept under a SHA-256.

    Raises BlobDamaged if they are missing or altered.
    """
    try:
        with _storage().open(_name(digest), "rb") as blob:
            content = bytes(blob.read())
    except FileNotFoundError as error:
        raise BlobDamaged(f"blob {digest} is missing") from error
    if hashlib.sha256(content).hexdigest() != digest:
        raise BlobDamaged(f"blob {digest} was altered")
    return content
