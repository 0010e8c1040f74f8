"""Every command of the console, once: menus, the palette and the shortcut sheet read this list."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QMenu, QPushButton, QWidget
from shiboken6 import isValid

from noc_console.kernel.actor import Actor
from noc_console.kernel.errors import Broken
from noc_console.views.kit.icons import IconButton, icon
from noc_console.views.kit.label import plain_tip
from noc_console.views.kit.theme import GRID, look


@dataclass(frozen=True, slots=True)
class Command:
    """One thing the operator can do here.

    `shortcut` may name several, separated by a blank (`"Space A"`); without one the
    command is for menus and the palette. `right` hides it from those who never may.
    """

    id: str
    text: str
    icon: str
    handler: Callable[[], object]
    shortcut: str = ""
    right: str = ""
    group: str = "General"


class Actions(QObject):
    """The registry. A command belongs to the widget it works in, and leaves with it."""

    def __init__(self, actor: Actor, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._actor = actor
        self._known: dict[str, tuple[Command, QAction]] = {}
        look().changed.connect(self._repaint)

    def add(self, command: Command, scope: QWidget) -> QAction:
        """Make a command work while `scope` or something in it has the focus.

        A window as scope makes its shortcut work everywhere in that window.
        """
        known = self._known.get(command.id)
        if known is not None and isValid(known[1]):
            raise Broken(f"two commands are called {command.id}")
        action = QAction(icon(command.icon), command.text, scope)
        action.setShortcuts([QKeySequence(keys) for keys in command.shortcut.split()])
        action.setShortcutContext(
            Qt.ShortcutContext.WindowShortcut
            if scope.isWindow()
            else Qt.ShortcutContext.WidgetWithChildrenShortcut
        )
        may = not command.right or self._actor.may(command.right)
        action.setVisible(may)
        action.setEnabled(may)
        action.triggered.connect(lambda _checked=False: command.handler())
        scope.addAction(action)
        self._known[command.id] = (command, action)
        return action

    def action(self, id: str) -> QAction:
        return self._known[id][1]

    def commands(self) -> Iterator[tuple[Command, QAction]]:
        """What is there now and may be done by this actor."""
        for command, action in tuple(self._known.values()):
            if not isValid(action):
                del self._known[command.id]
            elif action.isVisible():
                yield command, action

    def _repaint(self) -> None:
        for command, action in self.commands():
            action.setIcon(icon(command.icon))


def button_of(action: QAction) -> QPushButton:
    """A small button for a command: grey when it cannot be done now, absent when never."""
    button = QPushButton(action.text())
    button.setProperty("compact", True)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    button.clicked.connect(action.trigger)

    def follow() -> None:
        keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        own_tip = action.toolTip() != action.iconText()
        button.setEnabled(action.isEnabled())
        button.setVisible(action.isVisible())
        button.setToolTip(
            plain_tip(action.toolTip() if own_tip else f"{action.iconText()}  {keys}".strip())
        )

    action.changed.connect(follow)
    follow()
    return button


def corner_of(shown: Sequence[QWidget], more: Sequence[QAction] = ()) -> QWidget:
    """What stands right of tabs: a line of widgets, and a menu of commands that are rarer."""
    made = QWidget()
    line = QHBoxLayout(made)
    line.setContentsMargins(GRID, 2, GRID, 2)
    line.setSpacing(GRID)
    for widget in shown:
        line.addWidget(widget)
    if any(action.isVisible() for action in more):
        button = IconButton("more", "What else can be done here")
        menu = QMenu(button)
        menu.addActions(list(more))
        button.setMenu(menu)
        button.setPopupMode(IconButton.ToolButtonPopupMode.InstantPopup)
        line.addWidget(button)
    return made
