"""The light a fibre normally brings."""

from __future__ import annotations


def usual_light(old: float | None, value: float, *, passed_s: float) -> float:
    """Follows upwards at once, downwards over days, dBm.

    A fading fibre must not drag its own reference down, a cleaned one sets it anew.
    """
    if old is None or value >= old:
        return value
    return old + (value - old) * min(1.0, passed_s / (5 * 86_400))
