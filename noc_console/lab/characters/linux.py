"""A Linux server with net-snmp and lldpd."""

from __future__ import annotations

import random

from noc_console.lab.characters.base import Character, Run
from noc_console.lab.characters.words import colons, split_seconds, when
from noc_console.lab.cli import Commands
from noc_console.lab.model import Device, Port
from noc_console.lab.notices import Notice, What
from noc_console.lab.tables import addressing, host
from noc_console.lab.tree import Builder, signed, unsigned
from noc_console.lab.world import World
from noc_console.wire import ber

UCD = "1.3.6.1.4.1.2021"
_DISKS = {31: ("/", 41_152_736, 0.37), 36: ("/var", 205_374_424, 0.58)}


class NetSnmp(Character):
    vendor = "Linux"
    enterprise = 8072
    model = "x86_64"
    software = "6.1.0-18-amd64"
    object_id = "1.3.6.1.4.1.8072.3.2.10"
    oui = bytes.fromhex("b49691")
    ports = (Run("eno{n}", "eno{n}", 2, 10_000, 2, first=1),)
    loopback = ("lo", "lo", 1)
    port_id_subtype = 3  # MAC address
    has_entity = False
    services = 72
    memory_mb = 32_768
    processors = 8
    cpu_idle = 15.0
    watts = 190
    prompt = "noc@{name}:~$ "

    def serial(self, rng: random.Random) -> str:
        return "".join(rng.choices("0123456789BCDFGHJKLMNPQRSTVWXYZ", k=7))

    def describe(self, device: Device) -> str:
        return (
            f"Linux {device.name} {self.software} #1 SMP PREEMPT_DYNAMIC Debian 6.1.76-1 "
            "(2024-02-01) x86_64"
        )

    def lldp_port_id(self, port: Port) -> bytes:
        return port.mac

    def refuse(self, line: str) -> str:
        return f"-bash: {line.split()[0]}: command not found"

    def tables(self, mib: Builder, world: World, device: Device) -> None:
        """HOST-RESOURCES and UCD-SNMP: load, memory."""
        host.fill(mib, world, device, disks=_DISKS)
        total = self.memory_mb * 1024
        for number, (name, smooth) in enumerate(
            (("Load-1", 1.0), ("Load-5", 0.9), ("Load-15", 0.8)), 1
        ):

            def load(_arg: int, at: float, smooth: float = smooth) -> bytes:
                return signed(world.cpu(device, at) * smooth * self.processors)

            mib.cell(f"{UCD}.10.1.1", (number,), ber.INTEGER, number)
            mib.cell(f"{UCD}.10.1.2", (number,), ber.OCTETS, name)
            mib.cell(f"{UCD}.10.1.5", (number,), ber.INTEGER, load)
        mib.scalar(f"{UCD}.4.5", ber.INTEGER, total)
        mib.scalar(f"{UCD}.4.6", ber.INTEGER, lambda _a, at: signed(
            (1 - world.memory(device, at)) * total * 0.5))  # fmt: skip
        mib.scalar(f"{UCD}.4.15", ber.INTEGER, lambda _a, at: signed(
            (1 - world.memory(device, at)) * total * 0.5))  # fmt: skip
        mib.scalar(f"{UCD}.11.11", ber.INTEGER, lambda _a, at: signed(100 - world.cpu(device, at)))
        mib.scalar(f"{UCD}.11.60", ber.COUNTER32, lambda _a, at: unsigned(
            world.uptime(device, at) * 900))  # fmt: skip

    def log_line(self, notice: Notice) -> str | None:
        port = notice.port.name if notice.port else ""
        texts = {
            What.LINK_DOWN: f"kernel: ixgbe 0000:01:00.0 {port}: NIC Link is Down",
            What.LINK_UP: f"kernel: ixgbe 0000:01:00.0 {port}: NIC Link is Up 10 Gbps, Flow Control: "
            "RX/TX",
            What.COLD_START: "snmpd[702]: NET-SNMP version 5.9.3",
            What.CPU_HIGH: f"monit[811]: 'cpu' cpu usage of {notice.value:.0f}% matches resource limit",
            What.CPU_NORMAL: f"monit[811]: 'cpu' cpu usage check succeeded [{notice.value:.0f}%]",
            What.ERRORS_RISING: f"kernel: {port}: rx crc errors rising",
            What.ERRORS_GONE: f"kernel: {port}: rx crc errors stopped",
        }
        return texts.get(notice.what)


words = Commands(abbreviates=False, leave=("exit", "logout"))
words.quiet("export PAGER=cat", "export TERM=dumb", "stty -echo")
NetSnmp.commands = words


@words.add("uname -a", "show version", "uname")
def _uname(_world: World, device: Device, _words: list[str]) -> str:
    return f"{device.character.describe(device)} GNU/Linux"


@words.add("hostname")
def _hostname(_world: World, device: Device, _words: list[str]) -> str:
    return device.name


@words.add("uptime")
def _uptime(world: World, device: Device, _words: list[str]) -> str:
    at = world.now()
    days, hours, minutes, _ = split_seconds(world.uptime(device, at))
    load = world.cpu(device, at) * device.character.processors / 100
    return (
        f" {when(at, '%H:%M:%S')} up {days} days, {hours:2}:{minutes:02},  1 user,  load average: "
        f"{load:.2f}, {load * 0.9:.2f}, {load * 0.8:.2f}"
    )


@words.add("ip -s link", "show interfaces", "ip link", "ifconfig -a")
def _links(world: World, device: Device, _words: list[str]) -> str:
    blocks = []
    for port in device.ports:
        counts = world.counts(port, world.now())
        state = "UP" if world.is_up(port) else "DOWN"
        blocks.append(
            f"{port.if_index}: {port.name}: <BROADCAST,MULTICAST,{state}> mtu 1500 state {state}\n"
            f"    link/ether {colons(port.mac)} brd ff:ff:ff:ff:ff:ff\n"
            "    RX:  bytes packets errors dropped\n"
            f"    {counts.in_octets} {counts.in_packets} {counts.in_errors} {counts.in_discards}\n"
            "    TX:  bytes packets errors dropped\n"
            f"    {counts.out_octets} {counts.out_packets} {counts.out_errors} {counts.out_discards}"
        )
    return "\n".join(blocks)


@words.add("ip addr", "ip address", "ip a")
def _addresses(_world: World, device: Device, _words: list[str]) -> str:
    return "\n".join(
        f"{p.if_index}: {p.name}    inet {p.address}/{p.prefix}" for p in device.ports if p.address
    )


@words.add("ip neigh", "arp -an")
def _arp(world: World, device: Device, _words: list[str]) -> str:
    return "\n".join(
        f"{address} dev {port.name} lladdr {colons(mac)} REACHABLE"
        for port, address, mac, _far in addressing.arp(world, device)
    )


@words.add("free", "free -m")
def _free(world: World, device: Device, _words: list[str]) -> str:
    total = device.character.memory_mb
    used = int(world.memory(device, world.now()) * total)
    return (
        "               total        used        free\n"
        f"Mem:    {total:>12}{used:>12}{total - used:>12}"
    )


@words.add("cat /etc/snmp/snmpd.conf", "show running-config")
def _snmpd_conf(_world: World, device: Device, _words: list[str]) -> str:
    return (
        f"rocommunity public\nsyslocation {device.location}\nsyscontact {device.character.contact}"
    )
