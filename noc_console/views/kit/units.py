"""Units as axes and tables write them: bits by 1000, bytes by 1024, three digits that matter."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from noc_console.kernel.quantity import si


@dataclass(frozen=True, slots=True)
class Unit:
    """How values of a unit are written, and what their axis looks like."""

    text: str
    write: Callable[[float], str]
    from_zero: bool = True
    top: float | None = None
    """The least height of the axis."""
    word: str = ""
    """What is measured in it, as a heading."""


def ms_text(value: float) -> str:
    """Milliseconds as people say them: `340 µs`, `1.24 ms`, `12.4 ms`, `1.2 s`."""
    if value >= 1000:
        return f"{value / 1000:.2f} s"
    if value >= 100:
        return f"{value:.0f} ms"
    if value >= 10:
        return f"{value:.1f} ms"
    if value >= 1 or value == 0:
        return f"{value:.3g} ms"
    return f"{value * 1000:.0f} µs"


def plain(value: float, unit: str = "", digits: int = 3) -> str:
    """A number with so many digits that matter, thousands set apart: `1,240 rpm`."""
    if abs(value) >= 10 ** (digits - 1) or value == int(value):
        text = f"{value:,.0f}"
    else:
        text = f"{value:.{digits}g}"
    return f"{text} {unit}".rstrip()


def _fixed(unit: str, digits: int) -> Callable[[float], str]:
    return lambda value: f"{value:.{digits}f} {unit}"


def _scaled(unit: str) -> Callable[[float], str]:
    return lambda value: si(value, unit)


def _percent(value: float) -> str:
    if value == int(value) or abs(value) >= 10:
        return f"{value:.0f} %"
    return f"{value:.2g} %"


def _ratio(value: float) -> str:
    return f"{value:.3g}/s"


_KNOWN = {
    unit.text: unit
    for unit in (
        Unit("b/s", _scaled("b/s"), word="Traffic"),
        Unit("p/s", _scaled("p/s"), word="Packets"),
        Unit("/s", _ratio, word="Errors and discards"),
        Unit("%", _percent, top=1.0, word="Load and shares"),
        Unit("ms", ms_text, word="Time"),
        Unit("s", lambda value: ms_text(value * 1000), word="Time"),
        Unit("d", lambda value: f"{value:.3g} d", word="Uptime"),
        Unit("°C", _fixed("°C", 1), from_zero=False, word="Temperature"),
        Unit("dBm", _fixed("dBm", 2), from_zero=False, word="Power level"),
        Unit("dB", _fixed("dB", 2), from_zero=False, word="Ratio"),
        Unit("dBmV", _fixed("dBmV", 2), from_zero=False, word="Level"),
        Unit("V", _fixed("V", 2), from_zero=False, word="Voltage"),
        Unit("A", _fixed("A", 2), word="Current"),
        Unit("W", _scaled("W"), word="Power"),
        Unit("Hz", _scaled("Hz"), from_zero=False, word="Frequency"),
    )
}


def unit_of(text: str) -> Unit:
    """How to write this unit; one nobody told us of is written plainly."""
    known = _KNOWN.get(text)
    return known or Unit(text, lambda value: plain(value, text), word=text or "Value")
