"""What the page calls things."""

from __future__ import annotations

from noc_console.kernel.text import duration
from noc_console.services.alarms.model import Severity
from noc_console.services.notify.model import (
    Channel,
    Contact,
    Group,
    Match,
    NotifierState,
    Route,
    Turn,
)

TURNS = {
    Turn.RAISED: "New",
    Turn.ESCALATED: "Worse",
    Turn.CLEARED: "Over",
    Turn.ACKNOWLEDGED: "Acknowledged",
    Turn.UNACKED: "Nobody acknowledged",
    Turn.PAGED: "Called",
    Turn.TEST: "Test",
}
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def state_text(state: NotifierState) -> tuple[str, bool]:
    """Whether messages get out, in one line, and whether that is bad."""
    if state.beat_s is None:
        return "No notifier has run yet: nobody is told of alarms. A collector runs it.", True
    if not state.is_running:
        age = duration(state.beat_s)
        return f"The notifier stopped {age} ago on {state.by}: nobody is told of alarms.", True
    parts = [f"Notifier runs on {state.by}"]
    if state.waiting:
        parts.append(f"{state.waiting:,} waiting")
    if state.overdue_s > 60:
        parts.append(f"the oldest is late by {duration(state.overdue_s)}")
    if state.failed_today:
        parts.append(f"{state.failed_today:,} given up since yesterday")
    if state.heartbeat_error:
        parts.append(f"the watching service was not reached: {state.heartbeat_error}")
    elif state.heartbeat_at is not None:
        parts.append("watched from outside")
    bad = state.is_stuck or bool(state.failed_today) or bool(state.heartbeat_error)
    return " · ".join(parts), bad


def channel_text(channel: Channel, *, is_resting: bool) -> str:
    """How a channel does."""
    if not channel.is_enabled:
        return f"Off: {channel.disabled_why}" if channel.disabled_why else "Off"
    if is_resting:
        return f"Resting after {channel.failures} failures"
    if channel.error:
        return "Failing"
    return "Works" if channel.sent_at else "Not used yet"


def quiet_text(contact: Contact) -> str:
    if contact.quiet_from is None or contact.quiet_until is None:
        return ""
    lets = contact.quiet_lets.name.lower()
    return f"{contact.quiet_from:%H:%M}–{contact.quiet_until:%H:%M}, {lets} comes through"


def match_text(match: Match) -> str:
    """Which alarms a route is for, as one sentence."""
    parts = [_severities(match)]
    if match.conditions:
        parts.append(" or ".join(match.conditions))
    if match.device_types:
        parts.append("on " + " or ".join(match.device_types))
    if match.devices:
        parts.append("of " + " or ".join(match.devices))
    if match.sites:
        parts.append("at " + " or ".join(match.sites))
    if match.customers_over >= 0:
        parts.append(f"more than {match.customers_over} customers")
    if match.days:
        parts.append(" ".join(DAYS[day] for day in sorted(match.days)))
    if match.from_time is not None and match.until_time is not None:
        parts.append(f"{match.from_time:%H:%M}–{match.until_time:%H:%M} {match.time_zone}")
    return ", ".join(parts)


def _severities(match: Match) -> str:
    least, most = match.least.name.lower(), match.most.name.lower()
    if match.least == match.most:
        return f"only {least}"
    if match.most == Severity.CRITICAL:
        return "all" if match.least <= Severity.INDETERMINATE else f"{least} and worse"
    return f"{least} to {most}"


def turns_text(route: Route) -> str:
    """On what a route speaks."""
    words = [TURNS[turn].lower() for turn in Turn if turn in route.turns and turn != Turn.UNACKED]
    if Turn.UNACKED in route.turns:
        words.append(f"unacknowledged for {route.unacked_minutes:g} min")
    text = ", ".join(words)
    if route.digest_minutes:
        text += f"; every {route.digest_minutes:g} min together"
    return text


def people_text(route: Route, contacts: dict[int, Contact], groups: dict[int, Group]) -> str:
    """Whom a route names."""
    names = [groups[each].name for each in route.group_ids if each in groups]
    names += [contacts[each].name for each in route.contact_ids if each in contacts]
    if route.on_call:
        names.append(f"on call: {route.on_call}")
    return ", ".join(names)
