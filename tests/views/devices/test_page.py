"""The list of devices, on real services."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest

from noc_console.kernel.actor import Actor
from noc_console.services.alarms.model import Severity
from noc_console.services.inventory.model import Reachability
from noc_console.services.inventory.service import InventoryService
from noc_console.views.devices.page import DevicesPage
from noc_console.views.kit.desk import Desk, Route, make_desk
from noc_console.views.kit.tasks import settled
from tests.views.conftest import shown, until
from tests.views.world import NAMES, World


@pytest.fixture
async def page(desk: Desk, world: World) -> DevicesPage:
    made = DevicesPage(desk, world.inventory, world.telemetry, world.alarms)
    shown(made, 1200, 600)
    await settled()
    return made


def names(page: DevicesPage) -> list[str]:
    return [row.device.name for row in page.table.rows.rows()]


async def test_every_device_is_there_by_name(page: DevicesPage) -> None:
    assert names(page) == list(NAMES)


async def test_a_change_shows_by_itself_and_the_choice_stays(
    page: DevicesPage, world: World
) -> None:
    page.table.select(world.devices["edge-3"])
    await world.inventory.set_reachability(
        world.collector,
        device_id=world.devices["core-1"],
        reachability=Reachability.DOWN,
        at=world.clock.now(),
    )
    await world.report("olt-4", Severity.MINOR)
    await until(lambda: page.table.rows.row(0).device.reachability is Reachability.DOWN)
    page.mark_stale()
    await until(lambda: page.table.rows.row(3).worst is Severity.MINOR)
    current = page.table.current()
    assert current is not None
    assert current.device.name == "edge-3"


async def test_measurements_are_shown_and_filtered_by(page: DevicesPage, world: World) -> None:
    await world.measure("core-1", 12.0)
    await world.measure("core-2", 93.5)
    page.reload()
    await settled()
    page.table.set_filter("cpu:>80")
    assert names(page) == ["core-2"]
    page.table.set_filter("type:router -core-2")
    assert names(page) == ["core-1"]
    page.table.set_filter("state:up site:north core")
    assert names(page) == ["core-1", "core-2"]


async def test_keys_lead_to_device_map_and_alarms(
    page: DevicesPage, world: World, desk: Desk
) -> None:
    went: list[Route] = []
    desk.wires.went.connect(went.append)
    number = world.devices["core-2"]
    page.table.select(number)
    page.table.view.setFocus()
    for key in (Qt.Key.Key_Return, Qt.Key.Key_O, Qt.Key.Key_M, Qt.Key.Key_A):
        QTest.keyClick(page.table.view, key)
    assert went == [
        Route("device", id=number),
        Route("device", id=number),
        Route("map", id=number),
        Route("alarms", text='object:"core-2"'),
    ]
    page.copy_address()
    assert QGuiApplication.clipboard().text() == "10.0.0.2"


async def test_a_route_filters_and_selects(page: DevicesPage, world: World) -> None:
    page.visit(Route("devices", id=world.devices["core-2"], text="core"))
    assert names(page) == ["core-1", "core-2"]
    current = page.table.current()
    assert current is not None
    assert current.device.name == "core-2"


async def test_without_devices_it_says_how_to_find_some(world: World, desk: Desk) -> None:
    other = make_desk(Actor("ann", "other", frozenset({"*"})), desk.feed, clock=world.clock)
    went: list[Route] = []
    other.wires.went.connect(went.append)
    page = DevicesPage(other, world.inventory, world.telemetry, world.alarms)
    shown(page, 1200, 600)
    await until(lambda: page.is_empty)
    page._empty.button.click()
    assert went == [Route("discovery")]


async def test_what_one_may_not_see_is_refused_in_place(
    world: World, desk: Desk, bugs: list[BaseException]
) -> None:
    guest = make_desk(Actor("guest", "acme"), desk.feed, clock=world.clock, on_error=bugs.append)
    page = DevicesPage(guest, world.inventory, world.telemetry, world.alarms)
    shown(page, 1200, 600)
    await until(page.strip.isVisible)
    assert "guest may not" in page.strip.text.text()
    assert bugs == []
    assert isinstance(world.inventory, InventoryService)


async def test_the_export_has_plain_numbers(page: DevicesPage, world: World) -> None:
    await world.measure("core-1", 12.25)
    page.reload()
    await settled()
    header, first = page.table.csv().splitlines()[1:3]
    assert header.startswith("State,Name,Type")
    assert first.startswith("Up,core-1,router,Juniper,MX304,")
    assert ",12.250," in first


async def test_the_chosen_devices_open_as_a_ring(desk: Desk, world: World) -> None:
    page = DevicesPage(desk, world.inventory, world.telemetry, world.alarms)
    shown(page)
    await until(lambda: page.table.rows.rowCount() == 5)
    went: list[Route] = []
    desk.wires.went.connect(went.append)
    page.table.select(world.devices["edge-3"])
    page.open_ring()
    assert went == [Route("ring", text=f"device:{world.devices['edge-3']}")]
