"""Ports that lead through a session: what they are, and how people write them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from noc_console.kernel.errors import Invalid
from noc_console.services.ways.hosts import is_host

LOOPBACK = "127.0.0.1"


class ForwardKind(StrEnum):
    """Which way connections go."""

    LOCAL = "local"
    """From this machine to what the device reaches (`ssh -L`)."""
    REMOTE = "remote"
    """From the device to what this machine reaches (`ssh -R`)."""
    DYNAMIC = "dynamic"
    """A SOCKS proxy on this machine (`ssh -D`)."""


@dataclass(frozen=True, slots=True)
class ForwardWish:
    """A port that is to lead somewhere. Port 0 takes any that is free."""

    kind: ForwardKind
    listen_port: int
    listen_host: str = LOOPBACK
    host: str = ""
    port: int = 0

    @property
    def text(self) -> str:
        """`127.0.0.1:8080 → 10.0.0.1:80`, seen from where it listens."""
        listen = f"{self.listen_host}:{self.listen_port}"
        if self.kind is ForwardKind.DYNAMIC:
            return f"{listen} → anywhere, SOCKS"
        where = "here" if self.kind is ForwardKind.REMOTE else "there"
        return f"{listen} → {self.host}:{self.port} from {where}"


@dataclass(frozen=True, slots=True)
class Forward:
    """A port that leads somewhere now."""

    id: int
    wish: ForwardWish
    """With the port it really has."""
    connections: int
    """How many were made through it so far; only those of local ones can be counted."""


def check(wish: ForwardWish) -> ForwardWish:
    """The wish, or Invalid naming the field."""
    if not is_host(wish.listen_host):
        raise Invalid("it listens on an address, most safely 127.0.0.1", field="listen_host")
    if not 0 <= wish.listen_port < 65_536:
        raise Invalid("a port is a number up to 65535; 0 takes a free one", field="listen_port")
    if wish.kind is ForwardKind.DYNAMIC:
        return ForwardWish(wish.kind, wish.listen_port, wish.listen_host)
    if not is_host(wish.host):
        raise Invalid("where it leads is a name or an address", field="host")
    if not 0 < wish.port < 65_536:
        raise Invalid("a port is a number from 1 to 65535", field="port")
    return wish


def is_open_to_others(wish: ForwardWish) -> bool:
    """Whether other machines can use it too: who sets it must know."""
    return wish.listen_host not in (LOOPBACK, "::1", "localhost")


class Forwards(Protocol):
    """The ports of one session."""

    def listed(self) -> tuple[Forward, ...]:
        """Those that are open."""

    async def start(self, wish: ForwardWish) -> Forward:
        """Raises Invalid when this machine has no such port free, Refused when the device
        does not allow it."""

    async def stop(self, forward_id: int) -> Forward:
        """No new connections; raises NotFound."""

    async def close(self) -> None: ...
