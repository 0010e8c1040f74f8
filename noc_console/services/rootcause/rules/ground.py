"""The network as numbers. Boxes in the order of their ids, so that ties end the same every time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from noc_console.services.inventory.model import DeviceType
from noc_console.services.rootcause.model import Box, Cable, Network, Plug

A_DOWN, B_DOWN = 1, 2
"""Which end of a cable says that it is down, as bits."""


@dataclass(frozen=True, slots=True)
class Ground:
    """Boxes and the cables between them; computed once for each change of the network."""

    boxes: tuple[Box, ...]
    cables: tuple[Cable, ...]
    number: dict[int, int]
    """Of a device, by its id."""
    a: list[int]
    b: list[int]
    arcs: list[list[tuple[int, int]]]
    """For each box whom it has a cable to, and by which: (box, cable)."""
    near: list[list[int]]
    """The boxes beside each box, without the cables."""
    by_port: dict[int, list[int]]
    """Cables that end at a port."""
    island: list[int]
    """Which part of the network a box is in when everything works."""
    core: frozenset[int]
    """In each island where the collectors are taken to be as long as nobody knows better."""
    vantage: frozenset[int]
    by_site: dict[int, list[int]]
    islands: int
    zoned: tuple[int, ...]
    """Boxes that are in no common zone."""

    def other(self, cable: int, box: int) -> int:
        """The far end of a cable."""
        return self.b[cable] if self.a[cable] == box else self.a[cable]

    def plug(self, cable: int, box: int) -> Plug:
        """The end of a cable at a box."""
        return self.cables[cable].a if self.a[cable] == box else self.cables[cable].b

    def bit(self, cable: int, box: int) -> int:
        """The bit of the end at a box."""
        return A_DOWN if self.a[cable] == box else B_DOWN


def survey(network: Network) -> Ground:
    """A network as ground; cables to devices nobody knows are left out."""
    boxes = tuple(sorted(network.boxes, key=lambda box: box.device_id))
    number = {box.device_id: at for at, box in enumerate(boxes)}
    cables = tuple(sorted(_carrying(network.cables, number), key=_order))
    a = [number[cable.a.device_id] for cable in cables]
    b = [number[cable.b.device_id] for cable in cables]
    arcs: list[list[tuple[int, int]]] = [[] for _ in boxes]
    by_port: dict[int, list[int]] = defaultdict(list)
    for at, cable in enumerate(cables):
        arcs[a[at]].append((b[at], at))
        arcs[b[at]].append((a[at], at))
        for plug in (cable.a, cable.b):
            if plug.port is not None:
                by_port[plug.port].append(at)
    near = [sorted({other for other, _ in arc}) for arc in arcs]
    island, count = _islands(near)
    by_site: dict[int, list[int]] = defaultdict(list)
    for at, box in enumerate(boxes):
        if box.site_id is not None:
            by_site[box.site_id].append(at)
    return Ground(
        boxes=boxes,
        cables=cables,
        number=number,
        a=a,
        b=b,
        arcs=arcs,
        near=near,
        by_port=dict(by_port),
        island=island,
        core=_core(boxes, near, island, count),
        vantage=frozenset(number[one] for one in network.vantage if one in number),
        by_site=dict(by_site),
        islands=count,
        zoned=tuple(at for at, box in enumerate(boxes) if box.zone),
    )


def _order(cable: Cable) -> tuple[int, int, int, int]:
    return (cable.a.device_id, cable.b.device_id, cable.a.port or 0, cable.b.port or 0)


def _carrying(cables: Iterable[Cable], known: dict[int, int]) -> Iterable[Cable]:
    """Cables a packet takes. Who talks to whom counts only where nothing better is known."""
    whole = [
        cable
        for cable in cables
        if cable.a.device_id in known
        and cable.b.device_id in known
        and cable.a.device_id != cable.b.device_id
    ]
    wired = {
        plug.device_id for cable in whole if not cable.is_logical for plug in (cable.a, cable.b)
    }
    for cable in whole:
        ends = {cable.a.device_id, cable.b.device_id}
        if not cable.is_logical or not ends <= wired:
            yield cable


def _islands(near: list[list[int]]) -> tuple[list[int], int]:
    island = [-1] * len(near)
    count = 0
    for start in range(len(near)):
        if island[start] >= 0:
            continue
        island[start] = count
        found = [start]
        for box in found:  # grows while it is read
            for other in near[box]:
                if island[other] < 0:
                    island[other] = count
                    found.append(other)
        count += 1
    return island, count


def _core(
    boxes: tuple[Box, ...], near: list[list[int]], island: list[int], count: int
) -> frozenset[int]:
    """As on the map (`topology.rules.web.core`): routers with a cable to another site; failing
    these, routers; and where they are none or half of all, the box with the most neighbours."""
    members: list[list[int]] = [[] for _ in range(count)]
    for at, part in enumerate(island):
        members[part].append(at)
    chosen: list[int] = []
    for part_of in members:
        routers = [at for at in part_of if boxes[at].type is DeviceType.ROUTER]
        backbone = [
            at for at in routers if any(_is_away(boxes[at], boxes[other]) for other in near[at])
        ]
        above = backbone or routers
        if not 0 < 2 * len(above) < len(part_of):
            above = [max(part_of, key=lambda at: (len(near[at]), -at))]
        chosen += above
    return frozenset(chosen)


def _is_away(here: Box, there: Box) -> bool:
    return bool(here.site_id and there.site_id and here.site_id != there.site_id)
