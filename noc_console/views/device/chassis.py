"""The parts of the box as a tree: what sits in what, its state, model and serial number."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPointF,
    QRect,
    QRectF,
    Qt,
)
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QStyleOptionViewItem

from noc_console.services.inspection.model import Entity
from noc_console.services.inventory.model import Grade, SensorKind
from noc_console.views.device.gauges import Gauge
from noc_console.views.device.tables import spoken
from noc_console.views.kit.cells import CellDelegate
from noc_console.views.kit.desk import Desk
from noc_console.views.kit.rows import Align, Column
from noc_console.views.kit.table import Table
from noc_console.views.kit.tasks import OnError
from noc_console.views.kit.theme import look

STEP = 16
CROWD = 12
"""Children above which a part is shown closed."""
_DEEPEST = 24


@dataclass(frozen=True, slots=True)
class Piece:
    """A part in its place in the tree."""

    entity: Entity
    depth: int = 0
    children: int = 0
    above: tuple[int, ...] = ()
    """The parts it sits in, outermost first."""
    grade: Grade = Grade.UNKNOWN
    word: str = ""
    heat: Gauge | None = None

    @property
    def title(self) -> str:
        return self.entity.name or self.entity.descr or f"{self.entity.kind} {self.entity.index}"


def pieces(entities: Sequence[Entity], gauges: Iterable[Gauge]) -> tuple[Piece, ...]:
    """The parts in the tree's order. Sensors are left out: they have a list of their own."""
    states, heat = _measured(gauges)
    inside: dict[int, list[Entity]] = defaultdict(list)
    known = {entity.index for entity in entities}
    shown = [entity for entity in entities if entity.kind != "sensor"]
    for entity in shown:
        parent = entity.parent if entity.parent in known and entity.parent != entity.index else 0
        inside[parent].append(entity)
    found: list[Piece] = []
    seen: set[int] = set()

    def walk(parent: int, above: tuple[int, ...]) -> None:
        for entity in sorted(inside[parent], key=lambda one: (one.position, one.index)):
            if entity.index in seen or len(above) > _DEEPEST:
                continue
            seen.add(entity.index)
            grade, word = states.get(entity.index, (Grade.UNKNOWN, ""))
            found.append(
                Piece(
                    entity,
                    len(above),
                    len(inside[entity.index]),
                    above,
                    grade,
                    word,
                    heat.get(entity.index),
                )
            )
            walk(entity.index, (*above, entity.index))

    walk(0, ())
    for entity in shown:  # parts that sit in each other have no way from the top
        if entity.index not in seen:
            inside[-1] = [entity]
            walk(-1, ())
    return tuple(found)


def _measured(
    gauges: Iterable[Gauge],
) -> tuple[Mapping[int, tuple[Grade, str]], Mapping[int, Gauge]]:
    """Of each part the worst state with its word, and the hottest thermometer."""
    states: dict[int, tuple[Grade, str]] = {}
    heat: dict[int, Gauge] = {}
    for gauge in gauges:
        part, value = gauge.sensor.entity_index, gauge.value
        if part is None or value is None:
            continue
        if gauge.sensor.kind is SensorKind.STATE:
            told = (gauge.sensor.grade(value), gauge.sensor.word(value))
            states[part] = max(told, states.get(part, told), key=lambda one: one[0])
        elif gauge.sensor.kind is SensorKind.TEMPERATURE:
            before = heat.get(part)
            if before is None or before.value is None or value > before.value:
                heat[part] = gauge
    return states, heat


def piece_columns() -> tuple[Column[Piece], ...]:
    """The tree and what each part says of itself."""
    return (
        Column("Part", lambda p: p.title, width=280, stretch=True, tip=lambda p: p.entity.descr),
        Column("Kind", lambda p: spoken(p.entity.kind), width=96, dim=True),
        Column(
            "State",
            lambda p: p.word,
            sort=lambda p: -p.grade if p.word else None,
            width=96,
            bold=lambda p: p.grade > Grade.GOOD,
            color=lambda p: look().color("attention.plain") if p.grade > Grade.GOOD else None,
        ),
        Column(
            "Heat",
            lambda p: p.heat.text if p.heat else "",
            sort=lambda p: p.heat.value if p.heat else None,
            width=74,
            align=Align.RIGHT,
        ),
        Column("Model", lambda p: p.entity.model, width=160),
        Column("Serial", lambda p: p.entity.serial, width=130, mono=True),
        Column("Hardware", lambda p: p.entity.hardware, width=84, dim=True),
        Column("Firmware", lambda p: p.entity.firmware, width=100, dim=True),
        Column("Software", lambda p: p.entity.software, width=120, dim=True),
        Column("Maker", lambda p: p.entity.vendor, width=120, dim=True, hidden=True),
        Column(
            "Exchangeable",
            lambda p: "yes" if p.entity.is_replaceable else "",
            id="fru",
            width=96,
            dim=True,
            hidden=True,
        ),
    )


