"""Who is in a ring, what is expected, when it stops."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import pytest

from noc_console.kernel.errors import Invalid
from noc_console.services.inventory.model import Device, DeviceId, SiteId
from noc_console.services.terminal.ring import (
    Expecting,
    Member,
    Order,
    Phase,
    checked,
    firsts_of,
    in_order,
    members_of,
    names_of,
    phase_of,
    stands_in,
)

A = Member(1, "par-core1.example.net", "192.0.2.1")
B = Member(2, "lyo-core1", "192.0.2.2")
C = Member(3, "nce-core1", "192.0.2.3")
RING = (A, B, C)


def test_members_keep_their_order_and_come_once() -> None:
    devices = [
        Device(DeviceId(3), "c", "192.0.2.3", 161, site_id=SiteId(9)),
        Device(DeviceId(1), "", "192.0.2.1", 161),
        Device(DeviceId(3), "c", "192.0.2.3", 161),
        Device(DeviceId(4), "no address", "", 161),
    ]
    found = members_of(devices, {9: "Nice"})
    assert [(one.device_id, one.name, one.site) for one in found] == [
        (3, "c", "Nice"),
        (1, "192.0.2.1", ""),
    ]


def test_a_ring_has_an_end() -> None:
    many = [Device(DeviceId(n), f"r{n}", "192.0.2.1", 161) for n in range(501)]
    with pytest.raises(Invalid, match="501"):
        members_of(many, {})


def test_the_canary_goes_first_and_the_others_as_they_stand() -> None:
    assert in_order(Order("show", 2), RING) == (B, A, C)


@pytest.mark.parametrize(
    ("order", "why"),
    [
        (Order(" \n", 1), "type a command"),
        (Order("x\n" * 51, 1), "at most 50 lines"),
        (Order("x" * 1001, 1), "at most 1000"),
        (Order("show\x1b[A", 1), "control characters"),
        (Order("show", 9), "canary"),
        (Order("show", 1, at_once=0), "1 to 16"),
        (Order("show", 1, Expecting.PATTERN, "("), "no regular expression"),
        (Order("show", 1, Expecting.PATTERN, ""), "must contain"),
    ],
)
def test_an_order_that_cannot_be_carried_out_is_refused(order: Order, why: str) -> None:
    with pytest.raises(Invalid, match=why):
        checked(order, RING)


def test_an_answer_is_compared_with_the_canarys_without_what_differs_anyway() -> None:
    order = Order("show version", 1)
    canary = (A, "par-core1 uptime is 3 weeks, 1 day\nVersion 15.2")
    assert phase_of(order, canary[1], A, None) is Phase.SAME
    assert phase_of(order, "lyo-core1 uptime is 2 hours\nVersion 15.2", B, canary) is Phase.SAME
    assert phase_of(order, "nce-core1 uptime is 2 hours\nVersion 1", C, canary) is Phase.DIFFERENT


def test_an_answer_may_have_to_contain_something() -> None:
    order = Order("show ntp", 1, Expecting.PATTERN, r"^synchroni[sz]ed")
    assert phase_of(order, "x\nsynchronised to 1", A, None) is Phase.SAME
    assert phase_of(order, "unsynchronised", B, (A, "")) is Phase.DIFFERENT
    assert phase_of(Order("x", 1, Expecting.ANY), "whatever", B, (A, "")) is Phase.SAME


def test_a_pattern_that_takes_too_long_is_no_right_answer() -> None:
    order = Order("show", 1, Expecting.PATTERN, r"(a+)+$")
    assert phase_of(order, "a" * 60 + "!", A, None) is Phase.DIFFERENT


def test_a_device_is_known_by_its_long_and_its_short_name() -> None:
    assert set(names_of(A)) == {"par-core1.example.net", "par-core1", "192.0.2.1"}


def test_each_kind_has_a_first_that_goes_alone_and_is_connected_where_others_are_passed_over() -> (
    None
):
    members = tuple(
        Member(at, f"box{at}", f"192.0.2.{at}", kind)
        for at, kind in enumerate(("ios", "junos", "junos", "ios", "timos"), 1)
    )
    words = dict.fromkeys((1, 2, 3, 4), "show version")
    order = Order("", canary=4, words=words)

    def numbers(found: Iterable[Member]) -> list[int]:
        return [one.device_id for one in found]

    assert numbers(firsts_of(order, members)) == [4, 2]
    assert numbers(in_order(order, members)) == [4, 2, 1, 3, 5]
    strict = frozenset({1, 3})
    assert numbers(firsts_of(order, members, strict)) == [4, 2], "it stops at them, as it should"
    going = replace(order, passes_over=True)
    assert numbers(firsts_of(going, members, strict)) == [1, 3]
    assert stands_in(order, members, strict) is order
    assert stands_in(going, members, strict).canary == 1
    assert stands_in(going, members, frozenset({5})).canary == 4, "there is nobody to stand in"


def test_words_of_their_own_are_checked_like_a_command() -> None:
    members = (Member(1, "a", "192.0.2.1"), Member(2, "b", "192.0.2.2"))
    assert checked(Order("", 1, words={1: "x"}), members).lines_for(2) == ()
    for words in ({}, {1: " "}, {1: "ok", 2: "a\x1bb"}, {1: "x" * 1_001}, {2: "x"}):
        with pytest.raises(Invalid):
            checked(Order("show clock", 1, words=words), members)
