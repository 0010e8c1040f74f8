"""Everything the page shows of the newest measurements, made ready beside the window's thread."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from noc_console.views.device import gauges as rows
from noc_console.views.device import optics, resources
from noc_console.views.device.chassis import Piece, pieces
from noc_console.views.device.gauges import Curve, Gauge, is_power
from noc_console.views.device.known import Known, Now
from noc_console.views.device.optics import Optic
from noc_console.views.kit.bars import Bar


@dataclass(frozen=True, slots=True)
class Measured:
    """Sensors by class, and what follows from them for each section."""

    gauges: tuple[Gauge, ...] = ()
    optics: tuple[Optic, ...] = ()
    radios: tuple[Gauge, ...] = ()
    power: tuple[Gauge, ...] = ()
    pieces: tuple[Piece, ...] = ()
    bars: Mapping[str, tuple[Bar, ...]] = field(default_factory=dict)
    lines: tuple[tuple[str, str], ...] = ()


def measure(known: Known, now: Now, curves: Mapping[int, Curve], step: int) -> Measured:
    """All of it, for thousands of sensors some hundredths of a second: not for the window."""
    names = {port.id: port.name for port in known.interfaces}
    return of(known, rows.gauges(known.sensors, now.sensors, names, curves, step))


def of(known: Known, gauges: tuple[Gauge, ...]) -> Measured:
    """What follows from these gauges."""
    found = known.findings
    return Measured(
        gauges,
        optics.optics(found.transceivers, gauges, known.interfaces),
        tuple(gauge for gauge in gauges if gauge.sensor.kind.is_wireless),
        tuple(gauge for gauge in gauges if is_power(gauge)),
        pieces(found.entities, gauges),
        {
            "processors": resources.processors(found, gauges),
            "memory": resources.memory(found, gauges),
            "storage": resources.storage(found, gauges),
            "supplies": resources.supplies(found, gauges),
        },
        tuple(resources.state_lines(gauges)),
    )
