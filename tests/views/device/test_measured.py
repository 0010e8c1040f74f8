"""What follows from the newest measurements, for each section."""

from __future__ import annotations

from datetime import UTC, datetime

from noc_console.services.inspection.service import Kept
from noc_console.services.inventory.model import Device, DeviceId, InterfaceId, SensorKind
from noc_console.views.device import measured
from noc_console.views.device.known import Known, Now
from tests.views.device.made import port, sensor, stack

AT = datetime(2026, 3, 1, tzinfo=UTC)


def test_every_section_gets_its_share() -> None:
    known = Known(
        Device(DeviceId(1), "sw", "10.0.0.1", 161),
        "",
        (port(151, "Te1/1/1"),),
        (
            sensor(1, SensorKind.DBM, "rx", interface_id=InterfaceId(151)),
            sensor(2, SensorKind.CLIENTS, "2.4 GHz"),
            sensor(3, SensorKind.CHARGE, "Battery"),
        ),
        (),
        (),
        Kept(AT, stack()),
    )
    now = Now(None, {}, {3: (AT, 40.0)})
    made = measured.measure(known, now, {}, 7)
    assert [gauge.sensor.id for gauge in made.gauges] == [1, 3, 2]
    assert [gauge.sensor.name for gauge in made.radios] == ["2.4 GHz"]
    assert [gauge.sensor.name for gauge in made.power] == ["Battery"]
    (optic,) = made.optics
    assert optic.module is not None and optic.received is not None
    assert made.bars["supplies"][0].text == "40 %" and made.bars["processors"]
    assert len(made.pieces) == len(stack().entities)
    assert {gauge.step for gauge in made.gauges} == {7}
