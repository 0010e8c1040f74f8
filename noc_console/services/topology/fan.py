"""The trees behind OLTs drawn on the map: splitters in a fan around their OLT, ONUs beyond.

A lens of the map: the network itself knows neither. Their ids are negative and theirs alone.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from noc_console.kernel.text import plural
from noc_console.services.alarms.model import Severity
from noc_console.services.inventory.model import DeviceId, DeviceType, LinkId, Reachability
from noc_console.services.topology.model import (
    Arranged,
    Edge,
    End,
    LinkState,
    Load,
    Node,
    Position,
)
from noc_console.services.topology.pons import OnuState, Pon, PonOnu

Floats = NDArray[np.float64]

REACH = 110.0
"""From an OLT to its splitters, and from a splitter to its first ONUs, in units of the map."""
STEP = 34.0
"""Between neighbours on an arc, and between one arc of ONUs and the next."""
WIDEST = math.radians(150)
PER_ARC = 16
_ONU_ARC = math.radians(80)
APART = 58.0
"""Between neighbouring splitters."""
NEAR = 160.0
"""Beyond this it does not matter how far others are."""
TURNS = 36
_SPLITTER, _ONU = 15, 9
"""Remainders by 16 that no collapsed group has (`fold.folded_id`)."""
_MOST_ONUS = 4096
_LINKS = 1 << 50

LOOKS = {
    OnuState.UP: (Reachability.UP, Severity.CLEARED),
    OnuState.OFF: (Reachability.UNKNOWN, Severity.CLEARED),
    OnuState.LOST: (Reachability.UP, Severity.MINOR),
    OnuState.WEAK: (Reachability.UP, Severity.WARNING),
}
WORDS = {
    OnuState.UP: "answers",
    OnuState.OFF: "switched off",
    OnuState.LOST: "signal lost",
    OnuState.WEAK: "weak light",
}


@dataclass(frozen=True, slots=True)
class Fan:
    """A way of looking at the network: with the trees of these PONs."""

    pons: tuple[Pon, ...] = ()
    opened: frozenset[int] = field(default_factory=frozenset)
    """Numbers of the PONs whose ONUs are shown one by one."""

    def __call__(self, arranged: Arranged) -> Arranged:
        by_olt: dict[DeviceId, list[Pon]] = defaultdict(list)
        for pon in self.pons:
            by_olt[pon.olt].append(pon)
        here = {node.device_id for node in arranged.graph.nodes}
        nodes: list[Node] = []
        edges: list[Edge] = []
        places: dict[DeviceId, Position] = {}
        for olt, pons in by_olt.items():
            if olt in here and olt in arranged.positions:
                self._spread(arranged, olt, pons, nodes, edges, places)
        if not nodes:
            return arranged
        graph = arranged.graph
        return Arranged(
            replace(graph, nodes=(*graph.nodes, *nodes), edges=(*graph.edges, *edges)),
            {**arranged.positions, **places},
        )

    def _spread(
        self,
        arranged: Arranged,
        olt: DeviceId,
        pons: Sequence[Pon],
        nodes: list[Node],
        edges: list[Edge],
        places: dict[DeviceId, Position],
    ) -> None:
        at = arranged.positions[olt]
        count = len(pons)
        wide = min(WIDEST, count * 0.45)
        reach = max(REACH, APART * (count - 1) / wide)
        angles = [_share(rank, count) * wide for rank in range(count)]
        # With room for ONUs, whether they are shown or not: a tree never turns by opening it.
        spots = [_beyond(at, angle, far) for angle in angles for far in (reach, reach + 2 * REACH)]
        middle = free_way(at, _table(spots), _table(arranged.positions.values()))
        for rank, pon in enumerate(pons):
            angle = middle + angles[rank]
            spot = _beyond(at, angle, reach)
            onus = tuple(_onu_node(pon, number, onu) for number, onu in enumerate(pon.onus))
            splitter = _splitter_node(pon, onus)
            is_open = pon.number in self.opened
            nodes.append(replace(splitter, members=(), parts=(), inside=0) if is_open else splitter)
            places[splitter.device_id] = spot
            edges.append(_edge(olt, splitter.device_id, pon.port, is_dark=_is_dark(pon)))
            if is_open:
                for number, onu in enumerate(onus[:_MOST_ONUS]):
                    arc, rank_on_arc = divmod(number, PER_ARC)
                    on_arc = min(PER_ARC, len(onus) - arc * PER_ARC)
                    turn = _share(rank_on_arc, on_arc) * _ONU_ARC * (on_arc / PER_ARC)
                    # Nearer ONUs stand closer together: further arcs are longer.
                    beyond = reach + 2 * REACH + arc * STEP * 1.4
                    nodes.append(onu)
                    places[onu.device_id] = _beyond(at, angle + turn, beyond)
                    lost = pon.onus[number].state is not OnuState.UP
                    edges.append(_edge(splitter.device_id, onu.device_id, "", is_dark=lost))


def splitter_id(pon: Pon) -> DeviceId:
    """The id a splitter goes by on the map."""
    return DeviceId(-(pon.number * 16 + _SPLITTER))


def key_of(pon: Pon) -> str:
    """What its group is called, as other groups are."""
    return f"splitter:{pon.number}"


def free_way(at: Position, spots: Floats, others: Floats) -> float:
    """The turn (radians) by which spots around `at` stand furthest from what is there already."""
    here = np.array([at.x, at.y])
    reach = float(np.hypot(*(spots - here).T).max(initial=0.0))
    near = others[(np.hypot(*(others - here).T) <= reach + NEAR).nonzero()[0]]
    near = near[(near != here).any(1)]
    if not len(near):
        return math.pi / 2
    best, found = -1.0, 0.0
    for turn in np.linspace(0, 2 * math.pi, TURNS, endpoint=False).tolist():
        c, s = math.cos(turn), math.sin(turn)
        turned = (spots - here) @ np.array([[c, s], [-s, c]]) + here
        apart = np.hypot(*(turned[:, None] - near[None]).transpose(2, 0, 1))
        air = float(np.minimum(apart.min(axis=1), NEAR).mean() + apart.min())
        if air > best:
            best, found = air, turn
    return found


def _table(places: Iterable[Position]) -> Floats:
    return np.array([(place.x, place.y) for place in places], np.float64).reshape(-1, 2)


def _share(rank: int, count: int) -> float:
    """From -0.5 to 0.5 along an arc."""
    return 0.0 if count < 2 else rank / (count - 1) - 0.5


def _beyond(at: Position, angle: float, far: float) -> Position:
    return Position(round(at.x + math.cos(angle) * far, 2), round(at.y + math.sin(angle) * far, 2))


def _is_dark(pon: Pon) -> bool:
    """Everybody behind it went at once: that is not people switching off."""
    return bool(pon.onus) and pon.dark == len(pon.onus)


def _splitter_node(pon: Pon, onus: tuple[Node, ...]) -> Node:
    weak = sum(onu.state is OnuState.WEAK for onu in pon.onus)
    facts = [("ONUs", f"{len(pon.onus):,}")]
    if pon.dark:
        facts.append(("Silent", f"{pon.dark:,}"))
    if weak:
        facts.append(("Weak light", f"{weak:,}"))
    severity = max((LOOKS[onu.state][1] for onu in pon.onus), default=Severity.CLEARED)
    return Node(
        device_id=splitter_id(pon),
        name=pon.port,
        type=DeviceType.OTHER,
        reachability=Reachability.UP,
        severity=Severity.MAJOR if _is_dark(pon) else severity,
        members=tuple(node.device_id for node in onus),
        parts=onus,
        group=key_of(pon),
        facts=(("Splitter", f"of {pon.port}"), *facts),
    )


def _onu_node(pon: Pon, number: int, onu: PonOnu) -> Node:
    reachability, severity = LOOKS[onu.state]
    light = "" if onu.receive_dbm is None else f"{onu.receive_dbm:.1f} dBm"
    far = "" if onu.distance_m is None else f"{onu.distance_m:,} m"
    told = f"{WORDS[onu.state]} ({onu.told})" if onu.told else WORDS[onu.state]
    facts = (
        ("Serial", onu.serial), ("State", told), ("Receives", light), ("Distance", far),
        ("Port", pon.port),
    )  # fmt: skip
    return Node(
        device_id=DeviceId(-((pon.number * _MOST_ONUS + number) * 16 + _ONU)),
        name=onu.name,
        type=DeviceType.OTHER,
        reachability=reachability,
        severity=severity,
        group=key_of(pon),
        facts=tuple((name, text) for name, text in facts if text),
    )


def _edge(a: DeviceId, b: DeviceId, port: str, *, is_dark: bool) -> Edge:
    state = LinkState.UNKNOWN if is_dark else LinkState.UP
    # Far from the ids of bundles, which are negative as well.
    return Edge(
        LinkId(int(b) - _LINKS), End(a, port=port), End(b), 0, 100, ("onu",), Load(state=state)
    )


def told(pons: Sequence[Pon]) -> str:
    """`8 splitters, 213 ONUs`."""
    onus = sum(len(pon.onus) for pon in pons)
    return f"{plural(len(pons), 'splitter')}, {plural(onus, 'ONU')}"
