"""Arista: EOS on an aggregation switch."""

from __future__ import annotations

import random

from noc_console.lab.characters.base import Run
from noc_console.lab.characters.cisco import Cisco, words
from noc_console.lab.model import Device, Port
from noc_console.lab.notices import Notice, What
from noc_console.lab.tables import host, physical
from noc_console.lab.tree import Builder, Cell
from noc_console.lab.world import World
from noc_console.wire import ber

THRESHOLD = "1.3.6.1.4.1.30065.3.12.1.1.1"


class Eos(Cisco):
    """EOS speaks the command line its customers grew up with, so it borrows Cisco's words."""

    vendor = "Arista"
    enterprise = 30065
    model = "DCS-7280SR3-48YC8"
    software = "4.30.4M"
    object_id = "1.3.6.1.4.1.30065.1.3011.7280.3741.48.2978.8"
    oui = bytes.fromhex("ac3d94")
    speaks = frozenset({"lldp"})
    ports = (
        Run("Ethernet{n}", "Ethernet{n}", 10, 25_000, 1, first=1),
        Run("Ethernet{n}", "Ethernet{n}", 24, 10_000, 11, first=11),
        Run("Ethernet{n}", "Ethernet{n}", 6, 1_000, 35, first=35, optical=False),
    )
    loopback = ("Vlan99", "Vlan99", 2_000_099)
    management_vlan = "Vlan99"
    has_bridge = True
    memory_mb = 8192
    processors = 4
    watts = 290
    crlf = False
    commands = words

    def serial(self, rng: random.Random) -> str:
        return f"JPE{rng.randint(19, 24)}{rng.randint(10, 52)}{rng.randint(1000, 9999)}"

    def describe(self, device: Device) -> str:
        return f"Arista Networks EOS version {self.software} running on an Arista Networks {self.model}"

    def if_name(self, port: Port) -> str:
        return port.name

    def lldp_port_number(self, port: Port) -> int:
        return port.position + 1

    def refuse(self, line: str) -> str:
        return "% Invalid input"

    def tables(self, mib: Builder, world: World, device: Device) -> None:
        """EOS keeps processors and memory in HOST-RESOURCES, sensors in the standard table and
        their thresholds in ARISTA-ENTITY-SENSOR-MIB.
        """
        host.fill(mib, world, device, disks={100: ("Flash", 3_800_000, 0.42)})
        for sensor in physical.sensors(world, device):
            if sensor.limits is not None:
                told = sensor.limits
                levels = (told.warn_low, told.low, told.warn_high, told.high)
                cells: dict[int, Cell] = {
                    at: (ber.INTEGER, level) for at, level in enumerate(levels, 1)
                }
                mib.row(THRESHOLD, (sensor.index,), cells)

    def log_line(self, notice: Notice) -> str | None:
        port = notice.port.name if notice.port else ""
        texts = {
            What.LINK_DOWN: f"Ebra: %LINEPROTO-5-UPDOWN: Line protocol on Interface {port}, changed "
            "state to down",
            What.LINK_UP: f"Ebra: %LINEPROTO-5-UPDOWN: Line protocol on Interface {port}, changed "
            "state to up",
            What.COLD_START: "Rib: %SYS-5-SYSTEM_RESTARTED: System restarted",
            What.OPTICS_LOW: f"XcvrAgent: %XCVR-4-RX_POWER_LOW: {port} receive power low, "
            f"{notice.value:.2f} dBm",
        }
        return texts.get(notice.what) or super().log_line(notice)
