"""Windows find their devices in the inventory and on maps."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from noc_console.kernel.actor import Actor
from noc_console.kernel.errors import NotFound
from noc_console.services.inventory.service import InventoryService
from noc_console.services.maintenance.model import Spot, Target, TargetKind
from noc_console.services.maintenance.resolving import Resolver
from tests.conftest import FakeClock
from tests.services.maintenance.network import device


class Drawn:
    """An area with one device in it. Real areas need a laid-out map, which `maps` proves."""

    def __init__(self, inside: Sequence[int]) -> None:
        self._inside = inside

    async def inside(self, actor: Actor, *, map_id: int, drawing: str) -> Sequence[int]:
        if drawing != "ring":
            raise NotFound("that area is no longer on its map")
        return self._inside


async def test_targets_are_found_and_named(
    inventory: InventoryService, collector: Actor, operator: Actor, clock: FakeClock
) -> None:
    core = await device(inventory, collector, clock, "core-1", number=1)
    edge = await device(inventory, collector, clock, "edge-1", number=2)
    (port,) = await inventory.interfaces(operator, device_id=edge)
    (site,) = await inventory.sites(operator)
    (sensor,) = await inventory.sensors(operator, device_id=edge)
    resolver = Resolver(inventory, Drawn([core]))
    area = Target(TargetKind.AREA, drawing="ring")
    on_port = Target(TargetKind.INTERFACE, int(port.id))
    assert await resolver.spots(operator, (area, on_port)) == (
        Spot(core),
        Spot(edge, interface_id=int(port.id)),
        Spot(edge, sensor_id=int(sensor.id)),
    )
    wiped = Target(TargetKind.AREA, drawing="wiped")
    assert await resolver.spots(operator, (wiped, Target(TargetKind.INTERFACE, 999))) == ()
    assert await Resolver(inventory).spots(operator, (area,)) == ()
    named = await resolver.named(
        operator,
        (
            Target(TargetKind.DEVICE, core),
            on_port,
            Target(TargetKind.SITE, int(site.id)),
            Target(TargetKind.GROUP, words="edge", types=("router",)),
            area,
        ),
    )
    assert [target.name for target in named] == [
        "core-1", "edge-1 · ge-0/0/1", "Northgate", "edge router", "area of 1 device",
    ]  # fmt: skip


@pytest.mark.parametrize("kind", [TargetKind.DEVICE, TargetKind.SITE, TargetKind.INTERFACE])
async def test_what_is_not_there_has_no_name(
    inventory: InventoryService, operator: Actor, kind: TargetKind
) -> None:
    with pytest.raises(NotFound):
        await Resolver(inventory).named(operator, (Target(kind, 999),))
