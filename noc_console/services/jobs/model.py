"""Jobs: what is asked of many devices at once, now or on schedule, and what they answered."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from ipaddress import ip_address
from typing import NewType
from urllib.parse import urlsplit

from noc_console.kernel.events import Event
from noc_console.services.maintenance.model import Target
from noc_console.services.terminal.judging import Verdict

JobId = NewType("JobId", int)
JobRunId = NewType("JobRunId", int)

UNBORN = JobId(0)
"""The id of a job the store has not seen yet."""
MOST_DEVICES = 10_000
LARGEST_ANSWER = 4 << 20
"""Characters kept of what one device says in one run."""


class JobKind(StrEnum):
    """What does the work."""

    COMMANDS = "commands"
    """Lines at the command lines of devices."""
    PLAYBOOK = "playbook"
    """Ansible, as a program beside us."""
    AWX = "awx"
    """A job template of an AWX or Automation Controller."""
    SCRIPT = "script"
    """A program of one's own on the collector's machine, once for each device."""


@dataclass(frozen=True, slots=True)
class Job:
    """What to do, where and when."""

    id: JobId
    title: str
    kind: JobKind
    targets: tuple[Target, ...]
    """May be empty for AWX, whose template knows its hosts."""
    body: str = ""
    """Lines for devices (see `rules.lines`), or the playbook or script as text."""
    template: str = ""
    """A TextFSM template of one's own, for what ntc-templates do not know."""
    variables: str = ""
    """Extra variables of a playbook, a template or a script, a JSON object."""
    folder: str = ""
    """Of a playbook or script: where its roles and files are on the collector's machine."""
    is_check: bool = False
    """Of a playbook: a dry run (`--check --diff`)."""
    server: str = ""
    """Of AWX: the address of its interface."""
    token: str = ""
    """Of AWX: the name of a token in the vault."""
    template_id: int = 0
    """Of AWX: the job template."""
    parallel: int = 16
    timeout_s: int = 300
    """For one device; for a playbook or template the whole."""
    starts_at: datetime | None = None
    """None: only when somebody starts it."""
    repeat: str = ""
    """A recurrence as RFC 5545 writes it; "" for once."""
    zone: str = "UTC"
    may_change: bool = False
    """Whoever planned it may change devices by jobs, and meant to."""
    is_paused: bool = False
    by: str = ""
    created_at: datetime | None = None

    @property
    def is_planned(self) -> bool:
        return self.starts_at is not None and not self.is_paused


class RunState(StrEnum):
    """Where a run stands."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    CANCELLED = "cancelled"
    INTERRUPTED = "interrupted"
    """The program that ran it was ended; what could be told of each device is told there."""
    FAILED = "failed"
    """It could not be begun, or what does the work failed as a whole."""

    @property
    def is_over(self) -> bool:
        return self not in (RunState.WAITING, RunState.RUNNING)


class ItemState(StrEnum):
    """Where a run stands at one device."""

    WAITING = "waiting"
    RUNNING = "running"
    OK = "ok"
    CHANGED = "changed"
    """It did something there, by its own account (playbooks)."""
    FAILED = "failed"
    UNREACHABLE = "unreachable"
    REFUSED = "refused"
    """Not sent: it would change the device, or nobody can tell."""
    CANCELLED = "cancelled"
    INTERRUPTED = "interrupted"
    """It ran there when the program was ended: how far it came is not known."""
    NOT_BEGUN = "not begun"

    @property
    def is_good(self) -> bool:
        return self in (ItemState.OK, ItemState.CHANGED)

    @property
    def is_over(self) -> bool:
        return self not in (ItemState.WAITING, ItemState.RUNNING)


@dataclass(frozen=True, slots=True)
class Run:
    """One time of a job."""

    id: JobRunId
    job_id: JobId
    title: str
    kind: JobKind
    state: RunState
    by: str
    asked_at: datetime
    planned_at: datetime | None = None
    """The time of a schedule it is; None when somebody started it."""
    started_at: datetime | None = None
    ended_at: datetime | None = None
    cancel_by: str = ""
    note: str = ""
    """What went wrong with it as a whole."""
    outside: str = ""
    """What does the work calls it: the number of a job in AWX."""
    devices: int = 0
    good: int = 0
    bad: int = 0

    @property
    def done(self) -> int:
        return self.good + self.bad


@dataclass(frozen=True, slots=True)
class Item:
    """A run at one device, without what it answered."""

    id: int
    run_id: JobRunId
    device_id: int
    name: str
    platform: str
    state: ItemState
    note: str = ""
    started_at: datetime | None = None
    ended_at: datetime | None = None
    rows: int = 0
    """Of all its tables."""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows a template found in an answer."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a device said to one line."""

    line: str
    text: str
    table: Table | None = None
    note: str = ""
    """Why there is no table, or what else is to be said."""


