"""LLDP-MIB (IEEE 802.1AB-2005): who the device hears on its ports.

lldpRemLocalPortNum is not the ifIndex, though many agents make it so: lldpLocPortTable says
what each number is, by a subtype of its own choice.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from noc_console.services.inspection import tables
from noc_console.services.inspection.tables import Row, Rows, columns
from noc_console.services.inventory.model import EvidenceKind, SeenInterface, SeenNeighbour

LOCAL = columns("1.0.8802.1.1.2.1.3.7.1", kind=2, id=3, descr=4, limit=4000)
REMOTE = columns(
    "1.0.8802.1.1.2.1.4.1.1",
    chassisIdSubtype=4,
    chassisId=5,
    portIdSubtype=6,
    portId=7,
    portDesc=8,
    sysName=9,
    sysCapEnabled=12,
    limit=4000,
)
# The address itself is in the index; ifSubtype is the first readable column.
ADDRESSES = columns("1.0.8802.1.1.2.1.4.2.1", ifSubtype=3, limit=4000)

_ID_MAC_CHASSIS, _ID_MAC_PORT = 4, 3
_ADDRESS_CHASSIS, _ADDRESS_PORT = 5, 4
_ENDPOINT = 0x04 | 0x01  # telephone (bit 5) and station only (bit 7) of the first octet
_NETWORK = 0x40 | 0x20 | 0x10 | 0x08  # repeater, bridge, access point, router


def neighbours(
    local: Rows,
    remote: Rows,
    managed_at: Rows,
    interfaces: Sequence[SeenInterface],
    bridge_ports: Mapping[int, int],
) -> tuple[SeenNeighbour, ...]:
    """Each remote system with our port, its chassis, port and first management address."""
    by_number = local_ports(local, interfaces, bridge_ports)
    addresses = _addresses(managed_at)
    known = {port.index for port in interfaces}
    found = []
    for index, row in remote:
        if len(index) != 3:
            continue
        if_index = by_number.get(index[1])
        if if_index is None:
            if_index = bridge_ports.get(index[1], index[1])
        found.append(
            _neighbour(
                index, row, if_index if if_index in known else None, addresses.get(index, "")
            )
        )
    return tuple(found)


def local_ports(
    local: Rows, interfaces: Sequence[SeenInterface], bridge_ports: Mapping[int, int]
) -> dict[int, int]:
    """lldpLocPortNum → ifIndex."""
    found: dict[int, int] = {}
    for index, row in local:
        if len(index) != 1:
            continue
        port = _by_words(row, interfaces)
        if port is None:
            for guess in (bridge_ports.get(index[0]), index[0]):
                port = next((i.index for i in interfaces if i.index == guess), None)
                if port is not None:
                    break
        if port is not None:
            found[index[0]] = port
    return found


def _by_words(row: Row, interfaces: Sequence[SeenInterface]) -> int | None:
    """The only interface that the port's id or description names."""
    if row.get("kind") == _ID_MAC_PORT:
        wanted = tables.mac(row.get("id"))
        same = [port.index for port in interfaces if wanted and port.mac == wanted]
        if len(same) == 1:
            return same[0]
    for words in (tables.text(row.get("id")), tables.text(row.get("descr"))):
        if not words:
            continue
        for field in ("name", "descr", "alias"):
            same = [port.index for port in interfaces if getattr(port, field) == words]
            if len(same) == 1:
                return same[0]
    return None


def _neighbour(index: tables.Index, row: Row, if_index: int | None, address: str) -> SeenNeighbour:
    capabilities = row.get("sysCapEnabled")
    bits = capabilities[0] if isinstance(capabilities, bytes) and capabilities else 0
    chassis_kind = tables.number(row.get("chassisIdSubtype"))
    port_kind = tables.number(row.get("portIdSubtype"))
    chassis = _identifier(row.get("chassisId"), chassis_kind, _ID_MAC_CHASSIS, _ADDRESS_CHASSIS)
    if chassis_kind == _ADDRESS_CHASSIS and not address:
        address = chassis
    return SeenNeighbour(
        kind=EvidenceKind.LLDP,
        if_index=if_index,
        remote_name=tables.text(row.get("sysName")),
        remote_port=_identifier(row.get("portId"), port_kind, _ID_MAC_PORT, _ADDRESS_PORT),
        remote_port_descr=tables.text(row.get("portDesc")),
        remote_address=address,
        remote_chassis=chassis,
        raw=tables.raw("lldpRem", index, row)
        + (f"\nlldpRemManAddr = {address}" if address else ""),
        is_endpoint=bool(bits & _ENDPOINT) and not bits & _NETWORK,
    )


def _identifier(value: tables.Value, kind: int, mac_kind: int, address_kind: int) -> str:
    """A chassis or port id as words, by its subtype; six odd octets are a MAC whatever it says."""
    if kind == address_kind and isinstance(value, bytes) and len(value) > 1:
        # networkAddress: an IANA address family number, then the address.
        return tables.packed(value[1:])
    if kind == mac_kind:
        return tables.mac(value) or tables.text(value)
    if isinstance(value, bytes) and len(value) == 6 and not value.isascii():
        return tables.mac(value)
    return tables.text(value)


def _addresses(rows: Rows) -> dict[tables.Index, str]:
    """Remote system → its management address; IPv4 wins, as more of the network has it."""
    found: dict[tables.Index, str] = {}
    for index, _ in rows:
        if len(index) < 8:
            continue
        address = tables.inet(index[3], index[4:])
        if address and (index[:3] not in found or ":" in found[index[:3]]):
            found[index[:3]] = address
    return found
