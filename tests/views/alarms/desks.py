"""Alarms and ledgers for the tests of the desk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from noc_console.services.alarms.model import Alarm, AlarmId, AlarmObject, Condition, Severity
from noc_console.views.alarms.arranging import Arranged
from noc_console.views.alarms.ledger import Ledger
from noc_console.views.alarms.matching import Facts

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
NOW = Facts("mira", AT.timestamp())
COLUMNS = (
    "severity", "since", "age", "object", "site", "problem", "customers", "ack", "owner",
    "ticket", "count", "condition", "type", "state", "notes",
)  # fmt: skip


def alarm(id: int, severity: Severity = Severity.MAJOR, **more: Any) -> Alarm:
    """An alarm that came `id` minutes ago on a device of its own."""
    at = AT - timedelta(minutes=id)
    device = more.pop("device", id)
    name = more.pop("device_name", f"sw-{device}")
    made = Alarm(
        AlarmId(id),
        AlarmObject(device),
        more.pop("condition", Condition.CPU),
        severity,
        more.pop("text", f"CPU at {id} %"),
        at,
        at,
        was=severity,
        device_name=name,
        site_name=more.pop("site", "Northgate"),
    )
    return replace(made, **more)


def ledger(alarms: Sequence[Alarm]) -> Ledger:
    made = Ledger()
    made.apply(alarms)
    return made


def keys(found: Arranged) -> list[int]:
    return [int(key) for key in found.keys]
