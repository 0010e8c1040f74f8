"""What every session promises, on both databases."""

from collections.abc import Iterator

import pytest

from noc_console.db.database import database_url
from noc_console.db.samples import layout
from noc_console.db.samples.postgres import PostgresSession
from noc_console.db.samples.session import Session
from noc_console.db.samples.sqlite import SqliteSession
from noc_console.db.samples.store import samples_file


def connect(url: str) -> Session:
    target = database_url(url)
    if target.drivername == "sqlite":
        return SqliteSession(samples_file(target.database))
    return PostgresSession(target)


@pytest.fixture
def session(store_url: str) -> Iterator[Session]:
    opened = connect(store_url)
    opened.create()
    yield opened
    opened.close()


def heads(session: Session) -> list[tuple[int, int, int, bytes]]:
    return session.rows("SELECT device, at, digest, data FROM samples_head ORDER BY 1, 2, 3")


def test_tables_are_created_once_and_found(session):
    assert all(session.has(table) for table in layout.TABLES)
    session.create()
    assert not session.has(layout.Table("samples_nothing", (), ()))
    assert session.size() > 0


def test_rows_go_in_and_come_out_with_every_byte(session):
    data = bytes(range(256)) * 40
    session.put(layout.HEAD, [(1, 1 << 40, (1 << 32) - 1, data), (2, 5, 0, b"")])
    assert heads(session) == [(1, 1 << 40, (1 << 32) - 1, data), (2, 5, 0, b"")]


def test_putting_nothing_is_nothing(session):
    session.put(layout.HEAD, [])
    assert heads(session) == []


def test_a_repeated_poll_stays_as_it_is_and_a_repeated_block_is_replaced(session):
    session.put(layout.HEAD, [(1, 1, 1, b"a")])
    session.put(layout.HEAD, [(1, 1, 1, b"b")])
    assert heads(session) == [(1, 1, 1, b"a")]
    session.put(layout.BLOCK, [(1, 1, 1, b"a")])
    session.put(layout.BLOCK, [(1, 1, 1, b"b")])
    assert session.rows("SELECT data FROM samples_block") == [(b"b",)]


def test_the_newest_state_never_goes_back(session):
    session.put(layout.LATEST, [(1, 10, b"new")])
    session.put(layout.LATEST, [(1, 5, b"old")])
    assert session.rows("SELECT at, data FROM samples_latest") == [(10, b"new")]


def test_totals_add_up(session):
    session.put(layout.TOTAL, [(7, 1, 10, 100)])
    session.put(layout.TOTAL, [(7, -1, 5, 50)])
    assert session.rows("SELECT * FROM samples_total") == [(7, 0, 15, 150)]


@pytest.mark.parametrize("steady", [False, True])
def test_a_transaction_is_all_or_nothing(session, steady):
    with pytest.raises(KeyError), session.transaction(steady=steady):
        session.put(layout.HEAD, [(1, 1, 1, b"a")])
        raise KeyError
    assert heads(session) == []
    with session.transaction(steady=steady):
        session.put(layout.HEAD, [(1, 1, 1, b"a")])
    assert session.run("DELETE FROM samples_head WHERE device = ?", (1,)) == 1


def test_two_cannot_do_the_same_work_at_the_same_time(session, store_url):
    if store_url.startswith("sqlite"):
        assert not session.alone("compact")
        with session.transaction():
            assert session.alone("compact")
        return
    other = connect(store_url)
    try:
        with session.transaction():
            assert session.alone("compact")
            with other.transaction():
                assert not other.alone("compact")
                assert other.alone("something else")
        with other.transaction():
            assert other.alone("compact")
    finally:
        other.close()
