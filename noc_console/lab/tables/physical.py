"""ENTITY-MIB and ENTITY-SENSOR-MIB (RFC 6933, 3433): chassis, boards, optics and their sensors."""

from __future__ import annotations

from dataclasses import dataclass
from math import log10

from noc_console.lab.model import Device, Port
from noc_console.lab.tree import Builder, Live, signed
from noc_console.lab.world import World
from noc_console.wire import ber

ENTITY = "1.3.6.1.2.1.47.1.1.1.1"
ALIAS = "1.3.6.1.2.1.47.1.3.2.1.2"
SENSOR = "1.3.6.1.2.1.99.1.1.1"
CHASSIS, BOARD, INLET, HOTSPOT, SUPPLY, FAN = 1, 10, 21, 22, 31, 32
PORT_BASE, OPTIC_BASE = 1000, 2000
WATTS, CELSIUS, RPM, DBM = 6, 8, 10, 14
_UNITS = 9
MAKER = "LUMENLINK"
"""Who made the optics."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Where a sensor's module warns and where it alarms, in the sensor's own number."""

    low: int
    warn_low: int
    warn_high: int
    high: int


OPTIC_LIGHT = Limits(-184, -144, 5, 25)
"""Tenths of a dBm: what modules of ten kilometres commonly say of what they receive."""
LAUNCH = Limits(-82, -62, 45, 65)
OPTIC_HEAT = Limits(-5, 0, 70, 75)
AIR = Limits(-10, 0, 56, 70)
_BASE = {1_000: "1000BASE-LX SFP", 10_000: "10GBASE-LR SFP+", 25_000: "25GBASE-LR SFP28",
         40_000: "40GBASE-LR4 QSFP+", 100_000: "100GBASE-LR4 QSFP28"}  # fmt: skip
_UNIT_NAMES = {WATTS: "watts", CELSIUS: "Celsius", RPM: "rpm", DBM: "dBm"}


@dataclass(frozen=True, slots=True)
class Sensor:
    """A sensor: physical index, name, type and scale (RFC 3433), decimals, how to read it."""

    index: int
    name: str
    kind: int
    scale: int
    precision: int
    read: Live
    inside: int
    limits: Limits | None = None


def dbm(world: World, port: Port, at: float, *, received: bool) -> float:
    """Optical power of a port."""
    powers = world.optics(port, at)
    return powers[0] if received else powers[1]


def milliwatts(power_dbm: float) -> float:
    """Linear power of dBm."""
    return float(10 ** (power_dbm / 10))


def to_dbm(milliwatt: float) -> float:
    """dBm of linear power; -40 for darkness."""
    return 10 * log10(milliwatt) if milliwatt > 1e-4 else -40.0


def optics(device: Device) -> list[Port]:
    """Ports with a pluggable optic that has something on its fibre."""
    return [port for port in device.ports if port.optical and port.link is not None]


def sensors(world: World, device: Device) -> list[Sensor]:
    """Everything measured inside the box."""
    watts = device.character.watts
    found = [
        Sensor(INLET, "Inlet Temperature Sensor", CELSIUS, _UNITS, 0,
               lambda _arg, at: signed(world.temperature(device, at)), CHASSIS, AIR),
        Sensor(HOTSPOT, "Hotspot Temperature Sensor", CELSIUS, _UNITS, 0,
               lambda _arg, at: signed(world.temperature(device, at, 1) + 9), BOARD),
        Sensor(SUPPLY + 200, "Power Supply 1 Output", WATTS, _UNITS, 0,
               lambda _arg, at: signed(watts * (0.8 + world.cpu(device, at) / 500)),
               SUPPLY),
        Sensor(FAN + 200, "Fan Tray 1 Speed", RPM, _UNITS, 0,
               lambda _arg, at: signed(4200 + 90 * (world.temperature(device, at) - 30)), FAN),
    ]  # fmt: skip
    for port in optics(device):
        found += _optic_sensors(world, port)
    return found


