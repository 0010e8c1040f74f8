"""Somebody else on call than the rota says: a stand-in, or two people who swap."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from PySide6.QtWidgets import QComboBox, QFormLayout, QWidget

from noc_console.kernel.errors import Invalid
from noc_console.services.oncall.check import checked_override
from noc_console.services.oncall.model import (
    NEW,
    NOBODY,
    Override,
    OverrideId,
    Person,
    Reason,
    Rota,
    Stretch,
)
from noc_console.views.kit.dialogs import Dialog
from noc_console.views.kit.label import Label
from noc_console.views.kit.theme import GRID
from noc_console.views.oncall import inputs
from noc_console.views.oncall.watch import names_text

REASONS = (
    ("sick", Reason.SICK),
    ("away", Reason.AWAY),
    ("swap", Reason.SWAP),
    ("other", Reason.OTHER),
)


class OverrideForm(Dialog):
    """`override()` is what was chosen."""

    def __init__(
        self,
        parent: QWidget | None,
        rota: Rota,
        people: Sequence[Person],
        *,
        start: datetime,
        end: datetime,
        instead_of: int = NOBODY,
    ) -> None:
        super().__init__(
            parent, f"Somebody else on call: {rota.name}", "", "Put on call", is_safe=True
        )
        self._rota, self._zone = rota, ZoneInfo(rota.zone)
        self.person = inputs.people_choice(
            people, NOBODY, "nobody: the next layer, or a gap", "On call"
        )
        self.instead_of = inputs.people_choice(people, instead_of, "whoever it is", "Instead of")
        self.start = inputs.moment_input(start, self._zone, "From")
        self.end = inputs.moment_input(end, self._zone, "To")
        self.reason = inputs.choice(REASONS, Reason.SICK, "Reason")
        self.note = inputs.line("", "", "Note")
        form = QFormLayout()
        form.setHorizontalSpacing(2 * GRID)
        form.addRow("On call", self.person)
        form.addRow("Instead of", self.instead_of)
        form.addRow("From", self.start)
        form.addRow("To", self.end)
        form.addRow("", Label(f"Times are those of {rota.zone}.", tone="dim"))
        form.addRow("Reason", self.reason)
        form.addRow("Note", self.note)
        self.body.addLayout(form)
        self.person.setFocus()

    def override(self) -> Override:
        """Raises Invalid that says what is wrong."""
        return checked_override(
            Override(
                OverrideId(NEW),
                self._rota.id,
                inputs.moment_of(self.start, self._zone),
                inputs.moment_of(self.end, self._zone),
                int(self.person.currentData()),
                int(self.instead_of.currentData()),
                Reason(self.reason.currentData()),
                self.note.text(),
            )
        )

    def accept(self) -> None:
        try:
            self.override()
        except Invalid as error:
            self.refuse(str(error))
            return
        super().accept()


class SwapForm(Dialog):
    """Two duties that lie ahead change hands."""

    def __init__(
        self,
        parent: QWidget | None,
        rota: Rota,
        stretches: Sequence[Stretch],
        names: Mapping[int, str],
    ) -> None:
        super().__init__(
            parent,
            f"Swap duties: {rota.name}",
            "Each takes the duty of the other.",
            "Swap",
        )
        self._rota = rota
        self.duties = [one for one in stretches if len(one.people) == 1]
        zone = ZoneInfo(rota.zone)
        self.one, self.other = (self._choice(names, zone) for _ in range(2))
        self.note = inputs.line("", "", "Note")
        form = QFormLayout()
        form.setHorizontalSpacing(2 * GRID)
        form.addRow("This duty", self.one)
        form.addRow("for this one", self.other)
        form.addRow("Note", self.note)
        self.body.addLayout(form)
        if len(self.duties) > 1:
            self.other.setCurrentIndex(1)

    def overrides(self) -> tuple[Override, ...]:
        """Raises Invalid when that is no swap."""
        if len(self.duties) < 2:
            raise Invalid("there are no two duties to swap")
        one = self.duties[self.one.currentIndex()]
        other = self.duties[self.other.currentIndex()]
        if one.people == other.people:
            raise Invalid("choose duties of two people", field="other")
        return (self._taken(one, other.people[0]), self._taken(other, one.people[0]))

    def accept(self) -> None:
        try:
            self.overrides()
        except Invalid as error:
            self.refuse(str(error))
            return
        super().accept()

    def _taken(self, duty: Stretch, person: int) -> Override:
        return Override(
            OverrideId(NEW),
            self._rota.id,
            duty.start,
            duty.end,
            person,
            duty.people[0],
            Reason.SWAP,
            self.note.text(),
        )

    def _choice(self, names: Mapping[int, str], zone: ZoneInfo) -> QComboBox:
        box = QComboBox()
        for duty in self.duties:
            start, end = (at.astimezone(zone) for at in (duty.start, duty.end))
            span = f"{start:%a %d %b %H:%M} – {end:%a %d %b %H:%M}"
            box.addItem(f"{names_text(duty, names)}   {span}")
        box.setAccessibleName("Duty")
        return box
