"""Differences side by side and unified, folded and whole; as many lines as there are."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest

from noc_console.services.configs.comparison import Comparison, Side, side_by_side
from noc_console.services.configs.diff import Mark
from noc_console.views.configs.diffview import DiffView, Layout, rows_of
from tests.views.conftest import shown


def compared() -> Comparison:
    left = ["hostname a", *(f"line {n}" for n in range(40)), "interface x", " mtu 1500", "end"]
    right = ["hostname b", *(f"line {n}" for n in range(40)), "interface x", " mtu 9000", "end"]
    return side_by_side(Side("left", left), Side("right", right))


def test_only_what_differs_is_shown_with_the_block_it_stands_in() -> None:
    rows = rows_of(compared(), Layout.SIDES, changes_only=True)
    folds = [row.fold for row in rows if row.fold]
    assert folds == ["35 lines alike   interface x"]
    assert sum(row.mark is Mark.CHANGED for row in rows) == 2
    whole = rows_of(compared(), Layout.SIDES, changes_only=False)
    assert len(whole) == 44 and not any(row.fold for row in whole)


def test_unified_tells_what_went_before_what_came() -> None:
    rows = rows_of(compared(), Layout.UNIFIED, changes_only=True)
    marks = [row.mark for row in rows if row.mark is not Mark.SAME]
    assert marks == [Mark.REMOVED, Mark.ADDED] * 2


async def test_keys_go_from_change_to_change_and_copy() -> None:
    view = DiffView()
    told: list[str] = []
    view.placed.connect(told.append)
    shown(view, 800, 120)
    view.set_changes_only(False)
    view.show_comparison(compared())
    assert told[-1] == "2 changes"
    assert view.text_at(0) == ("hostname a", "hostname b")
    QTest.keyClick(view, Qt.Key.Key_N)
    assert view.verticalScrollBar().value() > 20
    QTest.keyClick(view, Qt.Key.Key_N, Qt.KeyboardModifier.ShiftModifier)
    assert view.verticalScrollBar().value() == 0
    QTest.keyClick(view, Qt.Key.Key_End)
    QTest.keyClick(view, Qt.Key.Key_Home)
    QTest.keyClick(view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert "+ mtu 9000" in QGuiApplication.clipboard().text()
    for layout in Layout:
        view.set_layout(layout)
        assert not view.grab().isNull()
    view.show_comparison(None)
    assert view.rows == [] and told[-1] == ""
    view.next_change()


async def test_a_hundred_thousand_lines_are_painted_by_what_is_seen() -> None:
    left = [f"line {n}" for n in range(100_000)]
    view = DiffView()
    shown(view, 800, 400)
    view.set_changes_only(False)
    view.show_comparison(side_by_side(Side("a", left), Side("b", [*left, "more"])))
    painted: list[int] = []
    paint = view._paint_row
    view._paint_row = lambda p, at, y, w: (painted.append(at), paint(p, at, y, w))  # type: ignore[method-assign,func-returns-value]
    view.verticalScrollBar().setValue(90_000)
    painted.clear()
    assert not view.grab().isNull()
    assert 0 < len(painted) < 60 and min(painted) >= 90_000


def test_a_single_line_alike_is_shown_and_not_counted() -> None:
    left = ["Building configuration", "", "!", "version 1", "hostname a", "end"]
    right = ["Building configuration", "", "!", "version 1", "hostname b", "end"]
    compared = side_by_side(Side("left", left), Side("right", right))
    rows = rows_of(compared, Layout.SIDES, changes_only=True)
    assert [row.left for row in rows] == [0, 1, 2, 3, 4, 5] and not any(row.fold for row in rows)
