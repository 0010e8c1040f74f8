"""Operations in the palette: a form made from the signature, the answer as text to copy."""

from __future__ import annotations

import dataclasses
import inspect
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

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
from noc_console.kernel.operation import Operation
from noc_console.kernel.text import redact
from noc_console.views.kit.dialogs import Dialog
from noc_console.views.kit.label import Label
from noc_console.views.kit.theme import look
from noc_console.views.shell.spec import Method

SECRET_WORDS = ("pass", "secret", "community", "token", "password")
RESULT_LIMIT = 200_000


@dataclass(frozen=True, slots=True)
class Field:
    """One argument: its name, plain type, whether it takes several, and its default."""

    name: str
    kind: type
    is_many: bool
    is_needed: bool
    default: Any

    @property
    def label(self) -> str:
        return self.name.replace("_", " ").capitalize()

    @property
    def is_secret(self) -> bool:
        return any(word in self.name for word in SECRET_WORDS)


@dataclass(frozen=True, slots=True)
class Offered:
    """An operation the palette can run."""

    operation: Operation
    method: Method
    fields: tuple[Field, ...]


def offered(actor: Actor, operations: Iterable[tuple[Operation, Method]]) -> list[Offered]:
    """What this actor may do and a form can ask for, by name. The rest is for programs."""
    made = []
    for operation, method in operations:
        fields = fields_of(method) if actor.may(operation.right) else None
        if fields is not None:
            made.append(Offered(operation, method, fields))
    return sorted(made, key=lambda each: each.operation.name)


def fields_of(method: Method) -> tuple[Field, ...] | None:
    """The operation's arguments, or None when one of them is not a plain value."""
    hints = get_type_hints(inspect.unwrap(method))
    fields = []
    for parameter in inspect.signature(method).parameters.values():
        if parameter.kind is not inspect.Parameter.KEYWORD_ONLY:
            continue
        shape = _shape(hints.get(parameter.name))
        if shape is None:
            return None
        needed = parameter.default is inspect.Parameter.empty
        default = None if needed else parameter.default
        fields.append(Field(parameter.name, *shape, is_needed=needed, default=default))
    return tuple(fields)


def _shape(hint: Any) -> tuple[type, bool] | None:
    if get_origin(hint) in (Union, UnionType):
        rest = [part for part in get_args(hint) if part is not NoneType]
        return _shape(rest[0]) if len(rest) == 1 else None
    if get_origin(hint) is tuple:
        inner = _shape(get_args(hint)[0])
        return (inner[0], True) if inner else None
    hint = getattr(hint, "__supertype__", hint)
    if isinstance(hint, type) and (hint in (str, int, float, bool) or issubclass(hint, Enum)):
        return hint, False
    return None


def read_field(field: Field, text: str) -> Any:
    """What was typed as the argument's type; Invalid names the field."""
    if field.is_many:
        return tuple(_read_one(field, part) for part in text.replace(",", " ").split())
    return _read_one(field, text.strip())


def _read_one(field: Field, text: str) -> Any:
    try:
        return field.kind(text)
    except ValueError as error:
        wanted = "a whole number" if field.kind is int else "a number"
        raise Invalid(f"{field.label}: {text!r} is not {wanted}.", field=field.name) from error


class OperationDialog(Dialog):
    """A form for one operation; `arguments` after it was accepted."""

    def __init__(self, offered: Offered, parent: QWidget | None) -> None:
        name = offered.operation.name
        super().__init__(parent, name, offered.operation.summary, f"Run {name}")
        self.arguments: dict[str, Any] = {}
        self._inputs: dict[str, tuple[Field, QWidget]] = {}
        form = QFormLayout()
        for field in offered.fields:
            widget = _input(field)
            self._inputs[field.name] = (field, widget)
            form.addRow(Label(field.label + (" *" if field.is_needed else ""), tone="dim"), widget)
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


def _input(field: Field) -> QWidget:
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
    if field.is_secret:
        line.setEchoMode(QLineEdit.EchoMode.Password)
    return line


def _value(field: Field, widget: QWidget) -> Any:
    """The argument, None to leave the operation's own default."""
    if isinstance(widget, QCheckBox):
        return widget.isChecked()
    if isinstance(widget, QComboBox):
        return widget.currentData()
    assert isinstance(widget, QLineEdit)
    text = widget.text().strip()
    if not text:
        if field.is_needed:
            raise Invalid(f"{field.label} is needed.", field=field.name)
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
