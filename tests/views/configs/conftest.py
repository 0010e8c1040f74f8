"""Configurations kept as a collector keeps them, and the services pages ask."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from noc_console.adapters.command_line import SshCommandLine
from noc_console.adapters.git import GitRepository
from noc_console.adapters.keyring import KeyFile
from noc_console.adapters.netconf import NcclientNetconf
from noc_console.db.database import Database
from noc_console.db.lines import open_lines
from noc_console.kernel.actor import Actor
from noc_console.services.accounting.service import AccountingService
from noc_console.services.compliance.service import ComplianceService
from noc_console.services.configs.archive import ArchiveService
from noc_console.services.configs.backup import BackupService
from noc_console.services.configs.exports import ExportService
from noc_console.services.configs.fetching import Fetcher
from noc_console.services.configs.model import Fetched
from noc_console.services.credentials.service import CredentialService
from noc_console.services.hostkeys.service import HostKeyService
from noc_console.services.inspection.platforms.load import load
from noc_console.services.inspection.platforms.model import Driver
from noc_console.services.intake.service import IntakeService
from noc_console.services.inventory.model import Inspected
from noc_console.services.inventory.service import InventoryService
from noc_console.services.secrets.service import SecretService
from noc_console.services.ways.service import WayService
from tests.conftest import FakeClock
from tests.views.conftest import RESOURCES

TEXT = """hostname {name}
enable secret 9 $9$S3CR3T-canary
interface Gi0/0
 description uplink
 ip address 192.0.2.1 255.255.255.0
router bgp 65000
 neighbor 192.0.2.2 remote-as 65001
end
"""


@dataclass(frozen=True, slots=True)
class Kept:
    """Services with what was kept in them."""

    inventory: InventoryService
    backups: BackupService
    archive: ArchiveService
    compliance: ComplianceService
    exports: ExportService
    accounting: AccountingService
    credentials: CredentialService
    keep: Callable[..., Awaitable[int]]


@pytest.fixture
async def kept(
    store: Database, clock: FakeClock, operator: Actor, tmp_path: Path
) -> AsyncIterator[Kept]:
    secrets = SecretService(store, keyring=KeyFile(tmp_path / "vault.key"), clock=clock)
    inventory = InventoryService(store, clock=clock)
    rules = load(RESOURCES / "platforms")

    async def driver(platform: str) -> Driver | None:
        return rules.driver(platform)

    async def key(actor: Actor) -> bytes:
        return await secrets.content_key(actor, purpose="configs")

    credentials = CredentialService(store, secrets)
    hostkeys = HostKeyService(store, clock=clock)
    fetcher = Fetcher(
        SshCommandLine(),
        NcclientNetconf(),
        clock=clock,
        ways=WayService(store, clock=clock, hostkeys=hostkeys, credentials=credentials),
        hostkeys=hostkeys,
        credentials=credentials,
        drivers=driver,
    )
    async with open_lines(f"sqlite:///{tmp_path}/noc.db", clock=clock) as lines:
        backups = BackupService(
            store,
            clock=clock,
            inventory=inventory,
            intake=IntakeService(store, lines, clock=clock),
            fetcher=fetcher,
            key=key,
        )
        archive = ArchiveService(
            store, inventory=inventory, key=key, repository=GitRepository(), can=fetcher.can
        )

        async def keep(name: str, text: str = TEXT, *, error: str = "", reason: str = "") -> int:
            known = {each.name: int(each.id) for each in await inventory.devices(operator)}
            if name not in known:
                seen = Inspected(
                    address=f"192.0.2.{len(known) + 1}",
                    port=161,
                    at=clock.now(),
                    name=name,
                    credential_id=1,
                    platform="ios",
                )
                known[name] = int(await inventory.record(operator, inspected=seen))
            read = Fetched(
                known[name],
                clock.now(),
                "" if error else text.format(name=name),
                "ios",
                "indented",
                "show running-config",
                error=error,
                reason=reason,
            )
            await backups.keep(operator, fetched=[read])
            return known[name]

        compliance = ComplianceService(store, clock=clock, inventory=inventory, archive=archive)
        exports = ExportService(store, clock=clock, archive=archive)
        accounting = AccountingService(store, clock=clock, archive=archive)
        yield Kept(inventory, backups, archive, compliance, exports, accounting, credentials, keep)
