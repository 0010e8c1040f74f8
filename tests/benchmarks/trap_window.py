"""The real window, off screen, in a process of its own: how long its timer has to wait.

`python -m tests.benchmarks.trap_window` takes the store from the environment as a child of the
console does. It prints a line when it is shown, then for each line `SECONDS` on its input the
gaps of a 5 ms timer in that time, as JSON. The alarms and the log lines are both open.
"""

from __future__ import annotations

import asyncio
import json
import sys

from PySide6.QtWidgets import QApplication
from qasync import QEventLoop

from noc_console.app.compose import open_services
from noc_console.app.config import load
from noc_console.app.desk import make_window, open_desk, pages
from noc_console.app.gui import dress
from noc_console.app.supervise import supervisor, tune
from noc_console.db.tail import Tail
from noc_console.kernel.events import EventBus
from noc_console.views.kit.desk import Route
from noc_console.views.kit.feed import Feed
from noc_console.views.kit.garbage import WindowGarbage
from noc_console.views.kit.state import State
from tests.benchmarks.window_gap import Gaps


async def watch() -> None:
    config = load()
    bus, feed = EventBus(), Feed()
    async with open_services(config, bus=bus) as services, supervisor() as keeper:
        state = State(config.data / "window.json")
        dress()
        window = make_window(open_desk(services, feed, state), services, config)
        stop = bus.listen(feed.push)
        keeper.start("tail", Tail(services.db, bus).run, is_endless=True)
        window.resize(1600, 900)
        window.show()
        window.go(Route("logs" if any(page.id == "logs" for page in pages(services)) else "alarms"))
        tune()
        garbage, gaps = WindowGarbage(), Gaps()
        await asyncio.sleep(2.0)
        print("shown", flush=True)
        while line := await asyncio.to_thread(sys.stdin.readline):
            print(json.dumps(await gaps.watch(float(line))), flush=True)
        garbage.stop()
        stop()
        window.hide()


def main() -> None:
    app = QApplication(["trap-window", "-platform", "offscreen"])
    app.setQuitOnLastWindowClosed(False)
    loop = QEventLoop(app)
    with loop:
        asyncio.set_event_loop(loop)
        loop.run_until_complete(watch())


if __name__ == "__main__":
    main()
