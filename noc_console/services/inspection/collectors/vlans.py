"""VLANs and who carries them: Q-BRIDGE-MIB (RFC 4363), its IEEE successor, and the vendors'."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from noc_console.services.inspection import tables
from noc_console.services.inspection.collectors import portlist
from noc_console.services.inspection.model import Interface, Vlan
from noc_console.services.inspection.ports import Agent
from noc_console.services.inspection.tables import Columns, Row, Rows, columns

STATIC = columns("1.3.6.1.2.1.17.7.1.4.3.1", name=1, egress=2, untagged=4, row=5, limit=4200)
CURRENT = columns("1.3.6.1.2.1.17.7.1.4.2.1", fdb=3, egress=4, untagged=5, status=6, limit=4200)
PVID = columns("1.3.6.1.2.1.17.7.1.4.5.1", vlan=1, limit=4000)
IEEE = columns("1.3.111.2.802.1.1.4.1.4.3.1", name=3, egress=4, untagged=6, row=7, limit=4200)
VTP = columns("1.3.6.1.4.1.9.9.46.1.3.1.1", state=2, type=3, name=4, limit=4200)
CISCO_ACCESS = columns("1.3.6.1.4.1.9.9.68.1.2.2.1", vlan=2, limit=4000)
CISCO_TRUNK = columns(
    "1.3.6.1.4.1.9.9.46.1.6.1.1",
    first=4,
    native=5,
    status=14,
    second=17,
    third=18,
    fourth=19,
    limit=4000,
)
JUNIPER_EX = columns("1.3.6.1.4.1.2636.3.40.1.5.1.5.1", name=2, tag=5, limit=4200)
JUNIPER_EX_PORT = columns("1.3.6.1.4.1.2636.3.40.1.5.1.7.1", tagness=4, limit=20_000)
JUNIPER_L2ALD = columns("1.3.6.1.4.1.2636.3.48.1.3.1.1", name=2, tag=3, limit=4200)
NORTEL = columns("1.3.6.1.4.1.2272.1.3.2.1", name=2, members=11, limit=4200)
NORTEL_PORT = columns("1.3.6.1.4.1.2272.1.3.3.1", vlan=7, tagging=8, limit=4000)
TPLINK = columns("1.3.6.1.4.1.11863.6.14.1.2.1.1", name=2, tagged=3, untagged=4, limit=4200)
NEEDS: tuple[Columns, ...] = (
    STATIC,
    CURRENT,
    PVID,
    IEEE,
    VTP,
    CISCO_ACCESS,
    CISCO_TRUNK,
    JUNIPER_EX,
    JUNIPER_EX_PORT,
    JUNIPER_L2ALD,
    NORTEL,
    NORTEL_PORT,
    TPLINK,
)

_NOT_READY, _NOT_IN_SERVICE = 3, 2
_VTP_STATES = {1: "operational", 2: "suspended", 3: "mtuTooBigForDevice", 4: "mtuTooBigForTrunk"}
_TRUNKING = 1
_TAGGED, _UNTAGGED, _ONLY_PVID_TAGGED = 1, 2, 3
_LARGEST_VLAN = 4094
_ALL = 4000
_INTERNAL = re.compile(r"____juniper_private\d+____")
_RANGE = re.compile(r"(?P<head>.*/)?(?P<first>\d+)(?:-(?P<last>\d+))?")
"""TP-Link's way to list ports: `1/0/15-18,1/0/21`."""


@dataclass(slots=True)
class _Draft:
    """A VLAN while its facts come together."""

    name: str = ""
    state: str = ""
    tagged: set[int] = field(default_factory=set)
    untagged: set[int] = field(default_factory=set)

    def finished(self, number: int) -> Vlan:
        return Vlan(
            vlan=number,
            name=self.name,
            state=self.state,
            tagged=tuple(sorted(self.tagged - self.untagged)),
            untagged=tuple(sorted(self.untagged)),
        )


