"""What is asked of a device, and what becomes of its answer."""

from __future__ import annotations

import asyncio
import math
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from typing import Any

import pytest

from noc_console.adapters.snmp import open_reader
from noc_console.kernel.clock import SystemClock
from noc_console.kernel.errors import Unreachable
from noc_console.kernel.secret import Secret
from noc_console.lab import plan
from noc_console.lab.model import Device as LabDevice
from noc_console.lab.run import Lab, open_lab
from noc_console.services.credentials.model import CredentialKind, SnmpCredential, SnmpTarget
from noc_console.services.inventory.model import (
    Device,
    DeviceId,
    Interface,
    InterfaceId,
    Sensor,
    SensorId,
    SensorKind,
)
from noc_console.services.telemetry.model import Subject
from noc_console.services.telemetry.workers import asking
from noc_console.services.telemetry.workers.asking import Asker
from noc_console.services.telemetry.workers.steady import steady_s

COMMUNITY = SnmpCredential(kind=CredentialKind.SNMP_V2C, community=Secret("public"))
INLET = "1.3.6.1.2.1.99.1.1.1.4.21"


@dataclass
class Agent:
    """One device of the lab and how to ask it."""

    lab: Lab
    box: LabDevice
    asker: Asker

    def subject(self, *, has_hc: bool = True, sensors: tuple[Sensor, ...] = ()) -> Subject:
        device = Device(DeviceId(7), self.box.name, self.box.address, self.box.snmp_port)
        target = SnmpTarget(self.box.address, self.box.snmp_port, COMMUNITY, timeout_s=0.5)
        ports = tuple(
            Interface(InterfaceId(100 + n), device.id, port.if_index, port.name, has_hc=has_hc)
            for n, port in enumerate(self.box.ports)
        )
        return Subject(device, target, ports, sensors)


@pytest.fixture
async def agent() -> AsyncIterator[Agent]:
    async with open_lab(plan.small()) as lab, open_reader(bind="127.0.0.1") as reader:
        asker = Asker(reader, clock=SystemClock(), steady=steady_s)
        yield Agent(lab, lab.device("ams-core-1"), asker)


async def test_a_poll_reads_every_interface_as_the_device_counts_it(agent: Agent) -> None:
    subject = agent.subject()
    reading = await agent.asker.read(subject, asking.questions(subject.interfaces))
    assert set(reading.ports) == {int(port.id) for port in subject.interfaces}
    assert reading.uptime_ticks is not None and reading.uptime_ticks > 0
    assert reading.whole
    now = agent.lab.clock.now()
    for port, known in zip(agent.box.ports, subject.interfaces, strict=True):
        said = reading.ports[int(known.id)]
        true = agent.lab.world.counts(port, now)
        assert said.admin_up
        assert (said.oper_status == 1) == agent.lab.world.is_up(port)
        if port.link is not None:
            assert said.counters[0] == pytest.approx(true.in_octets, rel=1e-3)
            assert said.counters[1] == pytest.approx(true.out_octets, rel=1e-3)
            assert said.counters[2] == pytest.approx(true.in_packets, rel=1e-3)


async def test_old_interfaces_are_read_by_their_32_bit_counters(agent: Agent) -> None:
    wide = agent.subject()
    old = agent.subject(has_hc=False)
    both = replace(wide, interfaces=(*wide.interfaces[:1], *old.interfaces[1:]))
    for subject in (old, both):
        reading = await agent.asker.read(subject, asking.questions(subject.interfaces))
        narrow = reading.ports[int(old.interfaces[2].id)]
        true = agent.lab.world.counts(agent.box.ports[2], agent.lab.clock.now())
        assert narrow.counters[0] is not None
        assert (true.in_octets - narrow.counters[0]) % 2**32 < 10**9
        assert narrow.counters[0] < 2**32


async def test_a_look_at_some_interfaces_agrees_with_the_whole_table(agent: Agent) -> None:
    subject = agent.subject()
    some = await agent.asker.read_ports(subject, subject.interfaces[:3])
    table = await agent.asker.read_table(subject, asking.questions(subject.interfaces))
    assert set(some.ports) == {100, 101, 102}
    assert not some.whole and not table.whole
    for number, port in some.ports.items():
        for few, all_ in zip(port.counters, table.ports[number].counters, strict=True):
            assert few == pytest.approx(all_, rel=1e-3)


async def test_sensors_are_read_in_their_unit(agent: Agent) -> None:
    inlet = Sensor(SensorId(5), DeviceId(7), SensorKind.TEMPERATURE, "inlet", INLET, scale=0.5)
    absent = Sensor(SensorId(6), DeviceId(7), SensorKind.FANSPEED, "none", f"{INLET}.9")
    subject = agent.subject(sensors=(inlet, absent))
    reading = await agent.asker.read(subject, asking.questions(subject.interfaces))
    true = agent.lab.world.temperature(agent.box, agent.lab.clock.now())
    assert reading.sensors == {5: pytest.approx(true / 2, abs=1)}


