"""What people do with maps, on a real database."""

from __future__ import annotations

from pathlib import Path

import pytest

from noc_console.kernel.actor import ALL_RIGHTS, Actor
from noc_console.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from noc_console.kernel.events import EventBus
from noc_console.services.inventory.model import DeviceId, DeviceType
from noc_console.services.maps.model import MAIN, MAIN_MAP, NamedMapChanged, Shows
from noc_console.services.maps.service import MapService
from noc_console.services.topology.model import MAIN_VIEW, Placement, Position, Projection
from noc_console.services.topology.service import TopologyService

JAN = Actor("jan", "acme", frozenset({ALL_RIGHTS}))
Ids = dict[str, DeviceId]


@pytest.fixture
def store_url(tmp_path: Path) -> str:
    """Which database it is does not matter here: `test_store.py` asks both."""
    return f"sqlite:///{tmp_path}/noc.db"


async def test_the_main_map_always_is_there_and_cannot_be_changed(
    maps: MapService, operator: Actor
) -> None:
    assert await maps.maps(operator) == (MAIN_MAP,)
    for change in (
        maps.rename(operator, map_id=MAIN, name="Mine"),
        maps.remove(operator, map_id=MAIN),
        maps.share(operator, map_id=MAIN),
    ):
        with pytest.raises(Invalid, match="main map"):
            await change


async def test_a_map_is_created_renamed_and_removed_and_each_is_told(
    maps: MapService, operator: Actor, bus: EventBus
) -> None:
    heard: list[object] = []
    bus.listen(heard.extend)
    made = await maps.create(operator, name="  Core ")
    assert made.name == "Core" and made.owner == "mira" and not made.is_shared
    await maps.rename(operator, map_id=made.id, name="Backbone")
    assert [each.name for each in await maps.maps(operator)] == ["Main", "Backbone"]
    await maps.remove(operator, map_id=made.id)
    assert await maps.maps(operator) == (MAIN_MAP,)
    told = [(each.what, each.name) for each in heard if isinstance(each, NamedMapChanged)]
    assert told == [("created", "Core"), ("renamed", "Backbone"), ("removed", "Backbone")]


@pytest.mark.parametrize("name", ["", "   ", "a\nb", "x" * 81, "\u202eabc"])
async def test_a_name_is_one_line_that_can_be_read(
    maps: MapService, operator: Actor, name: str
) -> None:
    with pytest.raises(Invalid):
        await maps.create(operator, name=name)


async def test_a_name_is_given_once_whatever_its_capitals(
    maps: MapService, operator: Actor
) -> None:
    made = await maps.create(operator, name="Core")
    for name in ("CORE", "main"):
        with pytest.raises(Conflict):
            await maps.create(operator, name=name)
    assert (await maps.rename(operator, map_id=made.id, name="core")).name == "core"


async def test_others_see_a_map_once_it_is_shared_and_may_not_rename_it(
    maps: MapService, operator: Actor
) -> None:
    made = await maps.create(operator, name="Core")
    assert len(await maps.maps(JAN)) == 1
    with pytest.raises(NotFound):
        await maps.views(JAN, map_id=made.id)
    await maps.share(operator, map_id=made.id)
    assert [each.name for each in await maps.maps(JAN)] == ["Main", "Core"]
    with pytest.raises(NotAllowed, match="mira"):
        await maps.rename(JAN, map_id=made.id, name="Mine")
    copied = await maps.copy(JAN, map_id=made.id)
    assert (copied.name, copied.owner, copied.is_shared) == ("Core copy", "jan", False)


async def test_another_tenant_sees_nothing(maps: MapService, operator: Actor) -> None:
    made = await maps.create(operator, name="Core")
    await maps.share(operator, map_id=made.id)
    stranger = Actor("eve", "other", frozenset({ALL_RIGHTS}))
    assert await maps.maps(stranger) == (MAIN_MAP,)
    with pytest.raises(NotFound):
        await maps.copy(stranger, map_id=made.id)


