"""Which graph shows an alarm: the measurement it was raised by, around the time it stood."""

from __future__ import annotations

from datetime import datetime, timedelta

from noc_console.services.alarms.model import NO_DEVICE, Alarm, Condition
from noc_console.views.graphs.specs import Query, parse
from noc_console.views.kit.curves import Span

BEFORE = timedelta(hours=1)
AFTER = timedelta(minutes=10)
LONGEST = timedelta(hours=24)
"""Of an alarm that stands for weeks, the day it came is what explains it."""

_OF_DEVICE = {
    Condition.UNREACHABLE: ("reachable", "response"),
    Condition.CPU: ("cpu",),
    Condition.MEMORY: ("memory",),
    Condition.TEMPERATURE: ("temperature",),
    Condition.HARDWARE: ("temperature",),
    Condition.RESTARTED: ("uptime", "cpu"),
}
_OF_INTERFACE = {
    Condition.ERRORS: ("errors", "traffic"),
    Condition.UTILISATION: ("traffic",),
}


def graph_text(alarm: Alarm, now: datetime) -> str:
    """The words of the graph; "" when nothing measured has to do with the alarm."""
    query = parse(" | ".join(_curves(alarm)))
    if not query.panels:
        return ""
    end = min((alarm.cleared_at or now) + AFTER, alarm.first_seen + LONGEST)
    start = alarm.first_seen - BEFORE
    span = Span(start.timestamp(), max(end, alarm.first_seen + AFTER).timestamp())
    return Query(panels=query.panels, fixed=span).text()


def _curves(alarm: Alarm) -> tuple[str, ...]:
    """A panel each."""
    about = alarm.about
    kind, _, number = about.other.partition(":")
    if kind == "probe" and number.isdecimal():
        return (f"probe:{number}",)
    if about.sensor_id is not None:
        return (f"sensor:{about.sensor_id}",)
    if about.interface_id is not None:
        words = _OF_INTERFACE.get(alarm.condition, ("traffic",))
        return tuple(f"interface:{about.interface_id}/{word}" for word in words)
    if about.device_id == NO_DEVICE:
        return ()
    words = _OF_DEVICE.get(alarm.condition, ("cpu", "memory"))
    return tuple(f"device:{about.device_id}/{word}" for word in words)
