"""What there is to poll: the inventory's devices with the credentials they answered to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import AsyncIterator, Collection

from noc_console.kernel.actor import Actor
from noc_console.services.credentials.model import SnmpCredential, SnmpTarget
from noc_console.services.credentials.service import CredentialService
from noc_console.services.inventory.model import (
    Device,
    Sensor,
    is_current,
)
from noc_console.services.inventory.pollable import Pollable, PortFact
from noc_console.services.inventory.service import InventoryService
from noc_console.services.telemetry.model import PollPolicy, Ports, Subject
from noc_console.services.telemetry.rules.ports import ports_of
from noc_console.services.telemetry.rules.tiers import rhythm_of

PORTION = 200
"""Devices read at a time: ten thousand interfaces, that are objects for a moment only."""


class Plan:
    """Reads subjects out of the inventory."""

    def __init__(
        self, inventory: InventoryService, credentials: CredentialService, actor: Actor
    ) -> None:
        self._inventory = inventory
        self._credentials = credentials
        self._actor = actor

    async def signs(self) -> dict[int, int]:
        """Every device, with a number that changes when it is to be read anew."""
        return await self._inventory.poll_signs(self._actor)

    async def read(
        self, policy: PollPolicy, device_ids: Collection[int]
    ) -> AsyncIterator[dict[int, Subject]]:
        """These devices, some at a time; those that cannot be asked (any more) are absent."""
        opened = {
            int(known.id): credential
            for known, credential in await self._credentials.opened(self._actor)
        }
        every = sorted(device_ids)
        for start in range(0, len(every), PORTION):
            some = every[start : start + PORTION]
            found = await self._inventory.pollable(self._actor, device_ids=some)
            yield _subjects(found, opened, policy)


def _subjects(
    found: Pollable, opened: dict[int, SnmpCredential], policy: PollPolicy
) -> dict[int, Subject]:
    facts: dict[int, list[PortFact]] = defaultdict(list)
    sensors: dict[int, list[Sensor]] = defaultdict(list)
    for fact in found.ports:
        facts[fact.device_id].append(fact)
    for sensor in found.sensors:
        sensors[int(sensor.device_id)].append(sensor)
    subjects = {}
    for device in found.devices:
        credential = opened.get(device.credential_id or 0)
        if credential is None or not device.address or not device.port:
            continue
        number = int(device.id)
        site = "" if device.site_id is None else found.site_names.get(device.site_id, "")
        subjects[number] = Subject(
            device=device,
            target=target_of(device, credential, policy, site_name=site),
            ports=ports_of(facts[number]) if number in facts else NO_PORTS,
            sensors=tuple(one for one in sensors[number] if is_current(one, device)),
            site_name=site,
        )
    return subjects


NO_PORTS: Ports = ports_of(())


def target_of(
    device: Device, credential: SnmpCredential, policy: PollPolicy, *, site_name: str = ""
) -> SnmpTarget:
    """Patience in proportion to the interval: a dead device must be certain within two of them."""
    interval = rhythm_of(device, policy, site_name=site_name).interval_s
    return SnmpTarget(
        address=device.address,
        port=device.port,
        credential=credential,
        timeout_s=patience_s(interval),
    )


def patience_s(interval: float) -> float:
    """How long one request to a device with this rhythm is waited for."""
    return min(2.0, max(0.25, interval / 20))
