"""From a planned message to its text: which template, in whose language, by whose clock."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from noc_console.kernel.errors import Invalid
from noc_console.services.alarms.model import Alarm, Severity
from noc_console.services.notify.model import (
    Channel,
    Contact,
    Delivery,
    DeliveryId,
    DeliveryState,
    Planned,
    Preview,
    Template,
    Turn,
)
from noc_console.services.notify.rules import templates, words
from noc_console.services.notify.rules.texts import DRESSES, for_sms, sms_size
from noc_console.services.notify.settings import ChannelKind, SmsSettings

LONGEST_SUBJECT = 200

Templates = Mapping[tuple[ChannelKind, str], Template]


def template_for(known: Templates, kind: ChannelKind, language: str) -> Template:
    """Somebody's own text in this language, else their English one, else the program's."""
    own = known.get((kind, language))
    if own is None and language not in words.LANGUAGES:
        own = known.get((kind, "en"))
    return own or words.usual(kind, language)


def compose(
    alarm: Alarm,
    turn: Turn,
    planned: Planned,
    *,
    severity: Severity,
    channel: Channel,
    contact: Contact | None,
    known: Templates,
    key: str,
    at: datetime,
    note: str = "",
) -> Delivery:
    """The message as it is queued. A template that fails does not lose it: the program's own
    text goes out, and says so.
    """
    language = contact.language if contact else "en"
    places = words.places(
        alarm,
        turn,
        severity=severity,
        at=at,
        language=language,
        time_zone=contact.time_zone if contact else "UTC",
        contact=contact.name if contact else "",
        note=note,
    )
    template = template_for(known, channel.kind, language)
    try:
        shown = preview(template, places, channel=channel)
    except Invalid as error:
        usual = words.usual(channel.kind, language)
        told = preview(usual, places, channel=channel)
        shown = Preview(told.subject, f"{told.body}\n(your own text failed: {error})")
    return Delivery(
        id=DeliveryId(0),
        recipient=planned.recipient,
        turn=turn,
        alarm_id=int(alarm.id),
        severity=severity,
        subject=shown.subject,
        body=shown.body,
        facts=words.facts_of(alarm, turn, severity=severity),
        route=planned.route,
        state=DeliveryState.QUEUED,
        created_at=at,
        due_at=planned.due_at,
        is_gathered=planned.is_gathered,
        key=key,
        language=language,
    )


def preview(
    template: Template, places: Mapping[str, object], *, channel: Channel | None = None
) -> Preview:
    """A template filled in, as its channel would carry it."""
    dress = DRESSES[template.kind]
    subject = templates.fill(template.subject, places, dress=dress)
    subject = " ".join(subject.split())[:LONGEST_SUBJECT]
    body = templates.fill(template.body, places, dress=dress)
    if template.kind is not ChannelKind.SMS:
        return Preview(subject, body)
    settings = channel.settings if channel else None
    most = settings.most_segments if isinstance(settings, SmsSettings) else 3
    cut = for_sms(body, most_segments=most)
    return Preview(subject, cut, sms_size(cut).shown)


def key_of(alarm_id: int, episode: int, turn: Turn, severity: Severity, planned: Planned) -> str:
    """What makes a message the same one: never queued twice.

    That it came and that it grew worse are one: of each severity a recipient hears once.
    Reminders are one a route: "after 10 minutes" and "after an hour" are two.
    """
    to = planned.recipient
    what = Turn.RAISED if turn is Turn.ESCALATED else turn
    return "/".join(
        str(each)
        for each in (
            alarm_id,
            episode,
            what.value,
            int(severity),
            to.channel_id,
            to.contact_id or 0,
            to.to,
            *([planned.route] if turn is Turn.UNACKED else []),
        )
    )


def trial(planned: Planned, *, key: str, at: datetime, text: str, language: str = "en") -> Delivery:
    """A message about nothing, to see whether it arrives."""
    return Delivery(
        id=DeliveryId(0),
        recipient=planned.recipient,
        turn=Turn.TEST,
        alarm_id=None,
        severity=Severity.INDETERMINATE,
        subject="Test of NOC Console's notifications",
        body=text,
        facts={"turn": Turn.TEST.value},
        route=planned.route,
        state=DeliveryState.QUEUED,
        created_at=at,
        due_at=at,
        key=key,
        language=language,
    )
