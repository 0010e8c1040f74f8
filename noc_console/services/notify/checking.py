"""What is refused before it is kept, with words for who fills in the form."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

from noc_console.kernel.errors import Invalid
from noc_console.kernel.secret import Secret
from noc_console.services.notify.model import (
    Channel,
    Contact,
    Group,
    NotifyPolicy,
    Route,
    Template,
    Turn,
)
from noc_console.services.notify.rules import templates
from noc_console.services.notify.settings import (
    NEEDS_SECRET,
    SECRETS,
    EmailSettings,
    check,
    check_secret,
    is_chat,
    is_email,
    is_phone,
)

_LONGEST_NAME = 80


def _check_name(name: str) -> None:
    if not name.strip() or len(name) > _LONGEST_NAME or not name.isprintable():
        raise Invalid(f"a name has 1 to {_LONGEST_NAME} characters", field="name")


def check_zone(name: str, field: str = "time_zone") -> None:
    """Refuse what is no time zone; keys with dots or slashes at the start are no names either."""
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise Invalid(f"{name!r} is no time zone such as Europe/Berlin", field=field) from error


def check_channel(channel: Channel, secret: Secret, *, has_secret: bool) -> None:
    """A channel that could send."""
    _check_name(channel.name)
    check(channel.settings)
    if secret:
        check_secret(channel.kind, secret.reveal())
    elif channel.kind in NEEDS_SECRET and not has_secret:
        raise Invalid(f"{SECRETS[channel.kind][0]} is missing", field="secret")
    settings = channel.settings
    if isinstance(settings, EmailSettings) and settings.user and not (secret or has_secret):
        raise Invalid("the password is missing", field="secret")
    if not 1 <= channel.burst <= 1000:
        raise Invalid("at once: 1 to 1000 messages", field="burst")
    if not 1 <= channel.per_hour <= 36_000:
        raise Invalid("an hour: 1 to 36,000 messages", field="per_hour")


def check_contact(contact: Contact) -> None:
    """A person who can be reached as told."""
    _check_name(contact.name)
    check_zone(contact.time_zone)
    if contact.email and not is_email(contact.email):
        raise Invalid("this is no e-mail address", field="email")
    if contact.phone and not is_phone(contact.phone):
        raise Invalid("a phone number is + and digits, e.g. +31612345678", field="phone")
    if contact.telegram and not is_chat(contact.telegram):
        raise Invalid("a chat is a number such as 123456789, or @name", field="telegram")
    if (contact.quiet_from is None) != (contact.quiet_until is None):
        raise Invalid("quiet hours have a start and an end", field="quiet_until")
    if not contact.language.replace("-", "").isalnum() or len(contact.language) > 10:
        raise Invalid("a language is a word such as en or de", field="language")


def check_group(group: Group, contacts: Collection[Contact]) -> None:
    """A group of people there are."""
    _check_name(group.name)
    if unknown := set(group.contact_ids) - {each.id for each in contacts}:
        raise Invalid(f"there is no contact {min(unknown)}", field="contact_ids")


def check_route(
    route: Route,
    *,
    channels: Collection[Channel],
    contacts: Collection[Contact],
    groups: Collection[Group],
) -> None:
    """A route over channels and to people there are."""
    _check_name(route.name)
    if not route.channel_ids:
        raise Invalid("choose at least one channel", field="channel_ids")
    if unknown := set(route.channel_ids) - {each.id for each in channels}:
        raise Invalid(f"there is no channel {min(unknown)}", field="channel_ids")
    if missing := set(route.contact_ids) - {each.id for each in contacts}:
        raise Invalid(f"there is no contact {min(missing)}", field="contact_ids")
    if gone := set(route.group_ids) - {each.id for each in groups}:
        raise Invalid(f"there is no group {min(gone)}", field="group_ids")
    if not route.turns or not route.turns <= set(Turn) - {Turn.PAGED, Turn.TEST}:
        raise Invalid("say what is told: raised, escalated, cleared, …", field="turns")
    if route.match.least > route.match.most:
        raise Invalid("the least severity is above the most", field="least")
    if (route.match.from_time is None) != (route.match.until_time is None):
        raise Invalid("times have a start and an end", field="until_time")
    check_zone(route.match.time_zone)
    if not 1 <= route.unacked_minutes <= 10_080:
        raise Invalid("without acknowledgement: 1 minute to 7 days", field="unacked_minutes")
    if route.digest_minutes and not 1 <= route.digest_minutes <= 1_440:
        raise Invalid("a digest goes out every 1 to 1440 minutes", field="digest_minutes")


def check_template(template: Template) -> None:
    """A text that can be filled in."""
    if not template.subject.strip() or not template.body.strip():
        raise Invalid("a text needs a subject and a body", field="body")
    if not template.language.replace("-", "").isalnum() or len(template.language) > 10:
        raise Invalid("a language is a word such as en or de", field="language")
    templates.check(template.subject)
    templates.check(template.body)


_BOUNDS = {
    "wait_s": (0, 3600),
    "wait_critical_s": (0, 3600),
    "wait_clear_s": (0, 86_400),
    "heartbeat_s": (10, 86_400),
    "stuck_s": (60, 86_400),
    "keep_days": (1, 3650),
}


def check_policy(policy: NotifyPolicy) -> None:
    """Patience within reason."""
    for name, (least, most) in _BOUNDS.items():
        if not least <= getattr(policy, name) <= most:
            raise Invalid(f"{name} lies between {least} and {most}", field=name)
    check_zone(policy.daily_zone, "daily_zone")


def clock_time(text: str) -> time | None:
    """A time of day as people write it, e.g. 22:00; empty is None."""
    if not text.strip():
        return None
    try:
        return time.fromisoformat(text.strip()).replace(second=0, microsecond=0, tzinfo=None)
    except ValueError as error:
        raise Invalid(f"{text!r} is no time of day such as 22:00") from error


def is_test_due(policy: NotifyPolicy, at: datetime) -> str:
    """The day whose test message is due now, by the clock it is told in; empty when none is."""
    if policy.daily_test is None or not policy.daily_channel_ids:
        return ""
    local = at.astimezone(ZoneInfo(policy.daily_zone))
    due = datetime.combine(local.date(), policy.daily_test, ZoneInfo(policy.daily_zone))
    late = (at - due.astimezone(UTC)).total_seconds()
    # Within the hour: a notifier that starts at noon does not send the morning's test.
    return local.date().isoformat() if 0 <= late < 3600 else ""
