"""Who is cut off from the collectors, and by what.

Light falls from where the collectors stand through every box that is not dead and every cable
nobody calls down. A dead box in the light is dead itself: a way leads to its door. What is dead
in the shade stands behind the nearest thing that stops the light.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from noc_console.services.rootcause.rules.ground import Ground

BOX, CABLE, NOBODY = 0, 1, 2
Cause = tuple[int, int]
"""(BOX, its number), (CABLE, its number), or (NOBODY, its number): something without an alarm."""


@dataclass(frozen=True, slots=True)
class Scene:
    """What the alarms say of boxes and cables. Numbers are the ground's."""

    dead: frozenset[int] = frozenset()
    """They have an alarm that they do not answer."""
    silent: frozenset[int] = frozenset()
    """They do not answer, and no alarm says so."""
    lit: Collection[int] = frozenset()
    """They answer, by the last word of whoever asks them."""
    down: Mapping[int, int] | None = None
    """Cables that are down, with the ends that say so."""


@dataclass(frozen=True, slots=True)
class Shade:
    """For each box its cause, None for those in the light; and the step towards it."""

    cause: list[Cause | None]
    via: dict[int, tuple[int, int]]
    """From a box in the shade the next box towards the cause, and the cable to it."""
    next_at: datetime | None = None
    """When a box that still counts as answering will be taken at its word."""
    proven: frozenset[int] = frozenset()
    """Boxes behind a cause that answer all the same: they have a way of their own."""
    whole: list[Cause | None] = field(default_factory=list)
    """The causes as the map alone has them, whoever answers; for who is cut off from the core."""

    def is_lit(self, box: int) -> bool:
        """Whether the light reaches it."""
        return self.cause[box] is None


Since = Callable[[Cause], datetime | None]
"""When a cause was first told of."""


def cast(ground: Ground, scene: Scene, *, since: Since, now: datetime, settle: timedelta) -> Shade:
    """The shade all dead boxes and cut cables cast together."""
    down = scene.down or {}
    if not scene.dead and not scene.silent and not down:
        return Shade([None] * len(ground.boxes), {}, whole=[None] * len(ground.boxes))
    lit = scene.lit if isinstance(scene.lit, (set, frozenset)) else frozenset(scene.lit)
    blocked = scene.dead | scene.silent
    closed = _closed(ground, down)
    parts, starts = _parts(ground, blocked, closed)
    proven: frozenset[int] = frozenset()
    chosen = _lit_parts(ground, parts, starts, blocked, lit)
    whole: list[Cause | None] | None = None
    while True:
        light = [part in chosen for part in parts]
        shade = _Casting(ground, scene, down, light).cast()
        whole = whole or shade.cause
        doubtful = [at for at in lit if not light[at] and at not in blocked]
        sure, later = _sure(doubtful, shade.cause, since, now, settle)
        if not sure:
            return Shade(shade.cause, shade.via, later, proven, whole)
        proven |= frozenset(sure)
        chosen |= {parts[at] for at in sure}


def _sure(
    doubtful: Iterable[int],
    cause: list[Cause | None],
    since: Since,
    now: datetime,
    settle: timedelta,
) -> tuple[list[int], datetime | None]:
    """Who has answered for long enough after what should have cut it off; and when others will."""
    sure, later = [], None
    known: dict[Cause | None, datetime | None] = {}
    for at in doubtful:
        why = cause[at]
        if why not in known:
            known[why] = None if why is None else since(why)
        began = known[why]
        if began is None or began + settle <= now:
            sure.append(at)
        elif later is None or began + settle < later:
            later = began + settle
    return sure, later


def _closed(ground: Ground, down: Mapping[int, int]) -> dict[int, set[int]]:
    """For each box the neighbours that no open cable leads to."""
    touched: dict[int, set[int]] = defaultdict(set)
    for cable in down:
        touched[ground.a[cable]].add(ground.b[cable])
        touched[ground.b[cable]].add(ground.a[cable])
    closed: dict[int, set[int]] = {}
    for box, others in touched.items():
        open_to = {other for other, cable in ground.arcs[box] if cable not in down}
        if gone := others - open_to:
            closed[box] = gone
    return closed


def _parts(
    ground: Ground, blocked: frozenset[int], closed: dict[int, set[int]]
) -> tuple[list[int], list[int]]:
    """What hangs together without the blocked boxes and the cables that are down.

    The part of each box (-1: blocked) and the first box of each part.
    """
    near = ground.near
    part_of = [-2] * len(near)
    for at in blocked:
        part_of[at] = -1
    starts: list[int] = []
    for start in range(len(near)):
        if part_of[start] != -2:
            continue
        part = part_of[start] = len(starts)
        starts.append(start)
        found = [start]
        for box in found:  # grows while it is read
            shut = closed.get(box)
            for other in near[box]:
                if part_of[other] == -2 and (shut is None or other not in shut):
                    part_of[other] = part
                    found.append(other)
    return part_of, starts


