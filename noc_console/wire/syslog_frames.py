"""Where one syslog message ends and the next begins in a stream (RFC 6587, RFC 5425).

Senders count octets (`12 <14>1 …`) or end each message with a line feed, some with NUL; which,
each message says by its first octet. Nothing here waits for more than `LONGEST` octets.
"""

from __future__ import annotations

LONGEST = 65_536
"""Octets of one message; what is longer is cut (line feed) or ends the stream (counted)."""
_DIGITS = 6
_ENDS = (b"\n", b"\0")


class NotFramed(Exception):
    """The stream counts in a way nobody can follow: it has to be closed."""


class Frames:
    """Takes a stream in pieces, gives messages."""

    def __init__(self) -> None:
        self._rest = b""
        self._skipping = False
        self.cut = 0
        """Messages that went on beyond `LONGEST` octets and were told without their end."""

    def feed(self, data: bytes) -> list[bytes]:
        """Messages complete by now. Raises NotFramed when the stream makes no sense."""
        rest = self._rest + data
        found: list[bytes] = []
        at = 0
        while at < len(rest):
            if self._skipping:
                end = _end(rest, at)
                if end < 0:
                    at = len(rest)
                    break
                self._skipping, at = False, end + 1
                continue
            if 0x31 <= rest[at] <= 0x39:
                after = self._counted(rest, at, found)
            else:
                after = self._ended(rest, at, found)
            if after < 0:
                break
            at = after
        self._rest = rest[at:]
        return found

    def rest(self) -> bytes:
        """What came last without an end: the stream is over, so it is a message too."""
        rest, self._rest = self._rest, b""
        skipped, self._skipping = self._skipping, False
        return b"" if skipped or rest[:1].isdigit() else rest

    def _counted(self, rest: bytes, at: int, found: list[bytes]) -> int:
        """Past the message of a counted frame at `at`, or -1 while it is not all there."""
        blank = rest.find(b" ", at, at + _DIGITS + 1)
        if blank < 0:
            if len(rest) - at > _DIGITS or not rest[at:].isdigit():
                return self._ended(rest, at, found)  # a line that begins with a number
            return -1
        if not rest[at:blank].isdigit():
            return self._ended(rest, at, found)
        length = int(rest[at:blank])
        if length > LONGEST:
            raise NotFramed(f"a message of {length} octets")
        end = blank + 1 + length
        if len(rest) < end:
            return -1
        if length:
            found.append(rest[blank + 1 : end])
        return end

    def _ended(self, rest: bytes, at: int, found: list[bytes]) -> int:
        """Past the message that ends with a line feed, or -1 while its end is not there."""
        end = _end(rest, at)
        if end < 0:
            if len(rest) - at <= LONGEST:
                return -1
            found.append(rest[at : at + LONGEST])
            self.cut += 1
            self._skipping = True
            return len(rest)
        if end > at:
            found.append(rest[at : min(end, at + LONGEST)])
            self.cut += end - at > LONGEST
        return end + 1


def _end(rest: bytes, at: int) -> int:
    ends = [end for end in (rest.find(mark, at) for mark in _ENDS) if end >= 0]
    return min(ends, default=-1)
