"""Add or change a rota: its layers from the uppermost down, and its holidays."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import (
    QFormLayout,
    QHBoxLayout,
    QListWidget,
    QPlainTextEdit,
    QPushButton,
    QSpacerItem,
    QStackedWidget,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from noc_console.kernel.errors import Invalid, NocError
from noc_console.kernel.text import plural
from noc_console.services.oncall import words
from noc_console.services.oncall.model import Imported, Layer, Person, Rota
from noc_console.views.kit.dialogs import Dialog, ask_open_paths
from noc_console.views.kit.icons import IconButton
from noc_console.views.kit.label import Label
from noc_console.views.kit.tasks import Tasks
from noc_console.views.kit.theme import GRID
from noc_console.views.oncall import inputs
from noc_console.views.oncall.layer_form import LayerForm

Reads = Callable[[Path], Coroutine[Any, Any, Imported]]
HOLIDAYS_HINT = "2026-12-25 to 2026-12-26 Christmas\nyearly 2026-01-01 New Year"


class RotaForm(Dialog):
    """`rota()` is what was typed."""

    def __init__(
        self,
        parent: QWidget | None,
        rota: Rota,
        people: Sequence[Person],
        *,
        today: date,
        read: Reads,
    ) -> None:
        """`read` takes the holidays out of a calendar file."""
        is_new = not rota.id
        super().__init__(
            parent,
            "Add a rota" if is_new else f"Change {rota.name}",
            "Layers lie one above the other: the uppermost that has somebody counts.",
            "Add rota" if is_new else "Save",
        )
        self._rota, self._people, self._today, self._read = rota, people, today, read
        self.tasks = Tasks(self, self._show_error)
        self.name = inputs.line(rota.name, "e.g. First line", "Name")
        self.zone = inputs.zones(rota.zone)
        self.list = QListWidget()
        self.list.setAccessibleName("Layers, uppermost first")
        self.forms: list[LayerForm] = []
        self.stack = QStackedWidget()
        self.holidays = QPlainTextEdit(words.holidays_text(rota.holidays))
        self.holidays.setPlaceholderText(HOLIDAYS_HINT)
        self.holidays.setTabChangesFocus(True)
        self.holidays.setAccessibleName("Holidays, a line each")
        self.imported = Label("", tone="dim", wrap=True)
        self.import_button = QPushButton("Import .ics…")
        self.import_button.clicked.connect(lambda _=False: self.import_file())
        self.add_button = IconButton("plus", "Add a layer at the bottom")
        self.drop_button = IconButton("trash", "Remove the layer")
        self.up_button = IconButton("up", "Layer up")
        self.down_button = IconButton("down", "Layer down")
        self._lay_out_form()
        self._wire()
        for layer in rota.layers or (Layer("Turns", (), today),):
            self._add(layer)
        self.list.setCurrentRow(0)
        self.name.setFocus()

    # --- what was typed ----------------------------------------------------------------------

    def rota(self) -> Rota:
        """Raises Invalid that says what is wrong."""
        return replace(
            self._rota,
            name=self.name.text(),
            zone=self.zone.currentText().strip(),
            layers=tuple(form.layer() for form in self.forms),
            holidays=words.read_holidays(self.holidays.toPlainText()),
        )

    def accept(self) -> None:
        try:
            made = self.rota()
            if not made.name.strip():
                raise Invalid("give the rota a name", field="name")
            for form, layer in zip(self.forms, made.layers, strict=True):
                if not layer.people:
                    self.list.setCurrentRow(self.forms.index(form))
                    raise Invalid(f"tick who is in the layer {layer.name}", field="people")
        except Invalid as error:
            self.refuse(str(error))
            return
        super().accept()

    # --- layers ------------------------------------------------------------------------------

    def add_layer(self) -> None:
        """One more, at the bottom: what is above it comes first."""
        self._add(Layer(f"Layer {len(self.forms) + 1}", (), self._today - timedelta(days=7)))
        self.list.setCurrentRow(len(self.forms) - 1)

    def drop_layer(self) -> None:
        at = self.list.currentRow()
        if len(self.forms) > 1 and at >= 0:
            form = self.forms.pop(at)
            self.stack.removeWidget(form)
            form.deleteLater()
            self.list.takeItem(at)

    def move_layer(self, by: int) -> None:
        at = self.list.currentRow()
        if at >= 0 and 0 <= at + by < len(self.forms):
            self.forms.insert(at + by, self.forms.pop(at))
            self.list.insertItem(at + by, self.list.takeItem(at))
            self.list.setCurrentRow(at + by)

    def _add(self, layer: Layer) -> None:
        form = LayerForm(layer, self._people)
        form.renamed.connect(lambda text, form=form: self._rename(form, text))
        self.forms.append(form)
        self.stack.addWidget(form)
        self.list.addItem(layer.name)

    def _rename(self, form: LayerForm, text: str) -> None:
        self.list.item(self.forms.index(form)).setText(text)

    def _show_layer(self, at: int) -> None:
        if 0 <= at < len(self.forms):
            self.stack.setCurrentWidget(self.forms[at])

    # --- holidays ----------------------------------------------------------------------------

    def import_file(self) -> None:
        self.tasks.do("import", self._import)

    async def _import(self) -> None:
        paths = await ask_open_paths(self, "Import holidays", "Calendars (*.ics);;All files (*)")
        for path in paths:
            self.take(await self._read(path))

    def take(self, told: Imported) -> None:
        """Holidays of a file, beside those that are there."""
        try:
            there = words.read_holidays(self.holidays.toPlainText())
        except Invalid as error:
            self.refuse(str(error))
            return
        both = sorted({*there, *told.holidays})
        self.holidays.setPlainText(words.holidays_text(both))
        lines = [f"{plural(len(told.holidays), 'holiday')} read", *told.problems[:8]]
        self.imported.setText("\n".join(lines))

    # --- how it works ------------------------------------------------------------------------

    def _wire(self) -> None:
        self.list.currentRowChanged.connect(self._show_layer)
        self.add_button.clicked.connect(lambda _=False: self.add_layer())
        self.drop_button.clicked.connect(lambda _=False: self.drop_layer())
        self.up_button.clicked.connect(lambda _=False: self.move_layer(-1))
        self.down_button.clicked.connect(lambda _=False: self.move_layer(1))

    def _lay_out_form(self) -> None:
        head = QFormLayout()
        head.setHorizontalSpacing(2 * GRID)
        head.addRow("Name", self.name)
        head.addRow("Time zone", self.zone)
        buttons = QHBoxLayout()
        for button in (self.add_button, self.drop_button, self.up_button, self.down_button):
            buttons.addWidget(button)
        buttons.addStretch()
        left = QVBoxLayout()
        left.addWidget(self.list, 1)
        left.addLayout(buttons)
        self.list.setFixedWidth(150)
        layers = QWidget()
        row = QHBoxLayout(layers)
        row.setContentsMargins(0, GRID, 0, 0)
        row.addLayout(left)
        row.addWidget(self.stack, 1)
        free = QWidget()
        column = QVBoxLayout(free)
        column.setContentsMargins(0, GRID, 0, 0)
        column.addWidget(Label("On a holiday other layers count, as each says.", tone="dim"))
        column.addWidget(self.holidays, 1)
        below = QHBoxLayout()
        below.addWidget(self.imported, 1)
        below.addWidget(self.import_button)
        column.addLayout(below)
        tabs = QTabWidget()
        tabs.addTab(layers, "Layers")
        tabs.addTab(free, "Holidays")
        self.body.addSpacerItem(QSpacerItem(620, 0))
        self.body.addLayout(head)
        self.body.addWidget(tabs)

    def _show_error(self, error: BaseException) -> None:
        if not isinstance(error, NocError):
            raise error
        self.refuse(str(error))
