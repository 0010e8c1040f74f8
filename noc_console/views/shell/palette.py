"""Ctrl+K: every command there is now, and every operation of the services."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject
from PySide6.QtGui import QKeySequence

from noc_console.kernel.actor import Actor
from noc_console.kernel.operation import Operation
from noc_console.views.kit.actions import Actions
from noc_console.views.shell.operations import Offered, offered
from noc_console.views.shell.picker import Choice, Picker
from noc_console.views.shell.rank import ranked
from noc_console.views.shell.spec import Method

NATIVE = QKeySequence.SequenceFormat.NativeText


class Palette(QObject):
    """Commands first, operations after them; the better match wins over that."""

    def __init__(
        self,
        picker: Picker,
        actions: Actions,
        actor: Actor,
        operations: Sequence[tuple[Operation, Method]],
        run: Callable[[Offered], None],
    ) -> None:
        super().__init__(picker)
        self._picker, self._actions, self._run = picker, actions, run
        self._operations = offered(actor, operations)
        self._all: list[Choice] = []
        picker.typed.connect(self._show)

    def open(self) -> None:
        self._all = [*self._commands(), *map(self._of_operation, self._operations)]
        self._picker.open()

    def _show(self, typed: str) -> None:
        found = ranked(typed, self._all, lambda choice: choice.title)
        if typed.strip():  # what only the summary speaks of comes after all that is called so
            named = {id(choice) for choice in found}
            rest = [choice for choice in self._all if id(choice) not in named]
            found += ranked(typed, rest, lambda choice: choice.detail)
        self._picker.show_choices(found, "" if found else "No command is called that.")

    def _commands(self) -> list[Choice]:
        return [
            Choice(
                title=command.text,
                act=action.trigger,
                detail=command.group,
                icon=command.icon,
                keys="  ".join(keys.toString(NATIVE) for keys in action.shortcuts()),
                is_enabled=action.isEnabled(),
            )
            for command, action in self._actions.commands()
        ]

    def _of_operation(self, each: Offered) -> Choice:
        return Choice(
            title=each.operation.name,
            act=lambda: self._run(each),
            detail=each.operation.summary,
            icon="terminal",
        )
