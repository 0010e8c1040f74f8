"""A measurement as a calendar."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF
from PySide6.QtTest import QTest

from noc_console.views.kit.curves import Curve, Span
from noc_console.views.kit.desk import Desk
from noc_console.views.kit.heat import Heat, HeatMap, by_day, by_weekday, picture
from noc_console.views.kit.theme import look

MONDAY = datetime(2026, 3, 2, tzinfo=UTC).timestamp()


def hourly(days: int) -> Curve:
    """The hour of the day, and a hundred on Sundays."""
    times = MONDAY + 3600.0 * np.arange(days * 24)
    hours = np.arange(days * 24)
    values = np.where(hours // 24 % 7 == 6, 100.0, hours % 24)
    return Curve("x", times, values)


def whole(curve: Curve) -> Span:
    return Span(float(curve.times[0]), float(curve.times[-1]))


def test_each_hour_of_the_week_is_the_mean_of_its_weeks() -> None:
    curve = hourly(21)
    heat = by_weekday(curve, whole(curve), UTC)
    assert heat.cells.shape == (7, 24) and heat.rows[6] == "Sun"
    assert (heat.cells[6] == 100).all() and heat.cells[0].tolist() == list(range(24))
    assert heat.ends == (0, 100)


def test_days_are_rows_and_a_day_without_a_value_is_a_gap() -> None:
    curve = hourly(3)
    curve.values[24:48] = np.nan
    heat = by_day(curve, whole(curve), UTC)
    assert heat.rows == ("Mon 02 Mar", "Tue 03 Mar", "Wed 04 Mar")
    assert np.isnan(heat.cells[1]).all() and heat.cells[2, 5] == 5


def test_hours_are_those_of_the_chosen_zone_also_over_a_change_to_summer_time() -> None:
    zone = ZoneInfo("Europe/Prague")
    curve = hourly(35)  # the change is on 29 March
    heat = by_day(curve, whole(curve), zone)
    assert heat.cells[heat.rows.index("Fri 06 Mar"), 10] == 9
    assert heat.cells[heat.rows.index("Fri 03 Apr"), 10] == 8


def test_nothing_measured_is_an_empty_map() -> None:
    curve = Curve("x", np.empty(0), np.empty(0))
    assert by_day(curve, Span(0, 1), UTC).rows == ()
    assert np.isnan(by_weekday(curve, Span(0, 1), UTC).cells).all()
    assert Heat("x", (), np.empty((0, 24))).ends == (0.0, 1.0)


def test_the_greatest_is_the_top_of_the_ramp_and_gaps_are_clear() -> None:
    cells = np.full((2, 24), np.nan)
    cells[0, 0], cells[0, 1] = 0.0, 10.0
    image = picture(Heat("x", ("a", "b"), cells))
    assert image.pixelColor(1, 0) == look().color("load.full")
    assert image.pixelColor(0, 0) == look().color("load.idle")
    assert image.pixelColor(5, 1).alpha() == 0


def test_the_pointer_is_told_day_hour_and_value(desk: Desk) -> None:
    made = HeatMap(desk.times)
    made.resize(900, 300)
    made.show()
    curve = hourly(7)
    made.show_heat(by_weekday(curve, whole(curve), UTC), "{:.0f} u".format)
    room = made.field.room()
    at = QPoint(round(room.left() + room.width() * 10.5 / 24), round(room.top() + 10))
    QTest.mouseMove(made.field, at)
    assert made.name.text() == "x   Mon 10:00 – 11:00   10 u"
    assert made.field.cell_at(QPointF(2, 2)) is None
    assert not made.grab().isNull()
    made.tell(None)
    assert made.name.text() == "x"


@pytest.mark.parametrize("count", [0, 1, 400])
def test_any_number_of_rows_is_drawn(desk: Desk, count: int) -> None:
    made = HeatMap(desk.times)
    made.resize(600, 200)
    rows = tuple(f"day {n}" for n in range(count))
    made.show_heat(Heat("<i>x</i>", rows, np.full((count, 24), 5.0)), str, note="nothing")
    assert not made.grab().isNull() and made.name.text() == "<i>x</i>"
