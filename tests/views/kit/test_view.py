"""The table never moves under the cursor."""

from __future__ import annotations

import random

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from noc_console.views.kit.rows import Column, RowsModel
from noc_console.views.kit.view import RowsView
from tests.views.conftest import shown, until

COLUMNS: tuple[Column[int], ...] = (Column("Number", lambda n: f"{n:05}"),)


def table(count: int = 500) -> tuple[RowsModel[int], RowsView]:
    rows: RowsModel[int] = RowsModel(COLUMNS, key=lambda n: n)
    view = RowsView(rows)
    rows.show(range(0, count * 10, 10))
    shown(view, 300, 400)
    return rows, view


def height_of(view: RowsView, key: int) -> int:
    return view.rowViewportPosition(view.rows.find(key))


async def test_the_chosen_row_keeps_its_height_while_thousands_arrive() -> None:
    rows, view = table()
    view.verticalScrollBar().setValue(3000)
    at = view.rowAt(200)
    key = rows.row(at)
    view.selectRow(at)
    height = height_of(view, key)
    dice = random.Random(3)
    for _ in range(20):
        arrived = {dice.randrange(5000) for _ in range(250)}
        rows.show(sorted({*rows.all_rows(), *arrived}))
        assert rows.row(view.currentIndex().row()) == key
        assert height_of(view, key) == height


async def test_without_a_choice_the_row_on_top_stays_on_top() -> None:
    rows, view = table()
    view.verticalScrollBar().setValue(2600)
    top = rows.row(view.rowAt(2))
    rows.show(range(0, 5000, 5))
    assert rows.row(view.rowAt(2)) == top


async def test_at_the_top_with_nothing_chosen_the_newest_come_in() -> None:
    rows, view = table()
    rows.show(range(-50, 5000, 10))
    assert view.verticalScrollBar().value() == 0
    assert rows.row(view.rowAt(2)) == -50


async def test_enter_opens_and_letters_are_left_to_commands() -> None:
    rows, view = table(20)
    opened: list[int] = []
    view.activated.connect(lambda index: opened.append(rows.row(index.row())))
    view.selectRow(3)
    QTest.keyClick(view, Qt.Key.Key_Return)
    QTest.keyClick(view, Qt.Key.Key_0)
    assert opened == [30]
    assert view.currentIndex().row() == 3


async def test_copying_is_asked_for_by_its_key() -> None:
    _, view = table(5)
    asked: list[int] = []
    view.copy_asked.connect(lambda: asked.append(1))
    QTest.keyClick(view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert asked == [1]


async def test_a_filter_that_fits_nothing_says_so() -> None:
    rows, view = table(5)
    before = view.grab().toImage()
    rows.show(())
    empty = view.grab().toImage()
    rows.show(range(5))
    rows.filter("nothing like it")
    assert view.grab().toImage() not in (before, empty)


async def test_when_everything_changed_rows_are_painted_in_breaths_and_all_of_them() -> None:
    _, view = table()
    view.grab()
    view.repaint_gently()
    assert view.grab().toImage() is not None
    assert view._is_gentle  # a part is painted: the rest follows with the next turns of the loop
    await until(lambda: not view._is_gentle)
    assert view.grab().toImage() == view.grab().toImage()
    assert view.viewport().testAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
