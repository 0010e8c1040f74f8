"""The VLAN matrix on screen."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest

from noc_console.services.inspection.model import Vlan
from noc_console.views.device.grid import CELL_H, HEAD_H, SIDE_W, MatrixView
from noc_console.views.device.matrix import matrix
from noc_console.views.kit.theme import look
from tests.views.conftest import shown
from tests.views.device.made import port


def made(vlans: int = 4000, ports: int = 2000) -> MatrixView:
    known = [port(n, f"Gi{n}", alias=f"home {n}") for n in range(1, ports + 1)]
    told = [
        Vlan(n, f"net {n}", tagged=tuple(range(1, ports + 1, 7)), untagged=(n % ports + 1,))
        for n in range(1, vlans + 1)
    ]
    view = MatrixView()
    view.show_matrix(matrix(told, known))
    shown(view, 900, 500)
    return view


def test_of_millions_of_cells_only_those_in_sight_are_painted() -> None:
    view = made()
    rows, columns = view.visible_cells()
    assert 0 < len(rows) <= 500 // CELL_H + 2
    assert 0 < len(columns) <= 40
    view.verticalScrollBar().setValue(view.verticalScrollBar().maximum())
    view.horizontalScrollBar().setValue(view.horizontalScrollBar().maximum())
    rows, columns = view.visible_cells()
    assert rows[-1] == 1999 and columns[-1] == 3999


def test_both_headers_stay_where_they_are() -> None:
    view = made(200, 200)
    before = view.grab().toImage()
    view.verticalScrollBar().setValue(22 * 50)
    after = view.grab().toImage()
    corner = look().color("surface.raised").name()
    assert before.pixelColor(3, 3).name() == after.pixelColor(3, 3).name() == corner
    assert before.copy(0, 0, 880, HEAD_H) == after.copy(0, 0, 880, HEAD_H)
    assert before.copy(0, HEAD_H, SIDE_W, 200) != after.copy(0, HEAD_H, SIDE_W, 200)


def test_arrows_walk_and_bring_the_cell_into_sight() -> None:
    view = made(300, 300)
    told: list[str] = []
    view.chosen.connect(told.append)
    QTest.keyClick(view, Qt.Key.Key_Down)
    assert view.cursor_cell == (0, 0)
    for _ in range(3):
        QTest.keyClick(view, Qt.Key.Key_PageDown)
    QTest.keyClick(view, Qt.Key.Key_End)
    assert view.cursor_cell == (60, 299)
    assert view.viewport().rect().intersects(view.cell_rect(60, 299))
    assert told[-1].startswith("Gi61 ")


def test_a_click_chooses_and_enter_opens_the_port() -> None:
    view = made(20, 20)
    opened: list[int] = []
    view.opened.connect(opened.append)
    QTest.mouseClick(
        view.viewport(),
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
        view.cell_rect(3, 2).center(),
    )
    assert view.cursor_cell == (3, 2)
    QTest.keyClick(view, Qt.Key.Key_Return)
    QTest.mouseDClick(
        view.viewport(),
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
        QPoint(20, HEAD_H + 5),
    )
    assert opened == [4, 1]


def test_the_pointer_hears_what_a_cell_means() -> None:
    view = made(20, 20)
    QTest.mouseMove(view.viewport(), view.cell_rect(0, 0).center())
    assert view.cell_at(view.cell_rect(0, 0).center()) == (0, 0)
    assert view.cell_at(QPoint(5, 5)) is None


def test_all_of_it_is_copied_and_no_spreadsheet_runs_it() -> None:
    view = MatrixView()
    view.show_matrix(matrix([Vlan(7, tagged=(1,))], [port(1, "=HYPERLINK(1)")]))
    view.copy()
    assert QGuiApplication.clipboard().text().split() == ["Port,7", "'=HYPERLINK(1),T"]


def test_a_cursor_on_a_cell_that_went_away_is_let_go() -> None:
    view = made(20, 20)
    view.go_to(19, 19)
    view.show_matrix(matrix([Vlan(1, tagged=(1,))], [port(1, "Gi1")]))
    assert view.cursor_cell is None
