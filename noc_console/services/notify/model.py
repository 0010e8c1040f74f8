"""Who is told of an alarm, how, when, and what became of each message."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time
from enum import StrEnum
from typing import NewType

from noc_console.kernel.events import Event
from noc_console.services.alarms.model import Severity
from noc_console.services.notify.settings import ChannelKind, EmailSettings, Settings

ChannelId = NewType("ChannelId", int)
ContactId = NewType("ContactId", int)
GroupId = NewType("GroupId", int)
RouteId = NewType("RouteId", int)
DeliveryId = NewType("DeliveryId", int)

ADDRESSED = frozenset({ChannelKind.EMAIL, ChannelKind.SMS, ChannelKind.TELEGRAM})
"""Kinds that go to a person's address; the others go to one place, whoever reads there."""


class Turn(StrEnum):
    """What of an alarm is told."""

    RAISED = "raised"
    ESCALATED = "escalated"
    CLEARED = "cleared"
    ACKNOWLEDGED = "acknowledged"
    UNACKED = "unacknowledged"
    """Nobody acknowledged it for as long as a route says."""
    PAGED = "paged"
    """An escalation policy asks for somebody."""
    TEST = "test"


@dataclass(frozen=True, slots=True)
class Channel:
    """One way out: a mail server, a chat's webhook. Its secrets lie in the vault."""

    id: ChannelId
    name: str
    kind: ChannelKind
    settings: Settings = field(default_factory=EmailSettings)
    shown: str = ""
    """Where it leads, without what is secret: a host or a bot's name."""
    has_secret: bool = False
    has_key: bool = False
    is_enabled: bool = True
    disabled_why: str = ""
    """Set when the other side said that it is gone for good (HTTP 410)."""
    burst: int = 10
    """Messages to one recipient at once; what comes on top is told as `and 37 more`."""
    per_hour: float = 30.0
    """How fast that allowance comes back."""
    failures: int = 0
    """In a row."""
    resting_until: datetime | None = None
    """After failures in a row: nothing is tried before."""
    sent_at: datetime | None = None
    error: str = ""
    """The last one, kept until a message is delivered."""
    error_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Contact:
    """A person who can be told."""

    id: ContactId
    name: str
    email: str = ""
    phone: str = ""
    """With the country's code, e.g. +31612345678."""
    telegram: str = ""
    """The number of the chat with the bot."""
    time_zone: str = "UTC"
    language: str = "en"
    quiet_from: time | None = None
    """Local time; may be later than `quiet_until`: over midnight. None: never quiet."""
    quiet_until: time | None = None
    quiet_lets: Severity = Severity.CRITICAL
    """This severe and worse comes through in quiet hours; the rest waits for their end."""
    is_paused: bool = False
    """On leave: nothing is sent."""

    def address(self, kind: ChannelKind) -> str:
        """Where this person is reached by such a channel; empty if not."""
        return {
            ChannelKind.EMAIL: self.email,
            ChannelKind.SMS: self.phone,
            ChannelKind.TELEGRAM: self.telegram,
        }.get(kind, "")


@dataclass(frozen=True, slots=True)
class Group:
    """Contacts under one name."""

    id: GroupId
    name: str
    contact_ids: tuple[ContactId, ...] = ()


@dataclass(frozen=True, slots=True)
class Match:
    """Which alarms a route is for; what is empty matches all."""

    least: Severity = Severity.WARNING
    most: Severity = Severity.CRITICAL
    sites: tuple[str, ...] = ()
    """Names; `*` stands for any letters."""
    device_types: tuple[str, ...] = ()
    """Kinds of devices, e.g. `olt`, `router`."""
    conditions: tuple[str, ...] = ()
    """Words such as `interface-down`; `*` stands for any letters."""
    devices: tuple[str, ...] = ()
    customers_over: int = -1
    """Only alarms with more customers hit than this; -1: any alarm."""
    days: frozenset[int] = frozenset()
    """0 is Monday; empty: every day."""
    from_time: time | None = None
    until_time: time | None = None
    time_zone: str = "UTC"
    """What days and times are told in."""


@dataclass(frozen=True, slots=True)
class Route:
    """One ordered rule: these alarms go through these channels to these people."""

    id: RouteId
    name: str
    position: int = 0
    match: Match = Match()
    turns: frozenset[Turn] = frozenset({Turn.RAISED, Turn.ESCALATED, Turn.CLEARED})
    unacked_minutes: float = 15.0
    """For `Turn.UNACKED`: how long nobody acknowledged."""
    channel_ids: tuple[ChannelId, ...] = ()
    contact_ids: tuple[ContactId, ...] = ()
    group_ids: tuple[GroupId, ...] = ()
    on_call: str = ""
    """The name of an on-call policy: whoever that says is told too."""
    digest_minutes: float = 0.0
    """0: at once; else gathered and sent together this often."""
    is_last: bool = False
    """No further route is looked at for an alarm that this one took."""
    is_enabled: bool = True


@dataclass(frozen=True, slots=True)
class Template:
    """The text of messages of one kind of channel in one language."""

    kind: ChannelKind
    language: str
    subject: str
    body: str
    is_own: bool = False
    """Somebody changed it; else it is the program's."""


