from __future__ import annotations

import pytest

from noc_console.kernel.errors import Invalid, NotFound


async def test_routes_are_asked_in_the_order_people_gave_them(notify, operator, hook):
    for name in ("b", "c"):
        await notify.add_route(operator, name=name, channel_ids=(hook.id,))

    async def names():
        return [route.name for route in await notify.routes(operator)]

    assert await names() == ["all", "b", "c"]
    last = (await notify.routes(operator))[2]
    await notify.move_route(operator, route_id=last.id)
    assert await names() == ["all", "c", "b"]
    for _ in range(5):
        await notify.move_route(operator, route_id=last.id)
    assert await names() == ["c", "all", "b"]
    await notify.move_route(operator, route_id=last.id, up=False)
    await notify.remove_route(operator, route_id=last.id)
    assert await names() == ["all", "b"]


async def test_the_usual_routes_are_added_once(notify, operator, hook, mail, mira):
    added = await notify.add_usual_routes(operator)
    assert [route.name for route in added] == [
        "Every alarm to webhooks and chats",
        "Major alarms by e-mail",
    ]
    assert added[0].contact_ids == () and added[1].contact_ids == (mira.id,)
    assert await notify.add_usual_routes(operator) == ()


async def test_what_leads_nowhere_is_refused(notify, operator, hook):
    with pytest.raises(Invalid):
        await notify.add_route(operator, name="x", channel_ids=(99,))
    with pytest.raises(Invalid, match="severity"):
        await notify.add_route(operator, name="x", channel_ids=(hook.id,), least="terrible")
    with pytest.raises(NotFound):
        await notify.remove_route(operator, route_id=99)
    with pytest.raises(NotFound):
        await notify.move_route(operator, route_id=99)
