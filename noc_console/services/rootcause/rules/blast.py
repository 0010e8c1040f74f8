"""Blast radius: who does not work because of a root."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from noc_console.kernel.money import Money
from noc_console.services.alarms.model import Alarm, Impact
from noc_console.services.rootcause.model import Held
from noc_console.services.rootcause.rules import words
from noc_console.services.rootcause.rules.causes import Causes
from noc_console.services.rootcause.rules.known import Known
from noc_console.services.rootcause.rules.shade import BOX, CABLE, Cause

Things = tuple[set[int], set[int]]
"""Boxes that are gone, ports that are down."""


class Radius:
    """What stands behind each root; worked out again only where it changed.

    Devices are those the root cuts off from the collectors, by the map; the object of the root
    itself is not counted among them. Who still answers counts as well: over a management network
    a device is asked, and its customers have no service all the same. What only several roots
    together cut off is counted at each of them. Customers are those on all these devices and on
    the ports that are down, those of a device that is the root included.
    """

    def __init__(self, engine: Known) -> None:
        self._engine = engine
        self._before: dict[int, Things] = {}
        self._told: dict[int, Impact] = {}

    def impacts(self, causes: Causes) -> dict[int, Impact]:
        """By root; who is cut off is kept as known."""
        behind, ports = self._gone(causes), self._down()
        told: dict[int, Impact] = {}
        before: dict[int, Things] = {}
        for root in behind.keys() | ports.keys():
            things = before[root] = behind.get(root, set()), ports.get(root, set())
            is_same = self._before.get(root) == things
            told[root] = self._told[root] if is_same else self._impact(root, *things)
        self._before, self._told = before, told
        return dict(told)

    def _gone(self, causes: Causes) -> dict[int, set[int]]:
        """The dead by their verdict, and everything that is cut off by everything that cuts it."""
        engine, standing = self._engine, self._engine.standing
        number = engine.ground.number
        behind: dict[int, set[int]] = defaultdict(set)
        for device in standing.unreachable:
            alarm = standing.box(device)
            if alarm is not None and device in number:
                behind[self._root(alarm)].add(number[device])
        shared: dict[int, set[int]] = defaultdict(set)
        for boxes, reasons in self._parts():
            alarms = (engine.alarm_at(causes, cause) for cause in reasons)
            roots = {self._root(alarm) for alarm in alarms if alarm is not None}
            for root in roots:
                behind[root] |= boxes
                if len(roots) > 1:
                    shared[root] |= roots - {root}
        engine.behind, engine.shared = behind, shared
        return behind

    def _root(self, alarm: Alarm) -> int:
        return self._engine.root_of(alarm.id) or int(alarm.id)

    def _parts(self) -> Iterator[tuple[set[int], set[Cause]]]:
        """What hangs together in the shade, and all that stands between it and the light."""
        ground, down, whole = self._engine.ground, self._engine.down, self._engine.shade.whole
        left = {at for at, why in enumerate(whole) if why is not None and why[1] != at}
        left |= {at for at, why in enumerate(whole) if why is not None and why[0] == CABLE}
        while left:
            part = [left.pop()]
            reasons: set[Cause] = set()
            for box in part:  # grows while it is read
                for other, cable in ground.arcs[box]:
                    why = whole[other]
                    if why == (BOX, other):
                        reasons.add(why)
                    elif cable in down:
                        if why is None:
                            reasons.add((CABLE, cable))
                    elif other in left:
                        left.discard(other)
                        part.append(other)
                if (why := whole[box]) is not None:
                    reasons.add(why)
            yield set(part), reasons

    def _down(self) -> dict[int, set[int]]:
        standing = self._engine.standing
        ports: dict[int, set[int]] = defaultdict(set)
        for port in standing.port_down:
            if (alarm := standing.line(port)) is not None:
                ports[self._root(alarm)].add(port)
        for device in standing.olts:
            for alarm in standing.of_device(device):
                port_dark = alarm.about.interface_id
                if alarm.condition == words.PON_DARK and port_dark is not None:
                    ports[self._root(alarm)].add(port_dark)
        return ports

    def _impact(self, root: int, boxes: set[int], ports: set[int]) -> Impact:
        ground, book = self._engine.ground, self._engine.book
        alarm = self._engine.standing.alarms[root]
        devices = {ground.boxes[at].device_id for at in boxes}
        held = [book.devices[one] for one in devices if one in book.devices]
        held += [book.ports[one] for one in book.ports_of(devices) | ports if one in book.ports]
        own = alarm.about.device_id if alarm.about.interface_id is None else None
        return Impact(
            devices=len(devices - {own}),
            customers=sum(one.customers for one in held),
            services=sum(one.services for one in held),
            priority=sum(one.priority for one in held),
            revenue=_revenue(held),
        )


def _revenue(held: Iterable[Held]) -> Money | None:
    """The sum where somebody knows it; of several currencies the one first met, never a mixture."""
    total: Money | None = None
    for one in held:
        if one.revenue is None:
            continue
        if total is None:
            total = one.revenue
        elif total.currency == one.revenue.currency:
            total += one.revenue
    return total
