"""Snippets at work: the buttons below terminals, what is asked before one is sent, their editor."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QMenu,
    QPlainTextEdit,
    QPushButton,
    QTabWidget,
    QWidget,
)

from noc_console.kernel.errors import Invalid
from noc_console.services.snippets import filling
from noc_console.services.snippets.macros import read, told
from noc_console.services.snippets.model import (
    Snippet,
    SnippetId,
    SnippetKind,
    Variable,
    Variant,
)
from noc_console.views.kit.dialogs import Dialog
from noc_console.views.kit.icons import IconButton, icon
from noc_console.views.kit.label import Label, plain_tip
from noc_console.views.kit.theme import GRID, look

MOST_BUTTONS = 24


class ButtonBar(QWidget):
    """A button for each snippet that has one; hidden while none has."""

    chosen = Signal(object)  # Snippet

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "below")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.buttons: list[QPushButton] = []
        self._line = QHBoxLayout(self)
        self._line.setContentsMargins(GRID, GRID // 2, GRID, GRID // 2)
        self._line.setSpacing(GRID // 2)
        self._line.addStretch()
        self.hide()

    def show_snippets(self, snippets: Sequence[Snippet]) -> None:
        for old in self.buttons:
            self._line.removeWidget(old)
            old.deleteLater()
        self.buttons = [self._button(one) for one in snippets if one.is_on_bar][:MOST_BUTTONS]
        for at, button in enumerate(self.buttons):
            self._line.insertWidget(at, button)
        self.setVisible(bool(self.buttons))

    def _button(self, snippet: Snippet) -> QPushButton:
        button = QPushButton(snippet.name.replace("&", "&&"))
        button.setProperty("compact", True)
        button.setToolTip(plain_tip(preview(snippet)))
        button.clicked.connect(lambda: self.chosen.emit(snippet))
        return button


def fill_menu(
    menu: QMenu, snippets: Sequence[Snippet], choose: Callable[[Snippet], object]
) -> None:
    """Snippets by folder."""
    folders: dict[str, QMenu] = {}
    for snippet in snippets:
        into = menu
        if snippet.folder:
            into = folders.get(snippet.folder) or menu.addMenu(icon("folder"), snippet.folder)
            folders[snippet.folder] = into
        name = "play" if snippet.kind is SnippetKind.MACRO else "note"
        action = into.addAction(icon(name), snippet.name.replace("&", "&&"))
        action.setToolTip(plain_tip(preview(snippet)))
        action.triggered.connect(lambda _=False, one=snippet: choose(one))


def preview(snippet: Snippet) -> str:
    """What it sends, for a tip."""
    text = snippet.variants[0].text
    if snippet.kind is SnippetKind.MACRO:
        try:
            text = told(read(text))
        except Invalid:
            text = "a macro that cannot be read"
    return text if len(text) <= 600 else text[:600] + "…"


class VariablesDialog(Dialog):
    """Asks for what a snippet leaves open, and shows what will be sent."""

    def __init__(
        self,
        parent: QWidget,
        snippet: Snippet,
        text: str,
        asked: Sequence[Variable],
        own: dict[str, str],
        where: str,
    ) -> None:
        super().__init__(parent, snippet.name, f"Sent to {where}.", "Send")
        self._text, self._own = text, own
        self.fields: dict[str, QLineEdit | QComboBox] = {}
        form = QFormLayout()
        for variable in asked:
            field = self._field(variable)
            field.setAccessibleName(variable.name)
            self.fields[variable.name] = field
            form.addRow(Label(variable.name, tone="dim"), field)
        self.body.addLayout(form)
        self.preview = QPlainTextEdit()
        self.preview.setReadOnly(True)
        self.preview.setFont(look().mono())
        self.preview.setFixedHeight(16 * GRID)
        self.preview.setAccessibleName("What is sent")
        self.body.addWidget(self.preview)
        self._show()
        if self.fields:
            next(iter(self.fields.values())).setFocus()

    def values(self) -> dict[str, str]:
        typed = {
            name: field.text() if isinstance(field, QLineEdit) else field.currentText()
            for name, field in self.fields.items()
        }
        return {**self._own, **typed}

    def filled(self) -> str:
        """The text to send. Raises Invalid."""
        return filling.filled(self._text, self.values())

    def accept(self) -> None:
        try:
            self.filled()
        except Invalid as error:
            self.refuse(str(error))
            return
        super().accept()

    def _field(self, variable: Variable) -> QLineEdit | QComboBox:
        if variable.choices:
            box = QComboBox()
            box.setEditable(True)
            box.addItems(list(variable.choices))
            box.currentTextChanged.connect(lambda _: self._show())
            return box
        line = QLineEdit(variable.default)
        line.textChanged.connect(lambda _: self._show())
        return line

    def _show(self) -> None:
        if not hasattr(self, "preview"):
            return
        try:
            self.preview.setPlainText(self.filled())
        except Invalid as error:
            self.preview.setPlainText(f"({error})")


class SnippetDialog(Dialog):
    """Makes or changes a snippet: its name, its variants by platform, who may use it."""

    def __init__(self, parent: QWidget, snippet: Snippet | None = None) -> None:
        is_new = snippet is None or not snippet.id
        super().__init__(
            parent,
            "New snippet" if is_new else "Change the snippet",
            "Variables are {{name}}, {{name=default}} or {{name=up|down}}; host, address, site,"
            " platform, user, date and time fill themselves.",
            "Save snippet",
        )
        self.snippet = snippet or Snippet(SnippetId(0), "", (Variant("*", ""),))
        self.name = QLineEdit(self.snippet.name)
        self.folder = QLineEdit(self.snippet.folder)
        self.folder.setPlaceholderText("none")
        self.variants = QTabWidget()
        self.texts: list[tuple[QLineEdit, QPlainTextEdit]] = []
        self.is_shared = QCheckBox("Everybody may use it")
        self.is_on_bar = QCheckBox("A button below terminals")
        self.has_enter = QCheckBox("Enter the last line, too")
        self.is_shared.setChecked(self.snippet.is_shared)
        self.is_on_bar.setChecked(self.snippet.is_on_bar)
        self.has_enter.setChecked(self.snippet.has_enter)
        self._is_macro = self.snippet.kind is SnippetKind.MACRO
        self._put_together()
        for variant in self.snippet.variants:
            self.add_variant(variant)
        self.name.setFocus()

    def value(self) -> Snippet:
        """The snippet as it is filled in. Raises Invalid."""
        variants = tuple(
            old if self._is_macro else Variant(platform.text(), text.toPlainText())
            for old, (platform, text) in zip(
                [*self.snippet.variants, *(Variant("*", "") for _ in self.texts)],
                self.texts,
                strict=False,
            )
        )
        return replace(
            self.snippet,
            name=filling.checked_name(self.name.text()),
            folder=self.folder.text().strip(),
            variants=filling.checked_variants(variants, self.snippet.kind),
            is_shared=self.is_shared.isChecked(),
            is_on_bar=self.is_on_bar.isChecked(),
            has_enter=self.has_enter.isChecked(),
        )

    def add_variant(self, variant: Variant | None = None) -> None:
        """A tab for one more platform."""
        given = variant or Variant("", "")
        platform, text = QLineEdit(given.platform), QPlainTextEdit()
        platform.setPlaceholderText("platforms: *, cisco-*, junos")
        platform.setAccessibleName("Platforms")
        text.setPlainText(preview(self.snippet) if self._is_macro else given.text)
        text.setReadOnly(self._is_macro)
        text.setFont(look().mono())
        text.setMinimumHeight(16 * GRID)
        text.setAccessibleName("What is sent")
        page = QWidget()
        form = QFormLayout(page)
        form.setContentsMargins(0, GRID, 0, 0)
        form.addRow(Label("Platforms", tone="dim"), platform)
        form.addRow(text)
        self.texts.append((platform, text))
        at = self.variants.addTab(page, given.platform or "new")
        self.variants.setCurrentIndex(at)
        platform.textChanged.connect(
            lambda told, page=page: self.variants.setTabText(
                self.variants.indexOf(page), told or "new"
            )
        )

    def accept(self) -> None:
        try:
            self.value()
        except Invalid as error:
            self.refuse(str(error))
            return
        super().accept()

    def _put_together(self) -> None:
        form = QFormLayout()
        for label, field in (("Name", self.name), ("Folder", self.folder)):
            field.setAccessibleName(label)
            form.addRow(Label(label, tone="dim"), field)
        self.body.addLayout(form)
        more = IconButton("plus", "A variant for other platforms")
        more.clicked.connect(lambda: self.add_variant())
        more.setVisible(not self._is_macro)
        self.variants.setCornerWidget(more)
        self.body.addWidget(self.variants, 1)
        for box in (self.has_enter, self.is_on_bar, self.is_shared):
            self.body.addWidget(box)
