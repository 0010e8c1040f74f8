"""What a reading amounts to: rows for the store, reports for the desk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from noc_console.services.alarms.model import AlarmReport, Condition, Severity
from noc_console.services.inventory.model import OperStatus
from noc_console.services.telemetry.model import Ints

Standing = Mapping[tuple[str, Condition], Severity]
"""Alarms of the device that stand, by object key and condition."""


@dataclass(slots=True)
class Outcome:
    """What is to be kept and told after a reading."""

    port_ids: Ints | None = None
    port_rows: Ints | None = None
    """[n, 10] in the order of the store's interface columns: counters, status, epoch."""
    sensors: dict[int, int] = field(default_factory=dict)
    """Thousandths."""
    device: tuple[int | None, ...] = ()
    statuses: dict[int, OperStatus] = field(default_factory=dict)
    """Interfaces whose state changed."""
    reports: list[AlarmReport] = field(default_factory=list)
    confirm: bool = False
    """Something looks wrong and another reading soon would make it certain."""
    restarted: bool = False


def is_news(report: AlarmReport, standing: Standing) -> bool:
    known = standing.get((report.about.key, report.condition), Severity.CLEARED)
    return report.severity != known
