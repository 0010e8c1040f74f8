"""Huawei: VRP switches and the MA5800 optical line terminal."""

from __future__ import annotations

import random

from noc_console.lab.characters.base import Character, Run
from noc_console.lab.characters.words import columns, dashed, long_uptime, up_down, wanted, when
from noc_console.lab.cli import Commands
from noc_console.lab.model import Device, Port
from noc_console.lab.notices import Notice, What
from noc_console.lab.tables import addressing, bridging, physical, pon
from noc_console.lab.tree import Builder, signed
from noc_console.lab.world import World
from noc_console.wire import ber

EXTENT = "1.3.6.1.4.1.2011.5.25.31.1.1"
_ENTITY_STATE = f"{EXTENT}.1.1"
_OPTICS = f"{EXTENT}.3.1"
_NO_MODULE = -1
"""What VRP answers for an empty cage: a module at -0.01 dBm must not look like one."""

_FRAME = "1.3.6.1.4.1.2011.2.6.7.1.1"
_UNKNOWN = "           ^\nError: Unrecognized command found at '^' position."


class Huawei(Character):
    vendor = "Huawei"
    enterprise = 2011
    oui = bytes.fromhex("04f938")
    prompt = "<{name}>"
    has_bridge = True
    has_entity_sensors = False

    def serial(self, rng: random.Random) -> str:
        return "21023" + "".join(rng.choices("0123456789ABCDEFGH", k=15))

    def refuse(self, line: str) -> str:
        return _UNKNOWN

    def tables(self, mib: Builder, world: World, device: Device) -> None:
        """HUAWEI-ENTITY-EXTENT-MIB: processor, memory, temperature, optics (0.01 dBm)."""

        def cpu(_arg: int, at: float) -> bytes:
            return signed(world.cpu(device, at))

        def memory(_arg: int, at: float) -> bytes:
            return signed(world.memory(device, at) * 100)

        def heat(_arg: int, at: float) -> bytes:
            return signed(world.temperature(device, at))

        mib.row(
            _ENTITY_STATE, (physical.BOARD,),
            {
                2: (ber.INTEGER, 3),
                5: (ber.INTEGER, cpu),
                6: (ber.INTEGER, 90),
                7: (ber.INTEGER, memory),
                8: (ber.INTEGER, 95),
                9: (ber.INTEGER, self.memory_mb * 1024 * 1024 % 2**31),
                11: (ber.INTEGER, heat),
                12: (ber.INTEGER, 65),
            },
        )  # fmt: skip
        for port in physical.optics(device):
            if port.kind == "ethernet":
                _optic(mib, world, port)

    def log_line(self, notice: Notice) -> str | None:
        port = notice.port.name if notice.port else ""
        index = notice.port.if_index if notice.port else 0
        texts = {
            What.LINK_DOWN: f"%%01IFNET/2/linkDown_active(l):The interface status changes. "
            f"(ifName={port}, AdminStatus=UP, OperStatus=DOWN, Reason=Interface physical link is "
            f"down, mainIfname={port})",
            What.LINK_UP: f"%%01IFNET/2/linkDown_clear(l):The interface status changes. (ifName={port}, "
            f"AdminStatus=UP, OperStatus=UP, mainIfname={port})",
            What.COLD_START: "%%01SNMP/4/COLDSTART(l):The device restarted.",
            What.CPU_HIGH: f"%%01ENTITYTRAP/4/CPUUTILIZATIONRISING(l):CPU utilization exceeded the "
            f"pre-alarm threshold. (EntPhysicalName=Control board, CpuUsage={notice.value:.0f}, "
            "CpuThreshold=90)",
            What.CPU_NORMAL: f"%%01ENTITYTRAP/4/CPUUTILIZATIONRESUME(l):CPU utilization fell below the "
            f"threshold. (CpuUsage={notice.value:.0f})",
            What.ERRORS_RISING: f"%%01ERRDOWN/4/CRCERR(l):CRC errors are rising. (IfIndex={index}, "
            f"ifName={port}, Rate={notice.value:.0f})",
            What.ERRORS_GONE: f"%%01ERRDOWN/4/CRCERR_CLEAR(l):CRC errors are back to normal. "
            f"(ifName={port})",
            What.OPTICS_LOW: f"%%01OPTICAL/4/RXPOWERLOW(l):Rx power of the optical module is too low. "
            f"(ifName={port}, RxPower={notice.value:.2f}dBm)",
            What.OPTICS_NORMAL: f"%%01OPTICAL/4/RXPOWERLOW_CLEAR(l):Rx power is back to normal. "
            f"(ifName={port}, RxPower={notice.value:.2f}dBm)",
        }
        return texts.get(notice.what)


