"""Which tables measure what: the standard ones, and each vendor's by its enterprise number."""

from __future__ import annotations

from collections.abc import Callable

from noc_console.services.inspection import tables
from noc_console.services.inspection.collectors.sensors import Measure, Scalar
from noc_console.services.inspection.tables import Index, Row, columns
from noc_console.services.inventory.model import SensorKind as Kind

CISCO, APC, MIKROTIK, HUAWEI, JUNIPER, NOKIA = 9, 318, 14988, 2011, 2636, 6527

_RAM = "1.3.6.1.2.1.25.2.1.2"
_PROCESSOR = columns("1.3.6.1.2.1.25.3.3.1", load=2, limit=256)
_STORAGE = columns("1.3.6.1.2.1.25.2.3.1", type=2, name=3, size=5, used=6, limit=256)


def _is_ram(_index: Index, row: Row) -> bool:
    name = tables.text(row.get("name")).lower()
    is_part = name.startswith(("cached", "shared", "memory buffers", "virtual", "swap"))
    return row.get("type") == _RAM and not is_part


def _percent(_index: Index, row: Row) -> bool:
    return 0 <= tables.number(row.get("load"), -1) <= 100


HOST = (
    Measure(_PROCESSOR, "load", Kind.CPU, "Processor {index}", where=_percent),
    Measure(
        _STORAGE,
        "used",
        Kind.MEMORY,
        "{name}",
        where=_is_ram,
        total=lambda row: tables.amount(row.get("size")),
    ),
)

_UPS = "1.3.6.1.2.1.33.1"
_UPS_INPUT = columns(f"{_UPS}.3.3.1", voltage=3, limit=12)
_UPS_OUTPUT = columns(f"{_UPS}.4.4.1", watts=4, load=5, limit=12)
UPS_SCALARS = (
    Scalar(f"{_UPS}.2.4.0", Kind.CHARGE, "Battery charge", sane=(0, 100)),
    Scalar(f"{_UPS}.2.7.0", Kind.TEMPERATURE, "Battery temperature", sane=(-40, 120)),
    Scalar(f"{_UPS}.2.1.0", Kind.STATE, "Battery", states=((1, 2), (2, 1), (3, 3), (4, 3))),
    # Output source (RFC 1628): normal, bypass, battery, booster, reducer; none is an outage.
    Scalar(
        f"{_UPS}.4.1.0",
        Kind.STATE,
        "Mains supply",
        states=((1, 2), (2, 3), (3, 1), (4, 2), (5, 3), (6, 1), (7, 1)),
    ),
)
UPS = (
    Measure(_UPS_INPUT, "voltage", Kind.VOLTAGE, "Input {index}"),
    Measure(_UPS_OUTPUT, "load", Kind.LOAD, "Output {index} load"),
    Measure(_UPS_OUTPUT, "watts", Kind.POWER, "Output {index}"),
)

_CISCO_CPU = columns("1.3.6.1.4.1.9.9.109.1.1.1.1", entity=2, one_minute=7, limit=64)
_CISCO_POOL = columns("1.3.6.1.4.1.9.9.48.1.1.1", name=2, used=5, free=6, limit=64)
_CISCO_ENHANCED_POOL = columns("1.3.6.1.4.1.9.9.221.1.1.1.1", name=3, used=18, free=20, limit=64)
_CISCO_TEMPERATURE = columns("1.3.6.1.4.1.9.9.13.1.3.1", name=2, value=3, state=6, limit=128)
_CISCO_SUPPLY = columns("1.3.6.1.4.1.9.9.13.1.5.1", name=2, state=3, limit=64)
_ENVMON = ((1, 1), (2, 2), (3, 3), (4, 3), (6, 3))


def _used_and_free(row: Row) -> float:
    return tables.amount(row.get("used")) + tables.amount(row.get("free"))


_JUNIPER_BOX = columns(
    "1.3.6.1.4.1.2636.3.1.13.1", name=5, temperature=7, cpu=8, buffer=11, limit=256
)
_JUNIPER_OPTICS = columns(
    "1.3.6.1.4.1.2636.3.60.1.1.1.1", received=5, sent=7, temperature=8, limit=512
)


