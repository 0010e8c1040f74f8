"""Flows: records decoded and summed up per CPU-second, and how soon a day's top talkers are told.

Peer of the decoder: `netflow` of PyPI, the one Python has for NetFlow v9; it is installed below
build/ for the measurement alone. Nobody keeps flows the way this store does, so its questions
stand without a peer.
"""

from __future__ import annotations

import asyncio
import importlib
import socket
import statistics
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from noc_console.db.database import Database, metadata, open_engine
from noc_console.db.flows import SPANS, Block, ExporterWord, FlowStore, Place, open_flows, pack
from noc_console.db.flows import word_id as word
from noc_console.kernel.actor import ALL_RIGHTS, Actor
from noc_console.kernel.clock import SystemClock
from noc_console.kernel.events import EventBus
from noc_console.services.flows.model import Dimension
from noc_console.services.flows.rules.cubes import BY_NUMBER, rolled
from noc_console.services.flows.rules.grouping import Columns
from noc_console.services.flows.rules.prefixes import Named, PrefixTable
from noc_console.services.flows.rules.tally import Tally
from noc_console.services.flows.service import FlowService
from noc_console.services.inventory.model import Inspected, SeenInterface
from noc_console.services.inventory.service import InventoryService
from noc_console.wire.flows.decoder import FlowDecoder
from noc_console.wire.flows.records import MAPPED, RECORD, Rows
from tests.benchmarks.run import Figure
from tests.lab import flow_packets as made

ROOT = Path(__file__).resolve().parents[2]
PEERS = ROOT / "build" / "peers"
FIELDS = [
    *((8, 4), (12, 4), (15, 4), (10, 4), (14, 4), (2, 4), (1, 4), (22, 4), (21, 4)),
    *((7, 2), (11, 2), (6, 1), (4, 1), (5, 1), (16, 4), (17, 4), (9, 1), (13, 1)),
]
"""What a Cisco router sends by default."""
A_DATAGRAM = 26
DATAGRAMS = 4_000
FLOWS_PER_S = 10_000
EXPORTERS = tuple(f"192.0.2.{n}" for n in range(1, 21))
WITHIN_MS = 200


def bench() -> list[Figure]:
    return [*_decoding(), _summing(), *asyncio.run(_asking())]


# Decoding


def _datagrams(count: int) -> tuple[bytes, list[bytes]]:
    """The template, and datagrams of as many flows as an Ethernet frame holds."""
    dice = np.random.default_rng(1)
    found = []
    for number in range(count):
        records = b"".join(_flow(dice) for _ in range(A_DATAGRAM))
        found.append(made.v9(made.a_set(256, records), sequence=number))
    return made.v9(made.a_set(0, made.template(256, FIELDS))), found


def _flow(dice: np.random.Generator) -> bytes:
    a, b, c, d = (int(n) for n in dice.integers(1, 250, 4))
    return (
        socket.inet_aton(f"10.{a}.{b}.{c}")
        + socket.inet_aton(f"198.51.{d}.{a}")
        + bytes(4)
        + struct.pack(">IIIIII", 1, 2, c + 1, 1_000 * d, 1_000, 2_000)
        + struct.pack(">HHBBBIIBB", 40_000 + d, 443, 24, 6, 0, 64_500, 64_501, 24, 24)
    )


def _decoding() -> Iterator[Figure]:
    template, datagrams = _datagrams(DATAGRAMS)
    decoder = FlowDecoder()
    decoder.decode(template, "192.0.2.1", 0.0)
    began = time.process_time()
    rows = sum(len(decoder.decode(data, "192.0.2.1", 0.0).rows) for data in datagrams)
    ours = rows / (time.process_time() - began)
    assert rows == DATAGRAMS * A_DATAGRAM
    peer, why = _peer(template, datagrams[:400])
    yield {
        "name": "NetFlow v9 records decoded per CPU-second",
        "value": round(ours),
        "unit": "records/s",
        "peer": "netflow (PyPI)" if peer else why,
        "peer_value": round(peer) if peer else None,
        "ratio": round(ours / peer, 1) if peer else None,
        "goal": "≥ 10× netflow (PyPI)",
        "met": ours >= 10 * peer if peer else None,
    }


