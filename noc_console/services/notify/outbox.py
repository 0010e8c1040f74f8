"""The way of messages through the store: queued, claimed, marked.

What is promised: a message is queued in the same transaction that notes its alarm as told, so
none is lost and none is queued twice (its key is unique). It is claimed in a transaction of its own
before it is handed over. A notifier killed between handing over and marking leaves it claimed; who
takes over sends it again, under the same id (`Message-ID`, `X-NOC-Delivery`, `id`), so that at most
what was in flight arrives twice, and a receiver can tell.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from noc_console.db.database import Database, Tx
from noc_console.kernel.actor import Actor
from noc_console.kernel.clock import Clock
from noc_console.kernel.errors import Broken, NotFound, Unreachable
from noc_console.kernel.secret import Secret, SecretRef
from noc_console.services.alarms.model import Alarm
from noc_console.services.notify import messages, store
from noc_console.services.notify.model import (
    ADDRESSED,
    Channel,
    ChannelId,
    Contact,
    ContactId,
    DeliveriesChanged,
    Delivery,
    DeliveryState,
    NotifierState,
    NotifyPolicy,
    NotifySettingsChanged,
    Planned,
    Recipient,
    Told,
    Turn,
)
from noc_console.services.notify.ports import Line, NotSent, OnCall
from noc_console.services.notify.rules import composing, planning, sending
from noc_console.services.notify.rules.planning import Book
from noc_console.services.notify.rules.turns import Now
from noc_console.services.secrets.model import Locked
from noc_console.services.secrets.service import SecretService


@dataclass(frozen=True, slots=True)
class Telling:
    """One alarm with what is to be told of it (or nothing), and what has been told then."""

    alarm: Alarm
    now: Now | None
    told: Told
    device_type: str = ""


def secret_refs(channel_id: int) -> tuple[SecretRef, SecretRef]:
    """The names of a channel's secret and key in the vault."""
    return SecretRef(f"notify/{channel_id}"), SecretRef(f"notify/{channel_id}/key")


HEARTBEAT_SECRET = SecretRef("notify/heartbeat")


