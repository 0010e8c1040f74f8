from __future__ import annotations

from dataclasses import replace

from PySide6.QtWidgets import QDialog

from noc_console.services.flights.model import Flight, Gates
from noc_console.views.flights.deciding import ApproveDialog, StartDialog
from noc_console.views.kit.label import Label
from tests.views.flights.test_columns import FLIGHT

ACCEPTED = QDialog.DialogCode.Accepted


def of(**counts: int) -> Flight:
    return replace(FLIGHT, counts=counts)


async def test_anothers_flight_needs_no_reason() -> None:
    dialog = ApproveDialog(None, of(planned=2), is_own=False)
    assert dialog.without.isHidden()
    dialog.accept_button.click()
    assert dialog.result() == ACCEPTED


async def test_ones_own_needs_one_and_refused_devices_a_word() -> None:
    dialog = ApproveDialog(None, of(planned=2, refused=1), is_own=True)
    dialog.accept_button.click()
    assert "planned it yourself" in dialog.problem.text()
    dialog.reason.setPlainText("nobody else is here")
    dialog.accept_button.click()
    assert "left as they are" in dialog.problem.text() and dialog.result() != ACCEPTED
    dialog.without.setChecked(True)
    dialog.accept_button.click()
    assert dialog.result() == ACCEPTED


async def test_who_answers_for_it_is_told_what_is_not_watched() -> None:
    off = replace(of(planned=2), gates=Gates(ports=False, errors=False))
    for dialog in (ApproveDialog(None, off, is_own=False), StartDialog(None, off)):
        told = " ".join(label.text() for label in dialog.findChildren(Label))
        assert "Not watched: ports, errors." in told
    plain = ApproveDialog(None, of(planned=2), is_own=False)
    assert not any("Not watched" in label.text() for label in plain.findChildren(Label))


async def test_many_devices_are_started_by_typing_how_many() -> None:
    dialog = StartDialog(None, of(planned=12, same=3))
    assert dialog.accept_button.text() == "Change 12 devices"
    assert not dialog.accept_button.isDefault()
    dialog.typed.setText("15")
    dialog.accept_button.click()
    assert dialog.result() != ACCEPTED
    dialog.typed.setText(" 12 ")
    dialog.accept_button.click()
    assert dialog.result() == ACCEPTED


async def test_one_device_is_started_at_once() -> None:
    dialog = StartDialog(None, of(planned=1))
    dialog.accept_button.click()
    assert dialog.result() == ACCEPTED
