"""How a probe stands in the list."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from noc_console.services.alarms.model import (
    NO_DEVICE,
    Alarm,
    AlarmId,
    AlarmObject,
    Condition,
    Severity,
)
from noc_console.services.probes.model import Probe, ProbeId, ProbeNow, ProbeState
from noc_console.services.probes.settings import ProbeKind
from noc_console.views.kit.desk import Desk
from noc_console.views.probes.rows import (
    ProbeRow,
    interval_text,
    is_stale,
    origin_text,
    probe_columns,
    probe_rows,
    row_icon,
    state_word,
)

AT = datetime(2026, 3, 1, tzinfo=UTC)
PROBE = Probe(ProbeId(1), ProbeKind.ICMP, "192.0.2.1")
NOW = ProbeNow(PROBE, "192.0.2.1", "upstream", state=ProbeState.WELL, at=AT, sent=20, lost=1)


@pytest.mark.parametrize(
    ("row", "word"),
    [
        (ProbeRow(NOW), "Well"),
        (ProbeRow(replace(NOW, state=ProbeState.SILENT)), "Silent"),
        (ProbeRow(NOW, Severity.MINOR, Condition.PROBE_LOSS), "Lossy"),
        (ProbeRow(NOW, Severity.MINOR, Condition.CERTIFICATE_EXPIRY), "Expiring"),
        (ProbeRow(NOW, is_stale=True), "Stale"),
        (ProbeRow(replace(NOW, probe=replace(PROBE, is_paused=True))), "Paused"),
        (ProbeRow(ProbeNow(PROBE, "x", "x")), "Waiting"),
    ],
)
def test_a_state_is_one_word_and_one_sign(row: ProbeRow, word: str) -> None:
    assert state_word(row) == word
    assert not row_icon(row).isNull()


def test_a_word_is_stale_after_two_and_a_half_intervals() -> None:
    assert not is_stale(NOW, timedelta(seconds=140))
    assert is_stale(NOW, timedelta(seconds=151))
    assert not is_stale(ProbeNow(PROBE, "x", "x"), timedelta(days=1))


@pytest.mark.parametrize(
    ("origin", "by", "text"),
    [("", "", "any collector"), ("", "ams-1", "ams-1"), ("collector:fra-1", "ams-1", "fra-1"),
     ("zone:pop 7", "", "zone pop 7")],
)  # fmt: skip
def test_from_where_it_is_asked(origin: str, by: str, text: str) -> None:
    assert origin_text(ProbeRow(replace(NOW, probe=replace(PROBE, origin=origin), by=by))) == text


@pytest.mark.parametrize(
    ("seconds", "text"), [(5.0, "5 s"), (90.0, "90 s"), (60.0, "1 min"), (7200.0, "2 h")]
)
def test_intervals_are_short_words(seconds: float, text: str) -> None:
    assert interval_text(seconds) == text


def test_every_column_has_a_text_for_what_is_known_and_what_is_not(desk: Desk) -> None:
    known = replace(NOW, median_ms=1.5, jitter_ms=0.2, expires_at=desk.clock.now())
    for row in (ProbeRow(known), ProbeRow(ProbeNow(PROBE, "x", "x"))):
        for column in probe_columns(desk):
            assert isinstance(column.text(row), str)
            assert column.export is None or isinstance(column.export(row), str)
            assert column.tip is None or isinstance(column.tip(row), str)


def test_a_row_differs_when_its_curve_does() -> None:
    curve = np.zeros(3)
    assert ProbeRow(NOW, curve=curve) == ProbeRow(NOW, curve=curve)
    assert ProbeRow(NOW, curve=curve) != ProbeRow(NOW, curve=np.zeros(3))
    assert ProbeRow(NOW) != "row"


def test_rows_carry_the_worst_alarm_and_what_did_not_change_stays_the_same_object() -> None:
    def alarm(probe: int, severity: Severity, condition: Condition) -> Alarm:
        about = AlarmObject(NO_DEVICE, other=f"probe:{probe}")
        return Alarm(AlarmId(1), about, condition, severity, "x", AT, AT)

    alarms = (
        alarm(1, Severity.MINOR, Condition.PROBE_LOSS),
        alarm(1, Severity.MAJOR, Condition.PROBE_FAILED),
        alarm(1, Severity.CLEARED, Condition.CERTIFICATE_EXPIRY),
        alarm(9, Severity.MAJOR, Condition.PROBE_FAILED),
    )
    other = replace(NOW, probe=replace(PROBE, id=ProbeId(2)))
    first = probe_rows((NOW, other), alarms, {}, (), now=AT)
    assert [(row.worst, row.trouble) for row in first] == [
        (Severity.MAJOR, Condition.PROBE_FAILED),
        (Severity.CLEARED, None),
    ]
    again = probe_rows((replace(NOW), replace(other, lost=2)), alarms, {}, first, now=AT)
    assert again[0] is first[0] and again[1] is not first[1]
