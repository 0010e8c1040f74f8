from __future__ import annotations

import pytest

from noc_console.db.database import Database
from noc_console.kernel.actor import Actor
from noc_console.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from noc_console.kernel.events import Event, EventBus
from noc_console.services.collectors import leasing
from noc_console.services.collectors.heartbeat import Wish, one_heartbeat
from noc_console.services.collectors.leasing import Me
from noc_console.services.collectors.model import (
    SHARDS,
    CollectorsChanged,
    CollectorState,
    Duty,
    ZonesChanged,
    ZoneShare,
)
from noc_console.services.collectors.service import CollectorService
from noc_console.services.inventory.service import InventoryService
from tests.conftest import FakeClock
from tests.services.collectors.conftest import box


@pytest.fixture
def inventory(db: Database, clock: FakeClock) -> InventoryService:
    return InventoryService(db, clock=clock)


@pytest.fixture
def collectors(db: Database, inventory: InventoryService) -> CollectorService:
    return CollectorService(db, inventory=inventory, me="noc-1")


def me(name: str) -> Me:
    return Me("acme", f"instance of {name}", name, "host", 7, False, 1)


async def lives(db: Database, name: str) -> None:
    wish = Wish(ttl_s=60.0)
    await db.keep(lambda c: one_heartbeat(c, me(name), wish))


async def zone(collectors: CollectorService, actor: Actor, name: str) -> ZoneShare:
    return next(each for each in await collectors.zones(actor) if each.name == name)


async def test_every_collector_is_shown_with_its_part(
    db: Database, collectors: CollectorService, inventory: InventoryService, operator: Actor
) -> None:
    for number in range(3):
        await inventory.record(operator, inspected=box(f"r{number}"))
    await inventory.record_unknown(operator, name="only heard of")
    await lives(db, "noc-1")
    [mine] = await collectors.shares(operator)
    assert (mine.name, mine.state, mine.is_me) == ("noc-1", CollectorState.ACTIVE, True)
    assert (mine.shards, mine.devices, mine.duties) == (SHARDS, 3, tuple(sorted(Duty)))
    assert mine.heard_s is not None and mine.heard_s < 60
    common = await zone(collectors, operator, "common")
    assert (common.devices, common.collectors, common.alive) == (3, ("noc-1",), 1)
    assert common.unheld == 0 and not common.is_unserved


async def test_a_zone_has_what_was_put_into_it(
    collectors: CollectorService,
    inventory: InventoryService,
    operator: Actor,
    bus: EventBus,
) -> None:
    heard: list[Event] = []
    bus.listen(heard.extend)
    at_site = await inventory.record(operator, inspected=box("r1", location="Delft"))
    single = await inventory.record(operator, inspected=box("r2"))
    [site] = await inventory.sites(operator)
    pop = await collectors.add_zone(operator, name="POP 1")
    await collectors.place_site(operator, site=site.name, zone="POP 1")
    await collectors.place_device(operator, device="r2", zone="POP 1")
    assert await collectors.zones_of(operator) == {at_site: pop.id, single: pop.id}
    shown = await zone(collectors, operator, "POP 1")
    assert (shown.devices, shown.sites, shown.unheld) == (2, (site.name,), SHARDS)
    # One device of the site is reached like all others; the other follows its site again.
    await collectors.place_device(operator, device="r1", zone="common")
    await collectors.place_device(operator, device="r2")
    assert await collectors.zones_of(operator) == {}
    await collectors.place_site(operator, site=site.name)
    assert (await zone(collectors, operator, "POP 1")).sites == ()
    assert ZonesChanged(zone_id=pop.id, what="added") in heard
    await collectors.remove_zone(operator, zone="POP 1")
    assert [each.name for each in await collectors.zones(operator)] == ["common"]


