"""Every command of the console, once: menus, the palette and the shortcut sheet read this list."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QMenu, QPushButton, QWidget
from shiboken6 import isValid

from noc_console.kernel.actor import Actor
from noc_console.kernel.errors import Broken
from noc_console.views.kit.bindings import Bindings, Keys, native, portable
from noc_console.views.kit.icons import IconButton, icon
from noc_console.views.kit.label import plain_tip
from noc_console.views.kit.state import State
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

    rebound = Signal()
    """Commands have other keys than before."""

    def __init__(
        self, actor: Actor, bindings: Bindings | None = None, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._actor = actor
        self.bindings = bindings or Bindings(State(None), self)
        self._known: dict[str, tuple[Command, QAction]] = {}
        self._expected: dict[str, tuple[str, Command]] = {}
        self._followers: list[tuple[str, str, QAction]] = []
        self.bindings.changed.connect(self._rebind)
        look().changed.connect(self._repaint)

    def add(self, command: Command, scope: QWidget) -> QAction:
        """Make a command work while `scope` or something in it has the focus.

        A window as scope makes its shortcut work everywhere in that window.
        """
        known = self._known.get(command.id)
        if known is not None and isValid(known[1]):
            raise Broken(f"two commands are called {command.id}")
        action = QAction(icon(command.icon), command.text, scope)
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
        if self.bindings.own(command.id) is None:
            _set(action, self.keys(command.id))
        else:  # it may have taken keys from others
            self._rebind()
        return action

    def expect(self, place: str, commands: Iterable[Command]) -> None:
        """What can be done in a place that may not be there yet: it has keys, and is given others,
        before it works. Which widgets they belong to is not known: all of one place meet."""
        for command in commands:
            if not command.right or self._actor.may(command.right):
                self._expected[command.id] = (place, command)

    def listed(self) -> list[Command]:
        """What is there now and what is expected: always in the same order."""
        there = {command.id: command for command, _ in self.commands()}
        hidden = self._known.keys() - there.keys()
        first = [command for id, command in there.items() if id not in self._expected]
        rest = ((id, command) for id, (_, command) in self._expected.items() if id not in hidden)
        return [*first, *(there.get(id, command) for id, command in rest)]

    def place(self, id: str) -> str:
        """Where a command works, as `expect` named it; empty for everywhere."""
        return self._expected[id][0] if id in self._expected else ""

    def action(self, id: str) -> QAction:
        return self._known[id][1]

    def keys(self, id: str, usual: str = "") -> Keys:
        """What a command answers to now: the own keys, or the usual ones that nobody took.

        `usual` are those of a command that is not registered, between blanks.
        """
        own = self.bindings.own(id)
        if own is not None:
            return own
        if self._there(id) is None and id not in self._expected:
            return tuple(map(portable, usual.split()))
        taken = {key for other, keys in self._bound() if self._meet(id, other) for key in keys}
        return tuple(key for key in self.usual(id) if key not in taken)

    def hint(self, sentence: str, id: str, usual: str = "") -> str:
        """A sentence with `{key}` for the first key of a command; nothing when it has none."""
        keys = self.keys(id, usual)
        return sentence.format(key=native(keys[:1])) if keys else ""

    def follow(self, action: QAction, id: str, usual: str) -> None:
        """An action elsewhere, such as in another window, has the keys of this command."""
        self._followers = [one for one in self._followers if isValid(one[2])]
        self._followers.append((id, usual, action))
        _set(action, self.keys(id, usual))

    def settle(self) -> None:
        """Widgets came to where they stay: which commands meet is known only now."""
        if self.bindings.all():
            self._rebind()

    def clashing(self, id: str, key: str) -> list[Command]:
        """The other commands that answer to this key where this command works."""
        return [
            command
            for command in self.listed()
            if self._meet(id, command.id) and key in self.keys(command.id)
        ]

    def give(self, id: str, keys: Keys) -> None:
        """These keys for a command from now on, taken from those that had them.

        What only had them by use gets them back when this command lets them go.
        """
        chosen: dict[str, Keys | None] = {
            command.id: tuple(key for key in own if key not in keys)
            for each in keys
            for command in self.clashing(id, each)
            if (own := self.bindings.own(command.id)) is not None
        }
        self.bindings.choose({**chosen, id: None if keys == self.usual(id) else keys})

    def usual(self, id: str) -> Keys:
        """The keys a command came with."""
        known = self._known.get(id)
        command = known[0] if known is not None else self._expected[id][1]
        return tuple(map(portable, command.shortcut.split()))

    def commands(self) -> Iterator[tuple[Command, QAction]]:
        """What is there now and may be done by this actor."""
        for command, action in tuple(self._known.values()):
            if not isValid(action):
                del self._known[command.id]
            elif action.isVisible():
                yield command, action

    def _bound(self) -> list[tuple[str, Keys]]:
        """The commands that have keys of one's own."""
        return [
            (id, keys)
            for id, keys in self.bindings.all().items()
            if keys and (id in self._expected or self._there(id) is not None)
        ]

    def _there(self, id: str) -> QAction | None:
        known = self._known.get(id)
        return known[1] if known is not None and isValid(known[1]) else None

    def _meet(self, id: str, other: str) -> bool:
        """Whether both commands work in some place."""
        if id == other:
            return False
        first, second = self._there(id), self._there(other)
        if first is not None and second is not None:
            return _meet(first, second)
        here, there = self.place(id), self.place(other)
        return not here or not there or here == there

    def _rebind(self) -> None:
        for command, action in tuple(self._known.values()):
            if isValid(action):
                _set(action, self.keys(command.id))
        for id, usual, action in self._followers:
            if isValid(action):
                _set(action, self.keys(id, usual))
        self.rebound.emit()

    def _repaint(self) -> None:
        for command, action in self.commands():
            action.setIcon(icon(command.icon))


def _set(action: QAction, keys: Keys) -> None:
    if tuple(each.toString() for each in action.shortcuts()) != keys:
        action.setShortcuts([QKeySequence(each) for each in keys])


def _meet(one: QAction, other: QAction) -> bool:
    """Whether both work in some place: their widgets are one within the other."""
    first, second = one.parent(), other.parent()
    if not isinstance(first, QWidget) or not isinstance(second, QWidget) or one is other:
        return False
    return first is second or first.isAncestorOf(second) or second.isAncestorOf(first)


def tip_follows(button: QAbstractButton, action: QAction, before: str = "") -> None:
    """A button's tip says the command and its keys, whichever those are now."""

    def tell() -> None:
        if isValid(button):
            button.setToolTip(plain_tip(f"{before or action.text()}  {keys_of(action)}".rstrip()))

    action.changed.connect(tell)
    tell()


def text_follows(button: QAbstractButton, action: QAction) -> None:
    """A button says the command and its keys, whichever those are now."""

    def tell() -> None:
        if isValid(button):
            button.setText(f"{action.text()}  {keys_of(action)}".rstrip())

    action.changed.connect(tell)
    tell()


def keys_of(action: QAction) -> str:
    """The first of an action's keys, as people read it; empty without any."""
    return native(action.shortcuts()[:1])


def button_of(action: QAction) -> QPushButton:
    """A small button for a command: grey when it cannot be done now, absent when never."""
    button = QPushButton(action.text())
    button.setProperty("compact", True)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    button.clicked.connect(action.trigger)

    def follow() -> None:
        keys = keys_of(action)
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
