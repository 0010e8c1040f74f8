"""What never arrived, by the exporters' own numbers (RFC 3954 §5.1, RFC 7011 §3.1)."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass

from noc_console.wire.flows.records import Sequence

MOST_STREAMS = 256
FAR = 1_000_000
"""A jump this wide is a restart, not a loss."""
_WRAP = 0xFFFF_FFFF


@dataclass(slots=True)
class _Stream:
    expected: int
    uptime: int | None


class Losses:
    """Counts gaps in the streams of one exporter; what came late is taken off again."""

    def __init__(self) -> None:
        self.lost = 0
        self.counted = 0
        """What arrived, in the same unit."""
        self._streams: OrderedDict[tuple[object, ...], _Stream] = OrderedDict()

    @property
    def share(self) -> float:
        """Lost of all that was sent, 0 to 1."""
        sent = self.lost + self.counted
        return self.lost / sent if sent else 0.0

    def take(
        self, sequence: Sequence | None, stream: tuple[object, ...], uptime: int | None
    ) -> None:
        """Note a datagram's number; without one the next number is anyone's guess."""
        if sequence is None:
            self._streams.pop(stream, None)
            return
        size = (sequence.next - sequence.number) & _WRAP
        known = self._streams.get(sequence.stream)
        self._streams[sequence.stream] = fresh = _Stream(sequence.next, uptime)
        self._streams.move_to_end(sequence.stream)
        if len(self._streams) > MOST_STREAMS:
            self._streams.popitem(last=False)
        self.counted += size
        if known is None:
            return
        gap = (sequence.number - known.expected) & _WRAP
        if gap == 0 or _restarted(known, uptime):
            return
        if gap < FAR:
            self.lost += gap
        elif gap > _WRAP - FAR:
            # It was overtaken on its way: what counted as lost has come.
            self.lost = max(0, self.lost - size)
            fresh.expected, fresh.uptime = known.expected, known.uptime


def _restarted(known: _Stream, uptime: int | None) -> bool:
    if uptime is None or known.uptime is None:
        return False
    # A millisecond counter of 32 bits starts anew every 49 days; then numbers go on.
    return uptime + 60_000 < known.uptime
