"""The style sheet: every token it names exists in both themes."""

from __future__ import annotations

import re

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QSplitter, QWidget
from pytestqt.qtbot import QtBot

from noc_console.views.kit.style import style_sheet
from noc_console.views.kit.theme import THEMES, Look, contrast, read_theme
from tests.views.conftest import RESOURCES


@pytest.mark.parametrize("name", THEMES)
def test_every_token_of_the_sheet_is_known(name: str) -> None:
    theme = read_theme(RESOURCES / "theme" / f"{name}.toml")
    sheet = style_sheet({token: color.name() for token, color in theme.tokens.items()})
    assert "$" not in sheet
    assert theme.color("surface.panel").name() in sheet


def test_an_unknown_token_is_a_mistake_and_not_a_blank() -> None:
    with pytest.raises(KeyError):
        style_sheet({"surface.panel": "#000000"})


def test_every_picture_the_sheet_names_is_there() -> None:
    theme = read_theme(RESOURCES / "theme" / f"{THEMES[0]}.toml")
    sheet = style_sheet({token: color.name() for token, color in theme.tokens.items()})
    named = re.findall(r"url\(theme:([^)]+)\)", sheet)
    assert sorted(set(named)) == ["check.svg", "down.svg", "some.svg", "up.svg"]
    assert all((RESOURCES / "theme" / name).is_file() for name in named)


@pytest.mark.parametrize("name", THEMES)
def test_hints_in_empty_fields_can_be_read(name: str, dressed: Look) -> None:
    dressed.use(name)
    line = QLineEdit()
    line.ensurePolished()
    ink = line.palette().color(QPalette.ColorRole.PlaceholderText)
    paper = dressed.theme.color("surface.field")
    assert ink.alpha() == 255
    assert contrast(ink, paper) >= 4.5
    typed = line.palette().color(QPalette.ColorRole.Text)
    assert contrast(typed, paper) >= 2 * contrast(ink, paper)  # nobody takes it for an answer


def test_an_editor_keeps_the_height_its_form_gave_it(qtbot: QtBot) -> None:
    editor = QPlainTextEdit()
    qtbot.addWidget(editor)
    editor.setMinimumHeight(120)
    editor.show()
    assert editor.minimumHeight() == 120


@pytest.mark.parametrize(
    ("role", "is_second", "way"),
    [("side", True, "Horizontal"), ("shelf", False, "Horizontal"), ("below", True, "Vertical")],
)
def test_between_two_parts_of_a_splitter_is_one_line(
    qtbot: QtBot, dressed: Look, role: str, is_second: bool, way: str
) -> None:
    splitter = QSplitter(Qt.Orientation[way])
    qtbot.addWidget(splitter)
    parts = [QWidget(), QWidget()]
    parts[is_second].setProperty("role", role)
    parts[is_second].setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
    for part in parts:
        splitter.addWidget(part)
    splitter.resize(200, 200)
    splitter.show()
    image = splitter.grab().toImage()
    across = way == "Horizontal"
    inks = [image.pixelColor(*((at, 100) if across else (100, at))) for at in range(5, 195)]
    hair = dressed.color("line.hair").rgb()
    assert sum(ink.rgb() == hair for ink in inks) == 1