class ChassisTree(Table[Piece]):
    """The tree as a table: filtered, copied and exported like every list; Left and Right fold."""

    def __init__(self, desk: Desk, on_error: OnError) -> None:
        super().__init__(
            desk, "device-chassis", piece_columns(), lambda p: p.entity.index, on_error
        )
        self.closed: set[int] = set()
        self._folded_once: frozenset[int] = frozenset()
        self.view.setItemDelegateForColumn(0, TreeDelegate(self))
        self.view.installEventFilter(self)
        self.view.viewport().installEventFilter(self)
        self.opened.connect(lambda piece: self.fold(piece.entity.index))
        self.filter_line.textChanged.connect(lambda _: self._sift())

    def show_pieces(self, shown: Sequence[Piece]) -> None:
        """The parts; crowds are closed the first time they are seen."""
        indexes = frozenset(piece.entity.index for piece in shown)
        if indexes != self._folded_once:
            self._folded_once = indexes
            self.closed = {piece.entity.index for piece in shown if piece.children > CROWD}
            self._sift()
        self.show_rows(shown)

    @property
    def is_tree(self) -> bool:
        """Whether the rows stand in the tree's order; sorted by a column they do not."""
        return self.view.horizontalHeader().sortIndicatorSection() < 0

    def fold(self, index: int, *, closed: bool | None = None) -> None:
        """Open or close a part."""
        piece = next((one for one in self.rows.all_rows() if one.entity.index == index), None)
        if piece is None or not piece.children:
            return
        self.closed ^= {index}
        if closed is not None:
            self.closed = self.closed | {index} if closed else self.closed - {index}
        self._sift()
        self.rows.refresh_column("part")

    def _sift(self) -> None:
        """What is found by the filter is shown wherever it sits."""
        closed = self.closed
        if self.filter_line.text().strip() or not closed:
            self.rows.only(None)
        else:
            self.rows.only(lambda piece: closed.isdisjoint(piece.above))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        piece = self.current()
        if (
            watched is self.view
            and isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.KeyPress
            and piece is not None
            and event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right)
        ):
            self.fold(piece.entity.index, closed=event.key() == Qt.Key.Key_Left)
            return True
        if (
            watched is self.view.viewport()
            and isinstance(event, QMouseEvent)
            and event.type() == QEvent.Type.MouseButtonPress
        ):
            return self._press(event)
        return super().eventFilter(watched, event)

    def _press(self, event: QMouseEvent) -> bool:
        """A press on a part's arrow folds it instead of choosing the row."""
        place = event.position().toPoint()
        index = self.view.indexAt(place)
        if not index.isValid() or index.column() != 0:
            return False
        piece = self.rows.row(index.row())
        if arrow_rect(self.view.visualRect(index), piece.depth).contains(place):
            self.fold(piece.entity.index)
            return bool(piece.children)
        return False


def arrow_rect(cell: QRect, depth: int) -> QRect:
    """Where the arrow of a part is."""
    return QRect(cell.left() + 6 + depth * STEP, cell.top(), STEP, cell.height())


class TreeDelegate(CellDelegate):
    """Indents the first column and draws the arrows."""

    def __init__(self, tree: ChassisTree) -> None:
        super().__init__(tree)
        self._tree = tree

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        given: Any = option
        piece = self._tree.rows.row(index.row())
        whole = QRect(given.rect)
        depth = min(piece.depth, 12)
        self._ground(painter, whole, given.state)
        given.rect = whole.adjusted((depth + 1) * STEP, 0, 0, 0)
        super().paint(painter, option, index)
        given.rect = whole
        if piece.children:
            self._paint_arrow(painter, arrow_rect(whole, depth), piece)

    def _paint_arrow(self, painter: QPainter, room: QRect, piece: Piece) -> None:
        middle = QRectF(room).center()
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(look().color("icon.plain"), 1.5))
        reach = 3.5
        if piece.entity.index in self._tree.closed and not self._tree.filter_line.text().strip():
            ends = ((-reach / 2, -reach), (reach / 2, 0.0), (-reach / 2, reach))
        else:
            ends = ((-reach, -reach / 2), (0.0, reach / 2), (reach, -reach / 2))
        painter.drawPolyline([middle + QPointF(x, y) for x, y in ends])
        painter.restore()
