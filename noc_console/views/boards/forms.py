"""The settings of a tile: one row a field, curves found by the names of their objects."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtWidgets import (
    QComboBox,
    QFormLayout,
    QLineEdit,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from noc_console.kernel.text import visible
from noc_console.services.boards.model import SPANS, Tile, options
from noc_console.services.probes.model import ProbeNow
from noc_console.views.boards.content import BoardServices
from noc_console.views.boards.kinds import BY_KIND, Ask, Field
from noc_console.views.graphs.finder import Finder
from noc_console.views.graphs.specs import curve_specs
from noc_console.views.kit.desk import Desk
from noc_console.views.kit.label import Label
from noc_console.views.kit.tasks import Tasks
from noc_console.views.kit.theme import GRID


class TileForm(QWidget):
    """Asks for what a tile wants to know; `tile` gives it with the answers."""

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
    """The finder of the page of graphs; what is chosen stands in the line below."""

    def __init__(self, desk: Desk, services: BoardServices, value: str) -> None:
        super().__init__()
        probes = services.probes if desk.actor.may("probes.see") else None
        self.finder = Finder(desk.actor, services.inventory, probes, desk.report)
        self.finder.setFixedHeight(26 * GRID)
        self.finder.wanted.connect(lambda words, _apart: self.take(words))
        self.chosen = QLineEdit(value)
        self.chosen.setPlaceholderText("Chosen with Enter: interface:91/in device:7/cpu")
        self.chosen.setAccessibleName("Chosen curves")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.finder)
        column.addWidget(self.chosen)
        self.setFocusProxy(self.finder)
        self.finder.search()

    def take(self, words: str) -> None:
        """Add curves to those chosen, each once."""
        self.chosen.setText(" ".join(dict.fromkeys([*self.chosen.text().split(), *words.split()])))

    def value(self) -> str:
        """Curves by name; words that are none are left out."""
        return " ".join(word for word in self.chosen.text().split() if curve_specs(word))


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
