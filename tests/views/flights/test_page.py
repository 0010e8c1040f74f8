"""The page of flights: planned, approved, started and stopped by its own buttons."""

from __future__ import annotations

import asyncio

import pytest
from PySide6.QtWidgets import QApplication, QMenu

from noc_console.kernel.actor import Actor
from noc_console.lab.run import Lab
from noc_console.services.flights.model import Flight, Phase, Stand
from noc_console.services.maintenance.model import Target, TargetKind
from noc_console.views.flights.deciding import ApproveDialog, StartDialog
from noc_console.views.flights.form import FlightForm
from noc_console.views.flights.page import FlightServices, FlightsPage
from noc_console.views.kit.desk import Desk, Route
from noc_console.views.kit.dialogs import Dialog
from noc_console.views.kit.tasks import settled
from tests.services.flights.conftest import Console
from tests.views.conftest import shown, until


@pytest.fixture
async def page(desk: Desk, console: Console) -> FlightsPage:
    made = FlightsPage(desk, FlightServices(console.flights, console.inventory))
    shown(made, 1300, 760)
    await settled()
    return made


def dialogs(kind: type[Dialog]) -> list[Dialog]:
    return [w for w in QApplication.topLevelWidgets() if isinstance(w, kind) and w.isVisible()]


async def opened(kind: type[Dialog]) -> Dialog:
    await until(lambda: dialogs(kind))
    return dialogs(kind)[0]


async def planned(console: Console, actor: Actor, *names: str) -> Flight:
    return await console.flights.plan(
        actor,
        title="another contact",
        device_ids=tuple(console.ids[name] for name in names),
        template="snmp-server contact x",
        canary_soak_s=0.2,
        soak_s=0.1,
    )


def menus() -> list[QMenu]:
    return [w for w in QApplication.topLevelWidgets() if isinstance(w, QMenu) and w.isVisible()]


async def test_an_empty_page_teaches_and_its_button_plans(
    page: FlightsPage, console: Console, lab: Lab
) -> None:
    assert page.is_empty
    page._empty.button.click()
    form = await opened(FlightForm)
    assert isinstance(form, FlightForm)
    form.accept_button.click()
    assert not form.problem.isHidden()
    form.what.setText("another contact")
    number = console.ids["ams-edge-2"]
    form.objects.choose((Target(TargetKind.DEVICE, number, "ams-edge-2"),))
    form.template.setPlainText("snmp-server contact {{ var.who }}")
    form.variables.setPlainText("who=night shift")
    form.accept_button.click()
    await until(lambda: [f.title for f in page.table.rows.rows()] == ["another contact"])
    await until(lambda: "+snmp-server contact night shift" in page.details.diff.toPlainText())
    (flight,) = page.table.rows.rows()
    assert (flight.phase, flight.counts) == (Phase.PLANNED, {"planned": 1})


async def test_ones_own_flight_is_approved_with_a_reason_and_started_by_its_number(
    page: FlightsPage, console: Console, operator: Actor, desk: Desk
) -> None:
    await planned(console, operator, "ams-edge-2", "ams-edge-3")
    await until(lambda: page.table.current() is not None)
    await settled()
    start = desk.actions.action("flights.start")
    assert not start.isEnabled() and "Only what is approved" in start.toolTip()
    desk.actions.action("flights.approve").trigger()
    approving = await opened(ApproveDialog)
    assert isinstance(approving, ApproveDialog)
    approving.accept_button.click()
    assert "planned it yourself" in approving.problem.text()
    approving.reason.setPlainText("night shift of one")
    approving.accept_button.click()
    await until(lambda: page.table.rows.rows()[0].phase is Phase.APPROVED)
    await settled()
    start.trigger()
    starting = await opened(StartDialog)
    assert isinstance(starting, StartDialog)
    assert starting.accept_button.text() == "Change 2 devices"
    starting.accept_button.click()
    assert "Type 2" in starting.problem.text()
    starting.typed.setText("2")
    starting.accept_button.click()
    await until(lambda: page.table.rows.rows()[0].phase is Phase.FLYING)


async def test_what_is_flown_shows_where_each_device_stands(
    page: FlightsPage, console: Console, operator: Actor, desk: Desk
) -> None:
    flight = await planned(console, operator, "ams-edge-2", "ams-edge-3")
    await console.flights.approve(operator, flight_id=flight.id, reason="nobody else is here")
    await console.flights.start(operator, flight_id=flight.id)
    await console.pilot(operator).fly(flight.id)
    page.mark_stale()
    await until(lambda: page.table.rows.rows() and page.table.rows.rows()[0].phase is Phase.DONE)
    await until(lambda: {t.stand for t in page.details.targets.rows.rows()} == {Stand.KEPT})
    assert page.details.bar.value() == page.details.bar.maximum() == 2
    await until(lambda: "# what changed" in page.details.diff.toPlainText())
    assert any("commit confirmed" in step.text for step in page.details.steps.rows.rows())
    went: list[Route] = []
    desk.wires.went.connect(went.append)
    page.details.targets.opened.emit(page.details.targets.current())
    assert went and went[0].page == "device"
    targets = page.details.targets
    targets.view.customContextMenuRequested.emit(
        targets.view.visualRect(targets.rows.index(0, 0)).center()
    )
    await until(menus)
    assert "Go to device" in [action.text() for action in menus()[0].actions()]
    menus()[0].close()
    await asyncio.sleep(0)


