"""What people see of the vault: what is kept for what, by whom it was used, and how old it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from noc_console.services.credentials.model import Credential


@dataclass(frozen=True, slots=True)
class Entry:
    """A credential, or something else whose secret lies in the vault."""

    name: str
    kind: str
    """`SNMP v2c`, `SSH key`, `channel`, `probe`, `key` …"""
    refs: tuple[str, ...]
    """What its secrets are called in the vault; none for a login without a secret."""
    credential: Credential | None = None
    tried: int | None = None
    """Of credentials: the how-manyeth is tried, among those that match a device equally well."""
    devices: int | None = None
    """How many devices it is for; None where that is no question."""
    changed_at: datetime | None = None
    """Since when the oldest of its secrets is the same."""
    used_at: datetime | None = None
    used_by: str = ""
    is_elsewhere: bool = False
    is_behind: bool = False
    """Still sealed with an older key of the vault."""

    @property
    def key(self) -> str:
        return f"credential {self.credential.id}" if self.credential else self.refs[0]


@dataclass(frozen=True, slots=True)
class UsedOn:
    """A device that a credential is for, or may be tried on."""

    device_id: int
    name: str
    address: str
    platform: str
    why: str
    """`answers to it`, or what matched; empty for a device that it is not for."""


@dataclass(frozen=True, slots=True)
class Trial:
    """What a device said to a credential."""

    device: str
    credential: str
    is_accepted: bool
    text: str
