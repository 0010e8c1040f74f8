"""What there is to poll: the inventory's devices with the credentials they answered to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable

from noc_console.kernel.actor import Actor
from noc_console.services.credentials.model import SnmpCredential, SnmpTarget
from noc_console.services.credentials.service import CredentialService
from noc_console.services.inventory.model import Device, Interface, Link, Sensor, is_current
from noc_console.services.inventory.service import InventoryService
from noc_console.services.telemetry.model import PollPolicy, Subject

FEW = 40
"""So many changed devices are read one by one; beyond that everything is read anew."""


class Plan:
    """Reads subjects out of the inventory."""

    def __init__(
        self, inventory: InventoryService, credentials: CredentialService, actor: Actor
    ) -> None:
        self._inventory = inventory
        self._credentials = credentials
        self._actor = actor

    async def everything(self, policy: PollPolicy) -> dict[int, Subject]:
        """Every device that can be asked, by id."""
        interfaces = await self._inventory.interfaces(self._actor)
        sensors = await self._inventory.sensors(self._actor)
        return await self._subjects(policy, None, interfaces, sensors)

    async def some(self, policy: PollPolicy, device_ids: Collection[int]) -> dict[int, Subject]:
        """These devices; those that cannot be asked (any more) are absent."""
        interfaces: list[Interface] = []
        sensors: list[Sensor] = []
        for number in device_ids:
            interfaces += await self._inventory.interfaces(self._actor, device_id=number)
            sensors += await self._inventory.sensors(self._actor, device_id=number)
        return await self._subjects(policy, set(device_ids), interfaces, sensors)

    async def _subjects(
        self,
        policy: PollPolicy,
        wanted: set[int] | None,
        interfaces: Iterable[Interface],
        sensors: Iterable[Sensor],
    ) -> dict[int, Subject]:
        devices = await self._inventory.devices(self._actor)
        opened = {
            int(known.id): credential
            for known, credential in await self._credentials.opened(self._actor)
        }
        sites = {site.id: site.name for site in await self._inventory.sites(self._actor)}
        linked = _linked(await self._inventory.links(self._actor))
        by_device: dict[int, tuple[list[Interface], list[Sensor]]] = defaultdict(lambda: ([], []))
        for port in interfaces:
            by_device[int(port.device_id)][0].append(port)
        for sensor in sensors:
            by_device[int(sensor.device_id)][1].append(sensor)
        found = {}
        for device in devices:
            number = int(device.id)
            credential = opened.get(device.credential_id or 0)
            if credential is None or not device.address or not device.port:
                continue
            if wanted is not None and number not in wanted:
                continue
            ports, measured = by_device[number]
            found[number] = Subject(
                device=device,
                target=target_of(device, credential, policy),
                interfaces=tuple(ports),
                sensors=tuple(one for one in measured if is_current(one, device)),
                linked=frozenset(int(port.id) for port in ports if int(port.id) in linked),
                site_name="" if device.site_id is None else sites.get(device.site_id, ""),
            )
        return found


def target_of(device: Device, credential: SnmpCredential, policy: PollPolicy) -> SnmpTarget:
    """Patience in proportion to the interval: a dead device must be certain within two of them."""
    return SnmpTarget(
        address=device.address,
        port=device.port,
        credential=credential,
        timeout_s=min(2.0, max(0.25, policy.interval_s / 20)),
    )


def _linked(links: Iterable[Link]) -> set[int]:
    ends = ((link.a_interface, link.b_interface) for link in links)
    return {int(end) for pair in ends for end in pair if end is not None}
