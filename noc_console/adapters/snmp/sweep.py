"""Walking everything a device has, past the places where it goes in circles or chokes.

Pure: varbinds in, the next question out. A walk that only wants a table may stop where an agent
misbehaves; a recording wants what lies behind, so this one steps over the place, first past the
object, then past its row, its column, its table, until the agent finds a way on.
"""

from __future__ import annotations

from noc_console.wire import oid
from noc_console.wire.ber import Malformed
from noc_console.wire.snmp import EXCEPTIONS, NO_SUCH_NAME, Varbind

MOST_DETOURS = 200
"""Places stepped over before the rest of a device is given up."""
MOST_SILENT = 4
"""Questions in a row without an answer, after which a device counts as gone."""
_FIRST = (0, 0)
"""Before everything: LLDP stands below 1.0, aggregates below 1.2, most of the rest below 1.3."""
_LAST = (oid.MAX_ARC,)
_HIGHEST = 1
"""With so few numbers left of an OID there is no place behind it to step to."""


class Sweep:
    """One walk of all a device has. Every step goes forward or ends it."""

    def __init__(self, *, max_repetitions: int, limit: int) -> None:
        self.is_done = False
        self.count = 0
        self.problem = ""
        """What was wrong with the last answer, in words for people; "" when nothing was."""
        self._most = max(1, max_repetitions)
        self._repetitions = self._most
        self._limit = limit
        self._reached: tuple[int, ...] = ()
        """The last object that was taken."""
        self._asked: tuple[int, ...] = _FIRST
        self._depth = 0
        self._detours = 0
        self._silent = 0

    @property
    def at(self) -> str:
        """How far it has come."""
        return ".".join(map(str, self._reached))

    def question(self) -> tuple[bytes, int]:
        """After which name to ask, and for how many objects."""
        return oid.from_parts(self._asked), self._repetitions

    def take(self, varbinds: list[Varbind]) -> list[Varbind]:
        """The answer to the last question; returns what of it is new."""
        self.problem = ""
        self._silent = 0
        taken: list[Varbind] = []
        for varbind in varbinds:
            name, tag, _ = varbind
            try:
                arcs = oid.parts(name)
            except Malformed:
                self._detour("sends an OID cut short")
                break
            if tag in EXCEPTIONS:
                self.is_done = True
                break
            if arcs <= self._reached or arcs <= self._asked:
                self._detour("goes in circles")
                break
            taken.append(varbind)
            self._reached = self._asked = arcs
            self._depth = len(arcs)
        if taken and not self.problem:
            self._repetitions = min(self._most, 2 * self._repetitions)
        if not varbinds:
            self._detour("answers with nothing")
        self.count += len(taken)
        if self.count >= self._limit:
            self.is_done = True
            self.problem = f"has more than {self._limit:,} objects; the rest was left out"
        return taken

    def refuse(self, status: int) -> None:
        """The agent answered with an error."""
        self.problem = ""
        self._silent = 0
        if status == NO_SUCH_NAME:  # how version 1 says that this is the end
            self.is_done = True
        elif self._repetitions > 1:
            self._repetitions = max(1, self._repetitions // 4)
        else:
            self._detour(f"answers with error {status}")

    def silence(self) -> bool:
        """There was no answer; False when the device counts as gone."""
        self.problem = ""
        self._silent += 1
        if self._silent > MOST_SILENT:
            return False
        if self._repetitions > 1:
            self._repetitions = 1
        else:
            # Each try costs seconds: climb faster than past a place that answers.
            self._depth = max(_HIGHEST + 1, self._depth - 1)
            self._detour("does not answer")
        return True

    def _detour(self, why: str) -> None:
        """Ask behind what was reached: a level higher each time in a row."""
        self.problem = f"{why} behind {self.at}"
        self._repetitions = 1
        self._detours += 1
        if not self._reached or self._depth <= _HIGHEST or self._detours > MOST_DETOURS:
            self.is_done = True
            self.problem += "; the walk ends there"
            return
        behind = self._reached[: self._depth]
        self._depth -= 1
        self._asked = (behind + _LAST)[: oid.MAX_ARCS]
        if len(behind) >= oid.MAX_ARCS:
            self._detour(why)
