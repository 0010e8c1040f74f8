"""The window: places, keys, facts, and what it remembers."""

from __future__ import annotations

import asyncio
from itertools import pairwise

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QGuiApplication, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QPushButton, QWidget

from noc_console.kernel.errors import Invalid
from noc_console.services.alarms.model import Severity
from noc_console.views.alarms.given import DeskServices
from noc_console.views.alarms.page import AlarmsPage
from noc_console.views.devices.page import DevicesPage
from noc_console.views.kit.desk import Desk, Route
from noc_console.views.kit.page import Page
from noc_console.views.kit.state import State
from noc_console.views.kit.tasks import settled
from noc_console.views.kit.theme import look
from noc_console.views.shell.operations import ResultDialog, offered
from noc_console.views.shell.shortcuts import ShortcutSheet
from noc_console.views.shell.spec import PageSpec
from noc_console.views.shell.window import MainWindow
from tests.views.conftest import shown, until
from tests.views.world import World


class Device(Page):
    """Stands for the page of one device."""

    def reload(self) -> None:
        self.loads = getattr(self, "loads", 0) + 1

    def visit(self, route: Route) -> None:
        self.titled.emit(f"device {route.id}")


def specs(world: World) -> tuple[PageSpec, ...]:
    return (
        PageSpec(
            "devices",
            "Devices",
            "devices",
            lambda d: DevicesPage(d, world.inventory, world.telemetry, world.alarms),
        ),
        PageSpec("alarms", "Alarms", "alarm", lambda d: AlarmsPage(d, DeskServices(world.alarms))),
        PageSpec("device", "Device", "device", Device, in_rail=False),
    )


@pytest.fixture
async def window(desk: Desk, world: World) -> MainWindow:
    made = MainWindow(desk, specs(world), world.sources(desk.actor))
    shown(made, 1366, 768)
    await settled()
    return made


def press(window: QWidget, keys: str) -> None:
    combination = QKeySequence(keys)[0]
    target = QApplication.focusWidget() or window
    QTest.keyClick(target, combination.key(), combination.keyboardModifiers())


async def test_it_opens_on_the_first_page_and_numbers_lead_to_the_others(
    window: MainWindow,
) -> None:
    assert window.route == Route("devices")
    press(window, "Ctrl+2")
    assert window.route == Route("alarms")
    assert window.rail.buttons["alarms"].isChecked()
    press(window, "Ctrl+Tab")
    assert window.route == Route("devices")
    press(window, "Ctrl+Shift+Tab")
    assert window.route == Route("alarms")
    await settled()


async def test_the_way_back_and_the_breadcrumbs(window: MainWindow, desk: Desk) -> None:
    desk.go(Route("device", id=7))
    assert window.header.subject.whole() == "device 7"
    assert window.windowTitle() == "device 7 – Device – acme – NOC Console"
    desk.go(Route("device", id=8))
    press(window, "Alt+Left")
    assert window.header.subject.whole() == "device 7"
    press(window, "Alt+Left")
    assert window.route == Route("devices")
    assert not window.header.back_button.isEnabled()
    press(window, "Alt+Right")
    assert window.route == Route("device", id=7)
    desk.go(Route("nowhere"))
    assert window.route == Route("device", id=7)
    await settled()


async def test_an_alarm_reaches_banner_badge_and_counts_in_any_page(
    window: MainWindow, world: World, desk: Desk
) -> None:
    alarm = await world.report("core-1", Severity.CRITICAL, text="does not answer")
    await until(window.banner.isVisible)
    await until(lambda: window.status.counts[Severity.CRITICAL].count == 1)
    assert window.rail.buttons["alarms"].badge == "1"
    window.banner.open.click()
    assert window.route == Route("alarms", id=int(alarm.id))
    page = window.page("alarms")
    assert isinstance(page, AlarmsPage)
    await until(lambda: page.table.current())
    window.banner.take.click()
    await until(lambda: not window.banner.isVisible())
    (seen,) = await world.alarms.active(desk.actor)
    assert seen.acked_by == desk.actor.name
    await settled()


async def test_a_count_in_the_status_line_leads_to_its_alarms(
    window: MainWindow, world: World
) -> None:
    await world.report("core-1", Severity.MINOR)
    await world.report("core-2", Severity.MAJOR)
    window.status.counts[Severity.MINOR].click()
    page = window.page("alarms")
    assert isinstance(page, AlarmsPage)
    await until(
        lambda: (
            [line.alarm.severity for line in page.model.rows() if line.alarm] == [Severity.MINOR]
        )
    )
    await settled()


async def test_a_silent_collector_is_said_within_two_intervals(
    window: MainWindow, world: World
) -> None:
    await world.samples.pulse("lab-1", world.clock.now(), {"devices": 5})
    window.ask_health()
    await settled()
    assert not window.stale_strip.isVisible()
    world.clock.tick(seconds=121)
    window._tick()
    assert window.stale_strip.isVisible()
    assert "last heard 2 min ago" in window.stale_strip.text.text()
    await world.samples.pulse("lab-1", world.clock.now(), {"devices": 5})
    window.ask_health()
    await settled()
    assert not window.stale_strip.isVisible()


async def test_every_command_has_an_icon_and_a_way_to_it(window: MainWindow, desk: Desk) -> None:
    press(window, "Ctrl+2")
    await settled()
    taken: dict[tuple[str, object], str] = {}
    for command, action in desk.actions.commands():
        assert command.text
        assert not action.icon().isNull(), command.id
        for keys in action.shortcuts():
            place = (keys.toString(), action.parent())
            assert place not in taken, (command.id, taken.get(place))
            taken[place] = command.id
            assert not keys.isEmpty(), command.id


