"""Reading one device: keys before passwords, every failure a value with its reason."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import asyncssh
import pytest

from noc_console.db.database import Database
from noc_console.kernel.actor import Actor
from noc_console.kernel.errors import AuthRejected, Refused
from noc_console.kernel.secret import Secret
from noc_console.lab.run import Lab
from noc_console.services.configs.fetching import Fetcher, script_of
from noc_console.services.configs.model import BackupPolicy, Fetched, Why
from noc_console.services.credentials.model import CredentialKind, SshLogin
from noc_console.services.credentials.service import CredentialService
from noc_console.services.hostkeys import store as hostkeys_store
from noc_console.services.hostkeys.model import HostKey, HostKeyTrusted, NotTrusted
from noc_console.services.hostkeys.service import HostKeyService
from noc_console.services.inspection.platforms.identify import Rules
from noc_console.services.inventory.service import InventoryService
from noc_console.services.ways.model import Door
from noc_console.services.ways.service import WayService
from tests.adapters.ssh.authenticator import ED25519, UP, Credential
from tests.adapters.ssh.peers import Sshd, sshd
from tests.conftest import FakeClock
from tests.services.bastions import key_of, lead_through
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


async def test_a_backup_never_waits_for_a_touch(
    fetcher: Fetcher,
    inventory: InventoryService,
    credentials: CredentialService,
    lab: Lab,
    meet: Meet,
    operator: Actor,
    tmp_path: Path,
) -> None:
    number = await meet("ams-core-1", address=lab.device("ams-core-1").address)
    file = Credential(ED25519, b"ssh:", UP).write(tmp_path / "sk")
    await credentials.add(
        operator,
        kind=CredentialKind.SSH_KEY,
        name="mira's key",
        user="noc",
        secret=Secret(file.read_text()),
    )
    read = await fetch(fetcher, inventory, operator, number, TRUSTING)
    assert read.reason == "refused" and "what runs by itself needs a password" in read.error
    await credentials.add_ssh(operator, user="noc", password="lab")
    read = await fetch(fetcher, inventory, operator, number, TRUSTING)
    assert "hostname ams-core-1" in read.text and not read.error


async def test_a_key_is_pinned_once(
    fetcher: Fetcher, inventory: InventoryService, lab: Lab, meet: Meet, operator: Actor
) -> None:
    number = await meet("ams-core-1", address=lab.device("ams-core-1").address)
    device = await inventory.device(operator, device_id=number)
    assert await fetcher.pin(operator, device) is not None
    assert await fetcher.pin(operator, device) is None
    ups = await meet("ups", address="", platform="apc")
    with pytest.raises(Refused, match="ups has no known address"):
        await fetcher.pin(operator, await inventory.device(operator, device_id=ups))
    assert await fetcher.can(device) == ""


async def test_keys_of_servers_are_pinned_too_though_they_show_no_configuration(
    fetcher: Fetcher, inventory: InventoryService, lab: Lab, meet: Meet, operator: Actor
) -> None:
    number = await meet("srv-1", address=lab.device("ams-core-1").address, platform="linux")
    device = await inventory.device(operator, device_id=number)
    assert "how linux shows its configuration" in await fetcher.can(device)
    assert await fetcher.pin(operator, device) is not None
    assert await fetcher.pin(operator, device) is None


async def test_what_is_no_configuration_is_not_taken_for_one(
    clock: FakeClock,
    credentials: CredentialService,
    hostkeys: HostKeyService,
    ways: WayService,
    rules: Rules,
    inventory: InventoryService,
    meet: Meet,
    operator: Actor,
) -> None:
    class Curt:
        """Answers in one line, as devices do that are about to restart; no lab device does."""

        async def run(self, door: Door, login: SshLogin, script: object) -> str:
            if not door.keys:
                raise NotTrusted(HostKey(door.host, door.port, "ssh-ed25519 AAAA", "SHA256:x"))
            if login.user == "bad":
                raise AuthRejected("no", peer=door.host)
            return "% System is busy\n"

        running = run

    line = Curt()

    async def driver(platform: str) -> object:
        return rules.driver(platform)

    fetcher = Fetcher(
        line,  # type: ignore[arg-type]
        line,  # type: ignore[arg-type]
        clock=clock,
        ways=ways,
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


@pytest.fixture(scope="module")
def outer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sshd]:
    with sshd(tmp_path_factory.mktemp("outer")) as running:
        yield running


@pytest.fixture(scope="module")
def inner(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sshd]:
    with sshd(tmp_path_factory.mktemp("inner")) as running:
        yield running


async def test_a_device_behind_two_jump_hosts_is_read_through_them(
    fetcher: Fetcher,
    inventory: InventoryService,
    credentials: CredentialService,
    hostkeys: HostKeyService,
    ways: WayService,
    lab: Lab,
    meet: Meet,
    operator: Actor,
    outer: Sshd,
    inner: Sshd,
) -> None:
    number = await meet("ams-core-1", address=lab.device("ams-core-1").address)
    await credentials.add_ssh(operator, user="noc", password="lab")
    await lead_through(
        outer, inner, actor=operator, ways=ways, credentials=credentials, names="ams-*"
    )
    # A jump host is trusted by people, never by the way: whatever is allowed for devices.
    read = await fetch(fetcher, inventory, operator, number, TRUSTING)
    assert read.reason == "untrusted" and key_of(outer).fingerprint in read.error
    assert await hostkeys.all(operator) == ()
    device = await inventory.device(operator, device_id=number)
    shown = await fetcher.pin(operator, device)
    assert shown is not None and shown.host == device.address
    kept = {each.key for each in await hostkeys.all(operator)}
    assert kept == {key_of(outer), key_of(inner), shown}
    before = outer.accepted, inner.accepted
    read = await fetch(fetcher, inventory, operator, number)
    assert "hostname ams-core-1" in read.text and not read.error
    assert (outer.accepted, inner.accepted) == (before[0] + 1, before[1] + 1)


async def test_a_jump_host_with_another_key_or_without_a_login_stops_it(
    fetcher: Fetcher,
    inventory: InventoryService,
    credentials: CredentialService,
    hostkeys: HostKeyService,
    ways: WayService,
    lab: Lab,
    meet: Meet,
    operator: Actor,
    outer: Sshd,
    inner: Sshd,
) -> None:
    number = await meet("ams-core-1", address=lab.device("ams-core-1").address)
    await credentials.add_ssh(operator, user="noc", password="lab", names=("ams-*",))
    await ways.add(operator, name="in", hops=f"localhost:{outer.port}")
    read = await fetch(fetcher, inventory, operator, number, TRUSTING)
    assert read.reason == "refused" and "no login for the jump host localhost" in read.error
    await credentials.add_ssh(operator, user="noc", password="no", names=("localhost",))
    await hostkeys.trust(operator, key=key_of(outer))
    read = await fetch(fetcher, inventory, operator, number, TRUSTING)
    assert read.reason == "way" and f"localhost:{outer.port}" in read.error
    other = replace(key_of(inner), port=outer.port)
    await hostkeys.override(operator, key=other, reason="tried in this test")
    read = await fetch(fetcher, inventory, operator, number, TRUSTING)
    assert read.reason == "key-changed" and key_of(outer).fingerprint in read.error


async def test_any_key_that_is_trusted_will_do(
    fetcher: Fetcher,
    inventory: InventoryService,
    credentials: CredentialService,
    hostkeys: HostKeyService,
    db: Database,
    clock: FakeClock,
    lab: Lab,
    meet: Meet,
    operator: Actor,
) -> None:
    address = lab.device("ams-core-1").address
    number = await meet("ams-core-1", address=address)
    await credentials.add_ssh(operator, user="noc", password="lab")
    device = await inventory.device(operator, device_id=number)
    shown = await fetcher.pin(operator, device)
    assert shown is not None
    await hostkeys.forget(operator, host=address, port=shown.port)
    rsa = asyncssh.generate_private_key("ssh-rsa", key_size=2048)
    text = " ".join(rsa.export_public_key("openssh").decode().split()[:2])
    # The first of the two is of a kind the device has no more, or never had.
    for key in (replace(shown, key=text, fingerprint=rsa.get_fingerprint()), shown):
        async with db.begin(operator) as tx:
            await hostkeys_store.trust(tx, key, clock.now(), replaces=False)
            tx.record(HostKeyTrusted(host=key.host, port=key.port, fingerprint=key.fingerprint))
    assert len(await hostkeys.pinned(operator, host=address, port=shown.port)) == 2
    read = await fetch(fetcher, inventory, operator, number)
    assert "hostname ams-core-1" in read.text, read.error
