"""Optical modules with their light, and how much is left before the module's own limits."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from noc_console.services.inspection.model import Transceiver
from noc_console.services.inventory.model import Interface, SensorKind
from noc_console.views.device.gauges import Curve, Gauge, is_outside, value_text
from noc_console.views.kit.rows import Align, Column
from noc_console.views.kit.theme import look

_RECEIVED = ("receive", "rx", "input")
_SENT = ("transmit", "tx", "output", "sent", "laser power")


@dataclass(frozen=True, slots=True)
class Optic:
    """One port's module with what it measures; of several lanes the worst is shown."""

    port: str
    key: str
    interface_id: int | None
    module: Transceiver | None = None
    received: Gauge | None = None
    sent: Gauge | None = None
    temperature: Gauge | None = None
    bias: Gauge | None = None
    voltage: Gauge | None = None

    @property
    def gauge(self) -> Gauge | None:
        """What the limit bar shows: the received light."""
        return self.received

    @property
    def margin(self) -> float | None:
        """dB between the received light and the nearer of the module's limits."""
        return margin(self.received)

    @property
    def curve(self) -> Curve | None:
        return None if self.received is None else self.received.shape


def margin(gauge: Gauge | None) -> float | None:
    """How far a value is inside its limits, in its unit; below zero it is outside."""
    if gauge is None or gauge.value is None:
        return None
    rooms = []
    if gauge.sensor.low is not None:
        rooms.append(gauge.value - gauge.sensor.low)
    if gauge.sensor.high is not None:
        rooms.append(gauge.sensor.high - gauge.value)
    return min(rooms, default=None)


def optics(
    modules: Iterable[Transceiver], gauges: Iterable[Gauge], ports: Sequence[Interface]
) -> tuple[Optic, ...]:
    """A row for each port that has a module or measures light, in the ports' order."""
    by_index = {port.index: port for port in ports if port.index}
    light: dict[int, list[Gauge]] = defaultdict(list)
    for gauge in gauges:
        if gauge.sensor.interface_id is not None:
            light[int(gauge.sensor.interface_id)].append(gauge)
    found: dict[int, Optic] = {}
    loose: list[Optic] = []
    for module in modules:
        port = by_index.get(module.if_index or -1)
        if port is None:
            loose.append(Optic(f"module {module.index}", f"m{module.index}", None, module))
        else:
            found[int(port.id)] = _optic(port, module, light[int(port.id)])
    for port in ports:
        held = light.get(int(port.id), [])
        if int(port.id) not in found and any(g.sensor.kind is SensorKind.DBM for g in held):
            found[int(port.id)] = _optic(port, None, held)
    order = {int(port.id): at for at, port in enumerate(ports)}
    return (*sorted(found.values(), key=lambda one: order[one.interface_id or 0]), *loose)


def _optic(port: Interface, module: Transceiver | None, held: Sequence[Gauge]) -> Optic:
    def worst(kind: SensorKind, words: Sequence[str] = ()) -> Gauge | None:
        fitting = [
            gauge
            for gauge in held
            if gauge.sensor.kind is kind
            and (not words or any(word in gauge.sensor.name.lower() for word in words))
        ]
        return min(fitting, key=_badness, default=None)

    return Optic(
        port.name,
        f"p{port.id}",
        int(port.id),
        module,
        received=worst(SensorKind.DBM, _RECEIVED),
        sent=worst(SensorKind.DBM, _SENT),
        temperature=worst(SensorKind.TEMPERATURE),
        bias=worst(SensorKind.CURRENT),
        voltage=worst(SensorKind.VOLTAGE),
    )


def _badness(gauge: Gauge) -> tuple[bool, float]:
    """The lane to show: the one nearest its limit, else the darkest."""
    room = margin(gauge)
    if room is not None:
        return (False, room)
    return (True, gauge.value if gauge.value is not None else 0.0)


