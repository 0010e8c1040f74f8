"""Messages of new alarms: dealt with in place, without taking the focus."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QAccessibleEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from noc_console.services.alarms.model import Severity
from noc_console.views.shell.alarm_toasts import AlarmToasts, announce, spoken
from noc_console.views.shell.news import Card, Cards
from tests.views.conftest import shown
from tests.views.shell.test_news import alarm


def cards_of(*severities: Severity) -> tuple[Card, ...]:
    cards = Cards()
    cards.add([alarm(n, severity) for n, severity in enumerate(severities, 1)], now_s=0.0)
    return cards.shown


async def test_a_card_says_what_it_is_and_can_be_taken_on_shown_or_closed() -> None:
    window = QWidget()
    line = QLineEdit(window)
    shown(window, 1000, 700)
    line.setFocus()
    toasts = AlarmToasts(window)
    heard: list[object] = []
    toasts.acknowledged.connect(lambda ids: heard.append(ids))
    toasts.asked.connect(lambda card: heard.append(("show", card.ids)))
    toasts.closed.connect(lambda card: heard.append(("close", card.ids)))
    toasts.show_cards(cards_of(Severity.CRITICAL, Severity.MAJOR))
    assert toasts.isVisible()
    assert [card.title.whole() for card in toasts.cards] == [
        "core-2 · Northgate",
        "core-1 · Northgate",
    ]
    first = toasts.cards[0]
    for button in (first.take, first.open, first.close_button):
        button.click()
    assert heard == [(2,), ("show", (2,)), ("close", (2,))]
    assert window.focusWidget() is line
    toasts.show_cards(())
    assert not toasts.isVisible()


async def test_a_card_that_stays_is_the_same_widget() -> None:
    window = QWidget()
    toasts = AlarmToasts(window)
    two = cards_of(Severity.CRITICAL, Severity.MAJOR)
    toasts.show_cards(two)
    kept = toasts.cards[1]
    toasts.show_cards(two[1:])
    assert toasts.cards == [kept]
    toasts.hide()


async def test_a_group_names_how_many_its_button_takes_on() -> None:
    toasts = AlarmToasts(QWidget())
    toasts.show_cards(cards_of(*[Severity.MAJOR] * 37))
    (card,) = toasts.cards
    assert card.take.text() == "Acknowledge 37"
    toasts.hide()


async def test_it_stands_at_the_consoles_corner_or_at_the_screens_while_that_is_hidden() -> None:
    window = QWidget()
    shown(window, 500, 400)
    window.move(0, 0)
    toasts = AlarmToasts(window)
    toasts.show_cards(cards_of(Severity.MAJOR))
    assert toasts.geometry().right() < 500
    window.hide()
    toasts.place()
    screen = window.screen().availableGeometry()
    assert toasts.geometry().right() > screen.right() - 60
    toasts.hide()


async def test_what_a_screen_reader_says_is_said_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[tuple[str, object]] = []

    # Off screen nobody listens to Qt's accessibility, so what is sent is caught on its way.
    def catch(event: QAccessibleEvent) -> None:
        assert isinstance(event, QAccessibleAnnouncementEvent)
        said.append((event.message(), event.politeness()))

    monkeypatch.setattr(QAccessible, "updateAccessibility", staticmethod(catch))
    (card,) = cards_of(Severity.CRITICAL)
    announce(QWidget(), spoken(card))
    assert said == [
        (
            "Critical. core-1 · Northgate. does not answer",
            QAccessible.AnnouncementPoliteness.Assertive,
        )
    ]