@dataclass(frozen=True, slots=True)
class Result:
    """A run at one device with all that was said."""

    item: Item
    answers: tuple[Answer, ...]


@dataclass(frozen=True, slots=True)
class Merged:
    """One line's tables of all devices as one: the device is the first column."""

    line: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """How one device's answers differ between two runs."""

    device: str
    line: str
    removed: tuple[str, ...]
    added: tuple[str, ...]
    note: str = ""

    @property
    def is_same(self) -> bool:
        return not (self.removed or self.added or self.note)


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What a job would do at one device."""

    device_id: int
    name: str
    platform: str
    lines: tuple[str, ...]
    verdict: Verdict
    why: str = ""
    problem: str = ""
    """Why nothing can be asked there at all."""


@dataclass(frozen=True, slots=True)
class Preview:
    """What a job would do, before it does."""

    devices: tuple[Foreseen, ...]
    playbook: bool = False
    coming: tuple[datetime, ...] = ()
    """When it begins next."""

    @property
    def changing(self) -> tuple[Foreseen, ...]:
        return tuple(one for one in self.devices if one.verdict is Verdict.CHANGES)

    @property
    def unknown(self) -> tuple[Foreseen, ...]:
        return tuple(one for one in self.devices if one.verdict is Verdict.UNKNOWN)

    @property
    def problems(self) -> tuple[Foreseen, ...]:
        return tuple(one for one in self.devices if one.problem)

    @property
    def needs_leave(self) -> bool:
        """Whether it takes the right to change devices by jobs."""
        return self.playbook or bool(self.changing or self.unknown)


IN_CLEAR = "the address of AWX begins with https: its token does not cross a network in clear"


def is_in_clear(url: str) -> bool:
    """Whether somebody on the way could read what is sent there: no TLS, and another machine."""
    parts = urlsplit(url)
    if parts.scheme == "https":
        return False
    host = parts.hostname or ""
    try:
        return not ip_address(host).is_loopback
    except ValueError:
        return host != "localhost"


@dataclass(frozen=True, slots=True)
class AwxTemplate:
    """A job template as AWX offers it."""

    id: int
    name: str
    description: str = ""
    playbook: str = ""
    asks_limit: bool = False
    asks_variables: bool = False


@dataclass(frozen=True, slots=True)
class Sample:
    """An answer to be made a table: by which platform and which line."""

    platform: str
    line: str
    text: str
    template: str = ""


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a parser made of a sample."""

    table: Table | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class HostSum:
    """What a playbook came to at one host."""

    host: str
    state: ItemState
    counts: str = ""
    """`ok=3 changed=1 failed=0`."""
    steps: tuple[tuple[str, str], ...] = field(default=())
    """Task and what it said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JobChanged(Event):
    """A job was planned, changed, paused, resumed or removed; `what` says which."""

    job_id: int
    title: str
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class JobRunChanged(Event):
    """A run was asked for, began, went on, was cancelled or ended; `what` says which."""

    run_id: int
    job_id: int
    title: str
    what: str
    devices: int = 0
