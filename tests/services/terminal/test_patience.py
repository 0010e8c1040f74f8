"""Patterns that would take for ever are given up; others never notice."""

from __future__ import annotations

import re
import signal
import threading
import time

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
    before = signal.getsignal(signal.SIGALRM)
    with patience():
        assert re.search(r"\d+", "ge-0/0/1")
    assert signal.getsignal(signal.SIGALRM) == before


def test_an_alarm_of_somebody_else_still_comes() -> None:
    whose = signal.getitimer(signal.ITIMER_REAL)  # the test runner's, perhaps
    before = signal.signal(signal.SIGALRM, signal.SIG_IGN)
    try:
        signal.setitimer(signal.ITIMER_REAL, 900)
        with pytest.raises(TooSlow), patience(0.005):
            re.search(r"(a+)+$", "a" * 60 + "!")
        assert 0 < signal.getitimer(signal.ITIMER_REAL)[0] < 900
    finally:
        signal.signal(signal.SIGALRM, before)
        signal.setitimer(signal.ITIMER_REAL, *whose)


def test_patience_counts_the_processors_time_not_the_walls() -> None:
    with patience(0.02):
        time.sleep(0.1)
        assert re.search("b", "abc")


def test_other_threads_have_no_alarm_and_are_let_be() -> None:
    found: list[bool] = []

    def look() -> None:
        with patience(0.001):
            found.append(re.search("b", "abc") is not None)

    thread = threading.Thread(target=look)
    thread.start()
    thread.join()
    assert found == [True]
