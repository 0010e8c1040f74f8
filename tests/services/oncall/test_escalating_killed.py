"""A collector killed with `kill -9` in the middle of a page, and another that takes over."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

from noc_console.db.database import Database, open_engine
from noc_console.kernel.actor import Actor
from noc_console.kernel.events import EventBus
from noc_console.services.alarms.service import AlarmService
from noc_console.services.oncall.model import PolicyId
from noc_console.services.oncall.service import OnCallService
from tests.conftest import FakeClock
from tests.services.oncall.conftest import (
    ADA,
    Desk,
    People,
    Phone,
    new_escalation,
    person_step,
    policy,
)
from tests.tables import lay_down

CHILD = """
import asyncio, sys, time
from noc_console.db.database import Database, open_engine
from noc_console.kernel.actor import Actor
from noc_console.kernel.events import EventBus
from noc_console.services.oncall.service import OnCallService
from tests.conftest import FakeClock
from tests.services.oncall.conftest import People, Phone, new_escalation

class Stuck(Phone):
    async def page(self, actor, *, key, **told):
        print(key, flush=True)  # the page is on its way...
        time.sleep(60)          # ...and here the process is killed

async def main(url):
    clock = FakeClock()
    clock.tick(minutes=10)
    db = Database(open_engine(url), clock=clock, bus=EventBus())
    oncall = OnCallService(db, clock=clock, directory=People())
    actor = Actor("collector", "acme", frozenset({"*"}))
    await new_escalation(db, clock, oncall, Stuck()).escalate(actor)

asyncio.run(main(sys.argv[1]))
"""


async def test_no_page_is_lost_and_none_is_made_twice(tmp_path: Path, collector: Actor) -> None:
    url = f"sqlite:///{tmp_path}/noc.db"
    lay_down(url)
    clock = FakeClock()
    db = Database(open_engine(url), clock=clock, bus=EventBus())
    try:
        phone = Phone()
        oncall = OnCallService(db, clock=clock, directory=People())
        desk = Desk(
            AlarmService(db, clock=clock),
            oncall,
            new_escalation(db, clock, oncall, phone),
            phone,
            clock,
            collector,
        )
        ladder = replace(policy(person_step(ADA, 5)), id=PolicyId(0))
        await oncall.keep_policy(collector, policy=ladder)
        await desk.report()
        assert await desk.look() == 0
        root = Path(__file__).resolve().parents[3]
        child = subprocess.Popen(
            [sys.executable, "-c", CHILD, url],
            stdout=subprocess.PIPE,
            text=True,
            cwd=root,
            env={**os.environ, "PYTHONPATH": str(root)},
        )
        assert child.stdout is not None
        with child.stdout:
            key = child.stdout.readline().strip()
            child.send_signal(signal.SIGKILL)
            child.wait(timeout=30)
        assert key.startswith("oncall-page-")
        # The survivor finds the step taken and the page not handed over.
        assert await desk.look(minutes=10) == 0
        assert list(phone.rung) == [key]
        assert await desk.look(minutes=10) == 0
        assert phone.calls == 1
    finally:
        db.close()
