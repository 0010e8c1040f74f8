"""Each line is painted once and kept as a picture."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtTest import QTest

from noc_console.services.alarms.model import Severity
from noc_console.views.alarms.asked import Asked, Grouping
from noc_console.views.alarms.columns import alarm_columns
from noc_console.views.alarms.linesview import MOST_PICTURES, LinesView
from noc_console.views.alarms.rows import DeskModel
from noc_console.views.kit.desk import Desk
from noc_console.views.kit.tasks import settled
from noc_console.views.kit.theme import ROW_HEIGHT
from tests.views.alarms.desks import NOW, alarm
from tests.views.conftest import shown, until


@pytest.fixture
async def view(desk: Desk) -> LinesView:
    model = DeskModel(alarm_columns(desk), lambda: NOW, lambda error: pytest.fail(repr(error)))
    made = LinesView(desk, model)
    model.setParent(made)
    model.ask(Asked(group=Grouping.NONE))
    shown(made, 1000, 30 * ROW_HEIGHT)
    model.take([alarm(id) for id in range(1, 600)])
    await settled()
    made.grab()
    return made


def pictures(view: LinesView) -> dict[int, int]:
    """The pictures of the phase of now, by line."""
    kept = view._pictures.items()
    return {
        key: picture.cacheKey()
        for (key, is_lit), (_, picture) in kept
        if is_lit == view._is_lit(view._model.row(view._model.find(key)))
    }


async def test_after_a_storm_a_breath_paints_only_a_few_fresh_lines(
    view: LinesView, monkeypatch: pytest.MonkeyPatch
) -> None:
    await until(lambda: view._is_calm)
    before = set(pictures(view))
    monkeypatch.setattr("noc_console.views.alarms.linesview._GENTLE_S", 1e-9)
    view._model.take([alarm(id, Severity.CRITICAL) for id in range(1_000, 1_100)])
    await settled()
    view._is_calm = False
    view.viewport().grab()
    assert set(pictures(view)) <= before, "no time, nothing painted"
    monkeypatch.setattr("noc_console.views.alarms.linesview._GENTLE_S", 0.005)
    view.viewport().update()
    await until(lambda: view._is_calm and len(set(pictures(view)) - before) >= 25)


async def test_blinking_paints_each_line_twice_and_never_again(view: LinesView) -> None:
    painted: list[int] = []
    paint = view._painted
    view._painted = lambda row: (painted.append(row), paint(row))[1]  # type: ignore[method-assign]
    for _ in range(12):
        view._desk.blink.is_light = not view._desk.blink.is_light
        view.viewport().update()
        await until(lambda: view._is_calm)
        view.viewport().grab()
    assert max(painted.count(row) for row in painted) <= 2, "each phase once, however often"


async def test_pictures_are_bounded(view: LinesView) -> None:
    bar = view.verticalScrollBar()
    for place in range(0, bar.maximum(), 20 * ROW_HEIGHT):
        bar.setValue(place)
        view.viewport().grab()
    assert len(view._pictures) <= MOST_PICTURES + 40


async def test_another_width_of_a_column_is_another_picture(view: LinesView) -> None:
    before = pictures(view)
    view.setColumnWidth(0, 140)
    view.viewport().grab()
    after = pictures(view)
    assert after and all(after[key] != before.get(key) for key in after)


async def test_the_line_under_the_pointer_stands_out_and_only_that(view: LinesView) -> None:
    view.viewport().grab()
    before = pictures(view)
    QTest.mouseMove(view.viewport(), QPoint(40, 2 * ROW_HEIGHT + 5))
    view._hover_over(2)

    def changed() -> set[int]:
        # On a busy machine the old picture stays for some frames.
        view.viewport().grab()
        after = pictures(view)
        return {key for key in before if before[key] != after[key]}

    await until(changed)
    assert changed() == {view._model.row(2).key}
