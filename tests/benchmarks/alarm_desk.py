"""One process of `bench alarms`: `python -m tests.benchmarks.alarm_desk FOLDER MODE SECONDS`.

`fill` makes a store with 100,000 active alarms through the service. `write` changes a thousand of
them a second until it is ended. `desk` opens the alarm page on that store; `proxy` a
QTableView over a QSortFilterProxyModel over a QAbstractTableModel of the same alarms, as most
consoles do it. Both print JSON. The loop, the threads of the store, the tail of the journal and the
care for Python's garbage are the console's own.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QPersistentModelIndex,
    QSortFilterProxyModel,
    Qt,
    QTimer,
)
from PySide6.QtWidgets import QApplication, QTableView
from qasync import QEventLoop

from noc_console.app.supervise import tune
from noc_console.db.database import Database, metadata, open_engine
from noc_console.db.tail import Tail
from noc_console.kernel.actor import ALL_RIGHTS, Actor
from noc_console.kernel.clock import SystemClock
from noc_console.kernel.events import EventBus
from noc_console.services.alarms.model import (
    Alarm,
    AlarmObject,
    AlarmReport,
    Condition,
    Severity,
)
from noc_console.services.alarms.service import AlarmService
from noc_console.views.alarms.asked import Asked, Grouping
from noc_console.views.alarms.given import DeskServices
from noc_console.views.alarms.page import AlarmsPage
from noc_console.views.kit import theme
from noc_console.views.kit.desk import make_desk
from noc_console.views.kit.feed import Feed
from noc_console.views.kit.garbage import WindowGarbage
from noc_console.views.kit.tasks import settled

ALARMS, DEVICES = 100_000, 25_000
RATE, BEAT_S = 1_000, 0.25
SIZE = (1600, 900)
FRAME_MS = 16.6
ACTOR = Actor("mira", "acme", frozenset({ALL_RIGHTS}))
WRITER = Actor("collector", "acme", frozenset({ALL_RIGHTS}))
RESOURCES = Path(__file__).resolve().parents[2] / "resources"
CONDITIONS = (Condition.CPU, Condition.MEMORY, Condition.ERRORS, Condition.TEMPERATURE)
SEVERITIES = (Severity.CRITICAL, Severity.MAJOR, Severity.MINOR, Severity.WARNING)


def report(number: int, text: str, severity: Severity | None = None) -> AlarmReport:
    """The `number`th problem: four of each device, so that no device is a storm."""
    device, kind = 1 + number // 4, number % 4
    about = AlarmObject(
        device, device_name=f"acc-{device}.site{device % 300}", site_name=f"Site {device % 300}"
    )
    return AlarmReport(about, CONDITIONS[kind], severity or SEVERITIES[(number // 7) % 4], text)


async def fill(alarms: AlarmService) -> None:
    for start in range(0, ALARMS, 5_000):
        reports = tuple(
            report(n, f"{CONDITIONS[n % 4].value} at {50 + n % 50} %")
            for n in range(start, start + 5_000)
        )
        await alarms.apply(WRITER, reports=reports)


async def write(alarms: AlarmService) -> None:
    """Repeats with another text, now and then one that clears and one that comes anew."""
    luck, fresh = random.Random(5), ALARMS
    due = time.monotonic()
    while True:
        many = round(RATE * BEAT_S)
        told = [report(luck.randrange(ALARMS), f"at {luck.randrange(99)} %") for _ in range(many)]
        for at in range(many // 20):
            told[at] = report(luck.randrange(ALARMS), "", Severity.CLEARED)
            told[-at - 1] = report(fresh, "new")
            fresh += 1
        await alarms.apply(WRITER, reports=tuple(told))
        due += BEAT_S
        await asyncio.sleep(max(0.0, due - time.monotonic()))


# --- what is measured ----------------------------------------------------------------------------


def resident_mb() -> float:
    """Memory of this process."""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0


class Gaps:
    """How long a timer of five milliseconds waits: what a hand at the mouse would feel."""

    def __init__(self) -> None:
        self._gaps: list[float] = []
        self._last = 0.0
        self._timer = QTimer()
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(5)
        self._timer.timeout.connect(self._tick)

    def _tick(self) -> None:
        now = time.perf_counter()
        self._gaps.append((now - self._last) * 1000)
        self._last = now

    async def watch(self, seconds: float) -> dict[str, float]:
        """Milliseconds."""
        self._gaps, self._last = [], time.perf_counter()
        busy = time.thread_time()
        self._timer.start()
        await asyncio.sleep(seconds)
        self._timer.stop()
        self._tick()
        found = np.array(self._gaps)
        return {
            "p99": float(np.percentile(found, 99)),
            "max": float(found.max()),
            "late": int((found > FRAME_MS).sum()),
            "share": 100 * (time.thread_time() - busy) / seconds,
        }


async def until(done: Callable[[], object], limit_s: float = 300.0) -> float:
    """Seconds until it is so; raises TimeoutError."""
    began = time.perf_counter()
    while not done():
        if time.perf_counter() - began > limit_s:
            raise TimeoutError("never happened")
        await asyncio.sleep(0.002)
    return time.perf_counter() - began


async def watch_desk(db: Database, bus: EventBus, seconds: float) -> dict[str, Any]:
    alarms = AlarmService(db, clock=SystemClock())
    feed = Feed()
    bus.listen(feed.push)
    before = resident_mb()
    page = AlarmsPage(make_desk(ACTOR, feed), DeskServices(alarms))
    page.resize(*SIZE)
    model = page.model
    model.ask(Asked(group=Grouping.ROOT))
    page.show()
    found: dict[str, Any] = {"first_s": await until(lambda: model.count())}
    found["open_s"] = found["first_s"] + await until(lambda: len(model.ledger) >= ALARMS)
    await settled()
    found["memory_mb"] = resident_mb() - before

    async def timed(change: Callable[[], object], done: Callable[[], object]) -> float:
        began = time.perf_counter()
        change()
        await until(done)
        return (time.perf_counter() - began) * 1000

    page.table.set_filter("")
    found["filter_ms"] = await timed(
        lambda: page.table.set_filter("site29 -memory"), lambda: 0 < model.count() < ALARMS // 4
    )
    await timed(lambda: page.table.set_filter(""), lambda: model.count() >= ALARMS)
    names = [column.key for column in model.columns]
    first = model.keys[0]
    found["sort_ms"] = await timed(
        lambda: model.sort(names.index("object")), lambda: model.keys[0] != first
    )
    second = model.keys[0]
    await timed(lambda: model.sort(-1), lambda: model.keys[0] != second)
    # A line is chosen in the middle of the list, and stays where it is.
    page.table.select(int(model.keys[5_000]))
    line = page.table.current()
    assert line is not None
    y = page.table.view.rowViewportPosition(model.find(line.key))
    followed, take = [0], model.take

    def counted(alarms: Sequence[Alarm], gone: Sequence[int] = ()) -> None:
        followed[0] += len(alarms) + len(gone)
        take(alarms, gone)

    model.take = counted  # type: ignore[method-assign]
    writer = await _writer(Path(sys.argv[1]))
    try:
        await until(lambda: followed[0])
        followed[0] = 0
        found["busy"] = await Gaps().watch(seconds)
        found["rate"] = followed[0] / seconds
    finally:
        writer.terminate()
        await writer.wait()
    await asyncio.sleep(2)
    page.reload()
    await settled()
    now = page.table.current()
    still = page.table.view.rowViewportPosition(model.find(line.key))
    found["stays"] = now is not None and now.key == line.key and still == y
    found["stored"] = await _acknowledge_all(page, alarms)
    page.close()
    await settled()
    return found


async def _acknowledge_all(page: AlarmsPage, alarms: AlarmService) -> dict[str, float]:
    page.table.view.selectAll()
    many, gaps, done = page.table.many, Gaps(), asyncio.Event()
    page.acting.deeds.carried.connect(done.set)
    began = time.perf_counter()
    page.acting.acknowledge()
    async with asyncio.TaskGroup() as group:
        watching = group.create_task(gaps.watch(8.0))
        await done.wait()
        took = time.perf_counter() - began
    stall = watching.result()
    left = (await alarms.counts(ACTOR)).unacknowledged
    return {"many": many, "s": took, "stall_ms": stall["max"], "left": left}


async def _writer(folder: Path) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.benchmarks.alarm_desk", str(folder), "write", "0"
    )


# --- the usual way -------------------------------------------------------------------------------

COLUMNS: tuple[tuple[str, Callable[[Alarm], Any]], ...] = (
    ("Severity", lambda a: a.severity.name),
    ("Since", lambda a: a.first_seen.isoformat()),
    ("Object", lambda a: a.device_name),
    ("Place", lambda a: a.site_name),
    ("Problem", lambda a: a.text),
    ("Count", lambda a: a.count),
    ("Ack by", lambda a: a.acked_by or ""),
    ("Ticket", lambda a: a.ticket),
)
Index = QModelIndex | QPersistentModelIndex
TOP = QModelIndex()


class Plain(QAbstractTableModel):
    """A list of alarms, told as text."""

    def __init__(self) -> None:
        super().__init__()
        self.alarms: list[Alarm] = []
        self.row: dict[int, int] = {}

    def rowCount(self, parent: Index = TOP) -> int:
        return 0 if parent.isValid() else len(self.alarms)

    def columnCount(self, parent: Index = TOP) -> int:
        return 0 if parent.isValid() else len(COLUMNS)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        return COLUMNS[index.column()][1](self.alarms[index.row()])

    def take(self, alarms: tuple[Alarm, ...]) -> int:
        """Changed ones in their rows, new ones at the end; how many."""
        fresh = []
        for alarm in alarms:
            row = self.row.get(int(alarm.id))
            if row is None:
                fresh.append(alarm)
                continue
            self.alarms[row] = alarm
            self.dataChanged.emit(self.index(row, 0), self.index(row, len(COLUMNS) - 1))
        if fresh:
            start = len(self.alarms)
            self.beginInsertRows(TOP, start, start + len(fresh) - 1)
            self.row |= {int(alarm.id): start + at for at, alarm in enumerate(fresh)}
            self.alarms += fresh
            self.endInsertRows()
        return len(alarms)


async def watch_proxy(db: Database, bus: EventBus, seconds: float) -> dict[str, Any]:
    alarms = AlarmService(db, clock=SystemClock())
    before = resident_mb()
    plain, proxy, view = Plain(), QSortFilterProxyModel(), QTableView()
    began = time.perf_counter()
    listed = await alarms.listed(ACTOR, limit=4_000)
    plain.take(listed.alarms)
    while listed.more:
        listed = await alarms.listed(ACTOR, after=listed.cursor, limit=4_000)
        plain.take(listed.alarms)
    proxy.setSourceModel(plain)
    proxy.setFilterKeyColumn(-1)
    view.setModel(proxy)
    view.resize(*SIZE)
    view.show()
    await asyncio.sleep(0)
    found: dict[str, Any] = {"open_s": time.perf_counter() - began}
    found["memory_mb"] = resident_mb() - before

    def timed(act: Callable[[], object]) -> float:
        started = time.perf_counter()
        act()
        return (time.perf_counter() - started) * 1000

    found["filter_ms"] = timed(lambda: proxy.setFilterFixedString("site29"))
    proxy.setFilterFixedString("")
    found["sort_ms"] = timed(lambda: proxy.sort(2))
    cursor, changed = listed.cursor, [0]
    writer = await _writer(Path(sys.argv[1]))

    async def follow() -> None:
        nonlocal cursor
        while True:
            told = await alarms.listed(ACTOR, after=cursor, limit=4_000)
            cursor = told.cursor
            changed[0] += plain.take(told.alarms)
            await asyncio.sleep(0.25)

    try:
        async with asyncio.TaskGroup() as group:
            following = group.create_task(follow())
            await until(lambda: changed[0])
            changed[0] = 0
            found["busy"] = await Gaps().watch(seconds)
            found["rate"] = changed[0] / seconds
            following.cancel()
    finally:
        writer.terminate()
        await writer.wait()
    view.close()
    return found


# --- doors ---------------------------------------------------------------------------------------


def on_qt(
    folder: Path, seconds: float, watch: Callable[[Database, EventBus, float], Any]
) -> dict[str, Any]:
    app = QApplication([])
    app.setQuitOnLastWindowClosed(False)
    theme.install(app, RESOURCES)
    tune()
    bus = EventBus()
    loop = QEventLoop(app)

    async def measure() -> dict[str, Any]:
        db = Database(open_engine(f"sqlite:///{folder}/noc.db"), clock=SystemClock(), bus=bus)
        garbage = WindowGarbage()
        try:
            async with asyncio.TaskGroup() as group:
                tail = group.create_task(Tail(db, bus).run())
                found: dict[str, Any] = await watch(db, bus, seconds)
                tail.cancel()
        finally:
            garbage.stop()
            db.close()
        return found

    with loop:
        told: dict[str, Any] = loop.run_until_complete(measure())
    return told


async def without_qt(folder: Path, work: Callable[[AlarmService], Any]) -> None:
    url = f"sqlite:///{folder}/noc.db"
    db = Database(open_engine(url), clock=SystemClock(), bus=EventBus())
    try:
        await db.keep(metadata.create_all)
        await work(AlarmService(db, clock=SystemClock()))
    finally:
        db.close()


def main() -> None:
    folder, mode, seconds = Path(sys.argv[1]), sys.argv[2], float(sys.argv[3])
    if mode in ("fill", "write"):
        asyncio.run(without_qt(folder, fill if mode == "fill" else write))
        return
    found = on_qt(folder, seconds, watch_desk if mode == "desk" else watch_proxy)
    print(json.dumps(found), flush=True)


if __name__ == "__main__":
    main()
