"""Bars of what fills up."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from noc_console.views.kit.bars import Bar, Bars
from noc_console.views.kit.theme import ROW_HEIGHT, look
from tests.views.conftest import shown

TWO = (Bar("RAM", 0.3, "30 %", "1 of 3 GiB", 5, curve=np.ones(9)), Bar("Flash", 0.97, "97 %"))


def test_each_has_its_line_and_what_is_nearly_full_stands_out() -> None:
    bars = Bars("Memory")
    bars.show_bars(TWO)
    assert bars.sizeHint().height() == 2 * ROW_HEIGHT
    shown(bars, 600, 2 * ROW_HEIGHT)
    image = bars.grab().toImage()
    wanted = look().color("attention.plain").name()
    colours = {image.pixelColor(x, ROW_HEIGHT + 13).name() for x in range(150, 400)}
    assert wanted in colours
    assert wanted not in {image.pixelColor(x, 13).name() for x in range(150, 400)}


def test_of_a_battery_little_is_the_trouble() -> None:
    assert Bar("Battery", 0.05, "5 %", is_low_bad=True).is_bad
    assert not Bar("Battery", 0.95, "95 %", is_low_bad=True).is_bad
    assert not Bar("Runtime", None, "12 min").is_bad
    assert not Bar("Errors", 1.0, "12", is_count=True).is_bad


def test_a_click_or_enter_chooses_the_history() -> None:
    bars = Bars("Memory")
    bars.show_bars(TWO)
    shown(bars, 600, 60)
    chosen: list[int] = []
    bars.chosen.connect(chosen.append)
    QTest.mouseClick(
        bars, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPoint(20, 10)
    )
    QTest.keyClick(bars, Qt.Key.Key_Down)
    QTest.keyClick(bars, Qt.Key.Key_Return)
    QTest.keyClick(bars, Qt.Key.Key_Up)
    QTest.keyClick(bars, Qt.Key.Key_Return)
    assert chosen == [5, 5], "the second has no history"
    assert bars.accessibleDescription().startswith("RAM: 30 %")
