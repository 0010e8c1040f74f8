from __future__ import annotations

import asyncio
import socket
from dataclasses import replace
from pathlib import Path

import pytest

from noc_console.adapters.keyring import KeyFile
from noc_console.app import hearing
from noc_console.app.compose import Services
from noc_console.app.config import Config
from noc_console.app.listener import start_listeners
from noc_console.app.supervise import supervisor
from noc_console.services.credentials.model import CredentialKind
from noc_console.services.credentials.service import CredentialService
from noc_console.services.secrets.service import SecretService


async def test_a_v3_user_added_later_may_send(services: Services, config: Config) -> None:
    """The receiver learns of new credentials while it runs; it falls over none of them."""
    actor = services.identity.operator()
    async with supervisor() as keeper:
        await start_listeners(services, keeper)
        for name in ("noc", "backup"):
            await services.credentials.add_snmp(
                actor,
                name=name,
                kind=CredentialKind.SNMP_V3,
                user=name,
                auth_protocol="SHA256",
                auth_pass="lab-auth-pass",
            )
            await asyncio.sleep(0.3)
        assert keeper.health["traps"].running
        assert keeper.health["traps"].restarts == 0


async def test_traps_are_heard_while_the_vault_does_not_open(
    services: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A second machine on the store that nobody has let in yet."""
    monkeypatch.setattr(hearing, "LEARN_AGAIN_S", 0.05)
    actor, db = services.identity.operator(), services.db
    elsewhere = SecretService(db, keyring=KeyFile(tmp_path / "first"), clock=services.clock)
    await CredentialService(db, elsewhere).add_snmp(actor, community="public")
    async with supervisor() as keeper:
        ear = await start_listeners(services, keeper)
        while "traps" not in ear.health()["hearing"]:
            await asyncio.sleep(0.02)
        port = int(ear.health()["hearing"]["traps"].split()[1])
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            for _ in range(3):
                sender.sendto(b"\x30\x03rubbish", ("127.0.0.1", port))
                await asyncio.sleep(0.1)
        while ear.health()["drops"] != {"traps: malformed": 3}:
            await asyncio.sleep(0.02)
        assert keeper.health["traps"].restarts == 0


async def test_lines_are_heard_by_udp_and_tcp_and_what_is_lost_is_told(
    services: Services, config: Config
) -> None:
    async with supervisor() as keeper:
        ear = await start_listeners(services, keeper)
        while len(ear.health()["hearing"]) < 3:
            await asyncio.sleep(0.02)
        places = {name: int(at.split()[1]) for name, at in ear.health()["hearing"].items()}
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            sender.sendto(b"<13>by datagram", ("127.0.0.1", places["syslog"]))
            sender.sendto(b"\x30\x03rubbish", ("127.0.0.1", places["traps"]))
        _, writer = await asyncio.open_connection("127.0.0.1", places["syslog tcp"])
        writer.write(b"<13>by stream\n12 <13>by count")
        await writer.drain()
        while ear.health()["syslog"] < 3 or not ear.health()["drops"]:
            await asyncio.sleep(0.02)
        writer.close()
        assert ear.health()["drops"] == {"traps: malformed": 1}
        assert ear.health()["dropped"] == 1
        pulses: list[str] = []
        while not pulses:
            pulses = [p.name for p in await services.samples.pulses()]
            await asyncio.sleep(0.02)
        assert pulses == ["test/listener"]
        assert await services.telemetry.collectors(services.identity.operator()) == ()


async def test_a_certificate_that_cannot_be_read_stops_only_tls(
    services: Services, config: Config
) -> None:
    given = replace(config, syslog_tls_certificate="/nowhere.pem", syslog_tls_key="/nowhere.key")
    async with supervisor() as keeper:
        await start_listeners(replace(services, config=given), keeper)
        while not keeper.health["syslog tls"].error:
            await asyncio.sleep(0.02)
        assert "certificate" in keeper.health["syslog tls"].error
        assert keeper.health["syslog"].running


def test_the_standard_port_is_tried_first_and_each_once() -> None:
    assert hearing.ports(162, 11_162) == (162, 11_162)
    assert hearing.ports(11_162, 11_162) == (11_162,)


async def test_a_rule_an_operator_changes_is_in_force_in_the_listener(
    services: Services, config: Config
) -> None:
    actor = services.identity.operator()
    async with supervisor() as keeper:
        await start_listeners(services, keeper)
        assert services.events.find_trap("1.3.6.1.4.1.318.0.7", ()) != ()
        await services.detection.disable(actor, rule_ids=("apc-battery-low",))
        async with asyncio.timeout(20):
            while services.events.find_trap("1.3.6.1.4.1.318.0.7", ()):
                await asyncio.sleep(0.02)
        await services.detection.undo(actor, rule_id="apc-battery-low")
        async with asyncio.timeout(20):
            while not services.events.find_trap("1.3.6.1.4.1.318.0.7", ()):
                await asyncio.sleep(0.02)
        rows = {row.id: row for row in await services.detection.rules(actor)}
        assert rows["apc-battery-low"].is_enabled and rows["flow-scan"].kind == "flow"
