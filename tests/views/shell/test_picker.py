"""The line and its answers: keyboard only."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QWidget

from noc_console.views.shell.picker import MOST_ROWS, Choice, Picker
from tests.views.conftest import shown

Done = list[str]


@pytest.fixture
def done() -> Done:
    return []


@pytest.fixture
def window() -> QWidget:
    return shown(QWidget(), 900, 700)


def choices(done: Done, count: int = 3) -> list[Choice]:
    return [
        Choice(f"choice {n}", lambda n=n: done.append(f"{n}"), detail="more", icon="map", keys="M")
        for n in range(count)
    ]


async def test_typing_arrows_and_enter(window: QWidget, done: Done) -> None:
    picker, typed = Picker(window, "Type"), []
    picker.typed.connect(typed.append)
    picker.open()
    picker.show_choices(choices(done))
    assert picker.line.hasFocus()
    QTest.keyClicks(picker.line, "ab")
    QTest.keyClick(picker.line, Qt.Key.Key_Down)
    QTest.keyClick(picker.line, Qt.Key.Key_Return)
    assert (typed, done) == (["", "a", "ab"], ["1"])
    assert not picker.isVisible()


async def test_the_walk_goes_round(window: QWidget, done: Done) -> None:
    picker = Picker(window, "Type")
    picker.open()
    picker.show_choices(choices(done))
    QTest.keyClick(picker.line, Qt.Key.Key_Up)
    assert picker.list.currentIndex().row() == 2
    QTest.keyClick(picker.line, Qt.Key.Key_Down)
    assert picker.list.currentIndex().row() == 0
    QTest.keyClick(picker.line, Qt.Key.Key_PageDown)
    assert picker.list.currentIndex().row() == 2


async def test_escape_gives_the_focus_back(window: QWidget) -> None:
    line = QLineEdit(window)
    line.show()
    line.setFocus()
    picker = Picker(window, "Type")
    picker.open()
    QTest.keyClick(picker.line, Qt.Key.Key_Escape)
    assert line.hasFocus()
    assert not picker.isVisible()


async def test_looking_elsewhere_closes_it(window: QWidget) -> None:
    line = QLineEdit(window)
    line.show()
    picker = Picker(window, "Type")
    picker.open()
    line.setFocus()
    assert not picker.isVisible()
    assert line.hasFocus()


async def test_what_cannot_be_done_now_is_not_done(window: QWidget, done: Done) -> None:
    picker = Picker(window, "Type")
    picker.open()
    picker.show_choices([Choice("Forward", lambda: done.append("x"), is_enabled=False)])
    QTest.keyClick(picker.line, Qt.Key.Key_Return)
    assert done == []
    assert picker.isVisible()


async def test_a_click_chooses(window: QWidget, done: Done) -> None:
    picker = Picker(window, "Type")
    picker.open()
    picker.show_choices(choices(done))
    spot = picker.list.visualRect(picker.choices.index(2)).center()
    QTest.mouseClick(picker.list.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    assert done == ["2"]


async def test_it_stays_inside_its_window(window: QWidget, done: Done) -> None:
    picker = Picker(window, "Type")
    picker.open()
    picker.show_choices(choices(done, 100), "a note")
    assert picker.list.height() <= MOST_ROWS * 40
    assert window.rect().contains(picker.geometry())
    window.resize(620, 500)
    assert window.rect().contains(picker.geometry())
    assert not picker.grab().isNull()
