"""Links from evidence: which claims speak of one cable, and how far they are to be believed.

Each kind of evidence has a weight, the chance that a link it tells of is really there. Kinds
that agree are combined as independent witnesses, 1 - (1-w₁)(1-w₂)…; what speaks against a
claim lowers it. Neighbour protocols (LLDP, CDP and their like) are heard over the cable itself, so
they decide which ports belong together; the others support them, and stand alone only where
nothing better can be expected.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from noc_console.services.inventory.model import EvidenceKind as Kind

SPOKEN = frozenset((*(Kind.LLDP, Kind.CDP, Kind.EDP, Kind.FDP, Kind.ISDP, Kind.MNDP), Kind.MANUAL))
"""Heard over the cable, or said by a person."""

_ONE_END = {
    Kind.MANUAL: 1.0,
    Kind.LLDP: 0.75,
    Kind.CDP: 0.72,
    Kind.EDP: 0.72,
    Kind.FDP: 0.72,
    Kind.ISDP: 0.72,
    Kind.MNDP: 0.60,
    Kind.OSPF: 0.50,
    Kind.BGP: 0.40,
    Kind.FDB: 0.35,
    Kind.ARP: 0.10,
    Kind.DESCRIPTION: 0.30,
}
_BOTH_ENDS = {
    Kind.LLDP: 0.95,
    Kind.CDP: 0.93,
    Kind.EDP: 0.93,
    Kind.FDP: 0.93,
    Kind.ISDP: 0.93,
    Kind.MNDP: 0.80,
    Kind.OSPF: 0.60,
    Kind.BGP: 0.50,
    Kind.FDB: 0.50,
    Kind.ARP: 0.20,
    Kind.DESCRIPTION: 0.45,
}
STALE = 0.35
"""What is left of a witness that was asked again and no longer says so."""
DISPUTED = 0.4
"""What is left when the other end hears somebody else on that port."""
SHARED_PORT = 0.85
"""A port that hears several neighbours has a hub or an unmanaged switch behind it."""
LEAST = 25
"""Below this score evidence is kept, but no new link is drawn."""


@dataclass(frozen=True, slots=True)
class Claim:
    """One device's word about a link, resolved to devices and, where told, interfaces."""

    kind: Kind
    a: int
    a_port: int | None
    b: int
    b_port: int | None
    is_fresh: bool
    seen_at: datetime
    is_point_to_point: bool = False
    """For routing protocols and ARP: both ends are alone on their subnet (/30, /31, /127)."""
    on_logical: bool = False
    """It was seen on a bundle, VLAN or tunnel interface, where no cable ends."""


@dataclass(slots=True)
class _Group:
    """Claims about one cable; ports belong to the lower (`a`) and the higher device."""

    a_port: int | None
    b_port: int | None
    claims: list[tuple[Claim, bool]] = field(default_factory=list)
    """With whether the claim was made by the lower device."""


@dataclass(frozen=True, slots=True)
class Computed:
    """A link as the evidence has it."""

    a: int
    a_port: int | None
    b: int
    b_port: int | None
    score: int
    kinds: tuple[Kind, ...]
    last_seen: datetime
    disputes: tuple[str, ...] = ()


Pair = tuple[int, int]


def compute(claims: Iterable[Claim]) -> tuple[Computed, ...]:
    """Every link the claims tell of, of whatever score; each cable between two devices once."""
    claims = tuple(claims)
    heard = neighbours_heard(claims)
    by_pair: dict[Pair, list[Claim]] = defaultdict(list)
    for claim in claims:
        if claim.a != claim.b:
            by_pair[min(claim.a, claim.b), max(claim.a, claim.b)].append(claim)
    return tuple(
        computed for pair in sorted(by_pair) for computed in _of_pair(pair, by_pair[pair], heard)
    )


def neighbours_heard(claims: Iterable[Claim]) -> dict[int, frozenset[int]]:
    """Port → the devices it hears now by a neighbour protocol."""
    heard: dict[int, set[int]] = defaultdict(set)
    for claim in claims:
        if claim.kind in SPOKEN and claim.is_fresh and claim.a_port is not None:
            heard[claim.a_port].add(claim.b)
    return {port: frozenset(devices) for port, devices in heard.items()}


def _of_pair(
    pair: Pair, claims: Sequence[Claim], heard: Mapping[int, frozenset[int]]
) -> list[Computed]:
    groups: list[_Group] = []
    spoken = [claim for claim in claims if claim.kind in SPOKEN]
    for claim in sorted(spoken, key=_completeness):
        _join(groups, pair, claim, may_found=True)
    others = [claim for claim in claims if claim.kind not in SPOKEN]
    for claim in sorted(others, key=_completeness):
        _join(groups, pair, claim, may_found=_may_stand_alone(claim, heard) and not spoken)
    return [_computed(pair, group, heard) for group in groups]


def _completeness(claim: Claim) -> tuple[int, int, float]:
    unknown = (claim.a_port is None) + (claim.b_port is None)
    return (not claim.is_fresh, unknown, -_ONE_END[claim.kind])


