"""How devices are reached: through which hosts, which keys those have, and what they may speak."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from noc_console.kernel.events import Event
from noc_console.services.credentials.model import SshLogin
from noc_console.services.hostkeys.model import Authority, HostKey

SSH_PORT = 22


@dataclass(frozen=True, slots=True)
class Hop:
    """A host on the way, or the one at its end; without a user the vault says who logs in."""

    host: str
    port: int = SSH_PORT
    user: str = ""

    @property
    def text(self) -> str:
        """`user@host:port` as people write it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        port = "" if self.port == SSH_PORT else f":{self.port}"
        return (f"{self.user}@" if self.user else "") + host + port


@dataclass(frozen=True, slots=True)
class Way:
    """A rule: devices of these names and sites are reached through these hosts."""

    id: int
    name: str
    names: str = ""
    """Patterns of names, addresses or tags, separated by blanks: `ams-* 10.20.* tag:edge`; empty
    fits all."""
    sites: str = ""
    hops: str = ""
    """`mira@jump1>jump2:2222`; empty means straight there."""


@dataclass(frozen=True, slots=True)
class Allowed:
    """One host that may use old algorithms, and who said so."""

    host: str
    port: int
    reason: str
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class Stop:
    """A jump host as programs pass it: what it may prove itself with, and who logs in there."""

    hop: Hop
    keys: tuple[HostKey, ...] = ()
    logins: tuple[SshLogin, ...] = ()
    authorities: tuple[Authority, ...] = ()


@dataclass(frozen=True, slots=True)
class Door:
    """Where a program knocks: the keys that may be shown there, and what lies before it."""

    host: str
    port: int = SSH_PORT
    keys: tuple[HostKey, ...] = ()
    """All that are trusted; none: nobody said yet which key is the door's."""
    stops: tuple[Stop, ...] = ()
    """Jump hosts, the nearest first; none: straight there."""
    authorities: tuple[Authority, ...] = ()
    """Who may have signed its key instead."""

    @property
    def is_known(self) -> bool:
        """Whether there is anything to tell it from another."""
        return bool(self.keys or self.authorities)

    def is_of(self, key: HostKey) -> bool:
        """Whether this key was shown at the door, not by a host on the way to it."""
        return (key.host, key.port) == (self.host, self.port)


@dataclass(frozen=True, slots=True, kw_only=True)
class LegacyAllowed(Event):
    """Somebody allowed one host algorithms that are no longer safe, or took that back."""

    host: str
    port: int
    is_allowed: bool
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WayChanged(Event):
    """Which jump hosts lead to which devices was changed."""

    way_id: int
    name: str
    what: str
