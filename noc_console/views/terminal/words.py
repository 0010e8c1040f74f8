"""Coloured words in terminals: on or off, and which, from every terminal's menu."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMenu, QWidget

from noc_console.views.kit.dialogs import Dialog, open_dialog
from noc_console.views.kit.icons import icon
from noc_console.views.terminal.page import TerminalPage
from noc_console.views.terminal.pane import TerminalPane
from noc_console.views.terminal.tintrules import RulesLine, TintRules

TOGGLE, CHOOSE = "Colour words in terminals", "Which words are coloured…"


class Words(QObject):
    """Offers them to a page's terminals; the choice is one for all of a user's."""

    def __init__(self, page: TerminalPage) -> None:
        super().__init__(page)
        self._page, self._looks = page, page.looks
        page.pane_made.append(self.furnish)
        page.add_pane_command("colours", f"{TOGGLE}, or no more", "tint", lambda _: self.toggle())
        page.add_pane_command("words", CHOOSE, "tint", self.choose)

    def furnish(self, pane: TerminalPane) -> None:
        pane.menu_extras.append(lambda menu: self._fill(menu, pane))

    def toggle(self) -> None:
        """Colour words, or show them as the device does."""
        chosen = self._looks.chosen
        self._looks.use(replace(chosen, colours=not chosen.colours))

    def choose(self, pane: TerminalPane) -> None:
        """Say which words, in a dialog over this terminal."""
        self._page.tasks.do("words", lambda: self._choose(pane))

    async def _choose(self, owner: QWidget) -> None:
        dialog = WordsDialog(owner, self._looks.rules)
        await open_dialog(dialog)

    def _fill(self, menu: QMenu, pane: TerminalPane) -> None:
        menu.addSeparator()
        toggle = menu.addAction(icon("tint"), TOGGLE)
        toggle.setCheckable(True)
        toggle.setChecked(self._looks.chosen.colours)
        toggle.triggered.connect(lambda _=False: self.toggle())
        menu.addAction(icon("edit"), CHOOSE).triggered.connect(lambda _=False: self.choose(pane))


class WordsDialog(Dialog):
    """The rules, as in a filter; each change counts at once."""

    def __init__(self, parent: QWidget | None, rules: TintRules) -> None:
        super().__init__(
            parent,
            "Which words are coloured",
            "Regular expressions; capitals do not matter, and of two that meet the first wins. They"
            " colour all your terminals while that is switched on, and the filters beside them.",
            "Close",
        )
        self.cancel_button.hide()
        self.accept_button.setAutoDefault(False)  # Enter adds a rule
        self.accept_button.setDefault(False)
        self.line = RulesLine(rules)
        self.line.refused.connect(self.refuse)
        self.line.accepted.connect(self.problem.hide)
        self.body.addWidget(self.line)
        self.line.pattern.setFocus()