def _may_stand_alone(claim: Claim, heard: Mapping[int, frozenset[int]]) -> bool:
    """Whether a claim that is not heard over the cable may draw a link of its own.

    Not when the port hears somebody else: a MAC learned there lies behind that neighbour.
    """
    if claim.a_port is None or (heard.get(claim.a_port, frozenset()) - {claim.b}):
        return False
    if claim.b_port is not None and heard.get(claim.b_port, frozenset()) - {claim.a}:
        return False
    if claim.kind in (Kind.OSPF, Kind.BGP, Kind.ARP):
        return claim.is_point_to_point and not claim.on_logical
    return not claim.on_logical


def _join(groups: list[_Group], pair: Pair, claim: Claim, *, may_found: bool) -> None:
    from_a = claim.a == pair[0]
    a_port, b_port = (claim.a_port, claim.b_port) if from_a else (claim.b_port, claim.a_port)
    fitting = [
        group for group in groups if _agree(group.a_port, a_port) and _agree(group.b_port, b_port)
    ]
    exact = [g for g in fitting if (g.a_port, g.b_port) == (a_port, b_port)]
    chosen = exact or (fitting if len(fitting) == 1 else _sharing_a_port(fitting, a_port, b_port))
    if not chosen and (claim.on_logical or claim.kind not in SPOKEN):
        # A bundle's adjacency, or a word about no certain port, speaks for the pair's only cable.
        local = claim.a_port is None or claim.on_logical
        chosen = groups if local and len(groups) == 1 else []
    if chosen:
        group = chosen[0]
        if not claim.on_logical:
            group.a_port = a_port if group.a_port is None else group.a_port
            group.b_port = b_port if group.b_port is None else group.b_port
        group.claims.append((claim, from_a))
    elif may_found:
        groups.append(_Group(a_port, b_port, [(claim, from_a)]))


def _sharing_a_port(groups: list[_Group], a_port: int | None, b_port: int | None) -> list[_Group]:
    return [
        group
        for group in groups
        if (a_port is not None and group.a_port == a_port)
        or (b_port is not None and group.b_port == b_port)
    ][:1]


def _agree(one: int | None, other: int | None) -> bool:
    return one is None or other is None or one == other


def _computed(pair: Pair, group: _Group, heard: Mapping[int, frozenset[int]]) -> Computed:
    kinds = sorted({claim.kind for claim, _ in group.claims}, key=list(Kind).index)
    doubt = 1.0
    for kind in kinds:
        doubt *= 1 - _weight(kind, group)
    believed, disputes = 1 - doubt, []
    for port, other in ((group.a_port, pair[1]), (group.b_port, pair[0])):
        hears = heard.get(port, frozenset()) if port is not None else frozenset()
        if hears and other not in hears:
            believed *= DISPUTED
            disputes.append("one end hears another device on that port")
        elif len(hears) > 1:
            believed *= SHARED_PORT
            disputes.append("the port hears several devices")
    if Kind.MANUAL in kinds:
        believed = 1.0  # a person looked; what speaks against it is told, and changes nothing
    return Computed(
        a=pair[0],
        a_port=group.a_port,
        b=pair[1],
        b_port=group.b_port,
        score=round(100 * believed),
        kinds=tuple(kinds),
        last_seen=max(claim.seen_at for claim, _ in group.claims),
        disputes=tuple(disputes),
    )


def _weight(kind: Kind, group: _Group) -> float:
    ends = {from_a for claim, from_a in group.claims if claim.kind == kind and claim.is_fresh}
    if not ends:
        return _ONE_END[kind] * STALE
    weights = _BOTH_ENDS if len(ends) == 2 else _ONE_END
    return weights.get(kind, 1.0)


@dataclass(frozen=True, slots=True)
class Kept:
    """A link as the inventory has it."""

    id: int
    a: int
    a_port: int | None
    b: int
    b_port: int | None


def match_kept(
    kept: Sequence[Kept], computed: Sequence[Computed]
) -> tuple[dict[int, Computed], list[Computed], list[int]]:
    """Kept links with their new word, links to add, and ids of links that are withdrawn.

    A link first known by one port keeps its id when the other port becomes known. Evidence
    stays, so a link once heard over the cable stays too and only ages; withdrawn is what was
    told twice, or guessed from addresses before a nearer neighbour was heard on that port.
    """
    updates: dict[int, Computed] = {}
    left = [link for link in computed if link.score >= LEAST or _is_kept(kept, link)]
    for agree in (_same, _compatible):
        for link in kept:
            if link.id in updates:
                continue
            found = next((c for c in left if agree(link, c)), None)
            if found is not None:
                updates[link.id] = found
                left.remove(found)
    withdrawn = [link.id for link in kept if link.id not in updates]
    return updates, left, withdrawn


def _is_kept(kept: Sequence[Kept], link: Computed) -> bool:
    return any(_same(known, link) for known in kept)


def _same(kept: Kept, link: Computed) -> bool:
    return (kept.a, kept.a_port, kept.b, kept.b_port) == (link.a, link.a_port, link.b, link.b_port)


def _compatible(kept: Kept, link: Computed) -> bool:
    return (
        (kept.a, kept.b) == (link.a, link.b)
        and _agree(kept.a_port, link.a_port)
        and _agree(kept.b_port, link.b_port)
        and (kept.a_port is None or kept.b_port is None)
    )
