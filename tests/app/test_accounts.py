"""From a device's TACACS+ client to the name beside a configuration's version."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from tacacs_plus.client import TACACSClient

from noc_console.app.compose import Services
from noc_console.app.config import Config
from noc_console.app.listener import start_listeners
from noc_console.app.supervise import supervisor
from noc_console.services.configs.model import Fetched, Why
from noc_console.services.inventory.model import Inspected

KEY = "tac-lab-key"
ARGUMENTS = [b"service=shell", b"priv-lvl=15"]
TYPED = (
    b"show running-config <cr>",
    b"configure terminal <cr>",
    b"username x secret 0 hunter22 <cr>",
)


def free(config: Config, services: Services) -> Services:
    return replace(services, config=replace(config, tacacs_port=0, tacacs_port_fallback=0))


def account(port: int, user: str, command: bytes, key: str = KEY) -> bool:
    arguments = [*ARGUMENTS, b"task_id=%d" % len(command), b"cmd=" + command]
    reply = TACACSClient("127.0.0.1", port, key, timeout=20).account(
        user, 4, arguments=arguments, rem_addr="192.0.2.5", port="tty2"
    )
    return bool(reply.valid)


async def test_what_a_device_accounts_names_who_changed_its_configuration(
    services: Services, config: Config
) -> None:
    actor = services.identity.operator()
    seen = Inspected(
        address="127.0.0.1",
        port=161,
        at=services.clock.now(),
        name="core-1",
        credential_id=1,
        platform="ios",
    )
    device = int(await services.inventory.record(actor, inspected=seen))
    text = "hostname core-1\n"
    before = Fetched(device, services.clock.now(), text, "ios", command="show running-config")
    await services.backups.keep(actor, fetched=(before,))
    async with asyncio.timeout(60), supervisor() as keeper:
        ear = await start_listeners(free(config, services), keeper)
        await asyncio.sleep(0.2)
        assert "aaa" not in ear.health()["hearing"], "nobody listens while there is no key"
        await services.credentials.add_tacacs(actor, shared_secret=KEY, names=("core-*",))
        while "aaa" not in ear.health()["hearing"]:
            await asyncio.sleep(0.02)
        port = int(ear.health()["hearing"]["aaa"].removeprefix("TCP "))
        for command in TYPED:
            assert await asyncio.to_thread(account, port, "mira", command)
        assert ear.health()["accounted"] == 3
        start = before.at
        while not await services.intake.changes_of(
            actor, device_id=device, start=start, end=services.clock.now()
        ):
            await asyncio.sleep(0.02)
        try:
            await asyncio.to_thread(account, port, "tom", b"reload", "another key")
        except ValueError:
            pass  # the client's word for a connection that was closed
        while not ear.health()["drops"].get("aaa: other key"):
            await asyncio.sleep(0.02)
        while not (peers := await services.accounting.peers(actor)) or not peers[0].refused:
            await asyncio.sleep(0.05)
        assert (peers[0].source, peers[0].records, peers[0].problem) == (
            "127.0.0.1",
            3,
            "other key",
        )
        after = replace(
            before, at=services.clock.now(), text=text + "username x secret 5 y\n", why=Why.CHANGE
        )
        [version] = await services.backups.keep(actor, fetched=(after,))
        assert (version.who, version.how) == ("mira", "AAA: 192.0.2.5, tty2")
        told = await services.accounting.of_version(actor, version_id=version.id)
        assert [one.command.split()[0] for one in told] == ["show", "configure", "username"]
        assert "hunter22" not in repr(told)
        assert {worker.error for worker in keeper.health.values() if worker.error} == set()
    door, _ = services.operations()["accounting.of-version"]
    assert door.summary.startswith("Show the commands typed")


async def test_the_listener_ends_with_the_last_key(services: Services, config: Config) -> None:
    actor = services.identity.operator()
    async with asyncio.timeout(60), supervisor() as keeper:
        ear = await start_listeners(free(config, services), keeper)
        added = await services.credentials.add_tacacs(actor, shared_secret=KEY)
        while "aaa" not in ear.health()["hearing"]:
            await asyncio.sleep(0.02)
        port = int(ear.health()["hearing"]["aaa"].removeprefix("TCP "))
        await services.credentials.remove(actor, credential_id=int(added.id))
        while "aaa" in ear.health()["hearing"]:
            await asyncio.sleep(0.02)
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except ConnectionRefusedError:
            return
        writer.close()
        raise AssertionError("somebody still listens")
