"""One row a collector: its share of the devices, its own word about itself, its schedule."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from PySide6.QtGui import QColor

from noc_console.kernel.text import duration, plural
from noc_console.services.collectors.model import CollectorShare, CollectorState
from noc_console.services.telemetry.model import (
    Breaker,
    CollectorHealth,
    Lane,
    ScheduleNow,
    TierNow,
    TroubledDevice,
    WorkerHealth,
)
from noc_console.views.kit.desk import Desk
from noc_console.views.kit.rows import Align, Column
from noc_console.views.kit.theme import look

STALE_S = 15.0
"""A collector speaks every two seconds; after this long its word is history."""
LAG_S = 0.25
SKEW_S = 5.0
STATES = {
    CollectorState.ACTIVE: "Active",
    CollectorState.STANDBY: "Stands by",
    CollectorState.DRAINING: "Hands over",
    CollectorState.GONE: "Gone",
}
LANES = {Lane.FAST: "Fast", Lane.SLOW: "Slow", Lane.SILENT: "Silent"}
BREAKERS = {Breaker.CLOSED: "", Breaker.OPEN: "Open", Breaker.HALF_OPEN: "Half-open"}
REASONS = {
    "timeout": "No answer",
    "refused": "Port closed",
    "unroutable": "No route",
    "auth": "Access denied",
    "malformed": "Nonsense answered",
    "slow": "Too slow for a table",
    "forged": "Wrong signature",
}


@dataclass(frozen=True, slots=True)
class CollectorRow:
    """What is known of one collector; a part nobody told of is None."""

    name: str
    share: CollectorShare | None = None
    health: CollectorHealth | None = None
    schedule: ScheduleNow | None = None

    @property
    def devices(self) -> int:
        """As it counts them itself, else as they were divided."""
        if self.health is not None:
            return self.health.devices
        return 0 if self.share is None else self.share.devices


def collector_rows(
    shares: Iterable[CollectorShare],
    told: Iterable[CollectorHealth],
    schedules: Iterable[ScheduleNow],
) -> tuple[CollectorRow, ...]:
    """By name. A process that is no collector (a listener, a window) tells no devices."""
    by_share = {share.name: share for share in shares}
    by_schedule = {schedule.collector: schedule for schedule in schedules}
    by_health = {health.name: health for health in told}
    names = sorted(by_share.keys() | by_schedule.keys())
    if not names:
        names = sorted(by_health)
    return tuple(
        CollectorRow(name, by_share.get(name), by_health.get(name), by_schedule.get(name))
        for name in names
    )


def state_word(row: CollectorRow, age_s: float | None) -> str:
    """Its part in the team; without one, whether it was heard of lately."""
    if row.share is not None:
        return STATES[row.share.state]
    return "Silent" if age_s is None or age_s > STALE_S else "Active"


def troubles(row: CollectorRow, age_s: float | None) -> tuple[str, ...]:
    """What an operator should know, in words, the worst first."""
    found = []
    health, schedule = row.health, row.schedule
    is_gone = row.share is not None and row.share.state is CollectorState.GONE
    if is_gone:
        found.append("gone: others have its devices")
    elif age_s is None or age_s > STALE_S:
        said = "never" if age_s is None else f"{duration(age_s)} ago"
        found.append(f"last heard {said}")
    if schedule is not None and schedule.lateness.late:
        found.append(plural(schedule.lateness.late, "late poll"))
    if health is None:
        return tuple(found)
    found += [
        f"{worker.name} is stuck" if worker.running else f"{worker.name} is down"
        for worker in health.workers
        if not worker.is_well
    ]
    if health.dropped_polls:
        found.append(f"{health.dropped_polls:,} measurements lost")
    if health.dropped:
        found.append(f"{health.dropped:,} traps and lines lost")
    if health.loop_lag_s > LAG_S:
        found.append(f"its loop lags {health.loop_lag_s:.1f} s")
    if health.clock_skew_s is not None and abs(health.clock_skew_s) > SKEW_S:
        found.append(f"its clock is {health.clock_skew_s:+.0f} s off")
    return tuple(found)


def collector_columns(desk: Desk) -> tuple[Column[CollectorRow], ...]:
    times = desk.times

    def age_s(row: CollectorRow) -> float | None:
        return None if row.health is None else times.age_s(row.health.at)

    def ink(row: CollectorRow) -> QColor | None:
        return look().color("attention.plain") if troubles(row, age_s(row)) else None

    def late(row: CollectorRow) -> float | None:
        if row.schedule is None or not row.schedule.lateness.turns:
            return None
        return row.schedule.lateness.late / row.schedule.lateness.turns

    return (
        Column(
            "Collector",
            lambda row: f"{row.name} (here)" if row.share and row.share.is_me else row.name,
            width=170,
            sort=lambda row: row.name,
        ),
        Column("State", lambda row: state_word(row, age_s(row)), width=92),
        Column(
            "Devices",
            lambda row: f"{row.devices:,}",
            sort=lambda row: row.devices,
            width=72,
            align=Align.RIGHT,
        ),
        Column(
            "Shards",
            lambda row: "" if row.share is None else str(row.share.shards),
            sort=lambda row: None if row.share is None else row.share.shards,
            width=62,
            align=Align.RIGHT,
        ),
        Column(
            "Zones",
            lambda row: "" if row.share is None else zones_text(row.share),
            width=130,
        ),
        Column(
            "Polls/s",
            lambda row: "" if row.schedule is None else f"{row.schedule.polls_per_s:.1f}",
            sort=lambda row: None if row.schedule is None else row.schedule.polls_per_s,
            width=66,
            align=Align.RIGHT,
            id="polls",
        ),
        Column(
            "Late",
            lambda row: "" if late(row) is None else f"{100 * (late(row) or 0):.1f} %",
            sort=late,
            width=62,
            align=Align.RIGHT,
        ),
        Column(
            "p95 late",
            lambda row: (
                "" if row.schedule is None else f"{row.schedule.lateness.p95_s * 1000:.0f} ms"
            ),
            sort=lambda row: None if row.schedule is None else row.schedule.lateness.p95_s,
            width=74,
            align=Align.RIGHT,
            id="p95",
        ),
        Column(
            "Silent",
            lambda row: "" if row.health is None else f"{row.health.unreachable:,}",
            sort=lambda row: None if row.health is None else row.health.unreachable,
            width=58,
            align=Align.RIGHT,
        ),
        Column(
            "Heard",
            lambda row: "–" if row.health is None else f"{times.ago(row.health.at)}",
            sort=age_s,
            width=62,
            align=Align.RIGHT,
            tip=lambda row: "" if row.health is None else times.both(row.health.at),
        ),
        Column(
            "Trouble",
            lambda row: ", ".join(troubles(row, age_s(row))),
            width=240,
            color=ink,
            tip=lambda row: "\n".join(troubles(row, age_s(row))),
            stretch=True,
        ),
        Column("Host", lambda row: "" if row.share is None else row.share.host, width=120),
        Column(
            "Process",
            lambda row: "" if row.share is None else str(row.share.pid),
            width=70,
            align=Align.RIGHT,
            hidden=True,
        ),
        Column(
            "Duties",
            lambda row: "" if row.share is None else ", ".join(d.value for d in row.share.duties),
            width=160,
            hidden=True,
        ),
    )


def zones_text(share: CollectorShare) -> str:
    """`common, pop-7`; a collector that only serves its zones has no common."""
    return ", ".join((*(() if share.only_zones else ("common",)), *share.zones))


def seconds_text(seconds: float | None) -> str:
    """`12 ms`, `3.4 s`, `5 min`; "" when unknown."""
    if seconds is None:
        return ""
    if abs(seconds) < 1:
        return f"{seconds * 1000:.0f} ms"
    return f"{seconds:.1f} s" if abs(seconds) < 60 else duration(seconds)


def due_text(seconds: float | None) -> str:
    """`in 12 s`, `3 s late`."""
    if seconds is None:
        return ""
    if seconds < -0.05:
        return f"{seconds_text(-seconds)} late"
    return "now" if seconds < 1 else f"in {duration(seconds)}"


def tier_columns() -> tuple[Column[TierNow], ...]:
    return (
        Column("Class", lambda tier: tier.name or "All others", width=180),
        Column(
            "Every",
            lambda tier: seconds_text(tier.interval_s),
            sort=lambda tier: tier.interval_s,
            width=80,
            align=Align.RIGHT,
        ),
        Column(
            "Devices",
            lambda tier: f"{tier.devices:,}",
            sort=lambda tier: tier.devices,
            width=80,
            align=Align.RIGHT,
        ),
        Column(
            "Late polls",
            lambda tier: f"{tier.late:,}" if tier.late else "",
            sort=lambda tier: tier.late,
            width=84,
            align=Align.RIGHT,
            color=lambda tier: look().color("attention.plain"),
        ),
        Column(
            "Next",
            lambda tier: due_text(tier.next_due_s),
            sort=lambda tier: tier.next_due_s,
            width=90,
            align=Align.RIGHT,
        ),
    )


def troubled_columns(names: Mapping[int, str]) -> tuple[Column[TroubledDevice], ...]:
    """`names` by device id, filled by the page."""

    def name(row: TroubledDevice) -> str:
        return names.get(int(row.device_id), f"device {row.device_id}")

    return (
        Column("Device", name, width=180),
        Column(
            "Mean answer",
            lambda row: seconds_text(row.response_s),
            sort=lambda row: row.response_s,
            width=96,
            align=Align.RIGHT,
            id="answer",
        ),
        Column("Lane", lambda row: LANES[row.lane], width=70, sort=lambda row: row.lane.value),
        Column("Breaker", lambda row: BREAKERS[row.breaker], width=80),
        Column(
            "Why",
            lambda row: REASONS.get(row.why, row.why),
            width=160,
            stretch=True,
        ),
        Column(
            "Missed",
            lambda row: f"{row.misses:,}" if row.misses else "",
            sort=lambda row: row.misses,
            width=66,
            align=Align.RIGHT,
        ),
        Column(
            "Failures",
            lambda row: f"{row.failures:,}" if row.failures else "",
            sort=lambda row: row.failures,
            width=72,
            align=Align.RIGHT,
        ),
        Column(
            "Requests/min",
            lambda row: f"{row.requests:,.0f}",
            sort=lambda row: row.requests,
            width=98,
            align=Align.RIGHT,
            id="requests",
        ),
        Column("Class", lambda row: row.tier or "All others", width=120, dim=True),
        Column(
            "Next",
            lambda row: due_text(row.next_due_s),
            sort=lambda row: row.next_due_s,
            width=84,
            align=Align.RIGHT,
        ),
    )


def worker_columns() -> tuple[Column[WorkerHealth], ...]:
    def state(worker: WorkerHealth) -> str:
        if worker.is_done:
            return "Done"
        if not worker.running:
            return "Down"
        return "Running" if worker.is_well else "Stuck"

    def ink(worker: WorkerHealth) -> QColor | None:
        return None if worker.is_well else look().color("attention.plain")

    return (
        Column("Worker", lambda worker: worker.name, width=130),
        Column("State", state, width=80, color=ink),
        Column(
            "Moved",
            lambda worker: (
                ""
                if worker.heartbeat_age_s is None
                else f"{seconds_text(worker.heartbeat_age_s)} ago"
            ),
            sort=lambda worker: worker.heartbeat_age_s,
            width=100,
            align=Align.RIGHT,
        ),
        Column(
            "Restarts",
            lambda worker: str(worker.restarts) if worker.restarts else "",
            sort=lambda worker: worker.restarts,
            width=74,
            align=Align.RIGHT,
        ),
        Column(
            "Stuck",
            lambda worker: str(worker.stuck) if worker.stuck else "",
            sort=lambda worker: worker.stuck,
            width=60,
            align=Align.RIGHT,
        ),
        Column(
            "Last trouble",
            lambda worker: worker.error,
            width=320,
            tip=lambda worker: "\n".join(filter(None, (worker.error, worker.hung_at))),
            stretch=True,
        ),
    )
