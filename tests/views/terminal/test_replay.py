"""The bar of a replay, and the list of recordings."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from PySide6.QtWidgets import QDialog

from noc_console.services.tapes.model import TapeFile
from noc_console.services.terminal.replaying import ReplayLink, Shown, Tape
from noc_console.views.kit.desk import Desk
from noc_console.views.terminal.replay import ReplayBar, TapesDialog, clock_text
from tests.views.conftest import shown


@pytest.fixture
async def bar() -> ReplayBar:
    tape = Tape(
        "x", 80, 24, None, tuple(Shown(n * 10.0, f"line {n}\r\n".encode()) for n in range(11))
    )
    made = ReplayBar(ReplayLink(tape))
    shown(made, 900, 40)
    return made


async def test_it_plays_pauses_and_goes_anywhere(bar: ReplayBar) -> None:
    bar.play_button.click()
    assert not bar.link.is_playing
    bar.slider.setValue(5_000)
    assert bar.link.position == 50.0
    assert bar.time.text() == "0:50 / 1:40"
    bar.play_button.click()
    assert bar.link.is_playing
    bar.speed.setCurrentIndex(bar.speed.findData(8.0))
    assert bar.link.speed == 8.0
    bar.chips.turn(frozenset())
    assert not bar.link.skips_pauses


async def test_a_search_leads_to_the_moment_of_each_hit(bar: ReplayBar) -> None:
    bar.link.pause()
    bar.link.seek(25.0)
    bar.search.setText("line")
    bar.look_for()
    assert (bar.link.position, bar.told.text()) == (30.0, "4 of 11")
    bar.next_button.click()
    assert (bar.link.position, bar.told.text()) == (40.0, "5 of 11")
    bar.search.setText("nothing")
    bar.look_for()
    assert bar.told.text() == "not found"


async def test_recordings_are_listed_sifted_and_chosen(desk: Desk) -> None:
    begun = datetime(2026, 3, 1, tzinfo=UTC)
    tapes = tuple(TapeFile(f"{n}.cast", f"par-core{n}", begun, 1000, "mira") for n in range(3))
    dialog = TapesDialog(
        shown(ReplayBar(ReplayLink(Tape("x", 80, 24, None, ())))), tapes, desk.times
    )
    assert dialog.chosen() == "0.cast"
    dialog.search.setText("core2")
    assert dialog.chosen() == "2.cast"
    dialog.search.setText("nobody")
    dialog.accept_button.click()
    assert dialog.result() != QDialog.DialogCode.Accepted and not dialog.problem.isHidden()
    empty = TapesDialog(dialog, (), desk.times)
    assert not empty.accept_button.isEnabled()


@pytest.mark.parametrize(("seconds", "text"), [(0, "0:00"), (63, "1:03"), (3723.9, "1:02:03")])
def test_moments_are_told_as_clocks_do(seconds: float, text: str) -> None:
    assert clock_text(seconds) == text
