"""The card beside the pointer."""

from __future__ import annotations

from PySide6.QtCore import QPointF

from noc_console.db.samples import Samples
from noc_console.kernel.actor import Actor
from noc_console.services.inventory.service import InventoryService
from noc_console.views.kit.tasks import settled
from noc_console.views.topology.hovering import HoverTool
from noc_console.views.topology.page import MapPage
from tests.conftest import FakeClock
from tests.views.measured import Ids, measure
from tests.views.topology.conftest import opened


async def test_the_card_tells_how_the_device_feels(
    page: MapPage,
    ids: Ids,
    samples: Samples,
    inventory: InventoryService,
    operator: Actor,
    clock: FakeClock,
) -> None:
    await measure(samples, inventory, operator, clock, int(ids["pra-cr1"]))
    await opened(page)
    page.canvas.hover(QPointF(page.canvas.spot_of(page.canvas.scene.number[ids["pra-cr1"]])))
    hover = page.tool(HoverTool)
    hover.tell()
    await settled()
    assert hover.card.isVisible() and hover.card.title.whole() == "pra-cr1"
    told = {name.text(): text.whole() for name, text in hover.card._rows if name.isVisible()}
    assert told["CPU"] == "42 %" and told["Model"] == "Juniper MX204"


async def test_the_card_counts_what_hangs_behind(page: MapPage, ids: Ids) -> None:
    await opened(page)
    study = await page.stage.services.analysis.study(page.desk.actor)
    behind = {name: (await study.reach_of_device(ids[name])).downstream for name in ids}
    name = max(behind, key=lambda name: len(behind[name]))
    assert behind[name], "some device of this network is the only way for others"
    page.canvas.hover(QPointF(page.canvas.spot_of(page.canvas.scene.number[ids[name]])))
    hover = page.tool(HoverTool)
    hover.tell()
    await settled()
    told = {name.text(): text.whole() for name, text in hover.card._rows if name.isVisible()}
    assert told["Behind it"].startswith(f"{len(behind[name])} device")
