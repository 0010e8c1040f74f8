"""Which device has which address, and which keys are for it: what a listener asks at once."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence

from noc_console.kernel.actor import Actor
from noc_console.kernel.secret import Secret
from noc_console.services.accounting.model import Known
from noc_console.services.credentials.matching import rank
from noc_console.services.credentials.model import Credential, Subject
from noc_console.services.credentials.service import CredentialService
from noc_console.services.inventory.model import Device
from noc_console.services.inventory.senders import Sender
from noc_console.services.inventory.service import InventoryService
from noc_console.services.inventory.subjects import subject_of

MOST_KEYS = 8
"""Of one device: while a key is changed there are two."""

Keys = Sequence[tuple[Credential, Secret]]


async def learnt(
    actor: Actor, *, inventory: InventoryService, credentials: CredentialService
) -> Mapping[str, Known] | None:
    """Every address a device speaks from, with the device and its keys; None without any key.

    Raises what the vault raises when it does not open.
    """
    keys = await credentials.tacacs_keys(actor)
    if not keys:
        return None
    devices = await inventory.devices(actor)
    sites = {int(site.id): site.name for site in await inventory.sites(actor)}
    held = await inventory.senders(actor)
    return await asyncio.to_thread(_by_address, keys, devices, sites, held)


def _by_address(
    keys: Keys, devices: Sequence[Device], sites: Mapping[int, str], held: Sequence[Sender]
) -> Mapping[str, Known]:
    known = {
        int(one.id): Known(
            int(one.id),
            one.name or one.address,
            one.platform,
            keys_for(keys, subject_of(one, sites.get(int(one.site_id or 0), ""))),
        )
        for one in devices
    }
    # Where a device answers is surer than what interfaces say: anycast, VRRP, loopback.
    sure = {one.address for one in held if one.answered}
    found: dict[str, int | None] = {}
    for one in held:
        if one.answered or one.address not in sure:
            number = int(one.device_id)
            found[one.address] = number if found.get(one.address, number) == number else None
    return {
        address: known[number]
        for address, number in found.items()
        if number is not None and number in known
    }


def keys_for(keys: Keys, subject: Subject) -> tuple[Secret, ...]:
    """The keys that match a device, the best match first, then in the operator's order."""
    ranked = [(rank(one.match, subject), one.position, key) for one, key in keys]
    fitting = [(best, position, key) for best, position, key in ranked if best is not None]
    fitting.sort(key=lambda each: (-each[0][0], -each[0][1], each[1]))
    return tuple(key for _, _, key in fitting[:MOST_KEYS])
