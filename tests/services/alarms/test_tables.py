"""The tables of the desk: what is asked every second goes along an index."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import create_engine, select, text
from sqlalchemy.engine import Connection

from noc_console.db.database import metadata
from noc_console.services.alarms.tables import alarm_intents, alarm_lookers, alarm_steps, alarms

QUESTIONS = {
    "what has a higher revision": select(alarms).where(
        alarms.c.tenant == "acme", alarms.c.rev >= 7
    ),
    "the desk by severity, newest first": select(alarms)
    .where(alarms.c.tenant == "acme", alarms.c.severity == 4, alarms.c.id < 900)
    .order_by(alarms.c.id.desc()),
    "what is folded under an alarm": select(alarms).where(
        alarms.c.tenant == "acme", alarms.c.root_id == 7
    ),
    "what a device raised lately": select(alarms.c.id).where(
        alarms.c.tenant == "acme", alarms.c.device_id == 7, alarms.c.first_seen >= text("'2026'")
    ),
    "the alarms of an object": select(alarms).where(
        alarms.c.tenant == "acme", alarms.c.object == "device:7"
    ),
    "what stands of a condition": select(alarms).where(
        alarms.c.tenant == "acme", alarms.c.condition == "flapping", alarms.c.severity > 0
    ),
    "whose shelf is to be emptied": select(alarms).where(
        alarms.c.tenant == "acme", alarms.c.shelved_until <= text("'2026'")
    ),
    "what is suppressed": select(alarms).where(
        alarms.c.tenant == "acme", alarms.c.suppressed.is_(True)
    ),
    "the history of an alarm": select(alarm_steps).where(alarm_steps.c.alarm_id == 7),
    "whether an intent was carried out": select(alarm_intents).where(alarm_intents.c.id == "x"),
    "who looks": select(alarm_lookers).where(
        alarm_lookers.c.tenant == "acme", alarm_lookers.c.at >= text("'2026'")
    ),
}


NARROWED = re.compile(r"ix_alarms_(shelved|suppressed)|AND|alarm_id=|id=\?|\(id=|at>")
"""By more than whose alarms they are."""


@pytest.fixture
def connection() -> Iterator[Connection]:
    engine = create_engine("sqlite://")
    metadata.create_all(engine)
    with engine.connect() as opened:
        yield opened
    engine.dispose()


@pytest.mark.parametrize("question", QUESTIONS)
def test_what_is_asked_all_the_time_goes_along_an_index(
    connection: Connection, question: str
) -> None:
    asked: Any = QUESTIONS[question].compile(connection, compile_kwargs={"literal_binds": True})
    plan = [str(row.detail) for row in connection.execute(text(f"EXPLAIN QUERY PLAN {asked}"))]
    assert all(line.startswith("SEARCH") for line in plan), plan
    (line,) = plan
    assert NARROWED.search(line), f"all of a tenant are gone through: {line}"
