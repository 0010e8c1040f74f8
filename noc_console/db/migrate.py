"""Brings a store to this version's schema: backs it up first, refuses a newer one."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Collection
from contextlib import closing
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

from sqlalchemy import Connection, Engine, MetaData, inspect, text

from noc_console.db.database import metadata
from noc_console.kernel.errors import Broken

BACKUPS_KEPT = 5
_LOCK = 7_062_001
"""PostgreSQL's advisory lock: two first starts migrate one after the other."""


def target_metadata() -> MetaData:
    """All tables: those of `db` and of every feature's store."""
    import_module("noc_console.db.reactions")
    services = import_module("noc_console.services")
    for feature in iter_modules(services.__path__):
        package = import_module(f"noc_console.services.{feature.name}")
        if any(module.name == "store" for module in iter_modules(package.__path__)):
            import_module(f"noc_console.services.{feature.name}.store")
    return metadata


def migrate(engine: Engine, *, scripts: Path, backups: Path) -> str | None:
    """Upgrade the store behind `engine`; return the path of the backup made, if one was.

    Everything happens in one transaction: a failed migration leaves what was there.
    Raises Broken when the store was written by a newer version, or a backup is not possible.
    """
    known = revisions(scripts)
    if _current(engine, known) == known[-1]:
        return None
    with engine.connect() as connection:
        _exclusively(connection)
        revision = _current_on(connection, known)
        if revision == known[-1]:
            return None
        # Readers see the old state until the commit below, so the copy is the old state.
        saved = None if revision is None else _back_up(engine, backups, revision)
        _upgrade(connection, scripts)
        _check_references(connection)
        connection.commit()
    return saved


def revisions(scripts: Path) -> tuple[str, ...]:
    """Every step of the schema, the oldest first: a step's file is `REVISION_words.py`.

    Told by the names alone, so that a start with nothing to migrate need not load Alembic.
    """
    names = (file.name for file in (scripts / "versions").glob("*_*.py"))
    found = tuple(sorted(name.partition("_")[0] for name in names if name[0] != "_"))
    if not found:
        raise Broken(f"there are no migrations in {scripts}: install NOC Console again")
    return found


def _upgrade(connection: Connection, scripts: Path) -> None:
    # Takes as long to import as a command line may take to answer, and is needed once a version.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(scripts).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _current(engine: Engine, known: Collection[str]) -> str | None:
    with engine.connect() as connection:
        connection.execution_options(reading=True)
        return _current_on(connection, known)


def _current_on(connection: Connection, known: Collection[str]) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    revision: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    if revision is not None and revision not in known:
        raise Broken(
            f"this store has the newer schema {revision}: a newer NOC Console wrote it. "
            "Update this installation, or open the backup made before that update"
        )
    return revision


def _exclusively(connection: Connection) -> None:
    """Start the one transaction of the migration with everybody else waiting."""
    if connection.dialect.name == "sqlite":
        # A rebuilt table is dropped: with foreign keys on, its children would go with it.
        # The pragma counts only outside a transaction.
        raw = connection.connection.dbapi_connection
        assert raw is not None
        raw.execute("PRAGMA foreign_keys=OFF")
        connection.begin()
    else:
        connection.begin()
        # While the backup is made the transaction waits, as long as that takes.
        connection.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})


def _check_references(connection: Connection) -> None:
    if connection.dialect.name != "sqlite":
        return
    orphans = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
    if orphans:
        raise Broken(f"the migration would orphan rows of {sorted({row[0] for row in orphans})}")


def _back_up(engine: Engine, folder: Path, revision: str) -> str:
    folder.mkdir(parents=True, exist_ok=True)
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    if engine.dialect.name == "sqlite":
        target = folder / f"noc-{revision}-{stamp}.db"
        _copy_sqlite(Path(str(engine.url.database)), target)
    else:
        target = folder / f"noc-{revision}-{stamp}.dump"
        _dump_postgres(engine, target)
    _forget_old(folder, target.suffix)
    return str(target)


def _copy_sqlite(source: Path, target: Path) -> None:
    """In one go: in steps it never ends while others write."""
    partial = target.with_suffix(".partial")
    partial.touch(mode=0o600)
    with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(partial)) as new:
        old.backup(new)
    partial.replace(target)


def _dump_postgres(engine: Engine, target: Path) -> None:
    pg_dump = shutil.which("pg_dump")
    if pg_dump is None:
        raise Broken(
            "the store must be upgraded, and the backup before it needs pg_dump: "
            "install PostgreSQL's client programs (Debian: apt install postgresql-client)"
        )
    url = engine.url.set(drivername="postgresql", password=None)
    partial = target.with_suffix(".partial")
    partial.touch(mode=0o600)
    done = subprocess.run(
        [pg_dump, "--format=custom", "--file", str(partial), "--dbname", url.render_as_string()],
        env={**os.environ, "PGPASSWORD": engine.url.password or os.environ.get("PGPASSWORD", "")},
        capture_output=True,
        check=False,
    )
    if done.returncode:
        partial.unlink(missing_ok=True)
        reason = done.stderr.decode(errors="replace").strip()
        raise Broken(f"the backup before the upgrade failed: {reason}")
    partial.replace(target)


def _forget_old(folder: Path, suffix: str) -> None:
    for old in sorted(folder.glob(f"noc-*{suffix}"), key=lambda p: p.stat().st_mtime)[
        :-BACKUPS_KEPT
    ]:
        old.unlink(missing_ok=True)
