"""Where alarms begin."""

from __future__ import annotations

from noc_console.services.alarms.model import Severity
from noc_console.services.inventory.model import DeviceId, Sensor, SensorId, SensorKind
from noc_console.services.telemetry.limits import Edge, of_sensor, of_share


def sensor(kind: SensorKind, **limits: float) -> Sensor:
    return Sensor(SensorId(1), DeviceId(1), kind, "x", "1.2.3", **limits)  # type: ignore[arg-type]


def test_shares_have_the_edges_alarms_are_raised_at() -> None:
    assert of_share("cpu") == (Edge(95, Severity.MAJOR), Edge(80, Severity.MINOR))
    assert of_share("utilisation")[0].value == 95
    assert of_share("nonsense") == ()


def test_a_sensors_own_limits_win() -> None:
    assert of_sensor(sensor(SensorKind.DBM, low=-14.0)) == (Edge(-14, Severity.MAJOR, True),)
    assert of_sensor(sensor(SensorKind.DBM))[0].value == -27
    assert of_sensor(sensor(SensorKind.TEMPERATURE, high=90.0))[0].value == 90
    assert of_sensor(sensor(SensorKind.STATE)) == () == of_sensor(sensor(SensorKind.CLIENTS))