class Outbox:
    """Messages on their way."""

    def __init__(self, db: Database, *, clock: Clock, secrets: SecretService) -> None:
        self._db = db
        self._clock = clock
        self._secrets = secrets
        self.on_call: OnCall | None = None

    async def book(self, actor: Actor, *, at: datetime) -> tuple[Book, composing.Templates]:
        """Channels, people, routes and who is on call at a moment, and the texts."""
        actor.require("notify.see")
        async with self._db.read(actor) as tx:
            channels = await store.every_channel(tx)
            contacts = await store.every_contact(tx)
            groups = await store.every_group(tx)
            routes = await store.every_route(tx)
            texts = await store.every_template(tx)
        names = {route.on_call for route in routes if route.on_call and route.is_enabled}
        return (
            Book(
                channels={each.id: each for each in channels},
                contacts={each.id: each for each in contacts},
                groups={each.id: each for each in groups},
                routes=routes,
                on_call=await self._who(actor, names, at),
            ),
            {(each.kind, each.language): each for each in texts},
        )

    async def _who(
        self, actor: Actor, names: Collection[str], at: datetime
    ) -> Mapping[str, tuple[ContactId, ...]]:
        if self.on_call is None:
            return {}
        found = {}
        for name in names:
            ids = await self.on_call.who(actor, policy=name, at=at)
            found[name] = tuple(ContactId(each) for each in ids)
        return found

    # Queueing

    async def tell(
        self,
        actor: Actor,
        tellings: Sequence[Telling],
        *,
        book: Book,
        texts: composing.Templates,
    ) -> int:
        """Queue what the routes ask for, and note all as told, in one transaction."""
        actor.require("notify.send")
        at = self._clock.now()
        # Filling in hundreds of texts takes longer than anything else may wait here.
        wanted = await asyncio.to_thread(_all_messages, tellings, book, texts, at)
        async with self._db.begin(actor) as tx:
            queued = await self._queue(tx, wanted, at)
            await messages.save_told(tx, [each.told for each in tellings])
            if not queued:
                tx.record(DeliveriesChanged(what="noted", count=len(tellings)))
        return len(queued)

    async def page(
        self,
        actor: Actor,
        alarm: Alarm,
        *,
        key: str,
        contact_ids: Collection[int],
        channel_ids: Collection[int],
        kinds: Collection[str],
        note: str,
    ) -> int:
        """Queue messages to people at once, whatever routes, quiet hours or digests say.

        Whoever is on leave gets none. How many messages it is, also when they were queued under
        this key before: who asks again after a crash must not read that nobody was reached.
        """
        at = self._clock.now()
        book, texts = await self.book(actor, at=at)
        known = [book.contacts.get(ContactId(each)) for each in dict.fromkeys(contact_ids)]
        people = [each for each in known if each is not None and not each.is_paused]
        chosen = _channels(book, channel_ids, kinds)
        wanted = []
        for channel in chosen:
            for recipient in planning.recipients(channel, people):
                if recipient.contact_id is None and not channel_ids:
                    continue
                planned = Planned(recipient, "escalation policy", at)
                to = f"{recipient.channel_id}/{recipient.contact_id or 0}/{recipient.to}"
                wanted.append(
                    composing.compose(
                        alarm,
                        Turn.PAGED,
                        planned,
                        severity=max(alarm.severity, alarm.was),
                        channel=channel,
                        contact=_contact(book, recipient),
                        known=texts,
                        key=f"page/{key}/{to}",
                        at=at,
                        note=note,
                    )
                )
        if not wanted:
            return 0
        async with self._db.begin(actor) as tx:
            await self._queue(tx, wanted, at)
        return len(wanted)

    async def add(self, actor: Actor, wanted: Sequence[Delivery]) -> tuple[Delivery, ...]:
        """Queue messages made elsewhere, such as tests."""
        actor.require("notify.send")
        async with self._db.begin(actor) as tx:
            return await self._queue(tx, wanted, self._clock.now())

    async def _queue(
        self, tx: Tx, wanted: Sequence[Delivery], at: datetime
    ) -> tuple[Delivery, ...]:
        queued = await messages.queue(tx, wanted) if wanted else ()
        await messages.add_log(tx, [(each.id, "queued", each.route) for each in queued], at=at)
        if queued or wanted:
            tx.record(DeliveriesChanged(what="queued", count=len(queued)))
        return queued

    # Sending

    async def due(
        self, actor: Actor, *, limit: int, busy: Collection[ChannelId] = ()
    ) -> tuple[Delivery, ...]:
        """Messages whose time has come, of channels that are not busy."""
        async with self._db.read(actor) as tx:
            return await messages.due(tx, self._clock.now(), limit=limit, busy=busy)

    async def claim(
        self, actor: Actor, parcels: Sequence[sending.Parcel], *, by: str
    ) -> tuple[sending.Parcel, ...]:
        """Take parcels to be handed over; those that are ours now."""
        actor.require("notify.send")
        ids = [each.id for parcel in parcels for each in (parcel.first, *parcel.others)]
        async with self._db.begin(actor) as tx:
            taken = await messages.claim(tx, ids, by=by, at=self._clock.now())
            tx.record(DeliveriesChanged(what="sending", count=len(taken)))
        return tuple(
            sending.Parcel(parcel.first, tuple(each for each in parcel.others if each.id in taken))
            for parcel in parcels
            if parcel.first.id in taken
        )

    async def postpone(
        self, actor: Actor, deliveries: Sequence[Delivery], *, until: datetime, why: str
    ) -> None:
        """Look at these again later: their allowance is used up, or the channel rests."""
        actor.require("notify.send")
        async with self._db.begin(actor) as tx:
            await messages.postpone(tx, [each.id for each in deliveries], until=until)
            fresh = [each.id for each in deliveries if each.due_at <= each.created_at]
            await messages.add_log(
                tx, [(number, "delayed", why) for number in fresh], at=self._clock.now()
            )
            tx.record(DeliveriesChanged(what="delayed", count=len(deliveries)))

    async def opened(self, actor: Actor, channel: Channel) -> Line:
        """A channel with its secrets, for handing to the sender; raises `NotSent` without one."""
        actor.require("secrets.use")
        secret_ref, key_ref = secret_refs(channel.id)
        wanted = [
            ref
            for ref, has in ((secret_ref, channel.has_secret), (key_ref, channel.has_key))
            if has
        ]
        try:
            await self._secrets.look_ahead(actor, wanted)
            async with self._db.read(actor) as tx:
                secret = (
                    await self._secrets.use_in(tx, name=secret_ref)
                    if channel.has_secret
                    else Secret("")
                )
                key = (
                    await self._secrets.use_in(tx, name=key_ref) if channel.has_key else Secret("")
                )
        except NotFound as error:
            raise NotSent(f"the vault has no secret of the channel {channel.name}") from error
        except (Broken, Locked, Unreachable) as error:
            # Channels without a secret still work: the notifier must not end of it.
            raise NotSent(f"the vault does not open: {error}") from error
        return Line(channel.kind, channel.settings, secret, key)

    async def delivered(
        self, actor: Actor, channel: Channel, parcel: sending.Parcel, accepted: str
    ) -> None:
        """The other side took it."""
        at = self._clock.now()
        first = replace(
            parcel.first, state=DeliveryState.SENT, sent_at=at, accepted=accepted, error=""
        )
        others = [
            replace(each, state=DeliveryState.MERGED, sent_at=at, accepted=accepted)
            for each in parcel.others
        ]
        lines = [(int(first.id), "sent", accepted)]
        lines += [(int(each.id), "merged", f"told within message {first.id}") for each in others]
        await self._mark(actor, [first, *others], lines, "sent", sending.delivered(channel, at))

    async def not_delivered(
        self, actor: Actor, channel: Channel, parcel: sending.Parcel, error: NotSent
    ) -> tuple[Delivery, ...]:
        """The other side did not take it: try again later, or give it up. What was given up."""
        at = self._clock.now()
        why = str(error)
        changed, lines, lost = [], [], []
        for each in (parcel.first, *parcel.others):
            again = sending.after_failure(
                each, at, retry_after_s=error.retry_after_s, is_final=error.is_final
            )
            if again is None:
                gone = replace(each, state=DeliveryState.FAILED, error=why)
                lost.append(gone)
                changed.append(gone)
                lines.append((int(each.id), "given up", why))
            else:
                changed.append(replace(again, state=DeliveryState.QUEUED, error=why))
                wait = (again.due_at - at).total_seconds()
                lines.append((int(each.id), "failed", f"{why}; again in {_span(wait)}"))
        health = channel if error.is_ours else sending.failed(channel, why, at)
        await self._mark(actor, changed, lines, "failed", health)
        return tuple(lost)

    async def gone(self, actor: Actor, channel: Channel, why: str) -> None:
        """The channel is no more: nothing is sent there until somebody looks at it."""
        actor.require("notify.send")
        async with self._db.begin(actor) as tx:
            await store.disable(tx, channel, why)
            tx.record(NotifySettingsChanged(what="channel disabled", number=channel.id))

    async def drop(self, actor: Actor, deliveries: Sequence[Delivery], why: str) -> None:
        """These are not sent, on purpose."""
        changed = [replace(each, state=DeliveryState.DROPPED, error=why) for each in deliveries]
        await self._mark(actor, changed, [(int(d.id), "dropped", why) for d in changed], "dropped")

    async def rescue(self, actor: Actor, *, by: str) -> int:
        """Queue again what somebody else had claimed and never marked; how many."""
        async with self._db.read(actor) as tx:
            found = await messages.orphans(tx, not_by=by)
        why = "whoever was sending it ended; it may arrive twice"
        if found:
            again = [_rescued(each) for each in found]
            lines = [
                (int(each.id), "given up" if each.state is DeliveryState.FAILED else "resumed", why)
                for each in again
            ]
            await self._mark(actor, again, lines, "resumed")
        return len(found)

    async def again(self, actor: Actor, delivery_ids: Collection[int]) -> int:
        """Queue given-up messages once more, from the start; how many."""
        at = self._clock.now()
        async with self._db.read(actor) as tx:
            found = [await messages.get(tx, number) for number in dict.fromkeys(delivery_ids)]
        over = (DeliveryState.FAILED, DeliveryState.DROPPED)
        fresh = [
            replace(each, state=DeliveryState.QUEUED, tries=0, delays=0, due_at=at)
            for each in found
            if each is not None and each.state in over
        ]
        if fresh:
            lines = [(int(each.id), "retried", f"asked for by {actor.name}") for each in fresh]
            await self._mark(actor, fresh, lines, "queued")
        return len(fresh)

    async def _mark(
        self,
        actor: Actor,
        changed: Sequence[Delivery],
        lines: Sequence[tuple[int, str, str]],
        what: str,
        channel: Channel | None = None,
    ) -> None:
        actor.require("notify.send")
        async with self._db.begin(actor) as tx:
            await messages.save_deliveries(tx, changed)
            await messages.add_log(tx, lines, at=self._clock.now())
            if channel is not None:
                await store.save_health(tx, channel)
            number = int(changed[0].id) if changed else 0
            tx.record(DeliveriesChanged(what=what, count=len(changed), delivery_id=number))

    # Knowing

    async def told(self, actor: Actor, alarm_ids: Collection[int] | None = None) -> dict[int, Told]:
        """What was told of these alarms, or of every alarm that is not over."""
        actor.require("notify.see")
        async with self._db.read(actor) as tx:
            if alarm_ids is None:
                return await messages.told_now(tx)
            return await messages.told_of(tx, alarm_ids)

    async def state(self, actor: Actor) -> NotifierState:
        """How the notifier does."""
        actor.require("notify.see")
        async with self._db.read(actor) as tx:
            found = await messages.state(tx, self._clock.now())
            policy = await store.policy(tx)
            channels = await store.every_channel(tx)
        return replace(found, is_stuck=_is_stuck(found, policy, channels))

    async def policy(self, actor: Actor) -> NotifyPolicy:
        actor.require("notify.see")
        async with self._db.read(actor) as tx:
            return await store.policy(tx)

    async def beat(self, tenant: str, by: str) -> None:
        """Say that the notifier moves."""
        await self._db.keep(lambda connection: messages.beat(connection, tenant, by))

    async def pinged(self, tenant: str, error: str) -> None:
        await self._db.keep(lambda connection: messages.pinged(connection, tenant, error))

    async def take_test(self, tenant: str, day: str) -> bool:
        """Whether today's test message is ours to send."""
        return await self._db.keep(lambda connection: messages.tested(connection, tenant, day))

    async def heartbeat_url(self, actor: Actor) -> Secret:
        """Where the watching service is pinged."""
        return await self._secrets.use(actor, name=HEARTBEAT_SECRET)

    async def prune(self, actor: Actor, *, keep_days: float) -> int:
        """Forget old messages with their log; how many."""
        actor.require("notify.send")
        before = self._clock.now() - timedelta(days=keep_days)
        async with self._db.begin(actor) as tx:
            gone = await messages.prune(tx, before)
            tx.record(DeliveriesChanged(what="pruned", count=gone))
            return gone


