"""What tells people by itself: the notifier, and who watches the notifier.

Exactly one collector sends (`Duty.NOTIFY`). It follows the desk, waits until an alarm has stood for
some seconds, queues what the routes ask for, and hands the messages over, several at once, so that
one slow channel holds up no other.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import uuid4

import structlog

from noc_console.kernel.actor import Actor
from noc_console.kernel.clock import Clock
from noc_console.kernel.errors import NocError
from noc_console.kernel.events import Event, EventBus
from noc_console.kernel.heartbeat import beat
from noc_console.services.alarms.model import (
    AlarmChanged,
    AlarmObject,
    AlarmReport,
    AlarmsChanged,
    Condition,
    Severity,
)
from noc_console.services.alarms.service import AlarmService
from noc_console.services.notify.checking import is_test_due
from noc_console.services.notify.following import Following, Watched
from noc_console.services.notify.model import (
    Channel,
    ChannelId,
    Contact,
    ContactId,
    DeliveriesChanged,
    Delivery,
    NotifyPolicy,
    NotifySettingsChanged,
    Planned,
    Recipient,
    Route,
    Turn,
)
from noc_console.services.notify.outbox import Outbox, Telling
from noc_console.services.notify.ports import Message, NotSent, Sender
from noc_console.services.notify.rules import composing, planning, sending, turns
from noc_console.services.notify.rules.match import customers
from noc_console.services.notify.rules.sending import Bucket, Parcel
from noc_console.services.notify.service import (
    CHANNEL_GONE,
    NOTIFICATION_LOST,
    NotifyService,
    about_channel,
)

_log = structlog.get_logger("notify")

NOTIFIER_STUCK = Condition("notifier-stuck")
NOTIFIER = AlarmObject(0, device_name="notifications", other="notifier")

MOST_AT_ONCE = 16
"""Messages being handed over at the same time, over all channels."""
TAKEN_AT_ONCE = 500
"""Alarms told, and messages looked at, in one transaction."""
SAY_EVERY_S = 5.0
PRUNE_EVERY_S = 3600.0
TYPES_EVERY_S = 300.0
SETTINGS_EVERY_S = 10.0
"""Settings are read again at the latest; a change of them is heard at once."""
HEARD = (AlarmChanged, AlarmsChanged, DeliveriesChanged, NotifySettingsChanged)


class Notifier:
    """Tells people of alarms, as the routes say."""

    def __init__(
        self,
        notify: NotifyService,
        alarms: AlarmService,
        sender: Sender,
        *,
        bus: EventBus,
        clock: Clock,
        actor: Actor,
        name: Callable[[], str],
        is_mine: Callable[[], bool] = lambda: True,
        every_s: float = 1.0,
    ) -> None:
        self._notify = notify
        self._outbox: Outbox = notify.outbox
        self._alarms = alarms
        self._sender = sender
        self._bus = bus
        self._clock = clock
        self._actor = actor
        self._name = name
        self._is_mine = is_mine
        self._every_s = every_s
        self._me = uuid4().hex
        self._following = Following(alarms, self._outbox)
        self._is_on = False
        self._buckets: dict[Recipient, Bucket] = {}
        self._busy: Counter[ChannelId] = Counter()
        self._sending: set[Recipient] = set()
        self._policy = NotifyPolicy()
        self._routes: tuple[Route, ...] = ()
        self._types: Mapping[int, str] = {}
        self._done: dict[str, datetime] = {}
        self._counted: Counter[str] = Counter()

    def health(self) -> Mapping[str, int]:
        """What this notifier did since it started, for the collector's figures."""
        return {f"notify_{name}": self._counted[name] for name in ("sent", "failed", "given_up")}

    async def run(self) -> None:
        """Forever, until cancelled."""
        woken = asyncio.Event()

        def heard(events: Sequence[Event]) -> None:
            if any(isinstance(event, NotifySettingsChanged) for event in events):
                self._done.pop("settings", None)
            if any(isinstance(event, HEARD) for event in events):
                woken.set()

        stop = self._bus.listen(heard)
        # Another name each time: what an earlier run of this process had claimed is nobody's.
        self._me = uuid4().hex
        try:
            async with asyncio.TaskGroup() as group:
                while True:
                    beat()
                    await self.step(group)
                    try:
                        async with asyncio.timeout(self._every_s):
                            await woken.wait()
                        # What comes in a burst is looked at once.
                        await asyncio.sleep(min(0.2, self._every_s))
                    except TimeoutError:
                        pass
                    woken.clear()
        finally:
            stop()
            self._leave()

    async def step(self, group: asyncio.TaskGroup) -> None:
        """One time round: learn, tell, hand over."""
        if not self._is_mine():
            if self._is_on:
                self._leave()
            return
        if not self._is_on:
            self._is_on = True
            rescued = await self._outbox.rescue(self._actor, by=self._me)
            _log.info("notifier begins", name=self._name(), rescued=rescued)
        now = self._clock.now()
        if self._is_time("beat", SAY_EVERY_S, now):
            await self._outbox.beat(self._actor.tenant, self._name())
        await self._following.catch_up(self._actor, now)
        await self._tell(now)
        await self._hand_over(group)
        await self._routine(group, now)

    def _leave(self) -> None:
        self._is_on = False
        self._following.forget()
        self._done.clear()
        self._busy.clear()
        self._sending.clear()

    # Telling

    async def _tell(self, now: datetime) -> None:
        """Queue what has ripened, in parts."""
        policy = await self._settings(now)
        ripe: list[Telling] = []
        objects = set(self._following.told_objects(now))
        for watched in tuple(self._following.watched.values()):
            if watched.look_at is None or watched.look_at > now:
                continue
            what, told = turns.due(
                watched.alarm,
                watched.told,
                since=watched.since,
                at=now,
                policy=policy,
                routes=self._routes,
                told_objects=objects,
            )
            if what is None:
                what = _weightier(watched)
            if what is None and told == watched.told:
                watched.look_at = self._next_look(watched, policy)
                continue
            if told.severity:
                objects.add(told.object_key)
            kind = self._types.get(watched.alarm.about.device_id, "")
            ripe.append(Telling(watched.alarm, what, told, kind))
        for start in range(0, len(ripe), TAKEN_AT_ONCE):
            part = ripe[start : start + TAKEN_AT_ONCE]
            book, texts = await self._outbox.book(self._actor, at=now)
            await self._outbox.tell(self._actor, part, book=book, texts=texts)
            for each in part:
                number = int(each.alarm.id)
                watched = self._following.watched[number]
                watched.told, watched.weighed = each.told, customers(each.alarm)
                watched.look_at = now
                self._following.settle(number)

    def _next_look(self, watched: Watched, policy: NotifyPolicy) -> datetime | None:
        return turns.look_at(
            watched.alarm,
            watched.told,
            since=watched.since,
            policy=policy,
            routes=self._routes,
        )

    async def _settings(self, now: datetime) -> NotifyPolicy:
        """The policy, the routes, and what kind each device is when a route asks for it."""
        if self._is_time("settings", SETTINGS_EVERY_S, now):
            before = self._policy, self._routes
            self._policy = await self._outbox.policy(self._actor)
            self._routes = await self._notify.routes(self._actor)
            if before != (self._policy, self._routes):
                self._following.look_again(now)
        wanted = any(route.match.device_types for route in self._routes)
        if wanted and self._is_time("types", TYPES_EVERY_S, now):
            self._types = await self._notify.device_types(self._actor)
        return self._policy

    # Handing over

    async def _hand_over(self, group: asyncio.TaskGroup) -> None:
        now = self._clock.now()
        if self._busy.total() >= MOST_AT_ONCE:
            return
        full = {number for number, many in self._busy.items() if many >= sending.AT_ONCE}
        due = await self._outbox.due(self._actor, limit=TAKEN_AT_ONCE, busy=full)
        if not due:
            return
        channels = {each.id: each for each in await self._notify.channels(self._actor)}
        people = {each.id: each for each in await self._notify.contacts(self._actor)}
        by_recipient: dict[Recipient, list[Delivery]] = {}
        for each in due:
            by_recipient.setdefault(each.recipient, []).append(each)
        parcels: list[tuple[Channel, Parcel]] = []
        for recipient, waiting in by_recipient.items():
            channel = channels.get(recipient.channel_id)
            if channel is None or not channel.is_enabled:
                why = "the channel is switched off" if channel else "the channel was removed"
                await self._outbox.drop(self._actor, waiting, why)
            elif why := _unwanted(recipient, people):
                await self._outbox.drop(self._actor, waiting, why)
            elif sending.is_resting(channel, now) and channel.resting_until is not None:
                await self._outbox.postpone(
                    self._actor, waiting, until=channel.resting_until, why="the channel rests"
                )
            elif recipient not in self._sending:
                parcels += [(channel, each) for each in await self._pack(channel, waiting, now)]
        await self._claim(group, parcels)

    async def _pack(
        self, channel: Channel, waiting: Sequence[Delivery], now: datetime
    ) -> tuple[Parcel, ...]:
        """What of these goes now; what the allowance does not cover is looked at when it does."""
        to = waiting[0].recipient
        bucket = self._buckets.get(to) or sending.full(channel, now)
        packed, left = sending.pack(waiting, bucket.refilled(channel, now))
        if not packed:
            wait = timedelta(seconds=(1.0 - left.tokens) * 3600.0 / channel.per_hour + 0.1)
            why = "the recipient's allowance is used up"
            await self._outbox.postpone(self._actor, waiting, until=now + wait, why=why)
        self._buckets[to] = left
        return packed

    async def _claim(
        self, group: asyncio.TaskGroup, wanted: Sequence[tuple[Channel, Parcel]]
    ) -> None:
        chosen: list[tuple[Channel, Parcel]] = []
        room = MOST_AT_ONCE - self._busy.total()
        adding: Counter[ChannelId] = Counter()
        taking: set[Recipient] = set()
        for channel, parcel in wanted:
            free = sending.allowed_at_once(channel) - self._busy[channel.id] - adding[channel.id]
            # One after the other to the same recipient, or they would overtake each other.
            is_next = parcel.first.recipient not in taking
            if free > 0 and is_next and len(chosen) < room:
                adding[channel.id] += 1
                taking.add(parcel.first.recipient)
                chosen.append((channel, parcel))
            else:
                self._give_back(parcel)
        if not chosen or not self._is_mine():
            return
        taken = await self._outbox.claim(self._actor, [parcel for _, parcel in chosen], by=self._me)
        channel_of = {parcel.first.id: channel for channel, parcel in chosen}
        for parcel in taken:
            channel = channel_of[parcel.first.id]
            self._busy[channel.id] += 1
            self._sending.add(parcel.first.recipient)
            group.create_task(self._send(channel, parcel))

    def _give_back(self, parcel: Parcel) -> None:
        """It was not its turn: the allowance is not used."""
        to = parcel.first.recipient
        if parcel.first.turn not in (Turn.PAGED, Turn.TEST) and to in self._buckets:
            bucket = self._buckets[to]
            self._buckets[to] = replace(bucket, tokens=bucket.tokens + 1.0)

    async def _send(self, channel: Channel, parcel: Parcel) -> None:
        try:
            await self._hand(channel, parcel)
        finally:
            self._busy[channel.id] = max(0, self._busy[channel.id] - 1)
            self._sending.discard(parcel.first.recipient)

    async def _hand(self, channel: Channel, parcel: Parcel) -> None:
        """Hand one parcel over, and mark what came of it."""
        now = self._clock.now()
        first = parcel.first
        message = Message(
            id=f"noc-{self._actor.tenant}-{first.id}",
            to=first.recipient.to,
            subject=sending.subject_of(parcel, now),
            body=sending.body_of(parcel),
            at=now,
            created_at=first.created_at,
            severity=first.severity.name.lower(),
            turn=first.turn.value,
            facts=first.facts,
            others=tuple(each.facts for each in parcel.others),
        )
        try:
            line = await self._outbox.opened(self._actor, channel)
            sent = await self._sender.send(line, message)
        except NotSent as error:
            await self._failed(channel, parcel, error)
            return
        self._counted["sent"] += 1
        await self._outbox.delivered(self._actor, channel, parcel, sent.accepted)
        if channel.failures or channel.error:
            await self._settle(channel)

    async def _failed(self, channel: Channel, parcel: Parcel, error: NotSent) -> None:
        self._counted["failed"] += 1
        _log.warning("message not delivered", channel=channel.name, why=str(error))
        lost = await self._outbox.not_delivered(self._actor, channel, parcel, error)
        self._counted["given_up"] += len(lost)
        reports = []
        about = about_channel(channel)
        if error.is_gone:
            await self._outbox.gone(self._actor, channel, str(error))
            why = f"switched off: {error}"
            reports.append(AlarmReport(about, CHANNEL_GONE, Severity.MAJOR, why))
        elif lost:
            text = f"a message was given up: {error}"
            reports.append(AlarmReport(about, NOTIFICATION_LOST, Severity.MAJOR, text))
        if reports:
            await self._alarms.apply(self._actor, reports=tuple(reports))

    async def _settle(self, channel: Channel) -> None:
        about = about_channel(channel)
        await self._alarms.settle(
            self._actor, about=about, condition=NOTIFICATION_LOST, text="messages arrive again"
        )

    # What is done now and then

    async def _routine(self, group: asyncio.TaskGroup, now: datetime) -> None:
        policy = self._policy
        if policy.has_heartbeat and self._is_time("ping", policy.heartbeat_s, now):
            group.create_task(self._ping())
        day = is_test_due(policy, now)
        if day and await self._outbox.take_test(self._actor.tenant, day):
            await self._daily_test(policy.daily_channel_ids, policy.daily_contact_id, day, now)
        if self._is_time("prune", PRUNE_EVERY_S, now):
            await self._outbox.prune(self._actor, keep_days=policy.keep_days)
            self._buckets = {
                to: bucket
                for to, bucket in self._buckets.items()
                if now - bucket.at < timedelta(hours=6)
            }

    async def _ping(self) -> None:
        """Tell the watching service that messages get out; when they do not, say nothing."""
        state = await self._outbox.state(self._actor)
        if state.is_stuck:
            return
        error = ""
        try:
            await self._sender.ping(await self._outbox.heartbeat_url(self._actor))
        except NocError as failure:
            error = str(failure)
            _log.warning("the watching service was not reached", why=error)
        await self._outbox.pinged(self._actor.tenant, error)

    async def _daily_test(
        self, channel_ids: Sequence[ChannelId], contact_id: int | None, day: str, now: datetime
    ) -> None:
        book, _ = await self._outbox.book(self._actor, at=now)
        people = [each for each in book.contacts.values() if each.id == contact_id]
        text = f"The daily test of {day}. If it does not come one day, notifications are broken."
        wanted = [
            composing.trial(
                Planned(recipient, "daily test", now),
                key=f"daily/{day}/{recipient.channel_id}/{recipient.to}",
                at=now,
                text=text,
            )
            for number in channel_ids
            if number in book.channels
            for recipient in planning.recipients(book.channels[number], people)
        ]
        if wanted:
            await self._outbox.add(self._actor, wanted)

    def _is_time(self, what: str, every_s: float, now: datetime) -> bool:
        last = self._done.get(what)
        # A clock that stepped back must not silence anything for hours.
        if last is not None and 0 <= (now - last).total_seconds() < every_s:
            return False
        self._done[what] = now
        return True


