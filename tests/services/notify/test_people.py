from __future__ import annotations

from dataclasses import replace

import pytest

from noc_console.kernel.errors import Conflict, Invalid, NotFound
from noc_console.services.notify.model import ContactId


async def test_a_person_is_added_changed_and_removed_everywhere(notify, operator, hook, mira):
    group = await notify.add_group(operator, name="noc", contact_ids=(mira.id,))
    await notify.add_route(operator, name="to mira", channel_ids=(hook.id,), contact_ids=(mira.id,))
    await notify.save_contact(operator, wanted=replace(mira, language="nl"))
    (kept,) = await notify.contacts(operator)
    assert kept.language == "nl"
    await notify.remove_contact(operator, contact_id=mira.id)
    assert await notify.contacts(operator) == ()
    assert (await notify.groups(operator))[0].contact_ids == ()
    assert all(not route.contact_ids for route in await notify.routes(operator))
    await notify.remove_group(operator, group_id=group.id)
    assert await notify.groups(operator) == ()


async def test_a_name_is_one_person_s(notify, operator, mira):
    with pytest.raises(Conflict):
        await notify.add_contact(operator, name="Mira")
    with pytest.raises(Invalid):
        await notify.add_contact(operator, name="Jo", quiet_from="late")


async def test_who_is_not_there_is_told(notify, operator):
    with pytest.raises(NotFound):
        await notify.remove_contact(operator, contact_id=9)
    with pytest.raises(NotFound):
        await notify.remove_group(operator, group_id=9)
    with pytest.raises(Invalid):
        await notify.add_group(operator, name="noc", contact_ids=(ContactId(9),))
