"""The sheet of keys: all commands of all pages, by group, and the place to choose other keys.

Made from the commands, so it cannot be wrong; those of the page one comes from stand first.
Choose a command, press keys: whoever has them is named and asked about before they are taken.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from noc_console.kernel.text import plural
from noc_console.views.kit.actions import Actions, Command
from noc_console.views.kit.bindings import Keys, native, pressed
from noc_console.views.kit.dialogs import Dialog
from noc_console.views.kit.label import Label, plain_tip
from noc_console.views.kit.theme import GRID, look
from noc_console.views.shell.keyrules import WAY_OUT, missed, refused

ALWAYS = (
    ("Tables", "Filter", "/"),
    ("Tables", "Clear the filter", "Esc"),
    ("Tables", "Open the row", "Enter"),
    ("Tables", "Copy the rows", "Ctrl+C"),
)
HINT = "Click a command's keys, then press others. They count at once, everywhere."
WIDE, TALL = 960, 728
AROUND = 12 * GRID
"""What stays to be seen of the window behind the sheet, above and below."""
AT_ONCE = 60
"""Rows made in one go: some 20 ms. The others come in the moments after."""
Row = tuple[str, Command | str]
"""The words of a command, or of keys that stay as they are."""


def lines(actions: Actions, here: str = "") -> list[tuple[str, str, str]]:
    """Group, words and keys of everything that has a key, in the groups' order of appearance."""
    found = [
        (command.group, command.text, native(keys))
        for command in in_order(actions, here)
        if (keys := actions.keys(command.id))
    ]
    return [*found, *ALWAYS]


def in_order(actions: Actions, here: str = "") -> list[Command]:
    """By group, as groups first appear, but those of a place first."""
    each = actions.listed()
    of_place = [command.group for command in each if here and actions.place(command.id) == here]
    order = list(dict.fromkeys([*of_place, *(command.group for command in each)]))
    return sorted(each, key=lambda one: order.index(one.group))


