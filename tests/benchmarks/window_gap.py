"""A window's event loop beside big queries: how long does a 5 ms timer wait at worst?

`python -m tests.benchmarks.window_gap FOLDER` in a process of its own prints JSON. The loop, the
threads of the store and the care for Python's garbage are the console's own.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication
from qasync import QEventLoop
from sqlalchemy import select

from noc_console.app.supervise import tune
from noc_console.db.database import Database, Tx, journal, metadata, open_engine
from noc_console.db.samples import INTERFACE, Poll, Resolution, Rows, Samples, open_samples
from noc_console.kernel.actor import Actor
from noc_console.kernel.clock import SystemClock
from noc_console.kernel.events import EventBus
from noc_console.services.alarms.model import AlarmChanged
from noc_console.views.kit.garbage import WindowGarbage

WATCH_S = 6.0
PORTS, MINUTES, DEVICES, EVENTS = 50, 1_440, 200, 20_000
ACTOR = Actor("mira", "acme")


class Gaps:
    """Times between the ticks of a timer."""

    def __init__(self) -> None:
        self._last = 0.0
        self._gaps: list[float] = []
        self._timer = QTimer()
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(5)
        self._timer.timeout.connect(self._tick)

    def _tick(self) -> None:
        now = time.perf_counter()
        self._gaps.append(now - self._last)
        self._last = now

    async def watch(self, seconds: float) -> dict[str, float]:
        """Percentiles in milliseconds."""
        self._gaps, self._last = [], time.perf_counter()
        self._timer.start()
        await asyncio.sleep(seconds)
        self._timer.stop()
        found = np.array(self._gaps) * 1000
        return {
            "p50": float(np.percentile(found, 50)),
            "p99": float(np.percentile(found, 99)),
            "max": float(found.max()),
        }


async def fill(db: Database, samples: Samples, start: datetime) -> None:
    """A day of one device, two polls of many, and a long journal."""
    await db.keep(metadata.create_all)
    ids, first = np.arange(PORTS, dtype=np.int64), round(start.timestamp() * 1000)
    table = np.ones((PORTS, len(INTERFACE.columns)), np.int64)
    day = [
        Poll(1, first + minute * 60_000, [Rows(INTERFACE, 1_000 + ids, table * (minute * 7_777))])
        for minute in range(MINUTES)
    ]
    await samples.append(day)
    await samples.compact(start + timedelta(days=1))
    for at in (0, 60_000):
        await samples.append(
            [
                Poll(device, first + at, [Rows(INTERFACE, device * 1_000 + ids, table * at)])
                for device in range(2, DEVICES)
            ]
        )
    for _ in range(EVENTS // 1_000):
        async with db.begin(ACTOR) as tx:
            for number in range(1_000):
                tx.record(AlarmChanged(alarm_id=number, what="raised", severity=4, device_id=7))


async def measure(folder: Path) -> dict[str, Any]:
    url, clock = f"sqlite:///{folder}/noc.db", SystemClock()
    start = datetime.now(UTC) - timedelta(days=2)
    db = Database(open_engine(url), clock=clock, bus=EventBus())
    try:
        async with open_samples(url, clock=clock) as samples:
            await fill(db, samples, start)
            tune()
            garbage, gaps, counted = WindowGarbage(), Gaps(), [0]
            idle = await gaps.watch(WATCH_S / 2)

            async def again(ask: Callable[[], Coroutine[Any, Any, object]]) -> None:
                while True:
                    await ask()
                    counted[0] += 1

            async def page() -> object:
                statement = select(journal).order_by(journal.c.id.desc()).limit(1_000)
                async with db.read(ACTOR) as tx:
                    return await _entries(tx, statement)

            def graph() -> Coroutine[Any, Any, object]:
                return samples.series_of(
                    INTERFACE,
                    range(1_000, 1_000 + PORTS),
                    start,
                    start + timedelta(days=1),
                    resolution=Resolution.RAW,
                )

            def now() -> Coroutine[Any, Any, object]:
                return samples.latest(INTERFACE)

            async with asyncio.TaskGroup() as group:
                asking = [group.create_task(again(ask)) for ask in (page, graph, now)]
                busy = await gaps.watch(WATCH_S)
                for one in asking:
                    one.cancel()
            garbage.stop()
    finally:
        db.close()
    return {"idle": idle, "busy": busy, "queries": counted[0]}


async def _entries(tx: Tx, statement: Any) -> object:
    return await tx.rows(statement, lambda row: (row.id, row.at, row.event, dict(row.facts)))


def main() -> None:
    app = QApplication(["window-gap", "-platform", "offscreen"])
    loop = QEventLoop(app)
    with loop:
        print(json.dumps(loop.run_until_complete(measure(Path(sys.argv[1])))))


if __name__ == "__main__":
    main()
