"""Nokia: the 7750 SR with SR OS."""

from __future__ import annotations

import random

from noc_console.lab.characters.base import Character, Run
from noc_console.lab.characters.words import colons, columns, split_seconds, up_down, wanted
from noc_console.lab.cli import Commands
from noc_console.lab.model import Device, Port
from noc_console.lab.notices import Notice, What
from noc_console.lab.tables import addressing, physical, protocols
from noc_console.lab.tree import Builder, signed, unsigned
from noc_console.lab.world import World
from noc_console.wire import ber

SGI = "1.3.6.1.4.1.6527.3.1.2.1.1"
HARDWARE = "1.3.6.1.4.1.6527.3.1.2.2.1.8.1"
DDM = "1.3.6.1.4.1.6527.3.1.2.2.4.31.1"
CHASSIS, CARD = 50_331_649, 134_217_729


class SrOs(Character):
    """A broadband gateway or a core router."""

    vendor = "Nokia"
    enterprise = 6527
    model = "7750 SR-1"
    software = "TiMOS-C-23.10.R2"
    object_id = "1.3.6.1.4.1.6527.1.3.17"
    oui = bytes.fromhex("10e878")
    ports = (
        Run("1/1/c{n}/1", "1/1/c{n}/1", 8, 100_000, 1_610_901_761, first=1, step=64),
        Run("1/2/c{n}/1", "1/2/c{n}/1", 10, 25_000, 1_612_998_913, first=1, step=64),
        Run("1/3/{n}", "1/3/{n}", 4, 10_000, 1_615_101_952, first=1, step=64),
    )
    loopback = ("system", "system", 1)
    port_id_subtype = 7
    has_entity = False
    memory_mb = 16_384
    cpu_idle = 10.0
    watts = 510
    prompt = "A:noc@{name}# "

    def serial(self, rng: random.Random) -> str:
        return f"NS{rng.randint(20, 24)}{rng.randint(10, 52)}" + "".join(
            rng.choices("0123456789ABCDEF", k=5)
        )

    def describe(self, device: Device) -> str:
        return (
            f"{self.software} cpm/hops64 Nokia {self.model} Copyright (c) 2000-2023 Nokia.\r\nAll "
            "rights reserved. All use subject to applicable license agreements.\r\nBuilt on Thu Dec 7 "
            "17:01:11 PST 2023 by builder in /builds/2310B/R2/panos/main/sros"
        )

    def if_descr(self, port: Port) -> str:
        if not port.is_physical:
            return f"{port.name}, Loopback IP interface"
        text = f', "{port.alias}"' if port.alias else ""
        return f"{port.name}, {port.speed // 1000}-Gig Ethernet{text}"

    def lldp_port_id(self, port: Port) -> bytes:
        return str(port.if_index).encode()

    def refuse(self, line: str) -> str:
        word = line.split()[0]
        return f"MINOR: MGMT_CORE #2201: Unknown element - '{word}'"

    def tables(self, mib: Builder, world: World, device: Device) -> None:
        """TIMETRA-SYSTEM, TIMETRA-CHASSIS and the optics' digital diagnostics."""
        kib = self.memory_mb * 1024
        mib.scalar(f"{SGI}.1", ber.GAUGE32, lambda _a, at: unsigned(world.cpu(device, at)))
        mib.scalar(f"{SGI}.9", ber.GAUGE32, lambda _a, at: unsigned(world.memory(device, at) * kib))
        mib.scalar(
            f"{SGI}.10", ber.GAUGE32, lambda _a, at: unsigned((1 - world.memory(device, at)) * kib)
        )
        for index, name, kind in ((CHASSIS, "chassis", 3), (CARD, "Slot A", 8)):

            def heat(_arg: int, at: float, sensor: int = kind) -> bytes:
                return signed(world.temperature(device, at, sensor))

            mib.row(
                HARDWARE, (1, index),
                {
                    3: (ber.OCTETS, self.model),
                    4: (ber.OCTETS, "3HE11473AARA01"),
                    5: (ber.OCTETS, device.serial if kind == 3 else f"{device.serial}A"),
                    7: (ber.INTEGER, kind),
                    8: (ber.OCTETS, name),
                    16: (ber.INTEGER, 2),
                    17: (ber.INTEGER, 2),
                    18: (ber.INTEGER, heat),
                    19: (ber.INTEGER, 75),
                },
            )  # fmt: skip
        for port in physical.optics(device):
            _optic(mib, world, port)

    def log_line(self, notice: Notice) -> str | None:
        port = notice.port.name if notice.port else ""
        texts = {
            What.LINK_DOWN: f'"Interface {port} is not operational"',
            What.LINK_UP: f'"Interface {port} is operational"',
            What.COLD_START: '"Node initialized: cold start"',
            What.CPU_HIGH: f'"CPU usage {notice.value:.0f}% exceeds the red threshold"',
            What.CPU_NORMAL: f'"CPU usage {notice.value:.0f}% back to normal"',
            What.ERRORS_RISING: f'"Port {port} CRC errors crossed the signal degrade threshold"',
            What.ERRORS_GONE: f'"Port {port} CRC errors cleared"',
            What.OPTICS_LOW: f'"SFF DDM event on port {port}: receive power low warning '
            f'{notice.value:.2f} dBm"',
            What.OPTICS_NORMAL: f'"SFF DDM event on port {port}: receive power low cleared '
            f'{notice.value:.2f} dBm"',
            What.BGP_DOWN: f'"(ASN 64500) VR 1: Group transit: Peer {notice.peer}: moved from higher '
            'state ESTABLISHED to lower state IDLE due to event INTERFACE DOWN"',
            What.BGP_UP: f'"(ASN 64500) VR 1: Group transit: Peer {notice.peer}: moved into '
            'established state"',
        }
        names = {
            What.LINK_DOWN: "SNMP-WARNING-linkDown-2004", What.LINK_UP: "SNMP-WARNING-linkUp-2005",
            What.COLD_START: "SYSTEM-MAJOR-coldStart-2001", What.CPU_HIGH: "SYSTEM-MAJOR-tmnxCpuHigh",
        }  # fmt: skip
        text = texts.get(notice.what)
        return (
            text
            and f"TMNX: {names.get(notice.what, 'PORT-MINOR-event-2030')} [{port or 'node'}]: {text}"
        )


