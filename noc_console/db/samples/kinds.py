"""What can be measured: kinds of subjects and their fixed columns.

A kind is data. A later feature declares its own and hands it to `open_samples`; the
store remembers every kind it has ever seen, so any process can compact it. Columns may
only be appended: older blocks simply have fewer.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

from noc_console.db.samples.retention import Retention

MISSING = -(1 << 63)
"""The value of a column the device did not give."""

MAX_COLUMNS = 64


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of subject: an interface, a device, a sensor.

    Every column is an int64. `counters` only grow, so what is read back of them is the
    rate per second; the others are read back as they are. `epoch` names the column that
    changes whenever the counters restarted: no rate is ever taken across a change.
    `code` is what the store writes; it must never change or be used twice. `retention` is
    how long it is kept unless operators decide otherwise.
    """

    name: str
    columns: tuple[str, ...]
    counters: frozenset[str] = frozenset()
    epoch: str | None = None
    code: int = 0
    retention: Retention = field(default_factory=Retention, compare=False)
    shown: tuple[str, ...] = field(init=False)
    """The columns with a meaning of their own: all but the epoch."""
    shown_at: tuple[int, ...] = field(init=False)
    counters_at: tuple[int, ...] = field(init=False)
    counted: slice | list[int] = field(init=False, compare=False)
    """`counters_at` as an index; a slice, which copies nothing, when they stand together."""
    epoch_at: int | None = field(init=False)

    def __post_init__(self) -> None:
        odd = self.counters - set(self.columns)
        if not 0 < self.code < 1 << 16:
            raise ValueError(f"kind {self.name}: code {self.code} is not within 1…65535")
        if odd or (self.epoch is not None and self.epoch not in self.columns):
            raise ValueError(f"kind {self.name}: counters or epoch are not columns of it")
        if not 0 < len(self.columns) <= MAX_COLUMNS or len(set(self.columns)) < len(self.columns):
            raise ValueError(f"kind {self.name}: needs 1…{MAX_COLUMNS} different columns")
        put = object.__setattr__
        put(self, "shown", tuple(c for c in self.columns if c != self.epoch))
        put(self, "shown_at", tuple(self.columns.index(c) for c in self.shown))
        put(
            self,
            "counters_at",
            tuple(at for at, column in enumerate(self.columns) if column in self.counters),
        )
        put(self, "counted", _index(self.counters_at))
        put(self, "epoch_at", None if self.epoch is None else self.columns.index(self.epoch))


def _index(places: tuple[int, ...]) -> slice | list[int]:
    if places and places[-1] - places[0] == len(places) - 1:
        return slice(places[0], places[-1] + 1)
    return list(places)


_INTERFACE_COUNTERS = (
    "in_octets",
    "out_octets",
    "in_packets",
    "out_packets",
    "in_errors",
    "out_errors",
    "in_discards",
    "out_discards",
)

INTERFACE = Kind(
    code=1,
    name="interface",
    columns=(*_INTERFACE_COUNTERS, "status", "epoch"),
    counters=frozenset(_INTERFACE_COUNTERS),
    epoch="epoch",
    retention=Retention(raw=timedelta(days=30), five_minutes=timedelta(days=180)),
)
"""Unwrapped 64-bit counters; status as ifOperStatus (RFC 2863: 1 up, 2 down …)."""

DEVICE = Kind(
    code=2,
    name="device",
    columns=("cpu", "memory", "temperature", "uptime_s", "response_us", "reachable"),
)
"""cpu and memory in thousandths of a per cent, temperature (the hottest) in m°C, reachable 0/1."""

SENSOR = Kind(code=3, name="sensor", columns=("value",))
"""Thousandths of the sensor's own unit."""

PROBE = Kind(
    code=5,
    name="probe",
    columns=(
        "sent",
        "lost",
        "min_us",
        "p10_us",
        "p25_us",
        "median_us",
        "p75_us",
        "p90_us",
        "max_us",
        "jitter_us",
        "state",
        "duplicates",
        "late",
        "name_us",
        "connect_us",
        "tls_us",
        "first_byte_us",
        "forward_us",
        "backward_us",
        "expires_s",
    ),
    retention=Retention(raw=timedelta(days=7)),
)
"""One round of a probe: packets sent and lost, the spread of the round-trip times (the smoke),
phases of a request, delay variation each way, end of the certificate (seconds since 1970).
State 1 as it should be, 2 answered but not as it should, 3 no answer. Packets of a failed
round have no times."""

KINDS: tuple[Kind, ...] = (INTERFACE, DEVICE, SENSOR, PROBE)
