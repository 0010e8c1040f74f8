"""Puts the vault together: where its key lies, where secrets lie, and who is asked about them."""

from __future__ import annotations

import os
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from noc_console.adapters.keyring import KeyFile, SystemSafe
from noc_console.adapters.ssh.jumps import Jumps
from noc_console.adapters.vault.credential import SystemCredential
from noc_console.adapters.vault.file_vault import FileVault
from noc_console.adapters.vault.logins import SshLoginTester
from noc_console.app.config import Config
from noc_console.db.database import Database
from noc_console.kernel.actor import Actor
from noc_console.kernel.clock import Clock
from noc_console.services.credentials.service import CredentialService
from noc_console.services.identity.service import IdentityService
from noc_console.services.inventory.service import InventoryService
from noc_console.services.notify.service import NotifyService
from noc_console.services.probes.service import ProbeService
from noc_console.services.secrets.holding import Holding
from noc_console.services.secrets.ports import Keyring
from noc_console.services.secrets.service import SecretService
from noc_console.services.telemetry.ports import SnmpReader
from noc_console.services.vault.service import VaultService
from noc_console.services.ways.service import WayService

if TYPE_CHECKING:
    from noc_console.adapters.vault.openbao import OpenBao


def open_secrets(
    config: Config,
    db: Database,
    stack: AsyncExitStack,
    *,
    clock: Clock,
    keyring: Keyring | None,
    attended: bool,
) -> SecretService:
    """The vault as the configuration says; with the stack its keys are forgotten, and what was
    used is journaled."""
    place = place_of(config)
    if place is not None:
        stack.push_async_callback(place.close)
    secrets = SecretService(
        db,
        keyring=keyring or keyring_of(config),
        clock=clock,
        place=place,
        writes_there=config.vault_secrets == "openbao",
        attended=attended,
        machine=config.name,
    )
    stack.push_async_callback(secrets.tell_last_uses, IdentityService().operator())
    stack.callback(secrets.keys.lock)
    return secrets


def make_vault(
    db: Database,
    secrets: SecretService,
    *,
    clock: Clock,
    credentials: CredentialService,
    inventory: InventoryService,
    ways: WayService,
    reader: SnmpReader,
    notify: NotifyService,
    probes: ProbeService,
    ssh_port: int,
    jumps: Jumps,
) -> VaultService:
    """What people see of the vault."""

    async def owners(actor: Actor) -> dict[str, str]:
        return await _owners(notify, probes, actor)

    return VaultService(
        Holding(db, secrets, clock=clock),
        credentials=credentials,
        inventory=inventory,
        ways=ways,
        reader=reader,
        tester=SshLoginTester(jumps),
        names=owners,
        ssh_port=ssh_port,
    )


def keyring_of(config: Config) -> Keyring:
    """Where this machine's key lies."""
    if config.vault == "system":
        return SystemSafe()
    if config.vault == "passphrase":
        return FileVault(config.data / "vault.noc")
    if config.vault == "credential":
        return SystemCredential(Path(os.environ.get("CREDENTIALS_DIRECTORY") or config.data))
    return KeyFile(config.data / "vault.key")


def place_of(config: Config) -> OpenBao | None:
    """The vault elsewhere, if the configuration names one."""
    if not config.vault_address:
        return None
    # Only who keeps secrets elsewhere waits for its library.
    from noc_console.adapters.vault.openbao import BaoSettings, OpenBao

    return OpenBao(
        BaoSettings(
            address=config.vault_address,
            role_id=config.vault_role_id,
            secret_id_file=Path(config.vault_secret_id_file),
            mount=config.vault_mount,
            prefix=config.vault_folder,
            namespace=config.vault_namespace,
            authorities=config.vault_authorities,
        )
    )


async def _owners(notify: NotifyService, probes: ProbeService, actor: Actor) -> dict[str, str]:
    """What has secrets beside credentials, by the names of those."""
    looker = replace(actor, rights=actor.rights | {"notify.see", "probes.run"})
    named = {f"notify/{each.id}": each.name for each in await notify.channels(looker)}
    named["notify/heartbeat"] = "watching service"
    for probe, _ in await probes.plan(looker):
        named[f"probe/{probe.id}"] = probe.name
    return named
