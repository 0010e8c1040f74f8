"""Which words are coloured, in filters and in terminals: the rules of a user, and their editor."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QGridLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from noc_console.kernel.errors import Invalid
from noc_console.services.terminal.filtering import (
    MOST_RULES,
    TINTS,
    USUAL,
    Rule,
    compiled,
    rules_of,
)
from noc_console.views.kit.icons import icon
from noc_console.views.kit.label import plain_tip
from noc_console.views.kit.state import State
from noc_console.views.kit.theme import look

SECTION = "terminal.filter"
SHOWN_PATTERN = 24
PER_LINE = 2


class TintRules(QObject):
    """The rules in use, kept with the windows; `changed` when there are others."""

    changed = Signal()

    def __init__(self, state: State, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._state = state
        told = state.get(SECTION).get("rules")
        self.all: tuple[Rule, ...] = (
            rules_of(one for one in told if isinstance(one, list))
            if isinstance(told, list)
            else USUAL
        )

    def add(self, pattern: str) -> None:
        """Colour what matches from now on, in a colour that none has so far.

        Raises Invalid when it is no regular expression, or one more than can be.
        """
        used = {rule.tint for rule in self.all}
        rule = Rule(pattern, next((tint for tint in TINTS if tint not in used), TINTS[0]))
        compiled(rule)
        if len(self.all) >= MOST_RULES:
            raise Invalid(f"there are {MOST_RULES} rules already; remove one first")
        self._use((*(one for one in self.all if one.pattern != pattern), rule))

    def remove(self, rule: Rule) -> None:
        self._use(tuple(one for one in self.all if one != rule))

    def _use(self, rules: tuple[Rule, ...]) -> None:
        self.all = rules
        self._state.put(SECTION, rules=[[rule.pattern, rule.tint] for rule in rules])
        self.changed.emit()


class RulesLine(QWidget):
    """A line to write a rule in, and a button for each that there is."""

    refused = Signal(str)
    """A sentence: what was written is no rule."""
    accepted = Signal()

    def __init__(self, rules: TintRules, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rules = rules
        self.pattern = QLineEdit()
        self.pattern.setPlaceholderText("Colour what matches… (Enter)")
        self.pattern.setAccessibleName("Pattern to colour")
        self.pattern.returnPressed.connect(self.add)
        self.buttons = QGridLayout()
        self.buttons.setSpacing(4)
        self.buttons.setColumnStretch(PER_LINE, 1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(4)
        whole.addWidget(self.pattern)
        whole.addLayout(self.buttons)
        rules.changed.connect(self._show)
        look().changed.connect(self._show)
        self._show()

    def add(self) -> None:
        """Colour what the line says."""
        if not self.pattern.text():
            return
        try:
            self._rules.add(self.pattern.text())
        except Invalid as error:
            self.refused.emit(str(error))
            return
        self.pattern.clear()
        self.accepted.emit()

    def _show(self) -> None:
        while (item := self.buttons.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.deleteLater()
        for at, rule in enumerate(self._rules.all):
            self.buttons.addWidget(self._button(rule), at // PER_LINE, at % PER_LINE)

    def _button(self, rule: Rule) -> QPushButton:
        is_long = len(rule.pattern) > SHOWN_PATTERN
        shown = rule.pattern[: SHOWN_PATTERN - 1] + "…" if is_long else rule.pattern
        button = QPushButton(shown.replace("&", "&&"))
        button.setAccessibleName(f"Stop colouring {rule.pattern}")
        button.setToolTip(plain_tip(f"Stop colouring {rule.pattern}"))
        button.setIcon(icon("tint", rule.tint))
        button.clicked.connect(lambda _=False: self._rules.remove(rule))
        return button
