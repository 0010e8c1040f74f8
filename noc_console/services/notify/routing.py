"""The ordered rules that say who is told of which alarms."""

from __future__ import annotations

from dataclasses import replace

from noc_console.kernel.actor import Actor
from noc_console.kernel.errors import Invalid, NotFound
from noc_console.kernel.operation import operation
from noc_console.services.alarms.model import Severity
from noc_console.services.notify import store
from noc_console.services.notify.checking import check_route
from noc_console.services.notify.model import (
    ChannelId,
    ContactId,
    GroupId,
    Match,
    NotifySettingsChanged,
    Route,
    RouteId,
    Turn,
)
from noc_console.services.notify.people import People
from noc_console.services.notify.rules import planning


class Routing(People):
    """The part of the service about routes."""

    @operation("notify.routes", right="notify.see")
    async def routes(self, actor: Actor) -> tuple[Route, ...]:
        """List the rules that say who is told of which alarms, in their order."""
        async with self._db.read(actor) as tx:
            return await store.every_route(tx)

    @operation("notify.add-route", right="notify.change")
    async def add_route(
        self,
        actor: Actor,
        *,
        name: str,
        channel_ids: tuple[int, ...],
        contact_ids: tuple[int, ...] = (),
        group_ids: tuple[int, ...] = (),
        on_call: str = "",
        least: str = "warning",
        sites: tuple[str, ...] = (),
        conditions: tuple[str, ...] = (),
        device_types: tuple[str, ...] = (),
        customers_over: int = -1,
        turns: tuple[Turn, ...] = (Turn.RAISED, Turn.ESCALATED, Turn.CLEARED),
        unacked_minutes: float = 15.0,
        digest_minutes: float = 0.0,
        is_last: bool = False,
    ) -> Route:
        """Say who is told of which alarms, after the routes there are."""
        if least.upper() not in Severity.__members__:
            raise Invalid(f"{least!r} is no severity", field="least")
        match = Match(
            least=Severity[least.upper()],
            sites=sites,
            conditions=conditions,
            device_types=device_types,
            customers_over=customers_over,
        )
        known = await self.routes(actor)
        wanted = Route(
            RouteId(0),
            name.strip(),
            position=max((each.position for each in known), default=-1) + 1,
            match=match,
            turns=frozenset(turns),
            unacked_minutes=unacked_minutes,
            channel_ids=tuple(ChannelId(each) for each in channel_ids),
            contact_ids=tuple(ContactId(each) for each in contact_ids),
            group_ids=tuple(GroupId(each) for each in group_ids),
            on_call=on_call,
            digest_minutes=digest_minutes,
            is_last=is_last,
        )
        return await self.save_route(actor, wanted=wanted)

    async def save_route(self, actor: Actor, *, wanted: Route) -> Route:
        """Add a route (id 0) or change it as a whole."""
        actor.require("notify.change")
        async with self._db.begin(actor) as tx:
            check_route(
                wanted,
                channels=await store.every_channel(tx),
                contacts=await store.every_contact(tx),
                groups=await store.every_group(tx),
            )
            number = RouteId(await store.save_route(tx, wanted))
            tx.record(NotifySettingsChanged(what="route saved", number=number))
        return replace(wanted, id=number)

    @operation("notify.remove-route", right="notify.change")
    async def remove_route(self, actor: Actor, *, route_id: int) -> None:
        """Remove a route; alarms go by the others."""
        async with self._db.begin(actor) as tx:
            if not await store.remove(tx, store.routes, route_id):
                raise NotFound(f"there is no route {route_id}")
            tx.record(NotifySettingsChanged(what="route removed", number=route_id))

    @operation("notify.move-route", right="notify.change")
    async def move_route(self, actor: Actor, *, route_id: int, up: bool = True) -> None:
        """Let a route be asked earlier or later."""
        async with self._db.begin(actor) as tx:
            known = list(await store.every_route(tx))
            at = next((n for n, each in enumerate(known) if each.id == route_id), -1)
            if at < 0:
                raise NotFound(f"there is no route {route_id}")
            to = max(0, min(len(known) - 1, at - 1 if up else at + 1))
            known.insert(to, known.pop(at))
            for position, each in enumerate(known):
                if each.position != position:
                    await store.save_route(tx, replace(each, position=position))
            tx.record(NotifySettingsChanged(what="route moved", number=route_id))

    @operation("notify.usual-routes", right="notify.change")
    async def add_usual_routes(self, actor: Actor) -> tuple[Route, ...]:
        """Add the routes most begin with, over the channels and to the people there are."""
        async with self._db.read(actor) as tx:
            channels = await store.every_channel(tx)
            contacts = await store.every_contact(tx)
        wanted = planning.usual_routes(channels, contacts)
        names = {each.name for each in await self.routes(actor)}
        fresh = [route for route in wanted if route.name not in names]
        return tuple([await self.save_route(actor, wanted=route) for route in fresh])
