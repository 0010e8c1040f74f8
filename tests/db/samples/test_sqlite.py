import os
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from noc_console.db.samples import sqlite
from noc_console.db.samples.sqlite import SqliteSession, mend, parts_of
from noc_console.kernel.errors import Broken, Unreachable

NOW = datetime(2026, 3, 1, 12, 30, tzinfo=UTC)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "noc.samples.db"


def filled(path: Path) -> None:
    session = SqliteSession(path)
    session.create()
    session.run(
        "INSERT INTO samples_head WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 "
        "FROM n WHERE i < 500) SELECT i, i, i, zeroblob(500) FROM n"
    )
    session.close()


def spoil(path: Path) -> None:
    """Overwrite the middle of the file, as a dying disk does."""
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.seek(size // 2 // 8192 * 8192)
        file.write(os.urandom(8192 * 3))


def test_it_writes_ahead_and_syncs_at_checkpoints_only(path):
    session = SqliteSession(path)
    assert session.rows("PRAGMA journal_mode") == [("wal",)]
    assert session.rows("PRAGMA synchronous") == [(1,)]
    session.close()


def test_nothing_to_mend_says_nothing(path):
    assert mend(path, now=NOW) == ()
    filled(path)
    assert mend(path, now=NOW) == ()
    assert not list(path.parent.glob("*damaged*"))


@pytest.mark.parametrize("thorough", [128 << 20, 0])
@pytest.mark.parametrize("ruin", ["no database", "spoilt"])
def test_a_damaged_file_is_moved_aside_with_a_clear_notice(path, ruin, thorough, monkeypatch):
    monkeypatch.setattr(sqlite, "THOROUGH_BYTES", thorough)
    if ruin == "spoilt":
        filled(path)
        spoil(path)
        if not thorough:  # the short check sees what it touches: the schema
            with path.open("r+b") as file:
                file.seek(100)
                file.write(b"\xff" * 500)
    else:
        path.write_bytes(b"this is not a database " * 1000)
    (notice,) = mend(path, now=NOW)
    assert "damaged" in notice
    assert "noc.samples.db.damaged-20260301T123000Z" in notice
    assert not path.exists()
    assert Path(f"{path}.damaged-20260301T123000Z").exists()
    filled(path)
    assert mend(path, now=NOW) == ()


def test_a_file_another_process_replaced_meanwhile_is_left_alone(path, monkeypatch):
    path.write_bytes(b"rubbish" * 1000)
    found = sqlite.damage

    def and_somebody_mends_it(damaged: Path, what: str) -> str | None:
        said = found(damaged, what)
        damaged.rename(f"{damaged}.aside")
        filled(damaged)
        return said

    monkeypatch.setattr(sqlite, "damage", and_somebody_mends_it)
    assert mend(path, now=NOW) == ()
    assert path.exists()


def test_a_file_that_turns_bad_while_open_is_broken_and_says_what_helps(path):
    filled(path)
    spoil(path)
    session = SqliteSession(path)
    with pytest.raises(Broken, match="A restart mends it"), session.speaking():
        session.rows("SELECT SUM(LENGTH(data)) FROM samples_head")
    session.close()


def test_a_lock_held_too_long_may_work_later(path, monkeypatch):
    monkeypatch.setattr(sqlite, "BUSY_S", 0.05)
    filled(path)
    session = SqliteSession(path)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(Unreachable) as caught, session.speaking(), session.transaction():
            pass
        assert caught.value.reason == "locked"
    session.close()


def test_a_folder_that_is_not_there_is_broken(tmp_path):
    with pytest.raises(Broken, match="cannot be opened"):
        SqliteSession(tmp_path / "nowhere" / "noc.samples.db")


def test_our_own_mistakes_stay_loud(path):
    filled(path)
    session = SqliteSession(path)
    with pytest.raises(sqlite3.OperationalError, match="no such table"), session.speaking():
        session.rows("SELECT 1 FROM nowhere")
    session.close()


def test_the_size_counts_what_sqlite_keeps_beside_the_file(path):
    filled(path)
    session = SqliteSession(path)
    session.run("DELETE FROM samples_head WHERE device = 1")
    assert (
        session.size() == sum(part.stat().st_size for part in parts_of(path)) > path.stat().st_size
    )
    session.close()
