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

    def take(self, sequence: Sequence, uptime: int | None) -> None:
        """Note a datagram's number; where the next one is anyone's guess, none is expected."""
        known = self._streams.pop(sequence.stream, None)
        fresh = None if sequence.next is None else _Stream(sequence.next, uptime)
        size = 0 if sequence.next is None else (sequence.next - sequence.number) & _WRAP
        self.counted += size
        if known is not None and not _restarted(known, uptime):
            gap = (sequence.number - known.expected) & _WRAP
            if gap > _WRAP - FAR:
                # It was overtaken on its way: what counted as lost has come.
                self.lost = max(0, self.lost - size)
                fresh = known
            elif gap < FAR:
                self.lost += gap
        if fresh is not None:
            self._streams[sequence.stream] = fresh
        if len(self._streams) > MOST_STREAMS:
            self._streams.popitem(last=False)


def _restarted(known: _Stream, uptime: int | None) -> bool:
    if uptime is None or known.uptime is None:
        return False
    # A millisecond counter of 32 bits starts anew every 49 days; then numbers go on.
    return uptime + 60_000 < known.uptime
