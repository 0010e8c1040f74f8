"""What the lab exports is what its counters say."""

import socket
from collections import Counter

from noc_console.app import paths
from noc_console.lab import plan
from noc_console.lab.clock import ManualClock
from noc_console.lab.flows import EVERY_S, Exporter
from noc_console.lab.run import Options, open_lab
from noc_console.lab.world import World
from noc_console.services.detection.events import reading
from noc_console.wire.flows.decoder import FlowDecoder


def a_router():
    clock = ManualClock(1_772_323_200.0)
    world = World(plan.small(), clock)
    device = next(one for one in world.plan.devices.values() if one.is_router)
    return world, device, clock


def exported(exporter, at):
    decoder = FlowDecoder()
    found = [decoder.decode(data, "127.20.1.1", 0.0) for data in exporter.datagrams(at)]
    octets = {}
    for heard in found:
        for row in heard.rows:
            index = int(row["in_if"])
            octets[index] = octets.get(index, 0) + int(row["bytes"])
    return octets, found


def test_the_sums_of_flows_are_the_counters_of_the_ports():
    world, device, clock = a_router()
    start = clock.now()
    exporter = Exporter(world, device, start)
    then = start + EVERY_S
    octets, heard = exported(exporter, then)
    expected = {
        port.if_index: world.octets(port, then, out=False) - world.octets(port, start, out=False)
        for port in device.ports
        if port.link is not None
    }
    assert octets == {index: count for index, count in expected.items() if count}
    assert octets, "the lab has traffic"
    assert [one.sequence.number for one in heard] == list(range(len(heard)))
    assert {one.waiting for one in heard} == {0}


def test_what_was_told_is_not_told_again():
    world, device, clock = a_router()
    exporter = Exporter(world, device, clock.now())
    first, _ = exported(exporter, clock.now() + 10)
    second, _ = exported(exporter, clock.now() + 10)
    assert first
    assert second == {}


def test_a_dead_router_exports_nothing():
    world, device, clock = a_router()
    exporter = Exporter(world, device, clock.now())
    world.power_off(device, "test", clock.now())
    assert list(exporter.datagrams(clock.now() + 10)) == []


async def test_the_lab_sends_flows_from_the_address_of_each_router():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        sock.settimeout(5)
        clock = ManualClock(1_772_323_200.0)
        options = Options(
            snmp_port=0, ssh_port=None, clock=clock, flows_to=("127.0.0.1", sock.getsockname()[1])
        )
        async with open_lab(plan.small(), options) as lab:
            clock.at += EVERY_S
            lab._export()
            data, source = sock.recvfrom(65_535)
            assert len(FlowDecoder().decode(data, source[0], 0.0).rows) > 0
            assert source[0] in {device.host for device in lab.plan.devices.values()}


def test_nobody_in_the_lab_gets_what_the_rules_call_a_flood():
    clock = ManualClock(1_772_323_200.0 + 20 * 3600)
    world = World(plan.full(), clock)
    packets = Counter()
    for device in world.plan.devices.values():
        if device.is_router:
            decoder = FlowDecoder()
            for data in Exporter(world, device, clock.now()).datagrams(clock.now() + 60):
                for row in decoder.decode(data, device.host, 0.0).rows:
                    packets[int(row["dst_hi"]), int(row["dst_lo"])] += int(row["packets"])
    rules = reading.load(paths.resources() / "alarm_rules" / "events").flows
    [flood] = [rule for rule in rules if rule.id == "flow-packet-flood"]
    assert flood.is_enabled
    assert max(packets.values()) / 60 < flood.limit