Drafts = defaultdict[int, _Draft]


async def read(
    agent: Agent, interfaces: Sequence[Interface], bridge: Mapping[int, int]
) -> tuple[Vlan, ...]:
    """The VLANs by number, from the first family of tables that has any."""
    drafts: Drafts = defaultdict(_Draft)
    current = await agent.rows(CURRENT)
    note_static(drafts, await agent.rows(STATIC), bridge, place=0)
    note_current(drafts, current, bridge)
    note_static(drafts, await agent.rows(IEEE), bridge, place=1)
    note_names(drafts, await agent.rows(JUNIPER_L2ALD))
    if not drafts:
        note_juniper(
            drafts, await agent.rows(JUNIPER_EX), await agent.rows(JUNIPER_EX_PORT), bridge
        )
    if not drafts:
        note_vtp(drafts, await agent.rows(VTP))
        if drafts:
            note_cisco_ports(drafts, await agent.rows(CISCO_ACCESS), await agent.rows(CISCO_TRUNK))
    if not drafts:
        note_nortel(drafts, await agent.rows(NORTEL), await agent.rows(NORTEL_PORT))
    if not drafts:
        note_tplink(drafts, await agent.rows(TPLINK), interfaces)
    if not drafts:
        note_pvids(drafts, await agent.rows(PVID), bridge)
    found = [drafts[number].finished(number) for number in sorted(drafts)]
    if len(found) > _ALL:
        # Some agents have a row for every number there is.
        found = [vlan for vlan in found if vlan.name or vlan.tagged or vlan.untagged]
    return tuple(found)


async def by_fdb(agent: Agent) -> dict[int, int]:
    """Filtering database → VLAN, where one serves one (independent learning)."""
    shared: defaultdict[int, set[int]] = defaultdict(set)
    for index, row in await agent.rows(CURRENT):
        if len(index) == 2 and (number := tables.number(row.get("fdb"))) > 0:
            shared[number].add(index[1])
    return {number: min(vlans) for number, vlans in shared.items() if len(vlans) == 1}


def note_static(drafts: Drafts, rows: Rows, bridge: Mapping[int, int], *, place: int) -> None:
    """What an operator has configured; the VLAN stands at this place of the index."""
    for index, row in rows:
        if len(index) == place + 1 and row.get("row") not in (_NOT_READY, _NOT_IN_SERVICE):
            draft = drafts[index[place]]
            draft.name = draft.name or tables.text(row.get("name"))
            _carry(draft, row, bridge)


def note_current(drafts: Drafts, rows: Rows, bridge: Mapping[int, int]) -> None:
    """What is in force; learned VLANs (GVRP, MVRP) stand here only."""
    for index, row in rows:
        if len(index) == 2:
            _carry(drafts[index[1]], row, bridge)


def _carry(draft: _Draft, row: Row, bridge: Mapping[int, int]) -> None:
    untagged = set(portlist.interfaces(row.get("untagged"), bridge))
    draft.untagged |= untagged
    draft.tagged |= set(portlist.interfaces(row.get("egress"), bridge)) - untagged


def note_names(drafts: Drafts, rows: Rows) -> None:
    """Junos tells names apart from ports; VLANs it keeps for itself are nobody's business."""
    for _, row in rows:
        number, name = tables.number(row.get("tag")), tables.text(row.get("name"))
        if 0 < number <= _LARGEST_VLAN and not _INTERNAL.fullmatch(name):
            drafts[number].name = drafts[number].name or name


def note_juniper(drafts: Drafts, rows: Rows, members: Rows, bridge: Mapping[int, int]) -> None:
    """JUNIPER-VLAN-MIB of the older EX: VLANs have an index of their own."""
    by_index = {
        index[0]: drafts[number]
        for index, row in rows
        if len(index) == 1 and 0 < (number := tables.number(row.get("tag"))) <= _LARGEST_VLAN
    }
    for index, row in rows:
        if index[0] in by_index:
            by_index[index[0]].name = tables.text(row.get("name"))
    for index, row in members:
        if len(index) == 2 and index[0] in by_index and index[1] in bridge:
            draft = by_index[index[0]]
            tagness = row.get("tagness")
            (draft.untagged if tagness == _UNTAGGED else draft.tagged).add(bridge[index[1]])


