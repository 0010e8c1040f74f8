"""What is asked about a room and a rack."""

from __future__ import annotations

from PySide6.QtWidgets import QComboBox, QDoubleSpinBox, QFormLayout, QLineEdit, QSpinBox, QWidget

from noc_console.kernel.text import visible
from noc_console.services.facilities.model import (
    RACK_DEPTH_M,
    RACK_WIDTH_M,
    UNITS,
    Rack,
    Room,
)
from noc_console.views.kit.dialogs import Dialog
from noc_console.views.kit.theme import GRID

FRONTS = {0: "Down", 90: "Left", 180: "Up", 270: "Right"}


def _number(value: float, least: float, most: float, unit: str, step: float) -> QDoubleSpinBox:
    box = QDoubleSpinBox()
    box.setRange(least, most)
    box.setDecimals(2 if step < 1 else 1)
    box.setSingleStep(step)
    box.setSuffix(f" {unit}")
    box.setValue(value)
    return box


class _Form(Dialog):
    """A name and some numbers."""

    def __init__(
        self, parent: QWidget | None, title: str, text: str, verb: str, *, name: str
    ) -> None:
        super().__init__(parent, title, text, verb)
        self.form = QFormLayout()
        self.form.setSpacing(GRID)
        self.name_input = QLineEdit(name)
        self.add("Name", self.name_input)
        self.body.addLayout(self.form)
        self.name_input.selectAll()
        self.name_input.setFocus()

    def add(self, text: str, widget: QWidget) -> None:
        widget.setAccessibleName(text)
        self.form.addRow(text, widget)

    def name(self) -> str:
        return self.name_input.text().strip()

    def accept(self) -> None:
        if not self.name():
            self.refuse("A name is needed.")
        else:
            super().accept()


class RoomDialog(_Form):
    """Name, floor, power and cooling."""

    def __init__(self, parent: QWidget | None, room: Room | None, *, name: str = "") -> None:
        super().__init__(
            parent,
            "Add a room" if room is None else f"Change {visible(room.name)}",
            "A rectangle is enough: width and depth as on the floor plan.",
            "Add room" if room is None else "Save room",
            name=name if room is None else room.name,
        )
        self.width_m = _number(room.width_m if room else 8.0, 1.0, 500.0, "m", 0.1)
        self.depth_m = _number(room.depth_m if room else 6.0, 1.0, 500.0, "m", 0.1)
        self.power_kw = _number(room.power_kw if room else 0.0, 0.0, 100_000.0, "kW", 1)
        self.cooling_kw = _number(room.cooling_kw if room else 0.0, 0.0, 100_000.0, "kW", 1)
        self.add("Width", self.width_m)
        self.add("Depth", self.depth_m)
        self.add("Power", self.power_kw)
        self.add("Cooling", self.cooling_kw)

    def values(self) -> dict[str, float]:
        """As `facilities.add-room` takes them."""
        return {
            "width_m": self.width_m.value(),
            "depth_m": self.depth_m.value(),
            "power_kw": self.power_kw.value(),
            "cooling_kw": self.cooling_kw.value(),
        }


class RackDialog(_Form):
    """Name, height, and how it stands."""

    def __init__(self, parent: QWidget | None, rack: Rack | None, *, name: str = "") -> None:
        super().__init__(
            parent,
            "Add a rack" if rack is None else f"Change {visible(rack.name)}",
            "It stands where the next one fits; drag it on the plan.",
            "Add rack" if rack is None else "Save rack",
            name=name if rack is None else rack.name,
        )
        self.units = QSpinBox()
        self.units.setRange(1, 60)
        self.units.setSuffix(" U")
        self.units.setValue(rack.units if rack else UNITS)
        self.width_m = _number(rack.width_m if rack else RACK_WIDTH_M, 0.2, 2.0, "m", 0.1)
        self.depth_m = _number(rack.depth_m if rack else RACK_DEPTH_M, 0.2, 2.0, "m", 0.1)
        self.weight_kg = _number(rack.max_weight_kg if rack else 0.0, 0.0, 10_000.0, "kg", 50)
        self.front = QComboBox()
        for rotation, text in FRONTS.items():
            self.front.addItem(text, rotation)
        self.front.setCurrentIndex(list(FRONTS).index(rack.rotation if rack else 0))
        self.add("Height", self.units)
        self.add("Width", self.width_m)
        self.add("Depth", self.depth_m)
        self.add("Front looks", self.front)
        self.add("Bears at most", self.weight_kg)

    def units_value(self) -> int:
        return self.units.value()

    def rotation(self) -> int:
        return int(self.front.currentData())

    def sizes(self) -> dict[str, float]:
        """As `facilities.add-rack` takes them."""
        return {
            "width_m": self.width_m.value(),
            "depth_m": self.depth_m.value(),
            "max_weight_kg": self.weight_kg.value(),
        }