async def test_a_device_without_interfaces_is_asked_for_its_uptime_and_sensors(
    agent: Agent,
) -> None:
    inlet = Sensor(SensorId(5), DeviceId(7), SensorKind.TEMPERATURE, "inlet", INLET)
    subject = replace(agent.subject(sensors=(inlet,)), interfaces=())
    reading = await agent.asker.read(subject, asking.questions(()))
    assert reading.uptime_ticks and set(reading.sensors) == {5}


async def test_a_dead_device_gives_no_sign(agent: Agent) -> None:
    subject = agent.subject()
    quick = replace(subject, target=replace(subject.target, timeout_s=0.05, retries=0))
    assert await agent.asker.gives_sign(quick)
    agent.lab.fail("device-down", "ams-core-1")
    assert not await agent.asker.gives_sign(quick, rounds=1)
    with pytest.raises(Unreachable):
        await agent.asker.read(quick, asking.questions(quick.interfaces))
    await asyncio.sleep(0)


def sensor(kind: SensorKind = SensorKind.TEMPERATURE, **changes: object) -> Sensor:
    made = Sensor(SensorId(1), DeviceId(7), kind, "x", "1.3.6.1")
    return replace(made, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("known", "read", "value"),
    [
        (sensor(scale=0.1), 415, 41.5),
        (sensor(), b"36.5", 36.5),
        (sensor(), b" 36\x00", 36.0),
        (sensor(), "41", 41.0),
        (sensor(), None, None),
        (sensor(), b"n/a", None),
        (sensor(), b"\xff\xfe", None),
        (sensor(), b"1e999", None),
        (sensor(), b"nan", None),
        (sensor(scale=1e300), 10**18, None),
        (sensor(SensorKind.STATE, states=((2, 1, ""), (3, 3, ""))), 3, 3.0),
        (sensor(SensorKind.STATE, states=((2, 1, ""), (3, 3, ""))), 9, None),
        (sensor(SensorKind.STATE, states=((2, 1, ""),)), b"2.5", None),
        (sensor(SensorKind.DBM, scale=0.001, is_logarithmic=True), 1000, 0.0),
        (sensor(SensorKind.DBM, scale=0.001, is_logarithmic=True), 500, 10 * math.log10(0.5)),
        (sensor(SensorKind.DBM, is_logarithmic=True), 0, asking.DARKNESS_DBM),
    ],
)
def test_readings_of_all_sorts_become_values_or_nothing(
    known: Sensor, read: Any, value: float | None
) -> None:
    told = asking.value_of(known, {known.oid: read})
    assert told == (None if value is None else pytest.approx(value))


@pytest.mark.parametrize(
    ("known", "other", "value"),
    [
        (sensor(SensorKind.MEMORY, whole_oid="1.9"), 200, 25.0),
        (sensor(SensorKind.MEMORY, rest_oid="1.9"), 150, 25.0),
        (sensor(SensorKind.MEMORY, whole_oid="1.9", is_rest=True), 200, 75.0),
        (sensor(SensorKind.MEMORY, whole_oid="1.9", scale=2), 200, 50.0),
        (sensor(SensorKind.MEMORY, whole_oid="1.9"), 0, None),
        (sensor(SensorKind.MEMORY, rest_oid="1.9"), None, None),
        (sensor(SensorKind.MEMORY, whole_oid="1.9", less=(("1.9", 0.1),)), 200, 15.0),
        (
            sensor(SensorKind.MEMORY, whole_oid="1.9", less=(("1.9", -0.1),), is_rest=True),
            200,
            65.0,
        ),
        (sensor(SensorKind.MEMORY, whole_oid="1.9", less=(("1.9", 1),)), 200, None),
        (sensor(SensorKind.MEMORY, whole_oid="1.9", less=(("1.8", 1),)), 200, None),
        (sensor(SensorKind.LOAD, is_rest=True), None, 50.0),
        (sensor(offset=-273.15, scale=10), None, 226.85),
    ],
)
def test_shares_take_two_instances_and_offsets_move_the_scale(
    known: Sensor, other: int | None, value: float | None
) -> None:
    told = asking.value_of(known, {known.oid: 50, "1.9": other})
    assert told == (None if value is None else pytest.approx(value))


def test_the_table_costs_what_it_holds() -> None:
    ports = [
        Interface(InterfaceId(n), DeviceId(7), n, f"p{n}", has_hc=n % 2 == 0) for n in range(48)
    ]
    asked = asking.questions(ports)
    assert asked.wide and asked.narrow and len(asked.columns) == 20
    assert asked.requests == 1 + 48 * 20 // asking.PER_BULK
    assert len(asking.questions(ports[:1]).columns) == 14
