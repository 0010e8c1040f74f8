"""The map as arrays."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from noc_console.services.alarms.model import Severity
from noc_console.services.inventory.model import DeviceId, LinkId, Reachability
from noc_console.services.topology.model import Graph, LinkState
from noc_console.views.topology.ink import DOWN, UNKNOWN
from noc_console.views.topology.scene import (
    LOOK_DOWN,
    LOOK_UNKNOWN,
    LOOK_UNMANAGED,
    LOOK_UP,
    WIDTHS,
    Scene,
    look_of,
    severity_of,
    width_of,
)
from tests.views.topology.drawn import G, edge, graph, node, places
from tests.views.topology.networks import Drawn, networks


@pytest.fixture
def scene() -> Scene:
    made = Scene()
    made.show(graph(), places())
    return made


@pytest.mark.parametrize(
    ("given", "look"),
    [
        (node(1), LOOK_UP),
        (node(1, severity=Severity.WARNING), int(Severity.WARNING)),
        (node(1, severity=Severity.CRITICAL, reachability=Reachability.DOWN), LOOK_DOWN),
        (node(1, reachability=Reachability.UNKNOWN), LOOK_UNKNOWN),
        (node(1, reachability=Reachability.UNKNOWN, is_managed=False), LOOK_UNMANAGED),
        (node(1, reachability=Reachability.UNKNOWN, severity=Severity.MINOR), int(Severity.MINOR)),
    ],
)
def test_a_device_looks_as_its_worst_trouble(given: object, look: int) -> None:
    assert look_of(given) == look  # type: ignore[arg-type]


def test_unknown_is_not_down() -> None:
    assert severity_of(LOOK_DOWN) is Severity.CRITICAL
    assert severity_of(LOOK_UNKNOWN) is severity_of(LOOK_UP) is Severity.CLEARED


def test_faster_links_are_wider() -> None:
    assert [width_of(speed) for speed in (0, 10**8, G, 10 * G, 40 * G, 400 * G)] == [
        0, 0, 1, 2, 3, 3,
    ]  # fmt: skip


def test_loads_are_shown_per_direction(scene: Scene) -> None:
    assert scene.shades[1].tolist() == [7, 1]
    assert scene.shades[2].tolist() == [UNKNOWN, UNKNOWN]


def test_a_link_that_is_down_has_no_load() -> None:
    scene = Scene()
    scene.show(graph(edges=(edge(1, 1, 2, state=LinkState.DOWN),)), places())
    assert scene.shades.tolist() == [[DOWN, DOWN]]


def test_parallel_links_run_side_by_side_whichever_way_they_point() -> None:
    scene = Scene()
    scene.show(graph(edges=(edge(1, 1, 2), edge(2, 2, 1), edge(3, 1, 2), edge(4, 3, 4))), places())
    start, end = scene.ends(10.0)
    sides = sorted((start[:3, 1] + end[:3, 1]) / 2)
    assert sides == pytest.approx([-10.0, 0.0, 10.0])
    assert scene.lane[3] == 0


def test_routers_between_sites_are_the_backbone(scene: Scene) -> None:
    backbone = {scene.nodes[at].device_id for at in np.flatnonzero(scene.rank == 0)}
    assert backbone == {DeviceId(2), DeviceId(5)}


def test_the_nearest_device_is_found_within_reach(scene: Scene) -> None:
    assert scene.nearest(97.0, 4.0, 20.0) == 1
    assert scene.nearest(50.0, 50.0, 20.0) is None
    assert Scene().nearest(0, 0, 1e9) is None


def test_links_are_found_beside_their_line(scene: Scene) -> None:
    assert scene.link_near(50.0, 3.0, 5.0) == 0
    assert scene.link_near(50.0, 50.0, 5.0) is None
    assert scene.link_near(-20.0, 0.0, 5.0) is None
    assert Scene().link_near(0, 0, 1e9) is None


def test_a_box_holds_who_is_inside(scene: Scene) -> None:
    assert scene.inside(-10, -10, 110, 10).tolist() == [0, 1]


def test_neighbours_are_those_with_a_link(scene: Scene) -> None:
    assert scene.neighbours(1).tolist() == [0, 2, 4]


def test_devices_without_a_place_stand_at_the_origin() -> None:
    scene = Scene()
    scene.show(graph(), {})
    assert not scene.at.any() and not scene.pinned.any()


@given(networks(), st.floats(-1000, 1000), st.floats(-600, 600), st.floats(1, 300))
@settings(max_examples=30, deadline=None)
def test_picking_finds_what_looking_at_everything_finds(
    drawn: Drawn, x: float, y: float, reach: float
) -> None:
    scene = Scene.of(*drawn)
    apart = np.hypot(scene.at[:, 0] - x, scene.at[:, 1] - y)
    found = scene.nearest(x, y, reach)
    assert (found is None) == (apart.min() > reach)
    assert found is None or apart[found] == apart.min()
    gaps = [_gap(scene, number, x, y, 3.0) for number in range(len(scene.edges))]
    link = scene.link_near(x, y, reach, 3.0)
    assert (link is None) == (min(gaps, default=np.inf) > reach)
    assert link is None or gaps[link] == pytest.approx(min(gaps))


def _gap(scene: Scene, number: int, x: float, y: float, lane: float) -> float:
    """How far a point is from a link, reckoned for this one link alone."""
    start, end = scene.ends(lane)
    a, b, p = start[number], end[number], np.array([x, y])
    along = b - a
    part = min(1.0, max(0.0, float((p - a) @ along) / max(float(along @ along), 1e-9)))
    return float(np.hypot(*(p - a - along * part)))


@given(networks(), st.randoms(use_true_random=False))
@settings(max_examples=20, deadline=None)
def test_links_in_a_box_are_known_after_any_moves(drawn: Drawn, rng: Random) -> None:
    scene = Scene.of(*drawn)
    for _ in range(3):
        scene.links_in(-100, -100, 100, 100)
        number = rng.randrange(len(scene.nodes))
        scene.move(np.array([number]), np.array([[rng.uniform(-900, 900), 0.0]]))
    fresh = Scene.of(*drawn)
    fresh.at = scene.at.copy()
    for box in ((-300, -200, 0, 100), (0, 0, 900, 500), (-2000, -2000, 2000, 2000)):
        assert scene.links_in(*box).tolist() == fresh.links_in(*box).tolist()


def test_a_group_stands_for_its_members_and_has_the_worst_ones_look() -> None:
    whole = graph(trouble=True)
    group = node(1, members=(DeviceId(1), DeviceId(2), DeviceId(3)), group="ring:1")
    group = replace(group, device_id=DeviceId(-1))
    shown = Graph((group, *whole.nodes[3:]), (), whole.places, whole.at)
    scene = Scene.of(shown, places(), whole)
    assert scene.count.tolist() == [3, 0, 0, 0, 0, 0]
    assert scene.pies[0][4] == 1 and scene.pies[0][LOOK_UP] == 2
    assert scene.member_looks({DeviceId(3): LOOK_DOWN}) == {0: LOOK_DOWN}
    assert scene.member_looks({DeviceId(3): LOOK_UP, DeviceId(2): LOOK_UP}) == {0: LOOK_UP}
    assert scene.pies[0].sum() == 3
    assert scene.member_looks({DeviceId(7): LOOK_UP}) == {4: LOOK_UP}


def test_a_bundle_is_wider_than_its_links() -> None:
    links = graph().edges
    bundle = replace(links[0], link_id=LinkId(-1), parts=links[:3])
    scene = Scene.of(graph(edges=(bundle, links[4])), places())
    assert scene.parts.tolist() == [3, 0]
    assert scene.width[0] == scene.width[1] + WIDTHS


def test_only_what_looks_different_is_told_as_changed(scene: Scene) -> None:
    before = scene.look.copy()
    looks = before[:4].copy()
    looks[2] = LOOK_DOWN
    assert scene.put_looks(np.arange(4), looks).tolist() == [2]
    assert scene.put_looks(np.arange(4), looks).tolist() == []
    shades = scene.shades.copy()
    shades[5] = 9, 9
    assert scene.put_shades(np.arange(len(shades)), shades).tolist() == [5]


def test_neighbours_of_several_are_they_and_all_around_them(scene: Scene) -> None:
    assert scene.neighbours_of([0, 2]).tolist() == [0, 1, 2, 3]
    assert scene.neighbours_of([]).tolist() == []
