"""Why an alarm is folded, and where the collectors stand: on both databases."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from noc_console.db.database import Database
from noc_console.kernel.actor import Actor
from noc_console.kernel.errors import NotAllowed, NotFound
from noc_console.kernel.events import Event, EventBus
from noc_console.services.alarms.folding import AlarmFolding
from noc_console.services.alarms.model import (
    AlarmObject,
    AlarmReport,
    Condition,
    Fold,
    Severity,
)
from noc_console.services.rootcause.model import VantageChanged
from tests.conftest import FakeClock
from tests.services.rootcause.conftest import Town


async def test_why_folded_is_told_in_steps_with_the_way(town: Town) -> None:
    await town.fall("agg", "acc-1")
    told = await town.rootcause.why(town.actor, alarm_id=await town.alarm("acc-1"))
    assert told.root_id == await town.alarm("agg")
    assert told.verdict == (
        "Folded under unreachable of agg: every known way to it passes agg, which does not answer."
    )
    assert told.steps[0] == "unreachable of acc-1 stands since 2026-03-01 00:00:00 UTC."
    assert "The way: acc-1 → agg." in told.steps
    assert told.path == ("acc-1", "agg")


async def test_why_not_folded_is_told_as_well(town: Town) -> None:
    await town.fall("agg")
    told = await town.rootcause.why(town.actor, alarm_id=await town.alarm("agg"))
    assert told.root_id is None
    assert told.verdict == "unreachable of agg stands for itself."
    assert any("core (ge-0/0/1) is reached and its port to it is up" in one for one in told.steps)


async def test_what_stands_now_counts_and_not_what_stood_when_somebody_last_asked(
    town: Town, clock: FakeClock
) -> None:
    await town.fall("agg", "acc-1")
    child = await town.alarm("acc-1")
    assert (await town.rootcause.why(town.actor, alarm_id=child)).root_id is not None
    await town.rise("agg")
    clock.tick(minutes=10)
    assert (await town.rootcause.why(town.actor, alarm_id=child)).root_id is None


async def test_of_an_alarm_that_is_over_it_is_told_how_it_was(
    town: Town, db: Database, clock: FakeClock
) -> None:
    await town.fall("agg", "acc-1")
    child = await town.alarm("acc-1")
    engine = await town.rootcause.correlator(town.actor)
    findings = engine.look(await town.alarms.active(town.actor), now=clock.now())
    await AlarmFolding(db, clock=clock).write(town.actor, folds=findings.folds)
    await town.rise("acc-1")
    told = await town.rootcause.why(town.actor, alarm_id=child)
    assert told.verdict.startswith("It is over. While it stood it was folded: every known way")
    await town.rise("agg")
    assert (await town.rootcause.why(town.actor, alarm_id=child)).steps == ()


async def test_an_alarm_nobody_knows_is_refused(town: Town) -> None:
    with pytest.raises(NotFound):
        await town.rootcause.why(town.actor, alarm_id=4711)


async def test_the_vantage_is_said_by_name_and_taken_back(town: Town, bus: EventBus) -> None:
    heard: list[Event] = []

    def listen(events: Sequence[Event]) -> None:
        heard.extend(events)

    bus.listen(listen)
    assert await town.rootcause.vantage(town.actor) == ()
    await town.rootcause.set_vantage(town.actor, devices=("acc-2", "192.0.2.1"))
    assert await town.rootcause.vantage(town.actor) == ("acc-2", "core")
    assert heard == [VantageChanged(devices=2)]
    await town.rootcause.set_vantage(town.actor)
    assert await town.rootcause.vantage(town.actor) == ()
    with pytest.raises(NotFound):
        await town.rootcause.set_vantage(town.actor, devices=("nowhere",))


async def test_seen_from_another_place_the_root_is_another(town: Town) -> None:
    """From Weimar, the core is behind the aggregation."""
    await town.rootcause.set_vantage(town.actor, devices=("acc-2",))
    await town.fall("agg", "core")
    told = await town.rootcause.why(town.actor, alarm_id=await town.alarm("core"))
    assert told.root_id == await town.alarm("agg")


async def test_the_network_is_read_together_with_its_customers(
    town: Town, clock: FakeClock
) -> None:
    engine = await town.rootcause.correlator(town.actor)
    assert [box.name for box in engine.ground.boxes] == ["core", "agg", "acc-1", "acc-2", "olt"]
    assert len(engine.ground.cables) == 4
    assert engine.network.onus == {(town.ids["olt"], "0/1/1"): 12}
    assert engine.network.onu_trees[town.ids["olt"], "hwtc0003"] == "0/1/1"
    assert engine.network.addresses["192.0.2.2"] == town.ids["agg"]
    await town.fall("agg", "acc-1", "acc-2", "olt")
    engine = await town.rootcause.correlator(town.actor)
    findings = engine.look(await town.alarms.active(town.actor), now=clock.now())
    (impact,) = findings.impacts.values()
    assert impact is not None
    assert (impact.devices, impact.customers, impact.services) == (3, 13, 13)


async def test_looking_takes_a_right_and_changing_another(town: Town) -> None:
    guest = Actor("guest", town.actor.tenant, frozenset({"alarms.see", "inventory.read"}))
    assert await town.rootcause.vantage(guest) == ()
    with pytest.raises(NotAllowed):
        await town.rootcause.set_vantage(guest, devices=("core",))
    with pytest.raises(NotAllowed):
        await town.rootcause.why(Actor("nobody", "acme", frozenset()), alarm_id=1)


async def test_why_speaks_of_a_storm_when_only_a_storm_gathers_it(
    town: Town, db: Database, clock: FakeClock
) -> None:
    about = AlarmObject(town.ids["acc-1"], device_name="acc-1")
    await town.alarms.apply(
        town.actor,
        reports=(
            AlarmReport(about, Condition.STORM, Severity.MINOR, "many"),
            AlarmReport(about, Condition.CPU, Severity.MINOR, "97 %"),
        ),
    )
    storm = await town.alarm("acc-1", Condition.STORM)
    cpu = await town.alarm("acc-1", Condition.CPU)
    found = {int(one.id): one.id for one in await town.alarms.active(town.actor)}
    fold = Fold(found[cpu], found[storm], "one of many of this device")
    await AlarmFolding(db, clock=clock).write(town.actor, folds=(fold,))
    told = await town.rootcause.why(town.actor, alarm_id=cpu)
    assert told.root_id == storm
    assert told.verdict == "Folded under alarm storm of acc-1: one of many of this device."
