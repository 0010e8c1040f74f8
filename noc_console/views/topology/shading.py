"""What the links of the map tell by their shade: load, errors, light… Values, no pixels.

A shading turns each direction of a link into a tone. Tones from the ramp's `loud` on are
trouble and get ticks beside their colour; a link that is down looks the same in all of them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from noc_console.kernel.quantity import Bps
from noc_console.services.topology.model import Edge, Light, LinkState
from noc_console.views.kit.times import age
from noc_console.views.topology.ink import DOWN, MISSING, STEPS, UNKNOWN, Ramp

Ints = NDArray[np.int64]
Both = tuple[float | None, float | None]
Worth = Callable[[Edge, datetime | None], Both]
Words = Callable[[Edge, datetime | None], tuple[str, str]]

STALE = timedelta(minutes=5)
"""A load older than this is nobody's load any more."""


_WEIGHT = np.array([*range(2, STEPS + 2), 0, STEPS + 2, 1], np.int64)
_SHADE = np.argsort(_WEIGHT)


def weight_of(shades: Ints) -> Ints:
    """How much shades count where the worst is wanted: unknown least, missing, 0…9, down."""
    return np.asarray(_WEIGHT[shades])


def shade_of(weights: Ints) -> Ints:
    """The shades of weights."""
    return np.asarray(_SHADE[weights])


def is_trouble(shades: Ints, loud: int) -> NDArray[np.bool_]:
    """Which of the shades are trouble, in a ramp whose trouble begins at `loud`."""
    return np.asarray(((shades >= loud) & (shades < STEPS)) | (shades == DOWN))


class Gap(StrEnum):
    """What it means that a value is not there."""

    MISSING = "missing"
    """The port is known and nobody counted: hatched."""
    UNKNOWN = "unknown"
    """There may be nothing to know: dotted."""


@dataclass(frozen=True, slots=True)
class Shading:
    """One layer of the weathermap.

    A value belongs to the tone `tones[k]` where k of the ascending `bounds` are at or below
    it. `marks` are the texts of the bounds in the legend, `first` and `last` its ends.
    """

    name: str
    title: str
    bounds: tuple[float, ...]
    tones: tuple[int, ...]
    marks: tuple[str, ...]
    worth: Worth
    words: Words
    first: str = ""
    last: str = ""
    gap: Gap = Gap.MISSING
    ramp: Ramp = Ramp.QUIET
    each_way: bool = True
    """The two directions are told apart; else one word stands in the middle of the link."""

    def shades(self, edges: Sequence[Edge], at: datetime | None) -> Ints:
        """The tone of each direction (from a, from b) of each link."""
        if not edges:
            return np.empty((0, 2), np.int64)
        # Read one by one: lists of pairs of 65,000 links would be 10 MB for a moment.
        both = (_nan(share) for edge in edges for share in self.worth(edge, at))
        told = np.fromiter(both, np.float64, 2 * len(edges)).reshape(-1, 2)
        known = ~np.isnan(told)
        place = np.searchsorted(np.array(self.bounds), np.where(known, told, 0.0), side="right")
        gaps = (MISSING if self._misses(edge) else UNKNOWN for edge in edges)
        gap = np.fromiter(gaps, np.int64, len(edges))
        tones = np.where(known, np.array(self.tones, np.int64)[place], gap[:, None])
        dead = np.fromiter((e.load.state is LinkState.DOWN for e in edges), bool, len(edges))
        tones[dead] = DOWN
        return np.asarray(tones, np.int64)

    def _misses(self, edge: Edge) -> bool:
        return self.gap is Gap.MISSING and edge.is_counted


def _nan(share: float | None) -> float:
    return math.nan if share is None else share


def _is_fresh(edge: Edge, at: datetime | None) -> bool:
    measured = edge.load.at
    return measured is not None and (at is None or at - measured <= STALE)


def _load(edge: Edge, at: datetime | None) -> Both:
    return (edge.ab_share, edge.ba_share) if _is_fresh(edge, at) else (None, None)


def _load_words(edge: Edge, at: datetime | None) -> tuple[str, str]:
    if not _is_fresh(edge, at):
        return "", ""
    return _rate(edge.load.ab_bps), _rate(edge.load.ba_bps)


def _rate(bps: float | None) -> str:
    return "" if bps is None else str(Bps(bps))


def lost(errors: float | None, discards: float | None) -> float | None:
    """Frames a second that did not arrive, for whatever reason; None when nobody counted."""
    told = [count for count in (errors, discards) if count is not None]
    return sum(told) if told else None


def _lost(edge: Edge, at: datetime | None) -> Both:
    if not _is_fresh(edge, at):
        return None, None
    load = edge.load
    return lost(load.ab_errors, load.ab_discards), lost(load.ba_errors, load.ba_discards)


def _lost_words(edge: Edge, at: datetime | None) -> tuple[str, str]:
    """Only what is lost: a map full of zeros tells nothing."""
    one, other = (per_second(count) if count else "" for count in _lost(edge, at))
    return one, other


