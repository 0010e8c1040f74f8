"""APC: an uninterruptible power supply with a network card."""

from __future__ import annotations

import random

from noc_console.lab.characters.base import Character, Run
from noc_console.lab.characters.words import split_seconds
from noc_console.lab.cli import Commands
from noc_console.lab.model import Device
from noc_console.lab.notices import Notice, What
from noc_console.lab.tables import power
from noc_console.lab.tree import Builder
from noc_console.lab.world import World


class SmartUps(Character):
    vendor = "APC"
    enterprise = 318
    model = "Smart-UPS RT 6000 XL"
    software = "v7.1.2"
    object_id = "1.3.6.1.4.1.318.1.3.27"
    oui = bytes.fromhex("00c0b7")
    speaks = frozenset()
    ports = (Run("eth{n}", "eth{n}", 1, 1_000, 2, optical=False),)
    loopback = ("lo", "lo", 1)
    has_entity = False
    services = 72
    cpu_idle = 5.0
    memory_mb = 32
    watts = 40
    prompt = "apc>"
    crlf = True

    def serial(self, rng: random.Random) -> str:
        return f"AS{rng.randint(20, 24)}{rng.randint(10, 52)}{rng.randint(100_000, 999_999)}"

    def describe(self, device: Device) -> str:
        return (
            "APC Web/SNMP Management Card (MB:v4.1.0 PF:v7.1.2 PN:apc_hw05_aos_712.bin AF1:v7.1.2 "
            f"AN1:apc_hw05_sumx_712.bin MN:AP9631 HR:08 SN: {device.serial} MD:04/06/2019)"
        )

    def refuse(self, line: str) -> str:
        return "E101: Command Not Found"

    def tables(self, mib: Builder, world: World, device: Device) -> None:
        power.fill(mib, world, device)

    def log_line(self, notice: Notice) -> str | None:
        texts = {
            What.ON_BATTERY: "UPS: On battery power in response to an input power problem. 0x0109",
            What.BATTERY_LOW: "UPS: The battery power is too low to support the load. 0x010F",
            What.POWER_BACK: "UPS: No longer on battery power. 0x010A",
            What.COLD_START: "System: Warmstart. 0x0001",
            What.LINK_DOWN: "System: Network interface link down. 0x0018",
            What.LINK_UP: "System: Network interface link up. 0x0017",
        }
        return texts.get(notice.what)


words = Commands(abbreviates=False, leave=("exit", "quit", "bye"))
SmartUps.commands = words


@words.add("about", "show version", "ups -about")
def _about(world: World, device: Device, _words: list[str]) -> str:
    days, hours, minutes, _ = split_seconds(world.uptime(device, world.now()))
    return (
        f"E000: Success\nModel Number: AP9631\nSerial Number: {device.serial}\n"
        f"Hardware Revision: 08\nUPS Model: {device.character.model}\n"
        f"Management Uptime: {days} Days {hours} Hours {minutes} Minutes"
    )


@words.add("ups -st", "detstatus -all", "detstatus -ss")
def _status(world: World, device: Device, _words: list[str]) -> str:
    at = world.now()
    supply = power.Supply(world, device)
    state = "On Battery" if supply.is_on_battery() else "On Line"
    return (
        f"E000: Success\nStatus of UPS: {state}\nRuntime Remaining: {supply.minutes(at):.0f} min\n"
        f"Battery State Of Charge: {supply.charge(at):.1f}%\n"
        f"Input Voltage: {supply.input_volts(at):.1f} VAC\nOutput Load: {supply.load(at):.1f}%\n"
        f"Battery Temperature: {world.temperature(device, at):.1f}C"
    )


@words.add("tcpip", "show interfaces")
def _network(_world: World, device: Device, _words: list[str]) -> str:
    port = next(p for p in device.ports if p.kind == "ethernet")
    return f"E000: Success\nActive IPv4 Settings\nIP: {device.address}\nMAC: {port.mac.hex(' ').upper()}"


@words.add("system", "show running-config")
def _system(_world: World, device: Device, _words: list[str]) -> str:
    return (
        f"E000: Success\nName: {device.name}\nContact: {device.character.contact}\n"
        f"Location: {device.location}"
    )