def _rescued(delivery: Delivery) -> Delivery:
    """To be sent again; one that ended its sender each time is given up, or it would for ever."""
    if delivery.delays >= sending.MOST_DELAYS:
        return replace(delivery, state=DeliveryState.FAILED, error="sending it failed each time")
    return replace(delivery, state=DeliveryState.QUEUED, delays=delivery.delays + 1)


def _all_messages(
    tellings: Sequence[Telling], book: Book, texts: composing.Templates, at: datetime
) -> list[Delivery]:
    return [
        message
        for each in tellings
        if each.now is not None
        for message in _messages(each, book, texts, at)
    ]


def _messages(
    telling: Telling, book: Book, texts: composing.Templates, at: datetime
) -> list[Delivery]:
    now = telling.now
    assert now is not None
    alarm, told = telling.alarm, telling.told
    # The end of an episode is told under the number it had.
    episode = told.episode - (now.turn is Turn.CLEARED)
    planned = planning.plan(alarm, now, book=book, device_type=telling.device_type, at=at)
    return [
        composing.compose(
            alarm,
            now.turn,
            each,
            severity=now.severity,
            channel=book.channels[each.recipient.channel_id],
            contact=_contact(book, each.recipient),
            known=texts,
            key=composing.key_of(int(alarm.id), episode, now.turn, now.severity, each),
            at=at,
        )
        for each in planned
    ]


def _contact(book: Book, recipient: Recipient) -> Contact | None:
    return book.contacts.get(recipient.contact_id) if recipient.contact_id else None


def _channels(
    book: Book, channel_ids: Collection[int], kinds: Collection[str]
) -> tuple[Channel, ...]:
    """Channels named, or of these kinds; without either all that go to people."""
    if channel_ids:
        return tuple(
            book.channels[ChannelId(each)]
            for each in dict.fromkeys(channel_ids)
            if ChannelId(each) in book.channels
        )
    return tuple(
        each
        for each in book.channels.values()
        if each.is_enabled and (each.kind.value in kinds if kinds else each.kind in ADDRESSED)
    )


def _is_stuck(state: NotifierState, policy: NotifyPolicy, channels: Sequence[Channel]) -> bool:
    """Without a channel there is nothing to be stuck."""
    if not any(each.is_enabled for each in channels):
        return False
    return not state.is_running or state.overdue_s > policy.stuck_s


def _span(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.0f} h"
