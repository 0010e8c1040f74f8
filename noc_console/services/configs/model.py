"""What a device is set to do, as its own command line shows it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from noc_console.kernel.errors import Refused
from noc_console.kernel.events import Event


@dataclass(frozen=True, slots=True)
class Script:
    """How to read one command's answer at a command line; see `inspection`'s drivers."""

    prompt: re.Pattern[str]
    more: re.Pattern[str] | None
    error: re.Pattern[str] | None
    paging: tuple[str, ...]
    command: str
    enable: str = ""
    """Sent where the prompt ends with `>`: asks for the right to see configurations."""


@dataclass(frozen=True, slots=True)
class Configuration:
    """A running configuration; what is secret in it is masked."""

    device_id: int
    name: str
    command: str
    text: str
    at: datetime
    masked: int = 0
    """How many secrets were masked."""


class NoLogin(Refused):
    """There is no login for command lines yet."""

    def __init__(self) -> None:
        super().__init__("there is no SSH login yet: add a user and a password first")


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigurationRead(Event):
    """Somebody read a device's configuration."""

    device_id: int


class Why(StrEnum):
    """What a backup was made for."""

    SCHEDULE = "schedule"
    CHANGE = "change"
    """The device said that somebody changed it."""
    DEMAND = "demand"
    """Somebody asked."""


@dataclass(frozen=True, slots=True)
class BackupPolicy:
    """When configurations are read, and what of them is kept."""

    is_on: bool = True
    interval_h: float = 24.0
    at_once: int = 64
    """Devices read at the same time by one collector."""
    settle_s: float = 30.0
    """After a device said that it was changed it is left alone this long: people type on."""
    keep_versions: int = 200
    """Of each device; older ones are let go of, the newest never."""
    trust_new: bool = False
    """Whether the key a device shows first is pinned without a question; each time is recorded."""
    write_credentials: tuple[int, ...] = ()
    """SNMP credentials that may write: with the one that fits, a device that cannot be read
    otherwise is told to send its configuration by TFTP, in clear. None: never."""


@dataclass(frozen=True, slots=True)
class Version:
    """A configuration as it was from `at` on; its text lies sealed under `digest`."""

    id: int
    device_id: int
    digest: str
    at: datetime
    """When it was read first."""
    seen_at: datetime
    """When it was read last: it stood from `at` at least until then."""
    why: Why
    platform: str
    family: str
    command: str
    lines: int
    size: int
    """Characters."""
    added: int
    removed: int
    """Lines that differ from the version before."""
    who: str = ""
    """Who changed it, as far as this console or the device knows; empty when nobody does."""
    how: str = ""


@dataclass(frozen=True, slots=True)
class Deed:
    """What somebody did to a device from this console."""

    who: str
    how: str
    """By what: `flight 7 “new time servers”, approved by joris`."""
    is_certain: bool = True
    """It was changed by this; otherwise he was in a position to change it."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How backup of a device stands."""

    device_id: int
    version_id: int | None = None
    tried_at: datetime | None = None
    kept_at: datetime | None = None
    """When it was read successfully last, changed or not."""
    failures: int = 0
    """In a row."""
    error: str = ""
    reason: str = ""
    """A class to count by: `untrusted`, `login`, `timeout`, `platform` …"""
    wanted_at: datetime | None = None
    """Not before then it is to be read out of turn; None: only by schedule."""
    wanted_why: Why = Why.DEMAND
    wanted_by: str = ""


@dataclass(frozen=True, slots=True)
class Fetched:
    """What came of asking one device."""

    device_id: int
    at: datetime
    text: str = ""
    """Empty when it failed."""
    platform: str = ""
    family: str = "indented"
    command: str = ""
    volatile: tuple[re.Pattern[str], ...] = ()
    why: Why = Why.SCHEDULE
    error: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Overview:
    """A device on the page of configurations."""

    device_id: int
    name: str
    address: str
    platform: str
    site_id: int | None
    version: Version | None
    versions: int
    standing: Standing
    can: str = ""
    """Why it cannot be backed up; empty when it can."""


@dataclass(frozen=True, slots=True)
class ShownText:
    """A version's text as its reader may see it."""

    version: Version
    device: str
    lines: tuple[str, ...]
    masked: int
    """How many secrets are masked; 0 as well when the reader sees them."""


@dataclass(frozen=True, slots=True)
class Match:
    """A line found in a version."""

    version_id: int
    device_id: int
    device: str
    at: datetime
    is_newest: bool
    line: int
    """From 1."""
    text: str


@dataclass(frozen=True, slots=True)
class SearchResult:
    """Lines found, newest versions first."""

    matches: tuple[Match, ...]
    searched: int
    """Versions that were looked through."""
    total: int
    is_complete: bool
    """False: there is more, or the time was over."""
    took_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Commit:
    """One version of one device's file, for a git repository."""

    file: str
    text: str
    at: datetime
    who: str
    message: str
    version_id: int = 0
    device_id: int = 0
    former: str = ""
    """What the file was called until now, where the device has another name since."""


@dataclass(frozen=True, slots=True)
class Written:
    """What a git repository of ours holds."""

    head: str = ""
    """Its newest commit; empty: none."""
    versions: Mapping[int, int] = field(default_factory=dict)
    """The versions by number, with the seconds (Unix) they are from."""
    newest: Mapping[int, int] = field(default_factory=dict)
    """The newest version of each device, by the device's number."""
    files: Mapping[int, str] = field(default_factory=dict)
    """The file of each device, as it is called now."""


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written into a git repository."""

    path: str
    commits: int
    """It holds."""
    devices: int
    head: str
    added: int = 0
    """Of its commits those that are new."""


@dataclass(frozen=True, slots=True)
class ExportPolicy:
    """Whether all versions are written into a git repository by themselves."""

    folder: str = ""
    """On the machine of the collector that keeps configurations; empty: they are not."""
    every_h: float = 24.0
    after_changes: bool = False
    """Also soon after a new version."""
    with_secrets: bool = False


@dataclass(frozen=True, slots=True)
class ExportDone:
    """How the last export by schedule went."""

    at: datetime | None = None
    """When it was tried."""
    version_id: int = 0
    """The newest version in it."""
    commits: int = 0
    error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportPolicyChanged(Event):
    """Where configurations are exported to by themselves was decided anew."""

    folder: str
    with_secrets: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportTried(Event):
    """Configurations were to be exported by schedule: so many versions, or why not."""

    commits: int
    error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigVersionKept(Event):
    """A device's configuration is another one than before, and was kept."""

    device_id: int
    version_id: int
    added: int
    removed: int
    who: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupsRun(Event):
    """Configurations were read: so many as before, changed, failed."""

    same: int
    changed: int
    failed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupsWanted(Event):
    """Somebody or something wants configurations read now."""

    count: int
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupPolicyChanged(Event):
    """When configurations are read was decided anew."""

    interval_h: float
    is_on: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigRevealed(Event):
    """Somebody saw a configuration with its secrets."""

    device_id: int
    version_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigsExported(Event):
    """Configurations were written into a git repository, with or without their secrets."""

    path: str
    commits: int
    with_secrets: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionsForgotten(Event):
    """Old versions were let go of."""

    count: int
