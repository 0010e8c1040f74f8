"""A console of its own process, to be killed: `python -m tests.services.flights.child JSON`."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path

from noc_console.adapters.snmp import open_reader
from noc_console.db.database import Database, open_engine
from noc_console.db.samples import open_samples
from noc_console.kernel.actor import Actor
from noc_console.kernel.clock import SystemClock
from noc_console.kernel.events import EventBus
from tests.services.flights.conftest import Console


async def main(told: dict[str, object]) -> None:
    folder = Path(str(told["folder"]))
    db = Database(open_engine(str(told["store"])), clock=SystemClock(), bus=EventBus())
    ports = told["ports"]
    assert isinstance(ports, dict)
    async with (
        open_samples(f"sqlite:///{folder}/measured.db", clock=SystemClock()) as samples,
        open_reader() as reader,
    ):
        console = Console(db, samples, reader, folder)
        console.ports = ports
        actor = Actor("joris", "acme", frozenset({"*"}))
        await console.pilot(actor).fly(int(str(told["flight"])))


if __name__ == "__main__":
    asyncio.run(main(json.loads(sys.argv[1])))
