"""Large bytes are kept under their own digest: durably, once, and never taken for what they are not."""

import errno
import hashlib
import os
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from django.core.files.storage import storages

from evenhand.record.blobs import BlobDamaged, DurableFileStorage, read_blob, store_blob

ROOT = Path(__file__).parents[2]
PICTURE = bytes(range(256)) * 1000
DIGEST = hashlib.sha256(PICTURE).hexdigest()


@pytest.fixture(autouse=True)
def store(tmp_path, settings):
    """An empty store; a test sees what lies in it."""
    folder = tmp_path / "data" / "blobs"
    folder.parent.mkdir()
    settings.STORAGES = {
        **settings.STORAGES,
        "blobs": {"BACKEND": "evenhand.record.blobs.DurableFileStorage", "OPTIONS": {"location": str(folder)}},
    }
    return folder


@pytest.fixture
def synced(monkeypatch):
    """What was made to reach the disk, in this order, as paths."""
    seen, fsync = [], os.fsync

    def watched(handle):
        seen.append(Path(f"/proc/self/fd/{handle}").readlink())
        fsync(handle)

    monkeypatch.setattr(os, "fsync", watched)
    return seen


def place(store, digest=DIGEST):
    return store / digest[:2] / digest[2:4] / digest


def files(store):
    return sorted(path for path in store.rglob("*") if path.is_file())


class TestKeeping:
    @pytest.mark.parametrize("content", [b"", b"x", PICTURE, os.urandom(3_000_000)])
    def test_bytes_come_back_under_their_digest(self, content):
        digest = store_blob(content)
        assert digest == hashlib.sha256(content).hexdigest()
        assert read_blob(digest) == content

    def test_equal_bytes_are_kept_once(self, store):
        assert store_blob(PICTURE) == store_blob(PICTURE) == DIGEST
        assert files(store) == [place(store)]

    def test_only_we_may_read_them(self, store):
        store_blob(PICTURE)
        assert stat.S_IMODE(place(store).stat().st_mode) == 0o600

    def test_the_store_is_the_one_the_operator_names(self, settings):
        settings.STORAGES = {
            **settings.STORAGES,
            "blobs": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
        }
        store_blob(PICTURE)
        assert read_blob(DIGEST) == PICTURE
        assert storages["blobs"].exists(f"{DIGEST[:2]}/{DIGEST[2:4]}/{DIGEST}")


class TestDurability:
    def test_the_bytes_reach_the_disk_before_their_name_and_their_name_before_it_is_told(self, store, synced):
        store_blob(PICTURE)
        written, *folders = synced
        assert (written.parent, written.name[:9]) == (place(store).parent, ".writing-")
        assert folders == [place(store).parent, place(store).parent.parent, store, store.parent]

    def test_who_finds_the_bytes_there_still_makes_sure_of_their_name(self, store, synced):
        store_blob(PICTURE)
        synced.clear()
        store_blob(PICTURE)
        assert synced == [place(store).parent]

    def test_a_process_that_knows_nothing_of_the_folders_makes_sure_of_them_all(self, store, synced):
        store_blob(PICTURE)
        synced.clear()
        name = str(place(store).relative_to(store))
        DurableFileStorage(location=store).settle(name)
        assert synced == [place(store).parent, place(store).parent.parent, store, store.parent]

    def test_a_disk_that_fails_is_told_and_leaves_no_name(self, store, monkeypatch):
        def broken(_):
            raise OSError(errno.EIO, "the disk is worn out")

        monkeypatch.setattr(os, "fsync", broken)
        with pytest.raises(OSError, match="worn out"):
            store_blob(PICTURE)
        assert files(store) == []

    def test_a_full_disk_leaves_no_name(self, store, monkeypatch):
        def full(*_):
            raise OSError(errno.ENOSPC, "no space left")

        monkeypatch.setattr(Path, "replace", full)
        with pytest.raises(OSError, match="no space"):
            store_blob(PICTURE)
        assert files(store) == []


class TestDamage:
    @pytest.mark.parametrize(
        "harm",
        [
            lambda path: path.write_bytes(b""),
            lambda path: path.write_bytes(PICTURE[:-1]),
            lambda path: path.write_bytes(PICTURE + b"\n"),
            lambda path: path.write_bytes(b"\xff" + PICTURE[1:]),
        ],
        ids=["emptied", "shortened", "lengthened", "altered"],
    )
    def test_altered_bytes_are_not_given_out_and_are_mended_when_they_come_again(self, store, harm):
        store_blob(PICTURE)
        harm(place(store))
        with pytest.raises(BlobDamaged) as caught:
            read_blob(DIGEST)
        assert str(caught.value) == f"blob {DIGEST} was altered"
        store_blob(PICTURE)
        assert read_blob(DIGEST) == PICTURE

    def test_missing_bytes_are_told_from_altered_ones(self):
        with pytest.raises(BlobDamaged) as caught:
            read_blob(DIGEST)
        assert str(caught.value) == f"blob {DIGEST} is missing"

    def test_other_bytes_are_not_hurt(self, store):
        other = store_blob(b"other")
        store_blob(PICTURE)
        place(store).unlink()
        assert read_blob(other) == b"other"


class TestTogether:
    def test_many_who_store_the_same_at_once_keep_it_once_and_whole(self, store):
        start, told = threading.Barrier(8), []

        def run():
            start.wait()
            told.append((store_blob(PICTURE), read_blob(DIGEST) == PICTURE))

        threads = [threading.Thread(target=run) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert told == [(DIGEST, True)] * 8
        assert files(store) == [place(store)]

    def test_a_writer_killed_half_way_leaves_nothing_under_the_name(self, store):
        words = (
            "import os, sys; from django.core.files.base import ContentFile;"
            "from evenhand.record.blobs import DurableFileStorage;"
            "os.fsync = lambda _: os._exit(9);"
            f"DurableFileStorage(location={str(store)!r}).save('{DIGEST[:2]}/{DIGEST[2:4]}/{DIGEST}', ContentFile(b'x'))"
        )
        assert subprocess.run([sys.executable, "-c", words], cwd=ROOT, check=False).returncode == 9
        assert place(store).exists() is False
        assert store_blob(PICTURE) == DIGEST
        assert read_blob(DIGEST) == PICTURE

    def test_the_default_store_is_the_durable_one(self, settings, data_folder):
        from evenhand import settings as ours

        assert ours.STORAGES["blobs"] == {
            "BACKEND": f"{DurableFileStorage.__module__}.{DurableFileStorage.__qualname__}",
            "OPTIONS": {"location": str(data_folder / "blobs")},
        }
