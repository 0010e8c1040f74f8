"""What a vendor's device is like: its ports, its words, its private tables.

A character is one small class of facts. The plan builds devices from it, the SNMP agent and the
command line ask it what the standard tables cannot know. To add a vendor, add a file beside this.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from noc_console.lab.cli import Commands

if TYPE_CHECKING:
    import random

    from noc_console.lab.model import Device, Port
    from noc_console.lab.notices import Notice
    from noc_console.lab.setting import Tree
    from noc_console.lab.tree import Builder
    from noc_console.lab.world import World


@dataclass(frozen=True, slots=True)
class Run:
    """A run of equal ports; `{n}` in the names counts from `first`, `index` is the first ifIndex."""

    name: str
    short: str
    count: int
    speed: int
    index: int
    first: int = 0
    step: int = 1
    kind: str = "ethernet"
    optical: bool = True


class Character(ABC):
    """One model of one vendor."""

    vendor: ClassVar[str]
    model: str
    software: str
    object_id: str
    oui: bytes
    """First three octets of its MAC addresses."""
    enterprise: int
    ports: tuple[Run, ...]
    loopback: tuple[str, str, int] = ("Loopback0", "Lo0", 1)
    """Name, short name and ifIndex of the interface that carries the management address."""
    management_vlan: str = ""
    """Pattern of the name of a VLAN interface, when the address is on one instead."""
    speaks: frozenset[str] = frozenset({"lldp"})
    port_id_subtype: int = 5  # interfaceName
    contact: str = "noc@example.net"
    services: int = 78
    has_bridge: bool = False
    has_entity: bool = True
    has_entity_sensors: bool = True
    """False where the vendor keeps them in a table of its own."""
    memory_mb: int = 8192
    processors: int = 1
    cpu_idle: float = 8.0
    watts: int = 350
    commands: Commands
    prompt: str = "{name}#"
    banner: str = ""
    unknown: str = "% Invalid input detected"
    crlf: bool = False
    dialect: str = ""
    """How it is configured: `lines` at once, `commit` in sections, `set`; "" not at all."""
    family: str = ""
    """Of its software images."""

    def serial(self, rng: random.Random) -> str:
        """A serial number as the vendor writes them."""
        return "".join(rng.choices("ABCDEFGHJKLMNPRSTUVWXYZ0123456789", k=11))

    @abstractmethod
    def describe(self, device: Device) -> str:
        """sysDescr."""

    def if_descr(self, port: Port) -> str:
        """ifDescr, where it differs from the name."""
        return port.name

    def if_name(self, port: Port) -> str:
        """ifName."""
        return port.short

    def lldp_port_number(self, port: Port) -> int:
        """lldpLocPortNum: often, not always, the ifIndex."""
        return port.if_index

    def lldp_port_id(self, port: Port) -> bytes:
        """lldpLocPortId in the form `port_id_subtype` announces."""
        return port.name.encode()

    def tables(self, mib: Builder, world: World, device: Device) -> None:  # noqa: B027 - may be none
        """The vendor's own tables."""

    @abstractmethod
    def log_line(self, notice: Notice) -> str | None:
        """How this vendor writes the event in syslog; None when it stays silent."""

    def first_setting(self, device: Device) -> Tree:
        """How it is set before anybody changes anything."""
        return {}

    def prompt_for(self, device: Device) -> str:
        """The prompt of the command line."""
        return self.prompt.format(name=device.name)

    def refuse(self, line: str) -> str:
        """The answer to a command it does not know."""
        return self.unknown
