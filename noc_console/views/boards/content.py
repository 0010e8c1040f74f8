"""What stands in a tile: it says what to ask for and how to show the answer; the rest is here."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from noc_console.services.alarms.service import AlarmService
from noc_console.services.boards.model import Tile
from noc_console.services.boards.service import BoardService
from noc_console.services.inventory.service import InventoryService
from noc_console.services.probes.service import ProbeService
from noc_console.services.telemetry.service import TelemetryService
from noc_console.services.top.model import TopSpan
from noc_console.services.top.service import TopService
from noc_console.services.topology.service import TopologyService
from noc_console.views.graphs.loading import GraphSource
from noc_console.views.kit.crosshair import Crosshair
from noc_console.views.kit.curves import Span
from noc_console.views.kit.desk import Desk, Route
from noc_console.views.kit.theme import GRID

SECONDS = {
    "1h": 3_600,
    "6h": 21_600,
    "24h": 86_400,
    "7d": 604_800,
    "30d": 2_592_000,
    "1y": 31_536_000,
}


@dataclass(frozen=True, slots=True)
class BoardServices:
    """Where tiles get what they show."""

    boards: BoardService
    top: TopService
    alarms: AlarmService
    inventory: InventoryService
    telemetry: TelemetryService
    probes: ProbeService
    topology: TopologyService
    source: GraphSource


@dataclass(frozen=True, slots=True)
class Context:
    """What a tile is given: who looks, where answers come from, and what the board says."""

    desk: Desk
    services: BoardServices
    crosshair: Crosshair
    span: Callable[[], str]
    """The board's span of time."""


class Content(QWidget):
    """The inside of a tile. Options are read when it is made: a changed tile is a new content."""

    every_s: ClassVar[float] = 30.0
    """Asked anew so often while it is seen; 0 is never."""
    calls_itself: ClassVar[str] = ""
    """The title, unless the operator or the content says otherwise."""

    def __init__(self, context: Context, tile: Tile) -> None:
        super().__init__()
        self.context, self.tile = context, tile
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(GRID, 0, GRID, GRID - 2)
        self.body.setSpacing(0)

    @abstractmethod
    async def load(self) -> Any:
        """Ask for what is shown; whatever takes long happens in threads."""

    @abstractmethod
    def show_loaded(self, told: Any) -> None:
        """Show the answer."""

    def title(self) -> str:
        return self.calls_itself

    def route(self) -> Route | None:
        """Where a double click on the title leads."""
        return None

    @property
    def span_word(self) -> str:
        return self.tile.span or self.context.span()

    def span(self) -> Span:
        """Seconds since 1970, up to now."""
        now = self.context.desk.clock.now().timestamp()
        return Span(now - SECONDS[self.span_word], now)

    @property
    def top_span(self) -> TopSpan:
        """What sparklines look back: a day, or a week for longer boards."""
        return TopSpan.DAY if SECONDS[self.span_word] <= SECONDS["24h"] else TopSpan.WEEK
