"""A configuration in a window of its own, read from the lab's real SSH servers."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QDialog

from noc_console.adapters.command_line import SshCommandLine
from noc_console.adapters.keyring import KeyFile
from noc_console.db.database import Database
from noc_console.lab import plan
from noc_console.lab.run import Lab, Options, open_lab
from noc_console.services.configs.service import ConfigService
from noc_console.services.credentials.service import CredentialService
from noc_console.services.hostkeys.service import HostKeyService
from noc_console.services.inspection.platforms.load import load
from noc_console.services.inspection.platforms.model import Driver
from noc_console.services.inventory.model import Inspected
from noc_console.services.inventory.service import InventoryService
from noc_console.services.secrets.service import SecretService
from noc_console.services.ways.service import WayService
from noc_console.views.configs.window import ConfigWindow, LoginDialog
from noc_console.views.kit.desk import Desk
from noc_console.views.kit.tasks import settled
from tests.conftest import FakeClock
from tests.views.conftest import RESOURCES, until


@pytest.fixture
async def lab() -> AsyncIterator[Lab]:
    async with open_lab(plan.small(), Options(snmp_port=0, ssh_port=0)) as running:
        yield running


@pytest.fixture
async def window(
    store: Database, clock: FakeClock, desk: Desk, lab: Lab, tmp_path: Path
) -> ConfigWindow:
    device = lab.device("ams-core-1")
    inventory = InventoryService(store, clock=clock)
    keys = SecretService(store, keyring=KeyFile(tmp_path / "vault.key"), clock=clock)
    credentials = CredentialService(store, keys)
    rules = load(RESOURCES / "platforms")

    async def driver(platform: str) -> Driver | None:
        return rules.driver(platform)

    hostkeys = HostKeyService(store, clock=clock)
    configs = ConfigService(
        store,
        SshCommandLine(),
        clock=clock,
        inventory=inventory,
        ways=WayService(store, clock=clock, hostkeys=hostkeys, credentials=credentials),
        hostkeys=hostkeys,
        credentials=credentials,
        drivers=driver,
        port=device.ssh_port,
    )
    seen = Inspected(
        address=device.address,
        port=161,
        at=clock.now(),
        name=device.name,
        credential_id=1,
        platform="iosxr",
    )
    number = await inventory.record(desk.actor, inspected=seen)
    return ConfigWindow(desk, configs, credentials, int(number), device.name)


def dialogs() -> list[QDialog]:
    return [w for w in QApplication.topLevelWidgets() if isinstance(w, QDialog) and w.isVisible()]


async def test_trust_and_login_are_asked_for_once_then_it_is_read(window: ConfigWindow) -> None:
    window.show()
    await until(dialogs)
    (trust,) = dialogs()
    trust.accept_button.click()  # type: ignore[attr-defined]
    await until(lambda: any(isinstance(one, LoginDialog) for one in dialogs()))
    (login,) = [one for one in dialogs() if isinstance(one, LoginDialog)]
    login.user.setText("noc")
    login.password.setText("lab")
    login.accept_button.click()
    await until(lambda: window.text.toPlainText())
    assert "hostname ams-core-1" in window.text.toPlainText()
    assert "secrets masked" in window.under.text()
    window.copy()
    assert "hostname ams-core-1" in QGuiApplication.clipboard().text()
    window.search.setText("HundredGigE0/0/0/1")
    window.find_next()
    assert window.text.textCursor().selectedText() == "HundredGigE0/0/0/1"
    window.search.setText("nowhere at all")
    window.find_next()
    assert window.strip.isVisible()
    await settled()


async def test_without_trust_nothing_is_read_and_it_says_so(window: ConfigWindow) -> None:
    window.show()
    await until(dialogs)
    dialogs()[0].reject()
    await until(window.strip.isVisible)
    assert not window.text.toPlainText()
    await settled()
