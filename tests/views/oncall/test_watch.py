"""Who is on call, as cards."""

from __future__ import annotations

from datetime import UTC, datetime

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from noc_console.services.oncall.model import Rota, RotaId
from noc_console.services.oncall.rules.plan import watch
from noc_console.views.oncall.watch import WatchRow
from tests.services.oncall.conftest import ADA, PEOPLE, rota, weekly
from tests.views.conftest import shown

NAMES = {person.id: person.name for person in PEOPLE}
AT = datetime(2026, 3, 3, 12, tzinfo=UTC)


async def test_a_card_names_who_is_on_call_a_gap_is_said_and_a_click_chooses() -> None:
    row = WatchRow()
    rotas = (rota(), Rota(RotaId(2), "Empty"), Rota(RotaId(3), "Solo", layers=(weekly(ADA),)))
    row.show_watches(tuple(watch(each, (), AT) for each in rotas), NAMES)
    shown(row, 900, 140)
    assert [card.who.whole() for card in row.cards] == ["Ada Byron", "nobody", "Ada Byron"]
    assert [card.until.whole() for card in row.cards] == [
        "until Mon 09 Mar, 09:00",
        "no change ahead",
        "no change ahead",
    ]
    assert "then Ben Okri" in row.cards[0].accessibleName()
    chosen: list[int] = []
    row.chosen.connect(chosen.append)
    QTest.mouseClick(row.cards[1], Qt.MouseButton.LeftButton)
    QTest.keyClick(row.cards[2], Qt.Key.Key_Return)
    assert chosen == [2, 3]
    row.mark(2)
    assert [card.property("chosen") for card in row.cards] == [False, True, False]
    row.show_watches((), NAMES)
    assert row.cards == []
