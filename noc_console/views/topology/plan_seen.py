"""What a site plan shows, put together off the UI thread."""

from __future__ import annotations

from dataclasses import dataclass

from noc_console.kernel.text import plural
from noc_console.services.alarms.model import Severity
from noc_console.services.facilities.model import SitePlan
from noc_console.services.inventory.model import DeviceId
from noc_console.services.topology.model import Graph, Node, Place
from noc_console.views.topology.plan_floor import RackLoad, room_facts
from noc_console.views.topology.scene import LOOK_DOWN, look_of, severity_of

NO_LOAD = RackLoad(0, 0, Severity.CLEARED, 0)


@dataclass(frozen=True, slots=True)
class Seen:
    """Everything a plan shows, put together off the UI thread."""

    places: tuple[Place, ...]
    plan: SitePlan
    nodes: dict[DeviceId, Node]
    loads: dict[int, RackLoad]


def seen(network: Graph, plan: SitePlan) -> Seen:
    """The plan with the devices of its site, those mounted here, and how racks are. Pure."""
    mounted = {mount.device_id for mount in plan.mounts}
    nodes = {
        node.device_id: node
        for node in network.nodes
        if node.site_id == plan.site_id or node.device_id in mounted
    }
    filled: dict[int, set[int]] = {}
    inside: dict[int, list[Node]] = {}
    for mount in plan.mounts:
        filled.setdefault(mount.rack_id, set()).update(range(mount.unit, mount.top + 1))
        if mount.device_id in nodes:
            inside.setdefault(mount.rack_id, []).append(nodes[mount.device_id])
    loads = {
        rack: RackLoad(
            len(units),
            len(inside.get(rack, ())),
            max((severity_of(look_of(n)) for n in inside.get(rack, ())), default=Severity.CLEARED),
            sum(look_of(node) == LOOK_DOWN for node in inside.get(rack, ())),
        )
        for rack, units in filled.items()
    }
    return Seen(network.places, plan, nodes, loads)


def facts(known: Seen) -> str:
    """`2 rooms · 13 racks · 9 of 546 U filled`, or the one room's figures."""
    plan = known.plan
    if not plan.rooms:
        return ""
    units = sum(rack.units for rack in plan.racks)
    used = sum(load.used for load in known.loads.values())
    told = [plural(len(plan.racks), "rack"), f"{used} of {units} U filled"]
    if len(plan.rooms) == 1:
        return " · ".join((room_facts(plan.rooms[0]), *told))
    return " · ".join((plural(len(plan.rooms), "room"), *told))
