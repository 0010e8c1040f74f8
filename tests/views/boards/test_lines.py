"""A line leads where it says, by hand and by key, and shows device text as it is."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QSignalSpy, QTest

from noc_console.services.alarms.model import Severity
from noc_console.views.boards.lines import LINE_PX, Line, Lines
from noc_console.views.kit.desk import Route
from tests.views.conftest import shown

SOME = (
    Line("core-1", "91 %", "North", Severity.MAJOR, share=0.9, route=Route("device", id=1)),
    Line("<img src=x>", "2", curve=np.array([1.0, 2.0, 1.0]), route=Route("device", id=2)),
    Line("nowhere"),
)


@pytest.fixture
def lines() -> Lines:
    made = Lines()
    shown(made, 500, 4 * LINE_PX)
    made.show_lines(SOME)
    return made


async def test_a_click_leads_where_the_line_does(lines: Lines) -> None:
    went = QSignalSpy(lines.chosen)
    for row in range(4):
        at = QPoint(50, row * LINE_PX + 10)
        QTest.mouseClick(lines, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)
    assert [went.at(n)[0] for n in range(went.count())] == [
        Route("device", id=1),
        Route("device", id=2),
    ]


async def test_keys_walk_and_choose(lines: Lines) -> None:
    went = QSignalSpy(lines.chosen)
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Up):
        QTest.keyClick(lines, key)
    QTest.keyClick(lines, Qt.Key.Key_Return)
    assert went.at(0)[0] == Route("device", id=2)


async def test_other_lines_look_otherwise_and_none_says_why(lines: Lines) -> None:
    before = lines.grab().toImage()
    lines.show_lines((), empty="Nothing is wrong.")
    after = lines.grab().toImage()
    assert before != after
    assert lines.accessibleDescription() == "Nothing is wrong."
    lines.show_lines(SOME)
    assert lines.grab().toImage() == before


async def test_no_more_lines_are_drawn_than_fit(lines: Lines) -> None:
    assert lines.fitting() == 4
    lines.resize(500, LINE_PX + 3)
    assert lines.fitting() == 1
    went = QSignalSpy(lines.chosen)
    below = QPoint(50, LINE_PX + 1)
    QTest.mouseClick(lines, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, below)
    assert went.count() == 0
