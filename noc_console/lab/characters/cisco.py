"""Cisco: IOS XR routers and IOS XE switches."""

from __future__ import annotations

import random

from noc_console.lab.characters.base import Character, Run
from noc_console.lab.characters.words import (
    columns,
    dotted,
    long_uptime,
    split_seconds,
    up_down,
    wanted,
    when,
)
from noc_console.lab.cli import Commands
from noc_console.lab.model import Device, Port
from noc_console.lab.notices import Notice, What
from noc_console.lab.setting import Tree, read_indented, write_indented
from noc_console.lab.tables import addressing, bridging, physical, poe, protocols
from noc_console.lab.tree import Builder, Cell, unsigned
from noc_console.lab.world import World
from noc_console.wire import ber

PROCESS = "1.3.6.1.4.1.9.9.109.1.1.1.1"
POOL = "1.3.6.1.4.1.9.9.221.1.1.1.1"
ENVMON = "1.3.6.1.4.1.9.9.13.1.3.1"
SENSOR = "1.3.6.1.4.1.9.9.91.1.1.1.1"
THRESHOLD = "1.3.6.1.4.1.9.9.91.1.2.1.1"
_MINOR, _CRITICAL = 10, 30
_AT_MOST, _AT_LEAST = 2, 4

_INVALID = "                 ^\n% Invalid input detected at '^' marker."


class Cisco(Character):
    vendor = "Cisco"
    enterprise = 9
    dialect = "lines"
    family = "iosxe"
    speaks = frozenset({"lldp", "cdp"})
    crlf = True

    def serial(self, rng: random.Random) -> str:
        return f"FOC{rng.randint(20, 28)}{rng.randint(10, 52)}" + "".join(
            rng.choices("0123456789ABCDEFGHJKLMNPQRSTUVWXYZ", k=4)
        )

    def refuse(self, line: str) -> str:
        return _INVALID

    def first_setting(self, device: Device) -> Tree:
        return read_indented(_first_lines(device))

    def tables(self, mib: Builder, world: World, device: Device) -> None:
        """CISCO-PROCESS, CISCO-ENHANCED-MEMPOOL, CISCO-ENVMON, CISCO-ENTITY-SENSOR."""

        def cpu(_arg: int, at: float) -> bytes:
            return unsigned(world.cpu(device, at))

        board = physical.BOARD
        gauge = ber.GAUGE32
        cells: dict[int, Cell] = {
            2: (ber.INTEGER, board),
            6: (gauge, cpu),
            7: (gauge, cpu),
            8: (gauge, cpu),
        }
        mib.row(PROCESS, (1,), cells)
        self._memory(mib, world, device)
        mib.row(
            ENVMON, (1,),
            {
                2: (ber.OCTETS, "Inlet temperature"),
                3: (gauge, lambda _arg, at: unsigned(world.temperature(device, at))),
                4: (ber.INTEGER, 70),
                6: (ber.INTEGER, 1),
            },
        )  # fmt: skip
        for sensor in physical.sensors(world, device):
            mib.row(
                SENSOR, (sensor.index,),
                {
                    1: (ber.INTEGER, sensor.kind),
                    2: (ber.INTEGER, sensor.scale),
                    3: (ber.INTEGER, sensor.precision),
                    4: (ber.INTEGER, sensor.read),
                    5: (ber.INTEGER, 1),
                },
            )  # fmt: skip
            if sensor.limits is not None:
                _thresholds(mib, sensor.index, sensor.limits)

    def _memory(self, mib: Builder, world: World, device: Device) -> None:
        total = self.memory_mb * 1024 * 1024

        def used(_arg: int, at: float) -> bytes:
            return unsigned(world.memory(device, at) * total, 64)

        def free(_arg: int, at: float) -> bytes:
            return unsigned((1 - world.memory(device, at)) * total, 64)

        mib.row(
            POOL, (physical.BOARD, 1),
            {
                2: (ber.INTEGER, 2),
                3: (ber.OCTETS, "processor"),
                7: (ber.GAUGE32, lambda _a, at: unsigned(min(2**32 - 1, world.memory(device, at) * total))),
                8: (ber.GAUGE32, lambda _a, at: unsigned(
                    min(2**32 - 1, (1 - world.memory(device, at)) * total))),
                18: (ber.COUNTER64, used),
                20: (ber.COUNTER64, free),
            },
        )  # fmt: skip

    def log_line(self, notice: Notice) -> str | None:
        port = notice.port.name if notice.port else ""
        texts = {
            What.LINK_DOWN: f"%LINK-3-UPDOWN: Interface {port}, changed state to down",
            What.LINK_UP: f"%LINK-3-UPDOWN: Interface {port}, changed state to up",
            What.COLD_START: "%SYS-5-RESTART: System restarted --",
            What.CPU_HIGH: f"%SYS-1-CPURISINGTHRESHOLD: Threshold: Total CPU Utilization(Total/Intr): "
            f"{notice.value:.0f}%/2%, Top 3 processes(Pid/Util): 87/61%, 412/20%, 9/4%",
            What.CPU_NORMAL: f"%SYS-1-CPUFALLINGTHRESHOLD: Threshold: Total CPU Utilization"
            f"(Total/Intr) {notice.value:.0f}%/1%.",
            What.ERRORS_RISING: f"%PLATFORM-4-ELEMENT_WARNING: {port}: input CRC errors rising, "
            f"{notice.value:.0f}/s",
            What.ERRORS_GONE: f"%PLATFORM-6-ELEMENT_OK: {port}: input errors back to normal",
            What.OPTICS_LOW: f"%SFF8472-5-THRESHOLD_VIOLATION: {port}: Rx power low warning; "
            f"Operating value: {notice.value:.1f} dBm, Threshold value: -9.9 dBm.",
            What.OPTICS_NORMAL: f"%SFF8472-5-THRESHOLD_CLEARED: {port}: Rx power back to normal; "
            f"Operating value: {notice.value:.1f} dBm.",
            What.BGP_DOWN: f"%BGP-5-ADJCHANGE: neighbor {notice.peer} Down Interface flap",
            What.BGP_UP: f"%BGP-5-ADJCHANGE: neighbor {notice.peer} Up",
        }
        return texts.get(notice.what)


