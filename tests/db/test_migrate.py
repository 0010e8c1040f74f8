from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text

from noc_console.app import paths
from noc_console.db.database import open_engine
from noc_console.db.migrate import migrate, revisions, target_metadata
from noc_console.kernel.errors import Broken


def test_a_new_store_gets_exactly_the_tables_the_code_knows(store_url: str, tmp_path: Path) -> None:
    engine = open_engine(store_url)
    assert migrate(engine, scripts=paths.migrations(), backups=tmp_path / "backups") is None
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        wanted = {name for name in target_metadata().tables if not name.startswith("test_")}
        differences = [
            difference
            for difference in compare_metadata(context, target_metadata())
            if not _is_of_the_tests(difference)
        ]
        present = set(inspect(connection).get_table_names())
    engine.dispose()
    assert differences == []
    assert present - {"alembic_version"} == wanted
    assert not (tmp_path / "backups").exists()


def _is_of_the_tests(difference: object) -> bool:
    return "test_" in repr(difference)


def test_a_second_start_changes_nothing(store_url: str, tmp_path: Path) -> None:
    engine = open_engine(store_url)
    migrate(engine, scripts=paths.migrations(), backups=tmp_path / "backups")
    assert migrate(engine, scripts=paths.migrations(), backups=tmp_path / "backups") is None
    engine.dispose()


def test_the_names_of_the_steps_are_those_alembic_goes_by(tmp_path: Path) -> None:
    """The file names say which step is the newest; if they lied, no store would be upgraded."""
    for scripts in (paths.migrations(), scripts_with_a_next_step(tmp_path, "pass")):
        known = ScriptDirectory(str(scripts))
        steps = [script.revision for script in known.walk_revisions()]
        assert revisions(scripts) == tuple(reversed(steps))
        assert revisions(scripts)[-1] == known.get_current_head()


def test_every_step_can_be_gone_back() -> None:
    walked = ScriptDirectory(str(paths.migrations())).walk_revisions()
    without = [step.revision for step in walked if not hasattr(step.module, "downgrade")]
    assert without == []


def test_an_installation_without_its_migrations_says_so(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path}/noc.db")
    with pytest.raises(Broken, match="no migrations"):
        migrate(engine, scripts=tmp_path, backups=tmp_path / "backups")
    engine.dispose()


