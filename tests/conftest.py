"""What every test may ask for."""

from __future__ import annotations

import gc
import os
import signal

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from noc_console.db.database import Database, metadata, open_engine
from noc_console.kernel.actor import ALL_RIGHTS, Actor
from noc_console.kernel.events import EventBus
from tests.lab import postgres
from tests.tables import lay_down

SHARED = Path(__file__).resolve().parents[2] / "shared"


def pytest_sessionstart() -> None:
    """As in the window: Python's garbage is collected on Qt's thread, never in a database lane.

    A widget or timer that a test forgot would be destroyed wherever the next allocation happens;
    in another thread that crashes the worker, tests later and in a test that knows no Qt.

    What a script runs in its background ignores Ctrl+C, and so would every shell that a test opens:
    only a signal that is handled is as usual again in a child.
    """
    gc.disable()
    for number in {signal.SIGINT, getattr(signal, "SIGQUIT", signal.SIGINT)}:
        if signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, lambda *_: None)


@pytest.fixture(autouse=True)
def collected_here() -> Iterator[None]:
    yield
    gc.collect(1)


@pytest.fixture(autouse=True, scope="module")
def collected_wholly() -> Iterator[None]:
    yield
    gc.collect()
    # What survived stays (modules, caches, rules): the next one need not look through it again.
    gc.freeze()


class FakeClock:
    """Moves only when told to."""

    def __init__(self) -> None:
        self.time = datetime(2026, 3, 1, tzinfo=UTC)

    def now(self) -> datetime:
        return self.time

    def tick(self, **by: float) -> None:
        self.time += timedelta(**by)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def bus() -> EventBus:
    return EventBus()


@pytest.fixture
def operator() -> Actor:
    return Actor("mira", "acme", frozenset({ALL_RIGHTS}))


@pytest.fixture
def collector() -> Actor:
    return Actor("collector", "acme", frozenset({ALL_RIGHTS}))


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of recordings and topologies beside the project."""
    if not SHARED.is_dir():
        pytest.skip("no ../shared beside the project")
    return SHARED


@pytest.fixture(scope="session")
def postgres_cluster() -> Iterator[str]:
    """A PostgreSQL server of this test run's own; the URL of its maintenance database.

    Not below pytest's folder: the next run to start closes that to all other users, and
    PostgreSQL, which does not run as root, would lose its files.
    """
    if postgres.binaries() is None:
        pytest.fail("PostgreSQL is not installed: run `make test`, which installs it")
    with (
        TemporaryDirectory(prefix="noc-postgres-", ignore_cleanup_errors=True) as folder,
        postgres.cluster(Path(folder)) as url,
    ):
        yield url


@pytest.fixture
def postgres_url(postgres_cluster: str) -> str:
    """An empty PostgreSQL database."""
    return postgres.new_database(postgres_cluster)


@pytest.fixture(
    params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)],
)
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty store: the test runs once on SQLite, once on PostgreSQL."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/noc.db"
    return str(request.getfixturevalue("postgres_url"))


@pytest.fixture
async def db(store_url: str, clock: FakeClock, bus: EventBus) -> AsyncIterator[Database]:
    """A database with every table of the modules imported so far."""
    is_made = lay_down(store_url)
    database = Database(open_engine(store_url), clock=clock, bus=bus)
    if not is_made:
        await database.keep(metadata.create_all)
    try:
        yield database
    finally:
        database.close()
