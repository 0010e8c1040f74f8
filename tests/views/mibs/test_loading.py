"""What is told after MIBs were loaded."""

from __future__ import annotations

from PySide6.QtGui import QGuiApplication

from noc_console.services.mibs.model import Loaded, MibModule, MibProblem
from noc_console.views.kit.desk import Desk
from noc_console.views.mibs.loading import (
    LoadedDialog,
    ModulesDialog,
    problem_line,
    summary_of,
    title_of,
)

LACKS = MibProblem("x.mib", "X-MIB imports y from Y-MIB, which is not here", 0, "Y-MIB")


def modules(count: int) -> tuple[MibModule, ...]:
    return tuple(MibModule(f"M{n}-MIB", True, 10, "m.mib") for n in range(count))


def test_the_title_says_how_it_went() -> None:
    assert title_of(Loaded((), ())) == "There was nothing to load"
    assert title_of(Loaded((), (LACKS,))) == "Nothing was loaded: 1 problem"
    assert title_of(Loaded(modules(2), ())) == "2 modules loaded"
    assert title_of(Loaded(modules(1), (LACKS, LACKS))) == "1 module loaded, 2 problems"


def test_the_modules_are_named_and_many_are_counted() -> None:
    assert summary_of(Loaded((), ())) == ""
    assert summary_of(Loaded(modules(2), ())) == "M0-MIB, M1-MIB: 20 objects."
    assert summary_of(Loaded(modules(15), ())).endswith("M11-MIB and 3 others: 150 objects.")


def test_problems_are_listed_and_can_be_copied() -> None:
    dialog = LoadedDialog(None, Loaded(modules(1), (LACKS,)))
    assert dialog.report.toPlainText() == problem_line(LACKS)
    dialog.copy_button.click()
    assert QGuiApplication.clipboard().text() == f"x.mib: {LACKS.text}"


def test_a_files_name_cannot_break_the_list() -> None:
    assert "\n" not in problem_line(MibProblem("a\nb\x1b.mib", "is\nno MIB"))


def test_only_loaded_modules_can_be_forgotten(desk: Desk, bugs: list[BaseException]) -> None:
    known = (MibModule("IF-MIB", False, 50), MibModule("ACME-MIB", True, 5, "acme.mib"))
    dialog = ModulesDialog(None, desk, known, bugs.append)
    assert not dialog.accept_button.isEnabled()
    dialog.table.select("IF-MIB")
    assert dialog.chosen() == () and not dialog.accept_button.isEnabled()
    dialog.table.view.selectAll()
    assert dialog.chosen() == ("ACME-MIB",) and dialog.accept_button.isEnabled()