async def test_a_zone_nobody_reaches_is_told_with_its_devices(
    db: Database, collectors: CollectorService, inventory: InventoryService, operator: Actor
) -> None:
    device = await inventory.record(operator, inspected=box("r1"))
    everything = await collectors.unserved(operator)
    assert [(each.zone.name, each.device_ids) for each in everything] == [("common", {device})]
    await lives(db, "noc-1")
    assert await collectors.unserved(operator) == ()
    await collectors.add_zone(operator, name="POP 1")
    assert await collectors.unserved(operator) == ()  # nothing is in it
    await collectors.place_devices(operator, device_ids=(int(device),), zone="POP 1")
    [unserved] = await collectors.unserved(operator)
    assert (unserved.zone.name, unserved.device_ids) == ("POP 1", {device})
    assert (await zone(collectors, operator, "POP 1")).is_unserved
    await collectors.serve(operator, collector="noc-1", zone="POP 1")
    assert await collectors.unserved(operator) == ()


async def test_who_serves_a_zone_is_known_by_name_before_it_runs(
    db: Database, collectors: CollectorService, operator: Actor
) -> None:
    await collectors.add_zone(operator, name="POP 1")
    await collectors.serve(operator, collector="pop-1", zone="POP 1", only_zones=True)
    [known] = await collectors.shares(operator)
    assert (known.name, known.state, known.zones) == ("pop-1", CollectorState.GONE, ("POP 1",))
    assert known.only_zones and known.heard_s is None
    await lives(db, "pop-1")
    [known] = await collectors.shares(operator)
    assert (known.state, known.shards, len(known.duties)) == (
        CollectorState.ACTIVE,
        SHARDS,
        len(Duty),
    )
    await collectors.serve_no_more(operator, collector="pop-1", zone="POP 1")
    [known] = await collectors.shares(operator)
    assert known.zones == () and not known.only_zones
    with pytest.raises(NotFound, match="does not serve"):
        await collectors.serve_no_more(operator, collector="pop-1", zone="POP 1")


async def test_a_collector_is_drained_resumed_and_forgotten(
    db: Database, collectors: CollectorService, operator: Actor, bus: EventBus
) -> None:
    heard: list[Event] = []
    bus.listen(heard.extend)
    await lives(db, "noc-1")
    await collectors.drain(operator, collector="noc-1")
    await collectors.drain(operator, collector="noc-1")
    [drained] = await collectors.shares(operator)
    assert drained.state is CollectorState.DRAINING
    with pytest.raises(Conflict, match="lives"):
        await collectors.forget(operator, collector="noc-1")
    await db.keep(lambda c: leasing.leave(c, me("noc-1")))
    [drained] = await collectors.shares(operator)  # what was decided outlives the process
    assert drained.state is CollectorState.GONE
    await collectors.resume(operator, collector="noc-1")
    await collectors.forget(operator, collector="noc-1")
    assert await collectors.shares(operator) == ()
    assert [event.what for event in heard if isinstance(event, CollectorsChanged)] == [
        "drained",
        "resumed",
        "forgotten",
    ]


async def test_what_cannot_be_is_refused(collectors: CollectorService, operator: Actor) -> None:
    await collectors.add_zone(operator, name="POP 1")
    with pytest.raises(Conflict, match="already"):
        await collectors.add_zone(operator, name="POP 1")
    for name in ("", " ", "Common", "a~2", "x" * 65, "bell\a"):
        with pytest.raises(Invalid):
            await collectors.add_zone(operator, name=name)
    with pytest.raises(Invalid, match="by itself"):
        await collectors.serve(operator, collector="noc-1", zone="common")
    with pytest.raises(NotFound, match="no zone"):
        await collectors.serve(operator, collector="noc-1", zone="POP 2")
    with pytest.raises(NotFound, match="no site"):
        await collectors.place_site(operator, site="nowhere", zone="POP 1")
    for nobody in (collectors.drain, collectors.resume, collectors.forget):
        with pytest.raises(NotFound, match="no collector"):
            await nobody(operator, collector="nobody")
    with pytest.raises(NotAllowed):
        await collectors.drain(Actor("eve", "acme"), collector="noc-1")


async def test_another_tenant_sees_no_collector_and_no_zone(
    db: Database, collectors: CollectorService, operator: Actor
) -> None:
    await lives(db, "noc-1")
    await collectors.add_zone(operator, name="POP 1")
    stranger = Actor("eve", "other", operator.rights)
    assert await collectors.shares(stranger) == ()
    assert [each.name for each in await collectors.zones(stranger)] == ["common"]
    assert await collectors.zone_ids(stranger) == {}
