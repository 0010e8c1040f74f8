"""Patterns that would take for ever are given up; others never notice."""

from __future__ import annotations

import re
import signal
import threading

import pytest

from noc_console.services.terminal.patience import TooSlow, patience


@pytest.mark.parametrize(
    ("pattern", "text"),
    [(r"(a+)+$", "a" * 60 + "!"), (r"\s+\s+\s+z", " " * 2_000), (r"(x|xx)+y", "x" * 80)],
)
def test_a_pattern_that_would_take_for_ever_is_given_up(pattern: str, text: str) -> None:
    with pytest.raises(TooSlow), patience(0.02):
        re.search(pattern, text)


def test_what_is_quick_goes_on_and_the_alarm_is_put_back() -> None:
    before = signal.getsignal(signal.SIGVTALRM)
    with patience():
        assert re.search(r"\d+", "ge-0/0/1")
    assert signal.getitimer(signal.ITIMER_VIRTUAL) == (0.0, 0.0)
    assert signal.getsignal(signal.SIGVTALRM) == before


def test_other_threads_have_no_alarm_and_are_let_be() -> None:
    found: list[bool] = []

    def look() -> None:
        with patience(0.001):
            found.append(re.search("b", "abc") is not None)

    thread = threading.Thread(target=look)
    thread.start()
    thread.join()
    assert found == [True]
