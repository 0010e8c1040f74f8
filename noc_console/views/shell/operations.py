"""Operations in the palette: a form made from the signature, the answer as text to copy."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from types import NoneType
from typing import Any

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFormLayout,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QWidget,
)

from noc_console.kernel.actor import Actor
from noc_console.kernel.errors import Invalid
from noc_console.kernel.operation import Argument, Operation, arguments_of
from noc_console.kernel.text import redact
from noc_console.views.kit.dialogs import Dialog
from noc_console.views.kit.label import Label
from noc_console.views.kit.theme import look
from noc_console.views.shell.spec import Method

SECRET_WORDS = ("pass", "secret", "community", "token", "password")
RESULT_LIMIT = 200_000


@dataclass(frozen=True, slots=True)
class Offered:
    """An operation the palette can run."""

    operation: Operation
    method: Method
    fields: tuple[Argument, ...]


def offered(actor: Actor, operations: Iterable[tuple[Operation, Method]]) -> list[Offered]:
    """What this actor may do and a form can ask for, by name. The rest is for programs."""
    made = []
    for operation, method in operations:
        fields = arguments_of(method) if actor.may(operation.right) else None
        if fields is not None:
            made.append(Offered(operation, method, fields))
    return sorted(made, key=lambda each: each.operation.name)


def _label(argument: Argument) -> str:
    return argument.name.replace("_", " ").capitalize()


def _is_secret(argument: Argument) -> bool:
    return any(word in argument.name for word in SECRET_WORDS)


def read_field(field: Argument, text: str) -> Any:
    """What was typed as the argument's type; Invalid names the field."""
    if field.is_many:
        return tuple(_read_one(field, part) for part in text.replace(",", " ").split())
    return _read_one(field, text.strip())


def _read_one(field: Argument, text: str) -> Any:
    try:
        if field.kind is datetime:
            moment = datetime.fromisoformat(text)
            return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return field.kind(text)
    except ValueError as error:
        wanted = _WANTED.get(field.kind, "one of " + _words(field.kind))
        raise Invalid(f"{_label(field)}: {text!r} is not {wanted}.", field=field.name) from error


_WANTED = {int: "a whole number", float: "a number", datetime: "an ISO 8601 time"}


def _words(kind: type) -> str:
    return ", ".join(str(each.value) for each in kind) if issubclass(kind, Enum) else kind.__name__


class OperationDialog(Dialog):
    """A form for one operation; `arguments` after it was accepted."""

    def __init__(self, offered: Offered, parent: QWidget | None) -> None:
        name = offered.operation.name
        super().__init__(parent, name, offered.operation.summary, f"Run {name}")
        self.arguments: dict[str, Any] = {}
        self._inputs: dict[str, tuple[Argument, QWidget]] = {}
        form = QFormLayout()
        for field in offered.fields:
            widget = _input(field)
            self._inputs[field.name] = (field, widget)
            form.addRow(
                Label(_label(field) + (" *" if field.is_needed else ""), tone="dim"), widget
            )
        self.body.addLayout(form)
        if self._inputs:
            next(iter(self._inputs.values()))[1].setFocus()

    def accept(self) -> None:
        try:
            self.arguments = {
                name: value
                for name, (field, widget) in self._inputs.items()
                if (value := _value(field, widget)) is not None
            }
        except Invalid as problem:
            self.refuse(str(problem))
            return
        super().accept()


def _input(field: Argument) -> QWidget:
    if field.kind is bool and not field.is_many:
        check = QCheckBox()
        check.setChecked(bool(field.default))
        return check
    if issubclass(field.kind, Enum) and not field.is_many:
        combo = QComboBox()
        if not field.is_needed:
            combo.addItem("", None)
        for member in field.kind:
            combo.addItem(member.name.replace("_", " ").lower(), member)
        combo.setCurrentIndex(max(0, combo.findData(field.default)))
        return combo
    line = QLineEdit("" if field.default in (None, "", ()) else str(field.default))
    if field.is_many:
        line.setText(" ".join(str(each) for each in field.default or ()))
        line.setPlaceholderText("several, between blanks")
    if _is_secret(field):
        line.setEchoMode(QLineEdit.EchoMode.Password)
    return line


def _value(field: Argument, widget: QWidget) -> Any:
    """The argument, None to leave the operation's own default."""
    if isinstance(widget, QCheckBox):
        return widget.isChecked()
    if isinstance(widget, QComboBox):
        return widget.currentData()
    assert isinstance(widget, QLineEdit)
    text = widget.text().strip()
    if not text:
        if field.is_needed:
            raise Invalid(f"{_label(field)} is needed.", field=field.name)
        return None
    return read_field(field, text)


class ResultDialog(Dialog):
    """What an operation answered, to read and copy."""

    def __init__(self, title: str, answer: Any, parent: QWidget | None) -> None:
        super().__init__(parent, title, "", "Close")
        self.cancel_button.hide()
        self.text = QPlainTextEdit(readable(answer))
        self.text.setReadOnly(True)
        self.text.setFont(look().mono(11))
        self.text.setMinimumSize(660, 360)
        copy = QPushButton("Copy")
        copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self.text.toPlainText()))
        self.body.addWidget(self.text)
        self.body.addWidget(copy)


def readable(answer: Any) -> str:
    """An answer as indented JSON, secrets as dots, cut when it is very long."""
    if answer is None:
        return "Done."
    text = redact(json.dumps(_plain(answer), indent=2, ensure_ascii=False))
    return text if len(text) <= RESULT_LIMIT else text[:RESULT_LIMIT] + "\n… cut here"


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: _plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, Enum):
        return value.name.lower()
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(each) for each in value]
    return value if isinstance(value, str | int | float | bool | NoneType) else str(value)
