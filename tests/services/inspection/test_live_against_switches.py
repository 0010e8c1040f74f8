"""What a full inspection costs a device in requests, beside a plain walk of the same tables.

Requests are counted, on real datagrams; no time is measured.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from noc_console.adapters.snmp import FastReader
from noc_console.kernel.secret import Secret
from noc_console.lab import plan, replay
from noc_console.lab.model import Device, Plan
from noc_console.lab.run import Options, open_lab
from noc_console.services.credentials.model import CredentialKind, SnmpCredential, SnmpTarget
from noc_console.services.inspection.inspector import inspect
from noc_console.services.inspection.live import Budget, LiveAgent
from noc_console.services.inspection.model import Problem
from noc_console.services.inspection.platforms.load import load
from noc_console.services.inspection.tables import Columns, Rows, Value

RULES = Path(__file__).resolve().parents[3] / "resources" / "platforms"
SWITCHES = (
    "ios_c3560",
    "junos_qfx5100",
    "boss_ers4950",
    "arubaos-cx_10.07",
    "fortiswitch_148f-fpoe",
)
PORTS = 48
MOST = 1.5


class Listed:
    """The agent behind it, and which tables were there."""

    def __init__(self, agent: LiveAgent) -> None:
        self._agent = agent
        self.needed: set[str] = set()

    @property
    def problems(self) -> list[Problem]:
        return self._agent.problems

    async def get(self, oids: Sequence[str]) -> dict[str, Value]:
        return await self._agent.get(oids)

    async def look(self, wanted: Sequence[Columns]) -> None:
        await self._agent.look(wanted)

    async def rows(self, columns: Columns) -> Rows:
        rows = await self._agent.rows(columns)
        if rows:
            self.needed.add(columns.entry)
        return rows


async def costs(reader: FastReader, device: Device) -> tuple[int, int, int]:
    """Interfaces found, requests of the inspection, requests of walking the tables it needed."""
    public = SnmpCredential(CredentialKind.SNMP_V2C, community=Secret("public"))
    target = SnmpTarget(device.address, device.snmp_port, public)
    agent = Listed(LiveAgent(reader, target, budget=Budget(100_000)))
    before = reader.statistics.sent
    found = await inspect(agent, load(RULES))
    inspected = reader.statistics.sent - before
    before = reader.statistics.sent
    for entry in agent.needed:
        await reader.walk(target, entry)
    return len(found.interfaces), inspected, reader.statistics.sent - before


async def check(
    reader: FastReader, network: Plan, names: Sequence[str], *, at_least: int = PORTS
) -> None:
    async with open_lab(network, Options(snmp_port=0, ssh_port=None)) as lab:
        for name in names:
            ports, inspected, plain = await costs(reader, lab.plan.devices[name])
            assert ports >= at_least, name
            assert inspected <= MOST * plain, name


@pytest.mark.parametrize("name", SWITCHES)
async def test_a_recorded_switch_is_inspected_for_half_more_than_a_walk_at_most(
    reader: FastReader, shared: Path, name: str
) -> None:
    await check(reader, replay.plan(shared / "devices", names=(name,)), [name])


async def test_the_lab_s_largest_device_is_inspected_for_half_more_than_a_walk_at_most(
    reader: FastReader,
) -> None:
    network = plan.small()
    largest = max(network.devices.values(), key=lambda device: len(device.ports))
    await check(reader, network, [largest.name], at_least=40)