def _thresholds(mib: Builder, index: int, limits: physical.Limits) -> None:
    """entSensorThresholdTable: two critical and two minor ones of each sensor."""
    for number, (severity, relation, value) in enumerate(
        (
            (_CRITICAL, _AT_LEAST, limits.high),
            (_MINOR, _AT_LEAST, limits.warn_high),
            (_MINOR, _AT_MOST, limits.warn_low),
            (_CRITICAL, _AT_MOST, limits.low),
        ),
        1,
    ):
        mib.row(
            THRESHOLD, (index, number),
            {
                2: (ber.INTEGER, severity),
                3: (ber.INTEGER, relation),
                4: (ber.INTEGER, value),
                5: (ber.INTEGER, 2),
                6: (ber.INTEGER, 1),
            },
        )  # fmt: skip


class Catalyst(Cisco):
    """A switch with IOS XE."""

    model = "C9300-48UXM"
    software = "17.9.4a"
    object_id = "1.3.6.1.4.1.9.1.2494"
    oui = bytes.fromhex("70ea1a")
    ports = (
        Run("GigabitEthernet1/0/{n}", "Gi1/0/{n}", 20, 1_000, 9, first=1, optical=False),
        Run("TenGigabitEthernet1/1/{n}", "Te1/1/{n}", 4, 10_000, 41, first=1),
    )
    loopback = ("Vlan99", "Vl99", 78)
    management_vlan = "Vlan99"
    has_bridge = True
    cpu_idle = 9.0
    watts = 240
    banner = "\n*** noc-console lab: for training only ***\n"

    def describe(self, device: Device) -> str:
        return (
            "Cisco IOS Software [Cupertino], Catalyst L3 Switch Software (CAT9K_IOSXE), Version "
            f"{self.software}, RELEASE SOFTWARE (fc3)\r\nTechnical Support: "
            "http://www.cisco.com/techsupport\r\nCopyright (c) 1986-2023 by Cisco Systems, Inc."
        )

    def lldp_port_number(self, port: Port) -> int:
        return port.position + 1

    def lldp_port_id(self, port: Port) -> bytes:
        return port.short.encode()

    def tables(self, mib: Builder, world: World, device: Device) -> None:
        super().tables(mib, world, device)
        poe.fill(mib, world, device)