def _lit_parts(
    ground: Ground,
    parts: list[int],
    starts: list[int],
    blocked: frozenset[int],
    lit: Collection[int],
) -> set[int]:
    """The parts the collectors stand in.

    Where it is known what they hang on: those. Else of each island the part with most of the
    core, among these with most boxes that answer. A zone has collectors of its own, so the part
    with most of its answering boxes is lit as well.
    """
    chosen = {parts[at] for at in ground.vantage if at not in blocked}
    told = {ground.island[at] for at in ground.vantage}
    if len(told) == ground.islands:
        return chosen
    alive = Counter(map(parts.__getitem__, lit))
    core = Counter(parts[at] for at in ground.core if at not in blocked)
    best: dict[int, tuple[tuple[int, int, int], int]] = {}
    for part in alive.keys() | core.keys():  # who is not asked is not down: its core is lit
        island = ground.island[starts[part]]
        many = alive[part]
        rank = (core[part] if many else 0, many, -starts[part])
        if part >= 0 and island not in told and (island not in best or rank > best[island][0]):
            best[island] = rank, part
    chosen.update(part for _, part in best.values())
    for (island, _), counts in _zones(ground, parts, lit).items():
        if island not in told:
            chosen.add(max(counts, key=lambda part: (counts[part], -starts[part])))
    return chosen


def _zones(
    ground: Ground, parts: list[int], lit: Collection[int]
) -> dict[tuple[int, int], Counter[int]]:
    """Of each island and zone, how many answering boxes each part has."""
    found: dict[tuple[int, int], Counter[int]] = defaultdict(Counter)
    for at in ground.zoned:
        if at in lit:
            found[ground.island[at], ground.boxes[at].zone][parts[at]] += 1
    return found


class _Casting:
    """One walk from the edge of the light into the shade, nearest first."""

    def __init__(
        self,
        ground: Ground,
        scene: Scene,
        down: Mapping[int, int],
        light: list[bool],
    ) -> None:
        self._ground = ground
        self._dead = scene.dead
        self._blocked = scene.dead | scene.silent
        self._down = down
        self._light = light
        self.cause: list[Cause | None] = [None] * len(light)
        self.via: dict[int, tuple[int, int]] = {}
        self._dark = {at for at, is_lit in enumerate(light) if not is_lit}

    def cast(self) -> Shade:
        """Every box in the shade gets the nearest cause."""
        wave = self._edge()
        while wave or self._dark:
            self._spread(wave)
            wave = self._over_cuts()
            if not wave:
                break
        return Shade(self.cause, self.via)

    def _own(self, box: int) -> Cause:
        return (BOX if box in self._dead else NOBODY, box)

    def _edge(self) -> list[int]:
        """Dead boxes with light at their door, and where the light itself should come from."""
        ground, light = self._ground, self._light
        is_light, near = light.__getitem__, ground.near
        found = {
            at: self._own(at)
            for at in self._dark & self._blocked
            if any(map(is_light, near[at])) and self._is_touched(at)
        }
        told = {ground.island[at] for at in ground.vantage}
        anchors = ground.vantage | {at for at in ground.core if ground.island[at] not in told}
        shining = {ground.island[at] for at in anchors if light[at]}
        for at in anchors & self._blocked:
            if ground.island[at] not in shining:
                found[at] = self._own(at)
        return self._keep(found)

    def _is_touched(self, box: int) -> bool:
        """A lit neighbour whose cable to it is up, or who alone says that it is down."""
        for other, cable in self._ground.arcs[box]:
            if self._light[other]:
                bits = self._down.get(cable, 0)
                if not bits or (box in self._dead and bits == self._ground.bit(cable, other)):
                    return True
        return False

    def _spread(self, wave: list[int]) -> None:
        """As far as open cables go, step by step.

        Boxes come in the order of their causes and are passed on in it, so that of two causes
        equally near the first always wins.
        """
        arcs, dark, down = self._ground.arcs, self._dark, self._down
        cause, via = self.cause, self.via
        for box in wave:  # grows while it is read
            why = cause[box]
            for other, cable in arcs[box]:
                if other in dark and cable not in down:
                    dark.discard(other)
                    cause[other] = why
                    via[other] = box, cable
                    wave.append(other)

    def _over_cuts(self) -> list[int]:
        """One step over cables that are down, from the light or from what is explained already."""
        found: dict[int, Cause] = {}
        ground = self._ground
        for cable, bits in self._down.items():
            for box in (ground.a[cable], ground.b[cable]):
                other = ground.other(cable, box)
                if box in self._dark or other not in self._dark:
                    continue
                alone = bits == ground.bit(cable, box) and other in self._dead
                why: Cause = (BOX, other) if alone else (CABLE, cable)
                step = self.via.get(other)
                if other not in found or (why, cable) < (found[other], step[1] if step else -1):
                    found[other], self.via[other] = why, (box, cable)
        return self._keep(found)

    def _keep(self, found: Mapping[int, Cause]) -> list[int]:
        """The boxes found, in the order of their causes."""
        for box, why in found.items():
            self.cause[box] = why
        self._dark -= found.keys()
        return sorted(found, key=lambda box: (found[box], box))
