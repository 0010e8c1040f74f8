"""The lines of the desk in their order: roots first, what is folded behind them, groups. Pure.

Works on the columns of a `Ledger`, in a thread. Every line has a key that stays: an alarm's id, or
a number below zero for a group.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from noc_console.services.alarms.model import Alarm, AlarmState, Severity
from noc_console.views.alarms.asked import Asked, Grouping
from noc_console.views.alarms.codes import Bools, Floats, Ints
from noc_console.views.alarms.ledger import STATES, Ledger, worst_first
from noc_console.views.alarms.matching import NOWHERE, Facet, Facts, matched
from noc_console.views.alarms.words import condition_text

FLOOD = 10
"""More new alarms than this within `FLOOD_S` are a flood (EEMUA 191)."""
FLOOD_ENDS = 5
"""It is over when fewer than this come."""
FLOOD_S = 600.0

TEXT_COLUMNS = ("object", "site", "problem", "condition", "ack", "owner", "ticket", "type")
NUMBER_COLUMNS = (
    "since",
    "lastseen",
    "acknowledged",
    "count",
    "notes",
    "devices",
    "customers",
    "services",
    "priority",
    "revenue",
    "sla",
)
_ASIDE = tuple(
    at for at, state in enumerate(STATES) if state in (AlarmState.SHELVED, AlarmState.SUPPRESSED)
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the desk is to show, and in which order."""

    asked: Asked = field(default_factory=Asked)
    sort: str = ""
    is_descending: bool = False
    open: frozenset[int] = frozenset()
    """Alarms whose folded ones are shown."""
    open_groups: frozenset[str] = frozenset()
    by_site: bool = False
    """Whether a flood is grouped by place while the grouping is left to the desk."""


@dataclass(frozen=True, slots=True, eq=False)
class Group:
    """What a line above other lines says."""

    key: int
    title: str
    count: int
    worst: Severity
    customers: float
    is_open: bool
    members: Ints
    """The alarms in it that are roots or stand alone."""


@dataclass(frozen=True, slots=True, eq=False)
class Arranged:
    """The lines of the desk. Arrays run in parallel, one value a line."""

    keys: Ints
    depth: Ints
    inside: Ints
    """How many are folded behind this one and meet the filter."""
    is_open: Bools
    ordered: Ints
    """The keys ascending, to find things."""
    groups: Mapping[int, Group]
    facets: Mapping[str, Facet]
    matching: int
    """Alarms that meet the filter, folded or not."""
    total: int
    news: int
    """Of those that stand alone or are roots, how many came within the last ten minutes."""
    severities: tuple[int, ...]
    """Of all that stand on the desk, not folded and not put aside: how many of each severity."""
    blinks: bool = False


_NONE: Ints = np.empty(0, np.int64)
NOTHING = Arranged(
    keys=_NONE,
    depth=_NONE,
    inside=_NONE,
    is_open=np.empty(0, np.bool_),
    ordered=_NONE,
    groups={},
    facets={},
    matching=0,
    total=0,
    news=0,
    severities=(0,) * len(Severity),
)


def arranged(ledger: Ledger, wanted: Wanted, columns: tuple[str, ...], facts: Facts) -> Arranged:
    """What is shown of a ledger."""
    asked = wanted.asked
    found = matched(ledger, asked, columns, facts)
    place = places(ledger, wanted.sort, is_descending=wanted.is_descending, now=facts.now)
    grouping = asked.group
    if grouping is Grouping.AUTO:
        grouping = Grouping.SITE if wanted.by_site else Grouping.ROOT
    own = np.arange(ledger.capacity)
    roots = ledger.roots()
    root = own if grouping is Grouping.NONE else roots
    inside = np.bincount(root[found.mask & (root != own)], minlength=ledger.capacity)
    is_root = root == own
    opened = np.zeros(ledger.capacity, np.bool_)
    opened[ledger.rows_of(wanted.open)] = True
    # What meets the filter behind a root that does not, brings its root with it.
    shown = (is_root & (found.mask | (inside > 0))) | (~is_root & found.mask & opened[root])
    group, groups = _groups(ledger, grouping, wanted, shown & is_root, root, found.mask, place)
    if group is not None:
        is_open = np.array([one.is_open for one in groups], np.bool_)
        shown &= is_open[group[root]]
    rows = np.flatnonzero(shown)
    keys, depth = ledger.column("id")[rows], (~is_root[rows]).astype(np.int64)
    order_by = [place[rows], depth, place[root[rows]]]
    if group is not None:
        depth += 1
        heads = len(groups)
        zero = np.zeros(heads, np.int64)
        keys = np.concatenate([np.array([one.key for one in groups], np.int64), keys])
        order_by = [np.concatenate([zero - 1, column]) for column in order_by]
        order_by.append(np.concatenate([np.arange(heads), group[root[rows]]]))
        depth = np.concatenate([zero, depth])
        behind = np.concatenate([zero, inside[rows]])
        unfolded = np.concatenate([is_open, opened[rows]])
    else:
        behind, unfolded = inside[rows], opened[rows]
    order = np.lexsort(order_by)
    keys = keys[order]
    alone = (ledger.column("id") > 0) & (roots == own) & (ledger.column("severity") > 0)
    alone &= ~np.isin(ledger.column("state"), _ASIDE)
    counted = np.bincount(ledger.column("severity")[alone], minlength=len(Severity))
    waits = ledger.column("state") == STATES.index(AlarmState.UNACKNOWLEDGED)
    return Arranged(
        keys=keys,
        depth=depth[order],
        inside=behind[order],
        is_open=unfolded[order],
        ordered=np.sort(keys),
        groups={one.key: one for one in groups},
        facets=found.facets,
        matching=int(found.mask.sum()),
        total=len(ledger),
        news=int((ledger.column("since")[alone] >= facts.now - FLOOD_S).sum()),
        severities=tuple(counted.tolist()),
        blinks=bool((waits & found.mask).any()),
    )


