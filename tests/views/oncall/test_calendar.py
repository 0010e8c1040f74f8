"""Weeks on the wall clock: where a stretch lies, and what a pointer points at."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest

from noc_console.services.oncall.model import NOBODY, Holiday, Override, OverrideId, RotaId
from noc_console.services.oncall.rules.plan import picture
from noc_console.views.kit.theme import look
from noc_console.views.oncall.calendar import RotaCalendar
from tests.services.oncall.conftest import ADA, PEOPLE, rota
from tests.views.conftest import shown

START = datetime(2026, 3, 1, 23, tzinfo=UTC)  # Monday 00:00 in Amsterdam
NAMES = {person.id: person.name for person in PEOPLE}


def calendar_of(*overrides: Override, weeks: int = 5, **more: object) -> RotaCalendar:
    made = RotaCalendar()
    told = picture(rota(**more), overrides, START, START + timedelta(weeks=weeks))  # type: ignore[arg-type]
    made.show_picture(told, NAMES, datetime(2026, 3, 3, 12, tzinfo=UTC))
    shown(made, 900, 500)
    return made


@pytest.fixture
def calendar() -> RotaCalendar:
    return calendar_of()


async def test_a_stretch_lies_in_its_weeks_by_the_wall_clock(calendar: RotaCalendar) -> None:
    assert calendar.first_day == date(2026, 3, 2)
    # The clocks change on the 29th, in the fourth week: hand-overs stay at 09:00.
    for stretch in calendar.picture.stretches[1:]:  # type: ignore[union-attr]
        first = next(iter(calendar.parts(stretch)))
        assert first.start == pytest.approx(9 / 24)
    long = calendar.picture.stretches[1]  # type: ignore[union-attr]
    assert [(part.week, round(part.end, 2)) for part in calendar.parts(long)] == [
        (0, 7.0),
        (1, 0.38),
    ]


async def test_what_is_drawn_is_told_on_the_full_hour(calendar: RotaCalendar) -> None:
    drawn: list[tuple[datetime, datetime]] = []
    calendar.ranged.connect(lambda start, end: drawn.append((start, end)))
    stretch = calendar.picture.stretches[1]  # type: ignore[union-attr]
    part = next(iter(calendar.parts(stretch)))
    room = calendar.rect_of(part)
    day = calendar._day_width()
    start = QPoint(round(room.left() + day), round(room.center().y()))
    QTest.mousePress(calendar, Qt.MouseButton.LeftButton, pos=start)
    QTest.mouseMove(calendar, start + QPoint(round(day), 0))
    QTest.mouseRelease(calendar, Qt.MouseButton.LeftButton, pos=start + QPoint(round(day), 0))
    ((begins, ends),) = drawn
    assert begins == datetime(2026, 3, 3, 8, tzinfo=UTC)
    assert ends == datetime(2026, 3, 4, 8, tzinfo=UTC)


async def test_a_click_chooses_the_stretch_and_its_words_say_why() -> None:
    sick = Override(
        OverrideId(1), RotaId(1), START + timedelta(days=2), START + timedelta(days=3), 3, ADA
    )
    calendar = calendar_of(sick)
    chosen: list[object] = []
    calendar.chosen.connect(chosen.append)
    stretch = next(s for s in calendar.picture.stretches if s.override)  # type: ignore[union-attr]
    room = calendar.rect_of(next(iter(calendar.parts(stretch))))
    QTest.mouseClick(calendar, Qt.MouseButton.LeftButton, pos=room.center().toPoint())
    assert chosen == [stretch]
    assert calendar.told(stretch).splitlines()[:2] == [
        "Cem Ay",
        "Wed 04 Mar 00:00 – Thu 05 Mar 00:00",
    ]
    assert calendar.told(None) == ""
    assert calendar.moment_at(QPointF(2, 2)) is None


async def test_arrows_walk_the_days_and_enter_takes_one(calendar: RotaCalendar) -> None:
    drawn: list[tuple[datetime, datetime]] = []
    calendar.ranged.connect(lambda start, end: drawn.append((start, end)))
    calendar.setFocus()
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Right, Qt.Key.Key_Left, Qt.Key.Key_Right):
        QTest.keyClick(calendar, key)
    QTest.keyClick(calendar, Qt.Key.Key_Return)
    (span,) = drawn
    assert span == (START + timedelta(days=8), START + timedelta(days=9))
    QTest.keyClick(calendar, Qt.Key.Key_Up)
    QTest.keyClick(calendar, Qt.Key.Key_Up)
    assert calendar.cursor_day == 0


async def test_a_gap_an_override_and_a_holiday_look_their_part() -> None:
    away = Override(
        OverrideId(1), RotaId(1), START + timedelta(days=1), START + timedelta(days=3), NOBODY, ADA
    )
    plain = calendar_of(weeks=1).grab().toImage()
    gap = calendar_of(away, weeks=1).grab().toImage()
    assert plain != gap
    free = (Holiday(date(2026, 3, 3), date(2026, 3, 4), "Founders' day"),)
    calendar = calendar_of(weeks=1, holidays=free)
    assert calendar._holiday(date(2026, 3, 3)) == "Founders' day"
    assert calendar.grab().toImage() != plain
    look().use("light")
    assert calendar.grab().toImage() != plain


async def test_each_person_has_a_colour_and_stand_ins_share_one() -> None:
    calendar = calendar_of()
    assert calendar.color_of(1) != calendar.color_of(2)
    assert calendar.color_of(98) == calendar.color_of(99)
    assert calendar.color_of(98) not in [calendar.color_of(1), calendar.color_of(2)]
    empty = RotaCalendar()
    assert (empty.weeks, empty.picture) == (0, None)
