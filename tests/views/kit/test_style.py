"""The style sheet: every token it names exists in both themes."""

from __future__ import annotations

import re

import pytest

from noc_console.views.kit.style import style_sheet
from noc_console.views.kit.theme import THEMES, read_theme
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
    assert sorted(set(named)) == ["check.svg", "down.svg", "up.svg"]
    assert all((RESOURCES / "theme" / name).is_file() for name in named)
