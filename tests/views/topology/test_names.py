"""Who is named where."""

from __future__ import annotations

import numpy as np

from noc_console.views.topology.camera import Camera
from noc_console.views.topology.names import PLACED, REFUSED, Plan, Room, place, wanted
from noc_console.views.topology.scene import LOOK_DOWN, Scene
from tests.views.topology.drawn import graph, places


def all_placed(room: Room, at: np.ndarray, wide: float = 40.0) -> Plan:
    plan = Plan(1.0, len(at))
    numbers = np.arange(len(at))
    for _ in place(iter([wide] * len(at)), at, np.full(len(at), 10.0), numbers, room, plan):
        pass
    return plan


def test_a_name_stands_below_else_beside_else_above_else_nowhere() -> None:
    at = np.repeat([[200.0, 200.0]], 6, axis=0)
    plan = all_placed(Room(0, 0, 400, 400), at)
    assert plan.state.tolist() == [PLACED] * 4 + [REFUSED] * 2
    below, right, left, above = plan.spot[:4]
    assert below[1] > 0 and right[0] > 0 > left[0] and above[1] < 0


def test_taken_squares_are_left_free_of_names() -> None:
    room = Room(0, 0, 400, 400)
    room.take_squares(np.array([[200.0, 219.0], [-500.0, 0.0]]), 8.0)
    plan = all_placed(room, np.array([[200.0, 200.0]]))
    assert plan.spot[0][1] == 0, "below is taken, so it stands beside"


def test_a_room_reaches_a_little_beyond_its_edges_and_no_further() -> None:
    room = Room(100, 100, 200, 200)
    assert room.try_take(20, 120, 60, 130)
    assert not room.try_take(-900, 120, -880, 130)
    assert not room.try_take(30, 122, 50, 128)


def test_trouble_is_asked_first_then_the_backbone() -> None:
    scene = Scene.of(graph(trouble=True), places())
    scene.look[3] = LOOK_DOWN
    scene.look[6] = 0
    plan = Plan(1.0, 8)
    order = wanted(scene, np.arange(8), 26.0, plan).tolist()
    assert order[:2] == [3, 1] and order[2] == 4
    plan.state[3] = PLACED
    assert 3 not in wanted(scene, np.arange(8), 26.0, plan)


def test_in_a_crowd_only_who_matters_is_named() -> None:
    scene = Scene.of(graph(trouble=True), places())
    scene.rank[:] = 2
    plan = Plan(1.0, 8, is_sparse=True)
    named = wanted(scene, np.arange(8), 17.0, plan)
    assert set(named.tolist()) == {1, 6}


def test_a_plan_is_for_one_zoom_of_one_network() -> None:
    scene = Scene.of(graph(), places())
    plan = Plan(0.5, 8)
    assert plan.fits(scene, Camera(0.5, 3, 4))
    assert not plan.fits(scene, Camera(0.6)) and not plan.fits(Scene(), Camera(0.5))