def _optic_sensors(world: World, port: Port) -> list[Sensor]:
    base = OPTIC_BASE + port.position * 10

    def power(received: bool) -> Live:
        return lambda _arg, at: signed(round(dbm(world, port, at, received=received) * 10))

    def heat(_arg: int, at: float) -> bytes:
        return signed(world.temperature(port.device, at, port.position + 2) + 4)

    return [
        Sensor(base + 1, f"{port.name} Receive Power Sensor", DBM, _UNITS, 1, power(True), base,
               OPTIC_LIGHT),
        Sensor(base + 2, f"{port.name} Transmit Power Sensor", DBM, _UNITS, 1, power(False), base,
               LAUNCH),
        Sensor(base + 3, f"{port.name} Module Temperature Sensor", CELSIUS, _UNITS, 0, heat, base,
               OPTIC_HEAT),
    ]  # fmt: skip


def fill(mib: Builder, world: World, device: Device) -> None:
    character = device.character
    if not character.has_entity:
        return
    _part(mib, CHASSIS, f"{character.vendor} {character.model} chassis", 0, 3, "Chassis",
          device.serial, character.model, character.software)  # fmt: skip
    _part(mib, BOARD, "Control board", CHASSIS, 9, "Slot 0", f"{device.serial[:6]}B1", "CTRL-1")
    _part(mib, SUPPLY, "Power supply 1", CHASSIS, 6, "PSU 1", f"{device.serial[:6]}P1", "PWR-1")
    _part(mib, FAN, "Fan tray 1", CHASSIS, 7, "Fan 1", f"{device.serial[:6]}F1", "FAN-1")
    for port in device.ports:
        if port.is_physical:
            _part(mib, PORT_BASE + port.position, port.name, BOARD, 10, port.name, "", "",
                  position=port.position + 1)  # fmt: skip
            where = f"1.3.6.1.2.1.2.2.1.1.{port.if_index}"
            mib.cell(ALIAS, (PORT_BASE + port.position, 0), ber.OID, where)
    for port in optics(device):
        name = f"{port.name} optic"
        serial = f"OPT{device.number:03d}{port.position:03d}"
        words = f"{_BASE.get(port.speed, 'GPON SFP')} transceiver"
        _part(mib, OPTIC_BASE + port.position * 10, words, PORT_BASE + port.position, 9, name,
              serial, f"SFP-{port.speed // 1000}G-LR", maker=MAKER)  # fmt: skip
    for sensor in sensors(world, device):
        _part(mib, sensor.index, sensor.name, sensor.inside, 8, sensor.name, "", "")
        if character.has_entity_sensors:
            _sensor(mib, sensor)


def _part(
    mib: Builder, index: int, text: str, inside: int, kind: int, name: str, serial: str, model: str,
    software: str = "", *, position: int = 1, maker: str = "",
) -> None:  # fmt: skip
    mib.row(
        ENTITY, (index,),
        {
            2: (ber.OCTETS, text),
            3: (ber.OID, "0.0"),
            4: (ber.INTEGER, inside),
            5: (ber.INTEGER, kind),
            6: (ber.INTEGER, position),
            7: (ber.OCTETS, name),
            8: (ber.OCTETS, "1.0" if serial else ""),
            9: (ber.OCTETS, ""),
            10: (ber.OCTETS, software),
            11: (ber.OCTETS, serial),
            12: (ber.OCTETS, maker),
            13: (ber.OCTETS, model),
            16: (ber.INTEGER, 1 if model else 2),
        },
    )  # fmt: skip


def _sensor(mib: Builder, sensor: Sensor) -> None:
    mib.row(
        SENSOR, (sensor.index,),
        {
            1: (ber.INTEGER, sensor.kind),
            2: (ber.INTEGER, sensor.scale),
            3: (ber.INTEGER, sensor.precision),
            4: (ber.INTEGER, sensor.read),
            5: (ber.INTEGER, 1),
            6: (ber.OCTETS, _UNIT_NAMES[sensor.kind]),
            7: (ber.TIMETICKS, 0),
            8: (ber.GAUGE32, 5000),
        },
    )  # fmt: skip
