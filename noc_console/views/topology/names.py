"""Who is named where: decided once per zoom, so that names stay while the map is panned."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from noc_console.views.topology.camera import Camera
from noc_console.views.topology.scene import LOOK_UP, Scene
from noc_console.views.topology.sites import Title

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

NAME_LIMIT = 400
TRIES = 1500
"""So many devices are asked for their name in one picture; the rest waits for a closer look."""
CROWD = 150
"""With more small devices than this in view only those that matter are named."""
AIR = 110
"""Devices this far outside, in pixels, still reach in with their names."""
CELL = 6
AT_ONCE = 30
"""Names placed between two chances to do something else."""
UNDECIDED, PLACED, REFUSED = 0, 1, 2


@dataclass(slots=True)
class Plan:
    """What was decided for the whole picture; parts that scroll in follow it."""

    scale: float
    devices: int
    is_thin: bool = False
    """Links are hard thin lines."""
    is_plain: bool = False
    """Links of unknown load are lines without dots."""
    is_sparse: bool = False
    """Only devices that matter are named."""
    lit: Ints | None = None
    """On a dimmed map the devices that are not; None when nothing is dimmed."""
    state: NDArray[np.int8] = field(init=False)
    spot: Floats = field(init=False)
    """From the device to the middle of its name, in the widget's pixels."""
    titles: dict[int, Title | None] = field(default_factory=dict)
    """Of sites, by number, as if the camera stood at (0, 0)."""

    def __post_init__(self) -> None:
        self.state = np.zeros(self.devices, np.int8)
        self.spot = np.zeros((self.devices, 2))

    def fits(self, scene: Scene, camera: Camera) -> bool:
        """Whether a part may be drawn with it."""
        return self.scale == camera.scale and self.devices == len(scene.nodes)


class Room:
    """Which parts of a rectangle are written on, in cells of a few pixels."""

    def __init__(self, left: float, top: float, width: float, height: float) -> None:
        rows, columns = (int(extent + 2 * AIR) // CELL + 4 for extent in (height, width))
        self._left, self._top = left - AIR, top - AIR
        self._cells = np.zeros((rows, columns), bool)

    def _box(self, left: float, top: float, right: float, bottom: float) -> Bools:
        return self._cells[
            max(0, int(top - self._top) // CELL + 1) : max(0, int(bottom - self._top) // CELL + 2),
            max(0, int(left - self._left) // CELL + 1) : max(
                0, int(right - self._left) // CELL + 2
            ),
        ]

    def take(self, left: float, top: float, right: float, bottom: float) -> None:
        self._box(left, top, right, bottom)[...] = True

    def take_squares(self, at: Floats, half: float) -> None:
        """Squares around points, all at once."""
        rows, columns = self._cells.shape
        low = ((at - half - (self._left, self._top)) // CELL).astype(np.int64) + 1
        wide = int(2 * half // CELL) + 2
        low = low[
            (low[:, 0] >= 0)
            & (low[:, 1] >= 0)
            & (low[:, 0] + wide < columns)
            & (low[:, 1] + wide < rows)
        ]
        for down in range(wide):
            for across in range(wide):
                self._cells[low[:, 1] + down, low[:, 0] + across] = True

    def try_take(self, left: float, top: float, right: float, bottom: float) -> bool:
        box = self._box(left, top, right, bottom)
        if not box.size or box.any():
            return False
        box[...] = True
        return True


def urgency(looks: Ints) -> Ints:
    """0 for calm, more for worse; unknown and unmanaged are calm."""
    return np.asarray(np.where((looks > LOOK_UP) & (looks <= 6), looks, 0))


def is_loud(scene: Scene, numbers: Ints) -> Bools:
    """Whose names are written bright: the backbone's, and those in trouble."""
    return np.asarray((scene.rank[numbers] == 0) | (urgency(scene.look[numbers]) > 0))


def wanted(scene: Scene, seen: Ints, size: float, plan: Plan) -> Ints:
    """Whom to name, the most wanted first: trouble, then the backbone, then the rest."""
    open_ = seen[plan.state[seen] == UNDECIDED]
    urgent = urgency(scene.look[open_])
    order = np.lexsort((scene.rank[open_], -urgent))
    ordered = open_[order]
    if size < 20.0 and plan.is_sparse:
        keen = (scene.rank[ordered] <= 1) | (urgent[order] > 1)
        ordered = ordered[keen]
    return np.asarray(ordered[:TRIES])


def place(
    widths: Iterator[float], at: Floats, reach: Floats, numbers: Ints, room: Room, plan: Plan
) -> Iterator[None]:
    """Give names their spots, a few at a time; `at` and `reach` are by rank in `numbers`."""
    placed = 0
    for tried, (number, wide) in enumerate(zip(numbers.tolist(), widths, strict=False)):
        if placed >= NAME_LIMIT:
            break
        plan.state[number] = REFUSED
        here = at[tried]
        for x, y in spots(here, float(reach[tried]), wide / 2):
            if room.try_take(x - wide / 2, y - 5, x + wide / 2, y + 5):
                plan.state[number] = PLACED
                plan.spot[number] = x - here[0], y - here[1]
                placed += 1
                break
        if tried % AT_ONCE == AT_ONCE - 1:
            yield


def spots(at: Floats, reach: float, wide: float) -> Iterator[tuple[float, float]]:
    """Where a device's name may stand, the best first: below, right, left, above."""
    x, y = float(at[0]), float(at[1])
    yield x, y + reach + 9.0
    yield x + reach + wide + 4.0, y
    yield x - reach - wide - 4.0, y
    yield x, y - reach - 9.0