class Xr(Cisco):
    """A router with IOS XR."""

    model = "NCS-57C1-48Q6-SYS"
    software = "7.9.2"
    object_id = "1.3.6.1.4.1.9.1.2955"
    oui = bytes.fromhex("c47ee0")
    ports = (
        Run("HundredGigE0/0/0/{n}", "Hu0/0/0/{n}", 6, 100_000, 12),
        Run("TwentyFiveGigE0/0/0/{n}", "TF0/0/0/{n}", 10, 25_000, 22, first=6),
        Run("TenGigE0/0/0/{n}", "Te0/0/0/{n}", 4, 10_000, 38, first=24),
    )
    dialect = "commit"
    family = "iosxr"
    memory_mb = 32_768
    watts = 620
    prompt = "RP/0/RP0/CPU0:{name}#"

    def describe(self, device: Device) -> str:
        return (
            f"Cisco IOS XR Software (NCS-5700), Version {self.software}\r\n"
            "Copyright (c) 2013-2023 by Cisco Systems, Inc."
        )

    def if_name(self, port: Port) -> str:
        return port.name


class Isr(Cisco):
    """A router with IOS XE, as stands at business customers and small sites."""

    model = "C8300-1N1S-4T2X"
    software = "17.9.4a"
    object_id = "1.3.6.1.4.1.9.1.2858"
    oui = bytes.fromhex("6cb2ae")
    ports = (
        Run("TenGigabitEthernet0/0/{n}", "Te0/0/{n}", 2, 10_000, 1),
        Run("GigabitEthernet0/0/{n}", "Gi0/0/{n}", 4, 1_000, 3, first=2, optical=False),
    )
    loopback = ("Loopback0", "Lo0", 9)
    watts = 120

    def describe(self, device: Device) -> str:
        return (
            "Cisco IOS Software [Cupertino], c8000be Software (X86_64_LINUX_IOSD-UNIVERSALK9-M), "
            f"Version {self.software}, RELEASE SOFTWARE (fc3)\r\nTechnical Support: "
            "http://www.cisco.com/techsupport\r\nCopyright (c) 1986-2023 by Cisco Systems, Inc."
        )


words = Commands(leave=("exit", "logout"))
words.quiet("terminal length <n>", "terminal width <n>", "enable", "terminal no monitor")
Cisco.commands = words


@words.add("show version")
def _version(world: World, device: Device, _words: list[str]) -> str:
    character = device.character
    first = character.describe(device).replace("\r\n", "\n")
    up = long_uptime(world.uptime(device, world.now()))
    return (
        f"{first}\n\n{device.name} uptime is {up}\nSystem returned to ROM by reload\n"
        f'System image file is "flash:{world.settings.of(device).image}"\n\n'
        f"cisco {character.model} processor with {character.memory_mb * 1024}K bytes of memory.\n"
        f"Processor board ID {device.serial}\nModel Number                       : {character.model}\n"
        f"System Serial Number               : {device.serial}\n"
        f"Base Ethernet MAC Address          : {dotted(device.mac)}"
    )


@words.add("show interfaces", "show interfaces <port>")
def _interfaces(world: World, device: Device, asked: list[str]) -> str:
    ports = wanted(device, asked)
    return "\n".join(_interface(world, port) for port in ports) if ports else _INVALID


