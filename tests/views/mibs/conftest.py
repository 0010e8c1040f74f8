"""The MIB browser's services: a real snmpd in the inventory, MIBs of the test's own."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QDialog

from noc_console.adapters.browser import PysnmpBrowser
from noc_console.adapters.dns import DnsResolver
from noc_console.adapters.keyring import KeyFile
from noc_console.db.database import Database
from noc_console.kernel.actor import Actor
from noc_console.services.credentials.service import CredentialService
from noc_console.services.inventory.model import Inspected
from noc_console.services.inventory.service import InventoryService
from noc_console.services.mibs.service import MibService
from noc_console.services.secrets.service import SecretService
from noc_console.services.snmp.service import SnmpService
from noc_console.views.kit.desk import Desk
from noc_console.views.kit.tasks import settled
from noc_console.views.mibs.page import MibsPage
from tests.conftest import FakeClock
from tests.lab.mibs import ACME_LIGHT, ACME_SMI, mib_service
from tests.lab.snmpd import WRITER, Agent, snmpd
from tests.views.conftest import shown


@dataclass
class Around:
    """What the page works with."""

    mibs: MibService
    snmp: SnmpService
    inventory: InventoryService
    credentials: CredentialService
    device_id: int

    def page(self, desk: Desk) -> MibsPage:
        page = MibsPage(desk, self.mibs, self.snmp, self.inventory, self.credentials)
        shown(page)
        return page


@pytest.fixture(scope="session")
def agent(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Agent]:
    with snmpd(tmp_path_factory.mktemp("snmpd"), extra=WRITER) as running:
        yield running


@pytest.fixture
async def around(
    store: Database, clock: FakeClock, operator: Actor, agent: Agent, tmp_path: Path
) -> AsyncIterator[Around]:
    keys = SecretService(store, keyring=KeyFile(tmp_path / "vault.key"), clock=clock)
    credentials = CredentialService(store, keys)
    inventory = InventoryService(store, clock=clock)
    own = await credentials.add_snmp(operator, name="ro", community="public")
    await credentials.add_snmp(operator, name="rw", community="private")
    device = await inventory.record(
        operator,
        inspected=Inspected(
            agent.address, agent.port, clock.now(), name="lab-1", credential_id=own.id
        ),
    )
    mibs = mib_service(store, tmp_path / "mibs")
    browser, resolver = PysnmpBrowser(bind="127.0.0.1", bind6="::1"), DnsResolver()
    snmp = SnmpService(
        store,
        browser,
        credentials=credentials,
        inventory=inventory,
        resolver=resolver,
        mibs=mibs,
    )
    try:
        yield Around(mibs, snmp, inventory, credentials, int(device))
        for each in QApplication.topLevelWidgets():
            if isinstance(each, QDialog):
                each.reject()  # of a test that failed: its question would be waited for
        await settled()
    finally:
        browser.close()
        resolver.close()


@pytest.fixture
def vendor(tmp_path: Path) -> Path:
    """A folder with a vendor's two modules."""
    folder = tmp_path / "vendor"
    folder.mkdir()
    (folder / "ACME-SMI.mib").write_text(ACME_SMI)
    (folder / "ACME-LIGHT-MIB.mib").write_text(ACME_LIGHT)
    return folder
