"""Icons: ours, on one grid, tinted when drawn."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QStyleOptionToolButton

from noc_console.kernel.errors import Broken
from noc_console.services.inventory.model import DeviceType
from noc_console.views.kit.icons import IconButton, WordButton, icon, pixmap
from noc_console.views.kit.theme import look
from tests.views.conftest import RESOURCES

NAMES = sorted(path.stem for path in (RESOURCES / "icons").glob("*.svg"))


@pytest.mark.parametrize("name", NAMES)
def test_an_icon_is_strokes_on_the_24_px_grid_without_a_colour_of_its_own(name: str) -> None:
    root = ElementTree.fromstring((RESOURCES / "icons" / f"{name}.svg").read_text())
    assert root.get("viewBox") == "0 0 24 24"
    assert root.get("stroke") == "currentColor"
    colors = {e.get(a) for e in root.iter() for a in ("fill", "stroke")} - {None}
    assert colors <= {"none", "currentColor"}


@pytest.mark.parametrize("name", NAMES)
def test_an_icon_draws_something_in_the_tint_of_its_token(name: str) -> None:
    image = pixmap(name, 24, "accent.plain").toImage()
    # Thin strokes on half pixels are never fully opaque: nearly is enough.
    wanted = look().color("accent.plain").getRgb()
    inks = [
        image.pixelColor(x, y).getRgb()
        for x in range(24)
        for y in range(24)
        if image.pixelColor(x, y).alpha() > 100
    ]
    assert inks
    for ink in inks:  # blending rounds
        assert max(abs(a - b) for a, b in zip(ink[:3], wanted[:3], strict=True)) <= 6


def test_every_type_of_device_has_its_icon() -> None:
    assert {kind.value for kind in DeviceType} <= set(NAMES)


def test_an_unknown_icon_is_a_mistake() -> None:
    with pytest.raises(Broken, match="no-such"):
        icon("no-such")
    assert icon("").isNull()


def test_a_button_has_a_name_and_follows_the_theme() -> None:
    button = IconButton("copy", "Copy rows")
    assert button.accessibleName() == "Copy rows"
    before = button.icon().pixmap(16, 16).toImage()
    look().toggle()
    assert button.icon().pixmap(16, 16).toImage() != before
    assert QColor(look().color("icon.plain")).isValid()


def test_words_stand_clear_of_their_icon_and_are_not_cut_for_it() -> None:
    button = WordButton()
    button.setIcon(icon("plus"))
    button.setText("Lock now")
    option = QStyleOptionToolButton()
    button.initStyleOption(option)
    assert option.text == " Lock now"
    words = button.fontMetrics().horizontalAdvance(option.text)
    assert button.sizeHint().width() >= 16 + 4 + words
