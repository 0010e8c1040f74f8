"""What messages say, in the languages the program speaks, and the places of a template."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from noc_console.kernel.text import duration
from noc_console.services.alarms.model import Alarm, Severity
from noc_console.services.notify.model import Template, Turn
from noc_console.services.notify.rules.match import customers
from noc_console.services.notify.settings import ChannelKind

LANGUAGES = ("en", "de", "nl")

_TURNS = {
    "en": {
        Turn.RAISED: "New alarm",
        Turn.ESCALATED: "Worse",
        Turn.CLEARED: "Over",
        Turn.ACKNOWLEDGED: "Acknowledged",
        Turn.UNACKED: "Nobody acknowledged",
        Turn.PAGED: "You are called",
        Turn.TEST: "Test",
    },
    "de": {
        Turn.RAISED: "Neuer Alarm",
        Turn.ESCALATED: "Schlimmer",
        Turn.CLEARED: "Vorbei",
        Turn.ACKNOWLEDGED: "Quittiert",
        Turn.UNACKED: "Niemand hat quittiert",
        Turn.PAGED: "Sie werden gerufen",
        Turn.TEST: "Test",
    },
    "nl": {
        Turn.RAISED: "Nieuw alarm",
        Turn.ESCALATED: "Erger",
        Turn.CLEARED: "Voorbij",
        Turn.ACKNOWLEDGED: "Bevestigd",
        Turn.UNACKED: "Niemand bevestigde",
        Turn.PAGED: "U wordt opgeroepen",
        Turn.TEST: "Test",
    },
}
_SEVERITIES = {
    "en": ("cleared", "indeterminate", "warning", "minor", "major", "critical"),
    "de": ("vorbei", "unbestimmt", "Warnung", "gering", "schwer", "kritisch"),
    "nl": ("voorbij", "onbepaald", "waarschuwing", "klein", "groot", "kritiek"),
}

_SUBJECT = "{{ turn }}: {{ alarm.severity | upper }} {{ alarm.device }} {{ alarm.interface }}"

_PATTERN = """{{ turn }}: {{ alarm.condition }} <on> {{ alarm.device }}
{% if alarm.interface %}
<part>: {{ alarm.interface }}
{% endif %}
{{ alarm.text }}

<severity>: {{ alarm.severity }}
{% if alarm.site %}
<site>: {{ alarm.site }}
{% endif %}
<since>: {{ alarm.since }} ({{ alarm.lasted }})
{% if alarm.customers %}
<customers>: {{ alarm.customers }}
{% endif %}
{% if alarm.owner %}
<owner>: {{ alarm.owner }}
{% endif %}
{% if alarm.ticket %}
Ticket: {{ alarm.ticket }}
{% endif %}
{% if note %}
{{ note }}
{% endif %}"""
_LABELS = {
    "en": {
        "on": "on", "part": "Port or part", "severity": "Severity", "site": "Site",
        "since": "Since", "customers": "Customers", "owner": "In the hands of",
    },
    "de": {
        "on": "an", "part": "Port oder Teil", "severity": "Schwere", "site": "Standort",
        "since": "Seit", "customers": "Kunden", "owner": "Bearbeitet von",
    },
    "nl": {
        "on": "op", "part": "Poort of deel", "severity": "Ernst", "site": "Locatie",
        "since": "Sinds", "customers": "Klanten", "owner": "In behandeling bij",
    },
}  # fmt: skip


def _body(language: str) -> str:
    return re.sub(r"<(\w+)>", lambda place: _LABELS[language][place.group(1)], _PATTERN)


_SHORT = """{{ turn }} {{ alarm.severity | upper }} {{ alarm.device }} {{ alarm.interface }}: \
{{ alarm.text }}
{%- if alarm.customers %} ({{ alarm.customers }}){% endif %}
{%- if note %} {{ note }}{% endif %}"""

PLACES: tuple[tuple[str, str], ...] = (
    ("turn", "what is told: a new alarm, worse, over, …"),
    ("alarm.id", "its number"),
    ("alarm.severity", "critical, major, …, in the reader's language"),
    ("alarm.condition", "what is wrong, e.g. interface down"),
    ("alarm.device", "the device's name"),
    ("alarm.interface", "the port or part; may be empty"),
    ("alarm.site", "where it stands; may be empty"),
    ("alarm.text", "the alarm's text"),
    ("alarm.since", "when it came, by the reader's clock"),
    ("alarm.lasted", "how long that is"),
    ("alarm.count", "how often it came"),
    ("alarm.customers", "customers hit; 0 while nobody knows"),
    ("alarm.devices", "devices behind it"),
    ("alarm.owner", "who works on it; may be empty"),
    ("alarm.ticket", "its ticket; may be empty"),
    ("alarm.acknowledged_by", "may be empty"),
    ("contact", "the reader's name; may be empty"),
    ("note", "a line of an escalation policy; may be empty"),
)
"""What a template can name."""


def usual(kind: ChannelKind, language: str) -> Template:
    """The program's own text for a kind of channel; English where it speaks no such language."""
    spoken = language if language in LANGUAGES else "en"
    body = _SHORT if kind is ChannelKind.SMS else _body(spoken)
    return Template(kind, language, _SUBJECT, body)


def places(
    alarm: Alarm,
    turn: Turn,
    *,
    severity: Severity,
    at: datetime,
    language: str = "en",
    time_zone: str = "UTC",
    contact: str = "",
    note: str = "",
) -> Mapping[str, object]:
    """What a template is filled with for one reader."""
    spoken = language if language in LANGUAGES else "en"
    since = alarm.first_seen.astimezone(ZoneInfo(time_zone))
    over = alarm.cleared_at or at
    impact = alarm.impact
    return {
        "turn": _TURNS[spoken][turn],
        "contact": contact,
        "note": note,
        "alarm": {
            "id": int(alarm.id),
            "severity": _SEVERITIES[spoken][int(severity)],
            "condition": str(alarm.condition).replace("-", " "),
            "device": alarm.device_name,
            "interface": alarm.interface_name,
            "site": alarm.site_name,
            "text": alarm.text,
            "since": f"{since:%Y-%m-%d %H:%M %Z}",
            "lasted": duration((over - alarm.first_seen).total_seconds()),
            "count": alarm.count,
            "customers": customers(alarm),
            "devices": impact.devices if impact else 0,
            "owner": alarm.owner or "",
            "ticket": alarm.ticket,
            "acknowledged_by": alarm.acked_by or "",
        },
    }


def facts_of(alarm: Alarm, turn: Turn, *, severity: Severity) -> dict[str, object]:
    """The alarm as data, for channels that carry data (the webhook's `alarm`)."""
    impact = alarm.impact
    return {
        "id": int(alarm.id),
        "turn": turn.value,
        "severity": severity.name.lower(),
        "condition": str(alarm.condition),
        "state": alarm.state.value,
        "object": alarm.about.key,
        "device": alarm.device_name,
        "part": alarm.interface_name,
        "site": alarm.site_name,
        "text": alarm.text,
        "first_seen": alarm.first_seen.isoformat(),
        "last_seen": alarm.last_seen.isoformat(),
        "cleared_at": alarm.cleared_at.isoformat() if alarm.cleared_at else None,
        "count": alarm.count,
        "acknowledged_by": alarm.acked_by,
        "owner": alarm.owner,
        "ticket": alarm.ticket,
        "impact": {
            "devices": impact.devices,
            "customers": impact.customers,
            "services": impact.services,
            "priority": impact.priority,
        }
        if impact
        else None,
    }