def optic_columns() -> tuple[Column[Optic], ...]:
    """Modules, light and margins."""
    return (
        Column("Port", lambda o: o.port, width=168),
        Column("Module", _module_text, width=150, stretch=True, tip=_module_tip),
        Column("Serial", lambda o: o.module.serial if o.module else "", width=120, mono=True,
               dim=True),
        Column("Wavelength", _wavelength, id="nm", width=84, align=Align.RIGHT, dim=True,
               sort=lambda o: o.module.wavelength_nm if o.module else None),
        Column("Reach", _reach, width=64, align=Align.RIGHT, dim=True, hidden=True,
               sort=lambda o: o.module.distance_m if o.module else None),
        _value("Receives", "rx", lambda o: o.received),
        Column("Between its limits", lambda o: "", id="range", width=140,
               sort=lambda o: o.margin, export=lambda o: ""),
        Column(
            "Margin",
            lambda o: "–" if o.margin is None else f"{o.margin:.1f} dB",
            sort=lambda o: o.margin,
            width=78,
            align=Align.RIGHT,
            bold=lambda o: o.margin is not None and o.margin < 0,
            color=lambda o: look().color("attention.plain")
            if o.margin is not None and o.margin < 0
            else None,
            export=lambda o: "" if o.margin is None else f"{o.margin:.2f}",
        ),
        _value("Sends", "tx", lambda o: o.sent),
        _value("Temperature", "temperature", lambda o: o.temperature, width=88),
        _value("Bias", "bias", lambda o: o.bias, hidden=True),
        _value("Supply", "voltage", lambda o: o.voltage, hidden=True),
        Column("1 h", lambda o: "", id="curve", sort=lambda o: o.margin, width=110,
               curve=lambda o: o.curve, export=lambda o: ""),
    )  # fmt: skip


def _value(
    title: str,
    id: str,
    of: Callable[[Optic], Gauge | None],
    *,
    width: int = 92,
    hidden: bool = False,
) -> Column[Optic]:
    def number(optic: Optic) -> float | None:
        gauge = of(optic)
        return None if gauge is None else gauge.value

    def text(optic: Optic) -> str:
        gauge = of(optic)
        if gauge is None or gauge.value is None:
            return "–"
        if gauge.sensor.kind is SensorKind.CURRENT:
            return f"{gauge.value * 1000:.1f} mA"
        return value_text(gauge.sensor.kind, gauge.value)

    def is_bad(optic: Optic) -> bool:
        gauge = of(optic)
        return gauge is not None and is_outside(gauge)

    return Column(
        title,
        text,
        id=id,
        sort=number,
        width=width,
        align=Align.RIGHT,
        bold=is_bad,
        color=lambda o: look().color("attention.plain") if is_bad(o) else None,
        hidden=hidden,
        export=lambda o: "" if (told := number(o)) is None else f"{told:g}",
    )


def _module_text(optic: Optic) -> str:
    module = optic.module
    if module is None:
        return ""
    return " ".join(filter(None, (module.vendor, module.model))) or module.type


def _module_tip(optic: Optic) -> str:
    module = optic.module
    if module is None:
        return ""
    facts = (
        ("Module", _module_text(optic)),
        ("Type", module.type),
        ("Connector", module.connector),
        ("Cable", module.cable),
        ("Encoding", module.encoding),
        ("Revision", module.revision),
        ("Made", module.date),
        ("OUI", module.oui),
        ("Lanes", str(module.channels) if module.channels > 1 else ""),
    )
    return "\n".join(f"{name}: {told}" for name, told in facts if told)


def _wavelength(optic: Optic) -> str:
    told = optic.module.wavelength_nm if optic.module else None
    return f"{told} nm" if told else ""


def _reach(optic: Optic) -> str:
    told = optic.module.distance_m if optic.module else None
    if not told:
        return ""
    return f"{told / 1000:g} km" if told >= 1000 else f"{told} m"
