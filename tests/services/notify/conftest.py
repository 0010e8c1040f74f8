"""Alarms, an inventory, a vault, and a notifier whose messages go to a list."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from noc_console.adapters.keyring import KeyFile
from noc_console.db.database import Database
from noc_console.kernel.actor import Actor
from noc_console.kernel.events import EventBus
from noc_console.kernel.secret import Secret
from noc_console.services.alarms.model import AlarmObject, Condition, Severity
from noc_console.services.alarms.service import AlarmService
from noc_console.services.inventory.service import InventoryService
from noc_console.services.notify.model import Channel, Contact
from noc_console.services.notify.ports import Line, Message, Sent
from noc_console.services.notify.service import NotifyService
from noc_console.services.notify.settings import ChannelKind
from noc_console.services.notify.workers import Notifier
from noc_console.services.secrets.service import SecretService
from tests.conftest import FakeClock


class Post:
    """Stands for every service of messages: what it does is decided by the test.

    The services themselves are asked in tests/adapters/notify.
    """

    def __init__(self) -> None:
        self.sent: list[tuple[Line, Message]] = []
        self.pinged: list[str] = []
        self.answer: Callable[[Line, Message], None] = lambda line, message: None

    async def send(self, line: Line, message: Message) -> Sent:
        self.answer(line, message)
        self.sent.append((line, message))
        return Sent(f"nr {len(self.sent)}")

    async def ping(self, url: Secret) -> None:
        self.pinged.append(url.reveal())

    @property
    def messages(self) -> list[Message]:
        return [message for _, message in self.sent]

    @property
    def told(self) -> list[tuple[str, str]]:
        return [(message.turn, message.to) for message in self.messages]


@pytest.fixture
def store_url(tmp_path: Path) -> str:
    """Which database it is matters only to `test_store`, `test_messages` and `test_outbox`."""
    return f"sqlite:///{tmp_path}/noc.db"


@pytest.fixture
def post() -> Post:
    return Post()


@pytest.fixture
def alarms(db: Database, clock: FakeClock) -> AlarmService:
    return AlarmService(db, clock=clock)


@pytest.fixture
def notify(
    db: Database, clock: FakeClock, alarms: AlarmService, post: Post, tmp_path: Path
) -> NotifyService:
    @asynccontextmanager
    async def opening() -> AsyncIterator[Post]:
        yield post

    return NotifyService(
        db,
        clock=clock,
        secrets=SecretService(db, keyring=KeyFile(tmp_path / "vault.key"), clock=clock),
        alarms=alarms,
        inventory=InventoryService(db, clock=clock),
        opening=opening,
    )


@pytest.fixture
def notifier(
    notify: NotifyService,
    alarms: AlarmService,
    post: Post,
    bus: EventBus,
    clock: FakeClock,
    collector: Actor,
) -> Notifier:
    return Notifier(notify, alarms, post, bus=bus, clock=clock, actor=collector, name=lambda: "c1")


@pytest.fixture
async def hook(notify: NotifyService, operator: Actor) -> Channel:
    """A webhook that gets every alarm."""
    made = await notify.add_channel(
        operator, name="hook", kind=ChannelKind.WEBHOOK, secret="https://hooks.example.net/s3cr3t"
    )
    await notify.add_route(operator, name="all", channel_ids=(made.id,))
    return made


@pytest.fixture
async def mail(notify: NotifyService, operator: Actor) -> Channel:
    return await notify.add_channel(
        operator,
        name="mail",
        kind=ChannelKind.EMAIL,
        set=("host=mail.example.net", "sender=noc@example.net"),
    )


@pytest.fixture
async def mira(notify: NotifyService, operator: Actor) -> Contact:
    return await notify.add_contact(
        operator, name="Mira", email="mira@example.net", phone="+31612345678"
    )


ABOUT = AlarmObject(7, device_name="core-1", site_name="Delft")


@pytest.fixture
def ring(alarms: AlarmService, collector: Actor):
    """Report an alarm about core-1, or another device."""

    async def report(
        severity: Severity = Severity.MAJOR,
        condition: Condition = Condition.UNREACHABLE,
        device: int = 7,
        text: str = "no answer",
    ) -> None:
        about = AlarmObject(device, device_name=f"core-{device - 6}", site_name="Delft")
        await alarms.report(
            collector, about=about, condition=condition, severity=severity, text=text
        )

    return report