def _optic(mib: Builder, world: World, port: Port) -> None:
    """TIMETRA-PORT-MIB: light in tenths of a microwatt, heat in 1/256 °C, bias in 2 µA."""

    def power(received: int, at: float) -> bytes:
        dbm = physical.dbm(world, port, at, received=bool(received))
        return signed(round(physical.milliwatts(dbm) * 10_000) if dbm > -40 else 0)

    def heat(_arg: int, at: float) -> bytes:
        return signed((world.temperature(port.device, at, port.position) + 5) * 256)

    index = (1, port.if_index)
    mib.cell(f"{DDM}.1", index, ber.INTEGER, heat)
    mib.cell(f"{DDM}.6", index, ber.INTEGER, 32_900)
    mib.cell(f"{DDM}.11", index, ber.INTEGER, 18_500)
    mib.cell(f"{DDM}.16", index, ber.INTEGER, power, 0)
    mib.cell(f"{DDM}.21", index, ber.INTEGER, power, 1)
    mib.cell(f"{DDM}.22", index, ber.INTEGER, 316)


words = Commands(leave=("logout", "exit"))
words.quiet("environment no more", "environment more false", "admin save", "exit all")
SrOs.commands = words


@words.add("show version", "show system information")
def _version(world: World, device: Device, _words: list[str]) -> str:
    days, hours, minutes, seconds = split_seconds(world.uptime(device, world.now()))
    return (
        f"{device.character.describe(device)}\n\nSystem Name            : {device.name}\n"
        f"System Type            : {device.character.model}\n"
        f"System Version         : {device.character.software}\n"
        f"System Location        : {device.location}\n"
        f"System Up Time         : {days} days, {hours:02}:{minutes:02}:{seconds:02}.00 (hr:min:sec)"
    ).replace("\r", "")


@words.add("show chassis")
def _chassis(world: World, device: Device, _words: list[str]) -> str:
    heat = world.temperature(device, world.now(), 3)
    return (
        f"  Name                              : {device.name}\n"
        f"  Type                              : {device.character.model}\n"
        f"    Serial number                   : {device.serial}\n"
        f"    Base MAC address                : {colons(device.mac)}\n"
        f"    Temperature                     : {heat:.0f}C"
    )


