"""What a page says about itself."""

from __future__ import annotations

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from noc_console.views.kit.strips import BusyLine, Empty, EmptyState, Strip
from tests.views.conftest import shown, until


async def test_a_strip_shows_one_thing_to_do_and_can_be_sent_away() -> None:
    strip, done = Strip(), []
    shown(strip, 400, 40)
    strip.say("core-1 did not answer", verb="Retry", act=lambda: done.append("retried"))
    assert strip.button.isVisible()
    assert strip.text.textFormat() == Qt.TextFormat.PlainText
    strip.button.click()
    strip.say("only words")
    assert not strip.button.isVisible()
    strip.dismiss.click()
    assert (strip.isVisible(), done) == (False, ["retried"])


async def test_an_empty_state_says_what_why_and_offers_one_button() -> None:
    state, done = EmptyState(), []
    shown(state, 700, 500)
    why = "Discovery finds them: give it one address. " * 4
    state.show_empty(Empty("No devices yet", why, "Discover devices", lambda: done.append(1)))
    await until(lambda: state.why.height() >= state.why.heightForWidth(state.why.width()))
    state.button.click()
    assert done == [1]
    state.show_empty(Empty("All quiet", "Nothing is wrong."))
    assert not state.button.isVisible()


async def test_a_quick_answer_shows_no_movement() -> None:
    line = BusyLine()
    line.PAUSE_MS = 0
    line.set_busy(True)
    line.set_busy(False)
    assert not line.is_moving


async def test_a_slow_answer_is_seen_to_be_waited_for() -> None:
    line = BusyLine()
    shown(line, 400, 2)
    still = line.grab().toImage()
    line._wait.setInterval(1)
    line.set_busy(True)
    await until(lambda: line.is_moving)
    await until(lambda: line.grab().toImage() != still)
    line.set_busy(False)
    assert not line.is_moving


def test_an_error_is_said_as_a_sentence_and_a_name_as_it_is_written(qtbot: QtBot) -> None:
    strip = Strip()
    qtbot.addWidget(strip)
    strip.say("the vault is locked")
    assert strip.text.text() == "The vault is locked"
    strip.say("core-1 refused the login")
    assert strip.text.text() == "core-1 refused the login"
