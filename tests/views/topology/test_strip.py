"""The strip of tools over the map."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from noc_console.services.maps.model import Tint
from noc_console.views.topology.strip import HANDS, EditStrip, Hand


def test_every_hand_has_its_button_and_only_one_is_down() -> None:
    strip = EditStrip(QWidget())
    assert set(strip.hands) == set(Hand) == {hand for hand, *_ in HANDS}
    strip.show_hand(Hand.NOTE)
    assert [hand for hand, button in strip.hands.items() if button.isChecked()] == [Hand.NOTE]


def test_buttons_tell_what_was_asked() -> None:
    over = QWidget()
    strip, heard = EditStrip(over), []
    strip.asked.connect(heard.append)
    strip.hand_chosen.connect(heard.append)
    strip.tint_chosen.connect(heard.append)
    strip.hands[Hand.ARROW].click()
    strip.deeds["lock"].click()
    strip.tints.menu().actions()[list(Tint).index(Tint.TEAL)].trigger()
    strip.done.click()
    assert heard == ["arrow", "lock", "teal", "done"]


def test_deeds_for_what_is_chosen_are_dim_without() -> None:
    strip = EditStrip(QWidget())
    strip.show_chosen(0)
    assert not strip.deeds["remove"].isEnabled() and strip.deeds["lock"].isEnabled()
    strip.show_chosen(2)
    assert strip.deeds["remove"].isEnabled()


def test_it_stays_in_the_middle_of_what_it_floats_over() -> None:
    over = QWidget()
    over.resize(900, 400)
    strip = EditStrip(over)
    over.show()
    strip.open()
    assert abs(strip.x() + strip.width() / 2 - 450) <= 1
    over.resize(1200, 400)
    assert abs(strip.x() + strip.width() / 2 - 600) <= 1
