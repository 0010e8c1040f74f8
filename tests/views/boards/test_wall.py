"""Boards on a whole screen take turns, are held, and cannot be changed."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QSignalSpy, QTest

from noc_console.services.boards.model import BoardId
from noc_console.views.boards.content import BoardServices
from noc_console.views.boards.wall import BoardWall
from noc_console.views.kit.desk import Desk
from tests.views.boards.conftest import BOARD
from tests.views.conftest import shown, until

BOARDS = tuple(replace(BOARD, id=BoardId(at), name=f"Board {at}") for at in (1, 2, 3))


@pytest.fixture
def wall(desk: Desk, services: BoardServices) -> BoardWall:
    made = BoardWall(desk, services, BOARDS)
    shown(made, 1600, 900)
    return made


async def test_arrows_turn_and_space_holds(wall: BoardWall) -> None:
    assert (wall.name.whole(), wall.is_turning) == ("Board 1", True)
    QTest.keyClick(wall, Qt.Key.Key_Right)
    assert wall.name.whole() == "Board 2"
    QTest.keyClick(wall, Qt.Key.Key_Left)
    QTest.keyClick(wall, Qt.Key.Key_Left)
    assert wall.name.whole() == "Board 3"
    QTest.keyClick(wall, Qt.Key.Key_Space)
    assert not wall.is_turning
    assert "held" in wall.hint.text()
    QTest.keyClick(wall, Qt.Key.Key_Space)
    assert wall.is_turning


async def test_boards_take_turns_by_themselves(wall: BoardWall) -> None:
    wall._turn.setInterval(20)
    await until(lambda: wall.at == 2)


async def test_a_board_fills_its_wall(wall: BoardWall) -> None:
    lowest = max(frame.geometry().bottom() for frame in wall.view.grid.frames.values())
    assert 0.8 < lowest / wall.view.viewport().height() <= 1.0
    assert all(frame.is_locked for frame in wall.view.grid.frames.values())


async def test_escape_leaves(wall: BoardWall) -> None:
    left = QSignalSpy(wall.left)
    QTest.keyClick(wall, Qt.Key.Key_Escape)
    assert left.count() == 1


async def test_one_board_alone_does_not_turn(desk: Desk, services: BoardServices) -> None:
    alone = BoardWall(desk, services, BOARDS[:1])
    shown(alone)
    assert not alone.is_turning
    alone.hold()
    assert not alone.is_turning
    assert alone.hint.text().strip() == "24h"
