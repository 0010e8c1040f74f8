"""A hundred thousand alarms as columns of numbers, so that none is touched twice in vain.

Written and read by one worker thread at a time (`lock`). The window's thread reads nothing but
`by_id`, whose alarms are values and stay until the next change after they have gone.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from noc_console.services.alarms.model import Alarm, AlarmState, Severity
from noc_console.views.alarms.codes import Bools, Codes, Floats, Ints
from noc_console.views.alarms.words import object_text, severity_text

STATES = tuple(AlarmState)
_STATE_AT = {state: at for at, state in enumerate(STATES)}
CHUNK = 4_000
"""Alarms put into the columns at once."""
SPARE = 4_096
ROOMY = 3
"""A table of texts so many times larger than the rows is made anew."""


def _moment(at: datetime | None) -> float:
    return math.nan if at is None else at.timestamp()


def _hit(name: str) -> Callable[[Alarm], float]:
    def number(alarm: Alarm) -> float:
        return math.nan if alarm.impact is None else float(getattr(alarm.impact, name))

    return number


def _revenue(alarm: Alarm) -> float:
    impact = alarm.impact
    return math.nan if impact is None or impact.revenue is None else float(impact.revenue.minor)


NUMBERS: Mapping[str, tuple[str, Callable[[Alarm], float]]] = {
    "id": ("i8", lambda a: a.id),
    "device": ("i8", lambda a: a.about.device_id),
    "root": ("i8", lambda a: a.root_id or 0),
    "severity": ("i1", lambda a: a.severity),
    "was": ("i1", lambda a: a.was),
    "state": ("i1", lambda a: _STATE_AT[a.state]),
    "since": ("f8", lambda a: a.first_seen.timestamp()),
    "lastseen": ("f8", lambda a: a.last_seen.timestamp()),
    "cleared": ("f8", lambda a: _moment(a.cleared_at)),
    "acknowledged": ("f8", lambda a: _moment(a.acked_at)),
    "count": ("f8", lambda a: a.count),
    "notes": ("f8", lambda a: a.comments),
    "devices": ("f8", _hit("devices")),
    "customers": ("f8", _hit("customers")),
    "services": ("f8", _hit("services")),
    "priority": ("f8", _hit("priority")),
    "revenue": ("f8", _revenue),
}
"""Columns of numbers, NaN where there is none."""

TEXTS: Mapping[str, Callable[[Alarm], str]] = {
    "object": object_text,
    "site": lambda a: a.site_name,
    "problem": lambda a: a.text,
    "condition": lambda a: a.condition.value,
    "ack": lambda a: a.acked_by or "",
    "owner": lambda a: a.owner or "",
    "ticket": lambda a: a.ticket,
    "word": severity_text,
}
"""Columns of texts; `word` is what the column of severities says."""


class Ledger:
    """The alarms of the desk by row; a row that is free has no id."""

    def __init__(self, types: Mapping[int, str] | None = None) -> None:
        self.lock = threading.Lock()
        self.by_id: dict[int, Alarm] = {}
        self.codes = {name: Codes() for name in (*TEXTS, "type")}
        self.waiting: frozenset[int] = frozenset()
        """Alarms somebody here acted on while the store was away."""
        self._types = types or {}
        self._row: dict[int, int] = {}
        self._free: list[int] = []
        self._gone: list[int] = []
        self._columns: dict[str, NDArray[Any]] = {}
        self._roots: Ints | None = None
        self._make_room(SPARE)

    def __len__(self) -> int:
        return len(self._row)

    @property
    def capacity(self) -> int:
        return len(self._columns["id"])

    def column(self, name: str) -> NDArray[Any]:
        """A column of numbers, or the codes of one of texts; of all rows, free ones too."""
        return self._columns[name]

    def rows(self) -> Ints:
        """The rows that hold an alarm."""
        return np.flatnonzero(self._columns["id"])

    def rows_of(self, ids: Iterable[int]) -> Ints:
        """The rows of these alarms; those not on the desk are left out."""
        found = (self._row.get(id, -1) for id in ids)
        return np.array([row for row in found if row >= 0], np.int64)

    def roots(self) -> Ints:
        """Of each row the row it is folded under: its own for what stands alone.

        A root may be folded itself; the last one counts. A root that is not on the desk is none.
        """
        if self._roots is not None:
            return self._roots
        root = np.arange(self.capacity)
        ids = self._columns["id"]
        by_id = np.argsort(ids, kind="stable")
        told = np.flatnonzero(self._columns["root"])
        wanted = self._columns["root"][told]
        at = by_id[np.searchsorted(ids, wanted, sorter=by_id) % len(ids)]
        known = ids[at] == wanted
        root[told[known]] = at[known]
        for _ in range(4):
            further = root[root]
            if np.array_equal(further, root):
                break
            root = further
        # Two that name each other would both be hidden.
        circled = root[root] != root
        root[circled] = np.flatnonzero(circled)
        self._roots = root
        return root

    def folded_under(self, id: int) -> Sequence[Alarm]:
        """What is folded behind an alarm, the worst first."""
        row = self._row.get(id)
        if row is None:
            return ()
        root = self.roots()
        found = np.flatnonzero((root == row) & (self._columns["id"] > 0))
        found = found[found != row]
        order = found[np.argsort(worst_first(self)[found])]
        return [self.by_id[one] for one in self._columns["id"][order].tolist()]

    def ranks(self, name: str) -> Floats:
        """Of each row the place of its text among the texts."""
        ranks: Floats = self.codes[name].ranks()[self._columns[name]]
        return ranks

    def hits(self, name: str, word: str) -> Bools:
        """Of each row whether its text has this word in it."""
        hits: Bools = self.codes[name].hits(word)[self._columns[name]]
        return hits

    # --- changing ----------------------------------------------------------------------------

    def replace(self, alarms: Sequence[Alarm]) -> None:
        """These and no others are on the desk."""
        ids = {int(alarm.id) for alarm in alarms}
        self.apply(alarms, [id for id in self._row if id not in ids])

    def apply(self, alarms: Sequence[Alarm], gone: Iterable[int] = ()) -> None:
        """Take over new and changed alarms, and let go of those that left the desk."""
        self._bury()
        self._roots = None
        for id in gone:
            if (row := self._row.pop(id, None)) is not None:
                self._columns["id"][row] = 0
                self._free.append(row)
                self._gone.append(id)
        for start in range(0, len(alarms), CHUNK):
            self._put(alarms[start : start + CHUNK])
        if self._is_roomy():
            self._tidy()

    def name_types(self, types: Mapping[int, str]) -> None:
        """What kind of device each device is, by id."""
        self._types = types
        rows = self.rows()
        devices = self._columns["device"][rows].tolist()
        code = self.codes["type"].code
        self._columns["type"][rows] = [code(types.get(device, "")) for device in devices]

    def _put(self, alarms: Sequence[Alarm]) -> None:
        new = sum(int(alarm.id) not in self._row for alarm in alarms)
        if new > len(self._free):
            self._make_room(max(self.capacity, new - len(self._free)))
        rows = np.empty(len(alarms), np.int64)
        for at, alarm in enumerate(alarms):
            id = int(alarm.id)
            row = self._row.get(id)
            if row is None:
                row = self._row[id] = self._free.pop()
            rows[at] = row
            self.by_id[id] = alarm
        for name, (kind, number) in NUMBERS.items():
            self._columns[name][rows] = np.fromiter(map(number, alarms), kind, len(alarms))
        for name, text in TEXTS.items():
            codes = map(self.codes[name].code, map(text, alarms))
            self._columns[name][rows] = np.fromiter(codes, np.int64, len(alarms))
        kinds = (self._types.get(alarm.about.device_id, "") for alarm in alarms)
        code = self.codes["type"].code
        self._columns["type"][rows] = np.fromiter(map(code, kinds), np.int64, len(alarms))

    def _bury(self) -> None:
        """What left before the last change is no longer shown by anybody."""
        for id in self._gone:
            if id not in self._row:
                self.by_id.pop(id, None)
        self._gone = []

    def _make_room(self, more: int) -> None:
        old = self.capacity if self._columns else 0
        kinds = {name: kind for name, (kind, _) in NUMBERS.items()}
        kinds |= dict.fromkeys((*TEXTS, "type"), "i8")
        for name, kind in kinds.items():
            grown = np.zeros(old + more, kind)
            if old:
                grown[:old] = self._columns[name]
            self._columns[name] = grown
        # A free row has the code 0 as well: there must be such a text.
        for codes in self.codes.values():
            codes.code("")
        self._free.extend(range(old + more - 1, old - 1, -1))

    def _is_roomy(self) -> bool:
        most = max(len(codes) for codes in self.codes.values())
        return most > ROOMY * len(self._row) + SPARE

    def _tidy(self) -> None:
        """Texts nobody has any more are forgotten."""
        rows = self.rows()
        for name, old in self.codes.items():
            used = self._columns[name][rows]
            fresh = Codes()
            fresh.code("")
            new_code = {code: fresh.code(old.texts[code]) for code in np.unique(used).tolist()}
            self._columns[name][:] = 0
            self._columns[name][rows] = [new_code[code] for code in used.tolist()]
            self.codes[name] = fresh


def worst_first(ledger: Ledger) -> Ints:
    """A number for each row, the smaller the sooner it is shown when nobody chose an order.

    What is put aside comes last; then by severity, what nobody acknowledged first, the newest
    first.
    """
    column = ledger.column
    aside = column("state") >= _STATE_AT[AlarmState.SHELVED]
    order = aside.astype(np.int64) * 8 + (int(Severity.CRITICAL) - column("severity"))
    order = order * 2 + (column("acknowledged") == column("acknowledged"))
    newest = (1 << 53) - (column("since") * 1_000).astype(np.int64)
    found: Ints = (order << 54) + newest
    return found
