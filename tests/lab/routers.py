"""Lab routers as a console knows them: in the inventory, with a login and trusted keys."""

from __future__ import annotations

from noc_console.kernel.actor import Actor
from noc_console.kernel.clock import Clock
from noc_console.lab.run import Lab
from noc_console.lab.shell import host_key
from noc_console.services.credentials.service import CredentialService
from noc_console.services.hostkeys.model import HostKey
from noc_console.services.hostkeys.service import HostKeyService
from noc_console.services.inventory.model import Inspected
from noc_console.services.inventory.service import InventoryService

PLATFORMS = {"junos": "junos", "iosxe": "iosxe", "iosxr": "iosxr", "routeros": "routeros"}


async def known(
    lab: Lab,
    actor: Actor,
    *,
    inventory: InventoryService,
    credentials: CredentialService,
    hostkeys: HostKeyService,
    clock: Clock,
) -> dict[str, int]:
    """Their ids by name."""
    snmp = await credentials.add_snmp(actor, community="public")
    await credentials.add_ssh(actor, user="noc", password="lab")
    ids = {}
    for device in lab.plan.devices.values():
        seen = Inspected(
            address=device.host,
            port=device.snmp_port,
            at=clock.now(),
            name=device.name,
            credential_id=int(snmp.id),
            platform=PLATFORMS.get(device.character.family, ""),
            serial=device.serial,
            vendor=device.character.vendor,
            location="Amsterdam, AMS1",
        )
        ids[device.name] = int(await inventory.record(actor, inspected=seen))
        key = host_key(lab.plan.seed, device.name).convert_to_public()
        text = key.export_public_key("openssh").decode().split()
        shown = HostKey(device.host, device.ssh_port, " ".join(text[:2]), key.get_fingerprint())
        await hostkeys.trust(actor, key=shown)
    return ids
