"""The collectors' page, on real services and a real lease."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog

from noc_console.services.collectors.model import CollectorState
from noc_console.services.collectors.service import CollectorService
from noc_console.views.collectors.page import CollectorsPage
from noc_console.views.collectors.zones import ChoiceDialog
from noc_console.views.kit.desk import Desk, Route
from noc_console.views.kit.dialogs import Dialog
from tests.views.conftest import shown, until
from tests.views.world import World


@pytest.fixture
async def page(desk: Desk, team: CollectorService, world: World) -> CollectorsPage:
    made = CollectorsPage(desk, team, world.telemetry, world.inventory)
    shown(made, 1200, 640)
    await until(lambda: made.table.rows.rows() and made.table.rows.row(0).share)
    return made


async def dialog_of(page: CollectorsPage) -> QDialog:
    await until(lambda: page.window().findChildren(QDialog))
    return page.window().findChildren(QDialog)[0]


def agree(dialog: QDialog) -> None:
    assert isinstance(dialog, Dialog)
    dialog.accept_button.click()


async def test_the_only_collector_is_chosen_and_shown_in_full(page: CollectorsPage) -> None:
    row = page.table.rows.row(0)
    assert row.name == "noc-1"
    assert row.share is not None
    assert row.share.is_me
    assert page.details.facts.texts()["Late"] == "1 of 60"
    assert len(page.details.tiers.rows.rows()) == 1
    assert page.tabs.tabText(1) == "Zones"


async def test_taking_it_out_of_service_asks_and_resuming_does_not(page: CollectorsPage) -> None:
    page.drain()
    agree(await dialog_of(page))

    def state() -> CollectorState | None:
        share = page.table.rows.row(0).share
        return None if share is None else share.state

    await until(lambda: state() is CollectorState.DRAINING)
    await until(lambda: page.desk.actions.action("collectors.resume").isEnabled())
    assert not page.desk.actions.action("collectors.drain").isEnabled()
    page.resume()
    await until(lambda: state() is not CollectorState.DRAINING)


async def test_a_zone_is_added_filled_and_served(page: CollectorsPage) -> None:
    page.visit(Route("collectors", text="zones"))
    page.zones.add()
    dialog = await dialog_of(page)
    line = dialog.focusWidget()
    assert line is not None
    QTest.keyClicks(line, "pop-7")
    agree(dialog)
    table = page.zones.table
    await until(lambda: [zone.name for zone in table.rows.rows()] == ["common", "pop-7"])
    zone = table.rows.row(1).id
    table.select(zone)
    page.zones.place()
    choice = await dialog_of(page)
    assert isinstance(choice, ChoiceDialog)
    assert [choice.names.itemText(n) for n in range(choice.names.count())] == ["Northgate"]
    agree(choice)
    await until(lambda: table.rows.row(1).sites == ("Northgate",))
    await until(lambda: page.tabs.tabText(1) == "Zones  1 without a collector")
    page.zones.serve()
    served = await dialog_of(page)
    agree(served)
    await until(lambda: "noc-1" in table.rows.row(1).collectors)
    await until(lambda: page.tabs.tabText(1) == "Zones")


async def test_the_common_zone_is_left_alone(page: CollectorsPage, desk: Desk) -> None:
    said: list[str] = []
    desk.wires.noticed.connect(lambda text, tone: said.append(text))
    await until(lambda: page.zones.table.rows.rows())
    page.zones.table.select(page.zones.table.rows.row(0).id)
    page.zones.remove()
    assert said
    assert not page.window().findChildren(QDialog)


async def test_a_slow_device_opens(page: CollectorsPage, desk: Desk) -> None:
    went: list[Route] = []
    desk.wires.went.connect(went.append)
    page.details.device_opened.emit(3)
    assert went == [Route("device", id=3)]
    page.table.view.setFocus()
    QTest.keyClick(page.table.view, Qt.Key.Key_Down)
    assert page.table.current() is not None


async def test_without_a_collector_the_page_says_how_to_start_one(
    desk: Desk, store: object, world: World
) -> None:
    service = CollectorService(store, inventory=world.inventory)  # type: ignore[arg-type]
    page = CollectorsPage(desk, service, world.telemetry, world.inventory)
    shown(page, 1000, 500)
    await until(lambda: page.is_empty)
