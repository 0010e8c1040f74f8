"""The lists of a device."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest

from noc_console.services.alarms.model import Alarm, AlarmId, AlarmObject, Condition, Severity
from noc_console.services.inventory.model import (
    Device,
    DeviceId,
    EvidenceKind,
    Interface,
    InterfaceId,
    Link,
    LinkId,
    OperStatus,
    Reachability,
    Sensor,
    SensorId,
    SensorKind,
)
from noc_console.services.telemetry.model import InterfaceNow
from noc_console.views.device import gauges, rows
from noc_console.views.device.gauges import Gauge
from noc_console.views.device.rows import Port
from noc_console.views.kit.desk import Desk
from noc_console.views.kit.rows import Column

AT = datetime(2026, 3, 1, tzinfo=UTC)
PORT = Interface(
    InterfaceId(4), DeviceId(1), 4, "xe4", speed_bps=10**9, oper_status=OperStatus.UP, mtu=9000
)


def now(into: float | None = 2e8, out: float | None = 5e8) -> InterfaceNow:
    return InterfaceNow(4, AT, into, out, 0.0, 0.5, 1)


def cell(columns: tuple[Column[object], ...], key: str, row: object) -> str:
    return next(column for column in columns if column.key == key).text(row)


def test_an_interface_tells_its_load_by_the_busier_direction() -> None:
    port = Port(PORT, now())
    assert port.share == 0.5 and port.errors == 0.5
    columns = rows.port_columns()
    told = {key: cell(columns, key, port) for key in ("speed", "in", "out", "load", "errors")}  # type: ignore[arg-type]
    assert told == {
        "speed": "1G", "in": "200 Mb/s", "out": "500 Mb/s", "load": "50%", "errors": "0.5",
    }  # fmt: skip


def test_what_is_not_known_is_a_dash_not_a_zero() -> None:
    for port in (Port(PORT), Port(PORT, now(None, None)), Port(replace(PORT, speed_bps=0), now())):
        assert port.share is None
    columns = rows.port_columns()
    assert cell(columns, "in", Port(PORT)) == cell(columns, "load", Port(PORT)) == "–"  # type: ignore[arg-type]


def test_switched_off_by_somebody_is_not_down() -> None:
    assert (
        rows.status_word(replace(PORT, admin_up=False, oper_status=OperStatus.DOWN)) == "disabled"
    )
    assert rows.status_word(replace(PORT, oper_status=OperStatus.LOWER_LAYER_DOWN)) == "down below"


def test_every_column_can_be_shown_sorted_and_exported(desk: Desk) -> None:
    port = Port(PORT, now(), curve=np.ones(3))
    gauge = Gauge(Sensor(SensorId(1), DeviceId(1), SensorKind.FANSPEED, "Fan", "1.2"), 5000.0)
    alarm = Alarm(AlarmId(1), AlarmObject(1), Condition.CPU, Severity.MINOR, "busy", AT, AT)
    for columns, row in (
        (rows.port_columns(), port),
        (gauges.gauge_columns(), gauge),
        (rows.alarm_columns(desk.times), alarm),
    ):
        for column in columns:
            assert isinstance(column.text(row), str)  # type: ignore[arg-type]
            assert isinstance((column.export or column.text)(row), str)  # type: ignore[arg-type]
            if column.sort:
                column.sort(row)  # type: ignore[arg-type]
            if column.icon:
                assert column.icon(row) is not None  # type: ignore[arg-type]


def test_a_new_curve_makes_a_new_row_but_curves_are_not_compared() -> None:
    one, other = Port(PORT, step=1, curve=np.ones(3)), Port(PORT, step=1, curve=np.zeros(3))
    assert one == other and one != replace(other, step=2)


@pytest.mark.parametrize(
    ("kind", "value", "text"),
    [
        (SensorKind.TEMPERATURE, 41.25, "41.2 °C"),
        (SensorKind.DBM, -18.456, "-18.46 dBm"),
        (SensorKind.FANSPEED, 5400.0, "5400 rpm"),
        (SensorKind.POWER, 1250.0, "1.25 kW"),
        (SensorKind.BER, 1.5e-9, "1.5e-09"),
        (SensorKind.CLIENTS, 12.0, "12"),
        (SensorKind.STATE, 2.0, "failed"),
        (SensorKind.STATE, 9.0, "state 9"),
        (SensorKind.CHARGE, None, "–"),
    ],
)
def test_sensors_are_written_with_their_unit(
    kind: SensorKind, value: float | None, text: str
) -> None:
    states = ((1, 1, "online"), (2, 3, "failed"))
    sensor = Sensor(SensorId(1), DeviceId(1), kind, "x", "1.2", states=states)
    assert gauges.sensor_text(sensor, value) == text
    assert gauges.is_outside(Gauge(sensor, value)) == (text == "failed")


def test_a_sensor_beyond_its_limits_stands_out() -> None:
    sensor = Sensor(SensorId(1), DeviceId(1), SensorKind.DBM, "rx", "1", low=-24.0, high=0.0)
    assert [gauges.is_outside(Gauge(sensor, v)) for v in (-25.0, -20.0, 1.0, None)] == [
        True, False, True, False,
    ]  # fmt: skip


def test_the_other_end_is_found_whichever_end_we_are() -> None:
    me = Device(DeviceId(2), "me", "192.0.2.2", 161)
    other = Device(DeviceId(1), "other", "192.0.2.1", 161, reachability=Reachability.UP)
    link = Link(
        LinkId(1), DeviceId(1), InterfaceId(11), DeviceId(2), InterfaceId(21), 90,
        (EvidenceKind.LLDP,),
    )  # fmt: skip
    names = {InterfaceId(11): "theirs", InterfaceId(21): "mine"}
    (found,) = rows.neighbours(me, (link,), {other.id: other}, names, {1: Severity.MAJOR})
    assert (found.name, found.mine, found.theirs) == ("other", "mine", "theirs")
    assert (found.device_id, found.severity) == (DeviceId(1), Severity.MAJOR)
    (found,) = rows.neighbours(other, (link,), {}, {}, {})
    assert (found.name, found.mine) == ("device 2", "")


def test_alarms_mark_their_interface() -> None:
    alarm = Alarm(
        AlarmId(1), AlarmObject(1, interface_id=4), Condition.ERRORS, Severity.MAJOR, "", AT, AT
    )
    (port,) = rows.ports((PORT,), {4: now()}, {}, (alarm,), lambda _: np.ones(2), 3)
    assert port.severity is Severity.MAJOR and port.step == 3
