"""What is wrong with a target: loss, latency and silence with patience, certificates by date.

One lost packet wakes nobody: a condition must hold for several rounds before it is an alarm, and
be gone for several before that clears. Between "too much" and "well again" lies a band (a fifth)
that changes neither count, so that a value dancing on the threshold does not ring twice.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import Enum

from noc_console.services.alarms.model import Condition, Severity
from noc_console.services.detection.model import Level
from noc_console.services.probes.gravity import Gravity
from noc_console.services.probes.model import ProbeState, Round, Thresholds
from noc_console.services.probes.spread import jitter_us, percentile

EASED = 0.8
"""A value counts as well again below this part of its threshold."""


class Word(Enum):
    """What one round says of one condition."""

    BAD = "bad"
    BETWEEN = "between"
    GOOD = "good"


@dataclass(frozen=True, slots=True)
class Count:
    """Rounds in a row that were bad, or good."""

    bad: int = 0
    good: int = 0


@dataclass(frozen=True, slots=True)
class Verdict:
    """An alarm to raise or to clear (severity CLEARED)."""

    condition: Condition
    severity: Severity
    text: str = ""


@dataclass(frozen=True, slots=True)
class Memory:
    """What is remembered of a probe between two rounds."""

    counts: Mapping[Condition, Count] = field(default_factory=dict)


def judge(
    memory: Memory,
    told: Round,
    thresholds: Thresholds,
    *,
    standing: Mapping[Condition, Severity],
    now: datetime,
    gravity: Gravity,
) -> tuple[Memory, tuple[Verdict, ...]]:
    """What a round means for the alarm desk; `standing` are the alarms this probe has now.

    The probe says how much is too much, the rules for alarms how bad that is: CLEARED is not
    worth an alarm.
    """
    counts = dict(memory.counts)
    verdicts = []
    for condition, (word, text) in _words(told, thresholds).items():
        severity = gravity.of(condition)
        count = _counted(counts.get(condition, Count()), word)
        counts[condition] = count
        stands = standing.get(condition, Severity.CLEARED)
        if count.bad >= thresholds.rounds_on and stands != severity:
            verdicts.append(Verdict(condition, severity, text if severity else "not asked for"))
        elif stands > Severity.CLEARED and count.good >= thresholds.rounds_off:
            verdicts.append(Verdict(condition, Severity.CLEARED))
    if (verdict := _certificate(told, thresholds, standing, now, gravity)) is not None:
        verdicts.append(verdict)
    return replace(memory, counts=counts), tuple(verdicts)


def certificate_severity(
    levels: Sequence[Level], days: float, current: Severity = Severity.CLEARED
) -> Severity:
    """How bad it is that a certificate ends in so many days.

    One that was renewed must last beyond the clearing value before the alarm is over.
    """
    found = next((level.severity for level in levels if days <= level.raise_at), Severity.CLEARED)
    if found >= current:
        return found
    return next((level.severity for level in levels if days < level.clear_at), Severity.CLEARED)


def _words(told: Round, thresholds: Thresholds) -> dict[Condition, tuple[Word, str]]:
    """What the round says of each condition that is watched."""
    failed = told.state != ProbeState.WELL
    words = {
        Condition.PROBE_FAILED: (
            Word.BAD if failed else Word.GOOD,
            told.error or "no answer",
        )
    }
    loss = 100.0 * told.lost / told.sent if told.sent else 0.0
    # Silence is a failure; saying that 100 % were lost as well would ring twice.
    lossy = Word.GOOD if not told.rtts_us else _word(loss, thresholds.loss_percent)
    words[Condition.PROBE_LOSS] = (
        lossy,
        f"{loss:.0f} % of {told.sent} packets lost",
    )
    if told.rtts_us:
        words[Condition.PROBE_LATENCY] = _slowness(told, thresholds)
    return words


def _slowness(told: Round, thresholds: Thresholds) -> tuple[Word, str]:
    median = percentile(sorted(told.rtts_us), 50) / 1000
    jitter = (jitter_us(told.rtts_us) or 0) / 1000
    slow = _word(median, thresholds.latency_ms)
    uneven = _word(jitter, thresholds.jitter_ms)
    text = f"median {median:.1f} ms"
    if uneven is Word.BAD:
        text += f", jitter {jitter:.1f} ms"
    worst = next(word for word in (Word.BAD, Word.BETWEEN, Word.GOOD) if word in (slow, uneven))
    return worst, text


def _word(value: float, threshold: float) -> Word:
    if threshold <= 0:
        return Word.GOOD
    if value >= threshold:
        return Word.BAD
    return Word.GOOD if value < threshold * EASED else Word.BETWEEN


def _counted(count: Count, word: Word) -> Count:
    if word is Word.BETWEEN:
        return count
    return Count(bad=count.bad + 1) if word is Word.BAD else Count(good=count.good + 1)


def _certificate(
    told: Round,
    thresholds: Thresholds,
    standing: Mapping[Condition, Severity],
    now: datetime,
    gravity: Gravity,
) -> Verdict | None:
    stands = standing.get(Condition.CERTIFICATE_EXPIRY, Severity.CLEARED)
    if not thresholds.certificate:
        is_left = stands > Severity.CLEARED
        return Verdict(Condition.CERTIFICATE_EXPIRY, Severity.CLEARED) if is_left else None
    if told.expires_at is None:
        return None
    days = (told.expires_at - now).total_seconds() / 86_400
    severity = certificate_severity(gravity.certificate, days, stands)
    if severity == stands:
        return None
    text = (
        f"certificate ends in {days:.0f} days, {told.expires_at:%Y-%m-%d}"
        if days > 0
        else f"certificate ended {told.expires_at:%Y-%m-%d}"
    )
    return Verdict(Condition.CERTIFICATE_EXPIRY, severity, text)
