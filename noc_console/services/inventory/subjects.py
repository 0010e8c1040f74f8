"""Devices as the choice of a credential sees them: with their site, which some are for."""

from __future__ import annotations

from dataclasses import replace

from noc_console.kernel.actor import Actor
from noc_console.services.credentials.model import Subject
from noc_console.services.inventory.model import Device
from noc_console.services.inventory.service import InventoryService


def subject_of(device: Device, site: str = "") -> Subject:
    """`site` is the name of the device's site."""
    return Subject(
        device_id=int(device.id),
        name=device.name,
        address=device.address,
        platform=device.platform,
        vendor=device.vendor,
        type=device.type.value,
        model=device.model,
        site=site,
        tags=device.tags,
    )


async def subject_at_site(inventory: InventoryService, actor: Actor, device: Device) -> Subject:
    """The same, with the site looked up; for one device, not for thousands."""
    if device.site_id is None:
        return subject_of(device)
    looker = replace(actor, rights=actor.rights | {"inventory.read"})
    named = {site.id: site.name for site in await inventory.sites(looker)}
    return subject_of(device, named.get(device.site_id, ""))
