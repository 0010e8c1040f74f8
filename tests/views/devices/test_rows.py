"""One line per device."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from PySide6.QtGui import QColor

from noc_console.services.alarms.model import Alarm, AlarmId, AlarmObject, Condition, Severity
from noc_console.services.inventory.model import Device, DeviceId, Reachability, Site, SiteId
from noc_console.services.telemetry.model import DeviceNow
from noc_console.views.devices.rows import DeviceRow, device_columns, device_rows, state_word
from noc_console.views.kit.desk import Desk
from noc_console.views.kit.rows import Column
from noc_console.views.kit.severity import severity_color

AT = datetime(2026, 3, 1, tzinfo=UTC)
CORE = Device(
    DeviceId(7),
    "core-1",
    "10.0.0.1",
    161,
    site_id=SiteId(3),
    credential_id=1,
    reachability=Reachability.UP,
)
HEARD = Device(DeviceId(8), "", "10.0.0.2", 161)
NOW = DeviceNow(DeviceId(7), AT, 81.4, 40.0, 31.0, 90_061.0, 2.54, True)


def alarm(id: int, severity: Severity, device: int = 7) -> Alarm:
    return Alarm(AlarmId(id), AlarmObject(device), Condition.CPU, severity, "", AT, AT)


def rows(*alarms: Alarm) -> tuple[DeviceRow, ...]:
    return device_rows((CORE, HEARD), (NOW,), (Site(SiteId(3), "Northgate"),), alarms)


@pytest.fixture
def columns(desk: Desk) -> dict[str, Column[DeviceRow]]:
    return {column.key: column for column in device_columns(desk)}


def test_a_row_gathers_what_is_known() -> None:
    core, heard = rows(
        alarm(1, Severity.MINOR), alarm(2, Severity.MAJOR), alarm(3, Severity.CLEARED)
    )
    assert (core.site, core.worst, core.alarms, core.now) == ("Northgate", Severity.MAJOR, 2, NOW)
    assert (heard.site, heard.worst, heard.alarms, heard.now) == ("", Severity.CLEARED, 0, None)


def test_unknown_is_not_down() -> None:
    core, heard = rows()
    assert [state_word(core), state_word(heard)] == ["Up", "Heard of"]


def test_measurements_have_units_and_gaps_are_dashes(
    columns: dict[str, Column[DeviceRow]],
) -> None:
    core, heard = rows()
    texts = {key: columns[key].text(core) for key in ("cpu", "temp", "uptime", "response")}
    assert texts == {"cpu": "81 %", "temp": "31 °C", "uptime": "1 d 1 h", "response": "2.5 ms"}
    assert {columns[key].text(heard) for key in texts} == {"–"}
    assert columns["cpu"].export is not None
    assert (columns["cpu"].export(core), columns["cpu"].export(heard)) == ("81.400", "")
    assert columns["cpu"].bar is not None
    assert columns["cpu"].bar(core) == pytest.approx(0.814)


def test_the_name_falls_back_to_the_address(columns: dict[str, Column[DeviceRow]]) -> None:
    assert [columns["name"].text(row) for row in rows()] == ["core-1", "10.0.0.2"]


def test_a_healthy_row_has_no_colour_of_an_alarm(columns: dict[str, Column[DeviceRow]]) -> None:
    core, _ = rows()
    alarming = {severity_color(s).name() for s in Severity if s > Severity.CLEARED}
    inks = [column.color(core) for column in columns.values() if column.color]
    assert not {ink.name() for ink in inks if isinstance(ink, QColor)} & alarming


def test_trouble_sorts_first(columns: dict[str, Column[DeviceRow]]) -> None:
    down = DeviceRow(
        Device(DeviceId(9), "x", "", 161, credential_id=1, reachability=Reachability.DOWN)
    )
    core, heard = rows()
    sort = columns["state"].sort
    assert sort is not None
    assert sorted((core, heard, down), key=sort) == [down, heard, core]


def test_keys_are_unique(desk: Desk) -> None:
    keys = [column.key for column in device_columns(desk)]
    assert len(set(keys)) == len(keys)
