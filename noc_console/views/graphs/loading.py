"""Turns the names of curves and a span into curves, limits and marks, through the services.

Whatever shows graphs (the page, boards, the wall) asks a `GraphSource`: one question a kind of
object, whatever the number of curves, and nothing that takes long on the window's thread.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from math import inf
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from noc_console.kernel.actor import Actor
from noc_console.kernel.errors import Invalid, NotFound
from noc_console.kernel.quantity import Bps
from noc_console.services.alarms.model import Severity
from noc_console.services.detection.book import RuleBook
from noc_console.services.graphs.model import Happening
from noc_console.services.graphs.service import GraphService
from noc_console.services.inventory.service import InventoryService
from noc_console.services.probes.service import ProbeService
from noc_console.services.telemetry import limits as edges
from noc_console.services.telemetry.service import TelemetryService
from noc_console.views.graphs.specs import COMPARED, CurveSpec, Measure, curve_specs
from noc_console.views.kit.curves import TINTS, Curve, Floats, Span, following, percentile95
from noc_console.views.kit.drawing import Limit, Mark
from noc_console.views.kit.tracks import Track
from noc_console.views.kit.units import unit_of
from noc_console.views.probes.smoke import COLUMNS, Smoke, smoke_of

LONG = 20_000
"""Values from which on a curve is given a track, which is thinned without reading all of it."""
EXTRA = {"lost": ("sent", "lost")}
"""Columns a measure is made of, where it is not one."""


Rules = Callable[[Actor], Awaitable[RuleBook]]
"""Reads the rules for alarms that are in force."""


class Told(Protocol):
    """What a series holds, as the services hand it out."""

    @property
    def times_ms(self) -> NDArray[np.int64]: ...

    @property
    def values(self) -> Mapping[str, Floats]: ...

    @property
    def bands(self) -> Mapping[str, Any]: ...


@dataclass(frozen=True, slots=True)
class Thing:
    """What a curve is of: its names, and what its values are held against."""

    kind: str
    id: int
    name: str
    device_id: int | None = None
    device_name: str = ""
    unit: str = ""
    """Of a sensor."""
    limits: tuple[Limit, ...] = ()

    @property
    def title(self) -> str:
        """`ge-0/0/1 @ core-1`; a device just by its name."""
        if not self.device_name or self.kind == "device":
            return self.name
        return f"{self.name} @ {self.device_name}"


@dataclass(frozen=True, slots=True)
class Loaded:
    """The answer: curves in the order asked for, and what stands beside them."""

    span: Span
    curves: tuple[Curve, ...] = ()
    limits: Mapping[str, tuple[Limit, ...]] = field(default_factory=dict)
    """By the text of the curve they are of."""
    marks: tuple[Mark, ...] = ()
    problems: tuple[str, ...] = ()
    """What is gone or may not be seen; the rest is shown."""

    def limits_of(self, curves: Iterable[Curve]) -> tuple[Limit, ...]:
        """What these curves are held against, each line once."""
        found = (limit for curve in curves for limit in self.limits.get(curve.spec, ()))
        return tuple(dict.fromkeys(found))


class GraphSource:
    """Loads curves. Names are remembered for as long as the source lives."""

    def __init__(
        self,
        inventory: InventoryService,
        telemetry: TelemetryService,
        *,
        probes: ProbeService | None = None,
        graphs: GraphService | None = None,
        rules: Rules | None = None,
    ) -> None:
        """`rules` are asked for the limits to draw; without them ours stand."""
        self._rules = rules
        self._book: RuleBook | None = None
        self._inventory = inventory
        self._telemetry = telemetry
        self._probes = probes
        self._graphs = graphs
        self._things: dict[tuple[str, int], Thing] = {}

    async def _follow_rules(self, actor: Actor) -> None:
        """Read the rules again; when they changed, so did the limits of what we know."""
        if self._rules is None:
            return
        book = await self._rules(actor)
        if self._book is None or book.rules != self._book.rules:
            self._things.clear()
        self._book = book

    async def load(
        self,
        actor: Actor,
        wanted: str | Sequence[CurveSpec],
        span: Span,
        *,
        compare: str = "",
        has_marks: bool = True,
        share: float = 95.0,
    ) -> Loaded:
        """Curves of a span, and with `compare` those of so long before as ghosts over them.

        `wanted` is a text (`interface:91 device:7/cpu`) or specs. `share` is the per cent of the
        time that traffic stays below its dashed line, 0 for none. Objects that are gone are told of
        among the problems.
        """
        await self._follow_rules(actor)
        specs = curve_specs(wanted) if isinstance(wanted, str) else tuple(dict.fromkeys(wanted))
        things, problems = await self._known(actor, specs)
        specs = tuple(spec for spec in specs if (spec.kind, spec.id) in things)
        tinted = [(spec, TINTS[at % len(TINTS)]) for at, spec in enumerate(specs)]
        now = await self._curves(actor, tinted, span, things, problems, share)
        ghosts: tuple[Curve, ...] = ()
        if back := COMPARED.get(compare):
            before = Span(span.start - back, span.end - back)
            found = await self._curves(actor, tinted, before, things, problems)
            ghosts = tuple(_ghost(curve, back, compare) for curve in found)
        marks = await self._marks(actor, things.values(), span) if has_marks else ()
        return Loaded(
            span,
            (*now, *ghosts),
            {spec.text: _limits(spec, things[spec.kind, spec.id], self._book) for spec in specs},
            marks,
            tuple(dict.fromkeys(problems)),
        )

    async def things(
        self, actor: Actor, specs: Sequence[CurveSpec]
    ) -> Mapping[tuple[str, int], Thing]:
        """The objects of these curves by kind and id, without those that are gone."""
        return (await self._known(actor, specs))[0]

    async def smokes(self, actor: Actor, probe_ids: Sequence[int], span: Span) -> dict[int, Smoke]:
        """The rounds of probes with the spread of their answers."""
        if self._probes is None or not probe_ids:
            return {}
        start, end = (datetime.fromtimestamp(at, UTC) for at in (span.start, span.end))
        found = await self._probes.series_of(
            actor, probe_ids=probe_ids, start=start, end=end, columns=COLUMNS
        )
        return {number: smoke_of(series) for number, series in found.items()}

    # --- names -----------------------------------------------------------------------------

    async def _known(
        self, actor: Actor, specs: Sequence[CurveSpec]
    ) -> tuple[dict[tuple[str, int], Thing], list[str]]:
        wanted = dict.fromkeys((spec.kind, spec.id) for spec in specs)
        missing = [key for key in wanted if key not in self._things]
        problems = []
        if missing:
            for key, thing in zip(missing, await self._ask(actor, missing), strict=True):
                if thing is None:
                    problems.append(f"There is no {key[0]} {key[1]} any more.")
                else:
                    self._things[key] = thing
        return {key: self._things[key] for key in wanted if key in self._things}, problems

    async def _ask(self, actor: Actor, keys: Sequence[tuple[str, int]]) -> list[Thing | None]:
        sensors = {
            int(sensor.id): sensor
            for sensor in await self._inventory.sensors_of(
                actor, sensor_ids=[number for kind, number in keys if kind == "sensor"]
            )
        }
        found: list[Thing | None] = []
        for kind, number in keys:
            try:
                if kind == "sensor":
                    sensor = sensors.get(number)
                    found.append(None if sensor is None else await self._sensor(actor, sensor))
                elif kind == "interface":
                    found.append(await self._interface(actor, number))
                elif kind == "device":
                    device = await self._inventory.device(actor, device_id=number)
                    found.append(Thing(kind, number, device.name, number, device.name))
                else:
                    found.append(await self._probe(actor, number))
            except NotFound:
                found.append(None)
        return found

    async def _interface(self, actor: Actor, number: int) -> Thing:
        port = await self._inventory.interface(actor, interface_id=number)
        device = await self._inventory.device(actor, device_id=int(port.device_id))
        limits: tuple[Limit, ...] = ()
        if port.speed_bps > 0:
            limits = (
                *(
                    Limit(
                        port.speed_bps * edge.value / 100,
                        f"{edge.value:g} % of {Bps(port.speed_bps)}",
                        edge.severity,
                    )
                    for edge in edges.of_share("utilisation", device=device, book=self._book)
                ),
                Limit(float(port.speed_bps), "its speed"),
            )
        return Thing("interface", number, port.name, int(device.id), device.name, limits=limits)

    async def _sensor(self, actor: Actor, sensor: Any) -> Thing:
        device = await self._inventory.device(actor, device_id=int(sensor.device_id))
        write = unit_of(sensor.kind.unit).write
        ours = [
            Limit(
                edge.value,
                f"{edge.severity.name.lower()} {'below' if edge.below else 'from'}"
                f" {write(edge.value)}",
                edge.severity,
            )
            for edge in edges.of_sensor(sensor, device=device, book=self._book)
        ]
        own = [
            Limit(edge, text)
            for edge, text in ((sensor.low, "its lower limit"), (sensor.high, "its upper limit"))
            if edge is not None and all(edge != limit.value for limit in ours)
        ]
        return Thing(
            "sensor", int(sensor.id), sensor.name, int(device.id), device.name,
            unit=sensor.kind.unit, limits=(*ours, *own),
        )  # fmt: skip

    async def _probe(self, actor: Actor, number: int) -> Thing | None:
        if self._probes is None:
            return None
        probe = await self._probes.probe(actor, probe_id=number)
        name, device_id, device_name = probe.name or probe.target, probe.device_id, ""
        if device_id is not None:
            device_name = (await self._inventory.device(actor, device_id=device_id)).name
            name = name or device_name
        title = f"{probe.title} {name}" if name else probe.title
        return Thing("probe", number, title, device_id, "" if name == device_name else device_name)

    # --- values ----------------------------------------------------------------------------

    async def _curves(
        self,
        actor: Actor,
        tinted: Sequence[tuple[CurveSpec, str]],
        span: Span,
        things: Mapping[tuple[str, int], Thing],
        problems: list[str],
        share: float = 0.0,
    ) -> tuple[Curve, ...]:
        by_kind: dict[str, list[CurveSpec]] = defaultdict(list)
        for spec, _ in tinted:
            by_kind[spec.kind].append(spec)
        start, end = (datetime.fromtimestamp(at, UTC) for at in (span.start, span.end))
        told: dict[tuple[str, int], Told] = {}
        for kind, specs in by_kind.items():
            ids = tuple(dict.fromkeys(spec.id for spec in specs))
            columns = tuple(dict.fromkeys(c for spec in specs for c in _columns(spec.measure)))
            asked = self._series(actor, kind, ids, start, end, columns)
            try:
                found = await asked
            except (NotFound, Invalid) as error:
                # One of them went meanwhile: the next load leaves it out.
                self._forget(kind, ids)
                problems.append(str(error))
                continue
            told |= {(kind, number): series for number, series in found.items()}
        given = [(s, t, told[s.kind, s.id]) for s, t in tinted if (s.kind, s.id) in told]
        return await asyncio.to_thread(_made, given, things, share)

    def _series(
        self,
        actor: Actor,
        kind: str,
        ids: tuple[int, ...],
        start: datetime,
        end: datetime,
        columns: tuple[str, ...],
    ) -> Coroutine[Any, Any, Mapping[int, Told]]:
        if kind == "probe" and self._probes is not None:
            return self._probes.series_of(
                actor, probe_ids=ids, start=start, end=end, columns=columns
            )
        return self._telemetry.series_of(
            actor, subject=kind, subject_ids=ids, start=start, end=end, columns=columns
        )

    def _forget(self, kind: str, ids: Iterable[int]) -> None:
        for number in ids:
            self._things.pop((kind, number), None)

    # --- beside the curves -----------------------------------------------------------------

    async def _marks(self, actor: Actor, things: Iterable[Thing], span: Span) -> tuple[Mark, ...]:
        if self._graphs is None:
            return ()
        known = list(things)
        devices = {thing.device_id for thing in known if thing.device_id is not None}
        start, end = (datetime.fromtimestamp(at, UTC) for at in (span.start, span.end))
        found = await self._graphs.happenings(actor, device_ids=devices, start=start, end=end)
        return tuple(_mark(each) for each in found if _concerns(each, known))


def dressed(curves: Sequence[Curve]) -> tuple[Curve, ...]:
    """The colours and keys of one graph: of several objects each its own, of one each direction.

    The dashed line of a percentile is drawn for one object alone.
    """
    bodies = [curve for curve in curves if not curve.ghost]
    objects = dict.fromkeys(_object(curve) for curve in bodies)
    by_object = len(objects) > 1 and len(objects) < len(bodies)
    keys = list(objects) if by_object else [curve.spec for curve in bodies]
    places = {_place(key) for key in (curve.name for curve in bodies)}
    place = places.pop() if len(places) == 1 else ""
    tints = {key: TINTS[at % len(TINTS)] for at, key in enumerate(keys)}
    return tuple(
        replace(
            curve,
            tint=tints.get(_object(curve) if by_object else curve.spec, curve.tint),
            key=_key(curve, alone=len(objects) == 1, by_object=by_object).replace(place, ""),
            p95=curve.p95 if len(objects) == 1 else None,
        )
        for curve in curves
    )


def _place(name: str) -> str:
    """` @ core-1` of a name, as far as the next word."""
    _, at, rest = name.rpartition(" @ ")
    return f"{at}{rest.split(' ')[0]}" if at else ""


def _key(curve: Curve, *, alone: bool, by_object: bool) -> str:
    """What the legend says: as much as tells one curve from the others."""
    (spec,) = curve_specs(curve.spec) or (None,)
    title = spec.measure.title if spec is not None else ""
    name, comma, before = curve.name.partition(", a ") if curve.ghost else (curve.name, "", "")
    if alone and title:
        name = title
    elif by_object and title:
        name = name.removesuffix(title).rstrip()
    return f"{name}{comma}{before}"


def _object(curve: Curve) -> str:
    return curve.spec.partition("/")[0]


def _columns(measure: Measure) -> tuple[str, ...]:
    return EXTRA.get(measure.column, (measure.column,))


def _made(
    given: Sequence[tuple[CurveSpec, str, Told]],
    things: Mapping[tuple[str, int], Thing],
    share: float,
) -> tuple[Curve, ...]:
    """Curves of finished series; long ones on tracks, one for all columns of an object."""
    found = []
    for spec, tint, told in given:
        thing, measure = things[spec.kind, spec.id], spec.measure
        times, values = told.times_ms / 1000.0, _values(measure, told)
        looks: dict[str, Any] = {
            "tint": tint,
            "below": measure.below,
            "unit": measure.unit or thing.unit,
            "spec": spec.text,
            "p95": percentile95(values, share) if measure.has_p95 and share else None,
            "share": share,
        }
        name = _name(thing, measure)
        if len(times) >= LONG:
            found.append(following(name, Track(times, [values]), **looks))
        else:
            found.append(_banded(Curve(name, times, values, **looks), measure, told))
    return tuple(found)


def _name(thing: Thing, measure: Measure) -> str:
    return f"{thing.title} {measure.title}".rstrip()


def _values(measure: Measure, told: Told) -> Floats:
    if measure.column == "lost":
        sent, lost = told.values["sent"], told.values["lost"]
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(sent > 0, 100.0 * lost / sent, np.nan)
    return np.asarray(told.values[measure.column] * measure.factor)


def _banded(curve: Curve, measure: Measure, told: Told) -> Curve:
    """With what the store kept behind each mean; a share of two columns has no such thing."""
    band = told.bands.get(measure.column)
    if band is None or measure.column in EXTRA:
        return curve
    factor = measure.factor
    return replace(
        curve, band=(band.least * factor, band.greatest * factor), kept=band.p95 * factor
    )


def _ghost(curve: Curve, back: float, word: str) -> Curve:
    return replace(
        curve,
        name=f"{curve.name}, a {word} before",
        times=curve.times + back,
        ghost=True,
        p95=None,
        band=None,
        kept=None,
        track=None,
    )


def _limits(spec: CurveSpec, thing: Thing, book: RuleBook | None) -> tuple[Limit, ...]:
    """The lines where trouble begins for this measure."""
    if spec.kind == "sensor" or spec.word in ("in", "out"):
        return thing.limits
    if spec.kind != "device":
        return ()
    title = spec.measure.title
    return tuple(
        Limit(edge.value, f"{title} {edge.value:g} %", edge.severity)
        for edge in edges.of_share(spec.word, book=book)
    )


def _concerns(happening: Happening, things: Sequence[Thing]) -> bool:
    """A device's happening concerns all of it; a port's or a sensor's only its own curves."""
    if happening.interface_id is None and happening.sensor_id is None:
        return True
    return any(
        (thing.kind == "interface" and thing.id == happening.interface_id)
        or (thing.kind == "sensor" and thing.id == happening.sensor_id)
        for thing in things
    )


def _mark(happening: Happening) -> Mark:
    end = happening.end.timestamp() if happening.end else inf if happening.is_alarm else None
    return Mark(
        at=happening.at.timestamp(),
        text=happening.text,
        end=end,
        severity=happening.severity if happening.is_alarm else Severity.CLEARED,
        alarm_id=happening.alarm_id,
        device_id=happening.device_id,
    )
