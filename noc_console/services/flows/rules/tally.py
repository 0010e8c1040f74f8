"""The minute that runs: flows as they come, summed up in memory, bounded."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from noc_console.services.flows.rules.applications import service_ports
from noc_console.services.flows.rules.cubes import (
    BY_NUMBER,
    CUBES,
    TALKS,
    TYPES,
    Cube,
    cut,
    rolled,
    summed,
)
from noc_console.services.flows.rules.grouping import Columns, grouped, length
from noc_console.services.flows.rules.prefixes import PrefixTable
from noc_console.wire.flows.records import Rows

MOST_KEYS = 200_000
"""Rows of a cube in the minute that runs; what is more becomes rest and is counted."""
KEPT_KEYS = 100_000
MOST_RATE = 1 << 20
MOST_IN_ONE = 1 << 42
"""Octets one exported flow may stand for: four terabytes."""


@dataclass(slots=True)
class Tally:
    """Sums of one minute. `add` costs a few microseconds a flow, in whatever thread calls it."""

    cut_off: int = 0
    """Rows that became rest because there were too many."""
    _sums: dict[int, Columns] = field(default_factory=dict)

    def add(self, rows: Rows, exporters: np.ndarray, prefixes: PrefixTable) -> None:
        """Take flows; `exporters` is the word of each one's exporter."""
        if not len(rows):
            return
        talks = self._fold(TALKS, _talks(rows, exporters, prefixes))
        for cube in CUBES.values():
            self._fold(cube, talks)

    def closed(self, span: int) -> dict[int, Columns]:
        """What is worth keeping of the minute, by cube number."""
        return {
            number: rolled([sums], BY_NUMBER[number], span) for number, sums in self._sums.items()
        }

    def talks(self) -> Columns | None:
        """All properties together, nothing cut but what found no room; None when nothing came."""
        return self._sums.get(TALKS.number)

    def _fold(self, cube: Cube, fresh: Columns) -> Columns:
        """Add to a cube; the answer is what was added, grouped."""
        new = summed([fresh], cube)
        known = self._sums.get(cube.number)
        both = new if known is None else summed([known, new], cube)
        if (count := length(both)) > MOST_KEYS:
            both = cut(both, cube, KEPT_KEYS)
            self.cut_off += count - length(both)
        self._sums[cube.number] = both
        return new


def _talks(rows: Rows, exporters: np.ndarray, prefixes: PrefixTable) -> Columns:
    """Rows off the wire with their sampling multiplied, ports understood, prefixes found."""
    rate = np.clip(rows["sampling"], 1, MOST_RATE).astype(np.uint64)
    columns: Columns = {
        name: rows[name]
        for name in (
            *("src_hi", "src_lo", "dst_hi", "dst_lo", "in_if", "out_if"),
            *("src_as", "dst_as", "protocol", "dscp"),
        )
    }
    columns["exporter"] = exporters
    columns["port"] = service_ports(rows["protocol"], rows["sport"], rows["dport"])
    columns["bytes"] = np.minimum(rows["bytes"], MOST_IN_ONE) * rate
    columns["packets"] = np.minimum(rows["packets"], MOST_IN_ONE) * rate
    columns["flows"] = rows["flows"].astype(np.uint64)
    found = grouped(columns, [name for name in TALKS.key if name in columns])
    found["src_net"], from_customer = prefixes.match(found["src_hi"], found["src_lo"])
    found["dst_net"], to_customer = prefixes.match(found["dst_hi"], found["dst_lo"])
    found["customer"] = np.where(to_customer > 0, to_customer, from_customer)
    found["rest"] = np.zeros(length(found), TYPES["rest"])
    return found
