"""What people ask: who typed what, and what was typed for a version."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from noc_console.db.database import Database
from noc_console.kernel.actor import Actor
from noc_console.kernel.errors import Invalid, NotAllowed
from noc_console.services.accounting import service as accounting_service
from noc_console.services.accounting.model import Moment, PeerNews
from noc_console.services.accounting.service import AccountingService
from noc_console.services.configs import store as configs
from noc_console.services.configs.model import ConfigVersionKept, Version, Why
from tests.conftest import FakeClock
from tests.services.accounting.conftest import Meet
from tests.services.accounting.test_model import RECORD


async def keep_version(
    db: Database, actor: Actor, device_id: int, at: datetime, seen_at: datetime
) -> int:
    version = Version(
        id=0, device_id=device_id, digest=f"{at}", at=at, seen_at=seen_at, why=Why.CHANGE,
        platform="ios", family="indented", command="show run", lines=1, size=1, added=1, removed=0,
    )  # fmt: skip
    async with db.begin(actor) as tx:
        number = await configs.add_version(tx, version)
        told = ConfigVersionKept(device_id=device_id, version_id=number, added=1, removed=0)
        tx.record(told)
    return number


async def test_a_versions_commands_are_those_since_the_version_before_was_seen_last(
    accounting: AccountingService, db: Database, clock: FakeClock, operator: Actor, meet: Meet
) -> None:
    device = await meet("core-1", address="192.0.2.1")
    noon = clock.now()
    first = await keep_version(db, operator, device, noon, noon + timedelta(hours=1))
    second = await keep_version(
        db, operator, device, noon + timedelta(hours=2), noon + timedelta(hours=2)
    )
    typed = {
        -30: "hostname core-1",
        30: "show clock",
        70: "configure terminal",
        80: "show version",
        130: "too late",
    }
    await accounting.keep(
        operator,
        records=[
            replace(
                RECORD,
                device_id=device,
                at=noon + timedelta(minutes=minute),
                command=command,
                is_change=not command.startswith("show"),
            )
            for minute, command in typed.items()
        ],
    )
    told = await accounting.of_version(operator, version_id=second)
    assert [one.command for one in told] == ["configure terminal", "show version"]
    told = await accounting.of_version(operator, version_id=second, changes=True)
    assert [one.command for one in told] == ["configure terminal"]
    assert [one.command for one in await accounting.of_version(operator, version_id=first)] == [
        "hostname core-1"
    ]


async def test_beginnings_and_ends_are_shown_once_and_bounds_are_kept(
    accounting: AccountingService, operator: Actor, clock: FakeClock
) -> None:
    at = clock.now()
    both = [
        replace(RECORD, at=at, command="commit", moment=moment)
        for moment in (Moment.START, Moment.STOP)
    ]
    assert await accounting.keep(operator, records=both) == 2
    assert len(await accounting.commands(operator)) == 1
    for wrong in (
        {"limit": 0},
        {"start": datetime(2026, 3, 1)},  # noqa: DTZ001 - what is refused
        {"device_ids": tuple(range(600))},
    ):
        with pytest.raises(Invalid):
            await accounting.commands(operator, **wrong)  # type: ignore[arg-type]
    nobody = replace(operator, rights=frozenset())
    with pytest.raises(NotAllowed):
        await accounting.commands(nobody)
    with pytest.raises(NotAllowed):
        await accounting.keep(nobody, records=both)


async def test_old_records_are_let_go_of_and_peers_are_told(
    accounting: AccountingService,
    operator: Actor,
    clock: FakeClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert await accounting.prune(operator) == 0
    await accounting.keep(operator, records=[replace(RECORD, at=clock.now())] * 3)
    monkeypatch.setattr(accounting_service, "MOST_KEPT", 2)
    assert await accounting.prune(operator) == 1
    clock.tick(days=500)
    assert await accounting.prune(operator) == 2
    assert await accounting.commands(operator) == ()
    news = PeerNews("192.0.2.9", None, clock.now(), refused=4, problem="unknown device")
    await accounting.note_peers(operator, news=(news,))
    [peer] = await accounting.peers(operator)
    assert (peer.source, peer.refused, peer.problem) == ("192.0.2.9", 4, "unknown device")
