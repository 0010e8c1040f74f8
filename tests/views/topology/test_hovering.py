"""The card beside the pointer."""

from __future__ import annotations

from PySide6.QtCore import QPointF

from noc_console.db.samples import Samples
from noc_console.kernel.actor import Actor
from noc_console.services.inventory.model import DeviceId
from noc_console.services.inventory.service import InventoryService
from noc_console.views.kit.tasks import settled
from noc_console.views.topology.hovering import HoverTool
from noc_console.views.topology.page import MapPage
from tests.conftest import FakeClock
from tests.views.measured import Ids, measure
from tests.views.topology.conftest import opened


async def pointed_at(page: MapPage, device: DeviceId, *, wanted: str) -> dict[str, str]:
    """What the card says of a device. A map that moves meanwhile hides it: one points again."""
    card = page.tool(HoverTool).card
    for _ in range(50):
        page.canvas.hover(QPointF(page.canvas.spot_of(page.canvas.scene.number[device])))
        page.tool(HoverTool).tell()
        await settled()
        told = {name.text(): text.whole() for name, text in card._rows if name.isVisible()}
        if card.isVisible() and wanted in told:
            return told
    raise AssertionError(f"the card never told {wanted}")


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
    told = await pointed_at(page, ids["pra-cr1"], wanted="CPU")
    assert page.tool(HoverTool).card.title.whole() == "pra-cr1"
    assert told["CPU"] == "42 %" and told["Model"] == "Juniper MX204"


async def test_the_card_counts_what_hangs_behind(page: MapPage, ids: Ids) -> None:
    await opened(page)
    study = await page.stage.services.analysis.study(page.desk.actor)
    behind = {name: (await study.reach_of_device(ids[name])).downstream for name in ids}
    name = max(behind, key=lambda name: len(behind[name]))
    assert behind[name], "some device of this network is the only way for others"
    told = await pointed_at(page, ids[name], wanted="Behind it")
    assert told["Behind it"].startswith(f"{len(behind[name])} device")
