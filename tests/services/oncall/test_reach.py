"""Contacts as people on call, and pages in the notifications' queue."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from noc_console.adapters.keyring import KeyFile
from noc_console.db.database import Database
from noc_console.kernel.actor import Actor
from noc_console.kernel.secret import Secret
from noc_console.services.alarms.model import AlarmObject, Condition, Severity
from noc_console.services.alarms.service import AlarmService
from noc_console.services.inventory.service import InventoryService
from noc_console.services.notify.model import Channel, ChannelId, ContactId
from noc_console.services.notify.service import NotifyService
from noc_console.services.notify.settings import ChannelKind, EmailSettings
from noc_console.services.oncall.reach import Contacts, NotifyPager
from noc_console.services.secrets.service import SecretService
from tests.conftest import FakeClock


@pytest.fixture
def alarms(db: Database, clock: FakeClock) -> AlarmService:
    return AlarmService(db, clock=clock)


@pytest.fixture
def notify(db: Database, clock: FakeClock, alarms: AlarmService, tmp_path: Path) -> NotifyService:
    def opening() -> object:
        raise AssertionError("nothing is sent from here")

    return NotifyService(
        db,
        clock=clock,
        secrets=SecretService(db, keyring=KeyFile(tmp_path / "key"), clock=clock),
        alarms=alarms,
        inventory=InventoryService(db, clock=clock),
        opening=opening,  # type: ignore[arg-type]
    )


async def test_contacts_groups_and_channels_are_those_of_the_notifications(
    notify: NotifyService, operator: Actor
) -> None:
    ada = await notify.add_contact(operator, name="Ada", email="ada@example.net")
    await notify.add_group(operator, name="Managers", contact_ids=(int(ada.id),))
    contacts = Contacts(notify)
    assert [(p.id, p.name, p.zone) for p in await contacts.people(operator)] == [
        (int(ada.id), "Ada", "UTC")
    ]
    (group,) = await contacts.groups(operator)
    assert (group.name, group.members) == ("Managers", (int(ada.id),))
    assert await contacts.channels(operator) == ()


async def test_a_page_is_queued_once_for_people_and_says_how_many_messages_it_is(
    notify: NotifyService, alarms: AlarmService, operator: Actor
) -> None:
    settings = EmailSettings(host="mail.example.net", sender="noc@example.net")
    channel = Channel(ChannelId(0), "Mail", ChannelKind.EMAIL, settings)
    await notify.save_channel(operator, wanted=channel, secret=Secret("x"), key=Secret(""))
    ada = await notify.add_contact(operator, name="Ada", email="ada@example.net")
    await alarms.report(
        operator,
        about=AlarmObject(1, device_name="core-1"),
        condition=Condition.UNREACHABLE,
        severity=Severity.CRITICAL,
        text="does not answer",
    )
    (alarm,) = await alarms.active(operator)
    pager = NotifyPager(notify)

    async def page(key: str, *people: int) -> int:
        return await pager.page(
            operator,
            key=key,
            alarm_id=int(alarm.id),
            contact_ids=people,
            channel_ids=(),
            kinds=(),
            note="nobody acknowledged for 15 min",
        )

    assert await page("one", int(ada.id)) == 1
    assert await page("one", int(ada.id)) == 1
    assert len(await notify.outbox.due(operator, limit=9)) == 1  # the same one
    assert await page("two") == 0
    assert await page("three", int(ContactId(99))) == 0
    await notify.save_contact(operator, wanted=replace(ada, is_paused=True))
    assert await page("four", int(ada.id)) == 0
    (person,) = await Contacts(notify).people(operator)
    assert person.is_away