def _optic(mib: Builder, world: World, port: Port) -> None:
    def power(received: int, at: float) -> bytes:
        reading = round(physical.dbm(world, port, at, received=bool(received)) * 100)
        return signed(reading if reading != _NO_MODULE else reading - 1)

    def heat(_arg: int, at: float) -> bytes:
        return signed(world.temperature(port.device, at, port.position) + 4)

    index = (physical.PORT_BASE + port.position,)
    mib.cell(f"{_OPTICS}.1", index, ber.INTEGER, 1)
    mib.cell(f"{_OPTICS}.5", index, ber.INTEGER, heat)
    mib.cell(f"{_OPTICS}.6", index, ber.INTEGER, 3300)
    mib.cell(f"{_OPTICS}.7", index, ber.INTEGER, 36)
    mib.cell(f"{_OPTICS}.8", index, ber.INTEGER, power, 1)
    mib.cell(f"{_OPTICS}.9", index, ber.INTEGER, power, 0)


class Vrp(Huawei):
    """An access or aggregation switch."""

    model = "S5735-L24T4X-A1"
    software = "V200R022C00SPC500"
    object_id = "1.3.6.1.4.1.2011.2.23.767"
    ports: tuple[Run, ...] = (
        Run("GigabitEthernet0/0/{n}", "GE0/0/{n}", 20, 1_000, 6, first=1, optical=False),
        Run("XGigabitEthernet0/0/{n}", "XGE0/0/{n}", 4, 10_000, 34, first=1),
    )
    loopback = ("Vlanif99", "Vlanif99", 5)
    management_vlan = "Vlanif99"
    memory_mb = 1024
    cpu_idle = 14.0
    watts = 110

    def describe(self, device: Device) -> str:
        return (
            f"{self.model}\r\nHuawei Versatile Routing Platform Software \r\n"
            f" VRP (R) software,Version 5.170 (S5735 {self.software}) \r\n"
            " Copyright (C) 2007 Huawei Technologies Co., Ltd."
        )

    def if_name(self, port: Port) -> str:
        return port.name


class Vrp6730(Vrp):
    """An aggregation switch."""

    model = "S6730-H48X6C"
    object_id = "1.3.6.1.4.1.2011.2.23.593"
    oui = bytes.fromhex("f0c850")
    ports: tuple[Run, ...] = (
        Run("25GE0/0/{n}", "25GE0/0/{n}", 8, 25_000, 6, first=1),
        Run("XGigabitEthernet0/0/{n}", "XGE0/0/{n}", 24, 10_000, 16, first=1),
        Run("GigabitEthernet0/0/{n}", "GE0/0/{n}", 6, 1_000, 44, first=1, optical=False),
    )
    memory_mb = 4096
    watts = 260


class Olt(Huawei):
    """An MA5800: PON ports with terminals on them."""

    model = "MA5800-X7"
    software = "MA5800V100R022C00"
    object_id = "1.3.6.1.4.1.2011.2.248"
    oui = bytes.fromhex("f44588")
    ports: tuple[Run, ...] = (
        Run("ethernet0/9/{n}", "0/9/{n}", 4, 10_000, 234_958_848, step=64),
        # ifIndex of GPON 0/1/n: type 125 in the top seven bits, then slot and port.
        Run("GPON 0/1/{n}", "0/1/{n}", 8, 2_488, 4_194_312_192, step=256, kind="pon"),
    )
    loopback = ("vlanif99", "vlanif99", 352_321_635)
    management_vlan = "vlanif99"
    prompt = "{name}>"
    memory_mb = 4096
    cpu_idle = 17.0
    watts = 430

    def describe(self, device: Device) -> str:
        return "Huawei Integrated Access Software"

    def if_descr(self, port: Port) -> str:
        return "Huawei-MA5800-V100R022-" + port.name.upper()

    def if_name(self, port: Port) -> str:
        return port.name

    def refuse(self, line: str) -> str:
        return "               ^\n% Unknown command, the error locates at '^'"

    def tables(self, mib: Builder, world: World, device: Device) -> None:
        """The terminals (HUAWEI-XPON-MIB) and the boards' processors (HUAWEI-DEVICE-MIB)."""
        super().tables(mib, world, device)
        mib.scalar(f"{_FRAME}.2.1", ber.OCTETS, self.software)
        for slot, text in ((1, "H901GPHF"), (9, "H901MPLA")):
            index = (0, slot)
            mib.cell(f"{_FRAME}.2.1.1.7", index, ber.OCTETS, text)
            mib.cell(
                f"{_FRAME}.2.1.1.5",
                index,
                ber.INTEGER,
                lambda _a, at: signed(world.cpu(device, at)),
            )
        pon.fill(mib, world, device)


words = Commands(leave=("quit", "exit"))
words.quiet("screen-length 0 temporary", "undo smart", "scroll", "enable", "config", "system-view",
            "undo interactive", "mmi-mode enable", "undo terminal monitor")  # fmt: skip
Huawei.commands = words


@words.add("display version", "show version")
def _version(world: World, device: Device, _words: list[str]) -> str:
    character = device.character
    up = long_uptime(world.uptime(device, world.now()))
    return (
        f"{character.describe(device)}\n VERSION : {character.software}\n PRODUCT : {character.model}\n"
        f"HUAWEI {character.model} uptime is {up}"
    ).replace("\r", "")


