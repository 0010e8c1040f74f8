"""Where a value stands between its limits."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter

from noc_console.services.inventory.model import SensorKind
from noc_console.views.device import limits
from noc_console.views.device.limits import Scale
from noc_console.views.device.optics import Optic
from noc_console.views.kit.theme import look
from tests.views.device.made import gauge, sensor

FINITE = st.floats(-1e6, 1e6)


def test_between_two_limits_there_is_air_beyond_both() -> None:
    told = limits.scale(sensor(1, SensorKind.DBM, low=-20.0, high=0.0), -10.0)
    assert told is not None and told.low is not None and told.high is not None
    assert told.value == pytest.approx(0.5)
    assert 0 < told.low < 0.5 < told.high < 1


def test_percents_are_measured_by_the_whole() -> None:
    assert limits.scale(sensor(1, SensorKind.CPU), 25.0) == Scale(0.25)


def test_without_limits_there_is_nothing_to_measure_by() -> None:
    assert limits.scale(sensor(1, SensorKind.TEMPERATURE), 25.0) is None
    assert limits.scale(sensor(1, SensorKind.STATE, low=1.0), 1.0) is None


@given(FINITE | st.none(), FINITE | st.none(), FINITE | st.none(), FINITE | st.none())
def test_whatever_a_device_tells_stays_on_the_bar(
    value: float | None, low: float | None, high: float | None, warn: float | None
) -> None:
    known = sensor(1, SensorKind.VOLTAGE, low=low, high=high, warn_high=warn)
    told = limits.scale(known, value)
    if told is not None:
        places = (told.value, told.low, told.high, told.warn_high)
        assert all(place is None or 0.0 <= place <= 1.0 for place in places)


def drawn(told: Scale, *, outside: bool) -> QImage:
    image = QImage(120, 20, QImage.Format.Format_ARGB32)
    image.fill(QColor("black"))
    painter = QPainter(image)
    limits.paint_limits(painter, QRectF(0, 0, 120, 20), told, outside=outside)
    painter.end()
    return image


def test_a_value_beyond_its_limits_has_another_mark_and_another_colour() -> None:
    within, beyond = drawn(Scale(0.5), outside=False), drawn(Scale(0.5), outside=True)
    assert within.pixelColor(60, 10).name() == look().color("accent.plain").name()
    assert beyond.pixelColor(60, 10).name() == look().color("attention.plain").name()
    assert within.pixelColor(60, 5).name() != beyond.pixelColor(60, 5).name()


def test_a_row_is_a_gauge_or_carries_one() -> None:
    light = gauge(1, SensorKind.DBM, -3.0)
    assert limits.gauge_of(light) is light
    assert limits.gauge_of(Optic("xe-0", "p1", 1, received=light)) is light
    assert limits.gauge_of("words") is None
