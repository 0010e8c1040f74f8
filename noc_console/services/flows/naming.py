"""Numbers in a row of flows become names an operator knows, and filters that find them again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from ipaddress import ip_address, ip_network

from noc_console.kernel.actor import Actor
from noc_console.kernel.errors import NotFound
from noc_console.services.flows.model import Dimension, FlowPrefix, Talker, Traffic
from noc_console.services.flows.rules.applications import (
    application_name,
    dscp_name,
    protocol_name,
)
from noc_console.services.inventory.model import Device, Interface
from noc_console.services.inventory.service import InventoryService
from noc_console.wire.flows.records import address_text

Key = Mapping[str, int]


@dataclass(slots=True)
class Names:
    """Looks names up, each once; made anew for every answer."""

    actor: Actor
    inventory: InventoryService
    words: Mapping[int, str]
    devices_of: Mapping[str, int]
    """Device by the address it exports from."""
    prefixes: Sequence[FlowPrefix]
    _devices: dict[int, Device | None] = field(default_factory=dict)
    _ports: dict[int, dict[int, Interface]] = field(default_factory=dict)
    _named: dict[str, FlowPrefix] | None = None

    async def talker(self, by: Dimension, key: Key, traffic: Traffic) -> Talker:
        """One row of an answer in words."""
        if by in (Dimension.SOURCE, Dimension.DESTINATION):
            return self._address(by, key, traffic)
        if by is Dimension.CONVERSATION:
            return self._conversation(key, traffic)
        if by in (Dimension.IN_INTERFACE, Dimension.OUT_INTERFACE):
            return await self._interface(by, key, traffic)
        if by is Dimension.EXPORTER:
            return await self._exporter(key, traffic)
        if by in (Dimension.SOURCE_PREFIX, Dimension.DESTINATION_PREFIX):
            return self._prefix(by, key, traffic)
        if by is Dimension.CUSTOMER:
            owner = self.words.get(key["customer"], "")
            where = f"customer:{owner or 'none'}"
            return Talker(owner or "no customer", traffic, (where,))
        return _plain(by, key, traffic)

    def about(self, address: str) -> str:
        """Name and owner of the longest named prefix around an address."""
        named = self._by_prefix()
        if not address or not named:
            return ""
        found = ip_address(address)
        for size in range(found.max_prefixlen, -1, -1):
            if known := named.get(str(ip_network((found, size), strict=False))):
                return _described(known)
        return ""

    def _by_prefix(self) -> dict[str, FlowPrefix]:
        if self._named is None:
            self._named = {one.prefix: one for one in self.prefixes}
        return self._named

    def _address(self, by: Dimension, key: Key, traffic: Traffic) -> Talker:
        side = "src" if by is Dimension.SOURCE else "dst"
        address = address_text(key[f"{side}_hi"], key[f"{side}_lo"])
        where = (f"{by}:{address}",) if address else ()
        return Talker(address or "not told", traffic, where, self.about(address))

    def _conversation(self, key: Key, traffic: Traffic) -> Talker:
        source = address_text(key["src_hi"], key["src_lo"])
        target = address_text(key["dst_hi"], key["dst_lo"])
        where = (f"source:{source}", f"destination:{target}") if source and target else ()
        ends = " → ".join(filter(None, (self.about(source), self.about(target))))
        return Talker(f"{source or '?'} → {target or '?'}", traffic, where, ends)

    def _prefix(self, by: Dimension, key: Key, traffic: Traffic) -> Talker:
        column = "src_net" if by is Dimension.SOURCE_PREFIX else "dst_net"
        prefix = self.words.get(key[column], "")
        if not prefix:
            return Talker("elsewhere", traffic, (f"{by}:none",), "in none of the known prefixes")
        known = self._by_prefix().get(prefix)
        detail = _described(known) if known else "connected"
        return Talker(prefix, traffic, (f"{by}:{prefix}",), detail)

    async def _exporter(self, key: Key, traffic: Traffic) -> Talker:
        address = self.words.get(key["exporter"], "")
        device = await self.device_at(address)
        return Talker(
            device.name if device else address or "not told",
            traffic,
            (f"exporter:{address}",) if address else (),
            address if device else "",
            device_id=device.id if device else None,
        )

    async def _interface(self, by: Dimension, key: Key, traffic: Traffic) -> Talker:
        index = key["in_if" if by is Dimension.IN_INTERFACE else "out_if"]
        address = self.words.get(key["exporter"], "")
        device = await self.device_at(address)
        owner = device.name if device else address or "?"
        port = await self._port(device, index)
        label = f"{owner}  {port.name}" if port else f"{owner}  interface {index}"
        if index == 0:
            label = f"{owner}  itself, or dropped"
        return Talker(
            label,
            traffic,
            (f"{by}:{address}#{index}",) if address else (),
            port.alias or port.descr if port else "",
            device_id=device.id if device else None,
            interface_id=port.id if port else None,
        )

    async def device_at(self, address: str) -> Device | None:
        """The device that exports from an address; None when it is gone or a stranger."""
        number = self.devices_of.get(address)
        if number is None:
            return None
        if number not in self._devices:
            try:
                found = await self.inventory.device(self.actor, device_id=number)
            except NotFound:
                found = None
            self._devices[number] = found
        return self._devices[number]

    async def _port(self, device: Device | None, index: int) -> Interface | None:
        if device is None or index == 0:
            return None
        if device.id not in self._ports:
            ports = await self.inventory.interfaces(self.actor, device_id=device.id)
            self._ports[device.id] = {port.index: port for port in ports}
        return self._ports[device.id].get(index)


def _described(one: FlowPrefix) -> str:
    return f"{one.name}, {one.owner}" if one.owner and one.owner != one.name else one.name


def _plain(by: Dimension, key: Key, traffic: Traffic) -> Talker:
    """Dimensions whose numbers speak for themselves."""
    if by is Dimension.APPLICATION:
        protocol, port = key["protocol"], key["port"]
        name, number = application_name(protocol, port), protocol_name(protocol)
        exact = f"{number}/{port}" if port or "other ports" in name else number
        return Talker(name, traffic, (f"application:{exact}",), exact if exact != name else "")
    if by is Dimension.PROTOCOL:
        name = protocol_name(key["protocol"])
        return Talker(name, traffic, (f"protocol:{name}",))
    if by is Dimension.DSCP:
        return Talker(dscp_name(key["dscp"]), traffic, (f"dscp:{key['dscp']}",))
    asn = key["src_as" if by is Dimension.SOURCE_AS else "dst_as"]
    return Talker(f"AS{asn}" if asn else "AS not told", traffic, (f"{by}:{asn}",))