async def test_palette_omnibox_and_keys_open_by_keyboard(window: MainWindow) -> None:
    press(window, "Ctrl+K")
    assert window._palette_picker.isVisible()
    press(window, "Esc")
    press(window, "Ctrl+P")
    assert window._omnibox_picker.isVisible()
    press(window, "Esc")
    press(window, "F1")
    sheets = window.findChildren(ShortcutSheet)
    assert len(sheets) == 1
    sheets[0].close()
    await settled()


async def test_keys_that_were_chosen_count_at_once_in_window_palette_and_tips(
    window: MainWindow, desk: Desk
) -> None:
    desk.actions.give("window.find", ("Ctrl+J",))
    desk.actions.give("window.go.alarms", ("Ctrl+Shift+2",))
    press(window, "Ctrl+P")
    assert not window._omnibox_picker.isVisible()
    press(window, "Ctrl+J")
    assert window._omnibox_picker.isVisible()
    press(window, "Esc")
    assert window.header.search.keys == "Ctrl+J"
    assert "Ctrl+Shift+2" in window.rail.buttons["alarms"].toolTip()
    found = [one for one in window.palette_._commands() if one.title.startswith("Find a device")]
    assert [one.keys for one in found] == ["Ctrl+J"]
    await settled()


async def test_f6_goes_round_the_panes(window: MainWindow) -> None:
    window.page("devices").setFocus()
    seen = []
    for _ in range(4):
        press(window, "F6")
        focused = QApplication.focusWidget()
        panes = (window.rail, window.header, window.stack, window.status)
        seen.append(next(at for at, pane in enumerate(panes) if pane.isAncestorOf(focused)))
    assert seen == [3, 0, 1, 2]
    press(window, "Shift+F6")
    assert window.header.isAncestorOf(QApplication.focusWidget())
    await settled()


async def test_tab_reaches_every_pane_and_never_stays(window: MainWindow) -> None:
    window.header.search.setFocus()
    seen: list[QWidget | None] = []
    for _ in range(60):
        seen.append(QApplication.focusWidget())
        press(window, "Tab")
    assert all(a is not b for a, b in pairwise(seen))
    for pane in (window.rail, window.header, window.stack, window.status):
        assert any(w is not None and pane.isAncestorOf(w) for w in seen)
    await settled()


async def test_what_was_set_is_there_next_time(
    window: MainWindow, desk: Desk, world: World
) -> None:
    press(window, "Ctrl+2")
    press(window, "Ctrl+B")
    press(window, "Ctrl+Shift+L")
    press(window, "Ctrl+Shift+U")
    desk.actions.action("window.blink").trigger()
    window.setGeometry(QRect(40, 30, 1000, 640))
    closed: list[int] = []
    window.closed.connect(lambda: closed.append(1))
    window.close()
    assert closed == [1]
    window.deleteLater()
    await asyncio.sleep(0)
    look().use("dark")
    desk.times.use_utc = False
    desk.blink.set_enabled(True)
    again = MainWindow(desk, specs(world), world.sources(desk.actor))
    again.show()
    assert again.route == Route("alarms")
    assert again.rail.is_narrow
    assert look().theme.name == "light"
    assert desk.times.use_utc
    assert not desk.blink.is_enabled
    assert (again.width(), again.height()) == (1000, 640)
    await settled()


async def test_a_lost_screen_or_nonsense_brings_it_into_sight(desk: Desk, world: World) -> None:
    desk.state.put("window", rect=[90000, 90000, 1000, 640], page=7, theme=3, narrow="yes")
    window = MainWindow(desk, specs(world), world.sources(desk.actor))
    window.show()
    screen = QGuiApplication.primaryScreen().availableGeometry()
    assert screen.intersects(window.geometry())
    assert window.route == Route("devices")
    assert not window.rail.is_narrow
    await settled()


async def test_a_broken_state_file_is_said_and_the_window_opens(desk: Desk, world: World) -> None:
    desk.state.problem = "The kept window layout could not be read; starting afresh."
    window = MainWindow(desk, specs(world), world.sources(desk.actor))
    window.show()
    assert window.toasts.texts == [desk.state.problem]
    await settled()


async def test_an_operation_runs_from_the_palette_and_its_answer_is_shown(
    window: MainWindow, world: World, desk: Desk
) -> None:
    by_name = {o.operation.name: o for o in offered(desk.actor, window._sources.operations)}
    window.run_operation(by_name["inventory.device"])
    await until(lambda: window.findChildren(QDialog))
    (dialog,) = window.findChildren(QDialog)
    line = dialog.focusWidget()
    assert line is not None
    QTest.keyClicks(line, "core-2")
    run = next(b for b in dialog.findChildren(QPushButton) if b.text().startswith("Run"))
    run.click()
    await until(lambda: window.findChildren(ResultDialog))
    assert '"core-2"' in window.findChildren(ResultDialog)[0].text.toPlainText()


async def test_what_the_shell_is_refused_is_said_briefly(
    window: MainWindow, bugs: list[BaseException]
) -> None:
    window.show_error(Invalid("no such thing"))
    assert "no such thing" in window.toasts.texts
    assert bugs == []


async def test_no_window_blocks_the_alarms(window: MainWindow) -> None:
    window.show_keys()
    window.desk.report(ValueError("x"))
    for each in QApplication.topLevelWidgets():
        if each.isVisible():
            assert each.windowModality() != Qt.WindowModality.ApplicationModal
    assert isinstance(window.desk.state, State)
    await settled()
