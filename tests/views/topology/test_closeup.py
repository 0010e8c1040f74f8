"""What is written when one comes near."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from PySide6.QtGui import QImage, QPainter

from noc_console.services.inventory.model import DeviceId
from noc_console.services.topology.model import Graph, LinkState, Position
from noc_console.views.kit.desk import Route
from noc_console.views.kit.tasks import settled
from noc_console.views.topology import shading
from noc_console.views.topology.canvas import Grouping, MapCanvas
from noc_console.views.topology.closeup import (
    AT_ONCE,
    LABELS_FROM,
    MOST,
    CloseUp,
    CloseUpTool,
    Label,
)
from noc_console.views.topology.page import MapPage
from tests.views.measured import Ids
from tests.views.topology.conftest import opened
from tests.views.topology.drawn import AT, edge, graph, node

PAIR = (node(1, site_id=None), node(2, site_id=None))


def canvas_of(given: Graph, apart: float, scale: float) -> MapCanvas:
    canvas = MapCanvas()
    canvas.resize(1000, 700)
    canvas.group(Grouping.DEVICES)
    across = {n.device_id: Position(at * apart, at * 40.0) for at, n in enumerate(given.nodes)}
    canvas.show_graph(given, across)
    canvas.is_own_view = True
    canvas.zoom(scale / canvas.camera.scale)
    canvas.grab()
    return canvas


def labels(canvas: MapCanvas) -> list[Label]:
    close = CloseUp(canvas, lambda: None)
    close.go_on()
    return close.labels


def pair(apart: float, scale: float = 1.2, **more: object) -> list[str]:
    link = edge(1, 1, 2, ab=0.4, ba=0.05)
    canvas = canvas_of(replace(graph(), nodes=PAIR, edges=(link,), places=()), apart, scale)
    if "layer" in more:
        canvas.scene.shading = more["layer"]  # type: ignore[assignment]
    return [label.text for label in labels(canvas)]


def test_a_long_link_tells_its_rates_ports_and_addresses() -> None:
    told = {"4.00 Gb/s", "500 Mb/s", "xe-1", "192.0.2.1", "192.0.2.2"}
    assert told <= set(pair(500.0)) <= told | {"xe-2"}, "a name may stand where a port would"


def test_a_link_shorter_than_its_label_tells_nothing() -> None:
    assert not {"4.00 Gb/s", "500 Mb/s", "xe-1"} & set(pair(70.0))


def test_from_afar_nothing_is_written() -> None:
    assert pair(2000.0, LABELS_FROM * 0.9) == []


def test_a_dead_link_tells_its_ports_and_no_rate() -> None:
    dead = edge(1, 1, 2, ab=0.4, state=LinkState.DOWN)
    canvas = canvas_of(replace(graph(), nodes=PAIR, edges=(dead,), places=()), 500.0, 1.2)
    told = {label.text for label in labels(canvas)}
    assert "xe-1" in told and not any(text.endswith("b/s") for text in told)


def test_ports_and_addresses_come_later_than_rates() -> None:
    assert set(pair(900.0, 0.6)) == {"4.00 Gb/s", "500 Mb/s"}


@pytest.mark.parametrize(
    ("layer", "told"), [(shading.CAPACITY, "10 Gb/s"), (shading.PROOF, "95"), (shading.AGE, "1 s")]
)
def test_labels_follow_the_layer(layer: shading.Shading, told: str) -> None:
    assert told in pair(500.0, layer=layer)


def crowd(devices: int = 400) -> MapCanvas:
    """A net of links over each other, far more than can be told."""
    rng = np.random.default_rng(5)
    nodes = tuple(node(at, site_id=None) for at in range(1, devices + 1))
    ends = rng.integers(1, devices + 1, (900, 2)).tolist()
    edges = tuple(
        edge(at, a, b, ab=rng.random(), ba=rng.random())
        for at, (a, b) in enumerate(ends, 1)
        if a != b
    )
    canvas = MapCanvas()
    canvas.resize(1600, 900)
    canvas.group(Grouping.DEVICES)
    where = {
        DeviceId(at): Position(*rng.uniform(0, 1500, 2).tolist()) for at in range(1, devices + 1)
    }
    canvas.show_graph(Graph(nodes, edges, (), AT + timedelta(seconds=2)), where)
    canvas.is_own_view = True
    canvas.zoom(1.0 / canvas.camera.scale)
    canvas.grab()
    return canvas


def test_no_label_lies_on_another_and_there_are_never_too_many() -> None:
    canvas = crowd()
    found = labels(canvas)
    assert 20 < len(found) <= MOST
    for one, other in itertools.combinations(found, 2):
        assert abs(one.y - other.y) >= 6 or abs(one.x - other.x) > 10


def test_labels_are_written_a_few_at_a_time() -> None:
    canvas = crowd()
    asked: list[bool] = []
    close = CloseUp(canvas, lambda: asked.append(True))
    image = QImage(canvas.size(), QImage.Format.Format_RGB32)

    def written() -> int:
        painter = QPainter(image)
        close.paint(painter, canvas.camera, canvas.width(), canvas.height())
        painter.end()
        return close._ready

    assert written() == 0 and asked
    close.go_on()
    first = written()
    assert 0 < first <= AT_ONCE + 1
    while close._ready < len(close.labels):
        close.go_on()
    asked.clear()
    assert written() == len(close.labels) and not asked


def test_panning_a_little_keeps_the_labels_where_they_are_on_the_map() -> None:
    canvas = crowd()
    close = CloseUp(canvas, lambda: None)
    close.go_on()
    before = close.labels
    canvas.pan(-30, 20)
    close.go_on()
    assert close.labels is before
    canvas.pan(-400, 0)
    close.go_on()
    assert close.labels is not before


async def test_the_tool_writes_when_the_map_rests(page: MapPage, ids: Ids) -> None:
    await opened(page)
    page.canvas.group(Grouping.DEVICES)
    page.visit(Route("map", text="layer:capacity"))
    await settled()
    page.canvas.is_own_view = True
    page.canvas.zoom(1.4 / page.canvas.camera.scale)
    page.canvas.grab()
    tool = page.tool(CloseUpTool)
    assert tool._rest.isActive()
    tool._place()
    assert tool.closeup.labels
    assert any(label.text.endswith("b/s") for label in tool.closeup.labels)
