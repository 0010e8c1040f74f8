"""Who is on call when: the layers of a rota, what overrides them, gaps and double bookings."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import combinations, pairwise

from noc_console.services.oncall.model import (
    NOBODY,
    Clash,
    Override,
    OverrideId,
    Picture,
    Rota,
    Stretch,
    Watch,
)
from noc_console.services.oncall.rules.turns import (
    Piece,
    holiday_on,
    holiday_spans,
    local_day,
    pieces,
    zone_of,
)

MINUTE = timedelta(minutes=1)
AHEAD = timedelta(days=62)
"""How far the next change of duty is looked for."""


def plan(
    rota: Rota, overrides: Iterable[Override], start: datetime, end: datetime
) -> tuple[Stretch, ...]:
    """Who is on call in each moment of a span, as stretches that tile it; gaps are among them."""
    if start >= end:
        return ()
    zone = zone_of(rota.zone)
    own = [o for o in overrides if o.rota_id == rota.id and o.start < end and o.end > start]
    layers = [_Lane(pieces(each, zone, start, end, rota.holidays)) for each in rota.layers]
    edges = {start, end}
    for lane in layers:
        edges.update(lane.edges)
    for override in own:
        edges.update((max(start, override.start), min(end, override.end)))
    if rota.holidays:
        for begins, ends in holiday_spans(rota.holidays, zone, start, end):
            edges.update((max(start, begins), min(end, ends)))
    found = []
    for begins, ends in pairwise(sorted(edges)):
        active = [o for o in own if o.start <= begins < o.end]
        people, at, override_id = _decide([lane.at(begins) for lane in layers], active)
        free = holiday_on(rota.holidays, local_day(begins, zone))
        found.append(
            Stretch(
                begins,
                ends,
                people,
                layer=rota.layers[at].name if at is not None else "",
                override=override_id,
                holiday=free.name if free else "",
            )
        )
    return tuple(_joined(found))


def who(rota: Rota, overrides: Iterable[Override], at: datetime) -> Stretch:
    """Who is on call at a moment."""
    return plan(rota, overrides, at, at + MINUTE)[0]


def watch(rota: Rota, overrides: Iterable[Override], at: datetime) -> Watch:
    """Who is on call now and until when, and who is next."""
    found = plan(rota, overrides, at, at + AHEAD)
    first = found[0]
    until, following = first.end, None
    for stretch in found[1:]:
        if stretch.people != first.people:
            following = stretch
            break
        until = stretch.end
    return Watch(rota, replace(first, end=until), following)


def gaps(stretches: Iterable[Stretch]) -> tuple[Stretch, ...]:
    """When nobody is on call."""
    return tuple(stretch for stretch in stretches if stretch.is_gap)


def doubles(stretches: Iterable[Stretch]) -> tuple[Stretch, ...]:
    """When several are on call at once."""
    return tuple(stretch for stretch in stretches if stretch.is_double)


def clashes(
    rotas: Iterable[Rota], overrides: Sequence[Override], start: datetime, end: datetime
) -> tuple[Clash, ...]:
    """Who is on call in two rotas at once: two phones may ring at the same time."""
    plans = [(rota.name, plan(rota, overrides, start, end)) for rota in rotas]
    return tuple(
        Clash(person, (one, other), max(a.start, b.start), min(a.end, b.end))
        for (one, mine), (other, theirs) in combinations(plans, 2)
        for a in mine
        for b in theirs
        if a.start < b.end and b.start < a.end
        for person in a.people
        if person in b.people
    )


def picture(
    rota: Rota,
    overrides: Sequence[Override],
    start: datetime,
    end: datetime,
    *,
    beside: Iterable[Rota] = (),
) -> Picture:
    """A rota over some time: in the end, by layer, and clashes with the rotas `beside` it."""
    layers = (replace(rota, layers=(layer,)) for layer in rota.layers)
    others = [other for other in beside if other.id != rota.id]
    return Picture(
        rota,
        start,
        end,
        plan(rota, overrides, start, end),
        tuple(plan(alone, (), start, end) for alone in layers),
        tuple(o for o in overrides if o.rota_id == rota.id and o.start < end and o.end > start),
        tuple(clash for other in others for clash in clashes((rota, other), overrides, start, end)),
    )


class _Lane:
    """The duties of one layer, found by their moment."""

    def __init__(self, found: Sequence[Piece]) -> None:
        self._pieces = found
        self._starts = [piece.start for piece in found]
        self._longest = max((p.end - p.start for p in found), default=timedelta())

    @property
    def edges(self) -> Iterator[datetime]:
        for piece in self._pieces:
            yield piece.start
            yield piece.end

    def at(self, moment: datetime) -> tuple[int, ...]:
        last = bisect_right(self._starts, moment)
        first = bisect_right(self._starts, moment - self._longest - timedelta(seconds=1))
        on = (piece.person for piece in self._pieces[first:last] if piece.end > moment)
        return tuple(dict.fromkeys(on))


def _decide(
    layers: Sequence[tuple[int, ...]], active: Sequence[Override]
) -> tuple[tuple[int, ...], int | None, OverrideId | None]:
    """The people, the layer they come from and the override that had a say.

    The newest override counts. One for everybody comes before the layers; one for a person
    goes with that person through all layers, also when a stand-in falls out in turn.
    """
    newest = sorted(active, key=lambda each: each.id, reverse=True)
    for override in newest:
        if override.instead_of == NOBODY and override.person != NOBODY:
            return (override.person,), None, override.id
    standing_in: dict[int, Override] = {}
    for override in newest:
        if override.instead_of != NOBODY:
            standing_in.setdefault(override.instead_of, override)
    for at, people in enumerate(layers):
        left, said = [], None
        for person in people:
            someone, override_id = _instead(person, standing_in)
            said = said or override_id
            if someone != NOBODY:
                left.append(someone)
        if left:
            return tuple(dict.fromkeys(left)), at, said
    last = next((each.id for each in newest), None)
    return (), None, last


def _instead(person: int, standing_in: dict[int, Override]) -> tuple[int, OverrideId | None]:
    seen, said = {person}, None
    while (override := standing_in.get(person)) is not None:
        said = said or override.id
        person = override.person
        if person in seen or person == NOBODY:
            break
        seen.add(person)
    return person, said


def _joined(found: Iterable[Stretch]) -> Iterator[Stretch]:
    """Neighbours that differ in nothing are one."""
    last: Stretch | None = None
    for stretch in found:
        if last is not None and replace(last, start=stretch.start, end=stretch.end) == stretch:
            last = replace(last, end=stretch.end)
            continue
        if last is not None:
            yield last
        last = stretch
    if last is not None:
        yield last
