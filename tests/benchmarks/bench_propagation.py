"""How soon, and how surely, consoles hear what another process committed.

Twenty consoles in four processes, fifty events a second from a fifth. Beside ours, in the same
run: a bare NOTIFY that carries the event, and polling the journal each 200 ms. Then the
connections of all are cut for 50 of 150 events.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import psycopg
from sqlalchemy import make_url, text

from noc_console.app.supervise import tune
from noc_console.db.database import Database, metadata, open_engine
from noc_console.db.tail import Tail
from noc_console.kernel.actor import Actor
from noc_console.kernel.clock import SystemClock
from noc_console.kernel.events import Event, EventBus
from noc_console.services.alarms.model import AlarmChanged
from tests.benchmarks.run import Figure
from tests.lab import postgres
from tests.lab.impair import TcpProxy, impaired_tcp

PROCESSES, CONSOLES = 4, 5
EVERY_S, EVENTS = 0.02, 300
CUT_FROM, CUT_UNTIL, CUT_EVENTS = 50, 100, 150
BARE = "bare"
ACTOR = Actor("bench", "acme")
WAYS = ("tail", "bare", "poll")


def main() -> None:
    """A process of consoles: `tail|bare|poll URL`; ends when its input does, then tells."""
    way, url = sys.argv[1:3]
    heard: list[dict[int, float]] = [{} for _ in range(CONSOLES)]
    threads = [
        threading.Thread(target=_CONSOLES[way], args=(url, found), daemon=True) for found in heard
    ]
    for thread in threads:
        thread.start()
    tune()  # as every process of ours does once it is up; whichever way it listens
    sys.stdin.read()
    print(json.dumps(heard))


def _tail(url: str, heard: dict[int, float]) -> None:
    """A console as the window has it: its own database, bus and tail."""

    def note(events: Sequence[Event]) -> None:
        at = time.monotonic()
        for event in events:
            heard.setdefault(event.alarm_id, at)  # type: ignore[attr-defined]

    async def run() -> None:
        bus = EventBus()
        bus.listen(note)
        db = Database(open_engine(url), clock=SystemClock(), bus=bus)
        await Tail(db, bus).run()

    asyncio.run(run())


def _bare(url: str, heard: dict[int, float]) -> None:
    while True:
        try:
            with psycopg.connect(url, autocommit=True) as connection:
                connection.execute(f"LISTEN {BARE}")
                for one in connection.notifies():
                    heard.setdefault(int(one.payload), time.monotonic())
        except psycopg.Error:
            time.sleep(0.05)


def _poll(url: str, heard: dict[int, float]) -> None:
    seen = -1
    while True:
        try:
            with psycopg.connect(url, autocommit=True) as connection:
                while True:
                    news = connection.execute(
                        "SELECT id, facts FROM journal WHERE id > %s ORDER BY id", (seen,)
                    ).fetchall()
                    for seen, facts in news:  # noqa: B007 - the last one is where to go on
                        heard.setdefault(facts["alarm_id"], time.monotonic())
                    time.sleep(0.2)
        except psycopg.Error:
            time.sleep(0.05)


_CONSOLES: Mapping[str, Callable[[str, dict[int, float]], None]] = {
    "tail": _tail,
    "bare": _bare,
    "poll": _poll,
}


@contextmanager
def consoles(way: str, url: str, told: list[dict[int, float]]) -> Iterator[None]:
    """Processes that listen meanwhile; `told` gets what each console heard, and when."""
    running = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.benchmarks.bench_propagation", way, url],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(PROCESSES)
    ]
    try:
        yield
        for one in running:
            out, _ = one.communicate(timeout=30)
            told += [
                {int(n): at for n, at in found.items()}
                for found in json.loads(out.splitlines()[-1])
            ]
    finally:
        for one in running:
            one.kill()
            one.wait()


class Source:
    """Writes numbered events: into the journal, or as bare notifications."""

    def __init__(self, url: str, way: str) -> None:
        self._db = Database(open_engine(url), clock=SystemClock(), bus=EventBus())
        self._bare = psycopg.connect(url, autocommit=True) if way == "bare" else None
        self.sent: dict[int, float] = {}

    async def write(self, number: int) -> None:
        self.sent[number] = time.monotonic()
        if self._bare is not None:
            self._bare.execute(f"NOTIFY {BARE}, '{number}'")
            return
        async with self._db.begin(ACTOR) as tx:
            tx.record(AlarmChanged(alarm_id=number, what="raised", severity=4, device_id=1))

    def close(self) -> None:
        self._db.close()
        if self._bare is not None:
            self._bare.close()


async def ready(url: str, way: str, count: int) -> None:
    """Until as many connections as the consoles need are there."""
    with psycopg.connect(url, autocommit=True) as connection:
        for _ in range(600):
            (found,) = connection.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
                "AND pid <> pg_backend_pid()"
            ).fetchone() or (0,)
            if found >= count:
                break
            await asyncio.sleep(0.05)
    await asyncio.sleep(0.5)


async def steadily(
    url: str, way: str, events: int, at: Mapping[int, Callable[[], None]], through: str = ""
) -> tuple[dict[int, float], list[dict[int, float]]]:
    """Send events at an even pace; `at` says what happens before which."""
    told: list[dict[int, float]] = []
    source = Source(url, way)
    each = 2 if way == "tail" else 1
    try:
        with consoles(way, through or url, told):
            await ready(url, way, PROCESSES * CONSOLES * each)
            began = time.monotonic()
            for number in range(events):
                await asyncio.sleep(max(0.0, began + number * EVERY_S - time.monotonic()))
                if number in at:
                    await asyncio.to_thread(at[number])
                await source.write(number)
            await asyncio.sleep(3.0)
    finally:
        source.close()
    return source.sent, told


def delays(sent: Mapping[int, float], told: Sequence[Mapping[int, float]]) -> np.ndarray:
    """Milliseconds from before the commit until each console heard."""
    return np.array([1000 * (at - sent[n]) for found in told for n, at in found.items()])


async def lost(url: str, way: str, proxy: TcpProxy) -> float:
    """How many of 150 events a console missed, at worst, cut off during 50 of them."""
    through = make_url(url).set(port=proxy.port).render_as_string(hide_password=False)
    cut = {CUT_FROM: proxy.cut, CUT_UNTIL: proxy.mend}
    _, told = await steadily(url, way, CUT_EVENTS, cut, through)
    return float(max(CUT_EVENTS - len(found) for found in told))


async def on_sqlite(folder: Path) -> np.ndarray:
    """One console beside one writer, on one file."""
    url, heard = f"sqlite:///{folder}/noc.db", dict[int, float]()
    source = Source(url, "tail")
    await source._db.keep(metadata.create_all)
    listening = threading.Thread(target=_tail, args=(url, heard), daemon=True)
    listening.start()
    await asyncio.sleep(1.0)
    began = time.monotonic()
    for number in range(EVENTS // 2):
        await asyncio.sleep(max(0.0, began + number * EVERY_S - time.monotonic()))
        await source.write(number)
    await asyncio.sleep(1.0)
    source.close()
    return delays(source.sent, [dict(heard)])


def _figure(name: str, value: float, unit: str, goal: str, met: bool | None, **peer: Any) -> Figure:
    than = peer.get("than")
    return {
        "name": f"propagation: {name}",
        "value": round(value, 2),
        "unit": unit,
        "peer": peer.get("peer", ""),
        "peer_value": None if than is None else round(than, 2),
        "ratio": round(value / than, 2) if than else None,
        "goal": goal,
        "met": met,
    }


def _fresh(maintenance: str) -> str:
    url = postgres.new_database(maintenance)
    engine = open_engine(url)
    with engine.begin() as connection:
        metadata.create_all(connection)
        connection.execute(text("SELECT 1"))
    engine.dispose()
    return url


async def _on_postgres(maintenance: str) -> list[Figure]:
    took = {}
    for way in WAYS:
        took[way] = delays(*await steadily(_fresh(maintenance), way, EVENTS, {}))
    figures = [
        _figure(
            f"20 consoles, 50 events/s, p{share} from before the commit to the bus",
            float(np.percentile(took["tail"], share)),
            "ms",
            "≤ 3× bare NOTIFY" if share == 95 else "told, no goal",
            bool(np.percentile(took["tail"], 95) <= 3 * np.percentile(took["bare"], 95))
            if share == 95
            else None,
            peer="bare NOTIFY that carries the event",
            than=float(np.percentile(took["bare"], share)),
        )
        for share in (50, 95, 99)
    ]
    figures.append(
        _figure(
            "the same, p95",
            float(np.percentile(took["tail"], 95)),
            "ms",
            "told, no goal",
            None,
            peer="polling the journal each 200 ms",
            than=float(np.percentile(took["poll"], 95)),
        )
    )
    expected = EVENTS * PROCESSES * CONSOLES
    figures.append(
        _figure(
            "events that did not arrive",
            float(expected - len(took["tail"])),
            f"of {expected}",
            "0",
            len(took["tail"]) == expected,
        )
    )
    missed = {}
    for way in ("tail", "bare"):
        url = _fresh(maintenance)
        with impaired_tcp(int(make_url(url).port or 5432)) as proxy:
            missed[way] = await lost(url, way, proxy)
    figures.append(
        _figure(
            "events of 150 lost by a console cut off during 50 of them",
            missed["tail"],
            "events",
            "0",
            missed["tail"] == 0,
            peer="bare NOTIFY",
            than=missed["bare"],
        )
    )
    return figures


async def _measure() -> list[Figure]:
    figures: list[Figure] = []
    if postgres.binaries() is None:
        nothing = _figure("PostgreSQL", 0, "", "≤ 3× bare NOTIFY", None)
        figures.append(dict(nothing) | {"value": None, "peer": "PostgreSQL is not installed"})
    else:
        with (
            tempfile.TemporaryDirectory(
                prefix="noc-postgres-", ignore_cleanup_errors=True
            ) as place,
            postgres.cluster(Path(place)) as maintenance,
        ):
            figures += await _on_postgres(maintenance)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        took = await on_sqlite(Path(folder))
    for share in (50, 95, 99):
        figures.append(
            _figure(
                f"SQLite, data_version each 150 ms, p{share}",
                float(np.percentile(took, share)),
                "ms",
                "told, no goal",
                None,
            )
        )
    return figures


def bench() -> list[Figure]:
    """Every figure."""
    return asyncio.run(_measure())


if __name__ == "__main__":
    main()
