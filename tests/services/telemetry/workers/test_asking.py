"""What is asked of a device, and what becomes of its answer."""

from __future__ import annotations

import asyncio
import math
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest

from noc_console.adapters.snmp import open_reader
from noc_console.adapters.snmp.polled import of_rows
from noc_console.db.samples.kinds import MISSING
from noc_console.kernel.clock import SystemClock, steady_s
from noc_console.kernel.errors import Unreachable
from noc_console.kernel.secret import Secret
from noc_console.lab import plan
from noc_console.lab.model import Device as LabDevice
from noc_console.lab.run import Lab, open_lab
from noc_console.services.credentials.model import CredentialKind, SnmpCredential, SnmpTarget
from noc_console.services.inventory.model import (
    Device,
    DeviceId,
    Sensor,
    SensorId,
    SensorKind,
)
from noc_console.services.inventory.pollable import PortFact
from noc_console.services.telemetry.model import UNKNOWN, Subject
from noc_console.services.telemetry.rules.ports import ports_of
from noc_console.services.telemetry.workers import asking
from noc_console.services.telemetry.workers.asking import Asker

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
        return Subject(device, target, ports_of(self.facts(has_hc=has_hc)), sensors)

    def facts(self, *, has_hc: bool = True) -> list[PortFact]:
        return [
            PortFact(7, 100 + n, port.if_index, port.name, 0, 1, has_hc, False)
            for n, port in enumerate(self.box.ports)
        ]


@pytest.fixture
async def agent() -> AsyncIterator[Agent]:
    async with open_lab(plan.small()) as lab, open_reader(bind="127.0.0.1") as reader:
        asker = Asker(reader, clock=SystemClock(), steady=steady_s)
        yield Agent(lab, lab.device("ams-core-1"), asker)


async def test_a_poll_reads_every_interface_as_the_device_counts_it(agent: Agent) -> None:
    subject = agent.subject()
    reading = await agent.asker.read(subject, asking.questions(subject.ports))
    assert reading.ports is not None
    assert reading.ports.rows.tolist() == list(range(len(agent.box.ports)))
    assert reading.uptime_ticks is not None and reading.uptime_ticks > 0
    assert reading.whole
    assert reading.ports.admin.tolist() == [1] * len(agent.box.ports)
    now = agent.lab.clock.now()
    for row, port in enumerate(agent.box.ports):
        said = reading.ports.counters[row].tolist()
        true = agent.lab.world.counts(port, now)
        assert (reading.ports.oper[row] == 1) == agent.lab.world.is_up(port)
        if port.link is not None:
            assert said[0] == pytest.approx(true.in_octets, rel=1e-3)
            assert said[1] == pytest.approx(true.out_octets, rel=1e-3)
            assert said[2] == pytest.approx(true.in_packets, rel=1e-3)


async def test_old_interfaces_are_read_by_their_32_bit_counters(agent: Agent) -> None:
    wide = agent.subject()
    old = agent.subject(has_hc=False)
    mixed = [*agent.facts()[:1], *agent.facts(has_hc=False)[1:]]
    both = replace(wide, ports=ports_of(mixed))
    for subject in (old, both):
        reading = await agent.asker.read(subject, asking.questions(subject.ports))
        some = await agent.asker.read_ports(subject, np.array([0, 2]))
        assert reading.ports is not None and some.ports is not None
        true = agent.lab.world.counts(agent.box.ports[2], agent.lab.clock.now())
        for narrow in (int(reading.ports.counters[2, 0]), int(some.ports.counters[1, 0])):
            assert (true.in_octets - narrow) % 2**32 < 10**9
            assert narrow < 2**32


async def test_a_look_at_some_interfaces_agrees_with_the_whole_table(agent: Agent) -> None:
    subject = agent.subject()
    some = await agent.asker.read_ports(subject, np.arange(3))
    table = await agent.asker.read_table(subject, asking.questions(subject.ports))
    assert some.ports is not None and table.ports is not None
    assert some.ports.rows.tolist() == [0, 1, 2]
    assert not some.whole and not table.whole
    assert some.ports.counters == pytest.approx(table.ports.counters[:3], rel=1e-3)


async def test_rows_come_in_the_order_of_our_ids_whatever_the_devices_order(agent: Agent) -> None:
    facts = agent.facts()
    turned = [fact._replace(id=1_000 - fact.id) for fact in facts]
    gone = PortFact(7, 5_000, 0, "gone", 0, 6, True, False)
    subject = replace(agent.subject(), ports=ports_of([*turned, gone]))
    reading = await agent.asker.read(subject, asking.questions(subject.ports))
    plain = await agent.asker.read(agent.subject(), asking.questions(agent.subject().ports))
    assert reading.ports is not None and plain.ports is not None
    assert reading.ports.rows.tolist() == list(range(len(facts))), "what is gone is not read"
    assert reading.ports.counters == pytest.approx(plain.ports.counters[::-1], rel=1e-3)


