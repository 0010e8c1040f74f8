"""A collector with a real lease on the store of a small network."""

from __future__ import annotations

import pytest

from noc_console.db.database import Database
from noc_console.services.collectors.heartbeat import Wish, one_heartbeat
from noc_console.services.collectors.leasing import Me
from noc_console.services.collectors.service import CollectorService
from noc_console.services.telemetry.model import Lateness, ScheduleNow, TierNow
from noc_console.services.telemetry.rules import truth
from tests.conftest import FakeClock
from tests.views.world import World


@pytest.fixture
async def team(store: Database, world: World, clock: FakeClock) -> CollectorService:
    """`noc-1` holds its lease, says how it is, and keeps its schedule."""
    service = CollectorService(store, inventory=world.inventory, me="noc-1")
    now = ScheduleNow(
        "noc-1",
        clock.now(),
        devices=5,
        polls_per_s=0.1,
        lateness=Lateness(turns=60, late=1, p50_s=0.003, p95_s=0.02, max_s=7.0, bars=((1.0, 60),)),
        tiers=(TierNow("", 60.0, devices=5, late=1),),
    )
    health = {"devices": 5, "polls": 900, "schedule": truth.to_json(now)}
    await world.samples.pulse("noc-1", clock.now(), health)
    me = Me("acme", "a1", "noc-1", "pop-7", 4711, is_child=False, watch_key=7)
    wish = Wish(ttl_s=3600.0, label="", may_rename=False)
    await store.keep(lambda connection: one_heartbeat(connection, me=me, wish=wish))
    return service
