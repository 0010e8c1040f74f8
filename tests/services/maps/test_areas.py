"""Areas of maps as the devices inside them, on a real database."""

from __future__ import annotations

from uuid import uuid4

import pytest

from noc_console.db.database import Database
from noc_console.kernel.actor import Actor
from noc_console.kernel.errors import NotFound
from noc_console.services.inventory.model import DeviceId, Inspected
from noc_console.services.inventory.service import InventoryService
from noc_console.services.maps.areas import AreaService
from noc_console.services.maps.drawings import DrawingService
from noc_console.services.maps.model import Drawing, DrawingKind, Shows
from noc_console.services.maps.service import MapService
from noc_console.services.topology.model import Placement, Position
from noc_console.services.topology.service import TopologyService
from tests.conftest import FakeClock


def shape(
    x: float, text: str = "", kind: DrawingKind = DrawingKind.RECTANGLE, z: int = 0
) -> Drawing:
    return Drawing(uuid4().hex, kind, x, 0.0, 100.0, 100.0, text, z=z)


@pytest.fixture
async def devices(
    db: Database, clock: FakeClock, collector: Actor, topology: TopologyService
) -> tuple[int, ...]:
    """Three devices in a row, 100 apart."""
    inventory = InventoryService(db, clock=clock)
    ids = []
    for number in range(3):
        seen = Inspected(
            address=f"10.0.0.{number + 1}", port=161, at=clock.now(), name=f"core-{number}",
            credential_id=1, serial=f"S{number}",
        )  # fmt: skip
        ids.append(int(await inventory.record(collector, inspected=seen)))
    moves = tuple(
        Placement(DeviceId(id), Position(50.0 + 100 * at, 50.0)) for at, id in enumerate(ids)
    )
    await topology.place(collector, moves=moves)
    return tuple(ids)


@pytest.fixture
def areas(db: Database, topology: TopologyService) -> AreaService:
    return AreaService(db, topology)


async def test_an_area_is_the_devices_that_stand_inside_right_now(
    areas: AreaService,
    drawings: DrawingService,
    topology: TopologyService,
    operator: Actor,
    devices: tuple[int, ...],
) -> None:
    first, rest, note = shape(0), shape(101, "South", z=1), shape(0, "hello", DrawingKind.NOTE)
    await drawings.draw(operator, map_id=0, put=(first, rest, note))
    assert [(area.name, area.map_name) for area in await areas.areas(operator)] == [
        ("rectangle 1", "Main"), ("South", "Main"),
    ]  # fmt: skip
    assert await areas.inside(operator, drawing=first.id) == devices[:1]
    moved = (Placement(DeviceId(devices[2]), Position(10.0, 10.0)),)
    await topology.place(operator, moves=moved)
    assert await areas.inside(operator, drawing=first.id) == (devices[0], devices[2])
    assert await areas.inside(operator, drawing=note.id) == ()
    with pytest.raises(NotFound, match="no longer"):
        await areas.inside(operator, drawing="wiped")


async def test_of_a_map_of_ones_own_only_its_devices_count(
    areas: AreaService,
    drawings: DrawingService,
    maps: MapService,
    operator: Actor,
    devices: tuple[int, ...],
) -> None:
    made = await maps.create(operator, name="Core", shows=Shows.PICKED, device_ids=(devices[1],))
    wide = Drawing(uuid4().hex, DrawingKind.RECTANGLE, 0.0, 0.0, 900.0, 900.0, "all")
    await drawings.draw(operator, map_id=made.id, put=(wide,))
    assert await areas.inside(operator, map_id=made.id, drawing=wide.id) == (devices[1],)
