"""Where the ports of a box sit on its front: worked out from their names, as people label them.

Ports of one slot and one kind form a block; a block with many ports has two rows, the first
port above the second, as on nearly every switch.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from noc_console.services.inventory.model import Interface

CELL_W, CELL_H, GAP = 27.0, 22.0, 3.0
BLOCK_GAP = 14.0
LINE_GAP = 12.0
LABEL_W = 46.0
ONE_ROW = 4
"""Ports up to which a block has one row."""
MOST_PORTS = 2_000

_PHYSICAL = frozenset((6, 7, 18, 19, 30, 37, 39, 49, 56, 62, 69, 71, 94, 96, 97, 117, 169, 171))
_OPTICAL = frozenset((195, 196, 199, 208, 209, 250, 294))
_RADIO, _FIBRE = 71, frozenset((39, 56, 171, 195, 196, 199, 250, 294))
_LOGICAL = re.compile(
    r"(?i)^(vlan|vl\d|irb|lo\d*$|loopback|bridge|br[-\d]|veth|docker|dummy|tun|tap|null|po\d|"
    r"port-?channel|ae\d|bond|lag|trk|eth-trunk|trunk|bundle|vxlan|virtual|vmbr|bdi|nve|"
    r"stack|cpu|inloop|vme|sit|gre|ppp|l2tp|wg|mpls|internal|management0?/0/0\.)"
)
_SUBINTERFACE = re.compile(r"\d[.](?:\d+)$|\.\d+$")
_LANE = re.compile(r"(?<=\d):(\d{1,3})$")
_GIGS = re.compile(r"(?i)^(?:\d+g(?:ig\w*|e)?|\d+gbase\w*)(?=\d|[/ -])")
_CAGE = re.compile(
    r"(?i)^(sfp|qsfp|xe|te|tengig|twentyfive|tw|fo|forty|fif|hu|hundred|fourhun|et-|xg|\d+ge)"
)


class Shape(Enum):
    """What the socket looks like."""

    COPPER = "copper"
    CAGE = "cage"
    WIDE = "wide"
    RADIO = "radio"


@dataclass(frozen=True, slots=True)
class Socket:
    """One port in its place, in device-independent pixels."""

    interface_id: int
    label: str
    shape: Shape
    x: float
    y: float
    width: float = CELL_W
    height: float = CELL_H


@dataclass(frozen=True, slots=True)
class Frame:
    """What belongs to one slot or stack member, with its name."""

    label: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Front:
    """The whole front."""

    sockets: tuple[Socket, ...]
    frames: tuple[Frame, ...]
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Place:
    """What a name tells: slot, block, and number within."""

    slot: tuple[int, ...]
    word: str
    number: int
    sub: int = -1

    @property
    def label(self) -> str:
        return str(self.number) if self.sub < 0 else f"{self.number}:{self.sub}"


def place_of(name: str) -> Place:
    """`GigabitEthernet1/0/24` → slot 1/0, number 24; `10GE2/0/1`; `xe-0/0/3:1`; `sfp-sfpplus2`."""
    bare = _GIGS.sub("ge", name.strip(), count=1)
    lane = _LANE.search(bare)
    sub = int(lane[1]) if lane else -1
    bare = bare[: lane.start()] if lane else bare
    numbers = [int(part[:9]) for part in re.findall(r"\d+", bare)]
    word = re.sub(r"[\d/.\s_-]+$", "", re.split(r"\d", bare, maxsplit=1)[0]).lower()
    if not numbers:
        return Place((), word or name.lower(), 0, sub)
    return Place(tuple(numbers[:-1]), word, numbers[-1], sub)


def physical(ports: Iterable[Interface], known: Collection[int | None]) -> tuple[Interface, ...]:
    """The ports with a socket: by their kind and name, or because the chassis lists them.

    `known` are the ifIndexes of ENTITY-MIB's ports; when it lists some, an Ethernet it does
    not list is a VLAN or a bridge.
    """
    present = [port for port in ports if port.index > 0]
    listed = [port for port in present if port.index in known]
    if len(listed) >= 2:
        radios = [p for p in present if p.type == _RADIO and p.index not in known]
        return tuple([*listed, *radios][:MOST_PORTS])
    return tuple(port for port in present if _has_socket(port))[:MOST_PORTS]


def _has_socket(port: Interface) -> bool:
    if port.type not in _PHYSICAL and port.type not in _OPTICAL:
        return False
    return not _LOGICAL.match(port.name) and not _SUBINTERFACE.search(port.name)


def shape_of(port: Interface, with_module: Collection[int]) -> Shape:
    """A socket's look, by what sits in it, its kind, its name and its speed."""
    if port.type == _RADIO or port.name.lower().startswith(("wlan", "ath", "radio")):
        return Shape.RADIO
    if port.speed_bps >= 40 * 10**9 or port.name.lower().startswith(("qsfp", "et-", "hu")):
        return Shape.WIDE
    has_cage = (
        port.index in with_module
        or port.type in _FIBRE
        or port.speed_bps >= 10**10
        or bool(_CAGE.match(port.name))
    )
    return Shape.CAGE if has_cage else Shape.COPPER


