"""The port panel: what it shows and how it is used."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest

from noc_console.services.alarms.model import Severity
from noc_console.services.inventory.model import OperStatus
from noc_console.views.device.panel import Extra, Panel, port_story
from noc_console.views.device.rows import Port
from noc_console.views.kit.severity import severity_color
from noc_console.views.kit.theme import look
from tests.views.conftest import shown
from tests.views.device.made import port

UP, DOWN = OperStatus.UP, OperStatus.DOWN


def ports(count: int = 24, **of_the_first: object) -> list[Port]:
    made = [
        Port(port(n, f"Gi0/{n}", oper_status=UP if n % 2 else DOWN)) for n in range(1, count + 1)
    ]
    return [replace(made[0], **of_the_first), *made[1:]]  # type: ignore[arg-type]


def panel(shown_ports: list[Port], extras: dict[int, Extra] | None = None) -> Panel:
    made = Panel()
    made.show_ports(shown_ports, extras or {})
    shown(made, 900, made.heightForWidth(900))
    return made


def spot(made: Panel, id: int) -> QPoint:
    socket = next(one for one in made.front.sockets if one.interface_id == id)
    return QPointF(socket.x + 16 + 5, socket.y + 16 + 5).toPoint()


def colours(image: QImage, at: QPoint) -> set[str]:
    return {
        image.pixelColor(at.x() + x, at.y() + y).name()
        for x in range(-4, 21)
        for y in range(-4, 17)
    }


def test_quiet_when_all_is_well_and_coloured_only_by_an_alarm() -> None:
    quiet = panel(ports()).grab().toImage()
    loud_panel = panel(ports(severity=Severity.MAJOR))
    loud = loud_panel.grab().toImage()
    sign = severity_color(Severity.MAJOR).name()
    everything = {
        QColor(quiet.pixelColor(x, y)).name()
        for x in range(quiet.width())
        for y in range(quiet.height())
    }
    assert sign not in everything
    assert sign in colours(loud, spot(loud_panel, 1))


def test_up_is_filled_and_down_is_an_outline() -> None:
    made = panel(ports())
    image = made.grab().toImage()
    filled = look().color("load.idle").name()
    assert filled in colours(image, spot(made, 1))
    assert filled not in colours(image, spot(made, 2))


def test_a_disabled_port_is_struck_through() -> None:
    off = Port(port(2, "Gi0/2", oper_status=DOWN, admin_up=False))
    usual, struck = panel(ports()), panel([ports()[0], off, *ports()[2:]])
    one, other = usual.grab().toImage(), struck.grab().toImage()
    at = spot(usual, 2) - QPoint(5, 5)
    assert one.copy(at.x(), at.y(), 27, 22) != other.copy(at.x(), at.y(), 27, 22)


def test_a_click_chooses_a_double_click_opens_and_esc_lets_go() -> None:
    made = panel(ports())
    chosen: list[int] = []
    opened: list[int] = []
    made.chosen.connect(chosen.append)
    made.opened.connect(opened.append)
    press = (Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    QTest.mouseClick(made, *press, spot(made, 5))
    QTest.mouseDClick(made, *press, spot(made, 6))
    QTest.keyClick(made, Qt.Key.Key_Return)
    assert chosen[0] == 5 and opened[0] == 6
    QTest.keyClick(made, Qt.Key.Key_Escape)
    assert made.chosen_id is None


@pytest.mark.parametrize(
    ("key", "to"),
    [
        (Qt.Key.Key_Right, 7),
        (Qt.Key.Key_Left, 3),
        (Qt.Key.Key_Down, 6),
        (Qt.Key.Key_Up, 5),
    ],
)
def test_arrows_walk_from_socket_to_socket(key: Qt.Key, to: int) -> None:
    made = panel(ports())
    made.choose(5)
    QTest.keyClick(made, key)
    assert made.chosen_id == to


def test_the_card_says_who_is_behind_a_port() -> None:
    busy = replace(ports()[0], neighbour="core-1 xe-0/0/1", severity=Severity.MINOR)
    story = port_story(busy, Extra(lag="ae0", module="FINISAR LR", poe="6.5 W", vlans="10"))
    assert story.title == "Gi0/1"
    facts = dict(story.facts)
    assert facts["Leads to"] == "core-1 xe-0/0/1" and facts["Member of"] == "ae0"
    assert facts["Module"] == "FINISAR LR" and facts["PoE"] == "6.5 W"
    assert story.troubles == ((Severity.MINOR, "Minor alarm"),)


def test_the_card_appears_under_the_pointer_and_goes_with_it() -> None:
    made = panel(ports())
    QTest.mouseMove(made, spot(made, 3))
    made._under = 3
    made._tell(spot(made, 3))
    assert made._card is not None and made._card.title.whole() == "Gi0/3"
    made._under = None
    made._tell(QPoint())
    assert made._card.isHidden()


def test_only_what_changed_is_drawn_anew() -> None:
    made = panel(ports())
    made.grab()
    assert made._picture is not None
    before = made._picture.cacheKey()
    made.show_ports(ports(), {})
    made.grab()
    assert made._picture.cacheKey() == before
    made.show_ports(ports(severity=Severity.MAJOR), {})
    again = made.grab().toImage()
    assert made._picture.cacheKey() != before
    assert again == panel(ports(severity=Severity.MAJOR)).grab().toImage()
    made.show_ports(ports(), {})
    assert made.grab().toImage() == panel(ports()).grab().toImage(), "the alarm left no trace"


def test_a_thousand_sockets_are_drawn_in_slices() -> None:
    made = panel(ports(1000))
    made.grab()
    assert made._waiting
    while made._waiting:
        made._draw_slice()
    quick = made.grab().toImage()
    at = spot(made, 999)
    assert look().color("load.idle").name() in colours(quick, at)


def test_no_ports_take_no_room() -> None:
    made = Panel()
    assert made.heightForWidth(900) == 0
    assert made.socket_at(QPointF(5, 5)) is None