@words.add("show port", "show interfaces", "show router interface")
def _ports(world: World, device: Device, _words: list[str]) -> str:
    head = "Port          Admin Link Port    Cfg    Description\nId            State      State   MTU\n"
    rows = (
        (p.name, "Yes" if world.is_up(p) else "No", up_down(world, p).capitalize(), p.alias)
        for p in device.ports
    )
    return head + columns(rows, "{:<14}Up    {:<5}{:<8}9212   {}")


@words.add("show port <port>", "show port <port> detail", "show interfaces <port>")
def _port(world: World, device: Device, asked: list[str]) -> str:
    ports = wanted(device, asked)
    if not ports:
        return f'MINOR: CLI Invalid port "{asked[0]}".'
    port = ports[0]
    counts = world.counts(port, world.now())
    received, sent = world.optics(port, world.now())
    return (
        f"Description        : {port.alias}\nInterface          : {port.name}\n"
        f"Oper Speed         : {port.speed // 1000} Gbps\nIfIndex            : {port.if_index}\n"
        f"Oper State         : {up_down(world, port)}\nHardware Address   : {colons(port.mac)}\n"
        f"Tx Output Power (dBm) {sent:>10.2f}\nRx Optical Power (avg dBm) {received:>10.2f}\n"
        f"Octets             {counts.in_octets:>22} {counts.out_octets:>22}\n"
        f"Packets            {counts.in_packets:>22} {counts.out_packets:>22}\n"
        f"Errors             {counts.in_errors:>22} {counts.out_errors:>22}"
    )


@words.add(
    "admin show configuration", "admin display-config", "show running-config", "show configuration"
)
def _configuration(_world: World, device: Device, _words: list[str]) -> str:
    lines = [f"# {device.character.software}", "configure {", "    system {",
             f'        name "{device.name}"', f'        location "{device.location}"', "    }"]  # fmt: skip
    for port in device.ports:
        if port.alias:
            lines += [f"    port {port.name} {{", "        admin-state enable",
                      f'        description "{port.alias}"', "    }"]  # fmt: skip
    for peer in device.peers:
        lines.append(f'    router "Base" bgp neighbor "{peer.address}" peer-as {peer.remote_as}')
    return "\n".join([*lines, "}"])


@words.add("show system lldp neighbor")
def _lldp(world: World, device: Device, _words: list[str]) -> str:
    head = "Lcl Port      Scope Remote Chassis ID  Index  Remote Port     Remote System Name\n"
    rows = (
        (near.name, colons(far.device.mac), near.position + 1, far.name, far.device.name)
        for near, far in device.neighbours("lldp")
        if world.is_up(near)
    )
    return head + columns(rows, "{:<14}NB    {:<19}{:<7}{:<16}{}")


@words.add("show router arp")
def _arp(world: World, device: Device, _words: list[str]) -> str:
    rows = (
        (address, colons(mac), port.name)
        for port, address, mac, far in addressing.arp(world, device)
        if far is None or world.is_alive(far)
    )
    return "IP Address      MAC Address       Interface\n" + columns(rows, "{:<16}{:<18}{}")


@words.add("show router bgp summary", "show router bgp neighbor")
def _bgp(world: World, device: Device, _words: list[str]) -> str:
    rows = []
    for peer in device.peers:
        days, hours, minutes, _ = split_seconds(
            protocols.established_for(world, device, peer, world.now())
        )
        state = f"{peer.prefixes}/{peer.prefixes}/120" if world.session_up(peer) else "Active"
        rows.append((peer.address, peer.remote_as, f"{days:02}d{hours:02}h{minutes:02}m", state))
    head = "Neighbor        AS      Up/Down   State|Rcv/Act/Sent\n"
    return head + columns(rows, "{:<16}{:<8}{:<10}{}")


@words.add("show router ospf neighbor")
def _ospf(world: World, device: Device, _words: list[str]) -> str:
    rows = (
        (near.name, far.device.router_id, "Full" if world.is_up(near) else "Down")
        for near, far in protocols.ospf_neighbours(device)
    )
    return "Interface-Name     Rtr Id          State\n" + columns(rows, "{:<19}{:<16}{}")


@words.add("show system cpu")
def _cpu(world: World, device: Device, _words: list[str]) -> str:
    load = world.cpu(device, world.now())
    return f"Total                     1,000,000   100.00%\n   Usage                              {load}.00%"
