"""What a graph shows, as text: `interface:91 device:7/cpu | sensor:5 span:6h compare:week`.

The same words stand in routes, in saved graphs, on boards and in links (`noc:graphs?…`), which
people paste into tickets. What somebody else wrote is read with care: unknown words are left out
and told of, there is a most of everything.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from noc_console.views.kit.curves import Span
from noc_console.views.kit.drawing import Manner, Mode

LINK = "noc:graphs?"
LONGEST = 8_000
"""Characters of a text that are read."""
MOST_CURVES = 64
MOST_PANELS = 24
LARGEST_ID = 2**62

SPANS: dict[str, float] = {
    "5m": 300.0,
    "1h": 3_600.0,
    "6h": 21_600.0,
    "24h": 86_400.0,
    "7d": 604_800.0,
    "30d": 2_592_000.0,
    "1y": 31_557_600.0,
}
"""Stretches up to now that follow it."""
COMPARED: dict[str, float] = {"day": 86_400.0, "week": 604_800.0, "month": 2_419_200.0}
"""How long ago the time is that is laid over this one. A month is four weeks, so that a weekday
lies on the same weekday."""
HEATS = ("week", "days", "smoke")


@dataclass(frozen=True, slots=True)
class Measure:
    """One thing that can be drawn of an object."""

    word: str
    title: str
    column: str
    unit: str
    factor: float = 1.0
    below: bool = False
    has_p95: bool = False
    """Its 95th percentile is billed by."""


MEASURES: dict[str, tuple[Measure, ...]] = {
    "interface": (
        Measure("in", "in", "in_octets", "b/s", 8.0, has_p95=True),
        Measure("out", "out", "out_octets", "b/s", 8.0, below=True, has_p95=True),
        Measure("in-packets", "packets in", "in_packets", "p/s"),
        Measure("out-packets", "packets out", "out_packets", "p/s", below=True),
        Measure("in-errors", "errors in", "in_errors", "/s"),
        Measure("out-errors", "errors out", "out_errors", "/s", below=True),
        Measure("in-discards", "discards in", "in_discards", "/s"),
        Measure("out-discards", "discards out", "out_discards", "/s", below=True),
    ),
    "device": (
        Measure("cpu", "CPU", "cpu", "%", 0.001),
        Measure("memory", "memory", "memory", "%", 0.001),
        Measure("temperature", "temperature", "temperature", "°C", 0.001),
        Measure("response", "SNMP response", "response_us", "ms", 0.001),
        Measure("uptime", "uptime", "uptime_s", "d", 1 / 86_400),
        Measure("reachable", "reachable", "reachable", "%", 100.0),
    ),
    "sensor": (Measure("value", "", "value", "", 0.001),),
    "probe": (
        Measure("latency", "latency", "median_us", "ms", 0.001),
        Measure("loss", "loss", "lost", "%"),
        Measure("jitter", "jitter", "jitter_us", "ms", 0.001),
        Measure("slowest", "slowest", "max_us", "ms", 0.001),
    ),
}

SETS: dict[str, dict[str, tuple[str, ...]]] = {
    "interface": {
        "": ("in", "out"),
        "traffic": ("in", "out"),
        "packets": ("in-packets", "out-packets"),
        "errors": ("in-errors", "out-errors"),
        "discards": ("in-discards", "out-discards"),
    },
    "device": {"": ("cpu", "memory")},
    "sensor": {"": ("value",)},
    "probe": {"": ("latency", "loss")},
}
"""Words for several measures at once; "" is what an object shows when nobody says more."""


@dataclass(frozen=True, slots=True)
class CurveSpec:
    """One curve: a measure of an object."""

    kind: str
    id: int
    word: str

    @property
    def text(self) -> str:
        return f"{self.kind}:{self.id}" + (f"/{self.word}" if self.kind != "sensor" else "")

    @property
    def measure(self) -> Measure:
        return next(each for each in MEASURES[self.kind] if each.word == self.word)


Panel = tuple[CurveSpec, ...]


@dataclass(frozen=True, slots=True)
class Query:
    """Everything a page of graphs was asked for."""

    panels: tuple[Panel, ...] = ()
    """Graphs from top to bottom; each is one graph per unit."""
    span: str = "24h"
    """A stretch up to now, unless `fixed` says which."""
    fixed: Span | None = None
    compare: str = ""
    manner: Manner = field(default_factory=Manner)
    heat: str = ""
    """`week`: hours by weekdays; `days`: hours by days; `smoke`: what answers of probes were
    spread over; "" curves."""
    has_marks: bool = True
    share: float = 95.0
    """Per cent of the time that traffic stays below the dashed line; 0 for no line."""
    saved: int | None = None
    """The saved graph it is."""
    problems: tuple[str, ...] = ()
    """Words that said nothing."""

    @property
    def curves(self) -> Panel:
        return tuple(spec for panel in self.panels for spec in panel)

    def at(self, now: float) -> Span:
        """What to ask for."""
        if self.fixed is not None:
            return self.fixed
        return Span(now - SPANS[self.span], now)

    def text(self) -> str:
        """The words again, as short as can be."""
        words = [" | ".join(" ".join(shortened(panel)) for panel in self.panels)]
        if self.fixed is not None:
            words += [f"from:{_told(self.fixed.start)}", f"to:{_told(self.fixed.end)}"]
        else:
            words.append(f"span:{self.span}")
        manner = self.manner
        for word, value in (
            ("compare", self.compare),
            ("mode", manner.mode.value if manner.mode is not Mode.LINES else ""),
            ("heat", self.heat),
            ("log", "on" if manner.is_log else ""),
            ("band", "" if manner.has_band else "off"),
            ("marks", "" if self.has_marks else "off"),
            ("low", "" if manner.low is None else f"{manner.low:g}"),
            ("high", "" if manner.high is None else f"{manner.high:g}"),
            ("p", "" if self.share == 95.0 else f"{self.share:g}"),
            ("saved", "" if self.saved is None else str(self.saved)),
        ):
            if value:
                words.append(f"{word}:{value}")
        return " ".join(words).strip()

    def link(self, now: float) -> str:
        """For tickets: the same graph at the same time, whenever it is opened."""
        frozen = replace(self, fixed=self.at(now), saved=None)
        return LINK + frozen.text().replace(" | ", "&|&").replace(" ", "&")


def curve_specs(text: str | Iterable[str]) -> Panel:
    """The curves a text names, each once; words that name none are passed over."""
    words = text.split() if isinstance(text, str) else text
    found = dict.fromkeys(spec for word in words for spec in _curves(word))
    return tuple(found)[:MOST_CURVES]


def is_link(text: str) -> bool:
    return text.strip().startswith(LINK)


def parse(text: str) -> Query:
    """Read a text or a link. What cannot be read is left out and stands among the problems."""
    text = text.strip()[:LONGEST].removeprefix(LINK)
    words = text.replace("&", " ").replace("|", " | ").split()
    panels: list[list[CurveSpec]] = [[]]
    options: dict[str, str] = {}
    problems = []
    for word in words:
        if word == "|":
            panels.append([])
        elif found := _curves(word):
            panels[-1].extend(found)
        else:
            name, _, value = word.partition(":")
            if name in _OPTIONS and value:
                options[name] = value
            else:
                problems.append(f"“{word[:60]}” is no curve and no option")
    made: list[Panel] = []
    left = MOST_CURVES
    for panel in panels:
        once = tuple(dict.fromkeys(panel))[:left]
        left -= len(once)
        if once and len(made) < MOST_PANELS:
            made.append(once)
    query, wrong = _with_options(Query(panels=tuple(made)), options)
    return replace(query, problems=(*problems, *wrong))


def shortened(panel: Sequence[CurveSpec]) -> Iterator[str]:
    """The texts of curves; an interface's both directions in one word."""
    given = set(panel)
    done: set[CurveSpec] = set()
    for spec in panel:
        if spec in done:
            continue
        for name, words in SETS[spec.kind].items():
            whole = [CurveSpec(spec.kind, spec.id, word) for word in words]
            if name and len(whole) > 1 and given.issuperset(whole) and spec == whole[0]:
                done.update(whole)
                yield f"{spec.kind}:{spec.id}" + ("" if name == "traffic" else f"/{name}")
                break
        else:
            done.add(spec)
            yield spec.text