async def test_devices_of_a_new_map_stand_where_they_stood(
    maps: MapService, topology: TopologyService, operator: Actor, ids: Ids
) -> None:
    before = (await topology.arranged(operator)).positions
    some = tuple(ids.values())[:4]
    made = await maps.create(operator, name="Few", device_ids=some)
    assert made.devices == frozenset(some)
    after = await topology.arranged(operator, view=made.view)
    assert after.positions == before
    shown = maps.shown(after.graph, made)
    assert {node.device_id for node in shown.nodes} == set(some)
    assert all(edge.a.device_id in some and edge.b.device_id in some for edge in shown.edges)


async def test_moving_on_a_copy_leaves_the_other_map_alone(
    maps: MapService, topology: TopologyService, operator: Actor, ids: Ids
) -> None:
    await topology.arranged(operator)
    made = await maps.copy(operator)
    one = next(iter(ids.values()))
    there = Position(9000.0, 1.0, pinned=True)
    await topology.place(operator, moves=(Placement(one, there),), view=made.view)
    assert (await topology.positions(operator, view=made.view))[one] == there
    assert (await topology.positions(operator, view=MAIN_VIEW))[one] != there


async def test_devices_join_and_leave_an_own_map_only(
    maps: MapService, operator: Actor, ids: Ids
) -> None:
    one, two, three = tuple(ids.values())[:3]
    made = await maps.create(operator, name="Few", device_ids=(one,))
    assert (await maps.add_devices(operator, map_id=made.id, device_ids=(one, two))).devices == {
        one,
        two,
    }
    left = await maps.remove_devices(operator, map_id=made.id, device_ids=(one, three))
    assert left.devices == {two}
    chosen = await maps.select(operator, map_id=made.id, types=(DeviceType.OLT,))
    assert chosen.shows is Shows.SELECTED
    with pytest.raises(Invalid, match="by itself"):
        await maps.add_devices(operator, map_id=made.id, device_ids=(one,))


async def test_a_map_opens_in_its_projection(maps: MapService, operator: Actor) -> None:
    made = await maps.create(operator, name="Core")
    await maps.project(operator, map_id=made.id, projection=Projection.LAYERED)
    assert (await maps.maps(operator))[1].projection is Projection.LAYERED


async def test_a_saved_view_comes_back_and_its_key_moves_to_the_newest(
    maps: MapService, operator: Actor
) -> None:
    first = await maps.save_view(operator, map_id=0, name="West", x=1.0, y=2.0, scale=0.5, key=1)
    await maps.save_view(
        operator, map_id=0, name="East", x=3.0, y=4.0, scale=1.5, key=1, folded=("site:3",)
    )
    east, west = await maps.views(operator)
    assert (east.name, east.key, east.folded) == ("East", 1, ("site:3",))
    assert (west.name, west.key, west.x) == ("West", None, 1.0)
    again = await maps.save_view(operator, map_id=0, name="west", x=7.0, y=2.0, scale=0.5)
    assert again.id != first.id and len(await maps.views(operator)) == 2
    assert await maps.views(JAN) == (), "everybody has their own"
    await maps.remove_view(operator, view_id=east.id)
    assert [each.name for each in await maps.views(operator)] == ["west"]
    with pytest.raises(NotFound):
        await maps.remove_view(operator, view_id=east.id)


@pytest.mark.parametrize(
    "wrong",
    [{"key": 0}, {"key": 10}, {"x": float("nan")}, {"scale": 0.0}, {"scale": float("inf")}],
)
async def test_a_view_that_leads_nowhere_is_refused(
    maps: MapService, operator: Actor, wrong: dict[str, float]
) -> None:
    given = {"x": 0.0, "y": 0.0, "scale": 1.0} | wrong
    with pytest.raises(Invalid):
        await maps.save_view(operator, map_id=0, name="West", **given)  # type: ignore[arg-type]


async def test_who_may_only_look_makes_no_maps(maps: MapService) -> None:
    looker = Actor("lea", "acme", frozenset({"topology.graph"}))
    assert await maps.maps(looker) == (MAIN_MAP,)
    with pytest.raises(NotAllowed):
        await maps.create(looker, name="Core")
