"""Sessions as the console has them: a real store, a vault, host keys, and links over real SSH."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from noc_console.adapters.keyring import KeyFile
from noc_console.adapters.links.opening import LinkOpener
from noc_console.db.database import Database
from noc_console.kernel.clock import Clock
from noc_console.kernel.events import Event, EventBus
from noc_console.kernel.secret import Secret
from noc_console.services.alarms.service import AlarmService
from noc_console.services.credentials.service import CredentialService
from noc_console.services.hostkeys.model import HostKey, KeyChanged
from noc_console.services.hostkeys.service import HostKeyService
from noc_console.services.inventory.service import InventoryService
from noc_console.services.secrets.service import SecretService
from noc_console.services.terminal.carrying import CarryService
from noc_console.services.terminal.connecting import LegacyOnly, Prompt
from noc_console.services.terminal.sessions import SessionService
from noc_console.services.ways.service import WayService


@dataclass
class Person:
    """Answers as a test says, and remembers what was asked."""

    trusts: bool = True
    reason: str = ""
    answer: Callable[[Sequence[Prompt]], Sequence[str] | None] = lambda _: None
    asked: list[object] = field(default_factory=list)

    async def trust(self, key: HostKey) -> bool:
        self.asked.append(key)
        return self.trusts

    async def overrule(self, changed: KeyChanged) -> str:
        self.asked.append(changed)
        return self.reason

    async def allow_old(self, error: LegacyOnly) -> str:
        self.asked.append(error)
        return self.reason

    async def answers(
        self, title: str, text: str, prompts: Sequence[Prompt]
    ) -> tuple[Secret, ...] | None:
        self.asked.append(tuple(prompt.text for prompt in prompts))
        said = self.answer(prompts)
        return None if said is None else tuple(map(Secret, said))

    def told(self, text: str) -> None:
        """Nobody looks."""


@dataclass(frozen=True)
class House:
    """The services a session needs."""

    db: Database
    alarms: AlarmService
    inventory: InventoryService
    credentials: CredentialService
    hostkeys: HostKeyService
    ways: WayService
    sessions: SessionService
    carrying: CarryService
    told: list[Event]


def house(db: Database, bus: EventBus, clock: Clock, folder: Path, *, port: int = 22) -> House:
    told: list[Event] = []
    bus.listen(told.extend)
    secrets = SecretService(db, keyring=KeyFile(folder / "vault.key"), clock=clock)
    alarms = AlarmService(db, clock=clock)
    inventory = InventoryService(db, clock=clock)
    credentials = CredentialService(db, secrets)
    hostkeys = HostKeyService(db, clock=clock, alarms=alarms)
    ways = WayService(db, clock=clock, hostkeys=hostkeys, credentials=credentials)
    sessions = SessionService(
        db,
        LinkOpener(),
        inventory=inventory,
        credentials=credentials,
        hostkeys=hostkeys,
        ways=ways,
        port=port,
    )
    carrying = CarryService(db)
    return House(db, alarms, inventory, credentials, hostkeys, ways, sessions, carrying, told)
