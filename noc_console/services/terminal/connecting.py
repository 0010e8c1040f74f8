"""Ways to a terminal, as values: where it is, through which hosts, and what is asked on the way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol, runtime_checkable

from noc_console.kernel.errors import Refused
from noc_console.kernel.events import Event
from noc_console.kernel.secret import Secret
from noc_console.services.credentials.model import SshLogin
from noc_console.services.hostkeys.model import Authority, HostKey
from noc_console.services.terminal.forwarding import Forwards
from noc_console.services.terminal.model import Size
from noc_console.services.terminal.ports import Link
from noc_console.services.terminal.transferring import Files
from noc_console.services.ways.model import SSH_PORT, Hop

TELNET_PORT = 23


class LinkKind(StrEnum):
    """How a terminal is reached."""

    SSH = "ssh"
    TELNET = "telnet"
    SERIAL = "serial"
    SHELL = "shell"
    REPLAY = "replay"


class Parity(StrEnum):
    """The check bit of a serial line."""

    NONE = "N"
    EVEN = "E"
    ODD = "O"


class FlowControl(StrEnum):
    """How a serial line says that it cannot take more."""

    NONE = "none"
    RTS_CTS = "rts/cts"
    XON_XOFF = "xon/xoff"


@dataclass(frozen=True, slots=True)
class SerialLine:
    """A serial port and how it speaks; most consoles of routers speak 9600 8N1."""

    path: str
    baud: int = 9600
    bits: int = 8
    parity: Parity = Parity.NONE
    stop_bits: float = 1
    flow: FlowControl = FlowControl.NONE

    @property
    def text(self) -> str:
        """`/dev/ttyUSB0@9600`, and `8N1` only where it is something else."""
        shape = f"{self.bits}{self.parity}{self.stop_bits:g}"
        flow = "" if self.flow is FlowControl.NONE else f",{self.flow}"
        return f"{self.path}@{self.baud}" + ("" if shape == "8N1" else f",{shape}") + flow


@dataclass(frozen=True, slots=True)
class Target:
    """What a session speaks to: a device of the inventory, or only an address or a command."""

    title: str
    """How its tab is called until somebody names it."""
    kind: LinkKind = LinkKind.SHELL
    host: str = ""
    port: int = 0
    user: str = ""
    hops: tuple[Hop, ...] = ()
    """Jump hosts, the nearest first."""
    line: SerialLine | None = None
    command: tuple[str, ...] = ()
    """Of a local shell; empty means the operator's own."""
    device_id: int | None = None
    platform: str = ""
    """The inventory's name of its platform, empty when unknown."""
    vendor: str = ""
    type: str = ""
    model: str = ""
    site: str = ""
    tags: frozenset[str] = field(default_factory=frozenset)
    is_by_address: bool = False
    """Somebody said an address, and the inventory whose it is: the address is what is kept."""
    managed_at: str = ""
    """The address the device is managed at, where the session goes to another of its own."""
    candidates: tuple[str, ...] = ()
    """Names of the devices that it may be, where it cannot be told which."""
    is_legacy: bool = False
    """Somebody allowed this one device the algorithms that are no longer safe."""
    uses_agent: bool = True
    reconnects: bool = True

    @property
    def hop(self) -> Hop:
        """The host at the end of the way."""
        return Hop(self.host, self.port or SSH_PORT, self.user)

    @property
    def address(self) -> str:
        """In the words of routes and saved sessions; `addresses.parse` reads it."""
        if self.kind is LinkKind.SERIAL:
            return f"serial:{self.line.text}" if self.line else "serial:"
        if self.kind is LinkKind.SHELL:
            return "shell"
        is_number = self.device_id is not None and not self.user and not self.is_by_address
        if self.kind is LinkKind.SSH and is_number:
            return f"ssh:device:{self.device_id}"
        if self.kind is LinkKind.TELNET:
            host = f"[{self.host}]" if ":" in self.host else self.host
            host = f"{self.user}@{host}" if self.user else host
            return f"telnet:{host}" + ("" if self.port in (0, TELNET_PORT) else f":{self.port}")
        return f"{self.kind}:{''.join(f'{hop.text}>' for hop in self.hops)}{self.hop.text}"