@words.add(
    "display interface", "display interface <port>", "show interfaces", "display port state all"
)
def _interfaces(world: World, device: Device, asked: list[str]) -> str:
    ports = wanted(device, asked)
    return "\n\n".join(_interface(world, port) for port in ports) if ports else _UNKNOWN


def _interface(world: World, port: Port) -> str:
    counts = world.counts(port, world.now())
    state = up_down(world, port).upper()
    return (
        f"{port.name} current state : {state}\nLine protocol current state : {state}\n"
        f"Description:{port.alias}\nIP Sending Frames' Format is PKTFMT_ETHNT_2, "
        f"Hardware address is {dashed(port.mac)}\nSpeed : {port.speed},  Loopback: NONE\n"
        f"Last 300 seconds input rate {counts.in_bps:.0f} bits/sec\n"
        f"Last 300 seconds output rate {counts.out_bps:.0f} bits/sec\n"
        f"Input:  {counts.in_packets} packets, {counts.in_octets} bytes\n"
        f"  CRC: {counts.in_errors}, Total Error: {counts.in_errors}\n"
        f"Output:  {counts.out_packets} packets, {counts.out_octets} bytes\n"
        f"  Discard: {counts.out_discards}"
    )


@words.add("display interface brief", "display interface description")
def _brief(world: World, device: Device, _words: list[str]) -> str:
    head = "Interface                   PHY   Protocol  Description\n"
    rows = ((p.name, up_down(world, p), up_down(world, p), p.alias) for p in device.ports)
    return head + columns(rows, "{:<28}{:<6}{:<10}{}")


@words.add("display current-configuration", "show running-config")
def _configuration(_world: World, device: Device, _words: list[str]) -> str:
    lines = [f"!Software Version {device.character.software}", "#", f"sysname {device.name}", "#"]
    for port in device.ports:
        if port.alias or port.address:
            lines.append(f"interface {port.name}")
            lines += [f" description {port.alias}"] if port.alias else []
            lines += [f" ip address {port.address} {port.prefix}"] if port.address else []
            lines.append("#")
    lines += ["snmp-agent", "snmp-agent sys-info version all",
              f"snmp-agent sys-info location {device.location}", "return"]  # fmt: skip
    return "\n".join(lines)


@words.add("display lldp neighbor brief", "display lldp neighbor")
def _lldp(world: World, device: Device, _words: list[str]) -> str:
    head = "Local Intf       Neighbor Dev             Neighbor Intf             Exptime(s)\n"
    rows = (
        (near.short, far.device.name, far.name)
        for near, far in device.neighbours("lldp")
        if world.is_up(near)
    )
    return head + columns(rows, "{:<17}{:<25}{:<26}109")


@words.add("display arp", "display arp all")
def _arp(world: World, device: Device, _words: list[str]) -> str:
    rows = (
        (address, dashed(mac), port.name)
        for port, address, mac, far in addressing.arp(world, device)
        if far is None or world.is_alive(far)
    )
    head = "IP ADDRESS      MAC ADDRESS     EXPIRE(M) TYPE        INTERFACE\n"
    return head + columns(rows, "{:<16}{:<16}18        D-0         {}")


@words.add("display mac-address")
def _macs(world: World, device: Device, _words: list[str]) -> str:
    rows = (
        (dashed(mac), f"{vlan}/-", port.short)
        for mac, port, vlan in bridging.heard(world.plan, device)
        if world.is_up(port)
    )
    head = "MAC Address    VLAN/VSI    Learned-From        Type\n"
    return head + columns(rows, "{:<15}{:<12}{:<20}dynamic")


@words.add("display cpu-usage", "display cpu <slot>")
def _cpu(world: World, device: Device, _words: list[str]) -> str:
    return f"CPU Usage            : {world.cpu(device, world.now())}% Max: 96%"


@words.add("display memory-usage")
def _memory(world: World, device: Device, _words: list[str]) -> str:
    return f" Memory Using Percentage Is: {world.memory(device, world.now()) * 100:.0f}%"


@words.add("display clock", "display time")
def _clock(world: World, _device: Device, _words: list[str]) -> str:
    return when(world.now(), "%Y-%m-%d %H:%M:%S+00:00")


@words.add("display ont info summary <port>")
def _terminals(world: World, device: Device, asked: list[str]) -> str:
    at = world.now()
    rows = []
    for port in wanted(device, asked):
        for onu in device.onus.get(port.position, []):
            measured = pon.light(world, port, onu, at)
            state = "offline" if measured is None else "online"
            power = "-" if measured is None else f"{measured[0]:.2f}/{measured[1]:.2f}"
            serial = onu.serial.hex().upper()
            rows.append((onu.number, state, serial, onu.distance, power, onu.name))
    head = "ONT  Run      SN                Distance  Rx/Tx power    Description\n"
    return head + columns(rows, "{:<5}{:<9}{:<18}{:<10}{:<15}{}")
