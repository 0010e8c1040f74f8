"""Blinking: slow, together, and only when wanted."""

from __future__ import annotations

from noc_console.views.kit.blink import HALF_MS, Blink
from tests.views.conftest import until


def test_it_blinks_once_a_second_at_most() -> None:
    assert 2 * HALF_MS >= 1000


async def test_it_runs_only_while_there_is_a_reason_and_it_is_wanted() -> None:
    blink = Blink()
    assert not blink.is_running
    blink.need(True)
    assert blink.is_running
    blink.set_enabled(False)
    assert not blink.is_running
    blink.set_enabled(True)
    assert blink.is_running
    blink.need(False)
    assert not blink.is_running


async def test_it_ends_in_the_light() -> None:
    blink, phases = Blink(), []
    blink.turned.connect(phases.append)
    blink._timer.setInterval(1)
    blink.need(True)
    await until(lambda: phases and not blink.is_light)
    blink.need(False)
    assert phases[-1] is True
    assert blink.is_light