def _unwanted(to: Recipient, people: Mapping[ContactId, Contact]) -> str:
    """Why a person gets nothing of what was queued for them earlier; empty: they get it."""
    if to.contact_id is None:
        return ""
    person = people.get(to.contact_id)
    if person is None:
        return "the contact was removed"
    return "the contact is on leave" if person.is_paused else ""


def _weightier(watched: Watched) -> turns.Now | None:
    """More customers than when it was told: routes that count them may take it now.

    Whoever was told has the same message already, and gets no second one.
    """
    told, alarm = watched.told, watched.alarm
    if not told.severity or alarm.acked_by or customers(alarm) <= watched.weighed:
        return None
    return turns.Now(Turn.RAISED, told.severity) if turns.is_loud(alarm) else None


class NotifyWatch:
    """The dead man's check: raises an alarm when messages do not get out.

    It runs beside the notifier under another duty, so that with two collectors one watches
    the other; with one, a stuck notifier is seen, and a dead collector is the window's to tell.
    """

    def __init__(
        self,
        outbox: Outbox,
        alarms: AlarmService,
        actor: Actor,
        *,
        every_s: float = 10.0,
        is_mine: Callable[[], bool] = lambda: True,
    ) -> None:
        self._outbox = outbox
        self._alarms = alarms
        self._actor = actor
        self._every_s = every_s
        self._is_mine = is_mine
        self._stands: bool | None = None
        self._suspected = 0

    async def run(self) -> None:
        """Forever, until cancelled."""
        while True:
            beat()
            if self._is_mine():
                await self.look()
            else:
                self._stands = None
            await asyncio.sleep(self._every_s)

    async def look(self) -> None:
        """Raise or settle the alarm, once each; a notifier that just starts is given time."""
        state = await self._outbox.state(self._actor)
        self._suspected = self._suspected + 1 if state.is_stuck else 0
        if state.is_stuck and self._suspected < 3:
            return
        if state.is_stuck == self._stands:
            return
        if state.is_stuck:
            text = (
                f"messages have waited for {state.overdue_s / 60:.0f} min"
                if state.is_running
                else "no notifier runs: nobody is told of alarms"
            )
            await self._alarms.report(
                self._actor,
                about=NOTIFIER,
                condition=NOTIFIER_STUCK,
                severity=Severity.CRITICAL,
                text=text,
            )
        else:
            await self._alarms.settle(
                self._actor, about=NOTIFIER, condition=NOTIFIER_STUCK, text="messages get out"
            )
        self._stands = state.is_stuck
