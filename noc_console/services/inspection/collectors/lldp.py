"""LLDP (IEEE 802.1AB): who the device hears on its ports, by each MIB that tells it.

The LLDP-MIB of 2005, the LLDP-V2-MIB of 2009, and the tables of vendors that have neither.
lldpRemLocalPortNum is not the ifIndex, though many agents make it so: lldpLocPortTable says
what each number is, by a subtype of its own choice.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from noc_console.services.inspection import tables
from noc_console.services.inspection.model import Interface, Neighbour
from noc_console.services.inspection.ports import Agent
from noc_console.services.inspection.tables import Index, Row, Rows, Value, columns

LOCAL = columns("1.0.8802.1.1.2.1.3.7.1", kind=2, id=3, descr=4, limit=4000)
REMOTE = columns(
    "1.0.8802.1.1.2.1.4.1.1",
    chassisIdSubtype=4,
    chassisId=5,
    portIdSubtype=6,
    portId=7,
    portDesc=8,
    sysName=9,
    sysDesc=10,
    sysCapEnabled=12,
    limit=4000,
)
# The address itself is in the index; ifSubtype is the first readable column.
ADDRESSES = columns("1.0.8802.1.1.2.1.4.2.1", ifSubtype=3, limit=4000)
REMOTE_V2 = columns(
    "1.3.111.2.802.1.1.13.1.4.1.1",
    chassisIdSubtype=5,
    chassisId=6,
    portIdSubtype=7,
    portId=8,
    portDesc=9,
    sysName=10,
    sysDesc=11,
    sysCapEnabled=13,
    limit=4000,
)
ADDRESSES_V2 = columns("1.3.111.2.802.1.1.13.1.4.2.1", ifSubtype=3, limit=4000)
TIMETRA = columns(
    "1.3.6.1.4.1.6527.3.1.2.59.4.1.1",
    chassisIdSubtype=4,
    chassisId=5,
    portIdSubtype=6,
    portId=7,
    portDesc=8,
    sysName=9,
    sysDesc=10,
    sysCapEnabled=12,
    limit=4000,
)
TPLINK = columns(
    "1.3.6.1.4.1.11863.6.35.1.2.2.1",
    chassisId=4,
    portId=6,
    portDesc=8,
    sysName=9,
    sysDesc=10,
    managed_at=13,
    limit=4000,
)
MIKROTIK_PORTS = columns("1.3.6.1.4.1.14988.1.1.11.1.1", port=8, limit=4000)
"""mtxrNeighborTable: RouterOS numbers its LLDP neighbours as it does there."""
NEEDS = (LOCAL, REMOTE, ADDRESSES, REMOTE_V2, ADDRESSES_V2, TIMETRA, TPLINK, MIKROTIK_PORTS)

_LONGEST_DESCRIPTION = 1000
_MAC_WORDS = re.compile(r"[0-9A-Fa-f]{2}(?:[:\- ][0-9A-Fa-f]{2}){5}")
_OUI_WORDS = re.compile(r"[0-9A-Fa-f]{4}(?:[.\-][0-9A-Fa-f]{4}){2}")
_LOCAL_PORT_FIELDS = ("name", "descr", "alias")

_ID_MAC_CHASSIS, _ID_MAC_PORT = 4, 3
_ADDRESS_CHASSIS, _ADDRESS_PORT = 5, 4
_INTERFACE_CHASSIS = 6
_ENDPOINT = 0x04 | 0x01  # telephone (bit 5) and station only (bit 7) of the first octet
_NETWORK = 0x40 | 0x20 | 0x10 | 0x08  # repeater, bridge, access point, router


async def read(
    agent: Agent, interfaces: Sequence[Interface], bridge: Mapping[int, int]
) -> tuple[Neighbour, ...]:
    """Each remote system with our port, its chassis, port and first management address."""
    known = Ports(interfaces)
    found: list[Neighbour] = []
    if remote := await agent.rows(REMOTE):
        numbers = known.by_number(await agent.rows(LOCAL), bridge)
        mikrotik = {
            index[0]: tables.number(row.get("port"))
            for index, row in await agent.rows(MIKROTIK_PORTS)
        }

        def port_of(index: Index) -> int:
            number = index[1]
            if number == 0 and index[2] in mikrotik:
                return mikrotik[index[2]]
            return numbers.get(number) or bridge.get(number, number)

        found += systems(remote, await agent.rows(ADDRESSES), known, port_of, size=3)
    if remote := await agent.rows(REMOTE_V2):
        addresses = await agent.rows(ADDRESSES_V2)
        found += systems(remote, addresses, known, lambda index: index[1], size=4)
    found += systems(await agent.rows(TIMETRA), (), known, lambda index: index[1], size=4)
    found += systems(await agent.rows(TPLINK), (), known, lambda index: index[0], size=2)
    return each_once(found)


class Ports:
    """The device's interfaces by what LLDP may call them."""

    def __init__(self, interfaces: Sequence[Interface]) -> None:
        self.known = {port.if_index: port for port in interfaces}
        self._words = [
            _unique((getattr(port, field), port.if_index) for port in interfaces)
            for field in _LOCAL_PORT_FIELDS
        ]
        self._macs = _unique((port.mac, port.if_index) for port in interfaces)

    def name(self, if_index: int) -> str:
        port = self.known.get(if_index)
        return port.name if port else ""

    def by_number(self, local: Rows, bridge: Mapping[int, int]) -> dict[int, int]:
        """lldpLocPortNum → ifIndex: what the port calls itself, a bridge port, or the ifIndex."""
        found: dict[int, int] = {}
        for index, row in local:
            if len(index) == 1:
                port = self._named(row) or bridge.get(index[0], index[0])
                if port in self.known:
                    found[index[0]] = port
        return found

    def _named(self, row: Row) -> int | None:
        """The only interface that the port's id or description names."""
        octets = row.get("id")
        if row.get("kind", _ID_MAC_PORT) == _ID_MAC_PORT and tables.mac(octets) in self._macs:
            return self._macs[tables.mac(octets)]
        for words in (tables.text(octets), tables.text(row.get("descr"))):
            for names in self._words:
                if words in names:
                    return names[words]
        words = tables.text(octets)
        if words.isascii() and words.isdigit() and int(words) in self.known:
            return int(words)
        return None


