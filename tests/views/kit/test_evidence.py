"""Why a link is known."""

from __future__ import annotations

from datetime import timedelta

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPlainTextEdit

from noc_console.services.inventory.model import DeviceId, Evidence, EvidenceKind, Why
from noc_console.views.kit.desk import Desk
from noc_console.views.kit.evidence import MOST, WhyView
from noc_console.views.kit.label import Label


def piece(desk: Desk, raw: str = "1.2.3 = b") -> Evidence:
    seen = desk.clock.now() - timedelta(minutes=4)
    return Evidence(
        EvidenceKind.LLDP, DeviceId(1), None, DeviceId(2), None, "<b>b", "ge1", "", "", raw, seen
    )


def test_verdict_reasons_and_raw_rows_are_shown(desk: Desk) -> None:
    view = WhyView(desk.times)
    view.show_why(Why(None, "Surely linked.", ("One says so.", "Two agree."), (piece(desk),)))
    assert view.verdict.text() == "Surely linked."
    assert view.reasons.count() == 2
    raw = view.findChild(QPlainTextEdit)
    assert raw is not None and raw.toPlainText() == "1.2.3 = b" and raw.isReadOnly()
    texts = [label.text() for label in view.findChildren(Label)]
    assert "<b>b ge1" in texts and "4 min ago" in texts
    assert all(label.textFormat() == Qt.TextFormat.PlainText for label in view.findChildren(Label))


def test_a_new_question_takes_the_old_answer_away(desk: Desk) -> None:
    view = WhyView(desk.times)
    view.show_why(Why(None, "Surely linked.", ("One says so.",), (piece(desk),)))
    view.ask()
    assert view.verdict.text() == "Asking…"
    assert view.reasons.count() == view.evidence.count() == 0


def test_a_flood_of_evidence_is_cut(desk: Desk) -> None:
    view = WhyView(desk.times)
    view.show_why(Why(None, "Much.", (), tuple(piece(desk) for _ in range(100))))
    assert view.evidence.count() == MOST
