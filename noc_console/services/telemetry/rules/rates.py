"""Counters become rates, without ever inventing one.

A device's counters wrap, restart with the device, restart alone (a line card), or are read
late. Where it is not certain what happened between two readings there is no rate: the
counters get a new epoch, and nobody subtracts across epochs. A gap is a gap.

All interfaces of a device are followed at once, as columns of numbers: a collector sees 70,000
counters a second.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from noc_console.services.telemetry.model import UNKNOWN, Flags, Floats, Ints

TICKS = 1 << 32
UPTIME_WRAP_S = TICKS / 100
"""sysUpTime counts hundredths of a second in 32 bits: 497 days, 2 h and 28 min."""


@dataclass(frozen=True, slots=True)
class Uptime:
    """How long a device has been up, wraps added, at a moment of the steady clock."""

    seconds: float
    at: float


def follow_uptime(old: Uptime | None, ticks: int, *, at: float) -> tuple[Uptime, bool]:
    """The uptime after a new sysUpTime, and whether the device restarted in between.

    Running on is what the clock says it should be, or more (an agent's clock may be fast,
    ours may have slept). A wrap lands where it should within minutes. Anything else is a
    restart, also when the new uptime is larger than the old one but lags behind the clock.
    """
    seconds = (ticks % TICKS) / 100
    if old is None:
        return Uptime(seconds, at), False
    passed = max(0.0, at - old.at)
    expected = old.seconds + passed
    slack = 10.0 + 0.02 * passed
    wraps = int(old.seconds // UPTIME_WRAP_S)
    running = seconds + wraps * UPTIME_WRAP_S
    if running >= max(expected - slack, old.seconds - 1.0):
        return Uptime(running, at), False
    wrapped = running + UPTIME_WRAP_S
    if abs(wrapped - expected) <= max(300.0, slack):
        return Uptime(wrapped, at), False
    return Uptime(seconds, at), True


OCTETS, PACKETS = slice(0, 2), slice(2, 4)
"""Of the eight columns: in and out octets, packets, errors, discards."""
COLUMNS = 8
SMALLEST_FRAME_BITS = 672
"""64 octets with preamble and gap: 84 octets on the wire (IEEE 802.3)."""
CACHE_S = 15.0
"""Agents refresh counters as rarely as this: a burst of so long may arrive at once."""
SLACK = 1.2

_MASK_32, _MASK_64 = np.uint64(TICKS - 1), np.uint64((1 << 64) - 1)
_MOST = np.uint64((1 << 63) - 1)
"""More is no growth of a counter, and no number of ours."""
_WIDE = np.array([[_MASK_64] * 4 + [_MASK_32] * 4])
"""ifXTable's octets and packets; errors and discards have 32 bits everywhere (RFC 2863)."""
_NARROW = np.array([[_MASK_32] * 8])


@dataclass(frozen=True, slots=True, eq=False)
class Width:
    """What the columns of interfaces can hold, and how fast these can go."""

    wide: Flags
    """[n]: octets and packets have 64 bits."""
    speeds: Ints
    """[n], bit/s; 0 when not known."""


@dataclass(frozen=True, slots=True, eq=False)
class Tracks:
    """Counters of interfaces, unwrapped (modulo 2^64), as last read."""

    at: Floats
    """[n], steady seconds."""
    values: Ints
    """[n, 8]; UNKNOWN where the device gave none."""
    epochs: Ints
    """[n]."""


def follow(
    old: Tracks | None, raw: Ints, width: Width, *, at: float, epoch: int, afresh: bool = False
) -> Tracks:
    """Unwrap the next reading onto the last one; `epoch` is the name of a new run of counters.

    `afresh` says that the device restarted, or that there is another reason not to subtract.
    One column that must have restarted makes a gap for its whole interface.
    """
    rows = len(raw)
    now = np.broadcast_to(np.float64(at), rows)
    if old is None or afresh:
        return Tracks(now, raw, np.full(rows, epoch, np.int64))
    passed = at - old.at
    known = (old.values != UNKNOWN) & (raw != UNKNOWN)
    mask = _masks(width)
    last, new = old.values.view(np.uint64) & mask, raw.view(np.uint64) & mask
    grown = (new - last) & mask
    fits = _fits(last, new, grown, mask, width, passed)
    runs_on = (fits | ~known).all(axis=1) & (passed > 0)
    unwrapped = (old.values.view(np.uint64) + grown).view(np.int64)
    values = np.where(runs_on[:, None] & known, unwrapped, raw)
    return Tracks(now, values, np.where(runs_on, old.epochs, epoch))


def _masks(width: Width) -> NDArray[np.uint64]:
    if width.wide.all():
        return _WIDE
    return np.where(width.wide[:, None], _WIDE, _NARROW)


def _fits(
    last: NDArray[np.uint64],
    new: NDArray[np.uint64],
    grown: NDArray[np.uint64],
    mask: NDArray[np.uint64],
    width: Width,
    passed: Floats,
) -> Flags:
    """Whether each counter can have gone so far, and not restarted."""
    # Backwards, and no speed to judge by: a wrap starts high and ends low.
    forwards = (new >= last) & (grown <= _MOST)
    fits: Flags = forwards | ((grown < mask // 4) & (last > mask // 2))
    bits = (passed + CACHE_S) * width.speeds * SLACK
    most = np.repeat(bits[:, None] / (8, SMALLEST_FRAME_BITS), 2, axis=1)
    # With 32 bits and enough time it may have wrapped more than once: unknown.
    sure = (most < TICKS) | (mask[:, :4] > _MASK_32)
    within = (grown[:, :4] <= most) & sure
    fits[:, :4] = np.where(width.speeds[:, None] > 0, within, fits[:, :4])
    return fits


def rates(old: Tracks | None, new: Tracks) -> Floats:
    """[n, 8] per second between two readings of one epoch; NaN where that is not known."""
    if old is None:
        return np.full(new.values.shape, np.nan)
    passed = new.at - old.at
    good = (old.values != UNKNOWN) & (new.values != UNKNOWN)
    good &= ((old.epochs == new.epochs) & (passed > 0))[:, None]
    grown = new.values - old.values
    return np.where(good, grown / np.where(passed > 0, passed, 1.0)[:, None], np.nan)


def wrap_interval(width: Width, *, longest: float, shortest: float = 15.0) -> float:
    """How often 32-bit octet counters must be read so that they cannot wrap twice unseen."""
    fastest = int(width.speeds[~width.wide].max(initial=0))
    if not fastest:
        return longest
    wrap_s = TICKS * 8 / fastest / SLACK - CACHE_S
    return min(longest, max(shortest, wrap_s * 0.9))
