"""The tree and the heads of groups."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtGui import QImage

from noc_console.services.alarms.model import AlarmId, Severity
from noc_console.views.alarms.arranging import Group
from noc_console.views.alarms.asked import Asked, Grouping
from noc_console.views.alarms.columns import OBJECT, alarm_columns
from noc_console.views.alarms.lines import Line
from noc_console.views.alarms.linesview import LinesView
from noc_console.views.alarms.painting import INDENT, group_words
from noc_console.views.alarms.rows import DeskModel
from noc_console.views.kit.desk import Desk
from noc_console.views.kit.tasks import settled
from noc_console.views.kit.theme import ROW_HEIGHT, look
from tests.views.alarms.desks import NOW, alarm
from tests.views.conftest import shown


@pytest.fixture
async def view(desk: Desk) -> LinesView:
    model = DeskModel(alarm_columns(desk), lambda: NOW, lambda error: pytest.fail(repr(error)))
    made = LinesView(desk, model)
    model.setParent(made)
    shown(made, 1200, 8 * ROW_HEIGHT)
    behind = [alarm(id, Severity.MINOR, root_id=AlarmId(1), device_name="m") for id in (2, 3)]
    model.take([alarm(1, Severity.CRITICAL, device_name="m"), *behind, alarm(4, device_name="m")])
    await settled()
    return made


def cell(view: LinesView, row: int, key: str) -> QImage:
    at = [column.key for column in view._model.columns].index(key)
    return view.viewport().grab(view.visualRect(view._model.index(row, at))).toImage()


def ink(image: QImage) -> int:
    """How many pixels are not ground."""
    ground = look().color("surface.field").rgb()
    return sum(
        image.pixel(x, y) != ground for x in range(image.width()) for y in range(image.height() - 2)
    )


async def test_a_root_wears_the_number_of_what_is_behind_it(view: LinesView) -> None:
    root, alone = cell(view, 0, OBJECT), cell(view, 1, OBJECT)
    assert ink(root) > ink(alone) + 100


async def test_what_is_folded_is_set_in(view: LinesView) -> None:
    view._model.want(type(view._model.wanted)(open=frozenset({1})))
    await settled()
    child = cell(view, 1, OBJECT)
    ground = look().color("surface.field").rgb()
    margin = [child.pixel(x, y) for x in range(INDENT - 8) for y in range(ROW_HEIGHT - 2)]
    assert set(margin) == {ground} and ink(child) > 0


async def test_the_head_of_a_group_runs_across_all_columns(view: LinesView) -> None:
    plain = view._model.shown.found.keys
    view._model.ask(Asked(group=Grouping.SITE))
    await settled()
    assert len(plain) == 2 and view._model.rowCount() == 1
    first, second = cell(view, 0, "severity"), cell(view, 0, "since")
    raised = look().color("surface.raised").rgb()
    for part in (first, second):
        tones = {part.pixel(x, 13) for x in range(part.width())}
        assert raised in tones and len(tones) > 1, "its words go on behind the edge of a cell"


def test_a_group_says_how_many_and_whom_it_hits() -> None:
    group = Group(-1, "Northgate", 1_200, Severity.MAJOR, 37.0, False, np.empty(0, np.int64))
    assert group_words(Line(-1, None, group)) == "1,200 alarms · 37 customers"
    assert group_words(Line(1, alarm(1))) == ""
