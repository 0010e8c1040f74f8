"""Columns: chosen, ordered, sized and sorted by the operator, and kept."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from noc_console.views.kit.column_layout import ColumnLayout, fitted
from noc_console.views.kit.rows import Align, Column, RowsModel
from noc_console.views.kit.state import State
from noc_console.views.kit.view import RowsView
from tests.views.conftest import shown

COLUMNS: tuple[Column[int], ...] = (
    Column("Name", lambda n: f"n{n}", width=100),
    Column("Load", lambda n: str(n), sort=lambda n: n, width=60, align=Align.RIGHT),
    Column("Problem", lambda n: "", width=120, stretch=True),
    Column("Serial", lambda n: "", width=80, hidden=True),
)
DOWN = Qt.SortOrder.DescendingOrder


def layout(state: State, width: int = 600) -> tuple[RowsView, ColumnLayout]:
    rows: RowsModel[int] = RowsModel(COLUMNS, key=lambda n: n)
    view = RowsView(rows)
    made = ColumnLayout(view, state, "table.x")
    rows.show((2, 1, 3))
    shown(view, width, 200)
    return view, made


def keys(made: ColumnLayout) -> list[str]:
    return [column.key for column in made.shown()]


async def test_what_was_chosen_is_there_next_time() -> None:
    state = State(None)
    view, made = layout(state)
    made.show_column("serial", shown=True)
    made.show_column("load", shown=False)
    view.horizontalHeader().moveSection(3, 0)
    view.setColumnWidth(0, 222)
    made.sort_by("name", DOWN)
    again, remade = layout(state)
    assert keys(remade) == ["serial", "name", "problem"]
    assert again.columnWidth(0) == 222
    assert again.rows.rows() == (3, 2, 1)
    assert remade.has_own_sort


async def test_reset_brings_back_what_came() -> None:
    state = State(None)
    view, made = layout(state)
    made.show_column("name", shown=False)
    view.horizontalHeader().moveSection(2, 0)
    view.setColumnWidth(1, 300)
    made.reset()
    assert keys(made) == ["name", "load", "problem"]
    assert view.columnWidth(1) == 60


async def test_the_last_column_cannot_be_hidden() -> None:
    _, made = layout(State(None))
    for key in ("name", "load", "problem"):
        made.show_column(key, shown=False)
    assert keys(made) == ["problem"]


@pytest.mark.parametrize(
    "kept",
    [
        {"order": ["gone", "load"], "hidden": ["gone"], "sort": ["gone", "DescendingOrder"]},
        {"order": 7, "hidden": "name", "sort": ["name", "Sideways"], "widths": [1, 2]},
        {"hidden": ["name", "load", "problem", "serial"]},
        {"widths": {"name": "wide", "load": -5, "problem": 10**9}},
    ],
)
async def test_kept_nonsense_is_passed_over(kept: dict[str, Any]) -> None:
    state = State(None)
    state.put("table.x", **kept)
    view, made = layout(state)
    assert keys(made)
    assert all(view.columnWidth(at) < 1000 for at in range(3))


async def test_a_click_sorts_up_then_down_then_as_it_came() -> None:
    view, _ = layout(State(None))
    header = view.horizontalHeader()
    spot = QPoint(header.sectionViewportPosition(1) + 20, 10)
    seen = []
    for _ in range(3):
        QTest.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=spot)
        seen.append(view.rows.rows())
    assert seen == [(1, 2, 3), (3, 2, 1), (2, 1, 3)]


async def test_columns_fill_the_view_until_a_width_is_set() -> None:
    view, _ = layout(State(None), width=900)
    total = sum(view.columnWidth(at) for at in range(3))
    assert 880 <= total <= 900
    view.setColumnWidth(0, 130)
    view.resize(1200, 200)
    assert view.columnWidth(0) == 130


def test_room_goes_to_texts_and_comes_from_the_stretchable() -> None:
    three = COLUMNS[:3]
    assert fitted(three, 280) == [100, 60, 120]
    assert fitted(three, 350) == [110, 60, 180]
    assert fitted(three, 260) == [100, 60, 100]
    assert fitted(three, 100) == [100, 60, 80]
