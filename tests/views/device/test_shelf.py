"""Several lists in one place."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel

from noc_console.views.device.shelf import Shelf
from tests.views.conftest import shown


def shelf() -> Shelf:
    made = Shelf()
    for key in ("a", "b", "c"):
        made.add(key, key.upper(), QLabel(key))
    shown(made, 400, 200)
    return made


def test_only_lists_with_rows_are_offered() -> None:
    made = shelf()
    made.show_counts(a=0, b=3, c=2)
    assert [key for key, chip in made.chips.items() if not chip.isHidden()] == ["b", "c"]
    assert made.chips["b"].text() == "B  3" and made.chips["b"].isChecked()
    assert (made.current, made.total) == ("b", 5)


def test_a_list_that_ran_empty_makes_room_for_another() -> None:
    made = shelf()
    made.show_counts(a=1, b=1)
    turned: list[str] = []
    made.turned.connect(turned.append)
    made.chips["b"].click()
    assert made.current == "b" and made.chips["b"].isChecked()
    made.show_counts(b=0)
    assert made.current == "a" and turned == ["b", "a"]


def test_the_choice_stays_when_the_counts_change() -> None:
    made = shelf()
    made.show_counts(a=1, b=1)
    made.turn("b")
    made.show_counts(a=9, b=9)
    assert made.current == "b"


def test_one_list_alone_needs_no_chips() -> None:
    made = shelf()
    made.show_counts(a=1)
    assert made._bar.isHidden()
