"""What the hover card says, and where it stands."""

from __future__ import annotations

from datetime import UTC, datetime

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QWidget

from noc_console.services.alarms.model import Alarm, AlarmId, AlarmObject, Condition, Severity
from noc_console.services.inventory.model import Device, DeviceId, Reachability
from noc_console.services.telemetry.model import DeviceNow
from noc_console.services.topology.model import LinkState
from noc_console.views.topology.card import HoverCard, device_story, link_story
from tests.views.topology.drawn import G, edge, node

AT = datetime(2026, 3, 1, tzinfo=UTC)


def test_a_device_tells_what_is_known_and_nothing_else() -> None:
    bare = device_story(node(1, site=""))
    assert bare.facts == (("Address", "192.0.2.1"),)
    full = device_story(
        node(1),
        Device(DeviceId(1), "dev-1", "192.0.2.1", 161, vendor="Nokia", model="7750"),
        DeviceNow(DeviceId(1), AT, 12.4, None, None, 90_000.0, 1.25, True),
    )
    assert full.facts == (
        ("Address", "192.0.2.1"),
        ("Site", "Delft"),
        ("Model", "Nokia 7750"),
        ("CPU", "12 %"),
        ("Response", "1.2 ms"),
        ("Uptime", "1 d 1 h"),
    )


def test_its_state_is_said_in_words() -> None:
    assert device_story(node(1, reachability=Reachability.DOWN)).under == "Does not answer"
    assert "Only heard of" in device_story(node(1, is_managed=False)).under
    told = device_story(node(1, severity=Severity.MAJOR, alarms=2)).under
    assert told == "Answers · 2 alarms, major"


def test_at_most_three_alarms_are_told() -> None:
    alarms = [
        Alarm(AlarmId(n), AlarmObject(1), Condition.CPU, Severity.MINOR, f"t{n}", AT, AT)
        for n in range(5)
    ]
    assert [text for _, text in device_story(node(1), wrong=alarms).troubles] == ["t0", "t1", "t2"]


def test_a_link_tells_both_directions_and_its_proof() -> None:
    story = link_story(edge(1, 1, 2, ab=0.82, ba=None), "a", "b")
    assert story.title == "a – b" and story.under == "Up · xe-1 ↔ xe-2"
    assert story.facts == (
        ("a →", "8.20 Gb/s · 82%"),
        ("b →", "not known"),
        ("Speed", "10.0 Gb/s"),
        ("Proof", "95 of 100 · LLDP"),
    )
    down = link_story(edge(1, 1, 2, speed=G, state=LinkState.DOWN), "a", "b")
    assert down.under.startswith("Down")


def test_the_card_stays_inside_the_map() -> None:
    parent = QWidget()
    parent.resize(600, 500)
    card = HoverCard(parent)
    for spot in (QPoint(5, 5), QPoint(595, 495), QPoint(300, 490), QPoint(-50, -50)):
        card.tell(device_story(node(1)), spot)
        assert parent.rect().contains(card.geometry())


def test_device_text_is_never_taken_for_markup() -> None:
    parent = QWidget()
    parent.resize(600, 500)
    card = HoverCard(parent)
    card.tell(device_story(node(1, address="<img src=x>")), QPoint(5, 5))
    assert card._rows[0][1].whole() == "<img src=x>"
