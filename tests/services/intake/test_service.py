"""Keeping what devices say, on both databases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from noc_console.db.database import Database
from noc_console.kernel.actor import Actor
from noc_console.kernel.errors import Invalid, NotAllowed
from noc_console.kernel.events import Event, EventBus
from noc_console.services.intake import service as limits
from noc_console.services.intake.model import IntakeLine, LineKind, LinesArrived
from noc_console.services.intake.service import IntakeService
from tests.conftest import FakeClock


@pytest.fixture
def intake(db: Database, clock: FakeClock) -> IntakeService:
    return IntakeService(db, clock=clock)


def line(clock: FakeClock, text: str = "link down", **changes: object) -> IntakeLine:
    made = IntakeLine(clock.now(), 7, "192.0.2.1", LineKind.TRAP, 3, text)
    return replace(made, **changes)  # type: ignore[arg-type]


async def test_lines_come_back_newest_first_and_by_device(
    intake: IntakeService, collector: Actor, clock: FakeClock, bus: EventBus
) -> None:
    heard: list[Event] = []

    def listen(events: Sequence[Event]) -> None:
        heard.extend(events)

    bus.listen(listen)
    await intake.keep(collector, lines=(line(clock, "a"), line(clock, "b", device_id=8)))
    await intake.keep(collector, lines=(line(clock, "c"), line(clock, "c")))
    assert [(one.text, one.count) for one in await intake.recent(collector)] == [
        ("c", 2),
        ("b", 1),
        ("a", 1),
    ]
    assert [one.text for one in await intake.recent(collector, device_id=8)] == ["b"]
    assert [one.text for one in await intake.recent(collector, limit=1)] == ["c"]
    assert heard == [LinesArrived(count=2, quarantined=0)] * 2, "one event a batch, not a line"


async def test_strangers_are_counted_with_their_last_words(
    intake: IntakeService, collector: Actor, clock: FakeClock
) -> None:
    first = clock.now()
    for text in ("hello", "let me in"):
        await intake.keep(collector, lines=(), strangers=(line(clock, text),))
        clock.tick(seconds=1)
    (stranger,) = await intake.quarantine(collector)
    assert (stranger.source, stranger.count, stranger.text) == ("192.0.2.1", 2, "let me in")
    assert (stranger.last_at - stranger.first_at).total_seconds() == 1
    assert stranger.first_at == first
    assert await intake.recent(collector) == ()
    await intake.release(collector, sources=("192.0.2.1", "192.0.2.2"))
    assert await intake.quarantine(collector) == ()
    await intake.release(collector, sources=("192.0.2.1",))


async def test_the_quarantine_has_room_for_so_many_and_keeps_the_latest(
    intake: IntakeService, collector: Actor, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "MOST_STRANGERS", 3)
    for number in range(5):
        clock.tick(seconds=1)
        await intake.keep(collector, lines=(), strangers=(line(clock, source=f"192.0.2.{number}"),))
    found = await intake.quarantine(collector)
    assert [one.source for one in found] == ["192.0.2.4", "192.0.2.3", "192.0.2.2"]


async def test_old_and_surplus_lines_are_forgotten(
    intake: IntakeService, collector: Actor, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    await intake.keep(collector, lines=(line(clock, "old"),))
    clock.tick(days=limits.KEPT_DAYS, seconds=1)
    await intake.keep(collector, lines=tuple(line(clock, f"new {n}") for n in range(5)))
    assert await intake.prune() == 1
    monkeypatch.setattr(limits, "MOST_LINES", 3)
    assert await intake.prune() == 2
    assert [one.text for one in await intake.recent(collector)] == ["new 4", "new 3", "new 2"]


async def test_another_tenant_sees_nothing_of_it(
    intake: IntakeService, collector: Actor, clock: FakeClock
) -> None:
    await intake.keep(collector, lines=(line(clock),), strangers=(line(clock),))
    stranger = Actor("eve", "other", frozenset({"*"}))
    assert await intake.recent(stranger) == ()
    assert await intake.quarantine(stranger) == ()
    with pytest.raises(NotAllowed):
        await intake.recent(Actor("guest", "acme"))
    with pytest.raises(Invalid):
        await intake.recent(collector, limit=0)
