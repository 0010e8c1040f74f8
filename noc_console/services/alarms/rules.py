"""How an alarm behaves: repeat, escalate, clear, come back, flap, wait on the shelf."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from noc_console.services.alarms.model import (
    EDGES,
    UNBORN,
    Alarm,
    AlarmPolicy,
    AlarmReport,
    Condition,
    Severity,
)

_NEVER_FLAPS = frozenset({Condition.FLAPPING, Condition.STORM, Condition.RESTARTED})


@dataclass(slots=True)
class Change:
    """An alarm as it will be, and the steps that led there: what and a text."""

    alarm: Alarm
    steps: list[tuple[str, Severity, str]] = field(default_factory=list)
    before: Alarm | None = None
    """As the store has it, when that is known: then only what differs is written."""
    is_stormy: bool = False
    """One alarm more of a storm, which wakes nobody."""


def raise_new(report: AlarmReport, *, at: datetime) -> Alarm:
    """The first word about a problem."""
    about = report.about
    return Alarm(
        id=UNBORN,
        about=about,
        condition=report.condition,
        severity=report.severity,
        was=report.severity,
        text=report.text,
        first_seen=at,
        last_seen=at,
        worse_at=at,
        device_name=about.device_name,
        interface_name=about.interface_name,
        site_name=about.site_name,
    )


def repeat(alarm: Alarm, report: AlarmReport, *, at: datetime) -> tuple[Alarm, str]:
    """Fold a new report of the same problem into the alarm we already have.

    While it stands its severity only grows: what is a little better for a moment is as
    urgent as before, until it is gone. A worse severity takes the acknowledgement away and
    ends the shelving: someone agreed to live with the old problem, not with this one. What
    cleared and comes back begins afresh with the severity it has now.

    The second value names the step for the history.
    """
    severity = max(report.severity, alarm.severity)
    what = "repeated" if severity == alarm.severity else "escalated"
    if not alarm.is_active:
        what = "reopened"
    again = replace(
        alarm,
        severity=severity,
        was=severity,
        text=report.text or alarm.text,
        last_seen=max(at, alarm.last_seen),
        count=alarm.count + (what != "escalated"),
        cleared_at=None,
        device_name=report.about.device_name or alarm.device_name,
        interface_name=report.about.interface_name or alarm.interface_name,
        site_name=report.about.site_name or alarm.site_name,
    )
    if severity > alarm.was:
        again = replace(again, acked_by=None, acked_at=None, shelved_until=None, worse_at=at)
    return again, what


def settle(alarm: Alarm, *, at: datetime) -> Alarm:
    """The condition is gone. The acknowledgement stays as it was: given, or still owed."""
    if not alarm.is_active:
        return alarm
    return replace(
        alarm,
        severity=Severity.CLEARED,
        cleared_at=at,
        last_seen=max(at, alarm.last_seen),
        shelved_until=None,
        suppressed=alarm.suppressed and not alarm.suppressed_by,
        suppressed_by="",
    )


def clear(alarm: Alarm, *, by: str, at: datetime) -> Alarm:
    """Cleared by hand, which says that somebody saw it: acknowledged as well."""
    return acknowledge(settle(alarm, at=at), by=by, at=at)


def acknowledge(alarm: Alarm, *, by: str, at: datetime) -> Alarm:
    """Somebody is dealing with it; the first one to say so has the credit, also when others
    were heard before.
    """
    given = alarm.acked_at
    if given is not None and alarm.acked_by is not None and (given, alarm.acked_by) <= (at, by):
        return alarm
    return replace(alarm, acked_by=by, acked_at=at)


def unacknowledge(alarm: Alarm) -> Alarm:
    """Nobody is dealing with it after all."""
    return replace(alarm, acked_by=None, acked_at=None)


def own(alarm: Alarm, *, by: str, at: datetime) -> Alarm:
    """Somebody works on it, and takes it over from whoever did so far."""
    if alarm.owner == by and alarm.owned_at is not None and alarm.owned_at >= at:
        return alarm
    return replace(alarm, owner=by, owned_at=at)


def disown(alarm: Alarm) -> Alarm:
    """Nobody works on it."""
    return replace(alarm, owner=None, owned_at=None)


def ticket(alarm: Alarm, number: str) -> Alarm:
    """It has a ticket; without a number it has none any more."""
    return replace(alarm, ticket=number)


def comment(alarm: Alarm) -> Alarm:
    """A note for the next shift; its text is in the history."""
    return replace(alarm, comments=alarm.comments + 1)


def shelve(alarm: Alarm, *, until: datetime) -> Alarm:
    """Put aside until a set time; it returns by itself then, or when it gets worse."""
    return replace(alarm, shelved_until=until) if alarm.is_active else alarm


def unshelve(alarm: Alarm) -> Alarm:
    """Back on the desk."""
    return replace(alarm, shelved_until=None)


def suppress(alarm: Alarm, *, by: str) -> Alarm:
    """Silent until somebody releases it or its condition is gone, however bad it gets."""
    if not alarm.is_active or alarm.suppressed_by:
        return alarm
    return replace(alarm, suppressed=True, suppressed_by=by)


def release(alarm: Alarm) -> Alarm:
    """Heard again."""
    return replace(alarm, suppressed=False, suppressed_by="")


def is_same(alarm: Alarm, *, policy: AlarmPolicy, at: datetime) -> bool:
    """Whether a new report belongs to this alarm: it stands, or cleared only just now."""
    if alarm.is_active or alarm.cleared_at is None:
        return alarm.is_active
    # A clock that stepped back must not make two alarms of one: negative counts as recent.
    return (at - alarm.cleared_at).total_seconds() <= policy.hold_s


def is_quiet(last_edge: datetime | None, *, policy: AlarmPolicy, at: datetime) -> bool:
    """No raise or clear for long enough to call the flapping over."""
    return last_edge is None or (at - last_edge).total_seconds() >= policy.flap_quiet_s


def fold(
    known: Iterable[Alarm],
    reports: Iterable[AlarmReport],
    *,
    edges: Mapping[int, int],
    policy: AlarmPolicy,
    at: datetime,
) -> list[Change]:
    """What a batch of reports makes of the alarms we know, in the order of the reports.

    `edges` says how often each known alarm was raised or cleared within the window;
    the change that makes it too often raises FLAPPING on the object and suppresses
    the alarm: from then on its ups and downs are counted and kept, and wake nobody. Other
    conditions of the object are heard until they come and go as well.
    """
    folding = _Folding(policy, at, edges)
    for alarm in known:
        folding.know(alarm)
    for report in reports:
        folding.take(report)
    return list(folding.changes.values())


class _Folding:
    def __init__(self, policy: AlarmPolicy, at: datetime, edges: Mapping[int, int]) -> None:
        self.changes: dict[tuple[str, Condition], Change] = {}
        self._policy = policy
        self._at = at
        self._alarms: dict[tuple[str, Condition], Alarm] = {}
        self._edges: dict[tuple[str, Condition], int] = {}
        self._edges_by_id = edges
        self._runs: dict[tuple[str, Condition], int] = {}

    def know(self, alarm: Alarm) -> None:
        """The newest alarm of an object and condition wins: they come oldest first."""
        slot = (alarm.about.key, alarm.condition)
        self._alarms[slot] = alarm
        self._edges[slot] = self._edges_by_id.get(alarm.id, 0)

    def take(self, report: AlarmReport) -> None:
        slot = (report.about.key, report.condition)
        alarm = self._alarms.get(slot)
        if alarm is not None and not is_same(alarm, policy=self._policy, at=self._at):
            alarm = None
        if report.severity == Severity.CLEARED:
            if alarm is None or not alarm.is_active:
                return
            self._keep(settle(alarm, at=self._at), "cleared", report)
        elif alarm is None:
            self._edges[slot] = 0
            self._keep(raise_new(report, at=self._at), "raised", report)
        else:
            self._keep(*repeat(alarm, report, at=self._at), report)

    def _keep(self, alarm: Alarm, what: str, report: AlarmReport) -> None:
        slot = (report.about.key, report.condition)
        change = self.changes.get(slot)
        if change is None:
            change = self.changes[slot] = Change(alarm, before=self._alarms.get(slot))
            if change.before is not None and change.before.id != alarm.id:
                change.before = None
        change.alarm = self._alarms[slot] = alarm
        if what == "repeated" and change.steps and change.steps[-1][0] == what:
            # A device that says the same a thousand times a second gets one step a batch.
            self._runs[slot] = self._runs.get(slot, 1) + 1
            told = f"{_told(report)} ({self._runs[slot]:,} times)"
            change.steps[-1] = (what, alarm.severity, told)
            return
        self._runs.pop(slot, None)
        change.steps.append((what, alarm.severity, _told(report)))
        if what in EDGES and report.condition not in _NEVER_FLAPS:
            self._edges[slot] = self._edges.get(slot, 0) + 1
            self._watch_for_flapping(change, report)

    def _watch_for_flapping(self, change: Change, report: AlarmReport) -> None:
        slot = (report.about.key, report.condition)
        flapping = self._alarms.get((report.about.key, Condition.FLAPPING))
        stands = flapping is not None and flapping.is_active
        # What flaps goes on with one change less in the window; something else that is wrong
        # with the same object, and was never seen coming and going, speaks for itself.
        if self._edges[slot] < self._policy.flap_changes - stands:
            return
        if not stands:
            self.take(_flapping(report, self._edges[slot], self._policy))
        if not change.alarm.suppressed:
            change.alarm = self._alarms[slot] = replace(change.alarm, suppressed=True)
            change.steps.append(("suppressed", change.alarm.severity, "the object is flapping"))


def _told(report: AlarmReport) -> str:
    """The words of a step: what is wrong, and the line that said so."""
    return f"{report.text} ← {report.evidence}" if report.evidence else report.text


def _flapping(report: AlarmReport, edges: int, policy: AlarmPolicy) -> AlarmReport:
    """The one alarm that stands for all the ups and downs of its object."""
    what = report.condition.value.replace("-", " ")
    return AlarmReport(
        about=report.about,
        condition=Condition.FLAPPING,
        severity=Severity.MINOR,
        text=f"{what} comes and goes: {edges} changes in {policy.flap_window_s / 60:g} min",
    )


def tidy(
    due: Iterable[Alarm],
    last_edges: Mapping[str, datetime],
    *,
    policy: AlarmPolicy,
    at: datetime,
) -> list[Change]:
    """What the passing of time changes: flapping ends, suppression with it, shelves empty.

    `last_edges` says when a condition of an object (by key) last came or went.
    """
    alarms = tuple(due)
    changes = []
    flapping = set()
    for alarm in alarms:
        if alarm.condition != Condition.FLAPPING or not alarm.is_active:
            continue
        if is_quiet(last_edges.get(alarm.about.key), policy=policy, at=at):
            text = f"no change for {policy.flap_quiet_s:g} s"
            gone = settle(alarm, at=at)
            changes.append(Change(gone, [("cleared", Severity.CLEARED, text)], before=alarm))
        else:
            flapping.add(alarm.about.key)
    for alarm in alarms:
        is_by_hand = bool(alarm.suppressed_by)
        if alarm.suppressed and not is_by_hand and alarm.about.key not in flapping:
            released = replace(alarm, suppressed=False)
            step = ("released", alarm.severity, "flapping is over")
            changes.append(Change(released, [step], before=alarm))
        elif alarm.is_active and alarm.shelved_until and alarm.shelved_until <= at:
            step = ("unshelved", alarm.severity, "time is up")
            changes.append(Change(unshelve(alarm), [step], before=alarm))
    return _one_each(changes)


def _one_each(changes: list[Change]) -> list[Change]:
    """An alarm both shelved and flapping is written once; the rest waits for the next time."""
    return list({change.alarm.id: change for change in reversed(changes)}.values())[::-1]