def _is_busy(_index: Index, row: Row) -> bool:
    return tables.number(row.get("buffer")) > 0 or tables.number(row.get("cpu")) > 0


def _has_heat(_index: Index, row: Row) -> bool:
    return tables.number(row.get("temperature")) > 0


_HUAWEI_STATE = columns(
    "1.3.6.1.4.1.2011.5.25.31.1.1.1.1", cpu=5, memory=7, temperature=11, limit=512
)
_HUAWEI_OPTICS = columns(
    "1.3.6.1.4.1.2011.5.25.31.1.1.3.1", temperature=5, received=8, sent=9, limit=512
)
_NO_READING = 2**31 - 1


def _huawei(column: str, low: int, high: int) -> Callable[[Index, Row], bool]:
    """Entities without the sensor read 0, -255 or 2147483647."""

    def makes_sense(_index: Index, row: Row) -> bool:
        value = tables.number(row.get(column), _NO_READING)
        return low <= value <= high and value != 0

    return makes_sense


_MIKROTIK = "1.3.6.1.4.1.14988.1.1"
_MIKROTIK_OPTICS = columns(
    f"{_MIKROTIK}.19.1.1", name=2, temperature=6, sent=9, received=10, limit=128
)
_MIKROTIK_GAUGE = columns(f"{_MIKROTIK}.3.100.1", name=2, value=3, unit=4, limit=64)
_CELSIUS, _RPM, _DECIVOLT, _DECIAMPERE, _DECIWATT = 1, 2, 3, 4, 5


def _in_unit(unit: int) -> Callable[[Index, Row], bool]:
    return lambda _index, row: row.get("unit") == unit


_NOKIA = "1.3.6.1.4.1.6527.3.1.2"
_NOKIA_HARDWARE = columns(
    f"{_NOKIA}.2.1.8.1", name=8, has_temperature=17, temperature=18, limit=256
)
_NOKIA_OPTICS = columns(f"{_NOKIA}.2.4.31.1", temperature=1, sent=16, received=21, limit=512)
_TENTH_MICROWATT = 1e-4

