from __future__ import annotations

import asyncio
from collections.abc import Callable

import psycopg
import pytest

from noc_console.db.database import Database, open_engine
from noc_console.db.presence import Presence, keys_held, notify, up_since
from noc_console.kernel.events import EventBus
from tests.conftest import FakeClock

pytestmark = pytest.mark.postgres

KEY = 4_711


@pytest.fixture
def server(postgres_url: str, clock: FakeClock):
    database = Database(open_engine(postgres_url), clock=clock, bus=EventBus())
    yield database
    database.close()


class Heard:
    def __init__(self, database: Database) -> None:
        self.held: list[bool] = []
        self.woken = 0
        self.presence = Presence(
            database,
            key=KEY,
            channel="noc_test",
            held=self.held.append,
            woken=self._wake,
            patience_s=6.0,
        )

    def _wake(self) -> None:
        self.woken += 1


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not condition():
            await asyncio.sleep(0.02)


async def test_who_is_connected_is_seen_by_others_and_who_left_is_not(server: Database) -> None:
    heard = Heard(server)
    assert await server.keep(keys_held) == frozenset()
    heard.presence.start()
    await until(lambda: heard.held == [True])
    assert await server.keep(keys_held) == {KEY}
    heard.presence.stop()
    async with asyncio.timeout(20):
        while await server.keep(keys_held):
            await asyncio.sleep(0.05)


async def test_a_cut_connection_is_told_at_once_and_made_anew(
    server: Database, postgres_url: str
) -> None:
    heard = Heard(server)
    heard.presence.start()
    await until(lambda: heard.held == [True])
    with psycopg.connect(postgres_url, autocommit=True) as admin:
        admin.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE application_name = 'noc-console-presence'"
        )
    await until(lambda: heard.held == [True, False, True])
    heard.presence.stop()


async def test_news_on_the_channel_wakes(server: Database) -> None:
    heard = Heard(server)
    heard.presence.start()
    await until(lambda: heard.held == [True])
    await server.keep(lambda connection: notify(connection, "noc_test"))
    await until(lambda: heard.woken == 1)
    heard.presence.stop()


async def test_a_server_says_since_when_it_runs(server: Database) -> None:
    assert 0 < await server.keep(up_since) < 3600