async def test_an_interface_the_device_does_not_tell_of_is_left_out(agent: Agent) -> None:
    strange = PortFact(7, 1, 99_999, "strange", 0, 1, True, False)
    subject = replace(agent.subject(), ports=ports_of([*agent.facts(), strange]))
    reading = await agent.asker.read(subject, asking.questions(subject.ports))
    assert reading.ports is not None
    assert reading.ports.rows.tolist() == list(range(1, len(agent.facts()) + 1))
    alone = replace(agent.subject(), ports=ports_of([strange]))
    nothing = await agent.asker.read(alone, asking.questions(alone.ports))
    assert nothing.ports is not None and len(nothing.ports) == 0


async def test_sensors_are_read_in_their_unit(agent: Agent) -> None:
    inlet = Sensor(SensorId(5), DeviceId(7), SensorKind.TEMPERATURE, "inlet", INLET, scale=0.5)
    absent = Sensor(SensorId(6), DeviceId(7), SensorKind.FANSPEED, "none", f"{INLET}.9")
    subject = agent.subject(sensors=(inlet, absent))
    reading = await agent.asker.read(subject, asking.questions(subject.ports))
    true = agent.lab.world.temperature(agent.box, agent.lab.clock.now())
    assert reading.sensors == {5: pytest.approx(true / 2, abs=1)}


async def test_a_device_without_interfaces_is_asked_for_its_uptime_and_sensors(
    agent: Agent,
) -> None:
    inlet = Sensor(SensorId(5), DeviceId(7), SensorKind.TEMPERATURE, "inlet", INLET)
    subject = replace(agent.subject(sensors=(inlet,)), ports=ports_of(()))
    reading = await agent.asker.read(subject, asking.questions(subject.ports))
    assert reading.uptime_ticks and set(reading.sensors) == {5}


async def test_a_dead_device_gives_no_sign(agent: Agent) -> None:
    subject = agent.subject()
    quick = replace(subject, target=replace(subject.target, timeout_s=0.05, retries=0))
    assert await agent.asker.gives_sign(quick)
    agent.lab.fail("device-down", "ams-core-1")
    assert not await agent.asker.gives_sign(quick, rounds=1)
    with pytest.raises(Unreachable):
        await agent.asker.read(quick, asking.questions(quick.ports))
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
    facts = [PortFact(7, n, n, f"p{n}", 0, 1, n % 2 == 0, False) for n in range(1, 49)]
    asked = asking.questions(ports_of(facts))
    assert asked.wide and asked.narrow and len(asked.columns) == 20
    assert asked.requests == 1 + 48 * 20 // asking.PER_BULK
    assert len(asking.questions(ports_of(facts[1:2])).columns) == 14
    assert asking.questions(ports_of(facts)) is asked, "devices alike share their questions"


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (7, 7),
        (None, UNKNOWN),
        (-1, UNKNOWN),
        (2**63 - 1, 2**63 - 1),
        (2**63 + 5, -(2**63) + 5),
        (2**64 - 1, -1),
    ],
)
def test_any_number_a_device_gives_is_kept_as_64_bits_or_not_at_all(
    given: int | None, kept: int
) -> None:
    facts = [PortFact(7, 1, 1, "p", 0, 1, True, False)]
    ports = ports_of(facts)
    numbers = [1, 1, 0, 0, 0, 0, given, *[0] * 7]
    polled = of_rows({b"\x01": tuple(numbers)}, width=14)
    read = asking.ports_read(asking.questions(ports), polled, ports.wide)
    assert read.counters[0].tolist() == [kept, *[0] * 7]


def test_packets_need_their_unicast_part_and_no_other() -> None:
    ports = ports_of([PortFact(7, 1, 1, "p", 0, 1, True, False)])
    row = (1, 9, None, 0, 0, 0, 1, 1, None, 2, 3, 4, None, None)
    polled = of_rows({b"\x01": row}, width=14)
    read = asking.ports_read(asking.questions(ports), polled, ports.wide)
    assert read.counters[0].tolist() == [1, 1, UNKNOWN, 4, UNKNOWN, 0, 0, 0]
    assert (read.admin.tolist(), read.oper.tolist()) == ([1], [4]), "no such state"


def test_unknown_is_the_word_of_the_store() -> None:
    assert UNKNOWN == MISSING
