"""What the intake tables promise."""

from __future__ import annotations

from noc_console.db.database import Database
from noc_console.kernel.actor import Actor
from noc_console.services.intake import store
from noc_console.services.intake.model import IntakeLine, LineKind, LinesArrived
from tests.conftest import FakeClock


async def test_a_line_comes_back_as_it_went_in(
    db: Database, collector: Actor, clock: FakeClock
) -> None:
    line = IntakeLine(clock.now(), None, "2001:db8::1", LineKind.SYSLOG, 7, "⟨U+202E⟩ ok", count=3)
    async with db.begin(collector) as tx:
        await store.add(tx, [line])
        tx.record(LinesArrived(count=3, quarantined=0))
    async with db.read(collector) as tx:
        (kept,) = await store.newest(tx, device_id=None, limit=9)
    assert kept == IntakeLine(
        line.at, None, line.source, line.kind, 7, line.text, count=3, id=kept.id
    )
