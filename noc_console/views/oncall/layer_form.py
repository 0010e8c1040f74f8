"""One layer of a rota: who takes turns, how, and when it counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFormLayout,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from noc_console.kernel.errors import Invalid
from noc_console.services.oncall import words
from noc_console.services.oncall.model import Days, Layer, Person, Turn
from noc_console.views.kit.icons import IconButton
from noc_console.views.kit.theme import GRID
from noc_console.views.oncall import inputs

TURNS = (
    ("a day", Turn.DAILY),
    ("a week", Turn.WEEKLY),
    ("shifts by a pattern", Turn.PATTERN),
)
DAYS = (
    ("on all days", Days.ALL),
    ("not on holidays", Days.WORKING),
    ("on holidays only", Days.HOLIDAYS),
)
_ID = Qt.ItemDataRole.UserRole


class PeopleList(QListWidget):
    """People in the order of their turns: ticked ones take part, dragging changes the order."""

    def __init__(self, people: Sequence[Person], chosen: Sequence[int]) -> None:
        super().__init__()
        self.setDragDropMode(QListWidget.DragDropMode.InternalMove)
        self.setAccessibleName("People in the order of their turns")
        by_id = {person.id: person for person in people}
        order = [*chosen, *(p.id for p in people if p.id not in chosen)]
        for number in order:
            person = by_id.get(number)
            item = QListWidgetItem(person.name if person else f"contact {number} (removed)")
            item.setData(_ID, number)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            ticked = Qt.CheckState.Checked if number in chosen else Qt.CheckState.Unchecked
            item.setCheckState(ticked)
            self.addItem(item)

    @property
    def chosen(self) -> tuple[int, ...]:
        items = [self.item(at) for at in range(self.count())]
        return tuple(
            int(item.data(_ID)) for item in items if item.checkState() is Qt.CheckState.Checked
        )

    def shift(self, by: int) -> None:
        """The chosen person's turn comes earlier or later."""
        at = self.currentRow()
        if at >= 0 and 0 <= at + by < self.count():
            item = self.takeItem(at)
            self.insertItem(at + by, item)
            self.setCurrentRow(at + by)


class LayerForm(QWidget):
    """Shows a layer and gives it back as it was changed."""

    renamed = Signal(str)

    def __init__(self, layer: Layer, people: Sequence[Person]) -> None:
        super().__init__()
        self._layer = layer
        self.name = inputs.line(layer.name, "e.g. First line", "Name of the layer")
        self.name.textEdited.connect(self.renamed)
        self.people = PeopleList(people, layer.people)
        self.up = IconButton("up", "Earlier turn")
        self.down = IconButton("down", "Later turn")
        self.up.clicked.connect(lambda _=False: self.people.shift(-1))
        self.down.clicked.connect(lambda _=False: self.people.shift(1))
        self.turn = inputs.choice(TURNS, layer.turn, "A turn is")
        self.every = inputs.whole(layer.every, 1, 52, " ×", "So many of them are one turn")
        self.first_day = inputs.day_input(layer.first_day, "First day")
        self.hand_over = inputs.time_input(layer.hand_over, "Hand-over")
        self.hours = inputs.line(
            words.hours_text(layer.hours),
            "always; or Mon-Fri 08:00-17:00; Sat 10:00-14:00",
            "Hours",
        )
        self.days = inputs.choice(DAYS, layer.on, "Counts")
        self.pattern = inputs.line(layer.pattern, "DDNN----, a letter a day", "Pattern")
        self.shifts = inputs.line(
            words.shifts_text(layer.shifts), "D 07:00-19:00; N 19:00-07:00", "Shifts"
        )
        self.shifted_by = inputs.whole(layer.shifted_by, 0, 366, " days", "Each is ahead by")
        self._lay_out()
        self.turn.currentIndexChanged.connect(lambda _: self._show_turn())
        self._show_turn()

    def layer(self) -> Layer:
        """As it was typed. Raises Invalid that names what cannot be read."""
        is_pattern = self.chosen_turn is Turn.PATTERN
        return replace(
            self._layer,
            name=self.name.text(),
            people=self.people.chosen,
            first_day=inputs.day_of(self.first_day),
            turn=self.chosen_turn,
            every=self.every.value(),
            hand_over=inputs.time_of(self.hand_over),
            hours=() if is_pattern else words.read_hours(self.hours.text()),
            on=Days(self.days.currentData()),
            pattern=self.pattern.text().replace(" ", "") if is_pattern else "",
            shifts=words.read_shifts(self.shifts.text()) if is_pattern else (),
            shifted_by=self.shifted_by.value(),
        )

    @property
    def chosen_turn(self) -> Turn:
        return Turn(self.turn.currentData())

    def problem(self) -> str:
        """What cannot be read, or nothing."""
        try:
            self.layer()
        except Invalid as error:
            return str(error)
        return ""

    def _show_turn(self) -> None:
        is_pattern = self.chosen_turn is Turn.PATTERN
        of_patterns: tuple[QWidget, ...] = (self.pattern, self.shifts, self.shifted_by)
        of_turns: tuple[QWidget, ...] = (self.every, self.hand_over, self.hours)
        for box in (*of_patterns, *of_turns):
            self._form.setRowVisible(box, is_pattern == (box in of_patterns))

    def _lay_out(self) -> None:
        order = QVBoxLayout()
        order.addWidget(self.up)
        order.addWidget(self.down)
        order.addStretch()
        who = QHBoxLayout()
        who.addWidget(self.people, 1)
        who.addLayout(order)
        self.people.setMinimumHeight(110)
        self._form = QFormLayout(self)
        self._form.setContentsMargins(GRID, 0, 0, 0)
        self._form.setHorizontalSpacing(2 * GRID)
        self._form.setVerticalSpacing(6)
        self._form.addRow("Layer", self.name)
        self._form.addRow("People", who)
        self._form.addRow("A turn is", self.turn)
        self._form.addRow("Length", self.every)
        self._form.addRow("From", self.first_day)
        self._form.addRow("Hand-over", self.hand_over)
        self._form.addRow("Hours", self.hours)
        self._form.addRow("Pattern", self.pattern)
        self._form.addRow("Shifts", self.shifts)
        self._form.addRow("Each ahead by", self.shifted_by)
        self._form.addRow("Counts", self.days)
