"""What can be watched: every measure by name, its unit, and where its history lies.

`interface.*`, `device.*`, `sensor.*`, `probe.*` and `collector.*`. A sensor's kind is a measure of
its own (`sensor.voltage`); light and states have measures that say more than the bare number.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from noc_console.services.inventory.model import SensorKind

POWER_WORDS = frozenset(
    ("power", "supply", "psu", "mains", "battery", "batteries", "rectifier", "ups", "phase")
)
"""Words of what feeds a box: its states are supplies, all others hardware."""
SENDING_WORDS = ("transmit", "tx", "sent", "bias")


class Subject(StrEnum):
    """What a measure is of."""

    INTERFACE = "interface"
    DEVICE = "device"
    SENSOR = "sensor"
    PROBE = "probe"
    COLLECTOR = "collector"


@dataclass(frozen=True, slots=True)
class Measure:
    """Something with a number."""

    name: str
    title: str
    unit: str
    subject: Subject
    words: str = ""
    """How an alarm says it, with {value}; empty is title and value."""
    is_polled: bool = True
    """Judged with every poll; else by the desk's worker, from what is kept."""
    is_state: bool = False
    """A word of the device more than a number: kind `state`."""

    def say(self, value: float) -> str:
        """The value with its unit, as people read it."""
        digits = 0 if abs(value) >= 100 or value == round(value) else 1 if abs(value) >= 1 else 2
        return f"{value:.{digits}f} {self.unit}".rstrip()


def _m(name: str, title: str, unit: str, words: str = "", **more: bool) -> Measure:
    return Measure(name, title, unit, Subject(name.partition(".")[0]), words, **more)


_FIXED = (
    _m("interface.status", "state of the interface", "", is_state=True),
    _m("interface.utilisation", "utilisation, the busier way", "% of speed"),
    _m("interface.utilisation_in", "utilisation inwards", "% of speed"),
    _m("interface.utilisation_out", "utilisation outwards", "% of speed"),
    _m("interface.in_bps", "traffic in", "b/s"),
    _m("interface.out_bps", "traffic out", "b/s"),
    _m("interface.in_pps", "packets in", "packets/s"),
    _m("interface.out_pps", "packets out", "packets/s"),
    _m("interface.errors", "errors, both ways", "errors/s"),
    _m("interface.error_share", "share of broken packets", "% of packets"),
    _m("interface.discards", "discards, both ways", "discards/s"),
    _m("device.reachable", "whether it answers", "", is_state=True),
    _m("device.restart", "restarts", "", is_state=True),
    _m("device.cpu", "CPU", "%", "CPU {value:.0f} %"),
    _m("device.memory", "memory", "%", "memory {value:.0f} %"),
    _m("device.temperature", "hottest sensor", "°C", "hottest {value:.0f} °C"),
    _m("device.response_ms", "response time of SNMP", "ms", "answers in {value:.0f} ms"),
    _m(
        "device.lit_subscribers",
        "subscribers whose light an OLT receives",
        "subscribers",
        is_polled=False,
    ),
    _m("sensor.light", "received light", "dBm"),
    _m("sensor.light_drop", "light less than usual", "dB"),
    _m("sensor.supply_state", "state of what feeds the box", "", is_state=True),
    _m("sensor.hardware_state", "state of other hardware", "", is_state=True),
    _m("probe.state", "state of the probe", "", is_polled=False, is_state=True),
    _m("probe.loss", "packets lost", "%", "{value:.0f} % of the packets lost", is_polled=False),
    _m("probe.median_ms", "median latency", "ms", "median {value:.1f} ms", is_polled=False),
    _m("probe.jitter_ms", "jitter", "ms", "jitter {value:.1f} ms", is_polled=False),
    _m("probe.certificate_days", "days a certificate lasts", "d", is_polled=False),
    _m(
        "collector.late_s",
        "late polls",
        "s",
        "polls begin {value:.1f} s late",
        is_polled=False,
    ),
    _m(
        "collector.store_ms",
        "answer of the store",
        "ms",
        "the store answers in {value:.0f} ms",
        is_polled=False,
    ),
    _m(
        "collector.queued",
        "traps and log lines that wait",
        "lines",
        "{value:.0f} traps and log lines wait to be written",
        is_polled=False,
    ),
    _m(
        "collector.unwritten",
        "polls that wait for the store",
        "polls",
        "{value:.0f} polls wait to be written",
        is_polled=False,
    ),
    _m(
        "collector.disk_free",
        "free space of the data folder",
        "%",
        "{value:.1f} % of the disk with our data is free",
        is_polled=False,
    ),
    _m(
        "collector.loop_lag_ms",
        "lag of its event loop",
        "ms",
        "its event loop runs {value:.0f} ms late",
        is_polled=False,
    ),
)
_OWN_WORDS = {SensorKind.STATE, SensorKind.DBM}
"""Kinds that have measures of their own above."""

MEASURES: dict[str, Measure] = {one.name: one for one in _FIXED} | {
    name: Measure(name, kind.value.replace("_", " "), kind.unit, Subject.SENSOR)
    for kind in SensorKind
    if kind not in _OWN_WORDS
    for name in [f"sensor.{kind.value.replace('-', '_')}"]
}


def of_sensor_kind(kind: SensorKind) -> str:
    """The measure of a sensor's bare value; light is `sensor.light`."""
    if kind is SensorKind.DBM:
        return "sensor.light"
    return f"sensor.{kind.value.replace('-', '_')}"