@dataclass(frozen=True, slots=True)
class NotifyPolicy:
    """How patient the notifier is. Seconds unless said otherwise."""

    wait_s: float = 20.0
    """An alarm must stand so long before it is told: what folds or flaps does it meanwhile."""
    wait_critical_s: float = 5.0
    wait_clear_s: float = 60.0
    """An alarm must be gone so long before its end is told."""
    heartbeat_s: float = 60.0
    """How often the watching service is pinged, when there is one."""
    has_heartbeat: bool = False
    heartbeat_shown: str = ""
    """The host of the watching service; the URL itself is in the vault."""
    daily_test: time | None = None
    """When a test message goes out each day; None: never."""
    daily_zone: str = "UTC"
    daily_channel_ids: tuple[ChannelId, ...] = ()
    daily_contact_id: ContactId | None = None
    stuck_s: float = 300.0
    """A message that is due for so long and was not tried makes the queue stuck."""
    keep_days: float = 90.0
    """How long delivered messages and their log are kept."""


@dataclass(frozen=True, slots=True)
class Recipient:
    """Where one message goes."""

    channel_id: ChannelId
    contact_id: ContactId | None
    to: str = ""
    """The address; empty for a channel that is a place."""


@dataclass(frozen=True, slots=True)
class Planned:
    """One message that a route asks for."""

    recipient: Recipient
    route: str
    """The route's name: why."""
    due_at: datetime
    is_gathered: bool = False
    """Sent together with what else is due for this recipient then."""
    why_later: str = ""


class DeliveryState(StrEnum):
    """How far a message has come."""

    QUEUED = "queued"
    SENDING = "sending"
    """Handed to the other side; if the collector is killed now it may be sent twice."""
    SENT = "sent"
    MERGED = "merged"
    """Told within another message, as one of `and 37 more`."""
    FAILED = "failed"
    """Given up: the retries are over, or the other side said no for good."""
    DROPPED = "dropped"
    """Not sent on purpose: the channel or contact is gone."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message on its way to one recipient."""

    id: DeliveryId
    recipient: Recipient
    turn: Turn
    alarm_id: int | None
    severity: Severity
    subject: str
    body: str
    facts: Mapping[str, object]
    """What the message is about, for channels that take data instead of text."""
    route: str
    state: DeliveryState
    created_at: datetime
    due_at: datetime
    is_gathered: bool = False
    tries: int = 0
    delays: int = 0
    """How often the other side asked to come back later."""
    sent_at: datetime | None = None
    accepted: str = ""
    """What the other side calls it."""
    error: str = ""
    key: str = ""
    """Unique: the same message is queued once."""
    language: str = "en"


@dataclass(frozen=True, slots=True)
class LogEntry:
    """One line of the delivery log, append-only."""

    id: int
    at: datetime
    delivery_id: DeliveryId
    what: str
    """queued, sent, failed, retried, given up, merged, dropped, delayed, resumed."""
    channel: str
    contact: str
    to: str
    alarm_id: int | None
    turn: Turn
    severity: Severity
    subject: str
    text: str
    """Why: an error, the number the other side gave, the route."""


@dataclass(frozen=True, slots=True)
class Told:
    """What of an alarm people have been told, so that nothing is told twice."""

    alarm_id: int
    severity: Severity = Severity.CLEARED
    """The worst that was told; CLEARED while nothing was."""
    episode: int = 1
    """Counts up each time the alarm comes back after its end was told."""
    at: datetime | None = None
    object_key: str = ""
    is_ack_told: bool = False
    reminded: tuple[RouteId, ...] = ()
    """Routes that have told that nobody acknowledged it."""


@dataclass(frozen=True, slots=True)
class NotifierState:
    """Whether messages get out, for the page."""

    beat_s: float | None
    """Seconds since the notifier last moved; None if it never ran."""
    by: str
    waiting: int
    """Messages that are due or will be."""
    overdue_s: float
    """How long the longest has been due; 0 when none is."""
    failed_today: int
    heartbeat_error: str = ""
    heartbeat_at: datetime | None = None
    is_stuck: bool = False

    @property
    def is_running(self) -> bool:
        return self.beat_s is not None and self.beat_s < BEAT_LATE_S


BEAT_LATE_S = 60.0
"""A notifier that has not moved for so long does not run."""


@dataclass(frozen=True, slots=True)
class Preview:
    """A message as it would be sent."""

    subject: str
    body: str
    note: str = ""
    """For SMS: characters, alphabet and segments."""


@dataclass(frozen=True, slots=True)
class DryRun:
    """One answer of “who would be told of this alarm, how and when?”"""

    route: str
    turn: Turn
    channel: str
    contact: str
    to: str
    at: datetime
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NotifySettingsChanged(Event):
    """A channel, contact, group, route, template or the policy was changed."""

    what: str
    number: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveriesChanged(Event):
    """Messages were queued, sent or given up; `count` of them."""

    what: str
    count: int
    delivery_id: int = 0
