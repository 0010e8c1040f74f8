"""The tray: the worst severity and how much, drawn; nothing where there is no tray."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QSystemTrayIcon, QWidget

from noc_console.services.alarms.model import Severity
from noc_console.views.kit.desk import Desk
from noc_console.views.kit.severity import severity_color
from noc_console.views.shell.tray import Tray, badge_text, tray_pixmap, tray_text


@pytest.fixture
def window() -> QWidget:
    return QWidget()


async def test_without_a_tray_there_is_none_and_nothing_breaks(desk: Desk, window: QWidget) -> None:
    tray = Tray(window, desk.mute, is_there=False)
    assert not tray.is_there
    tray.show_state(Severity.CRITICAL, 3)
    tray.leave()
    assert Tray(window, desk.mute).is_there is QSystemTrayIcon.isSystemTrayAvailable()


async def test_its_tip_says_what_waits_and_that_sounds_are_muted(
    desk: Desk, window: QWidget
) -> None:
    tray = Tray(window, desk.mute, is_there=True)
    assert tray.icon is not None
    assert tray.icon.toolTip() == "NOC Console · nothing waits"
    tray.show_state(Severity.CRITICAL, 3)
    assert tray.icon.toolTip() == "NOC Console · 3 alarms not acknowledged, worst: critical"
    desk.mute.mute(15)
    assert tray.icon.toolTip().endswith("worst: critical · Muted · 15 min")
    tray.leave()


async def test_its_menu_opens_mutes_and_quits(desk: Desk, window: QWidget) -> None:
    tray = Tray(window, desk.mute, is_there=True)
    heard: list[str] = []
    tray.opened.connect(lambda: heard.append("open"))
    tray.alarms_asked.connect(lambda: heard.append("alarms"))
    tray.quit_asked.connect(lambda: heard.append("quit"))
    actions = {action.text(): action for action in tray.menu.actions() if action.text()}
    assert not actions["Sounds on again"].isVisible()
    actions["Mute for 30 min"].trigger()
    assert desk.mute.text == "Muted · 30 min"
    assert actions["Sounds on again"].isVisible()
    actions["Sounds on again"].trigger()
    assert not desk.mute.is_on
    for text in ("Open NOC Console", "Show the alarms", "Quit NOC Console"):
        actions[text].trigger()
    assert heard == ["open", "alarms", "quit"]
    assert tray.icon is not None
    tray.icon.activated.emit(QSystemTrayIcon.ActivationReason.Trigger)
    tray.icon.activated.emit(QSystemTrayIcon.ActivationReason.Context)
    assert heard[3:] == ["open"]
    tray.leave()


def colours(image: QImage) -> set[int]:
    return {image.pixel(x, y) for x in range(image.width()) for y in range(image.height())}


async def test_the_picture_has_the_colour_of_the_worst_and_changes_with_the_count() -> None:
    def picture(worst: Severity, count: int, *, is_muted: bool = False) -> QImage:
        return tray_pixmap(worst, count, is_muted=is_muted, size=32).toImage()

    critical = severity_color(Severity.CRITICAL).rgb()
    assert critical in colours(picture(Severity.CRITICAL, 3))
    assert critical not in colours(picture(Severity.MAJOR, 3))
    assert critical not in colours(picture(Severity.CLEARED, 0))
    assert picture(Severity.CRITICAL, 3) != picture(Severity.CRITICAL, 4)
    assert picture(Severity.CLEARED, 0) != picture(Severity.CLEARED, 0, is_muted=True)


def test_counts_have_room() -> None:
    assert [badge_text(count) for count in (0, 7, 99, 100)] == ["", "7", "99", "99+"]
    assert tray_text(Severity.MAJOR, 0, "") == "NOC Console · nothing waits"
