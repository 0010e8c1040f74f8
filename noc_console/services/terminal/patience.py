"""Regular expressions that people write, tried on what devices send, for a moment at most.

Python's matcher backtracks: `(a+)+$` against thirty letters takes a minute. Which patterns are slow
depends on the text, so they are not judged by their looks: whoever tries one says how long it may
take, and an alarm of the processor's clock ends it. The matcher looks for alarms while it works.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from noc_console.kernel.errors import Invalid

PATIENCE_S = 0.1
"""Of processor time, for a slice of lines that takes a few thousandths with usual patterns."""
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
    """Raise TooSlow when what is inside uses more of the processor.

    Works in the window's thread, where terminals are, on systems that have them (not on Windows).
    """
    if not hasattr(signal, "setitimer") or not _is_main():
        yield
        return
    is_on = True

    def give_up(number: int, frame: FrameType | None) -> None:
        if is_on:
            raise TooSlow

    before = signal.signal(signal.SIGVTALRM, give_up)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        is_on = False
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def _is_main() -> bool:
    return threading.current_thread() is threading.main_thread()
