"""One key a deed: every command of the desk reaches the service or the right page."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QPushButton

from noc_console.services.alarms.model import Alarm, AlarmObject, AlarmState, about_collector
from noc_console.views.alarms.acting import COMMANDS, route_of
from noc_console.views.alarms.given import DeskServices
from noc_console.views.alarms.page import AlarmsPage
from noc_console.views.kit.desk import Desk, Route
from noc_console.views.kit.tasks import settled
from tests.views.alarms.desks import alarm
from tests.views.conftest import shown, until
from tests.views.world import World

SHIFT = Qt.KeyboardModifier.ShiftModifier
NONE = Qt.KeyboardModifier.NoModifier


@pytest.fixture
async def page(desk: Desk, world: World) -> AlarmsPage:
    await world.report("core-1")
    made = AlarmsPage(desk, DeskServices(world.alarms, inventory=world.inventory))
    shown(made, 1200, 600)
    await settled()
    made.table.select(made.model.row(0).key)
    return made


def first(page: AlarmsPage) -> Alarm:
    found = page.model.row(0).alarm
    assert found is not None
    return found


async def press(
    page: AlarmsPage, key: Qt.Key, more: Qt.KeyboardModifier, text: str | None = None
) -> None:
    page.window().activateWindow()
    page.table.view.setFocus()
    await until(page.table.view.hasFocus)
    QTest.keyClick(page.table.view, key, more)
    if text is None:
        return
    await until(lambda: page.window().findChildren(QDialog))
    dialog = page.window().findChildren(QDialog)[0]
    line = dialog.focusWidget()
    assert line is not None
    QTest.keyClicks(line, text)
    next(b for b in dialog.findChildren(QPushButton) if b.property("main")).click()


async def stored(world: World) -> Alarm:
    return (await world.alarms.active(world.collector))[0]


@pytest.mark.parametrize(
    ("key", "more", "text", "is_done", "back", "back_more", "is_back"),
    [
        (Qt.Key.Key_O, NONE, None, lambda a: a.owner == "mira",
         Qt.Key.Key_O, SHIFT, lambda a: a.owner is None),
        (Qt.Key.Key_P, SHIFT, "known", lambda a: a.state is AlarmState.SUPPRESSED,
         Qt.Key.Key_R, NONE, lambda a: not a.suppressed),
        (Qt.Key.Key_S, NONE, "works", lambda a: a.state is AlarmState.SHELVED,
         Qt.Key.Key_S, SHIFT, lambda a: a.shelved_until is None),
        (Qt.Key.Key_Space, NONE, None, lambda a: a.acked_by == "mira",
         Qt.Key.Key_U, NONE, lambda a: a.acked_by is None),
    ],
)  # fmt: skip
async def test_a_deed_and_its_opposite_are_a_key_each(
    page: AlarmsPage,
    world: World,
    key: Qt.Key,
    more: Qt.KeyboardModifier,
    text: str | None,
    is_done: Callable[[Alarm], bool],
    back: Qt.Key,
    back_more: Qt.KeyboardModifier,
    is_back: Callable[[Alarm], bool],
) -> None:
    await press(page, key, more, text)
    await until(lambda: is_done(first(page)))
    await settled()
    assert is_done(await stored(world))
    await press(page, back, back_more)
    await until(lambda: is_back(first(page)))
    await settled()
    assert is_back(await stored(world))


async def test_an_acknowledgement_is_taken_back_by_ctrl_z(page: AlarmsPage, world: World) -> None:
    await press(page, Qt.Key.Key_Space, NONE)
    await settled()
    assert (await stored(world)).acked_by == "mira"
    await press(page, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    await settled()
    assert (await stored(world)).acked_by is None


async def test_a_ticket_is_noted_and_taken_back(page: AlarmsPage, world: World) -> None:
    await press(page, Qt.Key.Key_T, NONE, "INC-7")
    await until(lambda: first(page).ticket == "INC-7")
    await settled()
    assert (await stored(world)).ticket == "INC-7"
    page.acting.deeds.stack.undo()
    await settled()
    assert (await stored(world)).ticket == ""


async def test_every_command_has_a_key_and_none_has_two(page: AlarmsPage) -> None:
    keys = [key for _, _, _, told, _ in COMMANDS for key in told.split()]
    assert len(keys) == len(set(keys))
    assert all(told for name, _, _, told, _ in COMMANDS if name)


async def test_a_device_without_an_address_gets_no_terminal_program(
    page: AlarmsPage, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    desk.wires.noticed.connect(lambda text, _tone: said.append(text))
    # No terminal program shall open on the machine of whoever runs the tests.
    opened: list[str] = []
    monkeypatch.setattr(
        "noc_console.views.alarms.acting.open_ssh", lambda a: bool(opened.append(a))
    )
    page.acting.system_terminal()
    await until(lambda: opened)
    assert opened == ["10.0.0.1"] and "ssh -- 10.0.0.1" in said[0]
    page.acting._connect("")
    assert said[1] == "It has no known address."


async def test_a_terminal_of_the_console_is_one_key_away(page: AlarmsPage, desk: Desk) -> None:
    went: list[Route] = []
    desk.wires.went.connect(went.append)
    page.acting.terminal()
    assert went == [Route("terminal", text=f"ssh:device:{first(page).about.device_id}")]


def test_an_alarm_leads_to_what_it_is_about() -> None:
    assert route_of(alarm(7)) == Route("device", id=7)
    port = alarm(7, about=AlarmObject(7, interface_id=91))
    assert route_of(port) == Route("device", id=7, text="interface:91")
    assert route_of(alarm(1, about=AlarmObject(0, other="probe:3"))) == Route("probes", id=3)
    work = alarm(1, about=AlarmObject(0, other="maintenance:7"))
    assert route_of(work) == Route("maintenance", id=7)
    assert route_of(alarm(1, about=about_collector("ams"))) == Route("collectors", id=None)
