"""Where ports sit on the front, worked out from how vendors name them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from noc_console.services.inventory.model import Interface
from noc_console.views.device import faceplate
from noc_console.views.device.faceplate import CELL_H, CELL_W, Place, Shape, Socket
from tests.views.device.made import port


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("GigabitEthernet1/0/24", Place((1, 0), "gigabitethernet", 24)),
        ("Gi2/0/3", Place((2, 0), "gi", 3)),
        ("10GE1/0/5", Place((1, 0), "ge", 5)),
        ("100GE0/0/1", Place((0, 0), "ge", 1)),
        ("xe-0/0/3", Place((0, 0), "xe", 3)),
        ("et-0/0/3:1", Place((0, 0), "et", 3, 1)),
        ("ether5", Place((), "ether", 5)),
        ("sfp-sfpplus2", Place((), "sfp-sfpplus", 2)),
        ("swp7", Place((), "swp", 7)),
        ("1/1/c3/1", Place((1, 1, 3), "", 1)),
        ("0/8", Place((0,), "", 8)),
        ("A12", Place((), "a", 12)),
        ("Slot: 0 Port: 7 Gigabit", Place((0,), "slot:", 7)),
        ("mgmt", Place((), "mgmt", 0)),
        ("", Place((), "", 0)),
    ],
)
def test_a_name_tells_its_place(name: str, place: Place) -> None:
    assert faceplate.place_of(name) == place


def by_label(ports: list[Interface], width: float = 1000) -> dict[str, Socket]:
    front = faceplate.front(ports, width)
    return {socket.label: socket for socket in front.sockets}


def test_the_second_port_is_below_the_first_and_the_third_beside_it() -> None:
    found = by_label([port(n, f"Gi0/{n}") for n in range(1, 25)])
    assert found["1"].x == found["2"].x and found["2"].y > found["1"].y
    assert found["3"].y == found["1"].y and found["3"].x > found["1"].x
    assert found["24"].x == found["23"].x


def test_four_uplinks_stand_in_one_row_apart_from_the_others() -> None:
    ports = [port(n, f"Gi0/{n}") for n in range(1, 9)]
    ports += [port(50 + n, f"Te0/{n}", speed_bps=10**10) for n in range(1, 5)]
    front = faceplate.front(ports, 1000)
    uplinks = [one for one in front.sockets if one.interface_id > 50]
    assert len({one.y for one in uplinks}) == 1
    assert (
        min(one.x for one in uplinks)
        > max(one.x for one in front.sockets if one.interface_id < 50) + CELL_W
    )


def test_members_of_a_stack_are_frames_of_their_own() -> None:
    ports = [port(m * 100 + n, f"Gi{m}/0/{n}") for m in (1, 2) for n in range(1, 5)]
    front = faceplate.front(ports, 1000)
    assert [frame.label for frame in front.frames] == ["1/0", "2/0"]
    assert front.frames[0].y + front.frames[0].height < front.frames[1].y


def test_a_narrow_page_gets_more_lines() -> None:
    ports = [port(n, f"Gi0/{n}") for n in range(1, 49)]
    wide, narrow = faceplate.front(ports, 1000), faceplate.front(ports, 400)
    assert narrow.height > wide.height
    assert max(one.x + one.width for one in narrow.sockets) <= 400


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.text("abGiTe019/:.-", max_size=12), max_size=60),
    st.integers(0, 2_000),
)
def test_sockets_never_overlap_whatever_the_names(names: list[str], width: int) -> None:
    ports = [port(n + 1, name) for n, name in enumerate(names)]
    front = faceplate.front(ports, float(width))
    assert len(front.sockets) == len(ports)
    places = {(round(one.x), round(one.y)) for one in front.sockets}
    assert len(places) == len(ports)
    for one in front.sockets:
        assert one.x >= 0 and one.y >= 0 and one.y + CELL_H <= front.height + 1


def test_vlans_loopbacks_and_aggregates_have_no_socket() -> None:
    names = (
        *("Vlan10", "lo", "Loopback0", "ae0", "Po1", "Port-channel1", "irb", "bridge1", "br-lan"),
        *("docker0", "tun0", "eth0.100", "ge-0/0/0.0", "Null0", "bond0"),
    )
    ports = [port(n + 1, name) for n, name in enumerate((*names, "eth0", "ge-0/0/0"))]
    assert [one.name for one in faceplate.physical(ports, ())] == ["eth0", "ge-0/0/0"]
    odd = [port(1, "atm", type=53), port(0, "gone")]
    assert faceplate.physical(odd, ()) == ()


def test_the_ports_the_chassis_lists_are_those_with_a_socket() -> None:
    ports = [port(n, f"net{n}") for n in range(1, 6)]
    assert [one.index for one in faceplate.physical(ports, {2, 4, None})] == [2, 4]


@pytest.mark.parametrize(
    ("known", "modules", "shape"),
    [
        (port(1, "Gi0/1"), (), Shape.COPPER),
        (port(1, "Gi0/1"), (1,), Shape.CAGE),
        (port(1, "Te0/1", speed_bps=10**10), (), Shape.CAGE),
        (port(1, "sfp1"), (), Shape.CAGE),
        (port(1, "gpon0/1", type=250), (), Shape.CAGE),
        (port(1, "Hu0/0/0/1", speed_bps=10**11), (), Shape.WIDE),
        (port(1, "wlan1", type=71), (), Shape.RADIO),
    ],
)
def test_a_socket_looks_like_what_it_is(
    known: Interface, modules: tuple[int, ...], shape: Shape
) -> None:
    assert faceplate.shape_of(known, modules) is shape
