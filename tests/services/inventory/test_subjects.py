"""A device as the choice of a credential sees it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from noc_console.db.database import Database
from noc_console.kernel.actor import Actor
from noc_console.services.inventory.service import InventoryService
from noc_console.services.inventory.subjects import subject_at_site, subject_of
from tests.conftest import FakeClock
from tests.services.inventory.test_past import box


@pytest.fixture
def inventory(db: Database, clock: FakeClock) -> InventoryService:
    return InventoryService(db, clock=clock)


async def test_a_credential_for_a_site_finds_the_devices_of_that_site(
    inventory: InventoryService, operator: Actor, clock: FakeClock
) -> None:
    number = await inventory.record(
        operator, inspected=replace(box(clock, 1), location="Prague, Vinohradska 190")
    )
    device = await inventory.device(operator, device_id=number)
    (site,) = await inventory.sites(operator)
    nobody = replace(operator, rights=frozenset())
    subject = await subject_at_site(inventory, nobody, device)
    assert subject == subject_of(device, site.name) and subject.site
    assert (subject.device_id, subject.address) == (number, device.address)


async def test_a_device_without_a_site_has_none(
    inventory: InventoryService, operator: Actor, clock: FakeClock
) -> None:
    number = await inventory.record(operator, inspected=box(clock, 1))
    device = await inventory.device(operator, device_id=number)
    assert await subject_at_site(inventory, operator, replace(device, site_id=None)) == subject_of(
        device
    )
