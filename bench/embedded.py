"""A database server of a benchmark's own, with Django set up to use it."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from evenhand.database import EmbeddedDatabase

__all__ = ["embedded"]


@contextlib.contextmanager
def embedded(**settings: str) -> Iterator[str]:
    """Start it in a folder that is gone afterwards; gives its URL. Once a process, since Django is set up once."""
    folder = Path(tempfile.mkdtemp(prefix="evenhand-bench-"))
    try:
        with EmbeddedDatabase(folder) as database:
            os.environ |= _settings(folder, database.url) | settings
            import django

            django.setup()
            try:
                yield database.url
            finally:
                _hang_up()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _settings(folder: Path, url: str) -> dict[str, str]:
    # Settings of the caller's shell must not leak into what is measured.
    for name in [name for name in os.environ if name.startswith("EVENHAND_")]:
        del os.environ[name]
    return {
        "DJANGO_SETTINGS_MODULE": "evenhand.settings",
        "EVENHAND_DATA": str(folder),
        "EVENHAND_DOMAIN": "m.market.example",
        "EVENHAND_MARKETPLACE": "Market",
        "DATABASE_URL": url,
    }


def _hang_up() -> None:
    from django.db import connection

    connection.close()
    connection.close_pool()  # type: ignore[attr-defined]  # only the backend of PostgreSQL has it
