"""The page on real services; messages go to a list."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from noc_console.adapters.keyring import KeyFile
from noc_console.services.notify.ports import Line, Message, NotSent, Sent
from noc_console.services.notify.service import NotifyService
from noc_console.services.secrets.service import SecretService
from noc_console.views.kit.desk import Desk
from noc_console.views.kit.tasks import settled
from noc_console.views.notify.page import NotifyPage
from tests.views.conftest import shown
from tests.views.world import World


class Post:
    """Stands for the services of messages, which are asked in tests/adapters/notify."""

    def __init__(self) -> None:
        self.sent: list[Message] = []
        self.error = ""

    async def send(self, line: Line, message: Message) -> Sent:
        if self.error:
            raise NotSent(self.error)
        self.sent.append(message)
        return Sent("nr 1")

    async def ping(self, url: object) -> None:
        return None


@pytest.fixture
def post() -> Post:
    return Post()


@pytest.fixture
def notify(world: World, post: Post, tmp_path: Path) -> NotifyService:
    @asynccontextmanager
    async def opening() -> AsyncIterator[Post]:
        yield post

    return NotifyService(
        world.store,
        clock=world.clock,
        secrets=SecretService(
            world.store, keyring=KeyFile(tmp_path / "vault.key"), clock=world.clock
        ),
        alarms=world.alarms,
        inventory=world.inventory,
        opening=opening,
    )


@pytest.fixture
async def page(desk: Desk, world: World, notify: NotifyService) -> NotifyPage:
    async def names() -> tuple[str, ...]:
        return ("core",)

    made = NotifyPage(desk, notify, world.alarms, names)
    shown(made, 1200, 700)
    await settled()
    return made
