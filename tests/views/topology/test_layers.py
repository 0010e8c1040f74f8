"""One layer at a time, by key, menu and route."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtGui import QImage

from noc_console.db.samples import Samples
from noc_console.kernel.actor import Actor
from noc_console.services.inventory.service import InventoryService
from noc_console.services.topology.model import Graph, Light, Position
from noc_console.views.kit.desk import Route
from noc_console.views.kit.tasks import settled
from noc_console.views.kit.theme import Look
from noc_console.views.topology import legend, shading
from noc_console.views.topology.canvas import Grouping, Hit, MapCanvas
from noc_console.views.topology.layers import LayersTool, light_text
from noc_console.views.topology.page import MapPage
from noc_console.views.topology.shading import SHADINGS, Shading
from tests.conftest import FakeClock
from tests.views.measured import Ids, measure
from tests.views.topology.conftest import opened
from tests.views.topology.drawn import AT, edge, node


async def test_each_layer_has_a_key_and_stands_in_the_menu(page: MapPage, ids: Ids) -> None:
    await opened(page)
    for number, layer in enumerate(SHADINGS, 1):
        action = page.desk.actions.action(f"map.layer-{layer.name}")
        assert action.shortcut().toString() == str(number)
        assert f"map.layer-{layer.name}" in page.stage.menus["View"]
        action.trigger()
        await settled()
        assert page.canvas.scene.shading is layer


async def test_a_layer_shades_the_links_by_what_it_tells(
    page: MapPage,
    ids: Ids,
    samples: Samples,
    inventory: InventoryService,
    operator: Actor,
    clock: FakeClock,
) -> None:
    await measure(samples, inventory, operator, clock, int(ids["pra-cr1"]), share=0.75)
    await opened(page)
    assert (page.canvas.scene.shades == 7).any()
    page.tool(LayersTool).show(shading.CAPACITY)
    await settled()
    scene = page.canvas.scene
    assert (scene.shades == shading.CAPACITY.shades(scene.edges, page.stage.network.at)).all()
    page.stage.reload()
    await settled()
    assert page.canvas.scene.shading is shading.CAPACITY
    assert not (page.canvas.scene.shades == 7).any()


async def test_one_key_goes_through_all_of_them(page: MapPage, ids: Ids) -> None:
    await opened(page)
    tool, seen = page.tool(LayersTool), []
    for _ in SHADINGS:
        tool.cycle()
        await settled()
        seen.append(tool.shading)
    assert seen == [*SHADINGS[1:], SHADINGS[0]]


async def test_a_route_names_a_layer_before_and_after_the_map_is_there(
    page: MapPage, ids: Ids
) -> None:
    page.visit(Route("map", text="layer:errors"))
    await opened(page)
    assert page.tool(LayersTool).shading is shading.ERRORS
    page.visit(Route("map", text="layer:light"))
    await settled()
    assert page.tool(LayersTool).shading is shading.LIGHT
    assert not page.tool(LayersTool).visit("layer", "nonsense")


async def test_the_layer_is_remembered(page: MapPage, ids: Ids) -> None:
    await opened(page)
    page.tool(LayersTool).show(shading.AGE)
    await settled()
    assert page.desk.state.get("map.layer") == {page.stage.view: "age"}


async def test_the_legend_tells_the_age_of_the_data(
    page: MapPage,
    ids: Ids,
    samples: Samples,
    inventory: InventoryService,
    operator: Actor,
    clock: FakeClock,
) -> None:
    await opened(page)
    assert page.canvas.note == ""
    await measure(samples, inventory, operator, clock, int(ids["pra-cr1"]))
    clock.tick(seconds=42)
    page.stage.reload()
    await settled()
    assert page.canvas.note == "data 42 s old"


async def test_a_link_tells_its_health_on_the_card(
    page: MapPage,
    ids: Ids,
    samples: Samples,
    inventory: InventoryService,
    operator: Actor,
    clock: FakeClock,
) -> None:
    await measure(samples, inventory, operator, clock, int(ids["pra-cr1"]))
    await opened(page)
    tool, scene = page.tool(LayersTool), page.canvas.scene
    counted = next(at for at, e in enumerate(scene.edges) if e.load.ab_errors is not None)
    assert dict(tool.story(Hit(link=counted)))["Errors"].startswith("0/s →")
    blind = next(at for at, edge in enumerate(scene.edges) if edge.load.at is None)
    assert tool.story(Hit(link=blind)) == ()
    assert tool.story(Hit(device=0)) == ()


@pytest.mark.parametrize(
    ("light", "text"),
    [
        (None, ""),
        (Light(-9.31), "-9.3 dBm"),
        (Light(-9.31, low=-15.0), "-9.3 dBm (5.7 dB room)"),
    ],
)
def test_light_is_told_with_its_room(light: Light | None, text: str) -> None:
    assert light_text(light) == text


@pytest.mark.parametrize("theme", ["dark", "light"])
@pytest.mark.parametrize("layer", [s for s in SHADINGS if s is not shading.CLASSIC])
def test_a_map_where_all_is_well_is_grey(dressed: Look, theme: str, layer: Shading) -> None:
    """U1: less than one pixel in a hundred is saturated."""
    dressed.use(theme)
    rng = np.random.default_rng(4)
    nodes = tuple(node(at, site_id=None) for at in range(1, 120))
    links = tuple(
        edge(at, at, int(rng.integers(1, at)), ab=rng.random() * 0.6, ba=rng.random() * 0.6)
        for at in range(2, 120)
    )
    places = {n.device_id: Position(*rng.uniform(0, 1400, 2).tolist()) for n in nodes}
    canvas = MapCanvas()
    canvas.resize(1198, 650)
    canvas.scene.shading = layer
    canvas.group(Grouping.DEVICES)
    canvas.show_graph(Graph(nodes, links, (), AT), places)
    image = canvas.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    bits = np.frombuffer(image.constBits(), np.uint8)
    rgb = bits.reshape(image.height(), -1, 4)[: -legend.HEIGHT, :, :3].astype(int)
    assert (np.ptp(rgb, axis=2) > 24).mean() < 0.15, "even the calm tones are rare"
    assert (np.ptp(rgb, axis=2) > 90).mean() < 0.01
