"""What fits where."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from noc_console.kernel.errors import Conflict, Invalid
from noc_console.services.facilities import rules
from noc_console.services.facilities.model import Face, Mount, Rack, RackId, Room, RoomId
from noc_console.services.inventory.model import DeviceId, SiteId

ROOM = Room(RoomId(1), SiteId(1), "Hall", 8.0, 6.0)
RACK = Rack(RackId(1), ROOM.id, "A1", 1.0, 1.0)


def mount(device: int, unit: int, height: int = 1, face: Face = Face.FULL) -> Mount:
    return Mount(DeviceId(device), RACK.id, unit, height, face)


mounts = st.builds(
    mount,
    st.integers(1, 40),
    st.integers(1, 42),
    st.integers(1, 10),
    st.sampled_from(list(Face)),
)


@given(st.lists(mounts, max_size=30))
def test_whatever_is_accepted_no_unit_of_a_side_is_filled_twice(wanted: list[Mount]) -> None:
    inside: list[Mount] = []
    for each in wanted:
        try:
            rules.check_mount(each, RACK, inside)
        except Conflict:
            continue
        inside = [other for other in inside if other.device_id != each.device_id] + [each]
    filled = [
        (unit, side)
        for each in inside
        for unit in range(each.unit, each.top + 1)
        for side in ((Face.FRONT, Face.REAR) if each.face is Face.FULL else (each.face,))
    ]
    assert len(filled) == len(set(filled))
    assert all(1 <= unit <= RACK.units for unit, _ in filled)


@pytest.mark.parametrize("wrong", [mount(1, 0), mount(1, 1, 0), mount(1, 1, 61)])
def test_a_mount_out_of_the_world_is_invalid(wrong: Mount) -> None:
    with pytest.raises(Invalid):
        rules.check_mount(wrong, RACK, ())


def test_front_and_rear_share_a_unit_but_not_with_full_depth() -> None:
    front, rear = mount(1, 3, face=Face.FRONT), mount(2, 3, face=Face.REAR)
    rules.check_mount(rear, RACK, (front,))
    with pytest.raises(Conflict):
        rules.check_mount(mount(3, 3), RACK, (front,))
    with pytest.raises(Conflict):
        rules.check_mount(mount(3, 3, face=Face.REAR), RACK, (rear,))


@given(st.integers(1, 30))
def test_racks_put_where_there_is_space_never_overlap(count: int) -> None:
    standing: list[Rack] = []
    for number in range(count):
        like = replace(RACK, id=RackId(number + 2), name=f"R{number}")
        spot = rules.free_spot(ROOM, standing, like)
        if spot is None:
            break
        placed = replace(like, x_m=spot[0], y_m=spot[1])
        rules.check_rack(placed, ROOM, standing, ())
        standing.append(placed)
    assert len(standing) == min(count, 24)


@pytest.mark.parametrize(
    "wrong",
    [
        replace(RACK, x_m=-0.1),
        replace(RACK, x_m=float("nan")),
        replace(RACK, y_m=5.5),
        replace(RACK, x_m=7.3, rotation=90),
        replace(RACK, rotation=45),
        replace(RACK, units=0),
        replace(RACK, width_m=3.0),
        replace(RACK, max_weight_kg=-1.0),
        replace(RACK, name=""),
    ],
)
def test_a_rack_that_cannot_stand_there_is_refused(wrong: Rack) -> None:
    with pytest.raises((Conflict, Invalid)):
        rules.check_rack(wrong, ROOM, (), ())


def test_racks_side_by_side_touch_and_do_not_overlap() -> None:
    beside = replace(RACK, id=RackId(2), x_m=RACK.x_m + RACK.width_m)
    assert not rules.overlap(RACK, beside)
    assert rules.overlap(RACK, replace(beside, x_m=beside.x_m - 0.01))


def test_the_lowest_free_units_are_found() -> None:
    assert rules.free_unit(RACK, ()) == 1
    assert rules.free_unit(RACK, (mount(1, 1, 2), mount(2, 4))) == 3
    assert rules.free_unit(RACK, (mount(1, 1, 2), mount(2, 4)), height=2) == 5
    assert rules.free_unit(RACK, (mount(1, 1, 42),)) is None


@pytest.mark.parametrize(
    "wrong",
    [replace(ROOM, width_m=0.5), replace(ROOM, power_kw=-1.0), replace(ROOM, name="\n")],
)
def test_a_room_that_cannot_be_is_refused(wrong: Room) -> None:
    with pytest.raises(Invalid):
        rules.check_room(wrong)