class KeyButton(QPushButton):
    """Shows a command's keys; armed by a click it waits for others."""

    armed = Signal()
    caught = Signal(str)
    let_go = Signal()
    """Nothing was pressed, or Esc."""

    def __init__(self, name: str, keys: str, usual: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name, self._keys = name, ""
        self.is_armed = False
        self.setProperty("compact", True)
        self.setAutoDefault(False)
        self.setMinimumWidth(11 * GRID)
        self.clicked.connect(lambda _=False: self._arm(is_armed=not self.is_armed))
        self.show_keys(keys, usual)

    def show_keys(self, keys: str, usual: str) -> None:
        """The command has these now, and had those when it came."""
        self._keys = keys
        font = look().mono()
        font.setBold(keys != usual)  # of one's own
        self.setFont(font)
        self.setAccessibleName(f"Keys of {self._name}: {keys or 'none'}")
        was = f"Usually {usual or 'without keys'}. " if keys != usual else ""
        self.setToolTip(plain_tip(f"{was}Click, then press other keys"))
        self._tell()

    def event(self, event: QEvent) -> bool:
        """Armed, even what is a shortcut elsewhere, or Tab, comes here."""
        if self.is_armed and isinstance(event, QKeyEvent):
            if event.type() is QEvent.Type.ShortcutOverride:
                event.accept()
                return True
            if event.type() is QEvent.Type.KeyPress:
                self._catch(event)
                return True
        return super().event(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() is not Qt.FocusReason.PopupFocusReason:
            self._arm(is_armed=False)

    def _catch(self, event: QKeyEvent) -> None:
        key = pressed(event)
        if not key:
            return
        self._arm(is_armed=False)
        if key != "Esc":
            self.caught.emit(key)

    def _arm(self, *, is_armed: bool) -> None:
        if is_armed == self.is_armed:
            return
        self.is_armed = is_armed
        self._tell()
        if is_armed:
            self.setFocus()
            self.armed.emit()
        else:
            self.let_go.emit()

    def _tell(self) -> None:
        self.setText("press keys…" if self.is_armed else (self._keys or "–").replace("&", "&&"))


class ShortcutSheet(Dialog):
    """Two columns of groups; Esc closes it."""

    def __init__(self, actions: Actions, parent: QWidget | None, *, here: str = "") -> None:
        super().__init__(parent, "Keys", "", "Close")
        self.setWindowModality(Qt.WindowModality.NonModal)
        self.cancel_button.hide()
        self.accept_button.setAutoDefault(False)
        self.accept_button.setDefault(False)
        self._actions = actions
        self._here = here
        self._chosen = ""
        self._rest: Iterator[object] = iter(())
        self._making = QTimer(self)
        self._making.setInterval(0)
        self._making.timeout.connect(lambda: self._make_rows(AT_ONCE // 3))
        self._act: Callable[[], object] = lambda: None
        self.buttons: dict[str, KeyButton] = {}
        self.search, self.everything = QLineEdit(), QCheckBox("Also those without keys")
        self.told = Label(HINT, tone="dim", wrap=True)
        self.take, self.none = QPushButton(), QPushButton("No keys")
        self.usual, self.all_usual = QPushButton(), QPushButton("All as usual")
        self.area = QScrollArea()
        self._lay_out_sheet()
        self._wire()
        self.show_commands()

    # --- what it does ------------------------------------------------------------------------

    def show_commands(self) -> None:
        """What there is now, as far as the words of the search fit."""
        words = self.search.text().casefold().split()
        wants_all = self.everything.isChecked() or bool(words)
        rows: list[tuple[str, str, Command | str]] = [
            (command.group, command.text, command)
            for command in in_order(self._actions, self._here)
            if (wants_all or self._actions.keys(command.id)) and self._fits(words, command)
        ]
        rows += (one for one in ALWAYS if all(word in " ".join(one).casefold() for word in words))
        members_of: dict[str, list[Row]] = {}
        for group, text, shown in rows:
            members_of.setdefault(group, []).append((text, shown))
        self.buttons = {}
        inner = QWidget()
        columns = (QVBoxLayout(), QVBoxLayout())
        both = QHBoxLayout(inner)
        both.setContentsMargins(0, 0, 2 * GRID, 0)
        both.setSpacing(5 * GRID)
        for column in columns:
            column.setSpacing(2 * GRID)
            column.addStretch()
            both.addLayout(column, 1)
        self._rest = self._groups(members_of, columns)
        self._make_rows(AT_ONCE)
        self.area.setWidget(inner)

    def choose(self, id: str) -> None:
        """Keys of this command are wanted."""
        self._chosen = id
        self._say(f"Press the keys for “{self._text(id)}”. Esc: as it was.")
        self.none.setEnabled(bool(self._actions.keys(id)) and id != WAY_OUT)

    def press(self, id: str, key: str) -> None:
        """Give a command these keys, or say whose they are and ask."""
        self._chosen = id
        if why := refused(id, key):
            self._say(why)
            return
        others = self._actions.clashing(id, key)
        loss = missed(id, key)
        if any(other.id == WAY_OUT and len(self._actions.keys(WAY_OUT)) < 2 for other in others):
            self._say(f"{native([key])} is the way out of terminals: give that others first.")
        elif others:
            names = " and ".join(f"“{other.text}”" for other in others)
            question = f"{native([key])} is {names}: take it? {loss}".rstrip()
            self._say(question, "Take it", partial(self._give, id, (key,)))
        elif loss:
            self._say(loss, "Use it all the same", partial(self._give, id, (key,)))
        else:
            self._give(id, (key,))

    def clear_keys(self) -> None:
        """The chosen command has no keys from now on."""
        if self._chosen and self._chosen != WAY_OUT:
            self._give(self._chosen, ())

    def back_to_usual(self) -> None:
        """The keys the chosen command came with, as far as no other has them now."""
        if not self._chosen:
            return
        self._actions.bindings.choose({self._chosen: None})
        self._tell_keys(self._chosen)

    def all_as_usual(self) -> None:
        """Every command as it came."""
        count = len(self._actions.bindings.all())
        question = f"{plural(count, 'command')} will have the usual keys again."
        self._say(question, "As usual", self._reset_all)

    # --- how ---------------------------------------------------------------------------------

    def _make_rows(self, most: int) -> None:
        """Some rows more, and the rest when nothing else is to be done."""
        made = sum(1 for _ in islice(self._rest, most))
        if made < most:
            self._making.stop()
        elif not self._making.isActive():
            self._making.start()

    def _groups(
        self, members_of: dict[str, list[Row]], columns: tuple[QVBoxLayout, QVBoxLayout]
    ) -> Iterator[object]:
        """Makes a row with each step, in the shorter column."""
        heights = [0, 0]
        for name, members in members_of.items():
            shorter = 0 if heights[0] <= heights[1] else 1
            heights[shorter] += len(members) + 2
            grid = QGridLayout()
            grid.setHorizontalSpacing(2 * GRID)
            grid.setVerticalSpacing(3)
            grid.setColumnStretch(0, 1)
            grid.addWidget(Label(name.upper(), tone="faint", size="small"), 0, 0)
            columns[shorter].insertLayout(columns[shorter].count() - 1, grid)
            for at, (text, command) in enumerate(members, start=1):
                grid.addWidget(Label(text), at, 0)
                shown = _fixed(command) if isinstance(command, str) else self._button(command)
                grid.addWidget(shown, at, 1, Qt.AlignmentFlag.AlignRight)
                yield shown

    def _fits(self, words: list[str], command: Command) -> bool:
        keys = native(self._actions.keys(command.id))
        told = f"{command.group} {command.text} {keys}".casefold()
        return all(word in told for word in words)

    def _give(self, id: str, keys: Keys) -> None:
        self._actions.give(id, keys)
        self._tell_keys(id)

    def _reset_all(self) -> None:
        self._actions.bindings.reset()
        self._chosen = ""
        self._say("All keys are as usual.")

    def _tell_keys(self, id: str) -> None:
        keys = native(self._actions.keys(id)) or "no keys"
        self._say(f"“{self._text(id)}”: {keys}")

    def _say(self, text: str, verb: str = "", act: Callable[[], object] | None = None) -> None:
        """A sentence below, and at most one thing to say yes to."""
        self.told.setText(text)
        self.take.setText(verb)
        self.take.setVisible(bool(verb))
        self._act = act or (lambda: None)
        own = self._actions.bindings.own(self._chosen) if self._chosen else None
        self.none.setVisible(bool(self._chosen))
        self.none.setEnabled(self._chosen != WAY_OUT and bool(self._keys_of_chosen()))
        if own is not None:
            self.usual.setText(f"As usual: {native(self._actions.usual(self._chosen)) or 'none'}")
        self.usual.setVisible(own is not None)
        self.all_usual.setEnabled(bool(self._actions.bindings.all()))

    def _show_keys(self) -> None:
        """Other keys: the rows stay where they are, so that the eye finds them again."""
        there = {command.id for command in self._actions.listed()}
        for id, button in self.buttons.items():
            if id in there:
                button.show_keys(native(self._actions.keys(id)), native(self._actions.usual(id)))

    def _keys_of_chosen(self) -> Keys:
        return self._actions.keys(self._chosen) if self._chosen else ()

    def _yes(self) -> None:
        act, self._act = self._act, lambda: None
        act()

    def _text(self, id: str) -> str:
        return next((one.text for one in self._actions.listed() if one.id == id), id)

    def _button(self, command: Command) -> KeyButton:
        id = command.id
        button = KeyButton(
            command.text, native(self._actions.keys(id)), native(self._actions.usual(id))
        )
        button.armed.connect(partial(self.choose, id))
        button.let_go.connect(lambda: self._say(HINT))
        button.caught.connect(partial(self.press, id))
        self.buttons[id] = button
        return button

    def _wire(self) -> None:
        self.search.textChanged.connect(lambda _: self.show_commands())
        self.everything.toggled.connect(lambda _: self.show_commands())
        self.take.clicked.connect(lambda _=False: self._yes())
        self.none.clicked.connect(lambda _=False: self.clear_keys())
        self.usual.clicked.connect(lambda _=False: self.back_to_usual())
        self.all_usual.clicked.connect(lambda _=False: self.all_as_usual())
        self._actions.rebound.connect(self._show_keys)

    def _lay_out_sheet(self) -> None:
        self.search.setPlaceholderText("Find a command or a key")
        self.search.setAccessibleName("Find a command or a key")
        self.search.setClearButtonEnabled(True)
        top = QHBoxLayout()
        top.addWidget(self.search, 1)
        top.addWidget(self.everything)
        self.body.addLayout(top)
        self.area.setWidgetResizable(True)
        self.area.setFrameShape(QScrollArea.Shape.NoFrame)
        self.area.setStyleSheet(
            "QScrollArea, QScrollArea > QWidget > QWidget { background: transparent; }"
        )
        self.area.setMinimumSize(720, 240)
        self.body.addSpacing(GRID)
        self.body.addWidget(self.area)
        behind = self.parentWidget()
        room = behind.window().height() - AROUND if behind is not None else TALL
        self.resize(WIDE, min(TALL, room))
        below = QHBoxLayout()
        below.addWidget(self.told, 1)
        for button in (self.take, self.none, self.usual, self.all_usual):
            button.setAutoDefault(False)
            below.addWidget(button)
        self.body.addLayout(below)
        self._say(HINT)


def _fixed(keys: str) -> Label:
    """Keys that stay as they are."""
    shown = Label(keys, tone="dim")
    shown.setFont(look().mono())
    return shown
