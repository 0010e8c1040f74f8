"""Inspecting a real snmpd and the lab's devices."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from noc_console.adapters.snmp import FastReader
from noc_console.kernel.errors import Unreachable
from noc_console.kernel.secret import Secret
from noc_console.lab import plan
from noc_console.lab.run import Lab, Options, open_lab
from noc_console.services.credentials.model import CredentialKind, SnmpCredential, SnmpTarget
from noc_console.services.inspection.old_inspector import Budget, Heard, Inspector
from noc_console.services.inspection.vendors import Platforms
from noc_console.services.inventory.model import (
    DeviceType,
    EvidenceKind,
    Inspected,
    SensorKind,
)
from tests.lab.snmpd import Agent, free_udp_port, snmpd

NOW = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def agent(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Agent]:
    with snmpd(tmp_path_factory.mktemp("snmpd")) as running:
        yield running


def target(address: str, port: int) -> SnmpTarget:
    public = SnmpCredential(CredentialKind.SNMP_V2C, community=Secret("public"))
    return SnmpTarget(address, port, public)


async def look(reader: FastReader, table: Platforms, at: SnmpTarget) -> Inspected:
    inspector = Inspector(reader, at, platforms=table, budget=Budget(1000))
    return await inspector.inspect(credential_id=1, at=NOW)


async def test_a_real_agent_tells_its_name_and_its_interfaces(
    reader: FastReader, table: Platforms, agent: Agent
) -> None:
    seen = await look(reader, table, agent.target())
    assert seen.name == "lab-snmpd"
    assert seen.location == "Test bench"
    assert {port.name for port in seen.interfaces} >= {name for _, name in socket.if_nameindex()}
    loopback = next(port for port in seen.interfaces if port.name == "lo")
    assert "127.0.0.1/8" in loopback.addresses
    assert seen.engine_id
    assert (seen.platform, seen.type) == ("linux", DeviceType.SERVER)
    assert any(sensor.kind is SensorKind.MEMORY for sensor in seen.sensors)


async def test_neighbours_are_told_before_the_rest_is_read(
    reader: FastReader, table: Platforms
) -> None:
    told: list[Heard] = []
    async with open_lab(plan.small(), Options(snmp_port=0, ssh_port=None)) as lab:
        device = next(one for one in lab.plan.devices.values() if one.neighbours("lldp"))
        inspector = Inspector(
            reader,
            target(device.address, device.snmp_port),
            platforms=table,
            budget=Budget(1000),
        )
        seen = await inspector.inspect(credential_id=1, at=NOW, heard=told.append)
    assert told[0].neighbours == seen.neighbours
    by_index = {port.index: port.name for port in seen.interfaces}
    lldp = {
        (by_index[one.if_index or 0], one.remote_name)
        for one in seen.neighbours
        if one.kind is EvidenceKind.LLDP
    }
    short = {port.name: port for port in device.ports} | {port.short: port for port in device.ports}
    assert {(short[name].name, far) for name, far in lldp} == {
        (near.name, far.device.name) for near, far in device.neighbours("lldp")
    }


async def test_every_vendor_of_the_lab_is_told_with_serial_model_and_type(
    reader: FastReader, table: Platforms
) -> None:
    roles = {
        "core": DeviceType.ROUTER,
        "edge": DeviceType.ROUTER,
        "olt": DeviceType.OLT,
        "ap": DeviceType.WIRELESS,
        "ups": DeviceType.POWER,
        "server": DeviceType.SERVER,
    }
    async with open_lab(plan.small(), Options(snmp_port=0, ssh_port=None)) as lab:
        for device in _one_of_each(lab):
            seen = await look(reader, table, target(device.address, device.snmp_port))
            assert seen.name == device.name
            assert len(seen.interfaces) == len(device.ports)
            if device.role in roles:
                assert seen.type is roles[device.role], device.name
            if device.role != "server":
                assert (seen.serial, seen.model) == (device.serial, device.character.model)
            kinds = {sensor.kind for sensor in seen.sensors}
            assert kinds & {SensorKind.CPU, SensorKind.CHARGE}, device.name
            assert SensorKind.TEMPERATURE in kinds or device.role == "server", device.name


def _one_of_each(lab: Lab):
    return {type(one.character): one for one in lab.plan.devices.values()}.values()


async def test_an_address_without_an_agent_is_unreachable(
    reader: FastReader, table: Platforms
) -> None:
    with pytest.raises(Unreachable):
        await look(reader, table, target("127.0.0.1", free_udp_port()))


async def test_a_budget_never_lets_more_through_than_the_burst_and_the_rate() -> None:
    loop = asyncio.get_running_loop()
    budget = Budget(100.0, burst=2)
    begun = loop.time()
    for _ in range(12):
        await budget.ready()
        budget.pay(1)
    assert loop.time() - begun >= 0.09  # a lower bound: waiting longer is allowed
