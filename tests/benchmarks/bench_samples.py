"""The store of measurements beside a row per sample through SQLAlchemy Core, in one run.

The load: 10,000 interfaces of 200 devices, 8 counters each, polled once a minute; one
commit a cycle. What the rows cost to make is not counted for either side.
"""

from __future__ import annotations

import asyncio
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import BigInteger, Column, Engine, Integer, MetaData, Table, create_engine, select

from noc_console.db.database import database_url, open_engine
from noc_console.db.samples import INTERFACE, Poll, Resolution, Rows, Samples, open_samples
from tests.benchmarks.samples_peers import Taken, feed
from tests.lab import postgres

DEVICES, PORTS, COUNTERS = 200, 50, 8
CYCLE = DEVICES * PORTS * COUNTERS
START = datetime(2026, 3, 1, tzinfo=UTC)
START_MS = int(START.timestamp() * 1000)
MINUTE_MS = 60_000
HOUR, DAY = timedelta(hours=1), timedelta(days=1)

Figure = Mapping[str, Any]


class _Clock:
    """Stands where the recorded month ends."""

    def now(self) -> datetime:
        return START + 31 * DAY


def traffic(minutes: int, *, devices: int = DEVICES, ports: int = PORTS) -> Iterator[np.ndarray]:
    """Counters minute by minute, [devices, ports, 8]: log-normal loads, 20 % noise, rare errors."""
    random = np.random.default_rng(1)
    shape = (devices, ports)
    load = random.lognormal(16, 1.5, (*shape, 1))
    state = random.integers(0, 10**12, (*shape, COUNTERS))
    for _ in range(minutes):
        noise = 1 + 0.2 * random.standard_normal((*shape, 2))
        octets = (load * noise * 60 / 8).clip(0).astype(np.int64)
        packets = (octets / random.normal(700, 60, (*shape, 2))).astype(np.int64)
        errors = (random.random((*shape, 4)) < 0.01) * random.integers(1, 20, (*shape, 4))
        state = state + np.concatenate([octets, packets, errors], axis=2)
        yield state


def polls(minute: int, state: np.ndarray, *, first_device: int = 1) -> list[Poll]:
    """The counters of one minute as the poller hands them over: a matrix a device."""
    at, (devices, ports, _) = START_MS + minute * MINUTE_MS, state.shape
    whole = np.concatenate([state, np.ones((devices, ports, 2), np.int64)], axis=2)
    return [
        Poll(
            first_device + d,
            at + d * 137 % 50_000,
            [
                Rows(
                    INTERFACE,
                    np.arange((first_device + d) * 1000, (first_device + d) * 1000 + ports),
                    whole[d],
                )
            ],
        )
        for d in range(devices)
    ]


async def ingest(samples: Samples, minutes: int) -> float:
    """Samples per second, all in: appends, blocks and roll-ups."""
    spent = 0.0
    for minute, state in enumerate(traffic(minutes)):
        batch = polls(minute, state)
        began = time.perf_counter()
        await samples.append(batch)
        spent += time.perf_counter() - began
    began = time.perf_counter()
    await samples.compact(START + minutes * timedelta(minutes=1) + HOUR)
    spent += time.perf_counter() - began
    return CYCLE * minutes / spent


def row_a_sample(
    engine: Engine, *, key: tuple[str, str], cycles: int, history: int = 0
) -> tuple[float, Table]:
    """Samples per second the plain way: a row each through SQLAlchemy Core.

    `history`: minutes already in the table. An empty one flatters it: with an hour or two
    in place every row of a cycle goes to a page of its own.
    """
    columns = {
        "series": Column("series", Integer, primary_key=True, autoincrement=False),
        "ts": Column("ts", BigInteger, primary_key=True, autoincrement=False),
    }
    table = Table(
        "row_" + "_".join(key),
        MetaData(),
        *(columns[name] for name in key),
        Column("value", BigInteger, nullable=False),
        sqlite_with_rowid=False,
    )
    table.create(engine)
    if history:
        _fill(engine, table, history)
    spent = 0.0
    for minute, state in enumerate(traffic(cycles)):
        at = START_MS + (history + minute) * MINUTE_MS
        rows = [
            {"series": series, "ts": at, "value": value}
            for series, value in enumerate(state.ravel().tolist())
        ]
        began = time.perf_counter()
        with engine.begin() as connection:
            connection.execute(table.insert(), rows)
        spent += time.perf_counter() - began
    return CYCLE * cycles / spent, table


def _fill(engine: Engine, table: Table, minutes: int) -> None:
    """Rows of earlier minutes, made within SQLite."""
    with engine.begin() as connection:
        connection.exec_driver_sql(
            f"INSERT INTO {table.name} (series, ts, value) "
            "WITH RECURSIVE s(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM s WHERE i < ?), "
            "m(j) AS (SELECT 0 UNION ALL SELECT j + 1 FROM m WHERE j < ?) "
            "SELECT i, ? + j * 60000, i * 7000000 + j * 40000 FROM "
            + ("s CROSS JOIN m" if table.name == "row_series_ts" else "m CROSS JOIN s"),
            (CYCLE - 1, minutes - 1, START_MS),
        )