def test_a_start_with_nothing_to_migrate_does_without_alembic(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/noc.db"
    engine = open_engine(url)
    migrate(engine, scripts=paths.migrations(), backups=tmp_path / "backups")
    engine.dispose()
    child = subprocess.run(
        [sys.executable, "-c", SECOND_START, url, str(paths.migrations())],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (child.returncode, child.stdout) == (0, "False\n"), child.stderr


SECOND_START = """
import sys
from pathlib import Path
from noc_console.db.database import open_engine
from noc_console.db.migrate import migrate
assert migrate(open_engine(sys.argv[1]), scripts=Path(sys.argv[2]), backups=Path("none")) is None
print("alembic" in sys.modules)
"""


def test_a_newer_schema_is_refused_and_left_alone(store_url: str, tmp_path: Path) -> None:
    engine = open_engine(store_url)
    migrate(engine, scripts=paths.migrations(), backups=tmp_path)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(Broken, match="newer NOC Console"):
        migrate(engine, scripts=paths.migrations(), backups=tmp_path)
    with engine.connect() as connection:
        assert (
            connection.execute(text("SELECT version_num FROM alembic_version")).scalar() == "9999"
        )
    engine.dispose()


def scripts_with_a_next_step(tmp_path: Path, body: str) -> Path:
    """The project's migrations and one more after them."""
    folder = tmp_path / "migrations"
    versions = folder / "versions"
    versions.mkdir(parents=True)
    for name in ("env.py", "script.py.mako"):
        (folder / name).write_text((paths.migrations() / name).read_text())
    for script in (paths.migrations() / "versions").glob("*.py"):
        (versions / script.name).write_text(script.read_text())
    (versions / "9000_next.py").write_text(
        "import sqlalchemy as sa\nfrom alembic import op\n"
        f"revision = '9000'\ndown_revision = '{_head()}'\n"
        "branch_labels = None\ndepends_on = None\n"
        f"def upgrade():\n    {body}\n"
    )
    return folder


def _head() -> str:
    head = ScriptDirectory(str(paths.migrations())).get_current_head()
    assert head is not None
    return head


def test_an_upgrade_makes_a_backup_of_the_old_state_first(store_url: str, tmp_path: Path) -> None:
    engine = open_engine(store_url)
    backups = tmp_path / "backups"
    migrate(engine, scripts=paths.migrations(), backups=backups)
    scripts = scripts_with_a_next_step(
        tmp_path, "op.create_table('extra', sa.Column('id', sa.Integer, primary_key=True))"
    )
    saved = migrate(engine, scripts=scripts, backups=backups)
    assert saved is not None
    assert Path(saved).stat().st_mode & 0o077 == 0
    if engine.dialect.name == "sqlite":
        with sqlite3.connect(saved) as old:
            names = {name for (name,) in old.execute("SELECT name FROM sqlite_master")}
        old.close()
        assert "journal" in names
        assert "extra" not in names
    else:
        assert Path(saved).read_bytes().startswith(b"PGDMP")
    with engine.connect() as connection:
        assert "extra" in inspect(connection).get_table_names()
    engine.dispose()


def test_a_failing_upgrade_leaves_the_store_as_it_was(store_url: str, tmp_path: Path) -> None:
    engine = open_engine(store_url)
    migrate(engine, scripts=paths.migrations(), backups=tmp_path / "backups")
    scripts = scripts_with_a_next_step(
        tmp_path,
        "op.create_table('half', sa.Column('id', sa.Integer, primary_key=True)); "
        "op.execute('SELECT no_such_column FROM nowhere')",
    )
    with pytest.raises(Exception, match="nowhere"):
        migrate(engine, scripts=scripts, backups=tmp_path / "backups")
    with engine.connect() as connection:
        assert "half" not in inspect(connection).get_table_names()
    assert migrate(engine, scripts=paths.migrations(), backups=tmp_path / "backups") is None
    engine.dispose()


def only_the_first_step(tmp_path: Path) -> Path:
    folder = tmp_path / "first"
    (folder / "versions").mkdir(parents=True)
    names = ("env.py", "script.py.mako", "versions/0001_the_first_store.py")
    for name in names:
        (folder / name).write_text((paths.migrations() / name).read_text())
    return folder


def test_sensors_of_the_first_store_take_their_new_names_and_states_begin_anew(
    store_url: str, tmp_path: Path
) -> None:
    engine = open_engine(store_url)
    migrate(engine, scripts=only_the_first_step(tmp_path), backups=tmp_path / "backups")
    with engine.begin() as connection:
        columns = inspect(connection).get_columns("devices")
        texts = [
            c["name"] for c in columns if not c["nullable"] and c["name"] not in ("id", "port")
        ]
        connection.execute(
            text(
                f"INSERT INTO devices (id, port, {', '.join(texts)})"
                f" VALUES (1, 161, {', '.join(repr('') for _ in texts)})"
            )
        )
        for number, kind in enumerate(("fan", "optical", "cpu", "state"), 1):
            connection.execute(
                text(
                    "INSERT INTO sensors (id, tenant, device_id, kind, name, oid, scale, states,"
                    " is_logarithmic) VALUES (:id, 'acme', 1, :kind, 'x', '1.2', 0.5,"
                    " '[[1, 1], [2, 3]]', false)"
                ),
                {"id": number, "kind": kind},
            )
        if engine.dialect.name == "postgresql":
            connection.execute(text("SELECT setval('sensors_id_seq', 4)"))
    migrate(engine, scripts=paths.migrations(), backups=tmp_path / "backups")
    with engine.connect() as connection:
        query = text('SELECT id, kind, states, scale, "offset", whole_oid FROM sensors ORDER BY id')
        rows = connection.execute(query).all()
    engine.dispose()
    assert [row.kind for row in rows] == ["fanspeed", "dbm", "cpu", "state"]
    assert {(row.scale, row.offset, row.whole_oid) for row in rows} == {(0.5, 0.0, "")}
    assert [row.id for row in rows[:3]] == [1, 2, 3]
    assert rows[3].id > 4
    states = rows[3].states
    assert (json.loads(states) if isinstance(states, str) else states) == [[1, 1, ""], [2, 3, ""]]


def test_a_store_goes_back_to_a_time_without_tags_and_forward_again(
    store_url: str, tmp_path: Path
) -> None:
    engine = open_engine(store_url)
    migrate(engine, scripts=paths.migrations(), backups=tmp_path / "backups")
    config = Config()
    config.set_main_option("script_location", str(paths.migrations()))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "0037")
        assert "device_tags" not in inspect(connection).get_table_names()
        assert "devices" in inspect(connection).get_table_names()
    migrate(engine, scripts=paths.migrations(), backups=tmp_path / "backups")
    with engine.connect() as connection:
        unique = inspect(connection).get_unique_constraints("device_tags")
    engine.dispose()
    assert [one["column_names"] for one in unique] == [["tenant", "device_id", "tag"]]
