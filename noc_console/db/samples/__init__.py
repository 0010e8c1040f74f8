"""Measurements over time: append-only, compressed, with roll-ups; beside the main store.

`open_samples(url, clock=…)` gives a `Samples`. Times are aware UTC datetimes, except in
`Poll` and the arrays of a `Series`, where they are UTC epoch milliseconds.
"""

from noc_console.db.samples.kinds import DEVICE, INTERFACE, KINDS, MISSING, PROBE, SENSOR, Kind
from noc_console.db.samples.matrix import Matrix
from noc_console.db.samples.moment import Instant
from noc_console.db.samples.retention import Resolution, Retention
from noc_console.db.samples.store import Samples, open_samples, samples_file
from noc_console.db.samples.values import (
    Band,
    Compacted,
    Delivery,
    Latest,
    LatestValues,
    Poll,
    Pruned,
    Pulse,
    Row,
    Rows,
    Series,
    Stats,
    Top,
    Wish,
)

__all__ = [
    "DEVICE",
    "INTERFACE",
    "KINDS",
    "MISSING",
    "PROBE",
    "SENSOR",
    "Band",
    "Compacted",
    "Delivery",
    "Instant",
    "Kind",
    "Latest",
    "LatestValues",
    "Matrix",
    "Poll",
    "Pruned",
    "Pulse",
    "Resolution",
    "Retention",
    "Row",
    "Rows",
    "Samples",
    "Series",
    "Stats",
    "Top",
    "Wish",
    "open_samples",
    "samples_file",
]
