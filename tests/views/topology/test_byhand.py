"""The panels of links drawn by hand and of those decided about."""

from __future__ import annotations

from datetime import UTC, datetime

from PySide6.QtWidgets import QPushButton

from noc_console.services.inventory.decisions import Decision, Verdict
from noc_console.services.inventory.model import DeviceId, Interface, InterfaceId
from noc_console.views.kit.desk import Desk
from noc_console.views.topology.byhand import DecisionsPanel, DrawLinkPanel, Wanted

AT = datetime(2026, 3, 1, tzinfo=UTC)


def port(number: int, name: str, type: int = 6, index: int = 1) -> Interface:
    return Interface(InterfaceId(number), DeviceId(1), index, name, type=type)


def test_the_ends_are_taken_one_after_the_other_and_the_second_may_be_another() -> None:
    panel = DrawLinkPanel()
    assert panel.take((1, "a")) == 0
    assert panel.take((1, "a")) is None
    assert not panel.button.isEnabled()
    assert panel.take((2, "b")) == 1
    assert panel.take((3, "c")) == 1
    assert panel.button.isEnabled()
    assert [row.device for row in panel.rows] == [(1, "a"), (3, "c")]


def test_what_is_chosen_is_drawn() -> None:
    panel, drawn = DrawLinkPanel(), list[Wanted]()
    panel.drawn.connect(drawn.append)
    panel.start([(1, "a"), (2, "b")])
    panel.show_ports(
        {1: [port(11, "lo0", type=24), port(12, "ge-2", index=2), port(13, "x", 6, 0)]}
    )
    row = panel.rows[0].port
    # A cable ends at an Ethernet port rather than at a loopback; a port that is gone is left out.
    assert [row.itemText(at) for at in range(row.count())] == ["Port not known", "ge-2", "lo0"]
    row.setCurrentIndex(1)
    panel.speed.setCurrentIndex(2)
    panel.reason.setText("dark fibre")
    panel.button.click()
    assert drawn == [Wanted(1, 2, 12, None, 10**9, "dark fibre")]


def test_decisions_can_be_taken_back_and_asked_about(desk: Desk) -> None:
    panel = DecisionsPanel(desk.times)
    taken: list[int] = []
    asked: list[tuple[int, int]] = []
    panel.forgotten.connect(taken.append)
    panel.pair_wanted.connect(lambda a, b: asked.append((a, b)))
    said = [
        Decision(7, AT, "mira", Verdict.DRAW, 1, None, 2, None),
        Decision(8, AT, "mira", Verdict.REJECT, 1, None, 3, None, 0, "patched <b>elsewhere</b>"),
    ]
    panel.show_decisions(said, {1: "a", 3: "c"}, may_write=True)
    buttons = panel.findChildren(QPushButton)
    texts = [button.text() for button in buttons]
    assert texts.count("Take back") == 2
    buttons[texts.index("Why?")].click()
    buttons[texts.index("Take back")].click()
    assert (taken, asked) == ([8], [(1, 3)])  # rejected ones come first
    panel.show_decisions((), {}, may_write=False)
    assert "Nobody" in panel.under.text()
