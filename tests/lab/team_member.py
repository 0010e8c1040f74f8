"""A collector in a process of its own that keeps its part and writes down what it polls.

    python -m tests.lab.team_member URL NAME FILE [--devices 256] [--interval 0.5] …

The leases are the real ones; asking a device is a line in FILE (`when device`, steady
seconds, which all processes of a machine share): what is to be seen is who asks whom, when.
"""

from __future__ import annotations

import argparse
import asyncio
from pathlib import Path

from noc_console.db.database import Database, open_engine
from noc_console.kernel.actor import ALL_RIGHTS, Actor
from noc_console.kernel.clock import SystemClock, steady_s
from noc_console.kernel.events import EventBus
from noc_console.services.collectors.service import CollectorService
from noc_console.services.collectors.workers import LeaseKeeper, Rhythm
from noc_console.services.inventory.service import InventoryService

FIRST = 128_000
"""Ids of devices that no inventory has: they are in the common zone."""


async def poll(given: argparse.Namespace) -> None:
    db = Database(open_engine(given.url), clock=SystemClock(), bus=EventBus())
    keeper = LeaseKeeper(
        db,
        CollectorService(db, inventory=InventoryService(db, clock=SystemClock())),
        bus=EventBus(),
        actor=Actor("collector", "acme", frozenset({ALL_RIGHTS})),
        name=given.name,
        rhythm=Rhythm(heartbeat_s=given.ttl / 4, ttl_s=given.ttl, hint_s=0.1),
    )
    with given.file.open("a", buffering=1) as log:
        async with asyncio.TaskGroup() as group:
            group.create_task(keeper.run())
            await _turns(given, keeper, log.write)


async def _turns(given: argparse.Namespace, keeper: LeaseKeeper, write: object) -> None:
    """Each device once an interval, at its own place in it."""
    assert callable(write)
    pace = given.interval / given.devices
    turn = int(steady_s() / pace)
    while True:
        now = steady_s()
        if now / pace - turn > given.devices:
            turn = int(now / pace)  # it slept: what was missed is missed
        while turn * pace <= now:
            device = FIRST + turn % given.devices
            if keeper.mine(device):
                write(f"{steady_s():.4f} {device}\n")
            turn += 1
        await asyncio.sleep(pace)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("url")
    parser.add_argument("name")
    parser.add_argument("file", type=Path)
    parser.add_argument("--devices", type=int, default=256)
    parser.add_argument("--interval", type=float, default=0.5)
    parser.add_argument("--ttl", type=float, default=2.0)
    asyncio.run(poll(parser.parse_args()))


if __name__ == "__main__":
    main()
