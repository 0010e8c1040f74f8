"""Sites are given coordinates by people."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from noc_console.db.database import Database
from noc_console.kernel.actor import Actor
from noc_console.kernel.errors import Invalid, NotFound
from noc_console.kernel.events import Event, EventBus
from noc_console.services.inventory.model import Site, SiteChanged
from noc_console.services.inventory.service import InventoryService
from noc_console.services.inventory.siting import checked
from tests.conftest import FakeClock
from tests.services.inventory.test_past import box


@pytest.fixture
def inventory(db: Database, clock: FakeClock) -> InventoryService:
    return InventoryService(db, clock=clock)


async def placed(inventory: InventoryService, actor: Actor, clock: FakeClock) -> Site:
    await inventory.record(
        actor, inspected=replace(box(clock, 1), location="Prague, Vinohradska 190")
    )
    (site,) = await inventory.sites(actor)
    return site


async def test_a_site_is_given_coordinates_and_the_answer_is_what_it_had(
    inventory: InventoryService, operator: Actor, clock: FakeClock
) -> None:
    site = await placed(inventory, operator, clock)
    before = await inventory.locate_site(
        operator, site_id=site.id, latitude=50.0755, longitude=14.4378
    )
    assert before == site
    assert await inventory.sites(operator) == (Site(site.id, site.name, 50.0755, 14.4378),)
    await inventory.locate_site(operator, site_id=site.id)
    assert await inventory.sites(operator) == (site,)


async def test_others_hear_that_a_site_was_located(
    inventory: InventoryService, operator: Actor, clock: FakeClock, bus: EventBus
) -> None:
    site = await placed(inventory, operator, clock)
    heard: list[Event] = []
    bus.listen(heard.extend)
    await inventory.locate_site(operator, site_id=site.id, latitude=1.0, longitude=2.0)
    await inventory.locate_site(operator, site_id=site.id)
    assert [(e.site_id, e.what) for e in heard if isinstance(e, SiteChanged)] == [
        (site.id, "located"),
        (site.id, "unlocated"),
    ]


async def test_what_people_said_outlives_rediscovery(
    inventory: InventoryService, operator: Actor, clock: FakeClock
) -> None:
    site = await placed(inventory, operator, clock)
    await inventory.locate_site(operator, site_id=site.id, latitude=50.1, longitude=14.4)
    told = replace(box(clock, 1), location="Prague, Vinohradska 190; 48.85, 2.35")
    await inventory.record(operator, inspected=told)
    assert (await inventory.sites(operator))[0].latitude == 50.1


async def test_a_site_nobody_knows_cannot_be_located(
    inventory: InventoryService, operator: Actor
) -> None:
    with pytest.raises(NotFound, match="no site 77"):
        await inventory.locate_site(operator, site_id=77, latitude=1.0, longitude=1.0)


@pytest.mark.parametrize(
    ("latitude", "longitude", "field"),
    [
        (90.1, 0.0, "latitude"),
        (math.nan, 0.0, "latitude"),
        (0.0, 180.5, "longitude"),
        (0.0, math.inf, "longitude"),
        (None, 4.0, "latitude"),
        (52.0, None, "latitude"),
    ],
)
def test_what_is_no_place_on_earth_is_refused(
    latitude: float | None, longitude: float | None, field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        checked(latitude, longitude)
    assert refused.value.field == field