def note_vtp(drafts: Drafts, rows: Rows) -> None:
    """CISCO-VTP-MIB: the index is the management domain, then the VLAN."""
    for index, row in rows:
        if len(index) == 2:
            drafts[index[1]].name = tables.text(row.get("name"))
            drafts[index[1]].state = _VTP_STATES.get(tables.number(row.get("state")), "")


def note_cisco_ports(drafts: Drafts, access: Rows, trunks: Rows) -> None:
    """Access ports, and trunks with the VLANs enabled on them and their native one."""
    for index, row in trunks:
        if len(index) == 1 and row.get("status") == _TRUNKING:
            native = tables.number(row.get("native"))
            for number in _enabled(row):
                if number in drafts:
                    draft = drafts[number]
                    (draft.untagged if number == native else draft.tagged).add(index[0])
    for index, row in access:
        number = tables.number(row.get("vlan"))
        if len(index) == 1 and number in drafts:
            drafts[number].untagged.add(index[0])


def _enabled(row: Row) -> Iterator[int]:
    """vlanTrunkPortVlansEnabled and its three successors: a bit for each VLAN from 0 on."""
    for thousands, column in enumerate(("first", "second", "third", "fourth")):
        yield from portlist.bits(row.get(column), first=1024 * thousands)


def note_nortel(drafts: Drafts, rows: Rows, members: Rows) -> None:
    """RAPID-CITY: its bits are ifIndexes from 0 on; whether they are tagged the port says."""
    modes = {index[0]: row for index, row in members if len(index) == 1}
    for index, row in rows:
        if len(index) != 1:
            continue
        draft = drafts[index[0]]
        draft.name = tables.text(row.get("name"))
        for port in portlist.bits(row.get("members"), first=0):
            mode = modes.get(port, {})
            tagging = tables.number(mode.get("tagging"))
            own = tables.number(mode.get("vlan")) == index[0]
            is_untagged = tagging == _UNTAGGED or (
                not own if tagging == _ONLY_PVID_TAGGED else own and tagging != _TAGGED
            )
            (draft.untagged if is_untagged else draft.tagged).add(port)


def note_tplink(drafts: Drafts, rows: Rows, interfaces: Sequence[Interface]) -> None:
    """TPLINK-DOT1Q-VLAN-MIB: ports are listed in words."""
    by_end = {port.name.rpartition(" ")[2]: port.if_index for port in interfaces}
    for index, row in rows:
        if len(index) == 1:
            draft = drafts[index[0]]
            draft.name = tables.text(row.get("name"))
            draft.tagged |= {by_end[one] for one in _listed(row.get("tagged")) if one in by_end}
            draft.untagged |= {by_end[one] for one in _listed(row.get("untagged")) if one in by_end}


def _listed(value: tables.Value) -> Iterator[str]:
    for part in tables.text(value, limit=4000).split(","):
        if found := _RANGE.fullmatch(part.strip()):
            first = int(found["first"])
            last = int(found["last"] or first)
            for number in range(first, min(last, first + 1000) + 1):
                yield f"{found['head'] or ''}{number}"


def note_pvids(drafts: Drafts, rows: Rows, bridge: Mapping[int, int]) -> None:
    """Of an agent that tells no more: the VLANs its ports put untagged frames into."""
    for index, row in rows:
        number = tables.number(row.get("vlan"))
        if len(index) == 1 and index[0] in bridge and 0 < number <= _LARGEST_VLAN:
            drafts[number].untagged.add(bridge[index[0]])
