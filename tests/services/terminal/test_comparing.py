"""Answers of many devices compared."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from noc_console.services.terminal.comparing import (
    Group,
    Kind,
    Leaving,
    Pair,
    aligned,
    grouped,
    normal,
)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("  5 minute input rate 1000 bits/sec, 2 packets/sec",
         "  5 minute input rate 87000 bits/sec, 31 packets/sec"),
        ("12 packets input, 900 bytes", "7777 packets input, 1,234,567 bytes"),
        ("par-core1 uptime is 3 weeks, 2 days", "lyo-core1 uptime is 1 week, 5 days"),
        ("Last flap 12:03:01 ago", "Last flap 23:59:59 ago"),
        ("up 3w2d", "up 1d04h"),
        ("core uptime is 4 days", "core uptime is 1 week, 2 hours"),
        ("changed 5 minutes ago", "changed 1 hour ago"),
        ("compiled Tue Feb 7 2017", "compiled Wed Mar 8 2018"),
        ("Errors: 7", "Errors: 0"),
        ("sequence 12345678", "sequence 87654321"),
        ("a   b", "a b  "),
        ("CPU 4%", "CPU 93%"),
    ],
)  # fmt: skip
def test_what_differs_anyway_is_left_out(one: str, other: str) -> None:
    assert normal(one, names=("par-core1",)) == normal(other, names=("lyo-core1",))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("MTU 1500", "MTU 9000"),
        ("Version 15.2(7)E3", "Version 15.2(4)E1"),
        ("vlan 10", "vlan 20"),
        ("timeout 30 seconds", "timeout 60 seconds"),
        ("Gi0/1 up", "Gi0/2 up"),
        ("ntp server 192.0.2.1", "ntp server 192.0.2.2"),
        ("router ospf 1", "router ospf 2"),
    ],
)
def test_what_matters_stays(one: str, other: str) -> None:
    assert normal(one) != normal(other)


def test_addresses_are_left_out_when_asked_for() -> None:
    leaving = Leaving(addresses=True)
    one = normal("via 192.0.2.1 and 2001:db8::1", leaving=leaving)
    assert one == normal("via 10.0.0.1 and 2001:db8:7:0::99", leaving=leaving)


def test_nothing_is_left_out_when_nothing_shall_be() -> None:
    leaving = Leaving(counters=False, times=False, names=False)
    text = "par 7 packets 12:30:01"
    assert normal(text, names=("par",), leaving=leaving) == text


def test_devices_are_grouped_by_their_answer_largest_first() -> None:
    answers = {1: "ntp a", 2: "ntp b", 3: "ntp b ", 4: "r4 ntp b"}
    groups = grouped(answers, names={4: ("r4",)}, leaving=Leaving())
    assert [(group.devices, group.text) for group in groups] == [
        ((2, 3), "ntp b"),
        ((1,), "ntp a"),
        ((4,), "r4 ntp b"),
    ]
    assert grouped({}) == ()
    assert isinstance(groups[0], Group)


def test_answers_stand_line_beside_line() -> None:
    left = "hostname a\nntp 1.1.1.1\nlogging x\nuptime 3 days"
    right = "hostname b\nntp 2.2.2.2\nuptime 9 days\nbanner"
    assert aligned(left, right, names=(("a",), ("b",))) == (
        Pair(Kind.CHANGED, "hostname a", "hostname b"),
        Pair(Kind.CHANGED, "ntp 1.1.1.1", "ntp 2.2.2.2"),
        Pair(Kind.ONLY_LEFT, "logging x"),
        Pair(Kind.SAME, "uptime 3 days", "uptime 9 days"),
        Pair(Kind.ONLY_RIGHT, "", "banner"),
    )


@given(
    st.lists(st.sampled_from("abc 1"), max_size=30), st.lists(st.sampled_from("abc 1"), max_size=30)
)
def test_aligning_loses_no_line_of_either(left: list[str], right: list[str]) -> None:
    ours, theirs = "\n".join(left), "\n".join(right)
    pairs = aligned(ours, theirs)
    no_left, no_right = {Kind.ONLY_RIGHT}, {Kind.ONLY_LEFT}
    assert [p.left for p in pairs if p.kind not in no_left] == ours.splitlines()
    assert [p.right for p in pairs if p.kind not in no_right] == theirs.splitlines()


def test_an_answer_without_end_is_compared_as_far_as_it_is_useful() -> None:
    many = "\n".join(f"line {n}" for n in range(10_000))
    assert len(aligned(many, many)) == 3_000
