"""How sensors are written, ordered and held against their limits."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pytest

from noc_console.services.inventory.model import InterfaceId, SensorKind
from noc_console.views.device import gauges
from noc_console.views.device.gauges import Gauge
from tests.views.device.made import gauge, sensor

AT = datetime(2026, 3, 1, tzinfo=UTC)


def test_gauges_stand_by_class_then_name_with_what_is_known_of_each() -> None:
    known = (
        sensor(1, SensorKind.DBM, "b", interface_id=InterfaceId(7)),
        sensor(2, SensorKind.STATE, "z"),
        sensor(3, SensorKind.DBM, "a", group="Slot 1"),
    )
    curves = {3: np.ones(3)}
    rows = gauges.gauges(known, {1: (AT, -3.0)}, {InterfaceId(7): "xe-0"}, curves, 5)
    assert [(row.sensor.name, row.port, row.value) for row in rows] == [
        ("z", "", None),
        ("a", "Slot 1", None),
        ("b", "xe-0", -3.0),
    ]
    assert rows[1].curve is curves[3] and rows[0].step == 5


@pytest.mark.parametrize(
    ("value", "outside"), [(-19.0, True), (-15.0, True), (-10.0, False), (1.0, True), (None, False)]
)
def test_beyond_a_warning_is_outside_as_well(value: float | None, outside: bool) -> None:
    limits = {"low": -18.4, "warn_low": -14.4, "warn_high": 0.5, "high": 2.5}
    assert gauges.is_outside(gauge(1, SensorKind.DBM, value, **limits)) is outside


def test_limits_are_told_in_words() -> None:
    told = gauges.limits_text(gauge(1, SensorKind.TEMPERATURE, 20.0, high=70.0, warn_high=56.0))
    assert told == "too high above 70.0 °C\nwarns above 56.0 °C"
    assert "no limits" in gauges.limits_text(gauge(1, SensorKind.FANSPEED, 20.0))
    states = ((1, 1, "ok"), (2, 3, "failed"))
    assert gauges.limits_text(gauge(1, SensorKind.STATE, 1, states=states)) == "1: ok\n2: failed"


def test_a_sparkline_of_decibels_begins_at_darkness() -> None:
    light = Gauge(sensor(1, SensorKind.DBM), -3.0, curve=np.array([-3.0, -13.0]))
    assert light.shape is not None and light.shape.tolist() == [37.0, 27.0]
    cold = Gauge(sensor(2, SensorKind.TEMPERATURE), -3.0, curve=np.array([-3.0, 5.0]))
    assert cold.shape is not None and cold.shape.tolist() == [0.0, 8.0]
    warm = Gauge(sensor(2, SensorKind.TEMPERATURE), 3.0, curve=np.array([3.0, np.nan]))
    assert warm.shape is warm.curve
    assert Gauge(sensor(3, SensorKind.CPU)).shape is None


def test_every_class_has_a_word_and_a_rank() -> None:
    assert gauges.class_word(SensorKind.DBM) == "Light"
    assert gauges.class_word(SensorKind.NOISE_FLOOR) == "Noise floor"
    assert len({gauges.rank(kind) for kind in SensorKind}) == len(SensorKind)


def test_the_least_headroom_sorts_first() -> None:
    (column,) = (c for c in gauges.gauge_columns() if c.key == "range")
    assert column.sort is not None
    near = gauge(1, SensorKind.TEMPERATURE, 55.0, high=56.0)
    far = gauge(2, SensorKind.TEMPERATURE, 20.0, high=56.0)
    assert column.sort(near) < column.sort(far)
    assert column.sort(gauge(3, SensorKind.TEMPERATURE, 20.0)) is None


def test_of_very_many_sensors_the_most_urgent_are_drawn() -> None:
    kinds = (SensorKind.COUNT, SensorKind.STATE, SensorKind.DBM)
    many = [sensor(n, kind) for kind in kinds for n in range(300)]
    drawn = gauges.most_urgent(many)
    ranks = [gauges.rank(one.kind) for one in drawn]
    assert len(drawn) == gauges.MOST_CURVES and ranks == sorted(ranks)
    assert max(ranks) < max(gauges.rank(kind) for kind in kinds)
