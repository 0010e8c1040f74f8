"""The figures of the desk's load, each beside what it should be."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QVBoxLayout, QWidget

from noc_console.services.alarms.load import Figure, Share, Verdict
from noc_console.views.kit.label import Label, plain_tip
from noc_console.views.kit.theme import GRID

WORDS = {Verdict.GOOD: "", Verdict.HIGH: "over the target", Verdict.OVER: "over the limit"}
SPLIT_OVER = 2.0
"""A share of a priority so many times its target is worth a look."""


def number(value: float, unit: str = "") -> str:
    """`0.3`, `12`, `4.5 %`."""
    text = f"{value:,.1f}".removesuffix(".0") if value < 100 else f"{value:,.0f}"
    return f"{text} {unit}" if unit else text


class Figures(QWidget):
    """A card for each figure; colour only for what is over its target."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(GRID)
        self.cards: dict[str, Card] = {}

    def show_figures(self, figures: Sequence[Figure], shares: Sequence[Share]) -> None:
        for at, figure in enumerate(figures):
            card = self._card(figure.id, at)
            unit = figure.unit
            wanted = f"target {number(figure.target, unit)}, limit {number(figure.limit, unit)}"
            card.show_value(
                figure.name,
                number(figure.value, unit),
                WORDS[figure.verdict] or wanted,
                f"{figure.means}\n{wanted}",
                is_over=figure.verdict is not Verdict.GOOD,
            )
        self._show_split(shares, len(figures))

    def _show_split(self, shares: Sequence[Share], at: int) -> None:
        """One card for all priorities: what counts is how they stand to each other."""
        if not sum(share.count for share in shares):
            text, over = "–", False
        else:
            text = " : ".join(number(round(share.share)) for share in shares)
            over = any(
                share.share > SPLIT_OVER * share.target for share in shares if share.target < 50
            )
        wanted = " : ".join(number(share.target) for share in shares)
        tip = "\n".join(
            f"{share.name}: {share.count:,} alarms, {number(share.share, '%')};"
            f" should be about {number(share.target, '%')}"
            for share in shares
        )
        card = self._card("split", at)
        card.show_value(
            "Low : medium : high : critical",
            text,
            "too many high ones" if over else f"target {wanted}",
            tip,
            is_over=over,
        )

    def _card(self, id: str, at: int) -> Card:
        card = self.cards.get(id)
        if card is None:
            card = self.cards[id] = Card()
            self._grid.addWidget(card, at // 5, at % 5)
        return card


class Card(QWidget):
    """Name, value, and what it should be."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.name = Label("", tone="dim", size="small")
        self.value = Label("", tone="bright", size="large")
        self.wanted = Label("", tone="faint", size="small")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, GRID, 12, GRID)
        layout.setSpacing(1)
        for label in (self.name, self.value, self.wanted):
            layout.addWidget(label)

    def show_value(self, name: str, value: str, wanted: str, tip: str, *, is_over: bool) -> None:
        self.name.setText(name)
        self.value.setText(value)
        self.value.set_tone("attention" if is_over else "bright")
        self.wanted.setText(wanted)
        self.wanted.set_tone("attention" if is_over else "faint")
        self.setToolTip(plain_tip(tip))
        self.setAccessibleName(f"{name}: {value}, {wanted}")
