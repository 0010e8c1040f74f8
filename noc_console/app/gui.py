"""The desktop console: one window, one qasync loop, and nothing slow on it."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Callable, Coroutine, Sequence
from contextlib import AsyncExitStack
from typing import Any

from noc_console.app import logs, paths
from noc_console.app.children import Child, leave_on_signals
from noc_console.app.compose import Services, open_services
from noc_console.app.config import CHILD_STORE, Config
from noc_console.app.first_look import first_look
from noc_console.app.handing import hand_over
from noc_console.app.offline import open_book
from noc_console.app.qt_guard import refuse_bad_pair
from noc_console.app.supervise import PATIENCE_S, Supervisor, supervisor, tune
from noc_console.app.watchdog import watch_the_loop
from noc_console.kernel.errors import Invalid
from noc_console.kernel.events import EventBus
from noc_console.services.secrets.ports import Keyring, LockedKeyring
from noc_console.services.secrets.workers import VaultKeeper

refuse_bad_pair()  # before the first import of Qt, which is where a bad pair begins to abort

from PySide6.QtWidgets import QApplication  # noqa: E402
from qasync import QEventLoop  # noqa: E402

from noc_console.app.desk import make_window, open_desk, open_sounds  # noqa: E402
from noc_console.db.tail import Tail  # noqa: E402
from noc_console.views.kit import theme  # noqa: E402
from noc_console.views.kit.desk import Desk  # noqa: E402
from noc_console.views.kit.feed import Feed  # noqa: E402
from noc_console.views.kit.garbage import WindowGarbage  # noqa: E402
from noc_console.views.kit.state import State  # noqa: E402
from noc_console.views.kit.tasks import leave  # noqa: E402
from noc_console.views.shell.window import MainWindow  # noqa: E402
from noc_console.views.terminal.page import SECTION as TERMINALS  # noqa: E402
from noc_console.views.terminal.page import TerminalPage  # noqa: E402
from noc_console.views.vault.lock import WindowLock  # noqa: E402


def main(config: Config, *, arguments: Sequence[str] = ()) -> int:
    """Open the window and stay until it is closed."""
    if arguments:
        raise Invalid(f"the window takes no {' '.join(arguments)}; see noc-console --help")
    logs.set_up(level=config.log_level, file=config.data / "logs" / "window.log")
    on_qt(lambda: _run(config))
    return 0


def on_qt(work: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Run a coroutine on Qt's event loop."""
    app = QApplication.instance() or QApplication(["noc-console"])
    assert isinstance(app, QApplication)
    app.setApplicationName("NOC Console")
    app.setQuitOnLastWindowClosed(False)  # leaving has its own order, in `_run`
    garbage = WindowGarbage(app)
    with QEventLoop(app) as loop:
        asyncio.set_event_loop(loop)
        loop.run_until_complete(work())
    garbage.stop()


async def _run(config: Config) -> None:
    loop = asyncio.get_running_loop()
    closed = asyncio.Event()
    bus, feed = EventBus(), Feed()
    async with AsyncExitStack() as stack:
        services = await stack.enter_async_context(open_services(config, bus=bus, attended=True))
        state = State(config.data / "window.json")
        dress()
        desk = open_desk(services, feed, state)
        window = make_window(desk, services, config, sounds=open_sounds(config))
        crashes = window.reporter
        sys.excepthook = crashes.hook
        loop.set_exception_handler(crashes.loop_handler)
        keeper = await stack.enter_async_context(supervisor(crashes.report))
        stack.callback(bus.listen(feed.push))
        keeper.start("tail", Tail(services.db, bus).run, patience_s=PATIENCE_S)
        keeper.start("intents", open_book(services).run, patience_s=PATIENCE_S)
        keeper.start("loop watch", watch_the_loop, is_endless=True)
        vault = VaultKeeper(
            services.secrets,
            services.vault.holding,
            services.identity.operator(),
            is_machine=False,
        )
        keeper.start("vault", vault.run, patience_s=PATIENCE_S)
        _start_children(config, keeper, services.secrets.keys.keyring)
        if config.lab:
            keeper.start("first look", lambda: first_look(services))
        keeper.start("left terminals", lambda: _find_left(services))
        lock = _locking(window, desk, services, config)
        window.closed.connect(closed.set)
        leave_on_signals(closed)
        window.show()
        bring_back_windows(window, desk)
        lock.start()
        tune()
        await closed.wait()
        state.flush()
        window.hide()
        services.sessions.leave()
        await leave()


async def _find_left(services: Services) -> None:
    """Terminals that went on without a window stay while this one is here, seen or not."""
    actor = services.identity.operator()
    if actor.may("terminal.open"):
        await services.sessions.left(actor)


def bring_back_windows(window: MainWindow, desk: Desk) -> None:
    """Windows of terminals are there with the console, whichever page it shows."""
    if desk.actor.may("terminal.open") and desk.state.get(TERMINALS).get("windows"):
        page = window.page("terminal")
        assert isinstance(page, TerminalPage)
        page.come_back()


def dress() -> None:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    theme.install(app, paths.resources())


def _locking(window: MainWindow, desk: Desk, services: Services, config: Config) -> WindowLock:
    def private(is_locked: bool) -> None:
        window.alerts.is_private = is_locked

    return WindowLock(
        window,
        desk,
        services.vault,
        lambda: services.alarms.counts(desk.actor),
        idle_min=config.vault_idle_min,
        keyring=services.secrets.keys.keyring,
        private=private,
    )


def _start_children(config: Config, keeper: Supervisor, keyring: Keyring) -> None:
    """The window's own collector and, when asked for, the lab: each in a process of its own."""
    environment = {**os.environ, CHILD_STORE: config.store}
    lab = ["--lab"] if config.lab else []
    if config.lab:
        keeper.start("lab", _child("lab", ["--lab", "lab", "--child"], config, environment).run)
    collector = _child("collector", [*lab, "collect", "--child"], config, environment)
    keeper.start("collector", collector.run)
    if isinstance(keyring, LockedKeyring):
        keeper.start("vault key", lambda: hand_over(keyring, collector), patience_s=PATIENCE_S)


def _child(name: str, command: list[str], config: Config, environment: dict[str, str]) -> Child:
    log = config.data / "logs" / f"{name}.log"
    return Child(name, command, log=log, environment=environment)
