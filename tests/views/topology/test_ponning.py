"""Splitters and ONUs on the map."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest

from noc_console.kernel.actor import Actor
from noc_console.services.inspection import documents
from noc_console.services.inspection.model import Onu
from noc_console.services.inventory.model import Device, DeviceType, Inspected, Section
from noc_console.services.inventory.service import InventoryService
from noc_console.views.kit.desk import Route
from noc_console.views.kit.tasks import settled
from noc_console.views.topology.page import MapPage
from noc_console.views.topology.ponning import PonTool
from tests.conftest import FakeClock
from tests.views.conftest import until
from tests.views.topology.conftest import opened

PORTS = ("GPON 0/1/0", "GPON 0/1/1")


@pytest.fixture
async def olt(
    ids: dict[str, int], inventory: InventoryService, collector: Actor, clock: FakeClock
) -> Device:
    """A device of the network that turned out to be an OLT, with five ONUs on two ports."""
    device = (await inventory.devices(collector))[0]
    onus = [
        Onu(f"1.{at}", f"home-{at}", f"48575443{at:08X}", PORTS[at % 2], 100 + at % 2, "online")
        for at in range(5)
    ]
    await inventory.record(
        collector,
        inspected=Inspected(
            address=device.address, port=device.port, at=clock.now(), name=device.name,
            credential_id=1, type=DeviceType.OLT,
            sections=(Section("onus", documents.written(onus, most=9)[0]),),
        ),
    )  # fmt: skip
    return device


@pytest.fixture
async def fanned(page: MapPage, olt: Device) -> MapPage:
    await opened(page)
    page.canvas.select({page.canvas.scene.number[olt.id]})
    page.tool(PonTool).toggle()
    await until(lambda: "GPON 0/1/1" in names(page))
    return page


def names(page: MapPage) -> set[str]:
    return {node.name for node in page.canvas.scene.nodes if node.is_passive}


def number(page: MapPage, name: str) -> int:
    return next(at for at, node in enumerate(page.canvas.scene.nodes) if node.name == name)


async def test_an_olt_opens_into_splitters_and_a_splitter_into_onus(fanned: MapPage) -> None:
    assert names(fanned) == set(PORTS)
    scene = fanned.canvas.scene
    assert int(scene.count[number(fanned, PORTS[0])]) == 3
    fanned._open(int(scene.nodes[number(fanned, PORTS[0])].device_id))
    await until(lambda: "home-2" in names(fanned))
    assert names(fanned) == {*PORTS, "home-0", "home-2", "home-4"}
    fanned._open(int(fanned.canvas.scene.nodes[number(fanned, "home-2")].device_id))
    await until(lambda: names(fanned) == set(PORTS))


async def test_put_away_the_map_is_as_it_was(fanned: MapPage, olt: Device) -> None:
    fanned.canvas.select({fanned.canvas.scene.number[olt.id]})
    fanned.tool(PonTool).toggle()
    await until(lambda: not names(fanned))
    assert fanned.tool(PonTool).words() == {}


async def test_they_are_told_of_but_never_selected_moved_or_asked(fanned: MapPage) -> None:
    canvas = fanned.canvas
    canvas._flight = None
    splitter = number(fanned, PORTS[1])
    canvas.select({splitter})
    assert canvas.selection == set()
    place = tuple(canvas.scene.at[splitter])
    spot = canvas.spot_of(splitter)
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=spot)
    QTest.mouseMove(canvas, spot + QPointF(40, 30).toPoint())
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=spot + QPointF(40, 30).toPoint())
    assert tuple(canvas.scene.at[splitter]) == place and not canvas.selection
    canvas.hover(QPointF(canvas.spot_of(splitter)))
    await settled()
    assert canvas.hit.device == splitter


async def test_what_is_open_comes_back_by_its_words(fanned: MapPage, olt: Device) -> None:
    tool = fanned.tool(PonTool)
    fanned._open(int(fanned.canvas.scene.nodes[number(fanned, PORTS[0])].device_id))
    await until(lambda: "home-2" in names(fanned))
    words = tool.words()["pon"]
    tool.visit("pon", "")
    await until(lambda: not names(fanned))
    fanned.visit(Route("map", text=f"pon:{words}"))
    await until(lambda: "home-2" in names(fanned))
    assert not tool.visit("pon", "7/x") and not tool.visit("fold", "site")


async def test_a_device_that_is_no_olt_has_none(page: MapPage, ids: dict[str, int]) -> None:
    await opened(page)
    told: list[str] = []
    page.desk.wires.noticed.connect(lambda text, _tone: told.append(text))
    page.canvas.select({0})
    page.tool(PonTool).toggle()
    assert told == ["Select an OLT first."]
