"""Who is on call now and who is next: one quiet card for each rota."""

from __future__ import annotations

from collections.abc import Mapping
from zoneinfo import ZoneInfo

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from noc_console.services.oncall.model import Stretch, Watch
from noc_console.views.kit.label import ElidedLabel
from noc_console.views.kit.theme import GRID

WIDTH = 250
NOBODY = "nobody"


def names_text(stretch: Stretch, names: Mapping[int, str]) -> str:
    """`Ada Byron`, `Ada Byron + Ben Okri`, `nobody`."""
    told = [names.get(person, f"contact {person}") for person in stretch.people]
    return " + ".join(told) or NOBODY


def until_text(watch: Watch) -> str:
    """Until when, on the rota's wall clock."""
    if watch.next is None:
        return "no change ahead"
    end = watch.now.end.astimezone(ZoneInfo(watch.rota.zone))
    return f"until {end:%a %d %b, %H:%M}"


def next_text(watch: Watch, names: Mapping[int, str]) -> str:
    return f"then {names_text(watch.next, names)}" if watch.next else ""


class WatchCard(QFrame):
    """One rota. A click or Enter chooses it."""

    chosen = Signal(int)  # rota id

    def __init__(self, watch: Watch, names: Mapping[int, str], parent: QWidget | None = None):
        super().__init__(parent)
        self.rota_id = int(watch.rota.id)
        self.setProperty("role", "card")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFixedWidth(WIDTH)
        self.name = ElidedLabel(tone="dim")
        self.name.show_text(watch.rota.name)
        self.who = ElidedLabel(size="title", tone="attention" if watch.now.is_gap else "bright")
        self.who.show_text(names_text(watch.now, names))
        self.until = ElidedLabel(tone="dim")
        self.until.show_text(until_text(watch))
        self.next = ElidedLabel(tone="plain")
        self.next.show_text(next_text(watch, names))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * GRID, 10, 2 * GRID, 10)
        layout.setSpacing(2)
        for part in (self.name, self.who, self.until, self.next):
            layout.addWidget(part)
        self.setAccessibleName(
            f"{watch.rota.name}: {names_text(watch.now, names)} on call, {self.until.whole()},"
            f" {self.next.whole()}"
        )

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.chosen.emit(self.rota_id)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.chosen.emit(self.rota_id)
        else:
            super().keyPressEvent(event)


class WatchRow(QWidget):
    """The cards side by side; the chosen rota's is marked."""

    chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.cards: list[WatchCard] = []
        self._layout = QHBoxLayout(self)
        self._layout.setContentsMargins(2 * GRID, 2 * GRID, 2 * GRID, GRID)
        self._layout.setSpacing(GRID)
        self._layout.addStretch(1)

    def show_watches(self, watches: tuple[Watch, ...], names: Mapping[int, str]) -> None:
        for card in self.cards:
            self._layout.removeWidget(card)
            card.hide()
            card.deleteLater()
        self.cards = [WatchCard(watch, names) for watch in watches]
        for at, card in enumerate(self.cards):
            card.chosen.connect(self.chosen)
            self._layout.insertWidget(at, card)

    def mark(self, rota_id: int | None) -> None:
        for card in self.cards:
            card.setProperty("chosen", card.rota_id == rota_id)
            card.style().unpolish(card)
            card.style().polish(card)
