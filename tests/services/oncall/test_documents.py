"""What is kept as a document comes back as it was, also through JSON."""

from __future__ import annotations

import json
from datetime import date, time

from noc_console.services.alarms.model import Severity
from noc_console.services.oncall import documents
from noc_console.services.oncall.model import (
    Days,
    Holiday,
    Hours,
    Layer,
    Match,
    Policy,
    PolicyId,
    Shift,
    Step,
    Target,
    TargetKind,
    Told,
    Turn,
)

LAYER = Layer(
    "Nights",
    (3, 1),
    date(2026, 3, 2),
    Turn.PATTERN,
    2,
    time(7, 30),
    (Hours(time(22), time(6), frozenset({0, 4})),),
    Days.HOLIDAYS,
    "DN-",
    (Shift("D", time(7), time(19)),),
    3,
)
POLICY = Policy(
    PolicyId(4),
    "Core",
    Match(Severity.CRITICAL, ("pop*",), ("olt",), ("power",), 11, LAYER.hours),
    (Step((Target(TargetKind.ROTA, 1), Target(TargetKind.DESK)), 5.5, ("sms",)),),
    3,
    12.0,
    Step((Target(TargetKind.CHANNEL, 2),)),
)


def test_a_layer_and_a_holiday_come_back() -> None:
    assert documents.layer(json.loads(json.dumps(documents.layer_document(LAYER)))) == LAYER
    free = Holiday(date(2026, 12, 25), date(2026, 12, 27), "Christmas", True)
    back = documents.holiday(json.loads(json.dumps(documents.holiday_document(free))))
    assert (back, back.name, back.is_yearly) == (free, "Christmas", True)


def test_a_policy_comes_back_with_and_without_a_final_step() -> None:
    parts = documents.policy_parts(json.loads(json.dumps(documents.policy_document(POLICY))))
    assert Policy(POLICY.id, POLICY.name, **parts) == POLICY
    plain = Policy(PolicyId(1), "Plain")
    assert documents.policy_parts(documents.policy_document(plain))["final"] is None


def test_whom_a_page_told_comes_back() -> None:
    told = Told(Target(TargetKind.ROTA, 3), 7, "Ada", "on call")
    assert documents.told(json.loads(json.dumps(documents.told_document(told)))) == told
