"""How messages leave: allowance, merging, when to try again, when to let a channel rest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from noc_console.services.notify.model import Channel, Delivery, Turn

RETRIES_S = (300.0, 3600.0, 21_600.0)
"""After the first, second and third failure: 5 min, 1 h, 6 h. Then it is given up."""
LONGEST_DELAY_S = 3600.0
"""A `Retry-After` longer than this is cut to it."""
MOST_DELAYS = 24
"""So often the other side may ask to come back later before that counts as failing."""
BREAKS_AT = 5
"""Failures in a row after which a channel rests."""
REST_S = (20.0, 60.0)
"""How long it rests: the first time, and from then on."""
AT_ONCE = 2
"""Messages a channel carries at the same time."""
LATE_S = 600.0
"""A message this old says so."""
LISTED = 10
"""Lines of a merged message that name what is in it."""


@dataclass(frozen=True, slots=True)
class Bucket:
    """The allowance of one recipient on one channel (a token bucket)."""

    tokens: float
    at: datetime

    def refilled(self, channel: Channel, at: datetime) -> Bucket:
        gained = max(0.0, (at - self.at).total_seconds()) * channel.per_hour / 3600.0
        return Bucket(min(float(channel.burst), self.tokens + gained), max(at, self.at))


def full(channel: Channel, at: datetime) -> Bucket:
    return Bucket(float(channel.burst), at)


@dataclass(frozen=True, slots=True)
class Parcel:
    """Deliveries to one recipient as one message: the first speaks, the rest is listed."""

    first: Delivery
    others: tuple[Delivery, ...] = ()


def pack(waiting: Sequence[Delivery], bucket: Bucket) -> tuple[tuple[Parcel, ...], Bucket]:
    """What of a recipient's due messages goes out now, and the allowance left.

    Gathered ones become one message. The others go one by one while the allowance lasts; when
    it does not last for all, the last one carries all that is left: nobody gets fifty messages,
    and nothing is lost. Pages and tests are never held back.
    """
    urgent = [each for each in waiting if each.turn in (Turn.PAGED, Turn.TEST)]
    parcels = [Parcel(each) for each in urgent]
    single = [each for each in waiting if not each.is_gathered and each not in urgent]
    gathered = [each for each in waiting if each.is_gathered and each not in urgent]
    tokens = bucket.tokens
    queue = sorted(single, key=lambda each: (-each.severity, each.created_at, each.id))
    lots: list[list[Delivery]] = [[each] for each in queue]
    if gathered:
        lots.append(sorted(gathered, key=lambda each: (-each.severity, each.created_at, each.id)))
    while lots and tokens >= 1.0:
        tokens -= 1.0
        if tokens < 1.0 and len(lots) > 1:
            rest = [each for lot in lots for each in lot]
            parcels.append(Parcel(rest[0], tuple(rest[1:])))
            break
        lot = lots.pop(0)
        parcels.append(Parcel(lot[0], tuple(lot[1:])))
    return tuple(parcels), replace(bucket, tokens=tokens)


def after_failure(
    delivery: Delivery, at: datetime, *, retry_after_s: float | None, is_final: bool
) -> Delivery | None:
    """The delivery as it waits for its next try; None when there is none.

    Where the other side says when to come back (`Retry-After`), that is when, and it does not
    count as a failure, within bounds.
    """
    if is_final:
        return None
    if retry_after_s is not None and delivery.delays < MOST_DELAYS:
        wait = min(max(1.0, retry_after_s), LONGEST_DELAY_S)
        return replace(delivery, delays=delivery.delays + 1, due_at=at + timedelta(seconds=wait))
    if delivery.tries >= len(RETRIES_S):
        return None
    wait = RETRIES_S[delivery.tries]
    return replace(delivery, tries=delivery.tries + 1, due_at=at + timedelta(seconds=wait))


def failed(channel: Channel, error: str, at: datetime) -> Channel:
    """One more failure in a row; from some number on the channel rests a while."""
    failures = channel.failures + 1
    resting = channel.resting_until
    if failures >= BREAKS_AT:
        rest = REST_S[0] if failures == BREAKS_AT else REST_S[1]
        resting = at + timedelta(seconds=rest)
    return replace(channel, failures=failures, resting_until=resting, error=error, error_at=at)


def delivered(channel: Channel, at: datetime) -> Channel:
    """It works: whatever was wrong is over."""
    return replace(channel, failures=0, resting_until=None, sent_at=at, error="", error_at=None)


def is_resting(channel: Channel, at: datetime) -> bool:
    return channel.resting_until is not None and channel.resting_until > at


def allowed_at_once(channel: Channel) -> int:
    """After failures one message goes ahead, to see; else several travel together."""
    return 1 if channel.failures >= BREAKS_AT else AT_ONCE


def subject_of(parcel: Parcel, at: datetime) -> str:
    """The headline, with how many more there are and how late it is."""
    first = parcel.first
    subject = first.subject
    if parcel.others:
        subject += f" (and {len(parcel.others)} more)"
    if (at - first.created_at).total_seconds() >= LATE_S and first.tries + first.delays:
        subject = f"[late, of {first.created_at:%H:%M} UTC] {subject}"
    return subject


def body_of(parcel: Parcel) -> str:
    """The text of the first, and a line for each of the others, up to a number."""
    if not parcel.others:
        return parcel.first.body
    lines = [f"and {len(parcel.others)} more:"]
    lines += [f"- {each.subject}" for each in parcel.others[:LISTED]]
    left = len(parcel.others) - LISTED
    if left > 0:
        lines.append(f"- … and {left} others")
    return "\n".join([parcel.first.body, "", *lines])
