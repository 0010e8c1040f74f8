"""A window's book of intents, wired."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from noc_console.app.compose import Services
from noc_console.app.config import Config
from noc_console.app.offline import folder, open_book
from noc_console.services.alarms.model import AlarmObject, Condition, Severity


async def test_what_is_done_in_a_window_goes_through_its_book(services: Services) -> None:
    actor = services.identity.program("test")
    await services.alarms.report(
        actor,
        about=AlarmObject(7),
        condition=Condition.CPU,
        severity=Severity.MAJOR,
        text="busy",
    )
    (alarm,) = await services.alarms.active(actor)
    book = open_book(services)
    async with asyncio.TaskGroup() as group:
        working = group.create_task(book.run())
        done = await services.alarms.acknowledge(actor, alarm_ids=(int(alarm.id),))
        working.cancel()
    assert (done.changed, done.waiting) == (1, False)
    assert (await services.alarms.active(actor))[0].acked_by == actor.name
    assert services.alarms.waiting() == ()
    assert list(folder(services.config).iterdir()) == []


def test_each_store_has_a_folder_of_its_own_that_no_password_moves(config: Config) -> None:
    there = replace(config, store="postgresql://noc:one@10.0.0.1/noc")
    again = replace(config, store="postgresql://noc:two@10.0.0.1/noc")
    assert folder(there) == folder(again) != folder(config)
    assert "one" not in str(folder(there))
