"""Notifications as people know them: channels, contacts, routes, texts, and what became of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from typing import Any

from noc_console.db.database import Database, Tx
from noc_console.kernel.actor import Actor
from noc_console.kernel.clock import Clock
from noc_console.kernel.errors import Invalid, NotFound, Unreachable
from noc_console.kernel.operation import operation
from noc_console.kernel.secret import Secret
from noc_console.services.alarms.model import Alarm, AlarmObject, Condition
from noc_console.services.alarms.service import AlarmService
from noc_console.services.inventory.service import InventoryService
from noc_console.services.notify import messages, store
from noc_console.services.notify.checking import (
    check_channel,
    check_policy,
    check_template,
    clock_time,
)
from noc_console.services.notify.model import (
    ADDRESSED,
    Channel,
    ChannelId,
    ContactId,
    DryRun,
    LogEntry,
    NotifierState,
    NotifyPolicy,
    NotifySettingsChanged,
    Planned,
    Preview,
    Recipient,
    Route,
    Template,
    Turn,
)
from noc_console.services.notify.outbox import HEARTBEAT_SECRET, Outbox, secret_refs
from noc_console.services.notify.people import unique
from noc_console.services.notify.ports import Message, NotSent, OnCall, Sender
from noc_console.services.notify.routing import Routing
from noc_console.services.notify.rules import composing, planning, turns, words
from noc_console.services.notify.rules.turns import Now
from noc_console.services.notify.settings import ChannelKind, http_url, make, shown_of
from noc_console.services.secrets.service import SecretService

Opening = Callable[[], AbstractAsyncContextManager[Sender]]

MOST_LOG = 1_000

PLACES = words.PLACES
"""What a text can name, and what that is."""


def about_channel(channel: Channel) -> AlarmObject:
    """A channel as the object of an alarm, which is no device."""
    return AlarmObject(0, device_name=f"channel {channel.name}", other=f"channel:{channel.id}")


CHANNEL_GONE = Condition("channel-gone")
"""The other side said that a channel is no more; it was switched off."""
NOTIFICATION_LOST = Condition("notification-lost")
"""A message was given up after all retries."""


class NotifyService(Routing):
    """Who is told of what, how. Sending by itself is `workers.Notifier`'s."""

    def __init__(
        self,
        db: Database,
        *,
        clock: Clock,
        secrets: SecretService,
        alarms: AlarmService,
        inventory: InventoryService,
        opening: Opening,
    ) -> None:
        """`opening` gives a sender for a single message from this machine."""
        self._db = db
        self._clock = clock
        self._secrets = secrets
        self._alarms = alarms
        self._inventory = inventory
        self._opening = opening
        self.outbox = Outbox(db, clock=clock, secrets=secrets)

    @property
    def on_call(self) -> OnCall | None:
        """Who knows who is on call; set once that exists."""
        return self.outbox.on_call

    @on_call.setter
    def on_call(self, port: OnCall | None) -> None:
        self.outbox.on_call = port

    # Looking

    @operation("notify.channels", right="notify.see")
    async def channels(self, actor: Actor) -> tuple[Channel, ...]:
        """List the channels, how they do and where they lead."""
        async with self._db.read(actor) as tx:
            return await store.every_channel(tx)

    @operation("notify.templates", right="notify.see")
    async def templates(self, actor: Actor) -> tuple[Template, ...]:
        """List the texts of messages, the program's own among them."""
        async with self._db.read(actor) as tx:
            own = {(each.kind, each.language): each for each in await store.every_template(tx)}
        usual = {
            (kind, language): words.usual(kind, language)
            for kind in ChannelKind
            for language in words.LANGUAGES
        }
        return tuple((usual | own).values())

    @operation("notify.log", right="notify.see")
    async def log(
        self,
        actor: Actor,
        *,
        text: str = "",
        what: str = "",
        alarm_id: int = 0,
        before_id: int = 0,
        limit: int = 300,
    ) -> tuple[LogEntry, ...]:
        """Show what became of messages, newest first."""
        async with self._db.read(actor) as tx:
            return await messages.search_log(
                tx,
                words=text,
                what=what,
                before_id=before_id,
                alarm_id=alarm_id,
                limit=max(1, min(limit, MOST_LOG)),
            )

    @operation("notify.state", right="notify.see")
    async def state(self, actor: Actor) -> NotifierState:
        """Tell whether messages get out."""
        return await self.outbox.state(actor)

    @operation("notify.policy", right="notify.see")
    async def policy(self, actor: Actor) -> NotifyPolicy:
        """Show how patient the notifier is, and how it is watched."""
        return await self.outbox.policy(actor)

    # Channels

    @operation("notify.add-channel", right="notify.change")
    async def add_channel(
        self,
        actor: Actor,
        *,
        name: str,
        kind: ChannelKind,
        set: tuple[str, ...] = (),
        secret: str = "",
        key: str = "",
    ) -> Channel:
        """Add a way out; settings of the kind are given as `name=value`."""
        wanted = Channel(ChannelId(0), name.strip(), kind, make(kind, _pairs(set)))
        return await self.save_channel(
            actor, wanted=wanted, secret=Secret(secret.strip()), key=Secret(key.strip())
        )

    async def save_channel(
        self, actor: Actor, *, wanted: Channel, secret: Secret, key: Secret
    ) -> Channel:
        """Add a channel (id 0) or change it; secrets that are empty stay as they are."""
        actor.require("notify.change")
        async with self._db.begin(actor) as tx:
            known = await self._channel(tx, wanted.id) if wanted.id else None
            check_channel(wanted, secret, has_secret=bool(known and known.has_secret))
            unique(wanted.name, wanted.id, await store.every_channel(tx))
            shown = shown_of(wanted.kind, wanted.settings, secret.reveal())
            wanted = replace(
                wanted,
                has_secret=bool(secret) or bool(known and known.has_secret),
                has_key=bool(key) or bool(known and known.has_key),
                shown=shown or (known.shown if known else ""),
                disabled_why="" if wanted.is_enabled else wanted.disabled_why,
            )
            number = ChannelId(await store.save_channel(tx, wanted))
            for ref, text in zip(secret_refs(number), (secret, key), strict=True):
                if text:
                    await self._secrets.put_in(tx, name=ref, secret=text)
            if wanted.is_enabled and known and not known.is_enabled:
                await store.save_health(tx, replace(wanted, failures=0, resting_until=None))
            tx.record(NotifySettingsChanged(what="channel saved", number=number))
        if wanted.is_enabled and known:
            await self._settle(actor, known)
        return replace(wanted, id=number)

    @operation("notify.enable-channel", right="notify.change")
    async def enable_channel(self, actor: Actor, *, channel_id: int, on: bool = True) -> None:
        """Switch a channel on or off; messages of one that is off are not sent."""
        async with self._db.begin(actor) as tx:
            known = await self._channel(tx, channel_id)
            why = "" if on else f"switched off by {actor.name}"
            changed = replace(known, is_enabled=on, disabled_why=why, failures=0)
            await store.save_channel(tx, changed)
            await store.save_health(tx, replace(changed, resting_until=None))
            tx.record(NotifySettingsChanged(what="channel saved", number=channel_id))
        if on:
            await self._settle(actor, known)

    @operation("notify.remove-channel", right="notify.change")
    async def remove_channel(self, actor: Actor, *, channel_id: int) -> None:
        """Remove a channel with its secrets; what was sent stays in the log."""
        async with self._db.begin(actor) as tx:
            known = await self._channel(tx, channel_id)
            await store.remove(tx, store.channels, channel_id)
            for ref in secret_refs(channel_id):
                await self._secrets.remove_in(tx, name=ref)
            tx.record(NotifySettingsChanged(what="channel removed", number=channel_id))
        await self._settle(actor, known)

    @operation("notify.test", right="notify.send")
    async def test(
        self, actor: Actor, *, channel_id: int, contact_id: int = 0, to: str = ""
    ) -> str:
        """Really send a test message now, from this machine, and tell what the other side said."""
        async with self._db.read(actor) as tx:
            channel = await self._channel(tx, channel_id)
            contact = await self._contact(tx, contact_id) if contact_id else None
        address = to.strip() or (contact.address(channel.kind) if contact else "")
        if channel.kind in ADDRESSED and not address:
            raise Invalid("say who is to get the test: a contact or an address", field="contact_id")
        at = self._clock.now()
        message = Message(
            id=f"test-{channel.id}-{at.timestamp():.3f}",
            to=address,
            subject="Test of NOC Console's notifications",
            body=f"This is a test by {actor.name}. If you can read it, {channel.name} works.",
            at=at,
            created_at=at,
            turn=Turn.TEST.value,
        )
        try:
            line = await self.outbox.opened(actor, channel)
            async with self._opening() as sender:
                sent = await sender.send(line, message)
        except NotSent as error:
            raise Unreachable(f"{channel.name}: {error}", peer=channel.shown) from error
        return sent.accepted or "accepted"

    @operation("notify.who", right="notify.see")
    async def who(self, actor: Actor, *, alarm_id: int) -> tuple[DryRun, ...]:
        """Tell who would be told of an alarm, how and when, and by which rule."""
        alarm = await self._alarm(actor, alarm_id)
        at = self._clock.now()
        book, _ = await self.outbox.book(actor, at=at)
        policy = await self.outbox.policy(actor)
        kind = await self._device_type(actor, alarm)
        severity = max(alarm.severity, alarm.was)
        found = []
        for turn in (Turn.RAISED, Turn.UNACKED, Turn.ACKNOWLEDGED, Turn.CLEARED):
            for route in planning.chosen(
                alarm, Now(turn, severity), book=book, device_type=kind, at=at
            ):
                only = replace(book, routes=(route,))
                plan = planning.plan(alarm, Now(turn, severity), book=only, device_type=kind, at=at)
                found += [_dry(each, turn, route, alarm, book, policy) for each in plan]
                people = planning.people_of(route, book)
                found += [
                    DryRun(route.name, turn, "", each.name, "", at, "no channel reaches them")
                    for each in planning.unreached(people, plan)
                ]
        if not turns.is_loud(alarm):
            note = "it is silent now: folded, shelved, suppressed or over"
            found = [replace(each, note=f"{note}; {each.note}".rstrip("; ")) for each in found]
        return tuple(found)

    # Texts

    async def save_template(self, actor: Actor, *, wanted: Template) -> None:
        """Write a text of one's own for a kind of channel and a language."""
        actor.require("notify.change")
        check_template(wanted)
        async with self._db.begin(actor) as tx:
            await store.save_template(tx, wanted)
            tx.record(NotifySettingsChanged(what="template saved"))

    @operation("notify.reset-template", right="notify.change")
    async def reset_template(self, actor: Actor, *, kind: ChannelKind, language: str) -> None:
        """Use the program's own text again."""
        async with self._db.begin(actor) as tx:
            await store.remove_template(tx, kind, language)
            tx.record(NotifySettingsChanged(what="template removed"))

    async def preview(
        self, actor: Actor, *, template: Template, alarm_id: int, turn: Turn = Turn.RAISED
    ) -> Preview:
        """A text filled in with a real alarm."""
        actor.require("notify.see")
        alarm = await self._alarm(actor, alarm_id)
        places = words.places(
            alarm,
            turn,
            severity=max(alarm.severity, alarm.was),
            at=self._clock.now(),
            language=template.language,
            contact=actor.name,
        )
        return composing.preview(template, places)

    # How patient, and how it is watched

    @operation("notify.set-policy", right="notify.change")
    async def set_policy(
        self,
        actor: Actor,
        *,
        wait_s: float | None = None,
        wait_critical_s: float | None = None,
        wait_clear_s: float | None = None,
        heartbeat_url: str | None = None,
        heartbeat_s: float | None = None,
        daily_test: str | None = None,
        daily_zone: str | None = None,
        daily_channel_ids: tuple[int, ...] | None = None,
        daily_contact_id: int | None = None,
        stuck_s: float | None = None,
        keep_days: float | None = None,
    ) -> NotifyPolicy:
        """Change how patient the notifier is and how it is watched; empty texts switch off."""
        async with self._db.begin(actor) as tx:
            before = await store.policy(tx)
            given: dict[str, Any] = {
                "wait_s": wait_s,
                "wait_critical_s": wait_critical_s,
                "wait_clear_s": wait_clear_s,
                "heartbeat_s": heartbeat_s,
                "daily_zone": daily_zone,
                "stuck_s": stuck_s,
                "keep_days": keep_days,
            }
            after = replace(
                before, **{name: value for name, value in given.items() if value is not None}
            )
            if daily_test is not None:
                after = replace(after, daily_test=clock_time(daily_test))
            if daily_channel_ids is not None:
                ids = tuple(ChannelId(each) for each in daily_channel_ids)
                after = replace(after, daily_channel_ids=ids)
            if daily_contact_id is not None:
                who = ContactId(daily_contact_id) if daily_contact_id else None
                after = replace(after, daily_contact_id=who)
            if heartbeat_url is not None:
                after = await self._watch(tx, after, heartbeat_url.strip())
            check_policy(after)
            await store.save_policy(tx, after)
            tx.record(NotifySettingsChanged(what="policy saved"))
        return after

    async def _watch(self, tx: Tx, policy: NotifyPolicy, url: str) -> NotifyPolicy:
        if not url:
            await self._secrets.remove_in(tx, name=HEARTBEAT_SECRET)
            return replace(policy, has_heartbeat=False, heartbeat_shown="")
        host = http_url(url, "heartbeat_url").hostname
        await self._secrets.put_in(tx, name=HEARTBEAT_SECRET, secret=Secret(url))
        return replace(policy, has_heartbeat=True, heartbeat_shown=str(host))

    # Messages

    @operation("notify.page", right="notify.send")
    async def enqueue(
        self,
        actor: Actor,
        *,
        key: str,
        alarm_id: int,
        contact_ids: tuple[int, ...],
        channel_ids: tuple[int, ...] = (),
        kinds: tuple[str, ...] = (),
        note: str = "",
    ) -> int:
        """Call people to an alarm at once, whatever their quiet hours; how many messages that is.

        The same `key` again queues nothing. Without channels or kinds all that reach them.
        """
        alarm = await self._alarm(actor, alarm_id)
        return await self.outbox.page(
            actor,
            alarm,
            key=key,
            contact_ids=contact_ids,
            channel_ids=channel_ids,
            kinds=kinds,
            note=note,
        )

    @operation("notify.resend", right="notify.send")
    async def resend(self, actor: Actor, *, delivery_ids: tuple[int, ...]) -> int:
        """Send messages once more that were given up; how many."""
        return await self.outbox.again(actor, delivery_ids)

    async def device_types(self, actor: Actor) -> dict[int, str]:
        """What kind each device is, for the routes."""
        actor.require("inventory.read")
        found = await self._inventory.devices(actor)
        return {int(each.id): each.type.value for each in found}

    # Private parts

    async def _settle(self, actor: Actor, channel: Channel) -> None:
        for condition in (CHANNEL_GONE, NOTIFICATION_LOST):
            await self._alarms.settle(
                actor, about=about_channel(channel), condition=condition, text="set right by hand"
            )

    async def _alarm(self, actor: Actor, alarm_id: int) -> Alarm:
        found = await self._alarms.some(actor, alarm_ids=(alarm_id,))
        if not found:
            raise NotFound(f"there is no alarm {alarm_id}")
        return found[0]

    async def _device_type(self, actor: Actor, alarm: Alarm) -> str:
        if not alarm.about.device_id:
            return ""
        try:
            device = await self._inventory.device(actor, device_id=alarm.about.device_id)
        except NotFound:
            return ""  # an alarm outlives its device
        return device.type.value

    async def _channel(self, tx: Tx, channel_id: int) -> Channel:
        for each in await store.every_channel(tx):
            if each.id == channel_id:
                return each
        raise NotFound(f"there is no channel {channel_id}")


def _dry(
    planned: Planned,
    turn: Turn,
    route: Route,
    alarm: Alarm,
    book: planning.Book,
    policy: NotifyPolicy,
) -> DryRun:
    to: Recipient = planned.recipient
    contact = book.contacts.get(to.contact_id) if to.contact_id else None
    notes = [planned.why_later]
    if turn is Turn.RAISED:
        notes.append(f"once it stands for {turns.patience(alarm, policy):g} s")
    elif turn is Turn.UNACKED:
        notes.append(f"if nobody acknowledged for {route.unacked_minutes:g} min")
    elif turn is Turn.CLEARED:
        notes.append(f"once it is over for {policy.wait_clear_s:g} s")
    return DryRun(
        route=planned.route,
        turn=turn,
        channel=book.channels[to.channel_id].name,
        contact=contact.name if contact else "",
        to=to.to,
        at=planned.due_at,
        note=", ".join(each for each in notes if each),
    )


def _pairs(given: Sequence[str]) -> dict[str, str]:
    pairs = {}
    for each in given:
        name, equals, value = each.partition("=")
        if not equals:
            raise Invalid(f"settings are given as name=value, not {each!r}", field="set")
        pairs[name.strip()] = value
    return pairs
