"""Buttons, menus and dialogs of snippets."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QComboBox, QDialog, QMenu, QWidget

from noc_console.kernel.errors import Invalid
from noc_console.services.snippets.filling import to_ask
from noc_console.services.snippets.model import Snippet, SnippetId, SnippetKind, Variant
from noc_console.views.terminal.snippets import (
    ButtonBar,
    SnippetDialog,
    VariablesDialog,
    fill_menu,
    preview,
)
from tests.views.conftest import shown

PORTS = Snippet(
    SnippetId(1), "Ports & more", (Variant("*", "show int"),), folder="Look", is_on_bar=True
)
KEYS = Snippet(SnippetId(2), "Keys", (Variant("*", '[["keys", "a\\r"]]'),), SnippetKind.MACRO)


@pytest.fixture
def ground() -> QWidget:
    return shown(QWidget())


def test_snippets_with_a_button_stand_on_the_bar(ground: QWidget) -> None:
    bar, chosen = ButtonBar(), list[Snippet]()
    bar.chosen.connect(chosen.append)
    assert bar.isHidden()
    bar.show_snippets((PORTS, KEYS))
    assert [button.text() for button in bar.buttons] == ["Ports && more"]
    bar.buttons[0].click()
    assert chosen == [PORTS]
    bar.show_snippets((KEYS,))
    assert bar.isHidden() and bar.buttons == []


def test_the_menu_has_folders_and_chooses(ground: QWidget) -> None:
    menu, chosen = QMenu(ground), list[Snippet]()
    fill_menu(menu, (PORTS, KEYS), chosen.append)
    look, keys = menu.actions()
    assert (look.text(), keys.text()) == ("Look", "Keys")
    keys.trigger()
    assert chosen == [KEYS]


def test_a_tip_shows_what_is_sent() -> None:
    assert preview(PORTS) == "show int"
    assert preview(KEYS) == "a"
    broken = Snippet(SnippetId(3), "x", (Variant("*", "?"),), SnippetKind.MACRO)
    assert preview(broken) == "a macro that cannot be read"


def test_what_is_open_is_asked_and_what_is_sent_is_shown(ground: QWidget) -> None:
    text = "ping {{host}} vlan {{vlan=10}} {{state=up|down}}"
    own = {"host": "par"}
    dialog = VariablesDialog(ground, PORTS, text, to_ask(text, own), own, "par-core1")
    assert list(dialog.fields) == ["vlan", "state"]
    assert isinstance(dialog.fields["state"], QComboBox)
    assert dialog.preview.toPlainText() == "ping par vlan 10 up"
    dialog.fields["vlan"].clear()
    dialog.accept_button.click()
    assert not dialog.problem.isHidden()
    dialog.fields["vlan"].setText("20")  # type: ignore[union-attr]
    assert dialog.filled() == "ping par vlan 20 up"
    dialog.accept_button.click()
    assert dialog.result() == QDialog.DialogCode.Accepted


def test_a_snippet_is_written_with_variants(ground: QWidget) -> None:
    dialog = SnippetDialog(ground)
    dialog.accept_button.click()
    assert not dialog.problem.isHidden()
    dialog.name.setText("Ports")
    dialog.texts[0][1].setPlainText("show int")
    dialog.add_variant()
    dialog.texts[1][0].setText("junos")
    dialog.texts[1][1].setPlainText("show interfaces terse")
    dialog.is_on_bar.setChecked(True)
    made = dialog.value()
    assert made.variants == (Variant("*", "show int"), Variant("junos", "show interfaces terse"))
    assert made.is_on_bar
    dialog.texts[1][0].setText("*")
    with pytest.raises(Invalid, match="same platforms"):
        dialog.value()


def test_a_macros_keys_are_shown_and_not_edited(ground: QWidget) -> None:
    dialog = SnippetDialog(ground, KEYS)
    assert dialog.texts[0][1].isReadOnly()
    assert dialog.texts[0][1].toPlainText() == "a"
    dialog.name.setText("Renamed")
    assert dialog.value().variants == KEYS.variants
