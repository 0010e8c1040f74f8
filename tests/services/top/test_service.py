"""Lists of everything, on both databases."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import numpy as np
import pytest

from noc_console.kernel.actor import Actor
from noc_console.kernel.errors import Invalid, NotAllowed
from noc_console.services.inventory.model import Inspected, SeenInterface
from noc_console.services.top import service
from noc_console.services.top.model import TopKind, TopSpan
from tests.services.top.conftest import Lists


async def test_the_first_places_are_those_with_the_most(lists: Lists, operator: Actor) -> None:
    await lists.measure(minutes=3, megabits=(100, 900, 10))
    rows = await lists.top.first(operator, of=TopKind.INTERFACES, by="in", count=2)
    assert [row.name for row in rows] == ["ge-0/0/2", "ge-0/0/1"]
    first = rows[0]
    assert first.number("in") == pytest.approx(900e6)
    assert first.number("util") == pytest.approx(90)
    assert (first.device, first.type, first.alias) == ("core-1", "router", "customer <b>7</b>")


async def test_what_is_old_is_not_known(lists: Lists, operator: Actor) -> None:
    await lists.measure(minutes=3, megabits=(1, 2, 3))
    lists.clock.tick(hours=1)
    sheet = await lists.top.sheet(operator, of=TopKind.INTERFACES)
    assert len(sheet) == 3
    assert np.isnan(sheet.numbers["in"]).all()
    assert await lists.top.first(operator) == ()


async def test_light_is_listed_by_what_is_left_to_its_limit(lists: Lists, operator: Actor) -> None:
    await lists.measure(minutes=1, megabits=(1, 1, 1), light=-12_500)
    rows = await lists.top.first(operator, of=TopKind.SENSORS, by="margin")
    assert [(row.name, row.quality) for row in rows] == [("Rx power", "dbm")]
    assert rows[0].number("margin") == pytest.approx(1.5)
    assert rows[0].number("value") == pytest.approx(-12.5)


async def test_devices_are_listed_with_their_load(lists: Lists, operator: Actor) -> None:
    await lists.measure(minutes=1, megabits=(1, 1, 1))
    (row,) = await lists.top.first(operator, of=TopKind.DEVICES, by="cpu")
    assert row.number("cpu") == 42
    assert row.number("response") == 2.5
    assert await lists.top.first(operator, of=TopKind.PROBES, by="loss") == ()


async def test_a_sparkline_tells_of_a_day_and_knows_only_what_is_ours(
    lists: Lists, operator: Actor
) -> None:
    await lists.measure(minutes=60, megabits=(100, 900, 10))
    found = await lists.top.curves(
        operator, of=TopKind.INTERFACES, ids=[lists.ports[1], 999_999], span=TopSpan.DAY
    )
    assert set(found) == {lists.ports[1]}
    curve = found[lists.ports[1]]
    assert len(curve) == service.POINTS
    known = curve[np.isfinite(curve)]
    assert 3 <= len(known) <= 6
    assert known == pytest.approx([900e6] * len(known), rel=1e-3)
    assert await lists.top.curves(operator, of=TopKind.INTERFACES, ids=[999_999]) == {}


async def test_percentile_and_change_come_from_the_past(
    lists: Lists, operator: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = lists.clock.time
    lists.clock.time = now - timedelta(days=7, hours=1)
    await lists.measure(minutes=90, megabits=(100, 100, 0))
    lists.clock.time = now - timedelta(hours=1)
    await lists.measure(minutes=90, megabits=(150, 50, 0))
    lists.clock.time = now
    await lists.samples.compact(now + timedelta(hours=2))
    assert await lists.top.look_back(operator, of=TopKind.INTERFACES)
    assert not await lists.top.look_back(operator, of=TopKind.INTERFACES)
    sheet = await lists.top.sheet(operator, of=TopKind.INTERFACES)
    assert np.allclose(sheet.numbers["change"], [50, -50, np.nan], equal_nan=True)
    assert sheet.numbers["p95"][:2] == pytest.approx([150e6, 50e6], rel=1e-3)
    monkeypatch.setattr(service, "PAST_S", 0.0)
    assert await lists.top.look_back(operator, of=TopKind.INTERFACES)


async def test_names_are_kept_for_a_while_and_stay_the_same_object_when_nothing_changed(
    lists: Lists, operator: Actor, collector: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = await lists.top.sheet(operator, of=TopKind.INTERFACES)
    monkeypatch.setattr(service, "FACTS_S", 0.0)
    again = await lists.top.sheet(operator, of=TopKind.INTERFACES)
    assert again.facts is before.facts
    seen = Inspected(
        address="10.0.0.2",
        port=161,
        at=lists.clock.now(),
        name="core-2",
        credential_id=1,
        interfaces=(SeenInterface(1, "xe-1"),),
    )
    await lists.inventory.record(collector, inspected=seen)
    assert len(await lists.top.sheet(operator, of=TopKind.INTERFACES)) == 4


async def test_what_cannot_be_listed_is_refused(lists: Lists, operator: Actor) -> None:
    with pytest.raises(Invalid, match="sorted by"):
        await lists.top.first(operator, of=TopKind.DEVICES, by="errors")
    with pytest.raises(Invalid):
        await lists.top.first(operator, count=0)
    nobody = Actor("lin", "acme")
    for asked in (
        lists.top.sheet(nobody, of=TopKind.DEVICES),
        lists.top.curves(nobody, of=TopKind.DEVICES, ids=[1]),
        lists.top.look_back(nobody, of=TopKind.DEVICES),
    ):
        with pytest.raises(NotAllowed):
            await asked


async def test_another_tenant_sees_nothing_of_it(lists: Lists) -> None:
    await lists.measure(minutes=1, megabits=(1, 1, 1))
    other = Actor("eve", "other", frozenset({"*"}))
    sheets = await asyncio.gather(*(lists.top.sheet(other, of=kind) for kind in TopKind))
    assert [len(sheet) for sheet in sheets] == [0, 0, 0, 0]
    assert await lists.top.curves(other, of=TopKind.INTERFACES, ids=lists.ports) == {}
