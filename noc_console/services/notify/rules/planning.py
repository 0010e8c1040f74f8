"""From an alarm to messages: which routes take it, whom they tell, by which channels, when."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from noc_console.services.alarms.model import Alarm, Severity
from noc_console.services.notify.model import (
    ADDRESSED,
    Channel,
    ChannelId,
    Contact,
    ContactId,
    Group,
    GroupId,
    Match,
    Planned,
    Recipient,
    Route,
    RouteId,
    Turn,
)
from noc_console.services.notify.rules.match import matches, next_gathering, quiet_until
from noc_console.services.notify.rules.turns import Now
from noc_console.services.notify.settings import ChannelKind, TelegramSettings

SMS_CUSTOMERS = 10
"""A critical alarm that hits more customers than this is worth an SMS."""


@dataclass(frozen=True, slots=True)
class Book:
    """Everything a plan is made from."""

    channels: Mapping[ChannelId, Channel] = field(default_factory=dict)
    contacts: Mapping[ContactId, Contact] = field(default_factory=dict)
    groups: Mapping[GroupId, Group] = field(default_factory=dict)
    routes: tuple[Route, ...] = ()
    on_call: Mapping[str, tuple[ContactId, ...]] = field(default_factory=dict)
    """Who is on call by each policy at this moment."""


def chosen(
    alarm: Alarm, now: Now, *, book: Book, device_type: str, at: datetime
) -> tuple[Route, ...]:
    """The routes that take this alarm, in their order."""
    found = []
    for route in sorted(book.routes, key=lambda each: (each.position, each.id)):
        if not route.is_enabled or not _wants(route, now):
            continue
        if matches(route.match, alarm, severity=now.severity, device_type=device_type, at=at):
            found.append(route)
            if route.is_last:
                break
    return tuple(found)


def _wants(route: Route, now: Now) -> bool:
    if now.route_ids is not None:
        return route.id in now.route_ids
    return now.turn in route.turns


def plan(
    alarm: Alarm, now: Now, *, book: Book, device_type: str, at: datetime
) -> tuple[Planned, ...]:
    """Every message to be sent, one for each recipient however many routes ask for it.

    Where two routes ask for the same, the sooner one wins.
    """
    found: dict[Recipient, Planned] = {}
    for route in chosen(alarm, now, book=book, device_type=device_type, at=at):
        for each in _of_route(route, now.severity, book, at):
            known = found.get(each.recipient)
            if known is None or each.due_at < known.due_at:
                found[each.recipient] = each
    return tuple(found.values())


def _of_route(route: Route, severity: Severity, book: Book, at: datetime) -> Iterable[Planned]:
    people = people_of(route, book)
    gathered = route.digest_minutes > 0
    due = next_gathering(at, route.digest_minutes) if gathered else at
    for channel_id in route.channel_ids:
        channel = book.channels.get(channel_id)
        if channel is None:
            continue
        for recipient in recipients(channel, people):
            contact = book.contacts.get(recipient.contact_id) if recipient.contact_id else None
            # When it would arrive counts: a digest made up before them may fall into quiet hours.
            quiet = quiet_until(contact, severity, due) if contact else None
            if quiet is not None:
                yield Planned(recipient, route.name, quiet, True, "quiet hours")
            else:
                yield Planned(recipient, route.name, due, gathered, "digest" if gathered else "")


def people_of(route: Route, book: Book) -> tuple[Contact, ...]:
    """Everybody a route names, by themselves, in a group or on call; nobody twice."""
    ids = list(route.contact_ids)
    for group_id in route.group_ids:
        group = book.groups.get(group_id)
        ids += group.contact_ids if group else ()
    if route.on_call:
        ids += book.on_call.get(route.on_call, ())
    known = [book.contacts[each] for each in dict.fromkeys(ids) if each in book.contacts]
    return tuple(each for each in known if not each.is_paused)


def recipients(channel: Channel, people: Sequence[Contact]) -> tuple[Recipient, ...]:
    """Where a channel carries a message for these people; a place hears it once."""
    if not channel.is_enabled:
        return ()
    if channel.kind not in ADDRESSED:
        return (Recipient(channel.id, None),)
    found = [
        Recipient(channel.id, person.id, person.address(channel.kind))
        for person in people
        if person.address(channel.kind)
    ]
    if isinstance(channel.settings, TelegramSettings) and channel.settings.chat:
        found.append(Recipient(channel.id, None, channel.settings.chat))
    return tuple({each.to: each for each in reversed(found)}.values())[::-1]


def unreached(people: Sequence[Contact], planned: Sequence[Planned]) -> tuple[Contact, ...]:
    """People a route names whom no channel of it reaches: a gap worth telling."""
    reached = {each.recipient.contact_id for each in planned}
    return tuple(person for person in people if person.id not in reached)


def usual_routes(
    channels: Iterable[Channel], contacts: Iterable[Contact], *, group: GroupId | None = None
) -> tuple[Route, ...]:
    """The rules most providers begin with.

    Webhooks and chats hear every alarm; major ones go by e-mail too; critical ones also by
    push (Telegram, apprise; the desktop shows them by itself); critical ones with more than
    ten subscribers also by SMS.
    """
    by_kind: dict[ChannelKind, tuple[ChannelId, ...]] = {}
    for channel in channels:
        by_kind[channel.kind] = (*by_kind.get(channel.kind, ()), channel.id)
    people: tuple[ContactId, ...] = () if group else tuple(each.id for each in contacts)
    groups = (group,) if group else ()

    def of(*kinds: ChannelKind) -> tuple[ChannelId, ...]:
        return tuple(each for kind in kinds for each in by_kind.get(kind, ()))

    told = frozenset({Turn.RAISED, Turn.ESCALATED, Turn.CLEARED})
    wanted = (
        ("Every alarm to webhooks and chats", Match(least=Severity.INDETERMINATE),
         of(ChannelKind.WEBHOOK, ChannelKind.SLACK, ChannelKind.TEAMS), told, False),
        ("Major alarms by e-mail", Match(least=Severity.MAJOR), of(ChannelKind.EMAIL), told, True),
        ("Critical alarms by push", Match(least=Severity.CRITICAL),
         of(ChannelKind.TELEGRAM, ChannelKind.APPRISE), told, True),
        (f"Critical alarms of more than {SMS_CUSTOMERS} subscribers by SMS",
         Match(least=Severity.CRITICAL, customers_over=SMS_CUSTOMERS), of(ChannelKind.SMS),
         frozenset({Turn.RAISED, Turn.ESCALATED}), True),
    )  # fmt: skip
    return tuple(
        Route(
            RouteId(0),
            name,
            position=position,
            match=match,
            turns=turns,
            channel_ids=ids,
            contact_ids=people if goes_to_people else (),
            group_ids=groups if goes_to_people else (),
        )
        for position, (name, match, ids, turns, goes_to_people) in enumerate(wanted)
        if ids
    )
