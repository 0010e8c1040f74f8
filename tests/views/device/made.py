"""A stacked switch as an inspection finds it, for the tests of its page."""

from __future__ import annotations

from datetime import UTC, datetime

from noc_console.services.inspection.model import (
    Address,
    BgpPeer,
    Entity,
    Findings,
    Interface,
    IsisAdjacency,
    LearnedMac,
    Memory,
    Onu,
    OspfNeighbour,
    PoePort,
    Problem,
    Processor,
    Reading,
    Route,
    Sensor,
    SpanningTree,
    Storage,
    System,
    Transceiver,
    Verdict,
    Vlan,
    Vrf,
)
from noc_console.services.inventory.model import DeviceId, InterfaceId, SensorId, SensorKind
from noc_console.services.inventory.model import Interface as Kept
from noc_console.services.inventory.model import Sensor as KeptSensor
from noc_console.views.device.gauges import Gauge

AT = datetime(2026, 3, 1, tzinfo=UTC)
MEMBERS, PORTS = (1, 2), 24
STATES = ((1, 0, "normal"), (2, 1, "warning"), (3, 2, "critical"))


def port(index: int, name: str, **more: object) -> Kept:
    """An interface as the inventory keeps it."""
    fields = {"type": 6, "speed_bps": 10**9} | more
    return Kept(InterfaceId(index), DeviceId(1), index, name, **fields)  # type: ignore[arg-type]


def sensor(number: int, kind: SensorKind, name: str = "", **more: object) -> KeptSensor:
    """A sensor as the inventory keeps it."""
    return KeptSensor(
        SensorId(number), DeviceId(1), kind, name or f"{kind.value} {number}", f"1.9.{number}",
        **more,  # type: ignore[arg-type]
    )  # fmt: skip


def gauge(
    number: int, kind: SensorKind, value: float | None, name: str = "", **more: object
) -> Gauge:
    """A sensor with a value."""
    return Gauge(sensor(number, kind, name, **more), value)


def stack() -> Findings:
    """Two members with 24 ports and two uplinks each, and a little of everything."""
    ports, parts = [], [Entity(1, 0, "chassis", 0, "Chassis", model="SW-STACK", serial="CH1")]
    for member in MEMBERS:
        parts.append(
            Entity(member * 1000, 1, "module", member, f"Switch {member}", serial=f"M{member}")
        )
        for number in range(1, PORTS + 1):
            index = member * 100 + number
            ports.append(
                Interface(
                    index, f"GigabitEthernet{member}/0/{number}", type=6, speed_bps=10**9,
                    admin="up", oper="up" if number % 2 else "down", duplex="full",
                    lag_index=900 if number == PORTS else None,
                )
            )  # fmt: skip
            parts.append(
                Entity(member * 1000 + number, member * 1000, "port", number,
                       ports[-1].name, if_index=index)
            )  # fmt: skip
        for number in (1, 2):
            index = member * 100 + 50 + number
            ports.append(
                Interface(index, f"TenGigabitEthernet{member}/1/{number}", type=6,
                          speed_bps=10**10, admin="up", oper="up")
            )  # fmt: skip
            parts.append(
                Entity(member * 1000 + 50 + number, member * 1000, "port", 50 + number,
                       ports[-1].name, if_index=index)
            )  # fmt: skip
        parts.append(Entity(member * 1000 + 99, member * 1000, "fan", 99, f"Fan {member}"))
    ports.append(Interface(900, "Port-channel1", type=161, speed_bps=2 * 10**9))
    light = {"limit_low": -18.4, "limit_high": 2.5, "warn_low": -14.4, "if_index": 151}
    return Findings(
        System("sw-1", "Stack", "1.3.6.1.4.1.9.1.2494"),
        Verdict("iosxe", "Cisco IOS-XE", "Cisco", "network", "SW-STACK", "16.9", "CH1",
                reasons=("sysObjectID begins with 1.3.6.1.4.1.9.1",)),
        interfaces=tuple(ports),
        addresses=(Address("10.0.0.1", 24, 101),),
        entities=tuple(parts),
        processors=(Processor("CPU 1", 20.0, Reading("1.5.1")),),
        memory=(Memory("RAM", 1 << 31, 1 << 30, 50.0, Reading("1.4.1")),),
        storage=(Storage("flash:", 1 << 30, 990 << 20, 96.7, Reading("1.3.1")),),
        sensors=(
            Sensor("state", "Fan 1", 1, Reading("1.9.1"), states=STATES, entity_index=1099),
            Sensor("state", "Fan 2", 3, Reading("1.9.2"), states=STATES, entity_index=2099),
            Sensor("temperature", "Inlet", 31.0, Reading("1.6.1"), limit_high=56.0,
                   entity_index=1000),
            Sensor("power", "Power supply 1", 90.0, Reading("1.6.2")),
            Sensor("dbm", "Te1/1/1 receive", -16.0, Reading("1.7.1"), **light),
            Sensor("dbm", "Te1/1/1 transmit", -2.0, Reading("1.7.2"), if_index=151),
        ),
        transceivers=(Transceiver("t1", 151, None, "SFP+", "FINISAR", "", "FTLX", "A", "OPT1",
                                  wavelength_nm=1310, distance_m=10_000),),
        vlans=(
            Vlan(1, "default", untagged=(101, 102)),
            Vlan(10, "users", tagged=(151, 251), untagged=(103,)),
            Vlan(2005, "voice", tagged=(151,)),
        ),
        spanning_trees=(SpanningTree("32768 a", "4096 b", 4, 151,
                                     ((151, "forwarding"), (152, "blocking"))),),
        macs=(LearnedMac("02:00:00:00:00:01", 101, 1),),
        bgp_peers=(
            BgpPeer("10.0.0.2", 65001, "established", established_seconds=3_600),
            BgpPeer("10.0.0.3", 65002, "active"),
        ),
        ospf_neighbours=(OspfNeighbour("10.0.0.4", "1.1.1.1", "full", 1, 151),),
        isis_adjacencies=(IsisAdjacency("0000.0000.0001", "up", 151),),
        vrfs=(Vrf("blue", "65000:1", "", (101,)),),
        routes=(Route("10.9.0.0/16", "10.0.0.4", "ospf", "remote", 151, 20),),
        poe=(
            PoePort("1/1", 101, "on", "deliveringPower", "class3", 6_500),
            PoePort("1/2", 102, "on", "fault"),
        ),
        onus=(Onu("1.1", "home 1", "ABCD", "1/1", 101, "online", -21.0, 2.1, -22.0, 3_400),),
        problems=(Problem("table 1.3.6.1.9", "no answer"),),
    )  # fmt: skip
