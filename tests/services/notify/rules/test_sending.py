from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from noc_console.services.alarms.model import Severity
from noc_console.services.notify.model import (
    Channel,
    ChannelId,
    Delivery,
    DeliveryId,
    DeliveryState,
    Recipient,
    Turn,
)
from noc_console.services.notify.rules import sending
from noc_console.services.notify.rules.sending import Bucket, Parcel, pack
from noc_console.services.notify.settings import ChannelKind

AT = datetime(2026, 3, 2, 12, tzinfo=UTC)
CHANNEL = Channel(ChannelId(1), "mail", ChannelKind.EMAIL)
TO = Recipient(ChannelId(1), None, "x")


def message(number, severity=Severity.MAJOR, **of):
    made = Delivery(
        id=DeliveryId(number),
        recipient=TO,
        turn=Turn.RAISED,
        alarm_id=number,
        severity=severity,
        subject=f"alarm {number}",
        body=f"text {number}",
        facts={},
        route="all",
        state=DeliveryState.QUEUED,
        created_at=AT + timedelta(seconds=number),
        due_at=AT,
    )
    return replace(made, **of)


def ids(parcel):
    return [each.id for each in (parcel.first, *parcel.others)]


def test_within_the_allowance_each_goes_alone_the_worst_first():
    waiting = [message(1), message(2, Severity.CRITICAL), message(3)]
    parcels, left = pack(waiting, Bucket(10, AT))
    assert [ids(each) for each in parcels] == [[2], [1], [3]]
    assert left.tokens == 7


def test_what_is_over_the_allowance_is_told_as_and_37_more():
    parcels, left = pack([message(n) for n in range(1, 48)], Bucket(10, AT))
    assert len(parcels) == 10 and left.tokens == 0
    assert sending.subject_of(parcels[-1], AT) == "alarm 10 (and 37 more)"
    body = sending.body_of(parcels[-1])
    assert body.startswith("text 10") and "and 37 more:" in body and "… and 27 others" in body


def test_without_allowance_everything_waits_but_pages_and_tests():
    waiting = [message(1), message(2, turn=Turn.PAGED), message(3, turn=Turn.TEST)]
    parcels, _ = pack(waiting, Bucket(0.4, AT))
    assert [ids(each) for each in parcels] == [[2], [3]]


def test_what_is_gathered_is_one_message():
    waiting = [message(1), *(message(n, Severity.WARNING, is_gathered=True) for n in (2, 3, 4))]
    parcels, _ = pack(waiting, Bucket(5, AT))
    assert [ids(each) for each in parcels] == [[1], [2, 3, 4]]


@given(
    st.lists(st.tuples(st.sampled_from(Severity), st.booleans()), max_size=40),
    st.floats(0, 30, allow_nan=False),
)
def test_no_message_is_lost_or_doubled_and_the_allowance_is_kept(kinds, tokens):
    waiting = [
        message(number + 1, severity, is_gathered=gathered)
        for number, (severity, gathered) in enumerate(kinds)
    ]
    parcels, left = pack(waiting, Bucket(tokens, AT))
    packed = [number for parcel in parcels for number in ids(parcel)]
    assert len(packed) == len(set(packed))
    assert len(parcels) <= tokens and left.tokens >= 0
    if waiting and tokens >= 1:
        assert sorted(packed) == [each.id for each in waiting]


def test_the_allowance_comes_back_with_time_up_to_its_size():
    empty = Bucket(0, AT)
    assert empty.refilled(CHANNEL, AT + timedelta(minutes=2)).tokens == 1
    assert empty.refilled(CHANNEL, AT + timedelta(days=1)).tokens == CHANNEL.burst
    assert empty.refilled(CHANNEL, AT - timedelta(hours=1)).tokens == 0
    assert sending.full(CHANNEL, AT).tokens == 10


def test_it_is_tried_again_after_5_minutes_an_hour_and_6_hours_and_then_given_up():
    each, waits = message(1), []
    while True:
        again = sending.after_failure(each, AT, retry_after_s=None, is_final=False)
        if again is None:
            break
        waits.append((again.due_at - AT).total_seconds())
        each = again
    assert waits == [300, 3600, 21600]
    assert sending.after_failure(message(1), AT, retry_after_s=None, is_final=True) is None


def test_who_says_when_to_come_back_is_asked_then_and_that_is_no_failure():
    again = sending.after_failure(message(1), AT, retry_after_s=17, is_final=False)
    assert again.due_at == AT + timedelta(seconds=17) and again.tries == 0
    long = sending.after_failure(message(1), AT, retry_after_s=1e9, is_final=False)
    assert long.due_at == AT + timedelta(hours=1)
    tired = message(1, delays=sending.MOST_DELAYS)
    assert sending.after_failure(tired, AT, retry_after_s=1, is_final=False).tries == 1


def test_a_channel_rests_after_five_failures_and_is_well_after_one_success():
    channel = CHANNEL
    for _ in range(4):
        channel = sending.failed(channel, "no answer", AT)
        assert not sending.is_resting(channel, AT)
    channel = sending.failed(channel, "no answer", AT)
    assert sending.is_resting(channel, AT + timedelta(seconds=19))
    assert not sending.is_resting(channel, AT + timedelta(seconds=20))
    assert sending.allowed_at_once(channel) == 1
    channel = sending.failed(channel, "no answer", AT)
    assert sending.is_resting(channel, AT + timedelta(seconds=59))
    well = sending.delivered(channel, AT)
    assert (well.failures, well.error, well.resting_until) == (0, "", None)
    assert sending.allowed_at_once(well) == 2


def test_what_is_late_says_so():
    late = message(1, tries=2)
    told = sending.subject_of(Parcel(late), AT + timedelta(hours=2))
    assert told == "[late, of 12:00 UTC] alarm 1"
    assert sending.subject_of(Parcel(late), AT + timedelta(minutes=1)) == "alarm 1"
