"""Puts configurations together: who reads them, keeps them, judges them, writes them out."""

from __future__ import annotations

from contextlib import AsyncExitStack
from dataclasses import dataclass

from noc_console.adapters.browser import PysnmpBrowser
from noc_console.adapters.command_line import SshCommandLine
from noc_console.adapters.config_copy import ConfigCopy
from noc_console.adapters.git import GitRepository
from noc_console.adapters.netconf import NcclientNetconf
from noc_console.adapters.ssh.jumps import Jumps
from noc_console.adapters.tftp import TftpShelf
from noc_console.db.database import Database
from noc_console.kernel.actor import Actor
from noc_console.kernel.clock import Clock
from noc_console.services.accounting.service import AccountingService
from noc_console.services.compliance.service import ComplianceService
from noc_console.services.configs.archive import ArchiveService
from noc_console.services.configs.backup import BackupService
from noc_console.services.configs.copying import CopyFetcher
from noc_console.services.configs.exports import ExportService
from noc_console.services.configs.fetching import Drivers, Fetcher
from noc_console.services.credentials.service import CredentialService
from noc_console.services.flights.deeds import FlightDeeds
from noc_console.services.hostkeys.service import HostKeyService
from noc_console.services.intake.service import IntakeService
from noc_console.services.inventory.service import InventoryService
from noc_console.services.secrets.service import SecretService
from noc_console.services.terminal.deeds import ElevatedDeeds
from noc_console.services.ways.service import WayService


@dataclass(frozen=True, slots=True)
class Copies:
    """What is done with configurations."""

    backups: BackupService
    archive: ArchiveService
    exports: ExportService
    compliance: ComplianceService
    accounting: AccountingService


def open_copies(
    db: Database,
    stack: AsyncExitStack,
    *,
    line: SshCommandLine,
    jumps: Jumps,
    browser: object,
    clock: Clock,
    inventory: InventoryService,
    intake: IntakeService,
    secrets: SecretService,
    credentials: CredentialService,
    hostkeys: HostKeyService,
    ways: WayService,
    drivers: Drivers,
    port: int,
) -> Copies:
    """NETCONF's threads end with the stack. Only what asks real devices can write to them."""
    netconf = NcclientNetconf(jumps)
    stack.callback(netconf.close)
    fetcher = Fetcher(
        line,
        netconf,
        clock=clock,
        hostkeys=hostkeys,
        ways=ways,
        credentials=credentials,
        drivers=drivers,
        port=port,
    )
    copies = None
    if isinstance(browser, PysnmpBrowser):
        copier = ConfigCopy(browser, TftpShelf())
        copies = CopyFetcher(copier, credentials=credentials, drivers=drivers)

    async def content_key(actor: Actor) -> bytes:
        return await secrets.content_key(actor, purpose="configs")

    archive = ArchiveService(
        db, inventory=inventory, key=content_key, repository=GitRepository(), can=fetcher.can
    )
    return Copies(
        backups=BackupService(
            db,
            clock=clock,
            inventory=inventory,
            intake=intake,
            fetcher=fetcher,
            key=content_key,
            copies=copies,
            doers=(FlightDeeds(db), ElevatedDeeds(db)),
        ),
        archive=archive,
        exports=ExportService(db, clock=clock, archive=archive),
        compliance=ComplianceService(db, clock=clock, inventory=inventory, archive=archive),
        accounting=AccountingService(db, clock=clock, archive=archive),
    )
