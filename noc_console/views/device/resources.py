"""What fills up, as bars: processors, memory, storage; batteries, loads and power over Ethernet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from noc_console.kernel.quantity import Bytes
from noc_console.kernel.text import plural
from noc_console.services.inspection.model import Findings, Memory, PoePort, Storage
from noc_console.services.inventory.model import Grade, SensorKind
from noc_console.views.device.gauges import Gauge, is_outside
from noc_console.views.device.known import by_reading
from noc_console.views.kit.bars import Bar

MOST_BARS = 10
"""Of each kind; the rest is in the list of sensors."""
_MAIN_MEMORY = ("system", "")


def processors(found: Findings, gauges: tuple[Gauge, ...]) -> tuple[Bar, ...]:
    """A bar for each processor, with its live load; many are summed up in one more."""
    known = by_reading(gauges)
    bars = [
        _bar(one.name, one.usage_percent, known.get((SensorKind.CPU, one.reading.oid)))
        for one in found.processors
    ] or [_measured(gauge) for gauge in gauges if gauge.sensor.kind is SensorKind.CPU]
    return _short(bars, "processors")


def memory(found: Findings, gauges: tuple[Gauge, ...]) -> tuple[Bar, ...]:
    """A bar for each pool of memory: what fills up first, caches last."""
    ordered = sorted(found.memory, key=lambda one: one.kind not in _MAIN_MEMORY)
    bars = _pools(ordered, SensorKind.MEMORY, gauges)
    return _short(bars, "pools of memory")


def storage(found: Findings, gauges: tuple[Gauge, ...]) -> tuple[Bar, ...]:
    """A bar for each disk or flash."""
    return _short(_pools(found.storage, SensorKind.STORAGE, gauges), "disks")


def supplies(found: Findings, gauges: Sequence[Gauge]) -> tuple[Bar, ...]:
    """Batteries and loads of supplies, and what powered devices draw."""
    bars = []
    for gauge in gauges:
        kind, value = gauge.sensor.kind, gauge.value
        if kind is SensorKind.CHARGE:
            bars.append(_measured(gauge, is_low_bad=True))
        elif kind is SensorKind.LOAD:
            bars.append(_measured(gauge))
        elif kind is SensorKind.RUNTIME and value is not None:
            text = f"{value:.0f} min"
            bars.append(
                Bar(gauge.sensor.name, None, text, "", int(gauge.sensor.id), step=gauge.step)
            )
    powered = poe_bar(found.poe)
    return _short([*bars, *([powered] if powered else [])], "supplies")


def poe_bar(ports: Sequence[PoePort]) -> Bar | None:
    """All powered ports together."""
    told = [port.milliwatts for port in ports if port.milliwatts is not None]
    if not told:
        return None
    busy = sum(1 for watts in told if watts)
    return Bar("PoE", None, f"{sum(told) / 1000:.1f} W", f"{busy} ports powered")


def _pools(
    rows: Sequence[Memory | Storage], kind: SensorKind, gauges: tuple[Gauge, ...]
) -> list[Bar]:
    known: Mapping[tuple[SensorKind, str], Gauge] = by_reading(gauges)
    bars = []
    for one in rows:
        gauge = known.get((kind, one.reading.oid)) if one.reading else None
        value = gauge.value if gauge is not None and gauge.value is not None else one.used_percent
        detail = ""
        if one.total_bytes:
            used = value * one.total_bytes / 100 if value is not None else one.used_bytes
            whole = str(Bytes(one.total_bytes))
            detail = whole if used is None else f"{Bytes(used)} of {whole}"
        bars.append(_bar(one.name, one.used_percent, gauge, detail))
    return bars or [_measured(gauge) for gauge in gauges if gauge.sensor.kind is kind]


def _bar(name: str, told: float | None, gauge: Gauge | None, detail: str = "") -> Bar:
    value = gauge.value if gauge is not None and gauge.value is not None else told
    return Bar(
        name,
        None if value is None else value / 100,
        "–" if value is None else f"{value:.0f} %",
        detail,
        None if gauge is None else int(gauge.sensor.id),
        step=0 if gauge is None else gauge.step,
        curve=None if gauge is None else gauge.curve,
    )


def _measured(gauge: Gauge, *, is_low_bad: bool = False) -> Bar:
    value = gauge.value
    return Bar(
        gauge.sensor.name,
        None if value is None else value / 100,
        "–" if value is None else f"{value:.0f} %",
        "",
        int(gauge.sensor.id),
        is_low_bad=is_low_bad,
        step=gauge.step,
        curve=gauge.curve,
    )


def _short(bars: Sequence[Bar], what: str) -> tuple[Bar, ...]:
    """The fullest of many, and a line that says how many more there are."""
    if len(bars) <= MOST_BARS:
        return tuple(bars)
    ranked = sorted(bars, key=lambda bar: -(bar.share or 0.0))[: MOST_BARS - 1]
    known = [bar.share for bar in bars if bar.share is not None]
    mean = sum(known) / len(known) if known else None
    text = "–" if mean is None else f"{mean:.0%}".replace("%", " %")
    return (Bar(f"All {len(bars)} {what}", mean, text, "on average"), *ranked)


def state_lines(gauges: Sequence[Gauge]) -> list[tuple[str, str]]:
    """States that are not good first, then values beyond their limits, then how many are well."""
    states = [g for g in gauges if g.sensor.kind is SensorKind.STATE and g.value is not None]
    bad = [
        (f"{gauge.sensor.name}: {gauge.text}", "attention")
        for gauge in sorted(states, key=lambda g: -g.sensor.grade(g.value or 0))
        if gauge.sensor.grade(gauge.value or 0) > Grade.GOOD
    ]
    beyond = [
        (f"{gauge.sensor.name}: {gauge.text}, beyond its limits", "attention")
        for gauge in gauges
        if gauge.sensor.kind is not SensorKind.STATE and is_outside(gauge)
    ]
    good = sum(gauge.sensor.grade(gauge.value or 0) is Grade.GOOD for gauge in states)
    lines = bad + beyond
    if good:
        lines.append((f"{plural(good, 'part')} in good state", "dim" if lines else ""))
    return lines
