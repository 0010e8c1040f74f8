"""Blast radius: who does not work because of a root."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import TYPE_CHECKING

from noc_console.kernel.money import Money
from noc_console.services.alarms.model import Alarm, Impact
from noc_console.services.rootcause.model import Held
from noc_console.services.rootcause.rules import words

if TYPE_CHECKING:
    from noc_console.services.rootcause.rules.causes import Causes
    from noc_console.services.rootcause.rules.engine import Correlator


def impacts(engine: Correlator, causes: Causes) -> dict[int, Impact]:
    """Of each root that takes something else with it: what stands behind it.

    Devices are those that do not answer behind it, and those nobody manages that are behind it
    as well; the object of the root itself is not counted among them. Managed devices nobody
    asked (unknown) are not, and neither are those that still answer. Customers are those on all
    these devices and on the ports that are down, those of a device that is the root included.
    """
    behind: dict[int, set[int]] = defaultdict(set)
    ports: dict[int, set[int]] = defaultdict(set)
    _cut_off(engine, causes, behind)
    for alarm in engine.standing.alarms.values():
        root = engine.root_of(alarm.id) or int(alarm.id)
        port = alarm.about.interface_id
        if port is not None and _is_of_port(engine, alarm):
            ports[root].add(port)
        elif (box := _dead_box(engine, alarm)) is not None:
            behind[root].add(box)
    told = {}
    for root in behind.keys() | ports.keys():
        if root in engine.standing.alarms:
            told[root] = _impact(engine, root, behind.get(root, set()), ports.get(root, set()))
    return told


def _is_of_port(engine: Correlator, alarm: Alarm) -> bool:
    return (
        alarm is engine.standing.line(alarm.about.interface_id)
        and alarm.about.interface_id in engine.standing.port_down
    ) or (alarm.condition == words.PON_DARK)


def _dead_box(engine: Correlator, alarm: Alarm) -> int | None:
    device = alarm.about.device_id
    if device not in engine.standing.unreachable or alarm is not engine.standing.box(device):
        return None
    return engine.ground.number.get(device)


def _cut_off(engine: Correlator, causes: Causes, behind: dict[int, set[int]]) -> None:
    """Devices in the shade nobody manages: no alarm tells of them."""
    roots: dict[tuple[int, int], int | None] = {}
    for at, cause in enumerate(engine.shade.cause):
        if cause is None or engine.ground.boxes[at].is_managed:
            continue
        if cause not in roots:
            alarm = engine.alarm_at(causes, cause)
            roots[cause] = None if alarm is None else engine.root_of(alarm.id) or int(alarm.id)
        if (root := roots[cause]) is not None:
            behind[root].add(at)


def _impact(engine: Correlator, root: int, boxes: set[int], ports: set[int]) -> Impact:
    ground, book = engine.ground, engine.book
    alarm = engine.standing.alarms[root]
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
