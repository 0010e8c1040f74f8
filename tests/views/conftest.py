"""Pages stand on a real desk, off screen, on a qasync loop; services on a real SQLite store."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from pathlib import Path

import pytest
import qasync
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import isValid

from noc_console.db.database import Database, open_engine
from noc_console.kernel.actor import Actor
from noc_console.kernel.events import EventBus
from noc_console.views.kit import theme
from noc_console.views.kit.desk import Desk, make_desk
from noc_console.views.kit.feed import Feed
from noc_console.views.kit.tasks import settled
from tests.conftest import FakeClock
from tests.tables import lay_down
from tests.views.world import World, open_world

RESOURCES = Path(__file__).resolve().parents[2] / "resources"


def _application() -> QApplication:
    app = QApplication.instance() or QApplication(["noc-console"])
    assert isinstance(app, QApplication)
    app.setQuitOnLastWindowClosed(False)
    return app


def _qt_loop() -> asyncio.AbstractEventLoop:
    loop = qasync.QEventLoop(_application(), set_running_loop=False)
    assert isinstance(loop, asyncio.AbstractEventLoop)
    return loop


def pytest_asyncio_loop_factories(
    config: pytest.Config, item: pytest.Item
) -> Mapping[str, Callable[[], asyncio.AbstractEventLoop]]:
    return {"qasync": _qt_loop}


@pytest.fixture(scope="session", autouse=True)
def dressed() -> theme.Look:
    """The application with its theme and fonts."""
    return theme.install(_application(), RESOURCES)


@pytest.fixture(autouse=True)
def dark(dressed: theme.Look, collected_here: None) -> Iterator[None]:
    dressed.use("dark")
    yield
    for window in QApplication.topLevelWidgets():
        if isValid(window):
            window.close()
            window.deleteLater()
    QApplication.sendPostedEvents(None, 52)  # QEvent.DeferredDelete


@pytest.fixture
def bugs() -> list[BaseException]:
    """What reached the crash report; a test that expects none says so."""
    return []


@pytest.fixture
def desk(
    operator: Actor, bus: EventBus, clock: FakeClock, bugs: list[BaseException]
) -> Iterator[Desk]:
    feed = Feed(every_ms=5)
    stop = bus.listen(feed.push)
    yield make_desk(operator, feed, clock=clock, on_error=bugs.append)
    stop()


@pytest.fixture
async def store(tmp_path: Path, clock: FakeClock, bus: EventBus) -> AsyncIterator[Database]:
    """A SQLite store; which database it is does not matter to a page."""
    url = f"sqlite:///{tmp_path}/noc.db"
    lay_down(url)
    database = Database(open_engine(url), clock=clock, bus=bus)
    try:
        yield database
        await settled()
    finally:
        database.close()


async def until(condition: Callable[[], object], tries: int = 2000) -> None:
    """Let the loop run until the condition holds."""
    for _ in range(tries):
        if condition():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("never happened")


def shown(widget: QWidget, width: int = 1200, height: int = 700) -> QWidget:
    """Put a widget on the (off-screen) screen with the focus.

    No processEvents(): inside a coroutine it would run other tasks' steps within this one.
    """
    widget.resize(width, height)
    widget.show()
    widget.activateWindow()
    return widget


@pytest.fixture
async def world(
    store: Database, clock: FakeClock, collector: Actor, tmp_path: Path
) -> AsyncIterator[World]:
    """Five devices with one port each, and the services they are in."""
    async with open_world(store, clock, collector, tmp_path) as made:
        yield made
        await settled()