async def test_what_cannot_be_flown_says_why_and_is_left_only_when_that_is_said(
    page: FlightsPage, console: Console, operator: Actor, desk: Desk
) -> None:
    await planned(console, operator, "ams-edge-1", "ams-edge-2")  # Junos takes no such line
    await until(lambda: page.table.current() is not None)
    await until(lambda: len(page.details.targets.rows.rows()) == 2)
    bad = next(t for t in page.details.targets.rows.rows() if t.stand is Stand.REFUSED)
    assert bad.name == "ams-edge-1" and "neither set nor delete" in bad.why
    desk.actions.action("flights.approve").trigger()
    approving = await opened(ApproveDialog)
    assert isinstance(approving, ApproveDialog)
    approving.reason.setPlainText("nobody else is here")
    approving.accept_button.click()
    assert "left as they are" in approving.problem.text()
    approving.without.setChecked(True)
    approving.accept_button.click()
    await until(lambda: page.table.rows.rows()[0].phase is Phase.APPROVED)


async def test_a_flight_is_called_off_and_one_in_the_air_stopped(
    page: FlightsPage, console: Console, operator: Actor, desk: Desk
) -> None:
    flight = await planned(console, operator, "ams-edge-2")
    await until(lambda: page.table.current() is not None)
    await console.flights.approve(operator, flight_id=flight.id, reason="nobody else is here")
    await console.flights.start(operator, flight_id=flight.id)
    page.mark_stale()
    await until(lambda: page.table.rows.rows()[0].phase is Phase.FLYING)
    await settled()
    desk.actions.action("flights.stop").trigger()
    stopping = await opened(Dialog)
    stopping.accept_button.click()
    await settled()
    kept = await console.flights.show(operator, flight_id=flight.id)
    assert kept.flight.stop.startswith("stopped by mira")
    other = await planned(console, operator, "ams-edge-3")
    page.visit(Route("flights", id=int(other.id)))
    page.mark_stale()
    await until(lambda: (now := page.table.current()) is not None and now.id == other.id)
    await settled()
    desk.actions.action("flights.cancel").trigger()
    (await opened(Dialog)).accept_button.click()
    await until(lambda: any(f.phase is Phase.CANCELLED for f in page.table.rows.rows()))


async def test_what_came_otherwise_than_previewed_is_kept_by_a_yes(
    page: FlightsPage, console: Console, operator: Actor, desk: Desk
) -> None:
    colleague = Actor("joris", "acme", frozenset({"*"}))
    flight = await console.flights.plan(
        colleague,
        title="a word",
        device_ids=(console.ids["ams-edge-2"],),
        template="interface Loopback0\n desc HELLO",
        canary_soak_s=0.2,
    )
    await console.flights.approve(operator, flight_id=flight.id)
    await console.flights.start(operator, flight_id=flight.id)
    accept = desk.actions.action("flights.accept")
    assert not accept.isEnabled()
    async with asyncio.TaskGroup() as group:
        group.create_task(console.pilot(colleague).fly(flight.id))
        await until(lambda: "set otherwise than previewed" in page.details.why.text())
        await until(accept.isEnabled)
        accept.trigger()
        asked = await opened(Dialog)
        asked.accept_button.click()
    await until(lambda: page.table.rows.rows()[0].phase is Phase.DONE)
    shown_now = await console.flights.show(operator, flight_id=flight.id)
    assert "mira takes 1 device as it came" in [step.text for step in shown_now.steps]


async def test_a_preview_that_takes_too_long_is_called_off(
    page: FlightsPage, console: Console, operator: Actor
) -> None:
    page.visit(Route("flights", text=f"plan device:{console.ids['ams-edge-2']}"))
    form = await opened(FlightForm)
    assert isinstance(form, FlightForm)
    assert [target.id for target in form.targets] == [console.ids["ams-edge-2"]]
    form.what.setText("x")
    form.template.setPlainText("hostname x")
    page._told(0, 0)
    form.accept_button.click()
    await until(lambda: page._is_reading)
    page.call_off.click()
    await until(lambda: "called off" in page.strip.text.text())
    assert await console.flights.listed(operator) == ()
