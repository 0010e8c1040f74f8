"""The pane beside the smoke."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from PySide6.QtCore import Qt

from noc_console.services.probes.model import Probe, ProbeId, ProbeNow, ProbeState, Round
from noc_console.services.probes.settings import HttpSettings, ProbeKind
from noc_console.views.kit.desk import Desk
from noc_console.views.probes.details import ProbeDetails, round_text
from noc_console.views.probes.rows import ProbeRow


@pytest.fixture
def details(desk: Desk) -> ProbeDetails:
    made = ProbeDetails(desk)
    made.show()
    return made


def page(desk: Desk) -> ProbeNow:
    return ProbeNow(
        Probe(ProbeId(1), ProbeKind.HTTP, "https://x.example/", settings=HttpSettings()),
        "https://x.example/",
        "shop",
        state=ProbeState.WELL,
        at=desk.clock.now(),
        sent=1,
        least_ms=80.0,
        median_ms=80.0,
        greatest_ms=80.0,
        phases_ms={"name": 2.0, "connect": 10.0, "tls": 30.0, "first_byte": 38.0},
        facts=(("Status", "200 OK"), ("Certificate", "<b>x.example</b>\n\u202e")),
        expires_at=desk.clock.now() + timedelta(days=11),
    )


def facts(details: ProbeDetails) -> dict[str, str]:
    return {t.text(): v.text() for t, v in details._rows if v.isVisibleTo(details)}


def test_a_page_tells_its_phases_facts_and_the_end_of_its_certificate(
    details: ProbeDetails, desk: Desk
) -> None:
    details.show_row(ProbeRow(page(desk)))
    assert details.name.whole() == "shop"
    told = facts(details)
    assert (told["Status"], told["Round trip"], told["Ends in"]) == ("200 OK", "80.0 ms", "11 d")
    assert details.phases.isVisibleTo(details)
    assert "TLS 30.0 ms" in details.phases.accessibleName()
    assert not details.phases.grab().isNull()


def test_what_a_peer_says_is_shown_as_plain_text(details: ProbeDetails, desk: Desk) -> None:
    details.show_row(ProbeRow(page(desk)))
    label = next(v for t, v in details._rows if t.text() == "Certificate")
    assert label.textFormat() == Qt.TextFormat.PlainText
    assert "\n" not in label.text() and "\u202e" not in label.text()


def test_an_error_stands_out_and_leaves_with_its_cause(details: ProbeDetails, desk: Desk) -> None:
    now = page(desk)
    details.show_row(ProbeRow(replace(now, error="no answer in time", facts=())))
    assert details.error.isVisibleTo(details)
    details.show_row(ProbeRow(replace(now, facts=())))
    assert not details.error.isVisibleTo(details)
    assert "Status" not in facts(details)
    details.show_row(None)
    assert not details.name.isVisibleTo(details)


def test_a_run_from_here_is_told_until_another_probe_is_chosen(
    details: ProbeDetails, desk: Desk
) -> None:
    now = page(desk)
    details.show_row(ProbeRow(now))
    details.show_once(Round(ProbeState.WELL, 5, (400, 500, 600)))
    assert details.once.text() == "From here, just now: 3 of 5, 500 µs (400 µs – 600 µs)"
    details.show_row(ProbeRow(replace(now, sent=2)))
    assert details.once.isVisibleTo(details)
    details.show_row(ProbeRow(replace(now, probe=replace(now.probe, id=ProbeId(2)))))
    assert not details.once.isVisibleTo(details)


@pytest.mark.parametrize(
    ("told", "text"),
    [
        (Round(ProbeState.SILENT, 5, error="no answer within 2 s"), "no answer within 2 s"),
        (Round(ProbeState.SILENT, 5), "no answer"),
        (Round(ProbeState.WELL, 1, (80_000,)), "80.0 ms"),
        (Round(ProbeState.WRONG, 1, (80_000,), error="it says 503"), "it says 503 (80.0 ms)"),
    ],
)
def test_a_round_is_a_line(told: Round, text: str) -> None:
    assert round_text(told) == text
