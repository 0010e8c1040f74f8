"""The list: opening lines, selecting thousands, staying calm."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from noc_console.services.alarms.model import AlarmId, Severity
from noc_console.views.alarms.asked import Asked, Grouping
from noc_console.views.alarms.columns import OBJECT, alarm_columns
from noc_console.views.alarms.listing import AlarmList
from noc_console.views.kit.desk import Desk
from noc_console.views.kit.tasks import settled
from noc_console.views.kit.theme import look
from tests.views.alarms.desks import NOW, alarm
from tests.views.conftest import shown

FOLDED = [alarm(id, Severity.MINOR, root_id=AlarmId(1)) for id in range(2, 39)]


@pytest.fixture
async def table(desk: Desk) -> AlarmList:
    made = AlarmList(desk, alarm_columns(desk), lambda: NOW, lambda error: pytest.fail(repr(error)))
    made.model.take([alarm(1, Severity.CRITICAL), *FOLDED, alarm(50), alarm(51)])
    shown(made, 1200, 500)
    await settled()
    return made


def ids(table: AlarmList) -> list[int]:
    return [line.key for line in table.model.rows()]


async def test_arrows_open_and_close_what_is_behind_a_root(table: AlarmList) -> None:
    assert ids(table) == [1, 50, 51] and table.model.row(0).inside == 37
    table.select(1)
    QTest.keyClick(table.view, Qt.Key.Key_Right)
    await settled()
    assert ids(table)[:3] == [1, 2, 3] and len(ids(table)) == 40
    table.select(3)
    QTest.keyClick(table.view, Qt.Key.Key_Left)
    assert (line := table.current()) and line.key == 1, "to the root"
    QTest.keyClick(table.view, Qt.Key.Key_Left)
    await settled()
    assert ids(table) == [1, 50, 51]


async def test_a_click_on_the_arrow_opens_without_choosing(table: AlarmList) -> None:
    at = [column.key for column in table.model.columns].index(OBJECT)
    room = table.view.visualRect(table.model.index(0, at))
    QTest.mouseClick(
        table.view.viewport(), Qt.MouseButton.LeftButton,
        pos=QPoint(room.right() - 14, room.center().y()),
    )  # fmt: skip
    await settled()
    assert len(ids(table)) == 40 and not table.picked.hasSelection()
    QTest.mouseClick(
        table.view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(10, room.center().y())
    )
    assert table.chosen_ids() == (1,)


async def test_everything_opens_and_closes_at_once(table: AlarmList) -> None:
    table.open_all(is_open=True)
    await settled()
    assert len(ids(table)) == 40
    table.open_all(is_open=False)
    await settled()
    assert len(ids(table)) == 3


async def test_the_head_of_a_group_stands_for_all_in_it(table: AlarmList) -> None:
    table.model.take([alarm(60, site="Harbour")])
    table.model.ask(Asked(group=Grouping.SITE))
    await settled()
    assert table.picked.keys.size == 0 and len(ids(table)) == 2
    north = next(k for k, g in table.model.shown.found.groups.items() if g.title == "Northgate")
    table.select(north)
    assert set(table.chosen_ids()) == {1, 50, 51} and table.current_alarm() is None
    QTest.keyClick(table.view, Qt.Key.Key_Right)
    await settled()
    assert set(ids(table)) == {*table.model.shown.found.groups, 1, 50, 51}


async def test_ten_thousand_are_selected_and_stay_so_in_a_storm(table: AlarmList) -> None:
    table.model.ask(Asked(group=Grouping.NONE))
    table.model.take([alarm(id, Severity.WARNING) for id in range(1_000, 11_000)])
    await settled()
    table.view.selectAll()
    assert table.many == 10_040
    table.model.take([alarm(id, Severity.CRITICAL) for id in range(20_000, 20_500)], [1_500])
    await settled()
    assert table.many == 10_039 and len(ids(table)) == 10_539
    assert len(table.chosen_ids()) == 10_039 and len(table.selection()) == 10_039
    table.picked.clearSelection()
    assert table.current() is None


async def test_a_line_that_did_not_change_is_not_painted_again(table: AlarmList) -> None:
    table.view.grab()
    before = {key: picture for (key, _), (_, picture) in table.lines._pictures.items()}
    assert set(before) == {1, 50, 51}
    table.model.take([alarm(50, text="worse"), *[alarm(id) for id in range(70, 75)]])
    await settled()
    table.view.grab()
    after = {key: picture for (key, _), (_, picture) in table.lines._pictures.items()}
    assert after[1].cacheKey() == before[1].cacheKey()
    assert after[51].cacheKey() == before[51].cacheKey()
    assert after[50].cacheKey() != before[50].cacheKey() and 70 in after


async def test_another_theme_or_a_selection_is_painted_anew(table: AlarmList) -> None:
    plain = table.view.grab().toImage()
    table.select(50)
    chosen = table.view.grab().toImage()
    assert chosen != plain
    look().use("light")
    assert table.view.grab().toImage() != chosen


async def test_what_is_copied_has_the_filter_and_every_line(table: AlarmList) -> None:
    table.set_filter("sw-5")
    await settled()
    lines = table.csv().splitlines()
    assert lines[1].strip('"# ').startswith("filter: sw-5") or "filter: sw-5" in lines[1]
    assert [line for line in lines if "sw-50" in line] and "sw-51" in lines[-1] + lines[-2]