def _interface(world: World, port: Port) -> str:
    state = up_down(world, port)
    counts = world.counts(port, world.now())
    address = f"  Internet address is {port.address}/{port.prefix}\n" if port.address else ""
    alias = f"  Description: {port.alias}\n" if port.alias else ""
    return (
        f"{port.name} is {state}, line protocol is {state}\n"
        f"  Hardware is Ethernet, address is {dotted(port.mac)} (bia {dotted(port.mac)})\n"
        f"{alias}{address}"
        f"  MTU 1500 bytes, BW {port.speed * 1000} Kbit/sec, DLY 10 usec,\n"
        f"  5 minute input rate {counts.in_bps:.0f} bits/sec\n"
        f"  5 minute output rate {counts.out_bps:.0f} bits/sec\n"
        f"     {counts.in_packets} packets input, {counts.in_octets} bytes, 0 no buffer\n"
        f"     {counts.in_errors} input errors, {counts.in_errors} CRC, 0 frame, 0 overrun, 0 ignored\n"
        f"     {counts.out_packets} packets output, {counts.out_octets} bytes, 0 underruns\n"
        f"     {counts.out_errors} output errors, {counts.out_discards} output drops"
    )


@words.add("show interfaces description", "show interfaces status")
def _descriptions(world: World, device: Device, _words: list[str]) -> str:
    head = f"{'Interface':<31}{'Status':<15}{'Protocol':<9}Description\n"
    rows = ((p.short, up_down(world, p), up_down(world, p), p.alias) for p in device.ports)
    return head + columns(rows, "{:<31}{:<15}{:<9}{}")


@words.add("show ip interface brief", "show ipv4 interface brief")
def _brief(world: World, device: Device, _words: list[str]) -> str:
    head = f"{'Interface':<24}{'IP-Address':<16}OK? Method Status                Protocol\n"
    rows = (
        (p.name, p.address or "unassigned", up_down(world, p), up_down(world, p))
        for p in device.ports
    )
    return head + columns(rows, "{:<24}{:<16}YES NVRAM  {:<22}{}")


@words.add("show running-config")
def _running(world: World, device: Device, _words: list[str]) -> str:
    lines = write_indented(world.settings.of(device).running)
    return "\n".join(["Building configuration...", "", "!", *lines, "end"])


@words.add("show startup-config")
def _startup(world: World, device: Device, _words: list[str]) -> str:
    return "\n".join(["!", *write_indented(world.settings.of(device).startup), "end"])


def _first_lines(device: Device) -> str:
    lines = [
        f"version {device.character.software}",
        f"hostname {device.name}", "!", "username noc privilege 15 secret 9 <removed>", "!",
    ]  # fmt: skip
    for port in device.ports:
        lines.append(f"interface {port.name}")
        if port.alias:
            lines.append(f" description {port.alias}")
        lines.append(
            f" ip address {port.address}/{port.prefix}" if port.address else " no ip address"
        )
        lines += [] if port.link or not port.is_physical else [" shutdown"]
    if device.peers:
        lines.append(f"router bgp {protocols.OWN_AS}")
        lines += [f" neighbor {peer.address} remote-as {peer.remote_as}" for peer in device.peers]
    lines += ["snmp-server community public RO", f"snmp-server location {device.location}",
              f"snmp-server contact {device.character.contact}", "lldp run"]  # fmt: skip
    return "\n".join(lines)


@words.add("show inventory")
def _inventory(world: World, device: Device, _words: list[str]) -> str:
    return (
        f'NAME: "Chassis", DESCR: "Cisco {device.character.model} chassis"\n'
        f"PID: {device.character.model} , VID: V01  , SN: {device.serial}"
    )


@words.add("show cdp neighbors", "show cdp neighbors detail")
def _cdp(world: World, device: Device, _words: list[str]) -> str:
    rows = [
        (far.device.name, near.short, 140, "R S I", far.device.character.model[:9], far.short)
        for near, far in device.neighbours("cdp")
        if world.is_up(near)
    ]
    head = "Device ID        Local Intrfce     Holdtme    Capability  Platform  Port ID\n"
    return head + columns(rows, "{:<17}{:<18}{:<11}{:<12}{:<10}{}")


