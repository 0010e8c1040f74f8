"""Keeping what devices say, on both databases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from noc_console.kernel.actor import Actor
from noc_console.kernel.errors import Invalid, NotAllowed
from noc_console.kernel.events import Event, EventBus
from noc_console.services.intake import service as limits
from noc_console.services.intake.model import (
    DeviceCount,
    IntakeLine,
    LineKind,
    LineQuery,
    LinesArrived,
)
from noc_console.services.intake.service import IntakeService
from tests.conftest import FakeClock


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
    first = await intake.newest(collector)
    await intake.keep(collector, lines=(line(clock, "c"), line(clock, "c")))
    assert [(one.text, one.count) for one in await intake.recent(collector)] == [
        ("c", 2),
        ("b", 1),
        ("a", 1),
    ]
    assert [one.text for one in await intake.recent(collector, device_id=8)] == ["b"]
    assert [one.text for one in await intake.recent(collector, limit=1)] == ["c"]
    assert await intake.newest(collector) > first
    assert heard == [], "lines are no entries of the journal"
    await intake.announce(collector, count=4)
    assert heard == [LinesArrived(count=4, quarantined=0)]


async def test_a_search_combines_words_and_facts_and_counts(
    intake: IntakeService, collector: Actor, clock: FakeClock
) -> None:
    for number in range(120):
        clock.tick(seconds=1)
        told = line(
            clock,
            f"login {number}" if number % 3 else "BGP neighbour 10.0.0.1 lost",
            kind=LineKind.SYSLOG,
            device_id=number % 4 or None,
            severity=number % 8,
            facility=number % 24,
        )
        await intake.keep(collector, lines=(told,))
    assert await intake.pack() == 2
    found = await intake.search(
        collector, text="bgp 10.0.0.1", device_ids=(3,), severity=3, counts=True, limit=2
    )
    expected = [n for n in range(120) if not n % 3 and n % 4 == 3 and n % 8 <= 3]
    assert [one.id - 1 for one in found.lines] == expected[::-1][:2]
    assert (found.matches, found.more, found.complete) == (len(expected), True, True)
    assert sum(found.severities) == len(expected)
    assert found.devices == (DeviceCount(3, len(expected)),)
    assert found.searched_to is None
    again = await intake.find(collector, query=LineQuery(facilities=(5,), start=clock.now()))
    assert again.lines == (), "facility 5 spoke earlier"
    assert (await intake.search(collector, kinds=(LineKind.TRAP,))).matches == 0


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"limit": 0}, "limit"),
        ({"severity": 8}, "severity"),
        ({"facilities": (24,)}, "facilities"),
        ({"text": "x" * 501}, "text"),
        ({"device_ids": tuple(range(501))}, "device_ids"),
        ({"start": datetime(2026, 3, 1)}, "start"),  # noqa: DTZ001
        ({"start": datetime(2026, 3, 2, tzinfo=UTC), "end": datetime(2026, 3, 1, tzinfo=UTC)},
         "start"),
    ],
)  # fmt: skip
async def test_what_no_search_can_mean_is_refused(
    intake: IntakeService, collector: Actor, asked: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        await intake.search(collector, **asked)
    assert refused.value.field == field


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


async def test_old_lines_are_forgotten(
    intake: IntakeService, collector: Actor, clock: FakeClock
) -> None:
    await intake.keep(collector, lines=(line(clock, "old"),))
    clock.tick(days=31)
    await intake.keep(collector, lines=(line(clock, "new"),))
    assert await intake.prune() == 1
    assert [one.text for one in await intake.recent(collector)] == ["new"]


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