async def read_ms(look: Callable[[], Any], times: int = 40) -> float:
    """The median of many looks, in the quietest of five rounds: other work only adds."""
    rounds = []
    for _ in range(5):
        spent = []
        for _ in range(times):
            began = time.perf_counter()
            await look()
            spent.append(time.perf_counter() - began)
        rounds.append(statistics.median(spent))
    return min(rounds) * 1000


async def one_device(samples: Samples, device: int, *, days: int, ports: int) -> None:
    """Whole days up to the 31st, and 59 minutes more whose polls still wait."""
    last, batch = 30 * 24 * 60 + 59, list[Poll]()
    first = last - 59 - days * 24 * 60
    for minute, state in enumerate(traffic(last - first, devices=1, ports=ports), first):
        batch += polls(minute, state, first_device=device)
        if len(batch) >= 1440:
            await samples.append(batch)
            batch = []
    await samples.append(batch)
    await samples.compact(START + 30 * DAY + timedelta(minutes=59))


def _series_by_rows(engine: Engine, table: Table) -> Callable[[], Any]:
    """The peer's day of one series, as arrays of numbers too."""
    rows = [
        {"series": 10**6, "ts": START_MS + at * MINUTE_MS, "value": at * 777} for at in range(1440)
    ]
    with engine.begin() as connection:
        connection.execute(table.insert(), rows)
    question = select(table.c.ts, table.c.value).where(table.c.series == 10**6)

    def read() -> np.ndarray:
        with engine.connect() as connection:
            return np.array(connection.execute(question).fetchall())

    return lambda: asyncio.to_thread(read)


def _figure(
    name: str,
    value: float,
    unit: str,
    *,
    goal: str,
    met: bool | None,
    peer: str = "",
    than: float = 0.0,
) -> Figure:
    return {
        "name": name,
        "value": round(value, 3),
        "unit": unit,
        "peer": peer,
        "peer_value": round(than, 3) if peer else None,
        "ratio": round(value / than, 2) if peer and than else None,
        "goal": goal,
        "met": met,
    }


def _ingest_figure(where: str, own: float, key: str, peer: float, *, usable: bool) -> Figure:
    """`usable`: whether the peer's key can find one series without scanning them all."""
    return _figure(
        f"samples: ingest, {where}, blocks and roll-ups included",
        own / 1000,
        "k samples/s",
        peer=f"row a sample, SQLAlchemy Core, {where}, key {key}",
        than=peer / 1000,
        goal="≥ 10×" if usable else "told: this key scans all series to read one",
        met=own >= 10 * peer if usable else None,
    )


async def _on_sqlite(folder: Path) -> list[Figure]:
    url, minutes = f"sqlite:///{folder}/noc.db", 120
    engine = open_engine(f"sqlite:///{folder}/rows.db")
    try:
        by_series, table = row_a_sample(engine, key=("series", "ts"), cycles=4, history=minutes)
        by_time, _ = row_a_sample(engine, key=("ts", "series"), cycles=4)
        peer_day = await read_ms(_series_by_rows(engine, table))
    finally:
        engine.dispose()
    async with open_samples(url, clock=_Clock()) as samples:
        own = await ingest(samples, minutes)
        stats = await samples.stats()
        (used,) = await samples._threads.read(
            lambda session: session.rows(
                "SELECT (p.page_count - f.freelist_count) * s.page_size FROM "
                "pragma_page_count p, pragma_freelist_count f, pragma_page_size s"
            )
        )
        await one_device(samples, 800, days=1, ports=PORTS)
        await one_device(samples, 900, days=30, ports=10)
        end = START + 30 * DAY + timedelta(minutes=59)
        day = await read_ms(
            lambda: samples.series(
                INTERFACE,
                800_003,
                end - DAY,
                end,
                columns=["in_octets"],
                resolution=Resolution.RAW,
            )
        )
        month = await read_ms(
            lambda: samples.series(INTERFACE, 900_003, end - 30 * DAY, end, columns=["in_octets"])
        )
        top = await read_ms(
            lambda: samples.top(INTERFACE, "in_octets", 20, fresh=60 * DAY), times=20
        )
    size = stats.block_bytes / (CYCLE * minutes)
    everything = used[0] / (CYCLE * minutes)
    return [
        *_beside_engines(own, size=size, everything=everything, day=day),
        _ingest_figure("SQLite", own, "(series, time), 2 h in it", by_series, usable=True),
        _ingest_figure("SQLite", own, "(time, series), empty", by_time, usable=False),
        _figure("samples: blocks", size, "bytes/sample", goal="≤ 3", met=size <= 3),
        _figure(
            "samples: blocks, roll-ups, newest states, indexes",
            everything,
            "bytes/sample",
            goal="told, no goal",
            met=None,
        ),
        _figure(
            "samples: a day of one series, 59 polls of it not yet compacted",
            day,
            "ms",
            peer="row a sample, SQLAlchemy Core, key (series, time)",
            than=peer_day,
            goal="≤ 1 ms",
            met=day <= 1,
        ),
        _figure("samples: 30 days by the hour", month, "ms", goal="≤ 2 ms", met=month <= 2),
        _figure("samples: top 20 of 10,000", top, "ms", goal="told, no goal", met=None),
    ]


