"""The words of a ring: typed for all, or a snippet's, in which each maker has its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QMenu,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from noc_console.kernel.events import Event
from noc_console.kernel.text import plural, visible
from noc_console.services.snippets import fitting
from noc_console.services.snippets.model import (
    Snippet,
    SnippetKind,
    SnippetRemoved,
    SnippetSaved,
)
from noc_console.services.snippets.service import SnippetService
from noc_console.services.terminal.ring import Member
from noc_console.views.kit.desk import Desk
from noc_console.views.kit.dialogs import open_dialog
from noc_console.views.kit.icons import IconButton, icon
from noc_console.views.kit.label import Label
from noc_console.views.kit.tasks import OnError, Tasks
from noc_console.views.kit.theme import GRID, look
from noc_console.views.terminal.snippets import VariablesDialog, fill_menu

NONE_YET = "No snippet yet: terminals have “New snippet…” in their menu"


class RingWords(QWidget):
    """What is to be sent: `command` for all, or `words` by device."""

    changed = Signal()

    def __init__(
        self,
        desk: Desk,
        snippets: SnippetService | None,
        members: Callable[[], Sequence[Member]],
        on_error: OnError,
    ) -> None:
        super().__init__()
        self._desk, self._service, self._members = desk, snippets, members
        self.tasks = Tasks(self, on_error)
        self.words: Mapping[int, str] | None = None
        self.snippets: tuple[Snippet, ...] = ()
        self.command = QPlainTextEdit()
        self.button = QPushButton("Snippet")
        self.chosen = Label("", tone="dim")
        self.clear_button = IconButton("close", "Type a command instead")
        self._put_together()
        self.button.setVisible(snippets is not None)
        desk.feed.arrived.connect(self._heard)
        self._read()
        self.clear()

    def choose(self, snippet: Snippet) -> None:
        """Take a snippet's words, asking once for what it leaves open."""
        self.tasks.do("snippet", lambda: self._choose(snippet))

    def clear(self) -> None:
        """Back to a command that is typed."""
        if self.words is not None:
            self.command.clear()
        self.words = None
        self.command.setReadOnly(False)
        self.chosen.hide()
        self.clear_button.hide()
        self.changed.emit()

    async def _choose(self, snippet: Snippet) -> None:
        members = tuple(self._members())
        user, now = self._desk.actor.name, self._desk.clock.now()
        typed: dict[str, str] = {}
        if asked := fitting.to_ask(snippet, members, user=user, now=now):
            own = fitting.values_of(members[0], user=user, now=now)
            text = fitting.example(snippet, members)
            where = plural(len(members), "device")
            dialog = VariablesDialog(self, snippet, text, asked, own, where)
            dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
            try:
                if not await open_dialog(dialog):
                    return
                typed = dialog.values()
            finally:
                dialog.deleteLater()
        words = fitting.words_for(snippet, members, typed, user=user, now=now)
        self._take(snippet, members, words)

    def _take(self, snippet: Snippet, members: Sequence[Member], words: Mapping[int, str]) -> None:
        self.clear()
        texts = set(words.values())
        if len(texts) == 1 and len(words) == len(members):
            self.command.setPlainText(texts.pop())  # the same for all: it may be changed, too
            self.changed.emit()
            return
        self.words = words
        self.command.setPlainText("\n\n".join(_by_platform(members, words)))
        self.command.setReadOnly(True)
        without = len(members) - len(words)
        more = f"; none for {plural(without, 'device')}" if without else ""
        self.chosen.setText(f"“{visible(snippet.name)}”, in each platform's words{more}")
        self.chosen.show()
        self.clear_button.show()
        self.changed.emit()

    def _read(self) -> None:
        if self._service is not None:
            self.tasks.ask("snippets", self._service.snippets(self._desk.actor), self._know)

    def _know(self, snippets: tuple[Snippet, ...]) -> None:
        # Recorded keys wait for each other's answers: they are for one terminal.
        self.snippets = tuple(one for one in snippets if one.kind is SnippetKind.TEXT)

    def _heard(self, events: tuple[Event, ...]) -> None:
        if any(isinstance(event, (SnippetSaved, SnippetRemoved)) for event in events):
            self._read()

    def fill_menu(self) -> None:
        """The snippets there are, by folder."""
        menu = self.button.menu()
        menu.clear()
        fill_menu(menu, self.snippets, self.choose)
        if not self.snippets:
            menu.addAction(icon("note"), NONE_YET).setEnabled(False)

    def _put_together(self) -> None:
        self.command.setPlaceholderText("One command, or several lines")
        self.command.setFont(look().mono())
        self.command.setFixedHeight(9 * GRID)
        self.command.setTabChangesFocus(True)
        self.command.setAccessibleName("Command")
        menu = QMenu(self.button)
        menu.aboutToShow.connect(self.fill_menu)
        self.button.setMenu(menu)
        self.button.setAccessibleName("Take the words of a snippet")
        self.clear_button.clicked.connect(self.clear)
        line = QHBoxLayout()
        line.setSpacing(GRID)
        for widget in (self.chosen, self.clear_button):
            line.addWidget(widget)
        line.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(line)
        layout.addWidget(self.command)


def _by_platform(members: Sequence[Member], words: Mapping[int, str]) -> list[str]:
    """What each platform gets, as its first device does."""
    first: dict[str, Member] = {}
    for one in members:
        first.setdefault(one.platform, one)
    return [
        f"{platform or 'unknown platform'}:\n{words.get(one.device_id) or 'nothing'}"
        for platform, one in first.items()
    ]
