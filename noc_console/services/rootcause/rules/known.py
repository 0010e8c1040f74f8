"""Everything known at one moment: what the engine keeps, and what tells of it looks up."""

from __future__ import annotations

from collections.abc import Mapping

from noc_console.services.alarms.model import Alarm
from noc_console.services.rootcause.model import Book, Network, Patience
from noc_console.services.rootcause.rules.causes import ALARM, PORT, Causes, Reason, Ref
from noc_console.services.rootcause.rules.ground import survey
from noc_console.services.rootcause.rules.shade import BOX, CABLE, Cause, Shade
from noc_console.services.rootcause.rules.standing import Standing

NO_BOOK = Book()


class Known:
    """The network, what stands on it, who is cut off, and the verdicts."""

    def __init__(
        self, network: Network, *, book: Book = NO_BOOK, patience: Patience | None = None
    ) -> None:
        self.network = network
        self.ground = survey(network)
        self.book = book
        self.patience = patience or Patience()
        self.standing = Standing()
        self.lit: set[int] = set()
        """Boxes that answer."""
        nobody: list[Cause | None] = [None] * len(self.ground.boxes)
        self.shade = Shade(nobody, {}, whole=nobody)
        self.down: Mapping[int, int] = {}
        """Cables that are down, with the ends that say so."""
        self.reasons: dict[int, Reason] = {}
        """What each alarm directly comes from."""
        self.roots: dict[int, int] = {}
        """The root of each alarm that is none itself."""
        self.behind: dict[int, set[int]] = {}
        """The boxes each root cuts off."""
        self.shared: dict[int, set[int]] = {}
        """By root the other roots that cut off some of the same."""

    def causes(self) -> Causes:
        """The rules over this moment."""
        return Causes(self.network, self.ground, self.standing, self.shade, self.lit, self.patience)

    def root_of(self, alarm_id: int) -> int | None:
        """The root of a standing alarm; None if it is one itself."""
        return self.roots.get(alarm_id)

    def reason_of(self, alarm_id: int) -> Reason | None:
        """What a standing alarm directly comes from."""
        return self.reasons.get(alarm_id)

    def alarm_at(self, causes: Causes, ref: Ref) -> Alarm | None:
        """The alarm that speaks for a box, cable or port."""
        kind, number = ref
        if kind == BOX:
            return self.standing.box(self.ground.boxes[number].device_id)
        if kind == CABLE:
            return self._of_cable(causes, number)
        if kind == PORT:
            return self.standing.line(number)
        return self.standing.alarms.get(number) if kind == ALARM else None

    def _of_cable(self, causes: Causes, cable: int) -> Alarm | None:
        ends = self.ground.cables[cable]
        told = [
            plug.port
            for plug in (ends.a, ends.b)
            if plug.port is not None and self.standing.line(plug.port) is not None
        ]
        if not told:
            return None
        return self.standing.line(told[0] if len(told) == 1 else causes.canonical(cable))