_OPTIONS = frozenset(
    ("from", "to", "span", "saved", "compare", "mode", "heat", "log", "band", "marks")
) | {"low", "high", "p"}


def _curves(word: str) -> Panel:
    """`interface:91/errors` is two curves, `device:7/cpu` one, nonsense none."""
    kind, colon, rest = word.partition(":")
    number, _, measure = rest.partition("/")
    if kind not in MEASURES or not colon or not (number.isascii() and number.isdecimal()):
        return ()
    if len(number) > 19 or int(number) > LARGEST_ID:
        return ()
    words = SETS[kind].get(measure, (measure,))
    known = {each.word for each in MEASURES[kind]}
    return tuple(CurveSpec(kind, int(number), each) for each in words if each in known)


def _with_options(query: Query, told: dict[str, str]) -> tuple[Query, list[str]]:
    wrong = []

    def chosen(name: str, known: Iterable[str], default: str) -> str:
        value = told.get(name, default)
        if value == default or value in known:
            return value
        wrong.append(f"{name}:{value[:40]} is none of {', '.join(known)}")
        return default

    def number(name: str) -> float | None:
        if name not in told:
            return None
        try:
            value = float(told[name])
        except ValueError:
            value = math.nan
        if math.isfinite(value):
            return value
        wrong.append(f"{name}:{told[name][:40]} is no number")
        return None

    fixed = None
    if "from" in told or "to" in told:
        fixed = _span(told.get("from", ""), told.get("to", ""))
        if fixed is None:
            wrong.append("from: and to: are times like 2026-03-01T12:00:00Z, from before to")
    saved = told.get("saved", "")
    share = number("p")
    if share is not None and not 0 <= share < 100:
        wrong.append("p: lies between 0 and 100")
        share = None
    return replace(
        query,
        span=chosen("span", SPANS, query.span),
        fixed=fixed,
        compare=chosen("compare", COMPARED, ""),
        heat=chosen("heat", HEATS, ""),
        has_marks=chosen("marks", ("on", "off"), "on") != "off",
        share=query.share if share is None else share,
        saved=int(saved) if saved.isascii() and saved.isdecimal() and len(saved) < 19 else None,
        manner=Manner(
            mode=Mode(chosen("mode", [mode.value for mode in Mode], Mode.LINES.value)),
            is_log=chosen("log", ("on", "off"), "off") == "on",
            has_band=chosen("band", ("on", "off"), "on") == "on",
            low=number("low"),
            high=number("high"),
        ),
    ), wrong


def _span(start: str, end: str) -> Span | None:
    try:
        ends = [datetime.fromisoformat(text) for text in (start, end)]
    except ValueError:
        return None
    if any(end.tzinfo is None for end in ends):
        return None
    first, last = (end.timestamp() for end in ends)
    return Span(first, last) if 0 < first < last else None


def _told(at: float) -> str:
    """A moment for a link: UTC, to the second where that is enough."""
    moment = datetime.fromtimestamp(round(at, 3), UTC)
    text = moment.isoformat(timespec="milliseconds" if moment.microsecond else "seconds")
    return text.replace("+00:00", "Z")
