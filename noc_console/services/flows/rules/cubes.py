"""What is kept: all properties together for the greatest, and each property by itself.

A question without filters is answered by the cube of its dimension, whose sums are exact; one
with filters by the cube of `TALKS`, which holds the properties together. What is too small for
either goes into rest rows, so that totals stay right.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from noc_console.services.flows.model import Dimension
from noc_console.services.flows.rules.grouping import COUNTS, Columns, grouped, joined, length

TYPES: Mapping[str, str] = {
    "exporter": "u8",
    **dict.fromkeys(("src_hi", "src_lo", "dst_hi", "dst_lo"), "u8"),
    **dict.fromkeys(("src_net", "dst_net", "customer"), "u8"),
    **dict.fromkeys(("in_if", "out_if", "src_as", "dst_as"), "u4"),
    "port": "u2",
    **dict.fromkeys(("protocol", "dscp", "rest"), "u1"),
    **dict.fromkeys(COUNTS, "u8"),
}


@dataclass(frozen=True, slots=True)
class Cube:
    """A table of sums: its number in the store, its key, and how much of it is kept."""

    number: int
    key: tuple[str, ...]
    most: Mapping[int, int]
    """Rows kept by the seconds a block covers."""
    floor: int
    """Rows every exporter may have however small it is beside others."""
    rest_by: tuple[str, ...] = ("exporter",)
    """What is still told of the rest."""

    @property
    def names(self) -> tuple[str, ...]:
        return (*self.key, "rest", *COUNTS)


_FEW = {60: 300, 300: 400, 3_600: 1_000}
_ENDS = ("src_hi", "src_lo", "dst_hi", "dst_lo")

TALKS = Cube(
    0,
    (
        *("exporter", *_ENDS, "src_net", "dst_net", "customer", "in_if", "out_if"),
        *("src_as", "dst_as", "port", "protocol", "dscp"),
    ),
    {60: 2_000, 300: 3_000, 3_600: 6_000},
    floor=100,
    rest_by=("exporter", "in_if", "out_if"),
)

KEYS: Mapping[Dimension, tuple[str, ...]] = {
    Dimension.SOURCE: ("src_hi", "src_lo"),
    Dimension.DESTINATION: ("dst_hi", "dst_lo"),
    Dimension.CONVERSATION: _ENDS,
    Dimension.SOURCE_PREFIX: ("src_net",),
    Dimension.DESTINATION_PREFIX: ("dst_net",),
    Dimension.SOURCE_AS: ("src_as",),
    Dimension.DESTINATION_AS: ("dst_as",),
    Dimension.APPLICATION: ("protocol", "port"),
    Dimension.PROTOCOL: ("protocol",),
    Dimension.IN_INTERFACE: ("exporter", "in_if"),
    Dimension.OUT_INTERFACE: ("exporter", "out_if"),
    Dimension.EXPORTER: ("exporter",),
    Dimension.DSCP: ("dscp",),
    Dimension.CUSTOMER: ("customer",),
}
"""What tells two talkers of a dimension apart."""

_NUMBERS = {
    Dimension.SOURCE: 1,
    Dimension.DESTINATION: 2,
    Dimension.SOURCE_PREFIX: 3,
    Dimension.DESTINATION_PREFIX: 4,
    Dimension.SOURCE_AS: 5,
    Dimension.DESTINATION_AS: 6,
    Dimension.APPLICATION: 7,
    Dimension.PROTOCOL: 8,
    Dimension.IN_INTERFACE: 9,
    Dimension.OUT_INTERFACE: 10,
    Dimension.EXPORTER: 11,
    Dimension.DSCP: 12,
    Dimension.CUSTOMER: 13,
}
"""What the store calls them; never changed, never used twice. Conversations are TALKS' own."""

CUBES: Mapping[Dimension, Cube] = {
    dimension: Cube(
        number,
        tuple(dict.fromkeys(("exporter", *KEYS[dimension]))),
        _FEW,
        floor=30,
    )
    for dimension, number in _NUMBERS.items()
}
BY_NUMBER: Mapping[int, Cube] = {cube.number: cube for cube in (TALKS, *CUBES.values())}


def summed(tables: Sequence[Columns], cube: Cube) -> Columns:
    """Tables of one cube as one, with its types."""
    both = grouped(joined(tables, cube.names), (*cube.key, "rest"))
    return {name: both[name].astype(TYPES[name]) for name in cube.names}


def cut(columns: Columns, cube: Cube, most: int) -> Columns:
    """The greatest rows by bytes; the others become one rest row for each of `rest_by`.

    Every exporter keeps its `floor` greatest: a small router is not hidden by a large one.
    """
    is_rest = columns["rest"] == 1
    count = length(columns) - int(is_rest.sum())
    if count <= most:
        return columns
    # Rest rows sort last, whatever they weigh: they are not competitors.
    weight = np.where(is_rest, 0, columns["bytes"] + np.uint64(1))
    order = np.argsort(weight, kind="stable")[::-1]
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order))
    stays = rank < most
    exporters = columns["exporter"][order]
    by_exporter = np.argsort(exporters, kind="stable")
    sorted_ids = exporters[by_exporter]
    first = np.flatnonzero(np.concatenate([[True], sorted_ids[1:] != sorted_ids[:-1]]))
    sizes = np.diff(np.append(first, len(order)))
    within = np.arange(len(order)) - np.repeat(first, sizes)
    stays[order[by_exporter[within < cube.floor]]] = True
    stays &= ~is_rest
    left = {name: values[~stays] for name, values in columns.items()}
    for name in cube.key:
        if name not in cube.rest_by:
            left[name] = np.zeros_like(left[name])
    left["rest"] = np.ones_like(left["rest"])
    kept = {name: values[stays] for name, values in columns.items()}
    return summed([kept, left], cube)


def rolled(tables: Sequence[Columns], cube: Cube, span: int) -> Columns:
    """Blocks of a shorter span as one of `span` seconds."""
    return cut(summed(tables, cube), cube, cube.most[span])
