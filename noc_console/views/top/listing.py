"""One list of everything of a kind: the table, its sparklines, and who is asked for them."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, QTimer

from noc_console.services.top import sheets
from noc_console.services.top.model import Curve, Ints, Sheet, TopKind, TopRow, TopSpan
from noc_console.services.top.service import MOST_CURVES, TopService
from noc_console.views.kit.desk import Desk
from noc_console.views.kit.rows import Key
from noc_console.views.kit.table import Table
from noc_console.views.kit.tasks import OnError, Tasks
from noc_console.views.top.columns import SORTED_BY, SPARK, top_columns
from noc_console.views.top.rows import SheetModel, place_of
from noc_console.views.top.sparks import SparkDelegate, Sparks

PAUSE_MS = 60
"""So long a scroll must rest before curves are asked for."""

MOST_MEMBERS = 24
"""The curve of a group is that of so many of its members, the busiest."""

_KEY: Key[TopRow] = lambda row: row.id  # noqa: E731 - a key as a value


class TopList(Table[TopRow]):
    """A table of one kind; `show_sheet` swaps its numbers."""

    def __init__(self, desk: Desk, top: TopService, kind: TopKind, on_error: OnError) -> None:
        columns = top_columns(kind)
        self.model = SheetModel(columns, on_error)
        super().__init__(
            desk,
            f"top.{kind.value}",
            columns,
            _KEY,
            on_error,
            hint=_HINTS[kind],
            rows=self.model,
        )
        self.model.setParent(self)
        self.kind, self._top = kind, top
        self.span = TopSpan.DAY
        self.sparks = Sparks(self)
        self.whole: Sheet | None = None
        self._group = ""
        self._asks = Tasks(self, on_error)
        at = [column.key for column in columns].index(SPARK)
        self.view.setItemDelegate(SparkDelegate(self.sparks, at, self.view))
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._pause.timeout.connect(self.ask_curves)
        self.sparks.changed.connect(lambda: self.model.refresh_column(SPARK))
        self.sparks.changed.connect(self.view.repaint_gently)
        self.model.counted.connect(lambda *_: self.view.repaint_gently())
        self.view.verticalScrollBar().valueChanged.connect(lambda _: self._pause.start())
        self.view.resized.connect(self._pause.start)
        self.model.counted.connect(lambda *_: self._pause.start())
        order = Qt.SortOrder
        first = SORTED_BY[kind]
        self.sort_by_default(
            first,
            order.AscendingOrder if sheets.is_best_low(first) else order.DescendingOrder,
        )

    def sizeHint(self) -> QSize:
        return QSize(900, 500)

    def show_sheet(self, whole: Sheet, shown: Sheet) -> None:
        """Swap the numbers: of everything, and what is listed of it, grouped or not."""
        self.whole = whole
        self.model.show_sheet(shown)

    def set_span(self, span: TopSpan) -> None:
        if span is not self.span:
            self.span = span
            self.sparks.clear()
            self.model.refresh_column(SPARK)
            self._pause.start()

    @property
    def group(self) -> str:
        return self._group

    def set_group(self, by: str) -> None:
        """One row for each `device`, `site` or `type`, or for each thing when empty."""
        if by != self._group:
            self._group = by
            self.sparks.clear()

    # --- the curves of what is on screen ------------------------------------------------------

    def in_sight(self) -> tuple[int, int]:
        """The first row on screen and the one after the last, with a page ahead of it."""
        count, view = self.model.count(), self.view
        height = view.viewport().height()
        first, last = view.rowAt(0), view.rowAt(max(0, height - 1))
        first = max(first, 0)
        last = count - 1 if last < 0 else last
        page = max(1, last - first + 1)
        return max(0, first - page // 4), min(count, last + 1 + page)

    def ask_curves(self) -> None:
        """Ask for what is on screen and not known; what was asked before is dropped."""
        if not self.isVisible() or self.model.sheet is None:
            return
        first, last = self.in_sight()
        ids = self.model.ids[first:last][:MOST_CURVES].tolist()
        if wanted := self.sparks.missing(ids):
            self._asks.ask(
                "curves", self._curves(wanted), lambda found: self.sparks.take(wanted, found)
            )
        else:
            self._asks.drop("curves")

    async def _curves(self, ids: list[int]) -> dict[int, Curve]:
        actor, sheet = self.desk.actor, self.model.sheet
        groups = [number for number in ids if number < 0]
        if not groups:
            return await self._top.curves(actor, of=self.kind, ids=ids, span=self.span)
        if sheet is None or self.whole is None or self.kind is not TopKind.INTERFACES:
            return {}
        return await self._group_curves(sheet, self.whole, groups)

    async def _group_curves(
        self, sheet: Sheet, whole: Sheet, groups: list[int]
    ) -> dict[int, Curve]:
        members = {
            number: busiest(whole, sheet.members[place_of(sheet, number)]) for number in groups
        }
        wanted = [one for ids in members.values() for one in ids]
        found: dict[int, Curve] = {}
        for start in range(0, len(wanted), MOST_CURVES):
            part = wanted[start : start + MOST_CURVES]
            found |= await self._top.curves(self.desk.actor, of=self.kind, ids=part, span=self.span)
        return {
            number: sheets.added([found[one] for one in ids if one in found])
            for number, ids in members.items()
        }


def busiest(whole: Sheet, places: Ints) -> list[int]:
    """The ids of the members with the most traffic."""
    traffic = whole.numbers["in"][places] + whole.numbers["out"][places]
    order = (-traffic).argsort(kind="stable")[:MOST_MEMBERS]
    ids: list[int] = whole.facts.ids[places[order]].tolist()
    return ids


_HINTS = {
    TopKind.INTERFACES: "Filter   core   util:>80   alias:transit   -lag",
    TopKind.DEVICES: "Filter   type:router   cpu:>80",
    TopKind.SENSORS: "Filter   kind:dbm   margin:<3",
    TopKind.PROBES: "Filter   loss:>0   latency:>50",
}
