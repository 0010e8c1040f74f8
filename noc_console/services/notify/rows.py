"""Channels, contacts, routes and the policy as plain values for a row, and back.

What a newer version added is left out when it is read; what is missing has its default.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, fields
from datetime import time
from typing import Any

from sqlalchemy import Row

from noc_console.services.alarms.model import Severity
from noc_console.services.notify.model import (
    Channel,
    ChannelId,
    Contact,
    ContactId,
    Group,
    GroupId,
    Match,
    NotifyPolicy,
    Route,
    RouteId,
    Turn,
)
from noc_console.services.notify.settings import SETTINGS, ChannelKind


def channel_values(channel: Channel) -> dict[str, Any]:
    """Without how it goes, which the notifier writes."""
    return {
        "name": channel.name,
        "kind": channel.kind.value,
        "settings": asdict(channel.settings),
        "shown": channel.shown,
        "has_secret": channel.has_secret,
        "has_key": channel.has_key,
        "is_enabled": channel.is_enabled,
        "disabled_why": channel.disabled_why,
        "burst": channel.burst,
        "per_hour": channel.per_hour,
    }


def channel_of(row: Row[Any]) -> Channel:
    kind = ChannelKind(row.kind)
    made = SETTINGS[kind]
    return Channel(
        id=ChannelId(row.id),
        name=row.name,
        kind=kind,
        settings=made(**_known(made, row.settings)),
        shown=row.shown,
        has_secret=row.has_secret,
        has_key=row.has_key,
        is_enabled=row.is_enabled,
        disabled_why=row.disabled_why,
        burst=row.burst,
        per_hour=row.per_hour,
        failures=row.failures,
        resting_until=row.resting_until,
        sent_at=row.sent_at,
        error=row.error,
        error_at=row.error_at,
    )


def contact_values(contact: Contact) -> dict[str, Any]:
    facts = asdict(contact)
    del facts["id"], facts["name"]
    facts |= {
        "quiet_from": _text(contact.quiet_from),
        "quiet_until": _text(contact.quiet_until),
        "quiet_lets": int(contact.quiet_lets),
    }
    return {"name": contact.name, "facts": facts}


def contact_of(row: Row[Any]) -> Contact:
    facts = _known(Contact, row.facts)
    facts["quiet_from"] = _time(facts.get("quiet_from"))
    facts["quiet_until"] = _time(facts.get("quiet_until"))
    facts["quiet_lets"] = Severity(facts.get("quiet_lets", Severity.CRITICAL))
    return Contact(id=ContactId(row.id), name=row.name, **facts)


def group_of(row: Row[Any]) -> Group:
    return Group(GroupId(row.id), row.name, tuple(ContactId(each) for each in row.contact_ids))


def route_values(route: Route) -> dict[str, Any]:
    rule = asdict(route)
    for name in ("id", "name", "position", "is_enabled"):
        del rule[name]
    match = rule["match"]
    match |= {
        "least": int(route.match.least),
        "most": int(route.match.most),
        "days": sorted(route.match.days),
        "from_time": _text(route.match.from_time),
        "until_time": _text(route.match.until_time),
    }
    rule["turns"] = sorted(each.value for each in route.turns)
    return {
        "name": route.name,
        "position": route.position,
        "is_enabled": route.is_enabled,
        "rule": rule,
    }


def route_of(row: Row[Any]) -> Route:
    rule = _known(Route, row.rule)
    rule["match"] = match_of(rule.get("match", {}))
    rule["turns"] = frozenset(Turn(each) for each in rule.get("turns", ()))
    rule["channel_ids"] = tuple(ChannelId(each) for each in rule.get("channel_ids", ()))
    rule["contact_ids"] = tuple(ContactId(each) for each in rule.get("contact_ids", ()))
    rule["group_ids"] = tuple(GroupId(each) for each in rule.get("group_ids", ()))
    return Route(
        id=RouteId(row.id),
        name=row.name,
        position=row.position,
        is_enabled=row.is_enabled,
        **rule,
    )


def match_of(kept: Mapping[str, Any]) -> Match:
    values = _known(Match, kept)
    values["least"] = Severity(values.get("least", Severity.WARNING))
    values["most"] = Severity(values.get("most", Severity.CRITICAL))
    values["days"] = frozenset(values.get("days", ()))
    values["from_time"] = _time(values.get("from_time"))
    values["until_time"] = _time(values.get("until_time"))
    for name in ("sites", "device_types", "conditions", "devices"):
        values[name] = tuple(values.get(name, ()))
    return Match(**values)


def policy_values(policy: NotifyPolicy) -> dict[str, Any]:
    values = asdict(policy)
    values["daily_test"] = _text(policy.daily_test)
    values["daily_channel_ids"] = [int(each) for each in policy.daily_channel_ids]
    return values


def policy_of(row: Row[Any]) -> NotifyPolicy:
    values = _known(NotifyPolicy, row.settings)
    values["daily_test"] = _time(values.get("daily_test"))
    values["daily_channel_ids"] = tuple(
        ChannelId(each) for each in values.get("daily_channel_ids", ())
    )
    return NotifyPolicy(**values)


def _known(made: type[Any], kept: Mapping[str, Any]) -> dict[str, Any]:
    names = {each.name for each in fields(made)} - {"id", "name", "position", "is_enabled"}
    return {name: value for name, value in kept.items() if name in names}


def _text(moment: time | None) -> str | None:
    return None if moment is None else f"{moment:%H:%M}"


def _time(kept: str | None) -> time | None:
    return None if kept is None else time.fromisoformat(kept)
