"""Snapshots of a part of the network, read through the real services."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from noc_console.db.samples import Samples
from noc_console.kernel.actor import Actor
from noc_console.services.alarms.model import AlarmObject, Condition, Severity
from noc_console.services.alarms.service import AlarmService
from noc_console.services.inspection.documents import written
from noc_console.services.inspection.model import BgpPeer, OspfNeighbour
from noc_console.services.inventory.model import (
    EvidenceKind,
    Inspected,
    OperStatus,
    Reachability,
    Section,
    SeenInterface,
    SeenNeighbour,
)
from noc_console.services.inventory.service import InventoryService
from noc_console.services.maintenance.looking import Looker, hashed
from noc_console.services.maintenance.model import Spot
from tests.conftest import FakeClock
from tests.services.maintenance.conftest import Typed
from tests.services.maintenance.network import device, light


async def test_a_device_is_seen_with_ports_light_alarms_and_configuration(
    looker: Looker,
    inventory: InventoryService,
    desk: AlarmService,
    samples: Samples,
    configs: Typed,
    collector: Actor,
    operator: Actor,
    clock: FakeClock,
) -> None:
    core = await device(inventory, collector, clock, "core-1", number=1)
    edge = await device(inventory, collector, clock, "edge-2", number=2)
    for number, answers in ((core, Reachability.UP), (edge, Reachability.UNKNOWN)):
        await inventory.set_reachability(
            collector, device_id=number, reachability=answers, at=clock.now()
        )
    (port,) = await inventory.interfaces(operator, device_id=core)
    (sensor,) = await inventory.sensors(operator, device_id=core)
    await light(samples, clock, device_id=core, sensor_id=int(sensor.id), dbm=-3.5)
    configs.texts[core] = "hostname core-1\n"
    for number in (core, edge):
        await desk.report(
            collector, about=AlarmObject(number, device_name="x"), condition=Condition.CPU,
            severity=Severity.MINOR, text="busy",
        )  # fmt: skip
    seen = await looker.look(operator, (Spot(core), Spot(edge)))
    assert seen.devices[core].name == "core-1" and seen.devices[core].answers is True
    assert seen.devices[edge].answers is None
    assert seen.ports[int(port.id)].status == OperStatus.UP
    assert seen.lights[int(sensor.id)].dbm == -3.5
    assert set(seen.alarms) == {f"device:{core}|cpu", f"device:{edge}|cpu"}
    assert seen.configs[core].lines == 1 and not seen.configs[core].why
    assert seen.configs[edge].why == "nobody has told yet how its platform shows it"
    bare = await looker.look(operator, (Spot(core),), reads_configs=False)
    assert bare.configs == {} and set(bare.devices) == {core}


async def test_work_on_a_port_sees_that_port_only(
    looker: Looker,
    inventory: InventoryService,
    configs: Typed,
    collector: Actor,
    operator: Actor,
    clock: FakeClock,
) -> None:
    seen = Inspected(
        address="10.0.0.9", port=161, at=clock.now(), name="core-9", credential_id=1, serial="S9",
        interfaces=(SeenInterface(1, "a", oper_status=OperStatus.UP),
                    SeenInterface(2, "b", oper_status=OperStatus.UP)),
    )  # fmt: skip
    core = int(await inventory.record(collector, inspected=seen))
    ports = await inventory.interfaces(operator, device_id=core)
    first = int(ports[0].id)
    configs.texts[core] = "x"
    found = await looker.look(operator, (Spot(core, interface_id=first),))
    assert set(found.ports) == {first} and found.configs == {}


async def test_sessions_and_neighbours_come_from_the_last_inspection(
    looker: Looker,
    inventory: InventoryService,
    collector: Actor,
    operator: Actor,
    clock: FakeClock,
) -> None:
    edge = await device(inventory, collector, clock, "edge-2", number=2)
    peers = (BgpPeer("10.9.0.1", 65_001, "established"), BgpPeer("10.9.0.2", 65_002, "idle"))
    ospf = (OspfNeighbour("10.0.0.2", "10.0.0.2", "full"),)
    seen = Inspected(
        address="10.0.0.1", port=161, at=clock.now(), name="core-1", credential_id=1, serial="S1",
        interfaces=(SeenInterface(1, "ge-0/0/1", oper_status=OperStatus.UP),),
        neighbours=(SeenNeighbour(EvidenceKind.LLDP, if_index=1, remote_name="edge-2",
                                  remote_address="10.0.0.2"),),
        sections=(Section("bgp_peers", written(peers, most=9)[0]),
                  Section("ospf_neighbours", written(ospf, most=9)[0])),
    )  # fmt: skip
    core = int(await inventory.record(collector, inspected=seen))
    found = await looker.look(operator, (Spot(core),))
    assert {name.name: name.is_up for name in found.sessions.values()} == {
        "BGP 10.9.0.1 (AS 65001)": True,
        "BGP 10.9.0.2 (AS 65002)": False,
        "OSPF 10.0.0.2": True,
    }
    assert [link.name for link in found.links.values()] in (
        ["core-1 – edge-2"], ["edge-2 – core-1"],
    )  # fmt: skip
    later = replace(seen, at=clock.now() + timedelta(hours=1))
    clock.tick(hours=1)
    await inventory.record(collector, inspected=later)
    again = await looker.look(operator, (Spot(core),))
    assert again.looked[core] > found.looked[core]
    assert edge not in again.devices


def test_lines_that_tell_the_time_do_not_change_a_hash() -> None:
    one = "! Last configuration change at 10:00\nhostname a\nntp clock-period 17180\n\n"
    other = "! Last configuration change at 11:30\nhostname a\nntp clock-period 17191\n"
    assert hashed(one) == hashed(other)
    assert hashed(one) != hashed("hostname b\n")
    assert hashed("# 2026-03-01 10:00:00 by RouterOS 7.1\n/ip\n") == hashed("/ip")
