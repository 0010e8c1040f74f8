"""Every kind of tile: what it is called, what it teaches, how large it begins, what it asks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from noc_console.services.boards.model import Options, Tile, TileKind, options
from noc_console.services.top.model import NUMBERS, TopKind
from noc_console.views.boards.content import Content, Context
from noc_console.views.boards.drawn import GraphContent, HeatContent, MapContent, SmokeContent
from noc_console.views.boards.lists import AlarmsContent, CollectorsContent, TopContent
from noc_console.views.boards.numbers import COUNTS, AlarmCountsContent, NumberContent
from noc_console.views.boards.plain import ClockContent, NoteContent
from noc_console.views.top.columns import NUMBER_TITLES, TITLES


class Ask(Enum):
    """How a field of a tile's settings is asked for."""

    CHOICE = "choice"
    WORDS = "words"
    LONG = "long"
    CURVE = "curve"
    """One or several curves, found by the names of their objects."""
    PROBE = "probe"


@dataclass(frozen=True, slots=True)
class Field:
    """One setting of a kind."""

    name: str
    title: str
    ask: Ask = Ask.WORDS
    choices: tuple[tuple[str, str], ...] = ()
    """Value and words."""
    hint: str = ""
    depends: Mapping[str, tuple[tuple[str, str], ...]] | None = None
    """Choices by the value of the field before."""


@dataclass(frozen=True, slots=True)
class Spec:
    """A kind of tile as the gallery shows it."""

    kind: TileKind
    title: str
    teaches: str
    make: type[Content]
    size: tuple[int, int]
    fields: tuple[Field, ...] = ()
    starts: Options = ()
    needs: str = ""
    """The option without which there is nothing to show."""


_TOP_BY = {
    kind.value: tuple((name, NUMBER_TITLES[name]) for name in NUMBERS[kind]) for kind in TopKind
}

SPECS: tuple[Spec, ...] = (
    Spec(
        TileKind.GRAPH,
        "Graph",
        "Curves of ports, devices, sensors and probes, with limits and what happened beside them.",
        GraphContent,
        (12, 8),
        (
            Field("curves", "Curves", Ask.CURVE),
            Field("stacked", "Drawn", Ask.CHOICE, (("", "As lines"), ("yes", "Stacked"))),
            Field(
                "compare",
                "Compared with",
                Ask.CHOICE,
                (("", "Nothing"), ("day", "The day before"), ("week", "The week before")),
            ),
        ),
        needs="curves",
    ),
    Spec(
        TileKind.TOP,
        "Top list",
        "The busiest, fullest, hottest, dimmest or slowest, with the shape of their past.",
        TopContent,
        (12, 9),
        (
            Field("of", "List", Ask.CHOICE, tuple((kind.value, TITLES[kind]) for kind in TopKind)),
            Field("by", "Sorted by", Ask.CHOICE, depends=_TOP_BY),
            Field("only", "Only with the word", hint="transit, dbm, a device's name"),
        ),
        options(of="interfaces", by="util"),
    ),
    Spec(
        TileKind.NUMBER,
        "Number",
        "One number, large, with its past and a limit that colours it.",
        NumberContent,
        (6, 4),
        (
            Field(
                "count",
                "Counts",
                Ask.CHOICE,
                (("", "A curve's last value"), *COUNTS.items()),
            ),
            Field("curve", "Curve", Ask.CURVE),
            Field("limit", "Limit", hint="a bare number in the curve's unit"),
            Field(
                "below",
                "Beyond it is",
                Ask.CHOICE,
                (("", "Above the limit"), ("yes", "Below the limit")),
            ),
            Field(
                "of_speed",
                "The limit is",
                Ask.CHOICE,
                (("", "A value"), ("yes", "Per cent of the port's speed")),
            ),
        ),
        options(count="unreachable"),
    ),
    Spec(
        TileKind.ALARM_COUNTS,
        "Alarm counts",
        "How many critical, major, minor and warning alarms stand.",
        AlarmCountsContent,
        (10, 3),
    ),
    Spec(
        TileKind.ALARMS,
        "Alarm list",
        "The worst alarms with their object and age; a click opens one.",
        AlarmsContent,
        (10, 8),
        (
            Field(
                "least",
                "From",
                Ask.CHOICE,
                (
                    ("warning", "Warning"),
                    ("minor", "Minor"),
                    ("major", "Major"),
                    ("critical", "Critical"),
                ),
            ),
        ),
    ),
    Spec(
        TileKind.MAP,
        "Map",
        "The network as it stands on a map, with its troubles and loads.",
        MapContent,
        (12, 10),
        (Field("view", "Map", hint="the name of a map; empty is the main one"),),
    ),
    Spec(
        TileKind.SMOKE,
        "Probe",
        "Loss and latency of a probe as smoke: the median over the spread of each round.",
        SmokeContent,
        (12, 7),
        (Field("probe", "Probe", Ask.PROBE),),
        needs="probe",
    ),
    Spec(
        TileKind.HEAT,
        "Week",
        "Hours of the day by days of the week: when it is busy, at a glance.",
        HeatContent,
        (12, 7),
        (Field("curve", "Curve", Ask.CURVE),),
        needs="curve",
    ),
    Spec(
        TileKind.COLLECTORS,
        "Collectors",
        "Whether the collectors live and measure in time.",
        CollectorsContent,
        (10, 4),
    ),
    Spec(
        TileKind.CLOCK,
        "Clock",
        "The time and the date, in the zone of the console or in UTC.",
        ClockContent,
        (5, 3),
        (Field("zone", "Zone", Ask.CHOICE, (("", "As the console"), ("utc", "UTC"))),),
    ),
    Spec(
        TileKind.NOTE,
        "Note",
        "Plain words for the next shift.",
        NoteContent,
        (8, 4),
        (Field("text", "Words", Ask.LONG),),
        needs="text",
    ),
)

BY_KIND = {spec.kind: spec for spec in SPECS}


def made(context: Context, tile: Tile) -> Content:
    """The inside of a tile."""
    return BY_KIND[tile.kind].make(context, tile)
