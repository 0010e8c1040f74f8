"""What choosing a row of an analysis means, and where things are on the canvas."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from noc_console.services.inventory.model import DeviceId, LinkId
from noc_console.services.topology.model import Edge, Node
from noc_console.views.topology.marks import Mark, Marks


@dataclass(frozen=True, slots=True)
class AtDevice:
    """Fly to a device."""

    device_id: DeviceId


@dataclass(frozen=True, slots=True)
class AtLink:
    """Bring both ends of a link into view."""

    link_id: LinkId
    a: DeviceId
    b: DeviceId


@dataclass(frozen=True, slots=True)
class Ask:
    """Another analysis, by its word in a route."""

    word: str
    value: str = ""


@dataclass(frozen=True, slots=True)
class Lit:
    """What an analysis sets off, by what it is and not by where the canvas has it."""

    devices: dict[DeviceId, Mark] = field(default_factory=dict)
    links: dict[LinkId, Mark] = field(default_factory=dict)
    dim: bool = True


@dataclass(frozen=True, slots=True)
class Placed:
    """Where the canvas shows each device and link: in a group or bundle where it is folded."""

    devices: dict[DeviceId, int]
    links: dict[LinkId, int]

    def marks(self, lit: Lit) -> Marks:
        """The same for the canvas. What stands for several bears the mark that came first."""
        devices: dict[int, Mark] = {}
        for device, mark in lit.devices.items():
            if (at := self.devices.get(device)) is not None:
                devices.setdefault(at, mark)
        links: dict[int, Mark] = {}
        for link, mark in lit.links.items():
            if (at := self.links.get(link)) is not None:
                links.setdefault(at, mark)
        return Marks(devices, links, lit.dim and bool(devices or links))


def placed(nodes: Sequence[Node], edges: Sequence[Edge]) -> Placed:
    """Where everything is; for a thread, a large map takes some milliseconds."""
    devices: dict[DeviceId, int] = {}
    for at, node in enumerate(nodes):
        devices[node.device_id] = at
        for member in node.members:
            devices[member] = at
    links: dict[LinkId, int] = {}
    for at, edge in enumerate(edges):
        links[edge.link_id] = at
        for part in edge.parts:
            links[part.link_id] = at
    return Placed(devices, links)
