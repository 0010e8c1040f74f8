"""The keys SSH servers prove themselves with, and what may be wrong with them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from noc_console.kernel.errors import Refused, Unreachable
from noc_console.kernel.events import Event


@dataclass(frozen=True, slots=True)
class HostKey:
    """The key a device proves itself with."""

    host: str
    port: int
    key: str
    """As in `known_hosts`: algorithm and base64."""
    fingerprint: str
    """`SHA256:…` as OpenSSH prints it."""

    @property
    def algorithm(self) -> str:
        """`ssh-ed25519`, `ssh-rsa`, …"""
        return self.key.partition(" ")[0]

    @property
    def door(self) -> str:
        """`192.0.2.1`, or with its port when that is another than 22."""
        if self.port == 22:
            return self.host
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


@dataclass(frozen=True, slots=True)
class Pinned:
    """A key somebody trusted, and when and why."""

    key: HostKey
    at: datetime
    by: str
    reason: str = ""
    """Why it took the place of another key; empty for the first one."""
    replaces: bool = False
    """From then on the keys trusted before count no longer."""


@dataclass(frozen=True, slots=True)
class Authority:
    """Who signs the keys of hosts, and whose word is believed: `@cert-authority` of OpenSSH."""

    id: int
    name: str
    hosts: str
    """Patterns of names and addresses as hosts are connected to, separated by blanks: `*` and `?`,
    `!` before those it is not believed about, `[10.0.0.*]:2222` for one port alone."""
    key: str
    """As in `known_hosts`: algorithm and base64."""
    fingerprint: str
    at: datetime
    by: str
    revoked_at: datetime | None = None
    revoked_by: str = ""
    reason: str = ""
    """Why it is believed no longer."""

    @property
    def is_revoked(self) -> bool:
        return self.revoked_at is not None


@dataclass(frozen=True, slots=True)
class Known:
    """What one door may prove itself with: keys of its own, or a certificate."""

    keys: tuple[HostKey, ...] = ()
    authorities: tuple[Authority, ...] = ()
    """Those that speak for it; a revoked one blocks."""


class NotTrusted(Refused):
    """Nobody has said yet that this key is the device's."""

    def __init__(self, key: HostKey) -> None:
        super().__init__(f"{key.host} proves itself with {key.fingerprint}, which nobody trusted")
        self.key = key


class OtherKey(Unreachable):
    """A host shows another key than those it is known by; nothing was sent to it."""

    def __init__(self, key: HostKey, *, against: str = "") -> None:
        """`against` is what is wrong with its certificate, where that is why."""
        with_what = (
            f"a certificate {against}" if against else "another key than those it is known by"
        )
        super().__init__(
            f"{key.host} proves itself with {with_what}", peer=key.host, reason="host-key"
        )
        self.key = key
        self.against = against


class KeyChanged(Refused):
    """The device proves itself with another key than before: replaced, or somebody between."""

    def __init__(self, key: HostKey, before: str) -> None:
        super().__init__(self._told(key, before))
        self.key = key
        self.before = before

    def _told(self, key: HostKey, before: str) -> str:
        return (
            f"the key of {key.host} changed from {before} to {key.fingerprint}. If the device was"
            " replaced, trust the new key; if not, somebody may be listening"
        )


class BadCertificate(KeyChanged):
    """The host's certificate does not hold: its own key counts only when somebody says so.

    `before` is what is wrong with it.
    """

    def _told(self, key: HostKey, before: str) -> str:
        return (
            f"{key.host} proves itself with a certificate {before}. Nothing was sent. Have its key"
            " signed again (ssh-keygen -s CA -h -n HOST), or trust the key itself"
            f" ({key.fingerprint}) with a reason; if nobody changed anything there, somebody may be"
            " listening"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class HostKeyTrusted(Event):
    """Somebody said that a key is a device's."""

    host: str
    port: int
    fingerprint: str
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HostKeyRefused(Event):
    """A device showed another key than the one it is known by; nothing was sent to it."""

    host: str
    port: int
    fingerprint: str
    before: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HostAuthorityChanged(Event):
    """Somebody said whose word about the keys of hosts is believed, or no longer."""

    authority_id: int
    name: str
    hosts: str
    fingerprint: str
    what: str
    """trusted, revoked or removed"""
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HostKeyForgotten(Event):
    """Somebody said that what a device was known by counts no longer."""

    host: str
    port: int
