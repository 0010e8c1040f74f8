"""Changes of single devices and links."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtTest import QTest

from noc_console.services.inventory.model import DeviceId
from noc_console.services.topology.model import Graph
from noc_console.views.topology.canvas import Grouping, MapCanvas
from noc_console.views.topology.scene import LOOK_DOWN, Scene
from tests.views.topology.drawn import graph, node, places


@pytest.fixture
def canvas() -> MapCanvas:
    made = MapCanvas()
    made.resize(700, 400)
    made.show()
    made.show_graph(graph(), places())
    made.grab()
    return made


def test_a_storm_is_drawn_a_few_times_and_properly_soon_after(canvas: MapCanvas) -> None:
    before = canvas.layer.drawn
    for step in range(200):
        canvas.show_states(np.array([step % 8]), np.array([step % 6]))
    assert canvas.changes.gathering.isActive() and canvas.layer.drawn == before
    canvas.changes.draw()
    assert canvas.changes.freshening.isActive()
    canvas.changes.freshening.setInterval(1)
    canvas.changes.freshening.start()
    QTest.qWait(30)
    canvas.grab()
    assert canvas.layer.drawn == before + 1


def test_too_many_changes_make_a_new_picture(
    canvas: MapCanvas, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("noc_console.views.topology.changes.MANY", 3)
    canvas.show_states(np.arange(8), np.full(8, LOOK_DOWN))
    canvas.changes.draw()
    assert canvas.layer.is_stale or canvas._quiet.isActive()
    assert not canvas.changes.freshening.isActive()


def test_bubbles_count_what_changed(canvas: MapCanvas) -> None:
    canvas.group(Grouping.SITES)
    canvas.show_looks({DeviceId(1): LOOK_DOWN, DeviceId(99): LOOK_DOWN})
    canvas.changes.draw()
    assert [site.troubled for site in canvas.bubbles] == [1, 0]


def test_a_member_changes_the_ring_of_its_group(canvas: MapCanvas) -> None:
    whole = graph()
    group = replace(
        node(1, members=(DeviceId(1), DeviceId(2)), group="ring:1"), device_id=DeviceId(-1)
    )
    shown = Graph((group, *whole.nodes[2:]), (), whole.places, whole.at)
    canvas.take(Scene.of(shown, places(), whole))
    canvas.show_looks({DeviceId(2): LOOK_DOWN})
    assert canvas.scene.look[0] == LOOK_DOWN and canvas.scene.pies[0][LOOK_DOWN] == 1
    canvas.show_looks({DeviceId(2): 0})
    assert canvas.scene.look[0] == 0


def test_changes_of_a_scene_that_is_gone_are_forgotten(canvas: MapCanvas) -> None:
    canvas.show_states(np.array([7]), np.array([LOOK_DOWN]))
    canvas.show_graph(Graph(graph().nodes[:2], (), graph().places), places())
    canvas.changes.draw()
    canvas.grab()
    assert len(canvas.scene.look) == 2
