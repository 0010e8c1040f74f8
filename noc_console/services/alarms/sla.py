"""What a root costs by the minute: the SLA minutes that burn while it stands."""

from __future__ import annotations

from datetime import datetime

from noc_console.services.alarms.model import Alarm, Impact


def burnt_minutes(impact: Impact | None, *, since: datetime, until: datetime) -> float:
    """Minutes of promised service that were lost: minutes that passed × services without it.

    A service counts for each minute it is down, as availability is reckoned (downtime of a period,
    per service). Where services are not known each customer counts as one, so that an outage of
    customers is never free. A clock that stepped back burns nothing.
    """
    if impact is None:
        return 0.0
    minutes = max(0.0, (until - since).total_seconds() / 60)
    return minutes * (impact.services or impact.customers)


def burnt_by(alarm: Alarm, *, now: datetime) -> float:
    """SLA minutes an alarm has burnt so far, or burnt while it stood; folded ones burn none.

    What they cost is told by their root.
    """
    if alarm.is_folded:
        return 0.0
    return burnt_minutes(alarm.impact, since=alarm.first_seen, until=alarm.cleared_at or now)
