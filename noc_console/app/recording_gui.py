"""`noc-console open FILE`: the window of one recording."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Sequence
from contextlib import AsyncExitStack
from pathlib import Path

from noc_console.app import logs
from noc_console.app.children import leave_on_signals
from noc_console.app.config import Config
from noc_console.app.gui import dress, on_qt
from noc_console.app.recording import open_recording, start_workers
from noc_console.app.supervise import supervisor, tune
from noc_console.kernel.events import EventBus

from noc_console.app.desk import make_recording_window, open_desk  # isort: skip
from noc_console.db.tail import Tail
from noc_console.views.kit.desk import Route
from noc_console.views.kit.feed import Feed
from noc_console.views.kit.state import State


def main(config: Config, rest: Sequence[str]) -> int:
    """Open the window and stay until it is closed."""
    given = _parser().parse_args(list(rest))
    logs.set_up(level=config.log_level)
    on_qt(lambda: _run(config, given.file))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="noc-console open",
        description="Open a recording (.snmprec, or what `snmpwalk -On` printed) as a read-only "
        "device in a window of its own. Nothing is asked of the network or kept.",
        allow_abbrev=False,
    )
    parser.add_argument("file", metavar="FILE", type=Path)
    return parser


async def _run(config: Config, file: Path) -> None:
    closed = asyncio.Event()
    bus, feed = EventBus(), Feed()
    async with AsyncExitStack() as stack:
        opened = await stack.enter_async_context(open_recording(file, config, bus=bus))
        services = opened.services
        state = State(services.config.data / "window.json")
        dress()
        desk = open_desk(services, feed, state)
        window = make_recording_window(desk, services, services.config, opened.name)
        sys.excepthook = window.reporter.hook
        asyncio.get_running_loop().set_exception_handler(window.reporter.loop_handler)
        keeper = await stack.enter_async_context(supervisor(window.reporter.report))
        stack.callback(bus.listen(feed.push))
        keeper.start("tail", Tail(services.db, bus).run)
        start_workers(opened, keeper)
        window.closed.connect(closed.set)
        leave_on_signals(closed)
        window.show()
        window.go(Route("device", id=opened.device_id))
        tune()
        await closed.wait()
        window.hide()