VENDOR_TABLES: dict[int, tuple[Measure, ...]] = {
    CISCO: (
        Measure(_CISCO_CPU, "one_minute", Kind.CPU, "Processor {index}"),
        Measure(_CISCO_POOL, "used", Kind.MEMORY, "Memory {name}", total=_used_and_free),
        Measure(_CISCO_ENHANCED_POOL, "used", Kind.MEMORY, "Memory {name}", total=_used_and_free),
        Measure(_CISCO_TEMPERATURE, "value", Kind.TEMPERATURE, "{name}"),
        Measure(_CISCO_SUPPLY, "state", Kind.STATE, "{name}", states=_ENVMON),
    ),
    JUNIPER: (
        Measure(_JUNIPER_BOX, "cpu", Kind.CPU, "{name}", where=_is_busy),
        Measure(_JUNIPER_BOX, "buffer", Kind.MEMORY, "{name} memory", where=_is_busy),
        Measure(_JUNIPER_BOX, "temperature", Kind.TEMPERATURE, "{name}", where=_has_heat),
        Measure(_JUNIPER_OPTICS, "received", Kind.OPTICAL, "{port} receive", 0.01, port_at=0),
        Measure(_JUNIPER_OPTICS, "sent", Kind.OPTICAL, "{port} transmit", 0.01, port_at=0),
        Measure(_JUNIPER_OPTICS, "temperature", Kind.TEMPERATURE, "{port} optic", port_at=0),
    ),
    HUAWEI: (
        Measure(
            _HUAWEI_STATE, "cpu", Kind.CPU, "{entity}",
            where=_huawei("cpu", 0, 100), entity_at=0,
        ),
        Measure(
            _HUAWEI_STATE, "memory", Kind.MEMORY, "{entity} memory",
            where=_huawei("memory", 0, 100), entity_at=0,
        ),
        Measure(
            _HUAWEI_STATE, "temperature", Kind.TEMPERATURE, "{entity}",
            where=_huawei("temperature", -60, 200), entity_at=0,
        ),
        Measure(
            _HUAWEI_OPTICS, "received", Kind.OPTICAL, "{port} receive", 0.01,
            where=_huawei("received", -6000, 2000), entity_at=0,
        ),
        Measure(
            _HUAWEI_OPTICS, "sent", Kind.OPTICAL, "{port} transmit", 0.01,
            where=_huawei("sent", -6000, 2000), entity_at=0,
        ),
        Measure(
            _HUAWEI_OPTICS, "temperature", Kind.TEMPERATURE, "{port} optic",
            where=_huawei("temperature", -60, 200), entity_at=0,
        ),
    ),
    MIKROTIK: (
        Measure(_MIKROTIK_OPTICS, "received", Kind.OPTICAL, "{name} receive", 0.001, port_at=0),
        Measure(_MIKROTIK_OPTICS, "sent", Kind.OPTICAL, "{name} transmit", 0.001, port_at=0),
        Measure(_MIKROTIK_OPTICS, "temperature", Kind.TEMPERATURE, "{name} optic", port_at=0),
        Measure(_MIKROTIK_GAUGE, "value", Kind.TEMPERATURE, "{name}", where=_in_unit(_CELSIUS)),
        Measure(_MIKROTIK_GAUGE, "value", Kind.FAN, "{name}", where=_in_unit(_RPM)),
        Measure(_MIKROTIK_GAUGE, "value", Kind.VOLTAGE, "{name}", 0.1, where=_in_unit(_DECIVOLT)),
        Measure(_MIKROTIK_GAUGE, "value", Kind.CURRENT, "{name}", 0.1, where=_in_unit(_DECIAMPERE)),
        Measure(_MIKROTIK_GAUGE, "value", Kind.POWER, "{name}", 0.1, where=_in_unit(_DECIWATT)),
    ),
    NOKIA: (
        Measure(
            _NOKIA_HARDWARE, "temperature", Kind.TEMPERATURE, "{name}",
            where=lambda _index, row: tables.number(row.get("temperature"), -128) > -128,
        ),
        Measure(
            _NOKIA_OPTICS, "received", Kind.OPTICAL, "{port} receive", _TENTH_MICROWATT,
            port_at=1, is_logarithmic=True,
        ),
        Measure(
            _NOKIA_OPTICS, "sent", Kind.OPTICAL, "{port} transmit", _TENTH_MICROWATT,
            port_at=1, is_logarithmic=True,
        ),
        Measure(_NOKIA_OPTICS, "temperature", Kind.TEMPERATURE, "{port} optic", 1 / 256, port_at=1),
    ),
}  # fmt: skip

VENDOR_SCALARS: dict[int, tuple[Scalar, ...]] = {
    APC: (
        Scalar("1.3.6.1.4.1.318.1.1.1.4.2.3.0", Kind.LOAD, "Load", sane=(0, 200)),
        Scalar("1.3.6.1.4.1.318.1.1.1.2.2.2.0", Kind.TEMPERATURE, "Battery", sane=(-40, 120)),
    ),
    MIKROTIK: (
        Scalar(f"{_MIKROTIK}.3.8.0", Kind.VOLTAGE, "Supply", 0.1, sane=(1, 10_000)),
        Scalar(f"{_MIKROTIK}.3.10.0", Kind.TEMPERATURE, "Board", 0.1, sane=(-400, 2000)),
        Scalar(f"{_MIKROTIK}.3.11.0", Kind.TEMPERATURE, "Processor", 0.1, sane=(-400, 2000)),
    ),
    NOKIA: (
        Scalar(f"{_NOKIA}.1.1.1.0", Kind.CPU, "Processor", sane=(0, 100)),
        Scalar(f"{_NOKIA}.1.1.9.0", Kind.MEMORY, "Memory", rest=f"{_NOKIA}.1.1.10.0"),
    ),
}