@dataclass(frozen=True, slots=True)
class Ended:
    """Why a link ended."""

    why: str
    """For people: `logged out`, `no answer for 45 s`."""
    is_lost: bool = False
    """The way broke: connecting again may help."""
    goes_on: bool = False
    """Only the window left it: the other side noticed nothing."""


@runtime_checkable
class Wired(Link, Protocol):
    """A link that can say more of itself than its bytes; all of ours can, a replay cannot."""

    @property
    def facts(self) -> tuple[tuple[str, str], ...]:
        """What was agreed: ciphers, keys, speeds."""

    @property
    def badges(self) -> tuple[str, ...]:
        """What people must not overlook, such as algorithms that are no longer safe."""

    @property
    def ended(self) -> Ended | None:
        """None while it lasts."""

    def send_break(self) -> None:
        """The signal that interrupts a console; nothing where there is none."""


@runtime_checkable
class Carrying(Protocol):
    """A link that carries more than a terminal: files and ports beside it."""

    @property
    def forwards(self) -> Forwards: ...

    async def files(self) -> Files:
        """Raises Unreachable."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """One question of a server (keyboard-interactive, RFC 4256)."""

    text: str
    is_secret: bool


class Keeper(Protocol):
    """Who stands at the door while a connection is made: knows keys, logins, and whom to ask."""

    async def pinned(self, hop: Hop) -> tuple[HostKey, ...]:
        """The keys a host may prove itself with."""

    async def authorities(self, hop: Hop) -> Sequence[Authority]:
        """Who may have signed a host's key, as which it then counts; revoked ones block it."""

    async def admit(self, shown: HostKey, *, against: str = "") -> bool:
        """Whether a key that is not pinned is taken; raises Refused when it must not be.

        `against` says what is wrong with its certificate.
        """

    async def logins(self, hop: Hop) -> Sequence[SshLogin]:
        """How to log in there, best first."""

    async def answers(
        self, title: str, text: str, prompts: Sequence[Prompt]
    ) -> tuple[Secret, ...] | None:
        """What the person answers; None when they turned away."""

    async def may_be_old(self, hop: Hop) -> bool:
        """Whether somebody allowed this one host algorithms that are no longer safe."""

    def told(self, text: str) -> None:
        """How far it is; also what a server says before the login."""


class Connector(Protocol):
    """Opens links."""

    async def open(self, target: Target, size: Size, keeper: Keeper) -> Link:
        """Raises Refused, Unreachable or AuthRejected, each with whose move it is."""


class LegacyOnly(Refused):
    """The device speaks only algorithms that are no longer safe."""

    def __init__(self, hop: Hop, *, what: str, offered: tuple[str, ...]) -> None:
        most = ", ".join(offered[:6])
        super().__init__(
            f"{hop.text} offers as {what} only {most}, which is no longer safe. Whoever opens a"
            " terminal to it may allow this one device old algorithms, with a reason; they are"
            " listed in Terminal, under “Jump hosts, known hosts, old SSH…”"
        )
        self.hop = hop
        self.what = what
        self.offered = offered


class NoAlgorithm(Refused):
    """Nothing both sides speak, not even among the old."""

    def __init__(self, hop: Hop, *, what: str, offered: tuple[str, ...]) -> None:
        most = ", ".join(offered[:6]) or "nothing"
        super().__init__(f"{hop.text} offers as {what} only {most}, which we do not speak")
        self.hop = hop


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionOpened(Event):
    """Somebody is connected to something."""

    session: str
    address: str
    title: str
    user: str
    via: str = ""
    device_id: int | None = None
    is_legacy: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionEnded(Event):
    """A connection ended: closed by its operator, by the device, or lost."""

    session: str
    address: str
    seconds: float
    received: int
    sent: int
    why: str
    device_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionRefused(Event):
    """Somebody tried to connect, and it came to nothing."""

    address: str
    title: str
    why: str
    device_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretTyped(Event):
    """A secret of the vault was typed into a session; which one, not what it says."""

    session: str
    what: str
    name: str
    device_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FileMoved(Event):
    """A file was copied from or to a device, or removed or renamed there."""

    session: str
    what: str
    path: str
    size: int
    device_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ForwardOpened(Event):
    """A port leads through a session now."""

    session: str
    forward: str
    device_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ForwardStopped(Event):
    """It no longer does."""

    session: str
    forward: str
    device_id: int | None = None
