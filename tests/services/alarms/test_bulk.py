"""Thousands of rows with a few statements, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Connection, create_engine, event, select

from noc_console.db.database import Database, metadata
from noc_console.services.alarms.bulk import (
    FEW,
    add_rows,
    among,
    aside,
    insert_rows,
    patch_rows,
)
from noc_console.services.alarms.tables import alarm_steps, alarms

AT = datetime(2026, 3, 1, 12, 30, 0, 123456, tzinfo=UTC)
TEXTS = ("plain", "quote ' and \" and \\", "línea ␀ 中 🙂", "", "{1,2}", "%(x)s :y")


def row(number: int, **more: Any) -> dict[str, Any]:
    told: dict[str, Any] = {
        "tenant": "acme",
        "object": f"device:{number}",
        "device_id": number,
        "condition": "cpu",
        "severity": 3,
        "was": 3,
        "text": TEXTS[number % len(TEXTS)],
        "first_seen": AT,
        "last_seen": AT,
        "count": 1,
        "suppressed": False,
        "comments": 0,
        "device_name": "",
        "interface_name": "",
        "site_name": "",
        "suppressed_by": "",
        "ticket": "",
        "root_why": "",
        "rev": 1,
        "id": number,
    }
    return told | more


@pytest.fixture
async def filled(db: Database) -> Database:
    rows = [row(number) for number in range(1, 41)]
    await db.keep(lambda c: insert_rows(c, alarms, rows))
    return db


async def test_rows_come_back_as_they_went_in(filled: Database) -> None:
    def read(connection: Connection) -> list[Any]:
        query = select(alarms.c.text, alarms.c.first_seen, alarms.c.suppressed, alarms.c.owner)
        return [tuple(one) for one in connection.execute(query.order_by(alarms.c.id))]

    assert await filled.keep(read) == [
        (TEXTS[number % len(TEXTS)], AT, False, None) for number in range(1, 41)
    ]


async def test_any_number_of_numbers_or_words_is_one_parameter(filled: Database) -> None:
    def read(connection: Connection) -> tuple[int, int, int]:
        def count(column: Any, keys: Any) -> int:
            query = select(alarms.c.id).where(among(column, keys))
            return len(connection.execute(query).all())

        return (
            count(alarms.c.id, range(5, 200_000)),
            count(alarms.c.text, {*TEXTS[1:3], "nowhere"}),
            count(alarms.c.id, ()),
        )

    expected = sum(number % len(TEXTS) in {1, 2} for number in range(1, 41))
    assert await filled.keep(read) == (36, expected, 0)


def test_sqlite_looks_each_number_up_instead_of_going_through_a_tenant() -> None:
    engine = create_engine("sqlite://")
    metadata.create_all(engine)
    questions = (
        select(alarms).where(aside(alarms.c.tenant, "acme"), among(alarms.c.id, [1])),
        select(alarm_steps).where(
            aside(alarm_steps.c.tenant, "acme"), among(alarm_steps.c.alarm_id, [1])
        ),
        alarms.update().where(among(alarms.c.id, [1])).values(owner="mira"),
        select(alarms).where(alarms.c.tenant == "acme", among(alarms.c.object, ["device:1"])),
    )
    with engine.connect() as connection:
        for question in questions:
            asked = str(question.compile(connection))
            values = ("x",) * asked.count("?")
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {asked}", values).all()
            told = [str(row[3]) for row in plan if "json_each" not in str(row[3])]
            keys = ("rowid=?", "alarm_id=?", "object=?")
            assert any(any(key in line for key in keys) for line in told), plan
    engine.dispose()


async def test_rows_that_change_alike_are_changed_together(filled: Database) -> None:
    statements: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        statements.append(statement)

    def work(connection: Connection) -> None:
        alike = [(number, (("owner", "mira"), ("owned_at", AT))) for number in range(1, 31)]
        apart = [(number, (("text", f"new {number}"),)) for number in range(31, 41)]
        event.listen(filled.engine, "before_cursor_execute", note)
        patch_rows(connection, alarms, [*alike, *apart, (1, ())])
        event.remove(filled.engine, "before_cursor_execute", note)

    await filled.keep(work)
    assert len(statements) == 2

    def read(connection: Connection) -> list[Any]:
        query = select(alarms.c.owner, alarms.c.owned_at, alarms.c.text).order_by(alarms.c.id)
        return [tuple(one) for one in connection.execute(query)]

    found = await filled.keep(read)
    assert {one[:2] for one in found[:30]} == {("mira", AT)}
    assert [one[2] for one in found[30:]] == [f"new {number}" for number in range(31, 41)]
    assert {one[:2] for one in found[30:]} == {(None, None)}


@pytest.mark.parametrize("count", [1, FEW, FEW + 1, 40])
async def test_steps_that_share_everything_but_their_alarm_are_added_together(
    filled: Database, count: int
) -> None:
    shared = (
        ("tenant", "acme"),
        ("at", AT),
        ("actor", "mira"),
        ("what", "commented"),
        ("severity", 3),
        ("text", TEXTS[1]),
    )
    rows = [(shared, ("alarm_id", number)) for number in range(1, count + 1)]
    await filled.keep(lambda c: add_rows(c, alarm_steps, rows))

    def read(connection: Connection) -> list[Any]:
        query = select(alarm_steps.c.alarm_id, alarm_steps.c.at, alarm_steps.c.text)
        return sorted(tuple(one) for one in connection.execute(query))

    assert await filled.keep(read) == [(number, AT, TEXTS[1]) for number in range(1, count + 1)]
