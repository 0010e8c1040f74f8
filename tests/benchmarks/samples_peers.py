"""VictoriaMetrics and Prometheus fed by our own remote-write client with the store's own load."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx
import numpy as np

from noc_console.db.samples import INTERFACE, Kind
from noc_console.db.samples.fleet import Labels
from noc_console.wire import remote_write
from tests.lab.engines import Engine, engine, installed

REQUEST_DEVICES = 125
"""Devices in one request: 50,000 samples."""

COUNTERS = Kind(
    code=INTERFACE.code,
    name="interface",
    columns=INTERFACE.columns[:8],
    counters=INTERFACE.counters,
)


@dataclass(frozen=True)
class Taken:
    """What an engine did."""

    samples_per_s: float
    """Encoded, packed, sent and acknowledged."""
    client_share: float
    """Of that time our own client's part."""
    bytes_per_sample: float
    """Its data folder after a flush and, in VictoriaMetrics, a forced merge."""
    data_bytes_per_sample: float
    """Without the index of names."""
    series_day_ms: float
    """A day of one series, as it comes by its API."""


def feed(name: str, cycles: Sequence[np.ndarray], *, day: np.ndarray) -> Taken | None:
    """Cycles [devices, ports, 8] a minute apart up to now; None when it is not installed.

    `day`: 1,440 values of one more series, to be read back.
    """
    if not installed(name):
        return None
    with (
        TemporaryDirectory() as folder,
        engine(name, Path(folder)) as server,
        httpx.Client(base_url=server.base, timeout=120, trust_env=False) as client,
    ):
        return _fed(server, client, cycles, day)


def _fed(
    server: Engine, client: httpx.Client, cycles: Sequence[np.ndarray], day: np.ndarray
) -> Taken:
    first = int(time.time() - 60 * len(cycles)) * 1000
    labels, client_s, began = Labels(""), 0.0, time.perf_counter()
    for minute, state in enumerate(cycles):
        at = first + minute * 60_000
        for some in range(0, len(state), REQUEST_DEVICES):
            own = time.perf_counter()
            body = b"".join(
                remote_write.series(
                    labels.of(
                        COUNTERS,
                        device + 1,
                        range(device * 1000, device * 1000 + state.shape[1]),
                        columns=8,
                    ),
                    state[device].astype(np.float64).ravel(),
                    at,
                )
                for device in range(some, min(some + REQUEST_DEVICES, len(state)))
            )
            packed = remote_write.compressed(body)
            client_s += time.perf_counter() - own
            _post(client, packed)
    spent = time.perf_counter() - began
    samples = sum(state.size for state in cycles)
    _settle(server, client)
    size, data = _sizes(server)
    return Taken(
        samples_per_s=samples / spent,
        client_share=client_s / spent,
        bytes_per_sample=size / samples,
        data_bytes_per_sample=data / samples,
        series_day_ms=_day_ms(server, client, day),
    )


def _post(client: httpx.Client, packed: bytes) -> None:
    client.post("/api/v1/write", content=packed, headers=remote_write.HEADERS).raise_for_status()


def _settle(server: Engine, client: httpx.Client) -> None:
    """Everything on disk, in as few parts as the engine likes."""
    if server.name == "victoriametrics":
        client.get("/internal/force_flush").raise_for_status()
        client.get("/internal/force_merge").raise_for_status()
    before = -1.0
    for _ in range(60):
        size = _sizes(server)[0]
        if size == before:
            return
        before = size
        time.sleep(1.0)


def _sizes(server: Engine) -> tuple[float, float]:
    """Of the whole folder, and of what is in it beside the index of names."""
    whole = data = 0
    for file in server.data.rglob("*"):
        try:
            size = file.stat().st_size if file.is_file() else 0
        except FileNotFoundError:  # merged away meanwhile
            continue
        whole += size
        data += 0 if "indexdb" in file.parts or "cache" in file.parts else size
    return whole, data


def _day_ms(server: Engine, client: httpx.Client, day: np.ndarray) -> float:
    """The median of reading a day of one series as its API tells it, JSON unpacked."""
    labels = [remote_write.label("__name__", "noc_bench_day_total")]
    now = int(time.time()) * 1000
    for some in range(0, len(day), 144):
        body = b"".join(
            remote_write.series(labels, day[at : at + 1], now - (len(day) - at) * 60_000)
            for at in range(some, some + 144)
        )
        try:
            _post(client, remote_write.compressed(body))
        except httpx.HTTPStatusError:  # Prometheus takes the last hours only
            continue
    if server.name == "victoriametrics":
        client.get("/internal/force_flush").raise_for_status()
    spent = []
    for _ in range(40):
        began = time.perf_counter()
        answer = client.get("/api/v1/query", params={"query": "noc_bench_day_total[1d]"})
        points = json.loads(answer.content)["data"]["result"][0]["values"]
        np.array([value for _, value in points], np.float64)
        spent.append(time.perf_counter() - began)
    return sorted(spent)[len(spent) // 2] * 1000
