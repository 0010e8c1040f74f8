"""Alarms of probes: about a device when there is one, and always known by the probe."""

from __future__ import annotations

from noc_console.services.alarms.model import NO_DEVICE, AlarmObject
from noc_console.services.inventory.model import Device, DeviceId
from noc_console.services.probes.about import about, probe_of
from noc_console.services.probes.model import OF_RULE, Probe, ProbeId
from noc_console.services.probes.settings import ProbeKind

CORE = Device(DeviceId(7), "core-1", "192.0.2.7", 161)


def test_a_devices_probe_is_told_at_the_device():
    subject = about(Probe(ProbeId(3), ProbeKind.TCP, device_id=7, name="BGP"), CORE)
    assert (subject.key, subject.device_name) == ("device:7/probe:3", "core-1")
    assert subject.interface_name == "TCP connect BGP"


def test_a_free_target_stands_for_itself():
    subject = about(Probe(ProbeId(3), ProbeKind.ICMP, "192.0.2.1"), None)
    assert (subject.device_id, subject.key) == (NO_DEVICE, "probe:3")
    assert (subject.device_name, subject.interface_name) == ("192.0.2.1", "Ping")


def test_the_probe_is_found_again_and_others_are_not_taken_for_one():
    for number in (3, OF_RULE + 7):
        assert probe_of(about(Probe(ProbeId(number), ProbeKind.ICMP), CORE)) == number
    assert probe_of(AlarmObject(7)) is None
    assert probe_of(AlarmObject(NO_DEVICE, other="collector:ams-1")) is None
    assert probe_of(AlarmObject(NO_DEVICE, other="probe:x")) is None