def _unique(pairs: Iterable[tuple[str, int]]) -> dict[str, int]:
    """Words that only one interface has."""
    found: dict[str, int] = {}
    twice: set[str] = set()
    for words, if_index in pairs:
        if words in found:
            twice.add(words)
        found[words] = if_index
    return {words: port for words, port in found.items() if words and words not in twice}


def systems(
    remote: Rows, addresses: Rows, known: Ports, port_of: Callable[[Index], int], *, size: int
) -> list[Neighbour]:
    """The neighbours of one table whose index has so many numbers; our port is up to `port_of`."""
    managed = _managed(addresses, size)
    found = []
    for index, row in remote:
        if len(index) == size:
            port = port_of(index)
            one = _system(index, row, port if port in known.known else None, known.name(port))
            address = managed.get(index) or tables.address(row.get("managed_at"))
            if address and not one.remote_address:
                one = replace(
                    one, remote_address=address, raw=f"{one.raw}\nlldpRemManAddr = {address}"
                )
            found.append(one)
    return found


def each_once(found: Sequence[Neighbour]) -> tuple[Neighbour, ...]:
    """The first of equal neighbours: some agents keep what they heard before beside it."""
    known: dict[tuple[object, ...], Neighbour] = {}
    for one in found:
        known.setdefault(
            (one.local_if_index, one.remote_chassis, one.remote_port, one.remote_name), one
        )
    return tuple(known.values())


def _system(index: Index, row: Row, if_index: int | None, local_port: str) -> Neighbour:
    chassis_kind = tables.number(row.get("chassisIdSubtype"))
    port_kind = tables.number(row.get("portIdSubtype"))
    chassis = identifier(row.get("chassisId"), chassis_kind, _ID_MAC_CHASSIS, _ADDRESS_CHASSIS)
    port = identifier(row.get("portId"), port_kind, _ID_MAC_PORT, _ADDRESS_PORT)
    if chassis_kind == _INTERFACE_CHASSIS and port_kind == _ID_MAC_PORT:
        # VMware names the port in the chassis id, and its MAC in the port id.
        chassis, port = port, chassis
    octets = row.get("sysCapEnabled")
    bits = octets[0] if isinstance(octets, bytes) and 0 < len(octets) <= 2 else 0
    return Neighbour(
        protocol="lldp",
        local_if_index=if_index,
        local_port=local_port,
        remote_name=_c_string(row.get("sysName")),
        remote_port=port,
        remote_port_descr=_c_string(row.get("portDesc")),
        remote_version=_description(row.get("sysDesc")),
        remote_address=chassis if chassis_kind == _ADDRESS_CHASSIS else "",
        remote_chassis=chassis,
        raw=tables.raw("lldpRem", index, row),
        is_endpoint=bool(bits & _ENDPOINT) and not bits & _NETWORK,
    )


def identifier(value: Value, kind: int, mac_kind: int, address_kind: int) -> str:
    """A chassis or port id as words; MACs alike, whether sent as octets or spelt in any way."""
    if kind == address_kind and isinstance(value, bytes) and len(value) > 1:
        # networkAddress: an IANA address family number, then the address.
        return tables.packed(value[1:]) or tables.text(value)
    if isinstance(value, bytes) and len(value) == 6 and (kind == mac_kind or not _is_text(value)):
        return value.hex(":")
    words = _c_string(value)
    if _MAC_WORDS.fullmatch(words) or _OUI_WORDS.fullmatch(words):
        digits = re.sub(r"[^0-9A-Fa-f]", "", words).lower()
        return bytes.fromhex(digits).hex(":")
    return words


def _is_text(octets: bytes) -> bool:
    return all(0x20 <= octet < 0x7F for octet in octets)


def _c_string(value: Value) -> str:
    """Text up to the first NUL: what follows is what else was in the sender's buffer."""
    return tables.text(value.partition(b"\0")[0] if isinstance(value, bytes) else value)


def _description(value: Value) -> str:
    """sysDesc as one line, without the quotes some agents put around it."""
    octets = value.partition(b"\0")[0] if isinstance(value, bytes) else value
    words = tables.text(octets, _LONGEST_DESCRIPTION)
    return words[1:-1].strip() if len(words) > 1 and words[0] == words[-1] == '"' else words


def _managed(rows: Rows, size: int) -> dict[Index, str]:
    """Remote system → its management address; IPv4 wins, as more of the network has it."""
    found: dict[Index, str] = {}
    for index, _ in rows:
        address = tables.inet(index[size], index[size + 1 :]) if len(index) > size + 4 else ""
        if address and (index[:size] not in found or ":" in found[index[:size]]):
            found[index[:size]] = address
    return found
