"""Reading one device: keys before passwords, every failure a value with its reason."""

from __future__ import annotations

import asyncssh
import pytest

from noc_console.kernel.actor import Actor
from noc_console.kernel.errors import AuthRejected, Refused
from noc_console.lab.run import Lab
from noc_console.services.configs.fetching import Fetcher, script_of
from noc_console.services.configs.model import BackupPolicy, Fetched, Login, Why
from noc_console.services.credentials.service import CredentialService
from noc_console.services.hostkeys.model import HostKey
from noc_console.services.hostkeys.service import HostKeyService
from noc_console.services.inspection.platforms.identify import Rules
from noc_console.services.inventory.service import InventoryService
from tests.conftest import FakeClock
from tests.services.configs.conftest import Meet

POLICY = BackupPolicy()
TRUSTING = BackupPolicy(trust_new=True)


async def fetch(
    fetcher: Fetcher,
    inventory: InventoryService,
    actor: Actor,
    number: int,
    policy: BackupPolicy = POLICY,
) -> Fetched:
    device = await inventory.device(actor, device_id=number)
    return await fetcher.fetch(actor, device, why=Why.DEMAND, policy=policy)


async def test_each_failure_has_its_reason(
    fetcher: Fetcher,
    inventory: InventoryService,
    credentials: CredentialService,
    lab: Lab,
    meet: Meet,
    operator: Actor,
) -> None:
    number = await meet("ams-core-1", address=lab.device("ams-core-1").address)
    ups = await meet("ups", address="192.0.2.9", platform="apc")
    assert (await fetch(fetcher, inventory, operator, ups)).reason == "platform"
    assert (await fetch(fetcher, inventory, operator, number)).reason == "no-login"
    await credentials.add_ssh(operator, user="noc", password="wrong")
    assert (await fetch(fetcher, inventory, operator, number)).reason == "untrusted"
    assert (await fetch(fetcher, inventory, operator, number, TRUSTING)).reason == "auth"
    await credentials.add_ssh(operator, user="noc", password="lab", name="lab")
    read = await fetch(fetcher, inventory, operator, number)
    assert "hostname ams-core-1" in read.text and read.family == "indented"
    assert read.command == "show running-config" and read.volatile and not read.error
    gone = await meet("gone", address="127.20.9.9")
    assert (await fetch(fetcher, inventory, operator, gone)).reason in {"refused", "timeout"}


async def test_a_key_that_changed_stops_the_password_and_says_so(
    fetcher: Fetcher,
    inventory: InventoryService,
    credentials: CredentialService,
    hostkeys: HostKeyService,
    lab: Lab,
    meet: Meet,
    operator: Actor,
) -> None:
    device = lab.device("ams-core-1")
    number = await meet("ams-core-1", address=device.address)
    await credentials.add_ssh(operator, user="noc", password="lab")
    other = asyncssh.generate_private_key("ssh-ed25519")
    text = " ".join(other.export_public_key("openssh").decode().split()[:2])
    key = HostKey(device.address, device.ssh_port, text, other.get_fingerprint())
    await hostkeys.trust(operator, key=key)
    read = await fetch(fetcher, inventory, operator, number)
    assert read.reason == "key-changed" and key.fingerprint in read.error


async def test_a_key_is_pinned_once(
    fetcher: Fetcher, inventory: InventoryService, lab: Lab, meet: Meet, operator: Actor
) -> None:
    number = await meet("ams-core-1", address=lab.device("ams-core-1").address)
    device = await inventory.device(operator, device_id=number)
    assert await fetcher.pin(operator, device) is not None
    assert await fetcher.pin(operator, device) is None
    ups = await meet("ups", address="192.0.2.9", platform="apc")
    with pytest.raises(Refused, match="nobody has told yet how apc"):
        await fetcher.pin(operator, await inventory.device(operator, device_id=ups))
    assert await fetcher.can(device) == ""


async def test_what_is_no_configuration_is_not_taken_for_one(
    clock: FakeClock,
    credentials: CredentialService,
    hostkeys: HostKeyService,
    rules: Rules,
    inventory: InventoryService,
    meet: Meet,
    operator: Actor,
) -> None:
    class Curt:
        """Answers in one line, as devices do that are about to restart; no lab device does."""

        async def host_key(self, host: str, port: int) -> HostKey:
            return HostKey(host, port, "ssh-ed25519 AAAA", "SHA256:x")

        async def run(self, login: Login, script: object, key: HostKey) -> str:
            if login.user == "bad":
                raise AuthRejected("no", peer=login.host)
            return "% System is busy\n"

        running = run

    line = Curt()

    async def driver(platform: str) -> object:
        return rules.driver(platform)

    fetcher = Fetcher(
        line,
        line,
        clock=clock,
        hostkeys=hostkeys,
        credentials=credentials,
        drivers=driver,  # type: ignore[arg-type]
    )
    await credentials.add_ssh(operator, user="bad", password="x")
    await credentials.add_ssh(operator, user="good", password="x")
    number = await meet("r1", address="192.0.2.1")
    read = await fetch(fetcher, inventory, operator, number, TRUSTING)
    assert (read.reason, read.text) == ("answer", "")


def test_scripts_come_from_the_drivers(rules: Rules) -> None:
    driver = rules.driver("ios")
    assert driver is not None
    script = script_of(driver, "version")
    assert (script.command, script.enable) == ("show version", "enable")
