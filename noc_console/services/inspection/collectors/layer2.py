"""ARP and bridge tables: which addresses were heard, and at which port."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping

from noc_console.services.inspection import tables
from noc_console.services.inspection.tables import Rows, columns
from noc_console.services.inventory.model import EvidenceKind, SeenNeighbour

OLD_ARP = columns("1.3.6.1.2.1.4.22.1", physAddress=2, type=4, limit=2000)
ARP = columns("1.3.6.1.2.1.4.35.1", physAddress=4, type=6, state=7, limit=2000)
BRIDGE_PORT = columns("1.3.6.1.2.1.17.1.4.1", if_index=2, limit=4000)
FDB = columns("1.3.6.1.2.1.17.4.3.1", port=2, status=3, limit=5000)
VLAN_FDB = columns("1.3.6.1.2.1.17.7.1.2.2.1", port=2, status=3, limit=5000)

_INVALID, _LEARNED = 2, 3
_GONE = (5, 6, 7)  # unreachable-like states of ipNetToPhysicalState: invalid, unknown, incomplete
MOST_PER_PORT = 16
"""MACs at one port above which it leads to a whole network and says nothing of a neighbour."""


def bridge_ports(rows: Rows) -> dict[int, int]:
    """dot1dBasePort → ifIndex."""
    return {
        index[0]: tables.number(row.get("if_index"))
        for index, row in rows
        if len(index) == 1 and tables.number(row.get("if_index")) > 0
    }


def arp(old: Rows, new: Rows) -> tuple[SeenNeighbour, ...]:
    """Address and MAC pairs by interface; interfaces with few come first, they are the links."""
    found: dict[tuple[int, str], SeenNeighbour] = {}
    for index, row in old:
        if len(index) == 5 and row.get("type") != _INVALID:
            _note(found, "ipNetToMedia", index, tables.ipv4(index[1:]), row)
    for index, row in new:
        if len(index) > 6 and row.get("type") != _INVALID and row.get("state") not in _GONE:
            _note(found, "ipNetToPhysical", index, tables.inet(index[1], index[2:]), row)
    crowd = Counter(port for port, _ in found)
    return tuple(
        found[key] for key in sorted(found, key=lambda key: (crowd[key[0]], key[0], key[1]))
    )


def _note(
    found: dict[tuple[int, str], SeenNeighbour],
    name: str,
    index: tables.Index,
    address: str,
    row: tables.Row,
) -> None:
    mac = tables.mac(row.get("physAddress"))
    if address and mac and mac != "ff:ff:ff:ff:ff:ff" and (index[0], address) not in found:
        found[index[0], address] = SeenNeighbour(
            kind=EvidenceKind.ARP,
            if_index=index[0],
            remote_address=address,
            remote_chassis=mac,
            raw=tables.raw(name, index, row),
        )


def fdb(plain: Rows, by_vlan: Rows, ports: Mapping[int, int]) -> tuple[SeenNeighbour, ...]:
    """Learned MACs by interface, where there are few enough to mean a neighbour."""
    heard: dict[int, dict[str, str]] = defaultdict(dict)
    for name, rows, skip in (("dot1qTpFdb", by_vlan, 1), ("dot1dTpFdb", plain, 0)):
        for index, row in rows:
            if row.get("status", _LEARNED) != _LEARNED:
                continue
            mac = tables.mac_of(index[skip:])
            number = tables.number(row.get("port"))
            if_index = ports.get(number, 0) if ports else number
            if mac and if_index > 0:
                heard[if_index].setdefault(mac, tables.raw(name, index, row))
    return tuple(
        SeenNeighbour(EvidenceKind.FDB, if_index=port, remote_chassis=mac, raw=raw)
        for port, macs in sorted(heard.items(), key=lambda item: (len(item[1]), item[0]))
        if len(macs) <= MOST_PER_PORT
        for mac, raw in sorted(macs.items())
    )
