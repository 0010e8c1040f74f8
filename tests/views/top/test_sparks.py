"""Sparklines are asked for once, drawn once, and a stale one is asked for again."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QImage
from PySide6.QtTest import QSignalSpy

from noc_console.services.top.model import TopKind
from noc_console.views.kit.tasks import settled
from noc_console.views.kit.theme import look
from noc_console.views.kit.view import RowsView
from noc_console.views.top import sparks as module
from noc_console.views.top.columns import SPARK, top_columns
from noc_console.views.top.rows import SheetModel
from noc_console.views.top.sparks import SparkDelegate, Sparks
from tests.views.top.conftest import sheet_of

SIZE = QSize(100, 18)


def test_what_was_answered_is_not_asked_again_not_even_the_unknown(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sparks = Sparks()
    told = QSignalSpy(sparks.changed)
    assert sparks.missing([1, 2, 3]) == [1, 2, 3]
    sparks.take([1, 2], {1: np.array([1.0, 2.0])})
    assert told.count() == 1
    assert sparks.missing([1, 2, 3]) == [3]
    assert sparks.picture(2, SIZE, 1.0) is None
    monkeypatch.setattr(module, "FRESH_S", -1.0)
    assert sparks.missing([1, 2]) == [1, 2]
    assert sparks.picture(1, SIZE, 1.0) is not None  # the old one is shown until then
    sparks.clear()
    assert sparks.curve(1) is None


def test_a_picture_is_drawn_once_until_the_curve_or_the_theme_changes() -> None:
    sparks = Sparks()
    sparks.take([1], {1: np.array([1.0, 5.0, 2.0])})
    first = sparks.picture(1, SIZE, 2.0)
    assert first is not None
    assert first.size() == SIZE * 2
    assert sparks.picture(1, SIZE, 2.0) is first
    sparks.take([1], {1: np.array([1.0, 5.0, 3.0])})
    second = sparks.picture(1, SIZE, 2.0)
    assert second is not first
    look().use("light")
    assert sparks.picture(1, SIZE, 2.0) is not second


def test_no_more_are_kept_than_there_is_room_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST", 10)
    sparks = Sparks()
    sparks.take(range(30), {})
    assert sparks.missing(range(30)) == list(range(20))


async def test_the_curve_stands_in_its_cell(bugs: list[BaseException]) -> None:
    model = SheetModel(top_columns(TopKind.INTERFACES), bugs.append)
    view = RowsView(model)
    model.show_sheet(sheet_of([3, 2, 1]))
    await settled()
    at = [column.key for column in model.columns].index(SPARK)
    sparks = Sparks(view)
    view.setItemDelegate(SparkDelegate(sparks, at, view))
    view.resize(1100, 160)

    def drawn() -> QImage:
        image = QImage(view.size(), QImage.Format.Format_ARGB32)
        view.render(image)
        return image

    bare = drawn()
    sparks.take([20], {20: np.array([1.0, 9.0, 1.0, 9.0])})
    rect = view.visualRect(model.index(1, at)).translated(view.viewport().pos())
    other = view.visualRect(model.index(0, at)).translated(view.viewport().pos())
    assert drawn().copy(rect) != bare.copy(rect)
    assert drawn().copy(other) == bare.copy(other)
