"""A network as other programs know it: devices and links by name, and where they stand.

The same values leave (`of`) and come in (`reading`), so that what one console wrote another
one reads.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from noc_console.kernel.text import visible
from noc_console.services.inventory.model import DeviceType
from noc_console.services.topology.model import Arranged, Edge, Node

LONGEST = 255
"""Characters of a text from a file."""


@dataclass(frozen=True, slots=True)
class Item:
    """A device. `key` is how links of the same document name it."""

    key: str
    name: str
    type: DeviceType = DeviceType.OTHER
    address: str = ""
    vendor: str = ""
    model: str = ""
    serial: str = ""
    site: str = ""
    latitude: float | None = None
    """Degrees north, WGS 84."""
    longitude: float | None = None
    x: float | None = None
    """Map units; y grows downwards."""
    y: float | None = None
    state: str = ""
    """`up`, `down` or `unknown`."""
    severity: str = ""


@dataclass(frozen=True, slots=True)
class Tie:
    """A link between two items, by their keys."""

    a: str
    b: str
    a_port: str = ""
    b_port: str = ""
    speed_bps: int = 0
    state: str = ""
    ab_bps: float | None = None
    """Bit/s from `a` to `b`, and back."""
    ba_bps: float | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """Everything one file holds."""

    items: tuple[Item, ...] = ()
    ties: tuple[Tie, ...] = ()
    title: str = ""
    problems: tuple[str, ...] = field(default=())
    """What a reader could not use, in words for people."""


def of(arranged: Arranged, title: str) -> Document:
    """The map as a document: as it is drawn, collapsed groups as one item."""
    sites = {place.site_id: place for place in arranged.graph.places}

    def item(node: Node) -> Item:
        at = arranged.positions.get(node.device_id)
        place = sites.get(node.site_id) if node.site_id is not None else None
        return Item(
            key=str(int(node.device_id)),
            name=node.name,
            type=node.type,
            address=node.address,
            site=node.site,
            latitude=place.latitude if place else None,
            longitude=place.longitude if place else None,
            x=at.x if at else None,
            y=at.y if at else None,
            state=node.reachability.value,
            severity=node.severity.name.lower(),
        )

    def tie(edge: Edge) -> Tie:
        return Tie(
            a=str(int(edge.a.device_id)),
            b=str(int(edge.b.device_id)),
            a_port=edge.a.port,
            b_port=edge.b.port,
            speed_bps=edge.speed_bps,
            state=edge.load.state.value,
            ab_bps=edge.load.ab_bps,
            ba_bps=edge.load.ba_bps,
        )

    return Document(
        tuple(map(item, arranged.graph.nodes)), tuple(map(tie, arranged.graph.edges)), title
    )


def clean(value: object) -> str:
    """A text from a file: one line, bounded, control characters as symbols."""
    return visible(str(value), limit=LONGEST).strip() if value not in (None, "") else ""


def degrees(value: object, most: float) -> float | None:
    """A coordinate, or None for what is none."""
    try:
        number = float(str(value))
    except ValueError:
        return None
    return number if -most <= number <= most else None


def bits(value: object) -> int:
    """A speed in bit/s, 0 for what is none."""
    try:
        number = float(str(value))
    except ValueError:
        return 0
    return int(number) if 0 < number < 1e15 else 0


_TYPES = (
    (("firewall", "asa", "fortigate", "palo"), DeviceType.FIREWALL),
    (("olt",), DeviceType.OLT),
    (("wireless", "wifi", "access point", "wlan"), DeviceType.WIRELESS),
    (("server", "hypervisor", "host"), DeviceType.SERVER),
    (("ups", "pdu", "power"), DeviceType.POWER),
    (("router", "core", "edge", "border", "pe", "bng", "bras"), DeviceType.ROUTER),
    (
        ("switch", "access", "distribution", "aggregation", "leaf", "spine", "network"),
        DeviceType.SWITCH,
    ),
)


def type_of(words: str) -> DeviceType:
    """A device's type from another program's word for its role."""
    told = words.lower().replace("_", " ").replace("-", " ")
    for exact in DeviceType:
        if told == exact.value:
            return exact
    for signs, kind in _TYPES:
        if any(sign in told.split() or (len(sign) > 4 and sign in told) for sign in signs):
            return kind
    return DeviceType.OTHER
