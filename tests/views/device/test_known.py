"""What the page knows."""

from __future__ import annotations

from noc_console.services.inventory.model import Device, DeviceId, SensorKind
from noc_console.views.device.known import Known, by_reading
from tests.views.device.made import gauge, port


def test_ports_are_named_by_their_index_and_gone_ones_have_none() -> None:
    device = Device(DeviceId(1), "a", "10.0.0.1", 161)
    known = Known(device, "", (port(1, "xe-0"), port(0, "gone")), (), (), ())
    assert known.port_names() == {1: "xe-0"}
    assert known.findings.vlans == () and known.kept.at is None


def test_a_processor_finds_its_gauge_by_what_it_is_read_from() -> None:
    load, heat = gauge(1, SensorKind.CPU, 5.0), gauge(1, SensorKind.TEMPERATURE, 30.0)
    assert by_reading((load, heat))[SensorKind.CPU, load.sensor.oid] is load
