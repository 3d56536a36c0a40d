"""Say whether the tables have changed without a migration, or write the migration they lack."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

__all__ = ["check", "main", "write"]


def check() -> int:
    """
    Compare the models with what the migrations make of them; answer 1 if they differ, or if two migrations end it.

    Django's own `makemigrations --check` would do, but wants a database to ask which migrations it has seen.
    """
    _set_up()
    # Imported here because Django must know its settings first.
    from django.apps import apps
    from django.db.migrations.autodetector import MigrationAutodetector
    from django.db.migrations.loader import MigrationLoader
    from django.db.migrations.state import ProjectState

    loader = MigrationLoader(None)
    conflicts = loader.detect_conflicts()
    if conflicts:
        leaves = sorted(leaf for found in conflicts.values() for leaf in found)
        print(f"Two lines of migrations, which must be one: {', '.join(leaves)}.", file=sys.stderr)
        return 1
    detector = MigrationAutodetector(loader.project_state(), ProjectState.from_apps(apps))
    changes = detector.changes(loader.graph, trim_to_apps={"evenhand"}, convert_apps={"evenhand"})
    for migration in changes.get("evenhand", []):
        for operation in migration.operations:
            print(f"No migration yet: {operation.describe()}.", file=sys.stderr)
    return 1 if changes else 0


def write(name: str) -> int:
    """Write the migration that the tables lack, with a database of its own that is gone afterwards."""
    from evenhand.database import EmbeddedDatabase

    with tempfile.TemporaryDirectory() as folder, EmbeddedDatabase(Path(folder)) as database:
        os.environ |= {"EVENHAND_DATA": folder, "DATABASE_URL": database.url}
        _set_up()
        # Imported here because Django must know its settings first.
        from django.core.management import call_command
        from django.db import connections

        call_command("makemigrations", "evenhand", name=name)
        connections.close_all()
    return 0


def _set_up() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "evenhand.settings")
    import django

    django.setup()


def main(arguments: list[str]) -> int:
    """Check, or write a migration if a name for it is given."""
    match arguments:
        case []:
            return check()
        case [name] if name.isidentifier():
            return write(name)
        case _:
            print("usage: python -m tools.migrations [name_of_a_new_migration]", file=sys.stderr)
            return 2


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
