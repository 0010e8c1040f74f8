"""What jobs are run by: command lines, a parser that may be ended, Ansible, AWX."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from noc_console.kernel.secret import Secret
from noc_console.services.credentials.model import SshLogin
from noc_console.services.inspection.platforms.model import Driver
from noc_console.services.jobs.model import Answer, AwxTemplate, HostSum, ItemState, Parsed, Sample
from noc_console.services.ways.model import Door

Said = Callable[[str], Awaitable[None]]
"""Called with what a program prints, as it prints it."""


class Shells(Protocol):
    """Command lines of devices over SSH."""

    async def ask(
        self,
        door: Door,
        login: SshLogin,
        driver: Driver,
        lines: Sequence[str],
        *,
        timeout_s: float,
    ) -> tuple[Answer, ...]:
        """What it answers to each line; a line it does not know is an answer with a note.

        Raises NotTrusted, Unreachable (OtherKey for another key) and AuthRejected.
        """


class Parser(Protocol):
    """Makes tables of answers, in a process that is ended when it takes too long."""

    async def parse(self, sample: Sample) -> Parsed:
        """The table; without one the note says why. Never raises for what a device said."""

    async def check(self, template: str) -> str:
        """What is wrong with a template; "" for nothing."""


@dataclass(frozen=True, slots=True)
class Host:
    """A host of a playbook."""

    name: str
    door: Door
    device_id: int
    platform: str
    groups: tuple[str, ...] = ()
    login: SshLogin | None = None


@dataclass(frozen=True, slots=True)
class Play:
    """A playbook to be run."""

    text: str
    hosts: tuple[Host, ...]
    variables: str = ""
    folder: str = ""
    is_check: bool = False
    forks: int = 16
    timeout_s: float = 3_600.0


@dataclass(frozen=True, slots=True)
class Played:
    """How a playbook ended."""

    code: int
    hosts: tuple[HostSum, ...]
    note: str = ""


class Playbooks(Protocol):
    """Runs playbooks with a program of the system."""

    def is_there(self) -> bool:
        """Whether the program is installed here."""

    async def run(self, play: Play, said: Said) -> Played:
        """Run it to its end. Raises Refused when it cannot be begun. Cancelled, it is ended."""


@dataclass(frozen=True, slots=True)
class Script:
    """A script to be run for one device."""

    text: str
    host: Host
    variables: str = ""
    folder: str = ""
    timeout_s: float = 300.0


@dataclass(frozen=True, slots=True)
class Ran:
    """How a script ended, and what it printed."""

    code: int
    text: str
    note: str = ""
    """What went wrong; "" for nothing."""


class Scripts(Protocol):
    """Runs scripts of one's own, beside us."""

    async def run(self, script: Script) -> Ran:
        """Run it to its end. Raises Refused when it cannot be begun, Unreachable when a jump host
        on the way to the device is not reached. Cancelled, it is ended."""


@dataclass(frozen=True, slots=True)
class AwxServer:
    """Where an AWX listens, and what opens it."""

    url: str
    token: Secret


@dataclass(frozen=True, slots=True)
class AwxState:
    """How far a job of AWX is."""

    id: int
    status: str
    """AWX's own word."""
    is_over: bool
    is_good: bool
    hosts: tuple[tuple[str, ItemState, str], ...] = field(default=())
    """Once it is over: host, state, counts."""
    note: str = ""


class Awx(Protocol):
    """An AWX or Automation Controller, by its REST interface (version 2)."""

    async def templates(self, server: AwxServer) -> tuple[AwxTemplate, ...]:
        """The job templates one may launch. Raises Unreachable, AuthRejected, Refused."""

    async def launch(
        self, server: AwxServer, *, template_id: int, variables: str, limit: str
    ) -> int:
        """Begin; the number of its job."""

    async def state(self, server: AwxServer, *, job_id: int) -> AwxState:
        """How far it is."""

    async def output(self, server: AwxServer, *, job_id: int, after_line: int) -> tuple[str, int]:
        """What it printed since a line, and the number of the last one."""

    async def cancel(self, server: AwxServer, *, job_id: int) -> None:
        """Ask it to stop; one that is over stays over."""
