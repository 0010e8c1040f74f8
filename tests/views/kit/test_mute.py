"""Silence with an end: never by accident, and every window says so."""

from __future__ import annotations

from datetime import timedelta

from PySide6.QtWidgets import QHBoxLayout, QWidget

from noc_console.views.kit.mute import LONGEST_MIN, Mute, MuteBadge
from noc_console.views.kit.state import State
from tests.conftest import FakeClock
from tests.views.conftest import shown


async def test_it_ends_by_itself_and_says_so_once(clock: FakeClock) -> None:
    mute = Mute(State(None), clock)
    ends: list[int] = []
    mute.ended.connect(lambda: ends.append(1))
    assert (mute.is_on, mute.text) == (False, "")
    mute.mute(15)
    assert (mute.is_on, mute.text) == (True, "Muted · 15 min")
    clock.tick(minutes=14, seconds=30)
    mute.tick()
    assert mute.text == "Muted · 1 min"
    clock.tick(seconds=30)
    mute.tick()
    assert (mute.is_on, mute.text, ends) == (False, "", [1])
    mute.tick()
    assert ends == [1]


async def test_nobody_mutes_for_longer_than_a_shift(clock: FakeClock) -> None:
    mute = Mute(State(None), clock)
    mute.mute(100_000)
    assert mute.until == clock.now() + timedelta(minutes=LONGEST_MIN)
    mute.unmute()
    assert not mute.is_on


async def test_a_restart_neither_ends_nor_prolongs_it(clock: FakeClock) -> None:
    state = State(None)
    Mute(state, clock).mute(30)
    clock.tick(minutes=10)
    again = Mute(state, clock)
    assert again.text == "Muted · 20 min"
    clock.tick(minutes=21)
    assert not Mute(state, clock).is_on


async def test_a_clock_set_back_does_not_make_it_longer(clock: FakeClock) -> None:
    mute = Mute(State(None), clock)
    mute.mute(30)
    clock.tick(days=-3)
    assert not mute.is_on


async def test_what_was_kept_and_makes_no_sense_mutes_nothing(clock: FakeClock) -> None:
    for told in ("tomorrow", 7, None, "2026-03-01T00:10:00", "9999-01-01T00:00:00+00:00"):
        state = State(None)
        state.put("sound", muted_until=told)
        assert not Mute(state, clock).is_on


async def test_the_badge_is_there_while_nothing_sounds_whatever_the_reason(
    clock: FakeClock,
) -> None:
    mute = Mute(State(None), clock)
    window = QWidget()
    layout = QHBoxLayout(window)
    badge = MuteBadge(mute)
    assert not badge.isVisible()
    layout.addWidget(badge)
    shown(window, 300, 60)
    mute.mute(5)
    assert (badge.isVisible(), badge.text()) == (True, "Muted · 5 min")
    badge.click()
    assert not badge.isVisible()
    mute.say("Sounds off")
    assert (badge.isVisible(), badge.text()) == (True, "Sounds off")
    assert "no sound" in badge.accessibleName()
    mute.say("")
    assert not badge.isVisible()
