"""Labels: what a device says is shown, never obeyed."""

from __future__ import annotations

from PySide6.QtCore import Qt

from noc_console.views.kit.label import ElidedLabel, Label, plain_tip
from tests.views.conftest import shown

EVIL = '<img src="//10.0.0.66/share/a.png">'


def test_markup_is_shown_as_it_is() -> None:
    assert Label(EVIL).textFormat() == Qt.TextFormat.PlainText
    assert ElidedLabel(EVIL).textFormat() == Qt.TextFormat.PlainText
    assert "<img" not in plain_tip(EVIL)
    assert "&lt;img" in plain_tip(EVIL)


def test_a_tip_keeps_its_lines_and_shows_control_characters() -> None:
    assert plain_tip("one\ntwo\x07") == "<qt>one<br>two␇</qt>"
    assert plain_tip("") == ""


def test_a_long_text_gives_way_and_stays_whole_in_the_tip() -> None:
    label = ElidedLabel("core-1.northgate " * 20)
    shown(label, 120, 20)
    assert label.text().endswith("…")
    assert "core-1.northgate" in label.toolTip()
    label.show_text("short")
    assert (label.text(), label.toolTip(), label.whole()) == ("short", "", "short")


def test_the_tone_changes_at_once() -> None:
    label = Label("x", tone="dim")
    shown(label, 50, 20)
    before = label.palette().color(label.foregroundRole())
    label.set_tone("attention")
    assert label.palette().color(label.foregroundRole()) != before
