"""How an alarm behaves: repeat, escalate, ease, clear, come back, flap, wait on the shelf."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from noc_console.kernel.errors import Invalid
from noc_console.services.alarms.model import (
    EDGES,
    UNBORN,
    Alarm,
    AlarmPolicy,
    AlarmReport,
    Condition,
    Severity,
)

_NEVER_FLAPS = frozenset({Condition.FLAPPING, Condition.RESTARTED})


@dataclass(slots=True)
class Change:
    """An alarm as it will be, and the steps that led there: what and a text."""

    alarm: Alarm
    steps: list[tuple[str, Severity, str]] = field(default_factory=list)


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
        device_name=about.device_name,
        interface_name=about.interface_name,
        site_name=about.site_name,
    )


def repeat(alarm: Alarm, report: AlarmReport, *, at: datetime) -> tuple[Alarm, str]:
    """Fold a new report of the same problem into the alarm we already have.

    A worse severity takes the acknowledgement away and ends the shelving: someone
    agreed to live with the old problem, not with this one. Easing keeps both. The
    second value names the step for the history.
    """
    what = _step(alarm.severity, report.severity) if alarm.is_active else "reopened"
    again = replace(
        alarm,
        severity=report.severity,
        was=report.severity,
        text=report.text or alarm.text,
        last_seen=max(at, alarm.last_seen),
        count=alarm.count + (what in {"reopened", "repeated"}),
        cleared_at=None,
        device_name=report.about.device_name or alarm.device_name,
        interface_name=report.about.interface_name or alarm.interface_name,
        site_name=report.about.site_name or alarm.site_name,
    )
    if report.severity > alarm.was:
        again = replace(again, acked_by=None, acked_at=None, shelved_until=None)
    return again, what


def _step(old: Severity, new: Severity) -> str:
    if new == old:
        return "repeated"
    return "escalated" if new > old else "eased"


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
    )


def clear(alarm: Alarm, *, by: str, reason: str, at: datetime) -> Alarm:
    """Cleared by hand, which says that somebody saw it: acknowledged as well."""
    if not reason.strip():
        raise Invalid("say why the alarm is cleared", field="reason")
    return acknowledge(settle(alarm, at=at), by=by, at=at)


def acknowledge(alarm: Alarm, *, by: str, at: datetime) -> Alarm:
    """Somebody is dealing with it; the first one to say so keeps the credit."""
    if alarm.acked_by is not None:
        return alarm
    return replace(alarm, acked_by=by, acked_at=at)


def unacknowledge(alarm: Alarm) -> Alarm:
    """Nobody is dealing with it after all."""
    return replace(alarm, acked_by=None, acked_at=None)


def comment(alarm: Alarm, text: str) -> Alarm:
    """A note for the next shift, kept in the history."""
    if not text.strip():
        raise Invalid("a comment needs a text", field="text")
    return replace(alarm, comments=alarm.comments + 1)


def shelve(alarm: Alarm, *, seconds: float, policy: AlarmPolicy, at: datetime) -> Alarm:
    """Put aside until a set time; it returns by itself then, or when it gets worse."""
    if not 0 < seconds <= policy.shelve_s:
        longest = policy.shelve_s / 3600
        raise Invalid(f"an alarm can be shelved for up to {longest:g} h", field="minutes")
    if not alarm.is_active:
        return alarm
    return replace(alarm, shelved_until=at + timedelta(seconds=seconds))


def unshelve(alarm: Alarm) -> Alarm:
    """Back on the desk."""
    return replace(alarm, shelved_until=None)


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
    the alarm: from then on its ups and downs are counted and kept, and wake nobody.
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
        change = self.changes.setdefault(slot, Change(alarm))
        change.alarm = self._alarms[slot] = alarm
        change.steps.append((what, alarm.severity, report.text))
        if what in EDGES and report.condition not in _NEVER_FLAPS:
            self._edges[slot] = self._edges.get(slot, 0) + 1
            self._watch_for_flapping(change, report)

    def _watch_for_flapping(self, change: Change, report: AlarmReport) -> None:
        slot = (report.about.key, report.condition)
        flapping = self._alarms.get((report.about.key, Condition.FLAPPING))
        stands = flapping is not None and flapping.is_active
        if not stands and self._edges[slot] < self._policy.flap_changes:
            return
        if not stands:
            self.take(_flapping(report, self._edges[slot], self._policy))
        if not change.alarm.suppressed:
            change.alarm = self._alarms[slot] = replace(change.alarm, suppressed=True)
            change.steps.append(("suppressed", change.alarm.severity, "the object is flapping"))


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
            changes.append(Change(settle(alarm, at=at), [("cleared", Severity.CLEARED, text)]))
        else:
            flapping.add(alarm.about.key)
    for alarm in alarms:
        if alarm.suppressed and alarm.about.key not in flapping:
            released = replace(alarm, suppressed=False)
            changes.append(Change(released, [("released", alarm.severity, "flapping is over")]))
        elif alarm.is_active and alarm.shelved_until and alarm.shelved_until <= at:
            changes.append(Change(unshelve(alarm), [("unshelved", alarm.severity, "time is up")]))
    return _one_each(changes)


def _one_each(changes: list[Change]) -> list[Change]:
    """An alarm both shelved and flapping is written once; the rest waits for the next time."""
    return list({change.alarm.id: change for change in reversed(changes)}.values())[::-1]
