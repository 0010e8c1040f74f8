"""What a notifier keeps its eyes on, of a desk that changes."""

from __future__ import annotations

import pytest

from noc_console.services.alarms.model import Severity
from noc_console.services.notify.following import Following
from noc_console.services.notify.model import Told


@pytest.fixture
def following(alarms, notify) -> Following:
    return Following(alarms, notify.outbox)


async def look(following, collector, clock):
    await following.catch_up(collector, clock.now())
    return {each.alarm.device_name: each for each in following.watched.values()}


async def test_what_is_loud_is_watched_and_let_go_when_it_ends_untold(
    following, ring, collector, clock
):
    await ring()
    watched = await look(following, collector, clock)
    assert set(watched) == {"core-1"}
    await ring(Severity.CLEARED)
    assert await look(following, collector, clock) == {}


async def test_since_when_it_is_as_it_is_counts_from_the_last_change(
    following, ring, collector, clock
):
    await ring()
    first = (await look(following, collector, clock))["core-1"].since
    clock.tick(seconds=10)
    await ring(text="still no answer")
    assert (await look(following, collector, clock))["core-1"].since == first
    await ring(Severity.CRITICAL)
    assert (await look(following, collector, clock))["core-1"].since == clock.now()


async def test_what_was_told_is_watched_until_its_end_is_told(
    following, notify, ring, alarms, collector, operator, clock
):
    await ring()
    (alarm,) = await alarms.active(operator)
    await look(following, collector, clock)
    number = int(alarm.id)
    following.watched[number].told = Told(number, Severity.MAJOR, at=clock.now(), object_key="k")
    assert following.told_objects(clock.now()) == {"k"}
    await ring(Severity.CLEARED)
    assert "core-1" in await look(following, collector, clock)
    clock.tick(seconds=1000)
    assert following.told_objects(clock.now()) == frozenset()
    following.watched[number].told = Told(number)
    following.settle(number)
    assert following.watched == {}


async def test_what_left_the_desk_is_looked_up(following, ring, alarms, collector, operator, clock):
    await ring()
    (alarm,) = await alarms.active(operator)
    await look(following, collector, clock)
    number = int(alarm.id)
    following.watched[number].told = Told(number, Severity.MAJOR, at=clock.now())
    await alarms.acknowledge(operator, alarm_ids=(number,))
    await ring(Severity.CLEARED)
    watched = (await look(following, collector, clock))["core-1"]
    assert not watched.alarm.is_active
    following.forget()
    assert following.watched == {}
