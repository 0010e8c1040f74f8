"""Why a link is there, or why it is missing: in sentences an operator can check."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

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


def verdict(link: Link | None, one: Side, other: Side) -> str:
    """The answer in one line."""
    if link is None:
        return f"There is no link between {one.name} and {other.name}."
    sure = "surely" if link.score >= 90 else "probably" if link.score >= 60 else "perhaps"
    kinds = ", ".join(kind.upper() for kind in link.kinds)
    return (
        f"{one.name} and {other.name} are {sure} connected: {kinds or 'no evidence'}, "
        f"score {link.score} of 100."
    )


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