def front(ports: Sequence[Interface], width: float, *, with_module: Collection[int] = ()) -> Front:
    """Sockets in their places within `width` pixels: slots one below the other, blocks in line."""
    slots: dict[tuple[int, ...], dict[str, list[tuple[Place, Interface]]]] = {}
    for port in sorted(ports, key=lambda one: one.index):
        place = place_of(port.name)
        slots.setdefault(place.slot, {}).setdefault(place.word, []).append((place, port))
    named = len(slots) > 1
    left = LABEL_W if named else 0.0
    builder = _Builder(max(width, left + 8 * (CELL_W + GAP)), left, with_module)
    for slot, blocks in _merged(slots).items():
        builder.frame("/".join(map(str, slot)) if named else "", blocks.values())
    return builder.done()


def _merged(
    slots: Mapping[tuple[int, ...], dict[str, list[tuple[Place, Interface]]]],
) -> dict[tuple[int, ...], dict[str, list[tuple[Place, Interface]]]]:
    """Slots with a port or two (a MIC, a management port) join others of their first number."""
    found: dict[tuple[int, ...], dict[str, list[tuple[Place, Interface]]]] = {}
    many = len(slots) > 3
    for slot, blocks in sorted(slots.items()):
        key = slot[:1] if many else slot
        into = found.setdefault(key, {})
        for word, ports in blocks.items():
            name = f"{word} {slot}" if key != slot else word
            into.setdefault(name, []).extend(ports)
    return found


class _Builder:
    """Lays blocks out line by line."""

    def __init__(self, width: float, left: float, with_module: Collection[int]) -> None:
        self._width, self._left, self._with_module = width, left, with_module
        self._sockets: list[Socket] = []
        self._frames: list[Frame] = []
        self._y = 0.0

    def frame(self, label: str, blocks: Iterable[Sequence[tuple[Place, Interface]]]) -> None:
        top, x, bottom = self._y, self._left, self._y
        for block in blocks:
            for part in self._parts(block):
                columns, rows = _grid(part)
                wide = columns * (CELL_W + GAP) - GAP
                if x > self._left and x + wide > self._width:
                    x, self._y = self._left, bottom + GAP * 2
                self._put(part, x, self._y, rows)
                x += wide + BLOCK_GAP
                bottom = max(bottom, self._y + rows * (CELL_H + GAP) - GAP)
        self._frames.append(Frame(label, 0.0, top, self._width, bottom - top))
        self._y = bottom + LINE_GAP

    def _parts(
        self, block: Sequence[tuple[Place, Interface]]
    ) -> Iterable[Sequence[tuple[Place, Interface]]]:
        """A block that is wider than the line continues on the next one."""
        ordered = sorted(block, key=lambda one: (one[0].number, one[0].sub, one[1].index))
        fit = max(2, int((self._width - self._left + GAP) // (CELL_W + GAP)))
        most = fit * (2 if len(ordered) > ONE_ROW else 1)
        for start in range(0, len(ordered), most):
            yield ordered[start : start + most]

    def _put(self, part: Sequence[tuple[Place, Interface]], x: float, y: float, rows: int) -> None:
        for at, (place, port) in enumerate(part):
            self._sockets.append(
                Socket(
                    int(port.id),
                    place.label,
                    shape_of(port, self._with_module),
                    x + (at // rows) * (CELL_W + GAP),
                    y + (at % rows) * (CELL_H + GAP),
                )
            )

    def done(self) -> Front:
        width = max((one.x + one.width for one in self._sockets), default=0.0)
        height = max(0.0, self._y - LINE_GAP)
        return Front(tuple(self._sockets), tuple(self._frames), width, height)


def _grid(part: Sequence[object]) -> tuple[int, int]:
    rows = 1 if len(part) <= ONE_ROW else 2
    return -(-len(part) // rows), rows
