"""The same network in other projections, each with places of its own."""

from __future__ import annotations

import numpy as np

from noc_console.kernel.actor import Actor
from noc_console.kernel.events import Event, EventBus
from noc_console.services.inventory.service import InventoryService
from noc_console.services.topology import mercator
from noc_console.services.topology.model import (
    MapChanged,
    Placement,
    Position,
    Projection,
    kept_as,
)
from noc_console.services.topology.service import TopologyService
from tests.conftest import FakeClock
from tests.services.topology.network import isp

LAYERED, GLOBE = Projection.LAYERED, Projection.GEOGRAPHIC


async def test_the_core_is_on_top_and_the_other_projections_keep_their_places(
    topology: TopologyService, inventory: InventoryService, operator: Actor, clock: FakeClock
) -> None:
    ids = await isp().record(inventory, operator, clock.now())
    force = (await topology.arranged(operator)).positions
    drawn = (await topology.arranged(operator, projection=LAYERED)).positions
    for city in ("pra", "brn", "ost"):
        assert drawn[ids[f"{city}-cr1"]].y < drawn[ids[f"{city}-ag1"]].y
        assert drawn[ids[f"{city}-ag1"]].y < drawn[ids[f"{city}-as4"]].y
    assert await topology.positions(operator) == force
    assert await topology.positions(operator, view=kept_as("main", LAYERED)) == drawn


async def test_a_plan_stands_on_the_places_of_the_main_map(
    topology: TopologyService, inventory: InventoryService, operator: Actor, clock: FakeClock
) -> None:
    await isp(("Prague",)).record(inventory, operator, clock.now())
    force = (await topology.arranged(operator)).positions
    assert (await topology.arranged(operator, projection=Projection.PLAN)).positions == force


async def test_devices_stand_around_their_site_and_go_along_with_it(
    topology: TopologyService, inventory: InventoryService, operator: Actor, clock: FakeClock
) -> None:
    ids = await isp(("Prague", "Brno")).record(inventory, operator, clock.now())
    sites = {site.name: site.id for site in await inventory.sites(operator)}
    await inventory.locate_site(operator, site_id=sites["Prague"], latitude=50.08, longitude=14.44)
    first = (await topology.arranged(operator, projection=GLOBE)).positions
    pinned = Position(first[ids["brn-as1"]].x + 0.123456, 77.0, pinned=True)
    moves = (Placement(ids["brn-as1"], pinned),)
    await topology.place(operator, moves=moves, view=kept_as("main", GLOBE))
    await inventory.locate_site(operator, site_id=sites["Brno"], latitude=49.2, longitude=16.61)
    second = (await topology.arranged(operator, projection=GLOBE)).positions
    for name, where in (("pra", (50.08, 14.44)), ("brn", (49.2, 16.61))):
        at = second[ids[f"{name}-cr1"]]
        assert np.hypot(*(mercator.to_map(*where) - (at.x, at.y))) < 400
    assert second[ids["brn-as1"]] == pinned
    assert all(second[id] == first[id] for name, id in ids.items() if name.startswith("pra"))


async def test_looking_again_writes_nothing(
    topology: TopologyService,
    inventory: InventoryService,
    operator: Actor,
    clock: FakeClock,
    bus: EventBus,
) -> None:
    await isp(("Prague",)).record(inventory, operator, clock.now())
    first = await topology.arranged(operator, projection=GLOBE)
    heard: list[Event] = []
    bus.listen(heard.extend)
    again = await topology.arranged(operator, projection=GLOBE)
    assert again.positions == first.positions
    assert not [event for event in heard if isinstance(event, MapChanged)]


async def test_arranging_anew_lets_go_of_all_but_the_pinned(
    topology: TopologyService, inventory: InventoryService, operator: Actor, clock: FakeClock
) -> None:
    ids = await isp(("Prague",)).record(inventory, operator, clock.now())
    for projection in (LAYERED, GLOBE):
        key = kept_as("main", projection)
        await topology.arranged(operator, projection=projection)
        far = {
            ids["pra-as1"]: Position(9000.125, 1.0, pinned=True),
            ids["pra-as2"]: Position(-9000.0, 1.0),
        }
        moves = tuple(Placement(id, at) for id, at in far.items())
        await topology.place(operator, moves=moves, view=key)
        done = await topology.arrange(operator, projection=projection)
        assert done[ids["pra-as1"]] == far[ids["pra-as1"]]
        assert done[ids["pra-as2"]] != far[ids["pra-as2"]]
        assert await topology.positions(operator, view=key) == done
        loose = await topology.arrange(operator, projection=projection, keep_pinned=False)
        assert not any(at.pinned for at in loose.values())