@words.add("show lldp neighbors", "show lldp neighbors detail")
def _lldp(world: World, device: Device, _words: list[str]) -> str:
    rows = [
        (far.device.name, near.short, 120, "B,R", far.name)
        for near, far in device.neighbours("lldp")
        if world.is_up(near)
    ]
    head = "Device ID           Local Intf     Hold-time  Capability      Port ID\n"
    return head + columns(rows, "{:<20}{:<15}{:<11}{:<16}{}")


@words.add("show ip arp", "show arp")
def _arp(world: World, device: Device, _words: list[str]) -> str:
    rows = [
        (address, dotted(mac), port.name)
        for port, address, mac, far in addressing.arp(world, device)
        if far is None or world.is_alive(far)
    ]
    head = "Protocol  Address          Age (min)  Hardware Addr   Type   Interface\n"
    return head + columns(rows, "Internet  {:<17}        4   {}  ARPA   {}")


@words.add("show mac address-table")
def _macs(world: World, device: Device, _words: list[str]) -> str:
    rows = [
        (vlan, dotted(mac), port.short)
        for mac, port, vlan in bridging.heard(world.plan, device)
        if world.is_up(port)
    ]
    head = (
        "Vlan    Mac Address       Type        Ports\n----    -----------       ----        -----\n"
    )
    return head + columns(rows, "{:>4}    {}    DYNAMIC     {}")


@words.add("show processes cpu", "show processes cpu sorted")
def _cpu(world: World, device: Device, _words: list[str]) -> str:
    load = world.cpu(device, world.now())
    return (
        f"CPU utilization for five seconds: {load}%/1%; one minute: {load}%; five minutes: {load}%"
    )


@words.add("show bgp summary", "show ip bgp summary")
def _bgp(world: World, device: Device, _words: list[str]) -> str:
    rows = []
    for peer in device.peers:
        up = world.session_up(peer)
        since = protocols.established_for(world, device, peer, world.now())
        days, hours, minutes, _ = split_seconds(since)
        rows.append((peer.address, peer.remote_as, f"{days}d{hours:02}h{minutes:02}m",
                     peer.prefixes if up else "Active"))  # fmt: skip
    head = (
        f"BGP router identifier {device.router_id}, local AS number {protocols.OWN_AS}\n"
        "Neighbor        V           AS Up/Down  State/PfxRcd\n"
    )
    return head + columns(rows, "{:<16}4 {:>12} {:<9} {}")


@words.add("show ip ospf neighbor", "show ospf neighbor")
def _ospf(world: World, device: Device, _words: list[str]) -> str:
    rows = [
        (
            far.device.router_id,
            "FULL/  -" if world.is_up(near) else "DOWN/  -",
            far.address,
            near.name,
        )
        for near, far in protocols.ospf_neighbours(device)
    ]
    head = "Neighbor ID     Pri   State           Dead Time   Address         Interface\n"
    return head + columns(rows, "{:<16}  1   {:<15} 00:00:34    {:<15} {}")


@words.add("show clock")
def _clock(world: World, _device: Device, _words: list[str]) -> str:
    return when(world.now(), "%H:%M:%S.000 UTC %a %b %d %Y")


@words.add("show environment temperature", "show environment all", "show environment")
def _environment(world: World, device: Device, _words: list[str]) -> str:
    at = world.now()
    return (
        f"Inlet Temperature Value: {world.temperature(device, at):.0f} Degree Celsius\n"
        f"Hotspot Temperature Value: {world.temperature(device, at, 1) + 9:.0f} Degree Celsius"
    )


@words.add("show interfaces transceiver")
def _transceivers(world: World, device: Device, _words: list[str]) -> str:
    rows = [
        (port.short, f"{sent:.1f}", f"{received:.1f}")
        for port in physical.optics(device)
        for received, sent in [world.optics(port, world.now())]
    ]
    head = "Port         Tx Power(dBm)   Rx Power(dBm)\n"
    return head + columns(rows, "{:<13}{:>13}   {:>13}")
