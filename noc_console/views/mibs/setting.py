"""Setting one object: a value of its type, then the question whether to do it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QComboBox, QFormLayout, QLineEdit, QWidget

from noc_console.kernel.text import visible
from noc_console.services.mibs.model import Base, MibObject, Syntax
from noc_console.services.snmp.model import ObjectType, ObjectValue
from noc_console.views.kit.dialogs import Dialog
from noc_console.views.kit.label import Label
from noc_console.views.kit.theme import GRID, look

WRITABLE = (
    ObjectType.INTEGER,
    ObjectType.UNSIGNED,
    ObjectType.STRING,
    ObjectType.HEX,
    ObjectType.OID,
    ObjectType.ADDRESS,
    ObjectType.TIMETICKS,
    ObjectType.COUNTER32,
    ObjectType.COUNTER64,
)
Wrong = Callable[[ObjectType, str], str]


class SetDialog(Dialog):
    """Asks for the new value: words of an enumeration to choose, else a line to type."""

    def __init__(
        self,
        parent: QWidget | None,
        *,
        place: str,
        old: ObjectValue,
        about: MibObject | None,
        type: ObjectType,
        wrong: Wrong,
    ) -> None:
        name = (old.name or old.oid).rpartition("::")[2]
        super().__init__(parent, f"Set {visible(name)}", _what(place, about), "Review…")
        self._old, self._wrong = old, wrong
        syntax = about.syntax if about else None
        self.words: QComboBox | None = None
        self.line = QLineEdit()
        self.type = QComboBox()
        for each in WRITABLE:
            self.type.addItem(each.value, each.value)
        self.type.setCurrentIndex(max(0, self.type.findData(type.value)))
        form = QFormLayout()
        form.setHorizontalSpacing(2 * GRID)
        form.setVerticalSpacing(GRID)
        now = Label(shown(old), wrap=True, selectable=True)
        form.addRow(Label("Now", tone="dim"), now)
        form.addRow(Label("New", tone="dim"), self._editor(syntax))
        form.addRow(Label("Type", tone="dim"), self.type)
        self.body.addLayout(form)
        (self.words or self.line).setFocus()

    def chosen(self) -> tuple[ObjectType, str]:
        """The type and the text to write."""
        kind = ObjectType(self.type.currentData())
        if self.words is not None:
            return kind, str(self.words.currentData())
        return kind, self.line.text()

    def shown_new(self) -> str:
        """The new value as the old one is shown."""
        return self.words.currentText() if self.words is not None else self.line.text()

    def accept(self) -> None:
        kind, text = self.chosen()
        if problem := self._wrong(kind, text):
            self.refuse(problem)
        elif self._old.is_there and text == str(self._old.value) and kind is self._old.type:
            self.refuse("That is what stands there now.")
        else:
            super().accept()

    def _editor(self, syntax: Syntax | None) -> QWidget:
        if syntax is not None and syntax.labels and syntax.base is not Base.BITS:
            self.words = QComboBox()
            self.words.setAccessibleName("New value")
            for word, number in syntax.labels:
                self.words.addItem(f"{word}({number})", number)
            self.words.setCurrentIndex(max(0, self.words.findData(self._old.value)))
            return self.words
        self.line.setAccessibleName("New value")
        self.line.setFont(look().mono())
        self.line.setText(_editable(self._old))
        self.line.setPlaceholderText(hint(syntax))
        self.line.selectAll()
        return self.line


def shown(value: ObjectValue) -> str:
    """A value in a sentence or a form."""
    if not value.is_there:
        return "nothing: the device has no such object yet"
    return visible(value.shown, limit=500) or "an empty text"


def hint(syntax: Syntax | None) -> str:
    """What may be typed for a type."""
    if syntax is None:
        return ""
    if syntax.base is Base.BITS:
        return "words: " + " ".join(word for word, _ in syntax.labels[:6])
    if syntax.base is Base.OCTETS and "x" in syntax.hint:
        return "00:1b:21:00:00:01"
    limits = " or ".join(f"{low} to {high}" for low, high in syntax.ranges[:4])
    unit = " characters" if syntax.base is Base.OCTETS and limits else ""
    return f"{limits}{unit}"


def _editable(old: ObjectValue) -> str:
    if not old.is_there:
        return ""
    return old.text if old.type is ObjectType.HEX and old.text else str(old.value)


def _what(place: str, about: MibObject | None) -> str:
    if about is None:
        return f"On {place}. No MIB here describes this object: say its type."
    told = f"On {place}. {about.full_name}, {about.access or 'access not told'}"
    first = about.description.partition("\n")[0]
    return f"{told}. {visible(first, limit=300)}" if first else f"{told}."