def _peer(template: bytes, datagrams: list[bytes]) -> tuple[float, str]:
    """Records a CPU-second of the package `netflow`; 0 and the reason when it cannot be had."""
    if not (PEERS / "netflow").is_dir():
        asked = [sys.executable, "-m", "pip", "install", "-q", "--target", str(PEERS), "netflow"]
        done = subprocess.run(asked, capture_output=True, text=True, check=False)
        if done.returncode:
            return 0.0, "netflow could not be installed"
    sys.path.insert(0, str(PEERS))
    try:
        netflow: Any = importlib.import_module("netflow")
    finally:
        sys.path.remove(str(PEERS))
    templates: dict[str, Any] = {"netflow": {}, "ipfix": {}}
    netflow.parse_packet(template, templates)
    began = time.process_time()
    rows = sum(len(netflow.parse_packet(data, templates).flows) for data in datagrams)
    spent = time.process_time() - began
    assert rows == len(datagrams) * A_DATAGRAM
    return rows / spent, ""


# Summing up


def _minute(seed: int, count: int = 60 * FLOWS_PER_S) -> tuple[Rows, np.ndarray]:
    """Flows of one minute: few addresses move most, as in every network."""
    dice = np.random.default_rng(seed)
    rows = np.zeros(count, RECORD)
    rows["src_lo"] = MAPPED | 0x0A000000 | (dice.zipf(1.3, count) % (1 << 22)).astype(np.uint64)
    rows["dst_lo"] = MAPPED | 0xC6000000 | (dice.zipf(1.2, count) % (1 << 24)).astype(np.uint64)
    rows["bytes"] = (dice.pareto(1.1, count) * 1_500 + 40).clip(0, 1e9).astype(np.uint64)
    rows["packets"] = rows["bytes"] // 800 + 1
    rows["flows"] = 1
    rows["dport"] = dice.choice([443, 80, 53, 22, 3074, 8443, 1194, 5060], count)
    rows["sport"] = dice.integers(32_768, 61_000, count)
    rows["protocol"] = dice.choice([6, 17], count)
    rows["in_if"], rows["out_if"] = dice.integers(1, 9, count), dice.integers(1, 9, count)
    rows["src_as"], rows["dst_as"] = dice.zipf(1.5, count) % 70_000, dice.zipf(1.5, count) % 70_000
    rows["dscp"] = dice.choice([0, 0, 0, 46, 34, 10], count)
    words = np.array([word(address) for address in EXPORTERS], np.uint64)
    return rows, words[dice.integers(0, len(EXPORTERS), count)]


def _prefixes() -> PrefixTable:
    nets = [f"10.{n}.{m * 16}.0/20" for n in range(64) for m in range(16)]
    return PrefixTable(Named(net, word(net), word(f"customer {n}")) for n, net in enumerate(nets))


def _summed(seed: int) -> tuple[Tally, float]:
    rows, exporters = _minute(seed)
    prefixes, tally = _prefixes(), Tally()
    began = time.process_time()
    for at in range(0, len(rows), 50_000):
        tally.add(rows[at : at + 50_000], exporters[at : at + 50_000], prefixes)
    return tally, len(rows) / (time.process_time() - began)


def _summing() -> Figure:
    _, speed = _summed(2)
    return {
        "name": "flows summed up in fourteen cubes per CPU-second, with 1,024 prefixes",
        "value": round(speed),
        "unit": "flows/s",
        "peer": "",
        "peer_value": None,
        "ratio": None,
        "goal": "≥ 5× the 10,000 flows/s of a large provider's edge",
        "met": speed >= 5 * FLOWS_PER_S,
    }


# Asking


QUESTIONS: tuple[tuple[str, Dimension, tuple[str, ...]], ...] = (
    *((f"by {one}", one, ()) for one in Dimension),
    ("of a device", Dimension.APPLICATION, ("device:edge-1",)),
    ("of an interface", Dimension.SOURCE, ("in-interface:edge-1#3",)),
    ("of a prefix", Dimension.DESTINATION, ("source:10.0.0.0/16",)),
    ("of a port", Dimension.SOURCE, ("port:443",)),
    ("of two", Dimension.CUSTOMER, ("port:443", "out-interface:edge-1#2")),
)


