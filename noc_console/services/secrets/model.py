"""What the vault knows: who may open it, and what happened. Never a secret's text."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType

from noc_console.kernel.errors import Refused
from noc_console.kernel.events import Event
from noc_console.kernel.secret import SecretRef

HolderId = NewType("HolderId", int)


class Locked(Refused):
    """The vault waits for a pass phrase; with it the same request works."""


class HolderKind(StrEnum):
    """Who can hold the vault's keys."""

    MACHINE = "machine"
    """Opens without a person: its key lies in a file, the system's safe or a credential."""
    PERSON = "person"
    """Opens with a pass phrase."""


class LockState(StrEnum):
    """How the vault is in this process."""

    OPEN = "open"
    LOCKED = "locked"
    """It waits for a pass phrase."""
    EMPTY = "empty"
    """Nothing was ever put in."""


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody, or a machine, for whom the vault's keys are wrapped."""

    id: HolderId
    name: str
    kind: HolderKind
    public: bytes
    """X25519 (RFC 7748), 32 bytes."""
    added_at: datetime
    added_by: str
    is_let_in: bool
    """False: a machine that asks to be let in and can read nothing yet."""
    is_this: bool = False
    """The holder that opened the vault in this process."""

    @property
    def fingerprint(self) -> str:
        """What two people compare before a machine is let in: `2f1a-93c0-…`."""
        text = self.public.hex()[:24]
        return "-".join(text[at : at + 4] for at in range(0, len(text), 4))


@dataclass(frozen=True, slots=True)
class Kept:
    """What is known of a secret beside its text."""

    name: SecretRef
    changed_at: datetime
    generation: int
    """Which of the vault's keys seals it; 0: the machine's own, as before vaults had many."""
    used_at: datetime | None = None
    used_by: str = ""
    is_elsewhere: bool = False
    """The text lies in OpenBao; here is only a reference."""


@dataclass(frozen=True, slots=True)
class VaultState:
    """How the vault is, for a status line."""

    lock: LockState
    generation: int
    made_at: datetime | None
    people: int
    secrets: int
    behind: int
    """Secrets still sealed with an older key: a rotation that was interrupted goes on with them."""
    place: str
    """Where the key lies, or where the secrets are, in words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretStored(Event):
    """A secret was written under a name."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretRemoved(Event):
    """A secret was taken out of the vault."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretUsed(Event):
    """A secret was handed to what talks to a device; programs say it at most hourly."""

    name: str
    purpose: str
    device_id: int | None = None
    count: int = 1
    person: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretRevealed(Event):
    """Somebody gave their pass phrase once more and read a secret on a screen."""

    name: str
    person: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VaultUnlocked(Event):
    """The vault was opened with a pass phrase."""

    person: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VaultUnlockFailed(Event):
    """A pass phrase was wrong."""

    person: str
    in_a_row: int


@dataclass(frozen=True, slots=True, kw_only=True)
class VaultKeyMade(Event):
    """A new key of the vault: what is written from now on is sealed with it."""

    generation: int
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VaultResealed(Event):
    """Secrets were sealed anew with the newest key; at the end the old keys are forgotten."""

    generation: int
    secrets: int
    is_done: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class VaultHolderChanged(Event):
    """A person or machine was let in, put out, asked, or has another pass phrase."""

    name: str
    kind: str
    what: str
