"""What a MIB says about the chosen object. Everything is plain text: a MIB may hold anything."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QFormLayout,
    QHBoxLayout,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from noc_console.kernel.text import visible
from noc_console.services.mibs.model import Base, Kind, MibObject, Syntax
from noc_console.views.kit.desk import Desk
from noc_console.views.kit.icons import IconButton
from noc_console.views.kit.label import ElidedLabel, Label
from noc_console.views.kit.theme import GRID, look

MOST_LABELS = 400

NO_TEXT = "No description: load the module's own file to read it here."
_KINDS = {
    Kind.NODE: "a place in the tree",
    Kind.MODULE: "a module",
    Kind.SCALAR: "a single value",
    Kind.TABLE: "a table",
    Kind.ROW: "a row of a table",
    Kind.COLUMN: "a column of a table",
    Kind.NOTIFICATION: "a notification",
}


class Details(QWidget):
    """Name, OID, type, access, words and description of one object."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._object: MibObject | None = None
        self.name = ElidedLabel("", size="large", tone="bright")
        self.oid = Label("", tone="dim", selectable=True, wrap=True)
        self.oid.setFont(look().mono())
        self.copy_button = IconButton("copy", "Copy the OID")
        self.text = Label("", wrap=True, selectable=True)
        self.text.setAccessibleName("Description")
        self.text.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self._facts = QFormLayout()
        self._facts.setContentsMargins(0, 0, 0, 0)
        self._facts.setHorizontalSpacing(2 * GRID)
        self._facts.setVerticalSpacing(3)
        self._facts.setLabelAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self._lay_out()
        self.copy_button.clicked.connect(self.copy_oid)
        self.show_object(None)

    @property
    def object(self) -> MibObject | None:
        return self._object

    def show_object(self, one: MibObject | None) -> None:
        """Another object, or none."""
        self._object = one
        self._body.setVisible(one is not None)
        self._hint.setVisible(one is None)
        if one is None:
            return
        self.name.show_text(one.name)
        self.oid.setText(one.oid)
        while self._facts.rowCount():
            self._facts.removeRow(0)
        for title, value in facts(one):
            heading = Label(title, tone="dim")
            heading.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
            heading.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
            self._facts.addRow(heading, Label(visible(value), wrap=True, selectable=True))
        self.text.setText("\n".join(map(visible, one.description.splitlines())) or NO_TEXT)
        self.text.set_tone("" if one.description else "dim")

    def copy_oid(self) -> None:
        if self._object is not None:
            QGuiApplication.clipboard().setText(self._object.oid)
            self._desk.notice(f"{self._object.oid} copied")

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(GRID)
        head.addWidget(self.oid, 1)
        head.addWidget(self.copy_button, 0, Qt.AlignmentFlag.AlignTop)
        self._body = QWidget()
        inner = QVBoxLayout(self._body)
        inner.setContentsMargins(GRID + 4, GRID, GRID, GRID)
        inner.setSpacing(GRID // 2)
        inner.addWidget(self.name)
        inner.addLayout(head)
        inner.addSpacing(GRID // 2)
        inner.addWidget(self.text)
        inner.addSpacing(GRID // 2)
        inner.addLayout(self._facts)
        inner.addStretch(1)
        self._hint = Label("Choose an object to read what it is.", tone="dim", wrap=True)
        self._hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._hint.setContentsMargins(GRID, 3 * GRID, GRID, GRID)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setWidget(self._body)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._hint)
        layout.addWidget(scroll, 1)


def facts(one: MibObject) -> list[tuple[str, str]]:
    """Title and value of each line."""
    found = [("Module", one.module), ("Is", _KINDS[one.kind])]
    if one.syntax is not None:
        found.append(("Type", type_words(one.syntax)))
    if one.units:
        found.append(("Units", one.units))
    if one.access:
        found.append(("Access", one.access))
    if one.status != "current":
        found.append(("Status", one.status))
    if one.index:
        implied = " (the last without its length)" if one.is_implied else ""
        found.append(("Index", ", ".join(one.index) + implied))
    if one.carries:
        found.append(("Carries", ", ".join(one.carries)))
    if one.syntax is not None and one.syntax.labels:
        found.append(("Words", label_words(one.syntax)))
    return found


def type_words(syntax: Syntax) -> str:
    """`InterfaceIndex: integer, 1 to 2147483647`."""
    parts = [syntax.base.value]
    limits = " or ".join(
        str(low) if low == high else f"{low} to {high}" for low, high in syntax.ranges[:8]
    )
    if limits:
        unit = " octets" if syntax.base in {Base.OCTETS, Base.OPAQUE} else ""
        parts.append(limits + unit)
    if syntax.hint:
        parts.append(f"shown as {syntax.hint}")
    described = ", ".join(parts)
    return f"{syntax.name}: {described}" if syntax.name else described


def label_words(syntax: Syntax) -> str:
    words = [f"{word}({number})" for word, number in syntax.labels[:MOST_LABELS]]
    more = len(syntax.labels) - MOST_LABELS
    return "  ".join(words) + (f"  and {more} others" if more > 0 else "")
