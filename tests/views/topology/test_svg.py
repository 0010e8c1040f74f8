"""The map as an SVG document."""

from __future__ import annotations

from dataclasses import replace
from xml.etree import ElementTree

from noc_console.services.inventory.model import DeviceType
from noc_console.views.topology import svg
from noc_console.views.topology.ink import MISSING, ink
from noc_console.views.topology.scene import Scene
from tests.views.topology.drawn import graph, node, places

NS = {"s": "http://www.w3.org/2000/svg"}


def parsed(scene: Scene) -> ElementTree.Element:
    return ElementTree.fromstring(svg.document(scene, 800, 600, ink()))


def drawn(trouble: bool = False) -> Scene:
    scene = Scene()
    scene.show(graph(trouble=trouble), places())
    return scene


def test_every_device_is_used_and_named_once() -> None:
    root = parsed(drawn())
    uses = root.findall("s:use", NS)
    assert len(uses) == 8
    ids = {group.get("id") for group in root.findall("s:defs/s:g", NS)}
    assert {use.get("href", "").removeprefix("#") for use in uses} == ids
    texts = ["".join(text.itertext()) for text in root.findall("s:text", NS)]
    assert "dev-1" in texts and any(text.startswith("Delft") for text in texts)


def test_a_hostile_name_stays_text() -> None:
    scene = drawn()
    evil = "</text><script>alert(1)</script>\x00\u202e"
    nodes = (replace(node(1), name=evil, type=DeviceType.WIRELESS), *scene.nodes[1:])
    scene.nodes = nodes
    root = parsed(scene)
    assert root.find(".//s:script", NS) is None
    assert any("<script>" in "".join(text.itertext()) for text in root.findall("s:text", NS))


def test_links_that_are_down_are_dashed_and_loads_have_two_halves() -> None:
    calm, loud = parsed(drawn()), parsed(drawn(trouble=True))
    dashes = [line.get("stroke-dasharray") for line in loud.findall("s:line", NS)]
    assert "8 6" in dashes and "1.5 4.5" in dashes
    tick = 1  # one half is at 75 %
    assert len(calm.findall("s:line", NS)) == 8 * 2 + 1 + tick


def test_missing_counters_are_hatched() -> None:
    scene = drawn()
    before = len(parsed(scene).findall("s:line", NS))
    scene.shades[0, 0] = MISSING
    strokes = parsed(scene).findall("s:line", NS)
    assert len(strokes) > before + 3
    assert sum(line.get("stroke-width") == "1.1" for line in strokes) == len(strokes) - before


def test_every_type_can_be_written() -> None:
    scene = drawn()
    scene.kind[:] = range(8)
    assert len(parsed(scene).findall("s:defs/s:g", NS)) == 8
