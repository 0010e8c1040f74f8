"""What devices account: who logged in where and typed what, told by TACACS+."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from noc_console.kernel.events import Event
from noc_console.kernel.secret import Secret


class Moment(StrEnum):
    """When of a task a record tells."""

    START = "start"
    STOP = "stop"
    UPDATE = "update"
    """In between: RFC 8907 calls it a watchdog."""


class Trouble(StrEnum):
    """Why somebody who spoke TACACS+ with us was not heard."""

    STRANGER = "unknown device"
    """Nobody of the inventory has this address, or several have."""
    NO_KEY = "no key"
    """No key of the vault is for this device."""
    OTHER_KEY = "other key"
    """The device has another key than those that are for it."""
    CLEAR = "not obfuscated"
    """It was sent without any key; we do not hear that (RFC 8907 §10.5.2)."""
    MALFORMED = "malformed"
    NOT_ACCOUNTING = "not accounting"
    """A login or a right was asked for: we only keep accounts."""
    NOT_KEPT = "not kept"
    """The store did not take it in time; the device was told so and asks its next server."""
    TOO_MANY = "too many connections"


@dataclass(frozen=True, slots=True)
class Accounted:
    """A record as it was heard; nothing in it is masked or made safe to show yet."""

    source: str
    """The address it came from."""
    device_id: int
    received_at: datetime
    moment: Moment
    user: str
    port: str
    """Of the device: `tty2`."""
    address: str
    """Where the user sits, as the device tells it."""
    privilege: int
    service: str
    """`shell`, `system`, `connection` …"""
    task: str
    """By which the device tells its records apart."""
    command: str
    """As it was typed or as the device understood it; empty when no command is told of."""
    started_at: datetime | None = None
    """By the device's own clock."""
    elapsed_s: int | None = None


@dataclass(frozen=True, slots=True)
class Record:
    """A record as it is kept: secrets masked, made safe to show."""

    id: int
    device_id: int
    at: datetime
    """When it was heard, by our clock."""
    moment: Moment
    user: str
    port: str
    address: str
    privilege: int
    service: str
    task: str
    command: str
    is_change: bool
    """Whether the command may have changed the device."""
    source: str
    started_at: datetime | None = None
    elapsed_s: int | None = None

    @property
    def words(self) -> str:
        """The command, or what else happened: `logged in`."""
        if self.command:
            return self.command
        shell = self.service in {"shell", ""}
        began, ended = ("logged in", "logged out") if shell else ("began", "ended")
        word = {Moment.START: began, Moment.STOP: ended}.get(self.moment, "goes on")
        return word if shell else f"{self.service} {word}"


@dataclass(frozen=True, slots=True)
class Peer:
    """Who spoke TACACS+ with a collector."""

    source: str
    device_id: int | None
    records: int
    """Kept since it was heard first."""
    refused: int
    problem: str
    """Why something of it was refused last; empty when nothing was since."""
    first_at: datetime
    last_at: datetime


@dataclass(frozen=True, slots=True)
class PeerNews:
    """What there is to add to what is known of a peer."""

    source: str
    device_id: int | None
    at: datetime
    records: int = 0
    refused: int = 0
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Known:
    """A device that may account here."""

    device_id: int
    name: str
    platform: str
    keys: tuple[Secret, ...] = field(default=())
    """Those that are for it, the best match first: while a key is changed there are two."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountsForgotten(Event):
    """Records of long ago were let go of."""

    count: int
