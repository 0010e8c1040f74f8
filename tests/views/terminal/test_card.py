"""The card beside the pointer."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication

from noc_console.services.terminal.names import Card
from noc_console.views.terminal.card import LiveCard


def test_a_card_shows_what_is_told_as_plain_text_and_no_more() -> None:
    card = LiveCard()
    told = Card("<b>par</b>", "port · up", (("In", "1 Mb/s"),), 7, 9, np.array([1.0, 2.0]), "Load")
    card.tell(told, QPoint(10, 10))
    assert card.title.whole() == "<b>par</b>"
    assert card.title.textFormat() is Qt.TextFormat.PlainText
    assert [name.text() for name, _ in card.rows if name.isVisible()] == ["In"]
    assert card.curve.isVisible() and card.hint.isVisible()
    card.tell(Card("10.0.0.9", "address in a known network"), QPoint(10, 10))
    assert not card.curve.isVisible() and not card.hint.isVisible()
    assert not any(name.isVisible() for name, _ in card.rows)


def test_a_card_stays_on_its_screen_and_takes_no_focus() -> None:
    card = LiveCard()
    room = QGuiApplication.primaryScreen().availableGeometry()
    card.tell(Card("x", facts=(("a", "b"),) * 8), room.bottomRight())
    assert room.contains(card.geometry())
    assert card.testAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
