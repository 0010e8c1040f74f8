"""Where planned work is kept, and what became of the work that was kept before."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import text

from noc_console.app import paths
from noc_console.db.database import Database, open_engine
from noc_console.db.migrate import migrate
from noc_console.kernel.actor import Actor
from noc_console.services.maintenance import store
from noc_console.services.maintenance.model import (
    UNBORN,
    MaintenanceChanged,
    Spot,
    Target,
    TargetKind,
    Window,
)
from tests.conftest import FakeClock

NOW = datetime(2026, 3, 1, tzinfo=UTC)
WINDOW = Window(
    UNBORN,
    "new card",
    (Target(TargetKind.GROUP, words="core -lab", types=("router",)),),
    NOW,
    timedelta(hours=2),
    "mira",
    ticket="CHG-1",
    repeat="FREQ=DAILY",
    zone="Europe/Prague",
    quiet_minutes=5,
    note="two lines\nof it",
    created_at=NOW,
    skipped=(NOW + timedelta(days=1),),
)
EVENT = MaintenanceChanged(window_id=1, run_id=0, what="planned", title="new card")


async def test_a_window_comes_back_as_it_was_given(
    db: Database, operator: Actor, clock: FakeClock
) -> None:
    async with db.begin(operator) as tx:
        number = await store.add_window(tx, WINDOW, None)
        tx.record(EVENT)
    async with db.read(operator) as tx:
        kept = await store.window(tx, number)
        assert await store.coming(tx, after=NOW + timedelta(days=999)) == (kept,)
    from dataclasses import replace

    assert kept == replace(WINDOW, id=number)


async def test_only_what_lasts_at_a_moment_is_quiet(
    db: Database, operator: Actor, clock: FakeClock
) -> None:
    async with db.begin(operator) as tx:
        window = await store.add_window(tx, WINDOW, None)
        run = await store.add_run(
            tx,
            window,
            planned_at=NOW,
            starts_at=NOW,
            ends_at=NOW + timedelta(hours=2),
            kept_quiet=(Spot(1), Spot(2, interface_id=20), Spot(3)),
        )
        await store.end_spots(tx, NOW + timedelta(hours=1), device_ids=(3,))
        tx.record(EVENT)
    async with db.read(operator) as tx:
        for minutes, devices in ((-1, []), (0, [1, 2, 3]), (61, [1, 2]), (120, [])):
            found = await store.quiet(tx, NOW + timedelta(minutes=minutes))
            assert [spot.device_id for spot, _ in found] == devices
        many = range(2, 2_000)
        found = await store.quiet(tx, NOW, many)
        assert [spot.device_id for spot, _ in found] == [2, 3]
        assert await store.live_runs(tx, NOW + timedelta(hours=3), {run}) == frozenset()
        assert (await store.run(tx, run)).devices == 3  # type: ignore[union-attr]


def test_work_kept_by_older_versions_becomes_windows(store_url: str, tmp_path: Path) -> None:
    before = tmp_path / "before"
    shutil.copytree(paths.migrations(), before, ignore=shutil.ignore_patterns("__pycache__"))
    for step in (before / "versions").glob("*_*.py"):
        if step.name > "0021":
            step.unlink()
    engine = open_engine(store_url)
    migrate(engine, scripts=before, backups=tmp_path / "backups")
    rows = [
        (1, "2026-03-01 10:00:00.000000", "2026-03-01 12:00:00.000000", "card"),
        (2, "2026-03-01 10:00:00.000000", "2026-03-01 12:00:00.000000", "card"),
        (2, "2026-03-01 10:00:00.000000", "2080-01-01 00:00:00.000000", "rebuild"),
    ]
    with engine.begin() as connection:
        for device, starts, ends, reason in rows:
            connection.execute(
                text(
                    "INSERT INTO alarm_maintenance"
                    ' (tenant, device_id, starts_at, ends_at, reason, "by")'
                    " VALUES ('acme', :device, :starts, :ends, :reason, 'mira')"
                ),
                {"device": device, "starts": starts, "ends": ends, "reason": reason},
            )
    migrate(engine, scripts=paths.migrations(), backups=tmp_path / "backups")
    with engine.connect() as connection:
        runs = connection.execute(
            text(
                "SELECT w.title, r.devices, r.ended_at IS NULL AS goes_on"
                " FROM maintenance_runs r JOIN maintenance_windows w ON w.id = r.window_id"
                " ORDER BY r.id"
            )
        ).all()
        quiet = connection.execute(text("SELECT count(*) FROM maintenance_spots")).scalar()
    assert [(row.title, row.devices, bool(row.goes_on)) for row in runs] == [
        ("card", 2, False),
        ("rebuild", 1, True),
    ]
    assert quiet == 3
    config = Config()
    config.set_main_option("script_location", str(paths.migrations()))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "0020")
        back = connection.execute(
            text('SELECT device_id, reason, "by" FROM alarm_maintenance ORDER BY id')
        ).all()
    engine.dispose()
    assert [tuple(row) for row in back] == [
        (1, "card", "mira"), (2, "card", "mira"), (2, "rebuild", "mira"),
    ]  # fmt: skip
