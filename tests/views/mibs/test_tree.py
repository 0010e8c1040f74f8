"""The tree's lines come when they are looked at."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester, QTest

from noc_console.services.mibs.model import Base, Kind, MibNode, MibObject, Syntax
from noc_console.views.mibs.tree import MibTree, MibTreeModel
from tests.views.conftest import shown


def node(oid: str, name: str, kind: Kind = Kind.NODE, *, below: bool = True) -> MibNode:
    syntax = Syntax("", Base.INTEGER) if kind.has_value else None
    access = "read-write" if kind.has_value else ""
    return MibNode(MibObject(oid, name, "A-MIB", kind, syntax=syntax, access=access), below)


def asked_of(model: MibTreeModel) -> list[str]:
    asked: list[str] = []
    model.wanted.connect(asked.append)
    return asked


def test_a_level_is_asked_for_once_and_only_when_it_is_opened() -> None:
    model = MibTreeModel()
    QAbstractItemModelTester(model)
    asked = asked_of(model)
    model.fill("", [node("1", "iso"), node("2", "joint", below=False)])
    iso, joint = model.index(0, 0), model.index(1, 0)
    assert model.hasChildren(iso) and not model.hasChildren(joint)
    assert not model.canFetchMore(joint)
    model.fetchMore(iso)
    model.fetchMore(iso)
    assert asked == ["1"]
    model.fill("1", [node("1.3", "org")])
    assert (model.rowCount(iso), model.is_filled("1"), model.is_filled("1.3")) == (1, True, False)
    assert model.index_for("1.3").parent() == iso
    assert model.object_at(model.index_for("1.3")).name == "org"  # type: ignore[union-attr]


def test_ten_thousand_lines_are_there_at_once() -> None:
    model = MibTreeModel()
    model.fill("", [node("1.3.6.1.4.1", "enterprises")])
    model.fill("1.3.6.1.4.1", [node(f"1.3.6.1.4.1.{n}", f"vendor{n}") for n in range(10_000)])
    enterprises = model.index_for("1.3.6.1.4.1")
    assert model.rowCount(enterprises) == 10_000
    last = model.index(9_999, 0, enterprises)
    assert last.data() == "vendor9999   9999"


def test_a_line_shows_the_numbers_nobody_named_in_between() -> None:
    model = MibTreeModel()
    model.fill("", [node("1.3", "org")])
    model.fill("1.3", [node("1.3.6.1.4", "private")])
    assert model.index_for("1.3.6.1.4").data() == "private   6.1.4"


def test_names_cannot_do_anything_but_be_read() -> None:
    model = MibTreeModel()
    model.fill("", [node("1", "<b>evil\x1b</b>", Kind.SCALAR, below=False)])
    index = model.index(0, 0)
    assert "\x1b" not in index.data()
    assert "&lt;b&gt;" in index.data(Qt.ItemDataRole.ToolTipRole)
    assert index.data(Qt.ItemDataRole.AccessibleTextRole).startswith("scalar <b>evil")


def test_answers_nobody_waits_for_are_left_alone() -> None:
    model = MibTreeModel()
    model.fill("1.3", [node("1.3.6", "dod")])
    assert model.rowCount() == 0
    model.fill("", [node("1", "iso")])
    model.fill("", [node("2", "joint")])
    assert [model.index(at, 0).data() for at in range(model.rowCount())] == ["iso   1"]
    model.clear()
    assert model.rowCount() == 0 and not model.is_filled("")


def test_enter_asks_and_letters_do_not_search() -> None:
    model = MibTreeModel()
    model.fill("", [node("1", "iso"), node("2", "joint")])
    tree = MibTree(model)
    shown(tree)
    asked: list[bool] = []
    tree.asked.connect(lambda: asked.append(True))
    tree.setCurrentIndex(QModelIndex())
    QTest.keyClick(tree, Qt.Key.Key_Return)
    assert asked == []
    tree.setCurrentIndex(model.index(0, 0))
    QTest.keyClick(tree, Qt.Key.Key_Return)
    QTest.keyClick(tree, Qt.Key.Key_J)
    assert asked == [True]
    assert tree.currentIndex().row() == 0
