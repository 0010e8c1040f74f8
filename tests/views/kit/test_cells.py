"""Cells: drawn the same height whatever is in them, selection as a tint."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPoint

from noc_console.services.alarms.model import Severity
from noc_console.views.kit.rows import Align, Column, RowsModel
from noc_console.views.kit.severity import severity_icon
from noc_console.views.kit.theme import ROW_HEIGHT, look
from noc_console.views.kit.view import RowsView
from tests.views.conftest import shown

COLUMNS: tuple[Column[int], ...] = (
    Column("Icon", lambda n: "", icon=lambda n: severity_icon(Severity.MAJOR)),
    Column("Text", lambda n: "x" * 400, bold=lambda n: True, color=lambda n: None),
    Column("Bar", lambda n: "5 %", bar=lambda n: 0.5, align=Align.RIGHT),
    Column("Curve", lambda n: "", curve=lambda n: np.array([1.0, float("nan"), 2.0])),
    Column("Mono", lambda n: "10.0.0.1", mono=True, dim=True),
)


async def test_every_kind_of_cell_is_drawn_and_rows_stay_dense() -> None:
    rows: RowsModel[int] = RowsModel(COLUMNS, key=lambda n: n)
    view = RowsView(rows)
    rows.show(range(20))
    shown(view, 700, 300)
    image = view.grab().toImage()
    for column in range(len(COLUMNS)):
        rect = view.visualRect(rows.index(2, column))
        assert rect.height() == ROW_HEIGHT
        origin = view.viewport().mapTo(view, rect.topLeft())
        colors = {
            image.pixel(origin + QPoint(x, y)) for x in range(rect.width()) for y in range(24)
        }
        assert len(colors) > 1, COLUMNS[column].title


async def test_a_selected_row_is_tinted() -> None:
    rows: RowsModel[int] = RowsModel(COLUMNS[4:], key=lambda n: n)
    view = RowsView(rows)
    rows.show(range(3))
    shown(view, 300, 200)
    view.selectRow(1)
    image = view.grab().toImage()
    spot = view.viewport().mapTo(view, view.visualRect(rows.index(1, 0)).topLeft())
    tints = {look().color("surface.selected").name(), look().color("surface.selected_idle").name()}
    assert image.pixelColor(spot + QPoint(2, 2)).name() in tints
