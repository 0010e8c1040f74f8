"""Loading vendor MIBs: choosing files, what became of them, and what is loaded."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QPlainTextEdit, QPushButton, QWidget

from noc_console.kernel.text import plural, visible
from noc_console.services.mibs.model import Loaded, MibModule, MibProblem
from noc_console.views.kit.desk import Desk
from noc_console.views.kit.dialogs import Dialog, open_dialog
from noc_console.views.kit.label import Label
from noc_console.views.kit.rows import Align, Column
from noc_console.views.kit.table import Table
from noc_console.views.kit.tasks import OnError

WIDTH, HEIGHT = 680, 320


async def ask_files(parent: QWidget, *, folder: bool) -> tuple[str, ...]:
    """MIB files, or one folder of them; none when the operator turned away."""
    dialog = QFileDialog(parent, "Load MIBs")
    if folder:
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
    else:
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.setNameFilters(["MIB files (*.mib *.my *.txt *.smi *.asn *.asn1)", "All files (*)"])
    try:
        return tuple(dialog.selectedFiles()) if await open_dialog(dialog) else ()
    finally:
        dialog.deleteLater()


class LoadedDialog(Dialog):
    """What loading added, and each problem with what to do about it."""

    def __init__(self, parent: QWidget | None, loaded: Loaded) -> None:
        super().__init__(parent, title_of(loaded), summary_of(loaded), "Close")
        self.cancel_button.hide()
        self.report = QPlainTextEdit("\n".join(map(problem_line, loaded.problems)))
        self.report.setReadOnly(True)
        self.report.setAccessibleName("Problems")
        self.report.setMinimumSize(WIDTH, HEIGHT)
        self.copy_button = QPushButton("Copy the problems")
        self.copy_button.setAutoDefault(False)
        self.copy_button.clicked.connect(
            lambda: QGuiApplication.clipboard().setText(self.report.toPlainText())
        )
        if loaded.problems:
            self.body.addWidget(self.report)
            if any(problem.needs for problem in loaded.problems):
                self.body.addWidget(
                    Label(
                        "Files that lack an import are kept and tried again when you load more.",
                        tone="dim",
                        wrap=True,
                    )
                )
            self.body.addWidget(self.copy_button, 0, Qt.AlignmentFlag.AlignLeft)


def title_of(loaded: Loaded) -> str:
    problems = plural(len(loaded.problems), "problem")
    if not loaded.modules:
        return f"Nothing was loaded: {problems}" if loaded.problems else "There was nothing to load"
    modules = plural(len(loaded.modules), "module")
    return f"{modules} loaded" + (f", {problems}" if loaded.problems else "")


def summary_of(loaded: Loaded) -> str:
    """The modules by name, and how many objects they know."""
    if not loaded.modules:
        return ""
    names = [module.name for module in loaded.modules]
    objects = plural(sum(module.objects for module in loaded.modules), "object")
    more = len(names) - 12
    return ", ".join(names[:12]) + (f" and {more} others" if more > 0 else "") + f": {objects}."


def problem_line(problem: MibProblem) -> str:
    return f"{visible(problem.file, limit=120)}: {visible(problem.text, limit=800)}"


class ModulesDialog(Dialog):
    """The modules that are known; those that were loaded may be forgotten."""

    def __init__(
        self, parent: QWidget | None, desk: Desk, modules: Sequence[MibModule], on_error: OnError
    ) -> None:
        own = sum(module.is_loaded for module in modules)
        super().__init__(
            parent,
            "MIB modules",
            f"{plural(len(modules), 'module')} known, {own} of them loaded here.",
            "Forget the selected",
            is_safe=False,
        )
        self.table: Table[MibModule] = Table(
            desk,
            "mib-modules",
            _module_columns(),
            lambda module: module.name,
            on_error,
            hint="Filter   -from:console",
        )
        self.table.show_rows(modules)
        self.table.setMinimumSize(WIDTH, HEIGHT)
        self.table.chosen.connect(self._show_verb)
        self.cancel_button.setText("Close")
        self.body.addWidget(self.table)
        self._show_verb()

    def chosen(self) -> tuple[str, ...]:
        """The loaded modules that are selected."""
        return tuple(module.name for module in self.table.selection() if module.is_loaded)

    def _show_verb(self) -> None:
        self.accept_button.setEnabled(bool(self.chosen()))


def _module_columns() -> tuple[Column[MibModule], ...]:
    return (
        Column("Module", lambda m: m.name, width=260),
        Column(
            "Objects",
            lambda m: f"{m.objects:,}".replace(",", "\u202f"),
            sort=lambda m: m.objects,
            width=80,
            align=Align.RIGHT,
        ),
        Column("From", lambda m: "loaded" if m.is_loaded else "console", width=80),
        Column("Source", lambda m: m.source, width=200, stretch=True, dim=True),
    )
