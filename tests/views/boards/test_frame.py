"""A tile says its title, and what the hand and the keys want of it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QSignalSpy, QTest

from noc_console.services.boards.model import Tile, TileKind
from noc_console.views.boards.content import Context
from noc_console.views.boards.frame import TileFrame
from noc_console.views.boards.kinds import made
from tests.views.boards.conftest import tile
from tests.views.conftest import shown

LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton
NONE = Qt.KeyboardModifier.NoModifier


@pytest.fixture
def frame(context: Context) -> TileFrame:
    about = tile(4, TileKind.NOTE, 0, 0, 8, 4, text="words")
    frame = TileFrame(about, made(context, about))
    shown(frame, 300, 160)
    return frame


async def test_the_title_is_the_operators_or_what_the_content_calls_itself(
    frame: TileFrame,
) -> None:
    assert frame.name.whole() == "Note"
    frame.tile = Tile(4, TileKind.NOTE, frame.tile.place, "Rota <b>", (), "7d")
    frame.say_title()
    assert frame.name.whole() == "Rota <b>"
    assert frame.own_span.text() == "7d"
    assert frame.accessibleName() == "Tile Rota <b>"


async def test_a_problem_stands_in_the_title_and_leaves_it_again(frame: TileFrame) -> None:
    frame.say_problem("the store does not answer")
    assert frame.name.whole() == "Note: the store does not answer"
    frame.say_problem("still not")
    assert frame.name.whole() == "Note: still not"
    assert frame.name.property("tone") == "attention"
    frame.say_problem("")
    assert frame.name.whole() == "Note"
    assert frame.name.property("tone") == "dim"


async def test_enter_and_a_double_click_open_delete_removes(frame: TileFrame) -> None:
    opened, removed = QSignalSpy(frame.opened), QSignalSpy(frame.removed)
    QTest.keyClick(frame, Qt.Key.Key_Return)
    QTest.mouseDClick(frame.head, LEFT, NONE, QPoint(30, 10))
    QTest.keyClick(frame, Qt.Key.Key_Delete)
    assert [opened.at(at)[0] for at in range(opened.count())] == [4, 4]
    assert removed.count() == 1


async def test_the_menu_comes_by_button_right_click_and_key(frame: TileFrame) -> None:
    wanted = QSignalSpy(frame.menu_wanted)
    frame.button.click()
    QTest.mouseClick(frame.head, RIGHT, NONE, QPoint(30, 10))
    QTest.keyClick(frame, Qt.Key.Key_Menu)
    assert [wanted.at(at)[0] for at in range(wanted.count())] == [4, 4, 4]


async def test_a_drag_is_told_from_its_beginning_to_its_end(frame: TileFrame) -> None:
    grabbed, dropped = QSignalSpy(frame.grabbed), QSignalSpy(frame.dropped)
    dragged = QSignalSpy(frame.dragged)
    QTest.mousePress(frame.grip, LEFT, NONE, QPoint(5, 5))
    QTest.mouseMove(frame.grip, QPoint(45, 25))
    QTest.mouseRelease(frame.grip, LEFT, NONE, QPoint(45, 25))
    assert grabbed.at(0) == [4, True]
    assert dragged.at(0) == [4, QPoint(40, 20)]
    assert dropped.at(0) == [4]
    assert not frame.give_up()


async def test_the_focus_is_seen(frame: TileFrame) -> None:
    frame.setFocus()
    focused = frame.grab().toImage()
    frame.clearFocus()
    assert frame.grab().toImage() != focused
