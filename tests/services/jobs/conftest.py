"""A desk of jobs over a small network; what does the work is a stand-in.

The real ones (SSH, ansible-playbook, TextFSM) have their own tests in `adapters/jobs`; scripts,
which need nothing but a shell, are real here, too. It is about what is written down before, while
and after they work, also when they are killed.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import pytest

from noc_console.adapters.jobs.scripts import OwnScripts
from noc_console.db.database import Database
from noc_console.kernel.actor import Actor
from noc_console.kernel.errors import Unreachable
from noc_console.kernel.secret import Secret
from noc_console.services.credentials.model import SshLogin
from noc_console.services.hostkeys.model import HostKey, NotTrusted, OtherKey
from noc_console.services.hostkeys.service import HostKeyService
from noc_console.services.inspection.platforms.identify import Rules
from noc_console.services.inspection.platforms.load import load
from noc_console.services.inspection.platforms.model import Driver
from noc_console.services.inventory.model import Inspected
from noc_console.services.inventory.service import InventoryService
from noc_console.services.jobs.book import RunBook
from noc_console.services.jobs.doing import Means
from noc_console.services.jobs.model import (
    Answer,
    AwxTemplate,
    HostSum,
    ItemState,
    Parsed,
    Sample,
    Table,
)
from noc_console.services.jobs.ports import AwxServer, AwxState, Play, Played, Said
from noc_console.services.jobs.service import JobService
from noc_console.services.jobs.workers import JobRunner
from noc_console.services.maintenance.resolving import Resolver
from noc_console.services.ways.model import Door
from noc_console.services.ways.service import WayService
from tests.conftest import FakeClock

PLATFORMS = Path(__file__).resolve().parents[3] / "resources" / "platforms"


@cache
def rules() -> Rules:
    return load(PLATFORMS)


async def driver(platform: str) -> Driver | None:
    return rules().driver(platform)


@dataclass
class Shells:
    """Answers each line with itself; may be told to hang, to be away, to be slow."""

    asked: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)
    doors: list[Door] = field(default_factory=list)
    away: set[str] = field(default_factory=set)
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    text: str = "{line} of {host}\npassword secret1\n"

    def __post_init__(self) -> None:
        self.gate.set()

    async def ask(
        self,
        door: Door,
        login: SshLogin,
        driver: Driver,
        lines: Sequence[str],
        *,
        timeout_s: float,
    ) -> tuple[Answer, ...]:
        self.doors.append(door)
        host = door.host
        if host in self.away:
            raise Unreachable(f"{host} does not answer on SSH", peer=host)
        shown = HostKey(host, door.port, "ssh-ed25519 AAAA", "SHA256:x")
        if shown not in door.keys:
            raise OtherKey(shown) if door.keys else NotTrusted(shown)
        self.asked.append((host, tuple(lines)))
        await self.gate.wait()
        return tuple(Answer(each, self.text.format(line=each, host=host)) for each in lines)


class Parser:
    """Knows one answer."""

    async def parse(self, sample: Sample) -> Parsed:
        if not sample.line.startswith("show ip int"):
            return Parsed()
        return Parsed(Table(("interface", "status"), (("Gi0/0", "up"), ("Gi0/1", "down"))))

    async def check(self, template: str) -> str:
        return "" if template.startswith("Value") else "no values"


@dataclass
class Playbooks:
    """Plays that end well, or when told."""

    plays: list[Play] = field(default_factory=list)
    gate: asyncio.Event = field(default_factory=asyncio.Event)

    def is_there(self) -> bool:
        return True

    async def run(self, play: Play, said: Said) -> Played:
        self.plays.append(play)
        await said("PLAY [all]\npassword hunter2\n")
        await self.gate.wait()
        return Played(
            2,
            tuple(
                HostSum(
                    host.name,
                    ItemState.CHANGED if number else ItemState.FAILED,
                    "ok=1",
                    (("task one", "changed"),),
                )
                for number, host in enumerate(play.hosts)
            ),
        )


@dataclass
class Awx:
    """Jobs that are over when told."""

    launched: list[tuple[int, str, str]] = field(default_factory=list)
    cancelled: list[int] = field(default_factory=list)
    is_over: bool = True

    async def templates(self, server: AwxServer) -> tuple[AwxTemplate, ...]:
        return (AwxTemplate(7, f"from {server.url}"),)

    async def launch(
        self, server: AwxServer, *, template_id: int, variables: str, limit: str
    ) -> int:
        self.launched.append((template_id, variables, limit))
        return 40 + len(self.launched)

    async def state(self, server: AwxServer, *, job_id: int) -> AwxState:
        hosts = (("core-1", ItemState.CHANGED, "ok=3 changed=1"),) if self.is_over else ()
        status = "successful" if self.is_over else "running"
        return AwxState(job_id, status, self.is_over, self.is_over, hosts)

    async def output(self, server: AwxServer, *, job_id: int, after_line: int) -> tuple[str, int]:
        return (f"line {after_line}\n", after_line + 1) if after_line < 2 else ("", after_line)

    async def cancel(self, server: AwxServer, *, job_id: int) -> None:
        self.cancelled.append(job_id)


class Credentials:
    """One login for everything; the vault itself is tested in `secrets` and `credentials`."""

    logins: tuple[SshLogin, ...] = (SshLogin(1, "noc", "noc", Secret("lab")),)

    async def logins_for(self, actor: Actor, **_: object) -> tuple[SshLogin, ...]:
        return self.logins

    async def token(self, actor: Actor, **_: object) -> Secret:
        return Secret("token")


@dataclass
class Desk:
    """Everything of a test."""

    jobs: JobService
    book: RunBook
    means: Means
    shells: Shells
    playbooks: Playbooks
    awx: Awx
    credentials: Credentials
    hostkeys: HostKeyService
    devices: dict[str, int]
    actor: Actor

    def runner(self) -> JobRunner:
        return JobRunner(self.means, actor=self.actor, every_s=0.01)


both_stores = pytest.mark.parametrize(
    "store_url", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)], indirect=True
)
"""For what asks the database something new; a fresh PostgreSQL takes half a second."""


@pytest.fixture
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """On SQLite, unless a test says `both_stores`."""
    if getattr(request, "param", "sqlite") == "sqlite":
        return f"sqlite:///{tmp_path}/noc.db"
    return str(request.getfixturevalue("postgres_url"))


@pytest.fixture
def inventory(db: Database, clock: FakeClock) -> InventoryService:
    return InventoryService(db, clock=clock)


@pytest.fixture
async def desk(
    db: Database, clock: FakeClock, inventory: InventoryService, operator: Actor
) -> Desk:
    devices = {}
    found = (("core-1", "ios"), ("core-2", "ios"), ("mx-3", "junos"), ("odd-4", ""))
    for number, (name, platform) in enumerate(found, start=1):
        seen = Inspected(
            f"192.0.2.{number}", 161, clock.now(), name, 1, platform=platform, location="Northgate"
        )
        devices[name] = int(await inventory.record(operator, inspected=seen))
    shells, awx, playbooks = Shells(), Awx(), Playbooks()
    credentials = Credentials()
    hostkeys = HostKeyService(db, clock=clock)
    for number in range(1, 5):
        key = HostKey(f"192.0.2.{number}", 22, "ssh-ed25519 AAAA", "SHA256:x")
        await hostkeys.trust(operator, key=key)
    jobs = JobService(
        db,
        clock=clock,
        inventory=inventory,
        resolver=Resolver(inventory),
        drivers=driver,
        parser=Parser(),
        awx=awx,
        credentials=credentials,  # type: ignore[arg-type]
    )
    book = RunBook(db, clock=clock)
    means = Means(
        jobs=jobs,
        book=book,
        inventory=inventory,
        credentials=credentials,  # type: ignore[arg-type]
        ways=WayService(
            db,
            clock=clock,
            hostkeys=hostkeys,
            credentials=credentials,  # type: ignore[arg-type]
        ),
        drivers=driver,
        shells=shells,
        parser=Parser(),
        playbooks=playbooks,
        awx=awx,
        scripts=OwnScripts(),
    )
    return Desk(jobs, book, means, shells, playbooks, awx, credentials, hostkeys, devices, operator)
