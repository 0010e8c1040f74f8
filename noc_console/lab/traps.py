"""Traps and syslog lines as bytes: what a notice looks like on the wire."""

from __future__ import annotations

from datetime import UTC, datetime

from noc_console.lab.model import Port
from noc_console.lab.notices import Notice, What
from noc_console.lab.tables.interfaces import IF, IFX
from noc_console.lab.tree import unsigned
from noc_console.lab.world import World
from noc_console.wire import ber, oid, snmp
from noc_console.wire.snmp import Pdu, Varbind, encode_value

_GENERIC = "1.3.6.1.6.3.1.1.5"
_TRAPS = {
    What.COLD_START: f"{_GENERIC}.1",
    What.LINK_DOWN: f"{_GENERIC}.3",
    What.LINK_UP: f"{_GENERIC}.4",
    What.BGP_UP: "1.3.6.1.2.1.15.0.1",
    What.BGP_DOWN: "1.3.6.1.2.1.15.0.2",
    What.ON_BATTERY: "1.3.6.1.2.1.33.2.1",
    What.BATTERY_LOW: "1.3.6.1.2.1.33.2.3",
    What.POWER_BACK: "1.3.6.1.2.1.33.2.4",
}
_VENDOR = {
    # CISCO-PROCESS-MIB cpmCPURisingThreshold and cpmCPUFallingThreshold
    (What.CPU_HIGH, "Cisco"): "1.3.6.1.4.1.9.9.109.2.0.1",
    (What.CPU_NORMAL, "Cisco"): "1.3.6.1.4.1.9.9.109.2.0.2",
    # CISCO-ENTITY-SENSOR-MIB entSensorThresholdNotification
    (What.OPTICS_LOW, "Cisco"): "1.3.6.1.4.1.9.9.91.2.0.1",
    # PowerNet upsOnBattery, lowBattery, powerRestored
    (What.ON_BATTERY, "APC"): "1.3.6.1.4.1.318.0.5",
    (What.BATTERY_LOW, "APC"): "1.3.6.1.4.1.318.0.7",
    (What.POWER_BACK, "APC"): "1.3.6.1.4.1.318.0.9",
}
# syslog facility local7, and how bad each thing is (RFC 5424 §6.2.1)
_LOCAL7 = 23
_SEVERITY = {
    What.LINK_DOWN: 3, What.LINK_UP: 5, What.COLD_START: 5, What.CPU_HIGH: 2, What.CPU_NORMAL: 5,
    What.ERRORS_RISING: 4, What.ERRORS_GONE: 6, What.OPTICS_LOW: 4, What.OPTICS_NORMAL: 6,
    What.ON_BATTERY: 1, What.BATTERY_LOW: 1, What.POWER_BACK: 5, What.BGP_DOWN: 3, What.BGP_UP: 5,
}  # fmt: skip


def traps(world: World, notice: Notice, request_id: int) -> list[bytes]:
    """The v2c traps a device sends about it: the standard one, and its vendor's."""
    found = [_TRAPS.get(notice.what), _VENDOR.get((notice.what, notice.device.character.vendor))]
    return [
        _trap(world, notice, name, request_id + offset)
        for offset, name in enumerate(name for name in found if name)
    ]


def _trap(world: World, notice: Notice, name: str, request_id: int) -> bytes:
    uptime = unsigned(world.uptime(notice.device, notice.at) * 100)
    varbinds: list[Varbind] = [
        (snmp.SYS_UPTIME_0, ber.TIMETICKS, uptime),
        (snmp.SNMP_TRAP_OID_0, ber.OID, oid.encode(name)),
        *_details(world, notice),
    ]
    return snmp.encode_message(snmp.V2C, b"public", Pdu(snmp.TRAP_V2, request_id, 0, 0, varbinds))


def _details(world: World, notice: Notice) -> list[Varbind]:
    if notice.what in (What.BGP_DOWN, What.BGP_UP):
        state = 6 if notice.what is What.BGP_UP else 1
        return [
            _cell(f"1.3.6.1.2.1.15.3.1.14.{notice.peer}", ber.OCTETS, b"\x04\x00"),
            _cell(f"1.3.6.1.2.1.15.3.1.2.{notice.peer}", ber.INTEGER, state),
        ]
    if notice.port is not None:
        details = _port(world, notice.port)
        if notice.what is What.OPTICS_LOW:
            sensor = 2001 + notice.port.position * 10
            value = round(notice.value * 10)
            details.append(_cell(f"1.3.6.1.4.1.9.9.91.1.1.1.1.4.{sensor}", ber.INTEGER, value))
        return details
    if notice.what is What.ON_BATTERY:
        return [_cell("1.3.6.1.2.1.33.1.2.3.0", ber.INTEGER, 38)]
    if notice.what in (What.CPU_HIGH, What.CPU_NORMAL):
        return [_cell("1.3.6.1.4.1.9.9.109.1.1.1.1.6.1", ber.GAUGE32, int(notice.value))]
    return []


def _port(world: World, port: Port) -> list[Varbind]:
    index = port.if_index
    status = 1 if world.is_up(port) else 2
    number = index - 2**32 if index >= 2**31 else index
    return [
        _cell(f"{IF}.1.{index}", ber.INTEGER, number),
        _cell(f"{IF}.7.{index}", ber.INTEGER, 1),
        _cell(f"{IF}.8.{index}", ber.INTEGER, status),
        _cell(f"{IFX}.1.{index}", ber.OCTETS, port.device.character.if_name(port)),
    ]


def _cell(name: str, tag: int, value: int | str | bytes) -> Varbind:
    return oid.encode(name), tag, encode_value(tag, value)


def syslog(notice: Notice) -> bytes | None:
    """The line in the old BSD form (RFC 3164), as these devices write it; None for silence."""
    text = notice.device.character.log_line(notice)
    if text is None:
        return None
    stamp = _stamp(notice.at)
    severity = _SEVERITY[notice.what]
    return f"<{_LOCAL7 * 8 + severity}>{stamp} {notice.device.name} {text}".encode()


def _stamp(at: float) -> str:
    """ "Nov  9 07:05:01": days below ten are padded with a blank."""
    then = datetime.fromtimestamp(at, UTC)
    return f"{then:%b} {then.day:>2} {then:%H:%M:%S}"
