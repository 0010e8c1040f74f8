"""The columns of the lists of everything, by kind."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtGui import QColor

from noc_console.kernel.quantity import Bps, Celsius, Percent
from noc_console.services.top.model import TopKind, TopRow
from noc_console.views.kit.rows import Align, Column
from noc_console.views.kit.theme import look

SPARK = "curve"
"""The id of the column with the sparkline."""

FULL_PERCENT = 80.0
"""From here on a share wants a look."""

UNITS = {
    "dbm": "dBm",
    "voltage": "V",
    "current": "A",
    "power": "W",
    "fanspeed": "rpm",
    "cpu": "%",
    "memory": "%",
    "storage": "%",
    "load": "%",
    "charge": "%",
    "runtime": "s",
    "humidity": "%",
    "frequency": "Hz",
}
"""Of sensors, by their kind; others are bare numbers."""

SORTED_BY = {
    TopKind.INTERFACES: "util",
    TopKind.DEVICES: "cpu",
    TopKind.SENSORS: "margin",
    TopKind.PROBES: "loss",
}
"""What a list begins with until the operator sorts it."""

TITLES = {
    TopKind.INTERFACES: "Interfaces",
    TopKind.DEVICES: "Devices",
    TopKind.SENSORS: "Sensors",
    TopKind.PROBES: "Probes",
}

NUMBER_TITLES = {
    "in": "In",
    "out": "Out",
    "util": "Utilisation",
    "p95": "95 %",
    "change": "Week before",
    "errors": "Errors",
    "discards": "Discards",
    "speed": "Speed",
    "cpu": "CPU",
    "memory": "Memory",
    "temperature": "Temperature",
    "response": "Response",
    "value": "Value",
    "margin": "Margin",
    "loss": "Loss",
    "latency": "Latency",
    "jitter": "Jitter",
}


def number_text(row: TopRow, name: str) -> str:
    """A number of a row with its unit; `–` where it is not known."""
    value = row.number(name)
    return "–" if value is None else written(row.kind, name, value, row.quality)


def written(kind: TopKind, name: str, value: float, quality: str = "") -> str:
    """A number as people read it. `quality` is a sensor's kind."""
    if name == "change":
        return f"{value:+.0f} %" if abs(value) < 1000 else "×" + f"{1 + value / 100:,.0f}"
    if kind is TopKind.INTERFACES and name in ("in", "out", "p95", "speed"):
        return str(Bps(value))
    if name in ("util", "cpu", "memory", "loss") or (kind, name) == (TopKind.DEVICES, "p95"):
        return str(Percent(value))
    if name in ("errors", "discards"):
        return "0" if value == 0 else f"{value:.2f} /s" if value < 10 else f"{value:,.0f} /s"
    if name == "temperature":
        return str(Celsius(value))
    if name in ("response", "latency", "jitter") or kind is TopKind.PROBES:
        return f"{value:.2f} ms" if value < 10 else f"{value:,.0f} ms"
    if quality == "temperature":
        return f"{value:.1f} K" if name == "margin" else str(Celsius(value))
    unit = "dB" if (quality, name) == ("dbm", "margin") else UNITS.get(quality, "")
    return f"{_plain(value)} {unit}".strip()


def _plain(value: float) -> str:
    digits = 0 if abs(value) >= 1000 else 1 if abs(value) >= 100 else 2
    return f"{value:,.{digits}f}"


def wants_a_look(row: TopRow, name: str) -> bool:
    """Whether a number is worth a colour: full, losing, failing, beyond its limit."""
    value = row.number(name)
    if value is None:
        return False
    if name in ("util", "cpu", "memory"):
        return value >= FULL_PERCENT
    if name in ("errors", "discards", "loss"):
        return value > 0
    return name == "margin" and value < 0


def _ink(name: str) -> Callable[[TopRow], QColor | None]:
    def ink(row: TopRow) -> QColor | None:
        return look().color("attention.plain") if wants_a_look(row, name) else None

    return ink


def number_column(kind: TopKind, name: str, *, hidden: bool = False) -> Column[TopRow]:
    shares = {"util": 100.0, "cpu": 100.0, "memory": 100.0, "loss": 100.0}

    def bar(row: TopRow) -> float | None:
        value = row.number(name)
        return None if value is None else value / shares[name]

    def plain(row: TopRow) -> str:
        value = row.number(name)
        return "" if value is None else f"{value:.6g}"

    return Column(
        NUMBER_TITLES[name],
        lambda row: number_text(row, name),
        sort=lambda row: row.number(name),
        id=name,
        width=92 if kind is TopKind.INTERFACES else 88,
        align=Align.RIGHT,
        color=_ink(name),
        bar=bar if name in shares else None,
        dim=name in ("change", "speed"),
        hidden=hidden,
        export=plain,
    )


def text_column(
    title: str, name: str, width: int, *, stretch: bool = False, hidden: bool = False
) -> Column[TopRow]:
    def text(row: TopRow) -> str:
        found: str = getattr(row, "quality" if name == "kind" else name)
        if row.is_group and found:
            return f"{found}  ({row.members:,})"
        return found

    return Column(
        title,
        text,
        id=name,
        width=width,
        stretch=stretch,
        hidden=hidden,
        tip=text,
        dim=name in ("site", "type", "kind", "alias"),
    )


def top_columns(kind: TopKind) -> tuple[Column[TopRow], ...]:
    """Who it is, the shape of its past, its numbers."""
    spark: Column[TopRow] = Column("History", lambda row: "", id=SPARK, width=148)

    def numbers(*names: str, hidden: bool = False) -> tuple[Column[TopRow], ...]:
        return tuple(number_column(kind, name, hidden=hidden) for name in names)

    device = text_column("Device", "device", 132)
    site, type_ = text_column("Site", "site", 84), text_column("Type", "type", 76, hidden=True)
    if kind is TopKind.INTERFACES:
        return (
            device,
            text_column("Port", "name", 150),
            text_column("Description", "alias", 150, stretch=True),
            spark,
            *numbers("in", "out", "util", "p95", "change", "errors", "discards"),
            *numbers("speed", hidden=True),
            text_column("Site", "site", 84, hidden=True),
            type_,
        )
    if kind is TopKind.DEVICES:
        return (
            text_column("Device", "device", 160, stretch=True),
            site,
            text_column("Type", "type", 84),
            spark,
            *numbers("cpu", "memory", "temperature", "response", "p95", "change"),
        )
    if kind is TopKind.SENSORS:
        return (
            device,
            text_column("Sensor", "name", 220, stretch=True),
            text_column("Kind", "kind", 92),
            spark,
            *numbers("value", "margin", "p95", "change"),
            site,
            type_,
        )
    return (
        text_column("Probe", "name", 160, stretch=True),
        text_column("Kind", "kind", 96),
        text_column("Target", "alias", 170),
        device,
        spark,
        *numbers("loss", "latency", "jitter", "p95", "change"),
    )


def graph_words(row: TopRow) -> str:
    """What the page of graphs is asked for."""
    match row.kind:
        case TopKind.INTERFACES:
            return f"interface:{row.id}"
        case TopKind.DEVICES:
            return f"device:{row.id}/cpu"
        case TopKind.SENSORS:
            return f"sensor:{row.id}"
        case TopKind.PROBES:
            return f"probe:{row.id}/latency"
