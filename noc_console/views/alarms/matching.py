"""Which alarms are meant by a filter, and how many of each kind there are: on columns, in a thread.

Every facet is counted as if nothing were picked in it, so that one sees what a click would bring.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np

from noc_console.services.alarms.model import AlarmState, Severity
from noc_console.views.alarms.asked import FACETS, Asked
from noc_console.views.alarms.codes import Bools, Floats, Ints
from noc_console.views.alarms.ledger import STATES, TEXTS, Ledger
from noc_console.views.kit import query

AGES = (
    ("10 min", 600.0),
    ("1 h", 3_600.0),
    ("8 h", 28_800.0),
    ("24 h", 86_400.0),
    ("7 d", 604_800.0),
)
"""How long an alarm stands at most."""
OLDER = "older"
NOBODY = "nobody"
NOWHERE = "no place"
PARTS = ("alone", "root", "folded")
UNITS = {"s": 1.0, "min": 60.0, "m": 60.0, "h": 3_600.0, "d": 86_400.0, "w": 604_800.0}
TIMED = {"age": "since", "since": "since", "lastseen": "lastseen", "acknowledged": "acknowledged"}
"""Columns that are compared with how long ago something was."""
NUMBERED = ("count", "notes", "customers", "devices", "services", "priority")
SEARCHED = (*TEXTS, "type")
_SPAN = re.compile(r"([<>]=?)(\d+(?:\.\d+)?)([a-z]*)$")
_WAITED = frozenset({AlarmState.UNACKNOWLEDGED, AlarmState.RETURNED})


@dataclass(frozen=True, slots=True)
class Facts:
    """What a filter may ask about beside the alarms themselves."""

    me: str = ""
    now: float = 0.0
    """Seconds since the epoch."""
    shift: float | None = None
    """Since when my last shift is over; None while nobody knows."""


@dataclass(frozen=True, slots=True)
class Facet:
    """The values of a facet and how many alarms have each, the most first."""

    values: tuple[str, ...] = ()
    counts: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Matched:
    """Which rows are meant, and the facets."""

    mask: Bools
    facets: Mapping[str, Facet] = field(default_factory=dict)


def matched(ledger: Ledger, asked: Asked, columns: tuple[str, ...], facts: Facts) -> Matched:
    """The rows an `asked` means. `columns` are the names a filter line may use."""
    live = ledger.column("id") > 0
    base = live & meets(ledger, asked.text, columns, facts)
    for sight in asked.sights:
        base &= _sight(ledger, sight, facts)
    parts = {name: _values_of(ledger, name, facts) for name in FACETS}
    fits = {name: _fits(labels, codes, asked.picked(name)) for name, (labels, codes) in
            parts.items()}  # fmt: skip
    misses = np.zeros(len(base), np.int8)
    for fit in fits.values():
        if fit is not None:
            misses += ~fit
    facets = {}
    for name, (labels, codes) in parts.items():
        fit = fits[name]
        others = misses == 0 if fit is None else (misses - ~fit) == 0
        facets[name] = _counted(name, labels, codes[base & others])
    return Matched(base & (misses == 0), facets)


def meets(ledger: Ledger, text: str, columns: tuple[str, ...], facts: Facts) -> Bools:
    """The rows that meet a filter line."""
    kept = np.ones(ledger.capacity, np.bool_)
    for term in query.parse(text, columns):
        kept &= _meets(ledger, term, facts) != term.negated
    return kept


def _meets(ledger: Ledger, term: query.Term, facts: Facts) -> Bools:
    if not term.column:
        found = np.zeros(ledger.capacity, np.bool_)
        for name in SEARCHED:
            found |= ledger.hits(name, term.word)
        return found
    if term.column in TIMED:
        return _long_ago(ledger.column(TIMED[term.column]), term.word, facts.now)
    if term.column in NUMBERED and (told := _SPAN.match(term.word)):
        return compared(ledger.column(term.column), told.group(1), float(told.group(2)))
    if term.column == "state":
        said: Bools = np.array([term.word in state.value for state in STATES])
        fits: Bools = said[ledger.column("state")]
        return fits
    name = "word" if term.column == "severity" else term.column
    if name not in SEARCHED:
        return np.zeros(ledger.capacity, np.bool_)
    return ledger.hits(name, term.word)


def _long_ago(moments: Floats, word: str, now: float) -> Bools:
    """`>2h`, `<10min`; a number without a unit is minutes."""
    told = _SPAN.match(word)
    if told is None or told.group(3) not in ("", *UNITS):
        return np.zeros(len(moments), np.bool_)
    seconds = float(told.group(2)) * UNITS.get(told.group(3), 60.0)
    return compared(now - moments, told.group(1), seconds)


def compared(values: Floats, sign: str, than: float) -> Bools:
    """Rows without a number never compare."""
    with np.errstate(invalid="ignore"):
        found: Bools = {
            ">": values > than,
            ">=": values >= than,
            "<": values < than,
            "<=": values <= than,
        }[sign]
    return found


def _sight(ledger: Ledger, sight: str, facts: Facts) -> Bools:
    if sight == "unacked":
        waits: Bools = np.array([state in _WAITED for state in STATES])
        waiting: Bools = waits[ledger.column("state")]
        return waiting
    if sight == "mine":
        mine = np.zeros(ledger.capacity, np.bool_)
        for name in ("ack", "owner"):
            if (code := ledger.codes[name].find(facts.me)) >= 0:
                mine |= ledger.column(name) == code
        return mine
    if sight == "waiting":
        told = np.zeros(ledger.capacity, np.bool_)
        told[ledger.rows_of(ledger.waiting)] = True
        return told
    start = np.inf if facts.shift is None else facts.shift
    since: Bools = ledger.column("since") >= start
    return since


# --- facets --------------------------------------------------------------------------------------


def _values_of(ledger: Ledger, name: str, facts: Facts) -> tuple[tuple[str, ...], Ints]:
    """Every value a facet can have, and the number of each row's."""
    if name == "severity":
        return tuple(one.name.lower() for one in Severity), ledger.column("severity")
    if name == "state":
        return tuple(one.value for one in STATES), ledger.column("state")
    if name == "since":
        edges = np.array([seconds for _, seconds in AGES])
        ages = facts.now - ledger.column("since")
        return (*(word for word, _ in AGES), OLDER), np.searchsorted(edges, ages)
    if name == "part":
        root = ledger.roots()
        part = np.zeros(ledger.capacity, np.int64)
        folded = root != np.arange(ledger.capacity)
        part[root[folded]] = 1
        part[folded] = 2
        return PARTS, part
    texts = ledger.codes[name].texts
    none = NOBODY if name == "owner" else NOWHERE if name == "site" else "none"
    return tuple(text or none for text in texts), ledger.column(name)


def _fits(labels: tuple[str, ...], codes: Ints, picked: frozenset[str]) -> Bools | None:
    """Rows with one of the picked values; None when none is picked: all."""
    if not picked:
        return None
    wanted = np.fromiter((label in picked for label in labels), np.bool_, len(labels))
    found: Bools = wanted[codes]
    return found


_SORTED = frozenset({"severity", "since", "part"})
"""Facets whose values have an order of their own."""


@lru_cache(maxsize=8)
def _own_order(name: str, many: int) -> tuple[int, ...]:
    return tuple(range(many))[:: -1 if name == "severity" else 1]


def _counted(name: str, labels: tuple[str, ...], codes: Ints) -> Facet:
    counts = np.bincount(codes, minlength=len(labels))
    if name in _SORTED:
        order = [at for at in _own_order(name, len(labels)) if counts[at]]
    else:
        order = np.argsort(-counts, kind="stable")[: np.count_nonzero(counts)].tolist()
    return Facet(tuple(labels[at] for at in order), tuple(int(counts[at]) for at in order))
