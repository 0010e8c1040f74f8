"""What an alarm of a probe is about: its device, or the target itself."""

from __future__ import annotations

from noc_console.services.alarms.model import NO_DEVICE, AlarmObject
from noc_console.services.inventory.model import Device
from noc_console.services.probes.model import Probe


def about(probe: Probe, device: Device | None) -> AlarmObject:
    """Names are for people; the identity is the probe's number."""
    label = probe.title if not probe.name else f"{probe.title} {probe.name}"
    if device is None:
        return AlarmObject(
            NO_DEVICE,
            device_name=probe.name or probe.target,
            interface_name=probe.title,
            other=f"probe:{probe.id}",
        )
    return AlarmObject(
        int(device.id),
        device_name=device.name or device.address,
        interface_name=f"{label} {probe.target}".strip(),
        other=f"probe:{probe.id}",
    )


def probe_of(subject: AlarmObject) -> int | None:
    """The probe an alarm is about, if it is one."""
    kind, _, number = subject.other.partition(":")
    return int(number) if kind == "probe" and number.isdecimal() else None
