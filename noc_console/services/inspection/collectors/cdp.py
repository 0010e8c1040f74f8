"""CDP and what is made like it: Foundry's FDP, Broadcom's ISDP, and MikroTik's neighbours."""

from __future__ import annotations

import re
from collections.abc import Sequence

from noc_console.services.inspection import tables
from noc_console.services.inspection.model import Interface, Neighbour
from noc_console.services.inspection.ports import Agent
from noc_console.services.inspection.tables import Index, Row, Rows, columns

CDP = columns(
    "1.3.6.1.4.1.9.9.23.1.2.1.1",
    addressType=3,
    address=4,
    version=5,
    deviceId=6,
    devicePort=7,
    platform=8,
    capabilities=9,
    limit=4000,
)
FDP = columns(
    "1.3.6.1.4.1.1991.1.1.3.20.1.2.1.1",
    deviceId=3,
    addressType=4,
    address=5,
    version=6,
    devicePort=7,
    platform=8,
    vendorId=10,
    limit=4000,
)
# Broadcom's FASTPATH under each maker's own number.
ISDP = tuple(
    columns(
        f"{base}.1.2.1.1",
        address=3,
        version=5,
        deviceId=6,
        devicePort=7,
        platform=8,
        limit=4000,
    )
    for base in (
        "1.3.6.1.4.1.4413.1.1.39",
        "1.3.6.1.4.1.674.10895.5000.2.6132.1.1.39",
        "1.3.6.1.4.1.4526.10.39",
    )
)
MNDP = columns(
    "1.3.6.1.4.1.14988.1.1.11.1.1",
    ipAddress=2,
    macAddress=3,
    version=4,
    platform=5,
    identity=6,
    interfaceID=8,
    limit=4000,
)
NEEDS = (CDP, FDP, *ISDP, MNDP)

_HEARD_BY_CDP = 2
"""snFdpCacheVendorId: Foundry keeps CDP neighbours in the table of its own protocol."""
_WITH_SERIAL = re.compile(r"^(?P<name>[^()]+)\([A-Z0-9]{8,}\)$")
_LONGEST_VERSION = 1000
_PHONE, _NETWORK = 0x80, 0x01 | 0x02 | 0x08


async def read(agent: Agent, interfaces: Sequence[Interface]) -> tuple[Neighbour, ...]:
    """The neighbours of every table of this kind."""
    names = {port.if_index: port.name for port in interfaces}
    found = [*cached("cdp", await agent.rows(CDP), names)]
    found += cached("fdp", await agent.rows(FDP), names)
    for spec in ISDP:
        found += cached("isdp", await agent.rows(spec), names)
    return (*found, *mikrotik(await agent.rows(MNDP), names))


def cached(protocol: str, rows: Rows, names: dict[int, str]) -> tuple[Neighbour, ...]:
    """A cache of neighbours whose index begins with our ifIndex."""
    return tuple(
        _cached("cdp" if row.get("vendorId") == _HEARD_BY_CDP else protocol, index, row, names)
        for index, row in rows
        if len(index) == 2
    )


def _cached(protocol: str, index: Index, row: Row, names: dict[int, str]) -> Neighbour:
    octets = row.get("capabilities")
    bits = octets[-1] if isinstance(octets, bytes) and octets else 0
    return Neighbour(
        protocol=protocol,
        local_if_index=index[0] if index[0] in names else None,
        local_port=names.get(index[0], ""),
        remote_name=_without_serial(tables.text(row.get("deviceId"))),
        remote_port=tables.text(row.get("devicePort")),
        remote_platform=tables.text(row.get("platform")),
        remote_version=tables.text(row.get("version"), _LONGEST_VERSION),
        remote_address=tables.address(row.get("address")),
        raw=tables.raw(f"{protocol}Cache", index, row),
        is_endpoint=bool(bits & _PHONE) and not bits & _NETWORK,
    )


def _without_serial(device: str) -> str:
    """NX-OS writes `name(SERIAL)` as device id."""
    named = _WITH_SERIAL.match(device)
    return named["name"] if named else device


def mikrotik(rows: Rows, names: dict[int, str]) -> tuple[Neighbour, ...]:
    """MIKROTIK-MIB mtxrNeighborTable; it does not tell the neighbour's port.

    Rows that tell neither name nor address are of neighbours it knows by LLDP only.
    """
    return tuple(
        Neighbour(
            protocol="mndp",
            local_if_index=port
            if (port := tables.number(row.get("interfaceID"))) in names
            else None,
            local_port=names.get(port, ""),
            remote_name=tables.text(row.get("identity")),
            remote_platform=tables.text(row.get("platform")),
            remote_version=tables.text(row.get("version")),
            remote_address=tables.address(row.get("ipAddress")),
            remote_chassis=tables.mac(row.get("macAddress")),
            raw=tables.raw("mtxrNeighbor", index, row),
        )
        for index, row in rows
        if row.keys() & {"identity", "macAddress", "ipAddress"}
    )
