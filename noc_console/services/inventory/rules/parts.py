"""Which parts of a box were exchanged between two inspections, told by their serial numbers."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass

from noc_console.services.inventory.model import Part

MOST_PARTS = 2_000
MOST_CHANGES = 50
"""Told of one inspection; a chassis swapped as a whole is not a thousand events."""
MOST_NEW = 8
"""More places than these at once: we have learned to read the box, nobody has filled it."""


@dataclass(frozen=True, slots=True)
class Change:
    """What happened to one part, in words."""

    part: str
    what: str


def changes(before: Sequence[Part], now: Sequence[Part]) -> tuple[Change, ...]:
    """What was exchanged or put in. Nothing at the first sight of a box.

    A part that is missing is not told as taken out: one table that did not answer looks the
    same. It is told as exchanged when another sits in its place later.
    """
    if not before or not now:
        return ()
    old = {part.place: part for part in before}
    is_learned = sum(part.place not in old for part in now) > MOST_NEW
    found = []
    for part in now:
        known = old.get(part.place)
        if known is None:
            if not is_learned:
                found.append(Change(part.name, f"put in:{_numbered(part)}"))
        elif part.serial and known.serial and part.serial != known.serial:
            found.append(Change(part.name, f"replaced: was{_numbered(known)}, is{_numbered(part)}"))
    return tuple(found[:MOST_CHANGES])


def merged(before: Iterable[Part], now: Iterable[Part]) -> tuple[Part, ...]:
    """What to compare the next inspection with: the newest word on every place."""
    known = {part.place: part for part in before} | {part.place: part for part in now}
    return tuple(known.values())[-MOST_PARTS:]


def written(parts: Iterable[Part]) -> str:
    return json.dumps([asdict(part) for part in parts], ensure_ascii=False)


def read(document: str) -> tuple[Part, ...]:
    """The parts of a document; none when a later version wrote something else."""
    try:
        return tuple(Part(**one) for one in json.loads(document))
    except (ValueError, TypeError):
        return ()


def _numbered(part: Part) -> str:
    words = " ".join(filter(None, (part.model, part.serial)))
    return f" {words}" if words else ""
