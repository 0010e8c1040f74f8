"""A clock that only goes forward, at its own pace, and counts sleep."""

from __future__ import annotations

import time


def steady_s() -> float:
    """Seconds since some moment in the past; never jumps with the wall clock.

    Linux stops CLOCK_MONOTONIC while a laptop sleeps and has CLOCK_BOOTTIME for what we
    mean; other systems' monotonic clocks count sleep or do not matter.
    """
    boot_time = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic() if boot_time is None else time.clock_gettime(boot_time)
