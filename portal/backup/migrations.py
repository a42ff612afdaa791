"""Which migrations this code knows, compared with those of a backup."""

from collections.abc import Iterable

from django.db.migrations.loader import MigrationLoader


def known() -> set[str]:
    """Every migration of this code, and every one that a squashed migration stands for."""
    migrations = MigrationLoader(None).disk_migrations
    names = {f"{app}.{name}" for app, name in migrations}
    for migration in migrations.values():
        names |= {f"{app}.{name}" for app, name in migration.replaces}
    return names


def missing_here(names: Iterable[str]) -> list[str]:
    """Those of a backup that this code does not know: it was made by a newer version."""
    return sorted(set(names) - known())


def missing_there(names: Iterable[str]) -> list[str]:
    """Those of this code that a backup has not had: it was made by an older version."""
    return sorted(known() - set(names))
