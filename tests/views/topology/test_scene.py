"""The map as arrays."""

from __future__ import annotations

import numpy as np
import pytest

from noc_console.services.alarms.model import Severity
from noc_console.services.inventory.model import DeviceId, Reachability
from noc_console.services.topology.model import LinkState
from noc_console.views.topology.ink import DOWN, UNKNOWN
from noc_console.views.topology.scene import (
    LOOK_DOWN,
    LOOK_UNKNOWN,
    LOOK_UNMANAGED,
    LOOK_UP,
    Scene,
    look_of,
    severity_of,
    width_of,
)
from tests.views.topology.drawn import G, edge, graph, node, places


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
