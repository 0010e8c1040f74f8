"""The head of a table."""

from __future__ import annotations

from PySide6.QtCore import Qt

from noc_console.views.kit.header import HEIGHT, SortHeader
from noc_console.views.kit.rows import Align, Column, RowsModel
from noc_console.views.kit.theme import look
from noc_console.views.kit.view import RowsView
from tests.views.conftest import shown

COLUMNS: tuple[Column[int], ...] = (
    Column("A very long title indeed", lambda n: "", width=60),
    Column("Load", lambda n: "", width=80, align=Align.RIGHT),
)


async def test_the_sorted_column_is_marked_and_the_theme_followed() -> None:
    rows: RowsModel[int] = RowsModel(COLUMNS, key=lambda n: n)
    view = RowsView(rows)
    shown(view, 300, 100)
    header = view.horizontalHeader()
    assert isinstance(header, SortHeader)
    assert header.height() == HEIGHT
    plain = header.grab().toImage()
    header.setSortIndicator(1, Qt.SortOrder.AscendingOrder)
    up = header.grab().toImage()
    header.setSortIndicator(1, Qt.SortOrder.DescendingOrder)
    down = header.grab().toImage()
    look().toggle()
    light = header.grab().toImage()
    assert len({image.cacheKey() for image in (plain, up, down, light)}) == 4
    assert plain != up != down != light
