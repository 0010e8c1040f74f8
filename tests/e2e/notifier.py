"""A process that only tells people of alarms: `python -m tests.e2e.notifier FOLDER NAME`.

It is killed by the tests, as a collector may be at any moment.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from noc_console.adapters.notify.senders import open_sender
from noc_console.app.compose import open_services
from noc_console.app.config import Config
from noc_console.kernel.events import EventBus
from noc_console.services.notify.workers import Notifier


def config(folder: Path, name: str) -> Config:
    return Config(store=f"sqlite:///{folder}/noc.db", data=folder, name=name)


async def run(folder: Path, name: str) -> None:
    bus = EventBus()
    async with open_services(config(folder, name), bus=bus) as services, open_sender() as sender:
        notifier = Notifier(
            services.notify,
            services.alarms,
            sender,
            bus=bus,
            clock=services.clock,
            actor=services.identity.program(name),
            name=lambda: name,
            every_s=0.05,
        )
        print("running", flush=True)
        await notifier.run()


if __name__ == "__main__":
    asyncio.run(run(Path(sys.argv[1]), sys.argv[2]))
