"""Why a link is there, or why it is missing: in sentences an operator can check."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from noc_console.services.inventory.decisions import Decision, Verdict
from noc_console.services.inventory.model import Device, Evidence, EvidenceKind, Interface, Link

_CLAIM = {
    EvidenceKind.LLDP: "says by LLDP",
    EvidenceKind.CDP: "says by CDP",
    EvidenceKind.EDP: "says by EDP",
    EvidenceKind.FDP: "says by FDP",
    EvidenceKind.ISDP: "says by ISDP",
    EvidenceKind.MNDP: "says by MNDP",
    EvidenceKind.OSPF: "has an OSPF neighbour",
    EvidenceKind.BGP: "has a BGP peer",
    EvidenceKind.FDB: "learned its MAC address",
    EvidenceKind.ARP: "has it in its ARP table",
    EvidenceKind.DESCRIPTION: "describes the port so",
    EvidenceKind.MANUAL: "was linked by an operator",
}
_HEARD = (
    EvidenceKind.LLDP,
    EvidenceKind.CDP,
    EvidenceKind.EDP,
    EvidenceKind.FDP,
    EvidenceKind.ISDP,
    EvidenceKind.MNDP,
)


@dataclass(frozen=True, slots=True)
class Side:
    """A device and all it says of its neighbours."""

    device: Device
    says: tuple[Evidence, ...]

    def about(self, other: Device) -> list[Evidence]:
        return [row for row in self.says if row.remote_device_id == other.id]

    @property
    def name(self) -> str:
        return self.device.name


def verdict(link: Link | None, one: Side, other: Side, decisions: Sequence[Decision] = ()) -> str:
    """The answer in one line."""
    if link is None:
        rejected = next((d for d in decisions if d.verdict is Verdict.REJECT), None)
        none = f"There is no link between {one.name} and {other.name}"
        return f"{none}: {rejected.actor} rejected it." if rejected else f"{none}."
    if EvidenceKind.MANUAL in link.kinds:
        said = next((d for d in decisions if d.says_it_is_there), None)
        by = said.actor if said else "an operator"
        did = "drew this link" if said and said.verdict is Verdict.DRAW else "accepted this link"
        return f"{one.name} and {other.name} are connected: {by} {did}."
    sure = "surely" if link.score >= 90 else "probably" if link.score >= 60 else "perhaps"
    kinds = ", ".join(kind.upper() for kind in link.kinds)
    return (
        f"{one.name} and {other.name} are {sure} connected: {kinds or 'no evidence'}, "
        f"score {link.score} of 100."
    )


_DECIDED = {
    Verdict.ACCEPT: "accepted the link",
    Verdict.REJECT: "rejected the link",
    Verdict.DRAW: "drew the link",
}


def decided(
    decisions: Sequence[Decision], sides: Sequence[Side], ports: Mapping[int, Interface]
) -> tuple[str, ...]:
    """What people decided about the two, when and why."""
    names = {int(side.device.id): side.name for side in sides}
    told = []
    for one in decisions:
        ends = [
            " ".join(filter(None, (names.get(device), _port_name(ports, port))))
            for device, port in ((one.a_device, one.a_interface), (one.b_device, one.b_interface))
        ]
        words = f"{one.actor} {_DECIDED[one.verdict]} {' – '.join(ends)}"
        words += f" on {one.at:%Y-%m-%d %H:%M} UTC"
        told.append(f"{words}: {one.reason}" if one.reason else f"{words}.")
    return tuple(told)


def _port_name(ports: Mapping[int, Interface], port: int | None) -> str:
    known = None if port is None else ports.get(port)
    return known.name if known else ""


def reasons(
    link: Link | None, one: Side, other: Side, ports: Mapping[int, Interface]
) -> tuple[str, ...]:
    """What each end says, what it does not say, and why that may be."""
    told = [
        _sentence(side, row, far, ports)
        for side, far in ((one, other), (other, one))
        for row in side.about(far.device)
    ]
    for side, far in ((one, other), (other, one)):
        if not _hears(side, far):
            told.append(_silence(side, far))
    if link is not None:
        told += _contradictions(link, one, other, ports)
    elif not one.about(other.device) and not other.about(one.device):
        told += _near_misses(one, other)
    return tuple(told)


MOST_HEARD = 5
"""Rows told of each device about others, when the question is why a link is missing."""


def rows(link: Link | None, one: Side, other: Side) -> tuple[Evidence, ...]:
    """The rows behind an answer: what the two say of each other, and where they say nothing,
    what they hear instead. Who is not known here comes first: it may be the other one.
    """
    told = [*one.about(other.device), *other.about(one.device)]
    if link is None:
        for side in (one, other):
            heard = [row for row in side.says if row.kind in _HEARD and row not in told]
            heard.sort(key=lambda row: row.remote_device_id is not None)
            told += heard[:MOST_HEARD]
    return tuple(told)


def _hears(side: Side, far: Side) -> list[Evidence]:
    return [row for row in side.about(far.device) if row.kind in _HEARD]


def _sentence(side: Side, row: Evidence, far: Side, ports: Mapping[int, Interface]) -> str:
    local = ports.get(row.interface_id or 0)
    remote = ports.get(row.remote_interface_id or 0)
    near = f"port {local.name}" if local else "a port it does not tell"
    there = remote.name if remote else row.remote_port or row.remote_port_descr
    known_as = row.remote_name or row.remote_address or row.remote_chassis
    words = f"{side.name} {_CLAIM[row.kind]}: {near} → {known_as}"
    if there:
        words += f", port {there}"
        if remote is None:
            words += f" (no interface of {far.name} has that name)"
    if _is_stale(side, row):
        words += f"; it said so last on {row.seen_at:%Y-%m-%d %H:%M} UTC and no longer does"
    return words + "."


def _is_stale(side: Side, row: Evidence) -> bool:
    asked = side.device.inspected_at
    return asked is not None and row.seen_at < asked


def _silence(side: Side, far: Side) -> str:
    """Why one end does not confirm."""
    words = f"{side.name} does not confirm it by a neighbour protocol"
    if not side.device.is_managed:
        return f"{words}: it was never asked, no credential of ours opened it."
    heard = [row for row in side.says if row.kind in _HEARD]
    if not heard:
        return (
            f"{words}: it hears no neighbour at all; LLDP is off there, not offered "
            "by SNMP, or its ports towards us are filtered."
        )
    unresolved = [row for row in heard if row.remote_device_id is None]
    if unresolved:
        names = ", ".join(
            sorted({row.remote_name or row.remote_chassis or row.remote_port for row in unresolved})
        )
        return (
            f"{words}; it hears {len(heard)} others, of which {len(unresolved)} are not known "
            f"here ({names[:200]})."
        )
    return f"{words}, though it hears {len(heard)} others: {far.name} does not speak on its ports."


def _contradictions(
    link: Link, one: Side, other: Side, ports: Mapping[int, Interface]
) -> list[str]:
    told = []
    ends = ((one, other), (other, one))
    for side, far in ends:
        mine = link.a_interface if side.device.id == link.a_device else link.b_interface
        if mine is None:
            told.append(f"Which port of {side.name} it is, nobody says.")
            continue
        port = ports.get(mine)
        strangers = {
            row.remote_name or row.remote_chassis
            for row in _heard_on(side, mine)
            if row.remote_device_id != far.device.id and not _is_stale(side, row)
        }
        if strangers and port is not None:
            names = ", ".join(sorted(filter(None, strangers)))
            told.append(f"Against it: port {port.name} of {side.name} hears {names} as well.")
    return told


def _heard_on(side: Side, port: int) -> Sequence[Evidence]:
    return [row for row in side.says if row.interface_id == port and row.kind in _HEARD]


def _near_misses(one: Side, other: Side) -> list[str]:
    """Rows that mention the other end in words but were not taken for it."""
    told = []
    for side, far in ((one, other), (other, one)):
        device = far.device
        for row in side.says:
            words = {row.remote_name.lower(), row.remote_address, row.remote_chassis} - {""}
            own = {device.name.lower(), device.address, device.chassis_mac} - {""}
            if row.remote_device_id is None and words & own:
                told.append(
                    f"{side.name} mentions {min(words & own)} ({row.kind.upper()}), which fits "
                    f"{device.name} and another device alike, so it counts for neither."
                )
    return told
