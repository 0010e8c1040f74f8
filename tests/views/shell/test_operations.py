"""Operations as forms, made from their signatures."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum, IntEnum

import pytest
from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit

from noc_console.kernel.actor import Actor
from noc_console.kernel.errors import Invalid
from noc_console.kernel.operation import Argument, operation, operations
from noc_console.services.inventory.model import DeviceType
from noc_console.views.shell.operations import (
    Offered,
    OperationDialog,
    ResultDialog,
    offered,
    read_field,
    readable,
)

ALL = Actor("mira", "acme", frozenset({"*"}))


class Level(IntEnum):
    LOW = 1
    HIGH = 2


class Desk:
    @operation("desk.work")
    async def work(
        self,
        actor: Actor,
        *,
        name: str,
        count: int = 3,
        share: float | None = None,
        loud: bool = False,
        kind: DeviceType | None = None,
        seeds: tuple[str, ...] = (),
        community: str = "",
    ) -> None:
        """Do the work."""

    @operation("desk.inner")
    async def inner(self, actor: Actor, *, thing: object) -> None:
        """For programs only."""


def work() -> Offered:
    (found,) = offered(ALL, operations(Desk()))
    return found


def widget(dialog: OperationDialog, name: str) -> QLineEdit | QComboBox | QCheckBox:
    found = dialog._inputs[name][1]
    assert isinstance(found, QLineEdit | QComboBox | QCheckBox)
    return found


def test_only_what_a_form_can_ask_for_is_offered() -> None:
    assert work().operation.name == "desk.work"
    assert offered(Actor("guest", "acme"), operations(Desk())) == []


async def test_a_form_fills_the_arguments_with_their_types() -> None:
    dialog = OperationDialog(work(), None)
    name, kind, loud = widget(dialog, "name"), widget(dialog, "kind"), widget(dialog, "loud")
    assert isinstance(name, QLineEdit)
    assert isinstance(kind, QComboBox)
    assert isinstance(loud, QCheckBox)
    name.setText(" core-1 ")
    kind.setCurrentIndex(kind.findText("olt"))
    loud.setChecked(True)
    seeds = widget(dialog, "seeds")
    assert isinstance(seeds, QLineEdit)
    seeds.setText("10.0.0.1, 10.0.0.2  core")
    dialog.accept()
    assert dialog.arguments == {
        "name": "core-1",
        "count": 3,
        "loud": True,
        "kind": DeviceType.OLT,
        "seeds": ("10.0.0.1", "10.0.0.2", "core"),
    }


async def test_what_is_needed_is_asked_for_in_place() -> None:
    dialog = OperationDialog(work(), None)
    dialog.show()
    dialog.accept()
    assert dialog.problem.text() == "Name is needed."
    assert dialog.isVisible()
    name, count = widget(dialog, "name"), widget(dialog, "count")
    assert isinstance(name, QLineEdit)
    assert isinstance(count, QLineEdit)
    name.setText("x")
    count.setText("many")
    dialog.accept()
    assert "not a whole number" in dialog.problem.text()


async def test_secrets_are_not_shown_while_they_are_typed() -> None:
    dialog = OperationDialog(work(), None)
    field = widget(dialog, "community")
    assert isinstance(field, QLineEdit)
    assert field.echoMode() == QLineEdit.EchoMode.Password


def test_a_number_is_a_number() -> None:
    count = next(field for field in work().fields if field.name == "count")
    assert read_field(count, "42") == 42
    with pytest.raises(Invalid) as caught:
        read_field(count, "4.2")
    assert caught.value.field == "count"


def test_a_moment_is_utc_unless_it_says_otherwise() -> None:
    until = Argument("until", datetime, is_many=False, is_needed=True)
    assert read_field(until, "2026-03-01 12:00") == datetime(2026, 3, 1, 12, tzinfo=UTC)
    with pytest.raises(Invalid, match="ISO 8601"):
        read_field(until, "tomorrow")


@dataclass(frozen=True)
class Answer:
    name: str
    level: Level
    at: datetime
    many: tuple[Enum, ...]
    odd: complex = 1j


def test_an_answer_is_readable_and_redacted() -> None:
    text = readable(Answer("community=hunter2", Level.HIGH, datetime(2026, 3, 1, tzinfo=UTC), ()))
    assert "hunter2" not in text
    assert '"level": "high"' in text
    assert "2026-03-01T00:00:00+00:00" in text
    assert readable(None) == "Done."
    assert readable({"a": ["x" * 300_000]}).endswith("… cut here")


async def test_an_answer_is_shown_to_be_read_and_copied() -> None:
    dialog = ResultDialog("desk.work", {"found": 3}, None)
    assert '"found": 3' in dialog.text.toPlainText()
    assert dialog.text.isReadOnly()