def per_second(count: float | None) -> str:
    """`0/s`, `0.4/s`, `12/s`; nothing when nobody counted."""
    if count is None:
        return ""
    if count >= 9.95 or count == int(count):
        return f"{count:.0f}/s"
    return "<0.1/s" if count < 0.05 else f"{count:.1f}/s"


def _light(edge: Edge, at: datetime | None) -> Both:
    """Badness grows upwards: the margin with its sign turned."""
    return _narrowness(edge.load.ab_light), _narrowness(edge.load.ba_light)


def _narrowness(light: Light | None) -> float | None:
    margin = None if light is None else light.margin
    return None if margin is None else -margin


def _light_words(edge: Edge, at: datetime | None) -> tuple[str, str]:
    one, other = (
        "" if light is None else f"{light.dbm:.1f} dBm"
        for light in (edge.load.ab_light, edge.load.ba_light)
    )
    return one, other


def _capacity(edge: Edge, at: datetime | None) -> Both:
    speed = float(edge.speed_bps) if edge.speed_bps > 0 else None
    return speed, speed


def _capacity_words(edge: Edge, at: datetime | None) -> tuple[str, str]:
    return nominal(edge.speed_bps), ""


def nominal(speed_bps: int) -> str:
    """A speed as it is named: `10 Gb/s`, `2.5 Gb/s`; nothing when nobody told."""
    if speed_bps <= 0:
        return ""
    for size, unit in ((10**12, "T"), (10**9, "G"), (10**6, "M")):
        if speed_bps >= size:
            return f"{speed_bps / size:g} {unit}b/s"
    return str(Bps(speed_bps))


def _age(edge: Edge, at: datetime | None) -> Both:
    if edge.load.at is None or at is None:
        return None, None
    seconds = max(0.0, (at - edge.load.at).total_seconds())
    return seconds, seconds


def _age_words(edge: Edge, at: datetime | None) -> tuple[str, str]:
    seconds = _age(edge, at)[0]
    return ("" if seconds is None else age(seconds), "")


def _doubt(edge: Edge, at: datetime | None) -> Both:
    return 100.0 - edge.score, 100.0 - edge.score


def _proof_words(edge: Edge, at: datetime | None) -> tuple[str, str]:
    return str(edge.score), ""


LOAD = Shading(
    name="load",
    title="Load",
    bounds=(0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9),
    tones=tuple(range(10)),
    marks=("", "", "", "", "", "60", "70", "80", "90"),
    worth=_load,
    words=_load_words,
    first="0",
    last="100 %",
)
CLASSIC = Shading(
    name="classic",
    title="Load, classic colours",
    bounds=(0.01, 0.10, 0.25, 0.40, 0.55, 0.70, 0.85),
    tones=tuple(range(8)),
    marks=("1", "10", "25", "40", "55", "70", "85"),
    worth=_load,
    words=_load_words,
    first="0",
    last="100 %",
    ramp=Ramp.CLASSIC,
)
ERRORS = Shading(
    name="errors",
    title="Errors and discards",
    bounds=(1e-9, 0.01, 0.1, 1.0, 10.0),
    tones=(0, 2, 4, 7, 8, 9),
    marks=("0", "0.01", "0.1", "1", "10"),
    worth=_lost,
    words=_lost_words,
    last="frames/s",
)
LIGHT = Shading(
    name="light",
    title="Light: room to the module's limit",
    bounds=(-6.0, -4.0, -2.0, -1.0, 0.0),
    tones=(0, 2, 4, 7, 8, 9),
    marks=("6", "4", "2", "1", "0"),
    worth=_light,
    words=_light_words,
    last="dB",
    gap=Gap.UNKNOWN,
)
CAPACITY = Shading(
    name="capacity",
    title="Capacity",
    bounds=(1e8, 1e9, 1e10, 2.5e10, 4e10, 1e11, 4e11),
    tones=tuple(range(8)),
    marks=("100M", "1G", "10G", "25G", "40G", "100G", "400G"),
    worth=_capacity,
    words=_capacity_words,
    last="b/s",
    gap=Gap.UNKNOWN,
    ramp=Ramp.STEPS,
    each_way=False,
)
AGE = Shading(
    name="age",
    title="Age of the data",
    bounds=(30.0, 60.0, 150.0, 300.0, 900.0, 3600.0),
    tones=(0, 1, 3, 5, 7, 8, 9),
    marks=("30 s", "1", "2½", "5", "15", "60"),
    worth=_age,
    words=_age_words,
    last="min",
    each_way=False,
)
PROOF = Shading(
    name="proof",
    title="Proof that the link exists",
    bounds=(5.0 + 1e-9, 20.0 + 1e-9, 40.0 + 1e-9, 60.0 + 1e-9, 80.0 + 1e-9),
    tones=(0, 2, 5, 7, 8, 9),
    marks=("95", "80", "60", "40", "20"),
    worth=_doubt,
    words=_proof_words,
    first="100",
    last="of 100",
    gap=Gap.UNKNOWN,
    each_way=False,
)

SHADINGS = (LOAD, ERRORS, LIGHT, CAPACITY, AGE, PROOF, CLASSIC)
"""In the order of their keys 1…7."""
