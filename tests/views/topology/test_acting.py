"""What one does with devices from the map."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPointF
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from noc_console.kernel.actor import Actor
from noc_console.services.alarms.model import AlarmObject, AlarmState, Condition, Severity
from noc_console.services.alarms.service import AlarmService
from noc_console.views.kit.desk import Desk, Route
from noc_console.views.kit.tasks import settled
from noc_console.views.topology import acting
from noc_console.views.topology.acting import ActTool, MaintenanceDialog
from noc_console.views.topology.hovering import HoverTool
from noc_console.views.topology.page import MapPage
from tests.views.conftest import until
from tests.views.measured import Ids
from tests.views.topology.conftest import opened


@pytest.fixture
def tool(page: MapPage) -> ActTool:
    return page.tool(ActTool)


def choose(page: MapPage, ids: Ids, *names: str) -> None:
    page.canvas.select({page.canvas.scene.number[ids[name]] for name in names})


async def test_pages_of_the_chosen_device_are_one_key_away(
    page: MapPage, tool: ActTool, desk: Desk, ids: Ids
) -> None:
    went: list[Route] = []
    desk.wires.went.connect(went.append)
    await opened(page)
    choose(page, ids, "pra-cr1")
    for act in (
        tool.terminal,
        tool.graph,
        tool.alarms,
        tool.logs,
        tool.browse,
        tool.plan_maintenance,
    ):
        act()
    number = int(ids["pra-cr1"])
    assert went == [
        Route("terminal", text=f"ssh:device:{number}"),
        Route("graphs", text=f"device:{number}"),
        Route("alarms", text='object:"pra-cr1"'),
        Route("logs", id=number),
        Route("mibs", id=number),
        Route("maintenance", text=f"plan device:{number}"),
    ]


async def test_what_is_chosen_and_its_site_open_as_a_ring(
    page: MapPage, tool: ActTool, desk: Desk, ids: Ids
) -> None:
    went: list[Route] = []
    desk.wires.went.connect(went.append)
    await opened(page)
    tool.ring()
    assert went == []
    choose(page, ids, "pra-cr1")
    tool.ring()
    tool.site_ring()
    node = page.canvas.scene.nodes[page.canvas.scene.number[ids["pra-cr1"]]]
    assert node.site_id is not None
    assert went == [
        Route("ring", text=f"device:{int(ids['pra-cr1'])}"),
        Route("ring", text=f"site:{int(node.site_id)}"),
    ]


async def test_nothing_chosen_is_told(page: MapPage, tool: ActTool, desk: Desk, ids: Ids) -> None:
    told: list[str] = []
    desk.wires.noticed.connect(lambda text, tone: told.append(text))
    await opened(page)
    tool.terminal()
    tool.maintain()
    assert told == ["Select a device on the map first."] * 2


async def test_without_a_terminal_program_the_command_is_on_the_clipboard(
    page: MapPage, tool: ActTool, ids: Ids, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(acting, "open_ssh", lambda address: False)
    await opened(page)
    choose(page, ids, "pra-cr1")
    tool.system_terminal()
    assert QGuiApplication.clipboard().text() == "ssh -- 10.20.0.2"


async def test_maintenance_is_asked_for_begun_shown_and_ended(
    page: MapPage, tool: ActTool, ids: Ids, alarms: AlarmService, operator: Actor
) -> None:
    await opened(page)
    choose(page, ids, "pra-cr1")
    tool.maintain()
    await until(lambda: _dialogs())
    (dialog,) = _dialogs()
    dialog.accept_button.click()
    assert dialog.problem.isVisible(), "a reason is needed"
    dialog.reason.setText("new line card")
    dialog.accept_button.click()
    await until(lambda: int(ids["pra-cr1"]) in tool.working)
    about = AlarmObject(ids["pra-cr1"])
    await alarms.report(
        operator, about=about, condition=Condition.CPU, severity=Severity.MAJOR, text="busy"
    )
    (alarm,) = await alarms.active(operator, device_id=ids["pra-cr1"])
    assert alarm.state is AlarmState.SHELVED
    number = page.canvas.scene.number[ids["pra-cr1"]]
    page.canvas.hover(QPointF(page.canvas.spot_of(number)))
    page.tool(HoverTool).tell()
    await settled()
    told = {name.text(): text.whole() for name, text in page.tool(HoverTool).card._rows}
    assert told["Maintenance"].endswith("new line card")
    tool.end_maintenance()
    await until(lambda: not tool.working)


def _dialogs() -> list[MaintenanceDialog]:
    return [w for w in QApplication.topLevelWidgets() if isinstance(w, MaintenanceDialog)]


async def test_a_device_in_maintenance_wears_a_clock(
    page: MapPage, tool: ActTool, ids: Ids, operator: Actor
) -> None:
    await opened(page)
    page.canvas.fly_to(page.canvas.scene.number[ids["pra-cr1"]])
    page.canvas._flight = None
    page.canvas.select(())
    page.canvas.pulse = None
    before = page.canvas.grab().toImage()
    await page.stage.services.maintenance.begin(
        operator, device_ids=(int(ids["pra-cr1"]),), reason="fibre"
    )
    await until(lambda: tool.working)
    assert page.canvas.grab().toImage() != before
