"""One number as a sensor."""

from __future__ import annotations

import pytest

from noc_console.services.inspection.collectors import gauges
from noc_console.services.inspection.collectors.gauges import CRITICAL, OK, UNKNOWN
from noc_console.services.inspection.tables import Value

OID = "1.3.6.1.4.1.1.1.0"


def test_a_value_is_divided_and_can_be_read_again_the_same_way() -> None:
    sensor = gauges.gauge("voltage", "Battery", OID, 544, divisor=10, limit_low=48.0)
    assert sensor is not None
    assert (sensor.value, sensor.limit_low) == (54.4, 48.0)
    assert 544 * sensor.reading.scale == pytest.approx(sensor.value)


@pytest.mark.parametrize(
    ("told", "number"),
    [
        (7, 7), (b"23", 23), (b" 23.5 \x00", 23.5), (b"-4", -4), (b"", None), (None, None),
        (b"1e9999", None), (b"nan", None), (b"9" * 40, None), ("1.3.6", None), (b"12 V", None),
    ],
)  # fmt: skip
def test_numbers_may_be_written_as_text(told: Value, number: float | None) -> None:
    assert gauges.numeric(told) == number


def test_what_cannot_be_true_is_no_sensor() -> None:
    assert gauges.gauge("temperature", "Battery", OID, -273, sane=(-60, 150)) is None
    assert gauges.gauge("temperature", "Battery", OID, 21, sane=(-60, 150)) is not None


def test_a_state_the_mib_does_not_know_is_no_sensor() -> None:
    labels = gauges.states((1,), (2,), "up", "down", "testing")
    assert labels == ((1, OK, "up"), (2, CRITICAL, "down"), (3, UNKNOWN, "testing"))
    assert gauges.state("Link", OID, 9, labels) is None
    sensor = gauges.state("Link", OID, 2, labels)
    assert sensor is not None
    assert (sensor.kind, sensor.value, sensor.states) == ("state", 2.0, labels)


def test_an_instance_is_told_once_and_a_device_has_its_share() -> None:
    one = gauges.gauge("count", "Calls", OID, 1)
    again = gauges.gauge("count", "Calls again", OID, 1)
    assert gauges.told((one, None, again)) == (one,)
    many = (gauges.gauge("count", "n", f"1.3.{n}", n) for n in range(gauges.MOST + 50))
    assert len(gauges.told(many)) == gauges.MOST
