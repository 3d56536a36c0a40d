"""Say whether the tables have changed without a migration; needs no database."""

from __future__ import annotations

import os
import sys

__all__ = ["main"]


def main() -> int:
    """
    Compare the models with what the migrations make of them; answer 1 and list the changes if they differ.

    `manage.py makemigrations --check` would do, but wants a database to ask which migrations it has seen.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "evenhand.settings")
    # Imported here because Django must know its settings first.
    import django

    django.setup()

    from django.apps import apps
    from django.db.migrations.autodetector import MigrationAutodetector
    from django.db.migrations.loader import MigrationLoader
    from django.db.migrations.state import ProjectState

    loader = MigrationLoader(None)
    detector = MigrationAutodetector(loader.project_state(), ProjectState.from_apps(apps))
    changes = detector.changes(loader.graph, trim_to_apps={"evenhand"}, convert_apps={"evenhand"})
    for migration in changes.get("evenhand", []):
        for operation in migration.operations:
            print(f"No migration yet: {operation.describe()}.", file=sys.stderr)
    return 1 if changes else 0


if __name__ == "__main__":
    raise SystemExit(main())
