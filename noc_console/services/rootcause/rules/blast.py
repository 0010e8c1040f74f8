"""Blast radius: who does not work because of a root."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import TYPE_CHECKING

from noc_console.kernel.money import Money
from noc_console.services.alarms.model import Impact
from noc_console.services.rootcause.model import Held
from noc_console.services.rootcause.rules import words

if TYPE_CHECKING:
    from noc_console.services.rootcause.rules.causes import Causes
    from noc_console.services.rootcause.rules.engine import Correlator

Things = tuple[set[int], set[int]]
"""Boxes that are gone, ports that are down."""


class Radius:
    """What stands behind each root; worked out again only where it changed.

    Devices are those that do not answer behind it, and those nobody manages that are behind it
    as well; the object of the root itself is not counted among them. Managed devices nobody
    asked (unknown) are not, and neither are those that still answer. Customers are those on all
    these devices and on the ports that are down, those of a device that is the root included.
    """

    def __init__(self, engine: Correlator) -> None:
        self._engine = engine
        self._before: dict[int, Things] = {}
        self._told: dict[int, Impact] = {}

    def impacts(self, causes: Causes) -> dict[int, Impact]:
        """By root."""
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
        engine, standing = self._engine, self._engine.standing
        number, root_of = engine.ground.number, engine.root_of
        behind: dict[int, set[int]] = defaultdict(set)
        for device in standing.unreachable:
            alarm = standing.box(device)
            if alarm is not None and device in number:
                behind[root_of(alarm.id) or int(alarm.id)].add(number[device])
        roots: dict[tuple[int, int], int | None] = {}
        for at in engine.ground.unmanaged:  # no alarm tells of them
            if (cause := engine.shade.cause[at]) is None:
                continue
            if cause not in roots:
                alarm = engine.alarm_at(causes, cause)
                roots[cause] = None if alarm is None else root_of(alarm.id) or int(alarm.id)
            if (root := roots[cause]) is not None:
                behind[root].add(at)
        return behind

    def _down(self) -> dict[int, set[int]]:
        engine, standing = self._engine, self._engine.standing
        ports: dict[int, set[int]] = defaultdict(set)
        for port in standing.port_down:
            if (alarm := standing.line(port)) is not None:
                ports[engine.root_of(alarm.id) or int(alarm.id)].add(port)
        for device in standing.olts:
            for alarm in standing.of_device(device):
                port_dark = alarm.about.interface_id
                if alarm.condition == words.PON_DARK and port_dark is not None:
                    ports[engine.root_of(alarm.id) or int(alarm.id)].add(port_dark)
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
