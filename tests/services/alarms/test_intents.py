"""What is wanted of alarms, and how it is merged with what others did meanwhile."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from noc_console.kernel.errors import Invalid
from noc_console.services.alarms import rules
from noc_console.services.alarms.intents import (
    STEPS,
    Intent,
    Verb,
    Verdict,
    checked,
    decide,
    is_late,
)
from noc_console.services.alarms.model import (
    Alarm,
    AlarmId,
    AlarmObject,
    AlarmPolicy,
    AlarmReport,
    AlarmState,
    Condition,
    Severity,
)

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
LATER = AT + timedelta(hours=1)
POLICY = AlarmPolicy()
REPORT = AlarmReport(AlarmObject(7, 91), Condition.INTERFACE_DOWN, Severity.MAJOR, "no light")
STANDING = replace(rules.raise_new(REPORT, at=AT - timedelta(minutes=10)), id=AlarmId(1))


def wants(verb: Verb, by: str = "mira", at: datetime = AT, **more: object) -> Intent:
    return Intent(verb, (1,), by, "acme", at, **more)  # type: ignore[arg-type]


def carry(alarm: Alarm, intents: Sequence[Intent], now: datetime) -> tuple[Alarm, list[Verdict]]:
    """One after the other, each knowing the history that those before it left."""
    said: dict[str, datetime] = {}
    verdicts = []
    for intent in intents:
        verdict = decide(alarm, intent, now=now, said=said)
        alarm = verdict.alarm
        verdicts.append(verdict)
        if verdict.step:
            said[verdict.step] = max(intent.at, said.get(verdict.step, intent.at))
    return alarm, verdicts


@pytest.mark.parametrize("verb", list(Verb))
def test_each_intent_leaves_its_step_at_once(verb: Verb) -> None:
    ready = {
        Verb.UNACKNOWLEDGE: rules.acknowledge(STANDING, by="otto", at=AT),
        Verb.DISOWN: rules.own(STANDING, by="otto", at=AT),
        Verb.UNSHELVE: rules.shelve(STANDING, until=LATER),
        Verb.RELEASE: rules.suppress(STANDING, by="otto"),
    }
    intent = wants(verb, text="because", until=LATER)
    verdict = decide(ready.get(verb, STANDING), intent, now=AT)
    assert (verdict.step, verdict.refused) == (STEPS[verb], "")
    assert "because" in verdict.text
    again = decide(verdict.alarm, intent, now=AT)
    assert again.step == ("commented" if verb is Verb.COMMENT else "")


def test_taking_over_and_giving_back_say_from_whom() -> None:
    theirs = rules.own(STANDING, by="otto", at=AT - timedelta(minutes=1))
    assert decide(theirs, wants(Verb.OWN), now=AT).text == "taken over from otto"
    assert decide(theirs, wants(Verb.DISOWN), now=AT).text == "it was otto's"
    assert decide(theirs, wants(Verb.DISOWN, by="otto"), now=AT).text == ""
    with_ticket = rules.ticket(STANDING, "INC-7")
    assert decide(with_ticket, wants(Verb.TICKET), now=AT).text == "no longer INC-7"


def test_clearing_what_is_gone_acknowledges_it() -> None:
    gone = rules.settle(STANDING, at=AT)
    verdict = decide(gone, wants(Verb.CLEAR, text="seen"), now=AT)
    assert (verdict.step, verdict.alarm.state) == ("acknowledged", AlarmState.NORMAL)


@pytest.mark.parametrize("verb", [Verb.COMMENT, Verb.SHELVE, Verb.SUPPRESS, Verb.CLEAR])
def test_what_needs_a_reason_is_refused_without_one(verb: Verb) -> None:
    with pytest.raises(Invalid):
        checked(wants(verb, text="  ", until=LATER), policy=POLICY)


@pytest.mark.parametrize("hours", [None, 0, -1, 8.001])
def test_the_shelf_has_a_longest_time(hours: float | None) -> None:
    until = None if hours is None else AT + timedelta(hours=hours)
    with pytest.raises(Invalid) as refused:
        checked(wants(Verb.SHELVE, text="works", until=until), policy=POLICY)
    assert refused.value.field == "minutes"
    whole = wants(Verb.SHELVE, text="works", until=AT + timedelta(hours=8))
    assert checked(whole, policy=POLICY) == whole


def test_texts_are_made_safe_and_bounded() -> None:
    intent = checked(wants(Verb.COMMENT, text="on\x1b[31m" + "x" * 900), policy=POLICY)
    assert "\x1b" not in intent.text
    assert len(intent.text) <= 501
    with pytest.raises(Invalid):
        checked(wants(Verb.TICKET, text="7" * 61), policy=POLICY)


# --- come late ------------------------------------------------------------------------------


def test_an_acknowledgement_of_before_it_grew_worse_does_not_count_and_is_told() -> None:
    worse = replace(STANDING, severity=Severity.CRITICAL, worse_at=AT + timedelta(minutes=5))
    verdict = decide(worse, wants(Verb.ACKNOWLEDGE, text="seen"), now=LATER)
    assert verdict.alarm == worse
    assert verdict.step == "noted"
    assert verdict.refused == "it grew worse at 12:05:00 UTC"
    assert verdict.text == "acknowledge came late: it grew worse at 12:05:00 UTC (seen)"


def test_a_late_acknowledgement_of_what_cleared_meanwhile_counts() -> None:
    gone = rules.settle(STANDING, at=AT + timedelta(minutes=5))
    verdict = decide(gone, wants(Verb.ACKNOWLEDGE), now=LATER)
    assert (verdict.alarm.state, verdict.alarm.acked_at) == (AlarmState.NORMAL, AT)


def test_the_earlier_acknowledgement_has_the_credit_and_says_so() -> None:
    otto = rules.acknowledge(STANDING, by="otto", at=AT + timedelta(minutes=1))
    verdict = decide(otto, wants(Verb.ACKNOWLEDGE), now=LATER)
    assert (verdict.alarm.acked_by, verdict.text) == ("mira", "earlier than otto")
    first = rules.acknowledge(STANDING, by="otto", at=AT - timedelta(minutes=1))
    assert decide(first, wants(Verb.ACKNOWLEDGE), now=LATER) == Verdict(first)


def test_clearing_what_was_seen_again_is_refused_and_told() -> None:
    seen = replace(STANDING, last_seen=AT + timedelta(minutes=3))
    verdict = decide(seen, wants(Verb.CLEAR, text="fixed"), now=LATER)
    assert (verdict.alarm, verdict.step) == (seen, "noted")
    assert verdict.refused == "it was seen again at 12:03:00 UTC"
    calm = decide(STANDING, wants(Verb.CLEAR, text="fixed"), now=LATER)
    assert calm.step == "cleared"


def test_a_shelf_whose_time_is_up_is_only_told() -> None:
    intent = wants(Verb.SHELVE, text="works", until=AT + timedelta(minutes=30))
    verdict = decide(STANDING, intent, now=LATER)
    assert (verdict.alarm, verdict.step) == (STANDING, "noted")
    assert "its time was up at 12:30:00 UTC" in verdict.text
    still = decide(STANDING, replace(intent, until=LATER + timedelta(minutes=1)), now=LATER)
    assert still.alarm.state is AlarmState.SHELVED


def test_a_comment_is_always_kept() -> None:
    gone = replace(rules.settle(STANDING, at=LATER), worse_at=LATER)
    verdict = decide(gone, wants(Verb.COMMENT, text="fibre cut at km 7"), now=LATER)
    assert (verdict.alarm.comments, verdict.step, verdict.refused) == (1, "commented", "")


def test_what_was_said_after_it_outdoes_what_comes_late() -> None:
    theirs = rules.own(STANDING, by="otto", at=AT + timedelta(minutes=1))
    said = {"owned": AT + timedelta(minutes=1)}
    verdict = decide(theirs, wants(Verb.OWN), now=LATER, said=said)
    assert (verdict.alarm.owner, verdict.step) == ("otto", "noted")
    assert verdict.refused == "it was owned at 12:01:00 UTC"


def test_an_intent_is_late_after_a_few_seconds() -> None:
    assert not is_late(wants(Verb.OWN), AT + timedelta(seconds=5))
    assert is_late(wants(Verb.OWN), AT + timedelta(seconds=6))


MINUTES = st.integers(min_value=0, max_value=50)
NAMES = st.sampled_from(["anna", "mira", "otto"])


@given(st.lists(st.tuples(MINUTES, NAMES), min_size=1, max_size=6), st.randoms())
def test_acknowledgements_come_in_any_order_and_the_first_has_the_credit(
    acks: list[tuple[int, str]], chance: object
) -> None:
    intents = [wants(Verb.ACKNOWLEDGE, by, AT + timedelta(minutes=minute)) for minute, by in acks]
    shuffled = list(intents)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    minute, by = min(acks)
    for order in (intents, shuffled):
        alarm, _ = carry(STANDING, order, LATER)
        assert (alarm.acked_by, alarm.acked_at) == (by, AT + timedelta(minutes=minute))


SAID = st.sampled_from([Verb.OWN, Verb.DISOWN, Verb.TICKET, Verb.COMMENT])


@given(
    st.lists(st.tuples(MINUTES, SAID, NAMES), min_size=1, max_size=8, unique_by=lambda one: one[0]),
    st.randoms(),
)
def test_owner_and_ticket_are_what_was_said_last_whatever_arrives_last(
    told: list[tuple[int, Verb, str]], chance: object
) -> None:
    intents = [
        wants(verb, by, AT + timedelta(minutes=minute), text=f"{by}-{minute}")
        for minute, verb, by in told
    ]
    shuffled = list(intents)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    in_order, _ = carry(STANDING, sorted(intents, key=lambda one: one.at), LATER)
    at_random, _ = carry(STANDING, shuffled, LATER)
    assert at_random == in_order
    assert at_random.comments == sum(verb is Verb.COMMENT for _, verb, _ in told)


@given(st.lists(st.tuples(MINUTES, st.sampled_from(list(Verb)), NAMES), max_size=10))
def test_whatever_comes_late_the_alarm_stays_a_whole_one_and_nothing_is_silent(
    told: list[tuple[int, Verb, str]],
) -> None:
    intents = [
        wants(verb, by, AT + timedelta(minutes=minute), text="x", until=LATER + timedelta(hours=1))
        for minute, verb, by in told
    ]
    alarm, verdicts = carry(STANDING, intents, LATER)
    assert alarm.is_active == (alarm.cleared_at is None)
    assert (alarm.acked_by is None) == (alarm.acked_at is None)
    assert (alarm.owner is None) == (alarm.owned_at is None)
    assert alarm.suppressed or not alarm.suppressed_by
    for verdict in verdicts:
        assert bool(verdict.refused) == (verdict.step == "noted")
