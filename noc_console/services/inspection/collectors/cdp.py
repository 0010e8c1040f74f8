"""CISCO-CDP-MIB and MikroTik's neighbours: what else is heard over the cable."""

from __future__ import annotations

import re

from noc_console.services.inspection import tables
from noc_console.services.inspection.tables import Rows, columns
from noc_console.services.inventory.model import EvidenceKind, SeenNeighbour

CDP = columns(
    "1.3.6.1.4.1.9.9.23.1.2.1.1",
    addressType=3,
    address=4,
    deviceId=6,
    devicePort=7,
    platform=8,
    capabilities=9,
    limit=4000,
)
MNDP = columns(
    "1.3.6.1.4.1.14988.1.1.11.1.1",
    ipAddress=2,
    macAddress=3,
    platform=5,
    identity=6,
    interfaceID=8,
    limit=4000,
)
_WITH_SERIAL = re.compile(r"^(?P<name>[^()]+)\([A-Z0-9]{8,}\)$")
_PHONE, _NETWORK = 0x80, 0x01 | 0x02 | 0x08


def cdp(rows: Rows) -> tuple[SeenNeighbour, ...]:
    """CDP's cache: its index begins with our ifIndex. NX-OS writes `name(SERIAL)` as device id."""
    found = []
    for index, row in rows:
        if len(index) != 2:
            continue
        device = tables.text(row.get("deviceId"))
        if named := _WITH_SERIAL.match(device):
            device = named["name"]
        octets = row.get("capabilities")
        bits = octets[-1] if isinstance(octets, bytes) and octets else 0
        found.append(
            SeenNeighbour(
                kind=EvidenceKind.CDP,
                if_index=index[0],
                remote_name=device,
                remote_port=tables.text(row.get("devicePort")),
                remote_address=tables.address(row.get("address")),
                raw=tables.raw("cdpCache", index, row),
                is_endpoint=bool(bits & _PHONE) and not bits & _NETWORK,
            )
        )
    return tuple(found)


def mndp(rows: Rows) -> tuple[SeenNeighbour, ...]:
    """MIKROTIK-MIB mtxrNeighborTable; it does not tell the neighbour's port."""
    return tuple(
        SeenNeighbour(
            kind=EvidenceKind.MNDP,
            if_index=tables.number(row.get("interfaceID")) or None,
            remote_name=tables.text(row.get("identity")),
            remote_address=tables.address(row.get("ipAddress")),
            remote_chassis=tables.mac(row.get("macAddress")),
            raw=tables.raw("mtxrNeighbor", index, row),
        )
        for index, row in rows
    )
