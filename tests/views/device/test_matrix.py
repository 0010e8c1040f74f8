"""Ports against VLANs."""

from __future__ import annotations

from noc_console.services.inspection.model import Vlan
from noc_console.views.device.matrix import Carries, Matrix, matrix
from tests.views.device.made import port

PORTS = (port(1, "Gi1", alias="to core"), port(2, "Gi2"), port(3, "Gi3"))
VLANS = (Vlan(20, "voice", tagged=(1,)), Vlan(10, "users", tagged=(1,), untagged=(2,)))


def test_vlans_stand_in_order_and_ports_without_any_are_left_out() -> None:
    made = matrix(VLANS, PORTS)
    assert [vlan.vlan for vlan in made.vlans] == [10, 20]
    assert [one.name for one in made.ports] == ["Gi1", "Gi2"]
    assert made.at(0, 0) is Carries.TAGGED and made.at(1, 0) is Carries.UNTAGGED
    assert made.at(1, 1) is None


def test_a_cell_is_told_in_words() -> None:
    made = matrix(VLANS, PORTS)
    assert made.about(1, 0) == "Gi2 carries untagged VLAN 10 users"
    assert made.about(1, 1) == "Gi2 does not carry VLAN 20 voice"


def test_a_word_finds_a_vlan_else_a_port() -> None:
    assert [v.vlan for v in matrix(VLANS, PORTS, "20").vlans] == [20]
    assert [v.vlan for v in matrix(VLANS, PORTS, "USER").vlans] == [10]
    by_port = matrix(VLANS, PORTS, "core")
    assert [one.name for one in by_port.ports] == ["Gi1"] and len(by_port.vlans) == 2
    assert matrix(VLANS, PORTS, "nothing").ports == ()


def test_the_whole_as_text() -> None:
    assert matrix(VLANS, PORTS).csv_rows() == [
        ["Port", "10", "20"],
        ["Gi1", "T", "T"],
        ["Gi2", "U", ""],
    ]
    assert matrix((), ()) == Matrix()