PEER_CYCLES = 120
NAMES = {"victoriametrics": "VictoriaMetrics", "prometheus": "Prometheus"}


def _beside_engines(own: float, *, size: float, everything: float, day: float) -> list[Figure]:
    """The engines of fleets, fed with the same data by our own client."""
    cycles = list(traffic(PEER_CYCLES))
    counter = np.cumsum(np.random.default_rng(2).integers(10**6, 10**7, 1440)).astype(np.float64)
    figures: list[Figure] = []
    for engine, name in NAMES.items():
        taken = feed(engine, cycles, day=counter)
        if taken is None:
            missing = _figure(f"samples: ingest beside {name}", 0, "", goal="≥ 1×", met=None)
            figures.append(dict(missing) | {"value": None, "peer": f"{name} is not installed"})
        else:
            figures += _beside(taken, name, own, size=size, everything=everything, day=day)
    return figures


def _beside(
    taken: Taken, name: str, own: float, *, size: float, everything: float, day: float
) -> list[Figure]:
    is_goal = name == "VictoriaMetrics"
    share = f"{taken.client_share:.0%} of its time in our client"
    return [
        _figure(
            "samples: ingest, SQLite, blocks and roll-ups included",
            own / 1000,
            "k samples/s",
            peer=f"{name}, remote write by our own client, {share}",
            than=taken.samples_per_s / 1000,
            goal="≥ 1×" if is_goal else "told, no goal",
            met=own >= taken.samples_per_s if is_goal else None,
        ),
        _figure(
            "samples: blocks",
            size,
            "bytes/sample",
            peer=f"{name}'s data without its index of names, merged",
            than=taken.data_bytes_per_sample,
            goal="≤ 0.75×" if is_goal else "told, no goal",
            met=size <= 0.75 * taken.data_bytes_per_sample if is_goal else None,
        ),
        _figure(
            "samples: blocks, roll-ups, newest states, indexes",
            everything,
            "bytes/sample",
            peer=f"{name}'s whole folder",
            than=taken.bytes_per_sample,
            goal="told, no goal",
            met=None,
        ),
        _figure(
            "samples: a day of one series, 59 polls of it not yet compacted",
            day,
            "ms",
            peer=f"{name}'s API{'' if is_goal else ', its last hours only'}",
            than=taken.series_day_ms,
            goal="told, no goal",
            met=None,
        ),
    ]


def _window_gap() -> list[Figure]:
    """In a process of its own: Qt, the loop and the store's threads as the console has them."""
    name = "samples: longest gap of a window's 5 ms timer under big queries, p99"
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [sys.executable, "-m", "tests.benchmarks.window_gap", folder],
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
    if done.returncode:
        missing = _figure(name, 0, "", goal="≤ 10 ms", met=None)
        return [dict(missing) | {"value": None, "peer": done.stderr.strip()[-200:]}]
    told = json.loads(done.stdout)
    gap, idle = told["busy"]["p99"], told["idle"]["p99"]
    return [
        _figure(
            name,
            gap,
            "ms",
            peer=f"idle; {told['queries']} queries in 6 s",
            than=idle,
            goal="≤ 10 ms",
            met=gap <= 10,
        )
    ]


async def _on_postgres() -> list[Figure]:
    if postgres.binaries() is None:
        missing = _figure("samples: ingest, PostgreSQL", 0, "", goal="≥ 10×", met=None)
        return [dict(missing) | {"value": None, "peer": "PostgreSQL is not installed"}]
    with (
        tempfile.TemporaryDirectory(prefix="noc-postgres-", ignore_cleanup_errors=True) as place,
        postgres.cluster(Path(place)) as maintenance,
    ):
        url = postgres.new_database(maintenance)
        engine = create_engine(database_url(url))
        try:
            by_series, _ = row_a_sample(engine, key=("series", "ts"), cycles=2)
        finally:
            engine.dispose()
        async with open_samples(url, clock=_Clock()) as samples:
            own = await ingest(samples, 60)
    return [_ingest_figure("PostgreSQL", own, "(series, time), empty", by_series, usable=True)]


async def _measure() -> list[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        found = [*await _on_sqlite(Path(folder)), *await _on_postgres()]
    return [*found, *await asyncio.to_thread(_window_gap)]


def bench() -> list[Figure]:
    """Every figure of the store."""
    return asyncio.run(_measure())


if __name__ == "__main__":
    for figure in bench():
        print(figure)