async def _asking() -> list[Figure]:
    with tempfile.TemporaryDirectory(prefix="noc-flows-") as folder:
        url = f"sqlite:///{folder}/noc.db"
        clock = SystemClock()
        db = Database(open_engine(url), clock=clock, bus=EventBus())
        try:
            await db.keep(metadata.create_all)
            async with open_flows(url, clock=clock) as store:
                inventory = InventoryService(db, clock=clock)
                actor = Actor("bench", "local", frozenset({ALL_RIGHTS}))
                await _a_day(store, inventory, actor, clock)
                flows = FlowService(db, store, clock=clock, inventory=inventory)
                return [await _asked(flows, actor), await _asked_in_gib(store)]
        finally:
            db.close()


async def _a_day(
    store: FlowStore, inventory: InventoryService, actor: Actor, clock: SystemClock
) -> None:
    """A day as the collector keeps it: every block is as full as it may be."""
    now = int(clock.now().timestamp())
    ports = tuple(SeenInterface(index=n, name=f"xe-0/0/{n}") for n in range(1, 9))
    for number, address in enumerate(EXPORTERS, start=1):
        seen = Inspected(
            address=address,
            port=161,
            at=clock.now(),
            name=f"edge-{number}",
            serial=address,
            credential_id=1,
            interfaces=ports,
        )
        device = int(await inventory.record(actor, inspected=seen))
        await store.say([ExporterWord(address, "noc", now, f'{{"device_id": {device}}}')])
    minutes = [_summed(seed)[0].closed(SPANS[0]) for seed in range(3, 6)]
    words = {f"10.{n}.{m * 16}.0/20" for n in range(64) for m in range(16)}
    words |= {f"customer {n}" for n in range(1_024)} | set(EXPORTERS)
    hour = now // 3_600 * 3_600
    places = [(3_600, hour - 3_600 * n) for n in range(1, 26)]
    places += [(300, now // 300 * 300 - 300 * n) for n in range(1, 290)]
    places += [(60, now // 60 * 60 - 60 * n) for n in range(1, 61)]
    dice = np.random.default_rng(9)
    for span, at in places:
        blocks = []
        for number, cube in BY_NUMBER.items():
            some = [_shaken(minute[number], dice) for minute in minutes]
            columns = rolled(some if span > SPANS[0] else some[:1], cube, span)
            blocks.append(Block(Place(number, span, at, 1), pack(columns)))
        await store.append(blocks, words)


def _shaken(columns: Columns, dice: np.random.Generator) -> Columns:
    """The same talkers with other amounts, a few of them strangers."""
    found = dict(columns)
    count = len(found["bytes"])
    found["bytes"] = (found["bytes"] * dice.uniform(0.3, 3.0, count)).astype(np.uint64)
    for name in ("src_lo", "dst_lo"):
        if name in found:
            moved = (found["rest"] == 0) & (dice.uniform(0, 1, count) < 0.3)
            found[name] = found[name] + np.where(moved, dice.integers(1, 255, count), 0).astype(
                np.uint64
            )
    return found


async def _asked(flows: FlowService, actor: Actor) -> Figure:
    worst, what = 0.0, ""
    for name, by, where in QUESTIONS:
        took = []
        for _ in range(5):
            began = time.perf_counter()
            view = await flows.view(actor, by=by, minutes=1_440, where=where, limit=100)
            took.append((time.perf_counter() - began) * 1_000)
            assert view.top.total.bytes > 0, name
        if (median := statistics.median(took)) > worst:
            worst, what = median, name
    return {
        "name": f"top talkers of a day at 10,000 flows/s, the slowest of {len(QUESTIONS)} "
        f"questions ({what})",
        "value": round(worst),
        "unit": "ms",
        "peer": "",
        "peer_value": None,
        "ratio": None,
        "goal": f"< {WITHIN_MS} ms",
        "met": worst < WITHIN_MS,
    }


async def _asked_in_gib(store: FlowStore) -> Figure:
    """What a day of full blocks takes on disk."""
    return {
        "name": "flows of a day on disk (5-minute and hourly tables, an hour of minutes)",
        "value": round(await store.size() / (1 << 20)),
        "unit": "MiB",
        "peer": "",
        "peer_value": None,
        "ratio": None,
        "goal": "–",
        "met": None,
    }
