"""The settings of a tile: one row a field, curves found by the names of their objects."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QFormLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from noc_console.kernel.text import visible
from noc_console.services.boards.model import SPANS, Tile, options
from noc_console.services.inventory.model import Found
from noc_console.services.probes.model import ProbeNow
from noc_console.views.boards.content import BoardServices
from noc_console.views.boards.kinds import BY_KIND, Ask, Field
from noc_console.views.graphs.specs import curve_specs
from noc_console.views.kit.desk import Desk
from noc_console.views.kit.label import Label
from noc_console.views.kit.tasks import Tasks
from noc_console.views.kit.theme import GRID

PAUSE_MS = 150
MOST_FOUND = 40


class TileForm(QWidget):
    """Asks for what a tile wants to know; `tile` gives it with the answers."""

    changed = Signal()

    def __init__(self, desk: Desk, services: BoardServices, tile: Tile) -> None:
        super().__init__()
        self._tile = tile
        self.inputs: dict[str, QWidget] = {}
        rows = QFormLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(GRID)
        self.title = QLineEdit(tile.title)
        self.title.setPlaceholderText("as the tile calls itself")
        rows.addRow(Label("Title", tone="dim"), self.title)
        before: QComboBox | None = None
        for field in BY_KIND[tile.kind].fields:
            made = self._input(desk, services, field, tile.option(field.name), before)
            self.inputs[field.name] = made
            rows.addRow(Label(field.title, tone="dim"), made)
            before = made if isinstance(made, QComboBox) else None
        self.span = QComboBox()
        self.span.addItem("As the board", "")
        for span in SPANS:
            self.span.addItem(span, span)
        self.span.setCurrentIndex(max(0, self.span.findData(tile.span)))
        rows.addRow(Label("Time", tone="dim"), self.span)

    def _input(
        self,
        desk: Desk,
        services: BoardServices,
        field: Field,
        value: str,
        before: QComboBox | None,
    ) -> QWidget:
        made: QWidget
        match field.ask:
            case Ask.CHOICE:
                made = _choices(field, value, before)
            case Ask.LONG:
                made = QPlainTextEdit(value)
            case Ask.CURVE:
                made = CurvePicker(desk, services, value)
            case Ask.PROBE:
                made = ProbePicker(desk, services, value)
            case _:
                made = QLineEdit(value)
                made.setPlaceholderText(field.hint)
        made.setAccessibleName(field.title)
        return made

    def tile(self) -> Tile:
        """The tile as the operator wants it."""
        told = {name: _value(made) for name, made in self.inputs.items()}
        kept = {key: value for key, value in self._tile.options if key not in told}
        return Tile(
            self._tile.id,
            self._tile.kind,
            self._tile.place,
            self.title.text().strip()[:80],
            options(**kept, **told),
            str(self.span.currentData() or ""),
        )

    def problem(self) -> str:
        """What is missing, in words; empty when the tile has something to show."""
        spec = BY_KIND[self._tile.kind]
        if spec.needs and not self.tile().option(spec.needs):
            field = next(field for field in spec.fields if field.name == spec.needs)
            return f"{field.title}: nothing is chosen yet."
        return ""


def _choices(field: Field, value: str, before: QComboBox | None) -> QComboBox:
    box = QComboBox()

    def fill() -> None:
        chosen = box.currentData() if box.count() else value
        known = field.choices
        if field.depends is not None and before is not None:
            known = field.depends.get(str(before.currentData()), ())
        box.clear()
        for key, words in known:
            box.addItem(words, key)
        box.setCurrentIndex(max(0, box.findData(chosen)))

    fill()
    if field.depends is not None and before is not None:
        before.currentIndexChanged.connect(lambda _: fill())
    return box


def _value(made: QWidget) -> str:
    if isinstance(made, QComboBox):
        return str(made.currentData() or "")
    if isinstance(made, QLineEdit):
        return made.text().strip()
    if isinstance(made, QPlainTextEdit):
        return made.toPlainText().strip()
    if isinstance(made, CurvePicker):
        return made.value()
    assert isinstance(made, ProbePicker)
    return made.value()


class CurvePicker(QWidget):
    """Type a name, choose from what is found; what is chosen stands in the line below."""

    def __init__(self, desk: Desk, services: BoardServices, value: str) -> None:
        super().__init__()
        self._desk, self._services = desk, services
        self.search = QLineEdit()
        self.search.setPlaceholderText("A device or port, then Enter")
        self.found = QListWidget()
        self.found.setMaximumHeight(15 * GRID)
        self.found.hide()
        self.chosen = QLineEdit(value)
        self.chosen.setPlaceholderText("interface:91/in device:7/cpu")
        self.chosen.setAccessibleName("Chosen curves")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        for part in (self.search, self.found, self.chosen):
            column.addWidget(part)
        self.setFocusProxy(self.search)
        self._tasks = Tasks(self, desk.report)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._pause.timeout.connect(self.look)
        self.search.textChanged.connect(lambda _: self._pause.start())
        self.search.returnPressed.connect(self._take_first)
        self.found.itemActivated.connect(self._take)
        self.found.itemClicked.connect(self._take)

    def look(self) -> None:
        """Ask for what the typed words find."""
        text = self.search.text().strip()
        if text:
            asked = self._services.inventory.find(self._desk.actor, text=text, limit=MOST_FOUND)
            self._tasks.ask("find", asked, self._show)
        else:
            self.found.hide()

    def _show(self, found: tuple[Found, ...]) -> None:
        self.found.clear()
        seen = set()
        for one in found:
            for words, spec in _offers(one):
                if spec not in seen:
                    seen.add(spec)
                    item = QListWidgetItem(visible(words))
                    item.setData(256, spec)
                    self.found.addItem(item)
        self.found.setVisible(self.found.count() > 0)

    def _take_first(self) -> None:
        if (item := self.found.item(0)) is not None:
            self._take(item)

    def _take(self, item: QListWidgetItem) -> None:
        words = [*self.chosen.text().split(), str(item.data(256))]
        self.chosen.setText(" ".join(dict.fromkeys(words)))

    def value(self) -> str:
        """Curves by name; words that are none are left out."""
        return " ".join(word for word in self.chosen.text().split() if curve_specs(word))


def _offers(one: Found) -> list[tuple[str, str]]:
    if one.interface_id is not None:
        where = f"{one.title}  {one.detail}"
        return [
            (f"{where}: traffic", f"interface:{one.interface_id}"),
            (f"{where}: errors", f"interface:{one.interface_id}/errors"),
        ]
    device = int(one.device_id)
    return [
        (f"{one.title}: CPU", f"device:{device}/cpu"),
        (f"{one.title}: memory", f"device:{device}/memory"),
        (f"{one.title}: response", f"device:{device}/response"),
    ]


class ProbePicker(QComboBox):
    """All probes by name."""

    def __init__(self, desk: Desk, services: BoardServices, value: str) -> None:
        super().__init__()
        self._wanted = value
        self._tasks = Tasks(self, desk.report)
        if desk.actor.may("probes.see"):
            self._tasks.ask("probes", services.probes.now(desk.actor), self._show)

    def _show(self, probes: tuple[ProbeNow, ...]) -> None:
        self.clear()
        for one in sorted(probes, key=lambda one: one.name):
            self.addItem(visible(f"{one.probe.title} {one.name}"), str(one.probe.id))
        self.setCurrentIndex(max(0, self.findData(self._wanted)))

    def value(self) -> str:
        """The probe's id."""
        return str(self.currentData() or self._wanted)


def settings(tile: Tile) -> Mapping[str, str]:
    """What a tile was told, by the titles of its fields: for a tool tip."""
    titles = {field.name: field.title for field in BY_KIND[tile.kind].fields}
    return {titles.get(key, key): value for key, value in tile.options}