def places(ledger: Ledger, sort: str, *, is_descending: bool, now: float = 0.0) -> Ints:
    """The place of each row in the order; rows without a value stand last, whichever way."""
    # Alarms of one moment keep their order whatever comes: the newest number first.
    first, latest = worst_first(ledger), -ledger.column("id")
    if sort == "severity":
        values: Floats = ledger.column("severity") * -8.0 - ledger.column("was")
    elif sort == "age":
        values = now - ledger.column("since")
    elif sort == "state":
        values = ledger.column("state").astype(np.float64)
    elif sort in TEXT_COLUMNS:
        values = ledger.ranks(sort)
    elif sort in NUMBER_COLUMNS:
        values = burnt(ledger, now) if sort == "sla" else ledger.column(sort)
    else:
        return _placed(np.lexsort((latest, first)))
    values = -values if is_descending else values
    order = np.lexsort((latest, first, np.where(np.isnan(values), np.inf, values)))
    return _placed(order)


def burnt(ledger: Ledger, now: float) -> Floats:
    """SLA minutes of each row, as `services.alarms.sla` reckons them for one alarm."""
    column = ledger.column
    until = np.where(np.isnan(column("cleared")), now, column("cleared"))
    minutes = np.maximum(0.0, until - column("since")) / 60
    hit = np.where(column("services") > 0, column("services"), column("customers"))
    found: Floats = np.where((column("root") > 0) | (minutes * hit == 0), np.nan, minutes * hit)
    return found


def _placed(order: Ints) -> Ints:
    place = np.empty(len(order), np.int64)
    place[order] = np.arange(len(order))
    return place


def _groups(
    ledger: Ledger,
    grouping: Grouping,
    wanted: Wanted,
    heads: Bools,
    root: Ints,
    mask: Bools,
    place: Ints,
) -> tuple[Ints | None, tuple[Group, ...]]:
    """Of each row the number of its group, and the groups: the one with the worst line first."""
    column = {Grouping.SITE: "site", Grouping.DEVICE: "device", Grouping.CONDITION: "condition"}
    name = column.get(grouping)
    if name is None:
        return None, ()
    told = ledger.column(name)
    rows = np.flatnonzero(heads)
    codes, firsts, number = np.unique(told[rows], return_index=True, return_inverse=True)
    best = np.full(len(codes), ledger.capacity)
    np.minimum.at(best, number, place[rows])
    by_best = np.argsort(best)
    of_code = np.zeros(len(codes), np.int64)
    of_code[by_best] = np.arange(len(codes))
    group = np.zeros(ledger.capacity, np.int64)
    group[rows] = of_code[number]
    members = np.flatnonzero(mask)
    at = group[root[members]]
    many = np.bincount(at, minlength=len(codes))
    worst = np.zeros(len(codes), np.int64)
    np.maximum.at(worst, at, ledger.column("severity")[members])
    hit = np.nan_to_num(ledger.column("customers")[rows])
    customers = np.bincount(group[rows], hit, minlength=len(codes))
    ids = ledger.column("id")[rows]
    parts = np.split(ids[np.argsort(group[rows], kind="stable")],
                     np.cumsum(np.bincount(group[rows], minlength=len(codes)))[:-1])  # fmt: skip
    found = []
    for place_of, which in enumerate(by_best.tolist()):
        title = title_of(ledger.by_id[int(ids[firsts[which]])], grouping)
        found.append(
            Group(
                key=-1 - int(codes[which]),
                title=title,
                count=int(many[place_of]),
                worst=Severity(int(worst[place_of])),
                customers=float(customers[place_of]),
                is_open=title in wanted.open_groups,
                members=parts[place_of],
            )
        )
    return group, tuple(found)


def title_of(alarm: Alarm, grouping: Grouping) -> str:
    """What the head of the group an alarm is in says; "" where nothing is grouped."""
    match grouping:
        case Grouping.SITE:
            return alarm.site_name or NOWHERE.capitalize()
        case Grouping.DEVICE:
            return alarm.device_name or alarm.about.key
        case Grouping.CONDITION:
            return condition_text(alarm.condition)
        case _:
            return ""
