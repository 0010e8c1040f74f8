"""Regular expressions that people write, tried on what devices send, for a moment at most.

Python's matcher backtracks: `(a+)+$` against thirty letters takes a minute. Which patterns are slow
depends on the text, so they are not judged by their looks: whoever tries one says how long it may
take, and an alarm ends it. The matcher looks for alarms while it works.
"""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from noc_console.kernel.errors import Invalid

PATIENCE_S = 0.1
"""Of processor time, for a slice of lines that takes a few thousandths with usual patterns."""
LEAST_S = 0.0005
"""No alarm is set for less: nought would end it."""
TOO_SLOW = (
    "this pattern takes too long on what the device sent: repeats within one another, such as"
    " (a+)+, or many of .* can take for ever"
)


class TooSlow(Invalid):
    """A pattern was given up."""

    def __init__(self) -> None:
        super().__init__(TOO_SLOW, field="pattern")


@contextmanager
def patience(seconds: float = PATIENCE_S) -> Iterator[None]:
    """Raise TooSlow when what is inside uses more of the processor, to a thousandth of a second.

    Works in the window's thread, where terminals are, on systems that have alarms (not on Windows).
    """
    if not hasattr(signal, "setitimer") or not _is_main():
        yield
        return
    is_on, began, until = True, time.monotonic(), time.thread_time() + seconds

    def give_up(number: int, frame: FrameType | None) -> None:
        # The alarm's clock is that of the wall (the processor's ticks only each hundredth): what
        # others used of the time is given back.
        left = until - time.thread_time()
        if is_on and left > 0:
            signal.setitimer(signal.ITIMER_REAL, max(left, LEAST_S))
        elif is_on:
            raise TooSlow

    before = signal.signal(signal.SIGALRM, give_up)
    waiting, _ = signal.setitimer(signal.ITIMER_REAL, max(seconds, LEAST_S))
    try:
        yield
    finally:
        is_on = False
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
        if waiting:  # somebody else's alarm, put back as if nothing had been
            left = waiting - (time.monotonic() - began)
            signal.setitimer(signal.ITIMER_REAL, max(left, LEAST_S))


def _is_main() -> bool:
    return threading.current_thread() is threading.main_thread()
