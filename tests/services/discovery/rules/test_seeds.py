"""What may be written as a seed."""

from __future__ import annotations

import pytest

from noc_console.kernel.errors import Invalid
from noc_console.services.discovery.rules.seeds import Seed, expand, fence


def places(*seeds: str) -> list[tuple[str, int]]:
    return [(one.host, one.port) for one in expand(seeds, port=161)]


def test_addresses_names_and_prefixes_are_seeds_each_with_a_port_or_not() -> None:
    assert places("10.0.0.1", "10.0.0.1:1161", "core-1.example.net", "sw:2161") == [
        ("10.0.0.1", 161),
        ("10.0.0.1", 1161),
        ("core-1.example.net", 161),
        ("sw", 2161),
    ]
    assert places("2001:db8::1", "[2001:db8::2]:1161") == [
        ("2001:db8::1", 161),
        ("2001:db8::2", 1161),
    ]
    assert places("192.0.2.0/30:1161") == [("192.0.2.1", 1161), ("192.0.2.2", 1161)]
    assert places("10.0.0.0/31") == [("10.0.0.0", 161), ("10.0.0.1", 161)]


def test_each_place_counts_once() -> None:
    assert places("10.0.0.1", "10.0.0.0/30", "10.0.0.1:161") == [
        ("10.0.0.1", 161),
        ("10.0.0.2", 161),
    ]


@pytest.mark.parametrize(
    "seed",
    ["", "10.0.0.0/8", "2001:db8::/64", "10.0.0.300", "10.0.0.1:0", "10.0.0.1:70000", "a b",
     "-x", "10.0.0.0/99", "http://x/"],
)  # fmt: skip
def test_what_is_no_seed_is_refused_by_name(seed: str) -> None:
    with pytest.raises(Invalid) as refused:
        expand([seed], port=161)
    assert refused.value.field == "seed"


def test_no_seed_at_all_is_refused() -> None:
    with pytest.raises(Invalid):
        expand([], port=161)


def test_too_many_addresses_are_refused() -> None:
    with pytest.raises(Invalid):
        expand(["10.0.0.0/16", "10.1.0.0/16"], port=161)


def test_a_name_is_told_from_an_address() -> None:
    assert Seed("core-1", 161).is_name
    assert not Seed("2001:db8::1", 161).is_name


def test_a_fence_keeps_out_by_prefix_and_by_name() -> None:
    around = fence(["10.9.0.0/16", "10.1.1.1", "lab-*", "printer?"], [])
    assert around.keeps_out("10.9.3.4") == "excluded by 10.9.0.0/16"
    assert around.keeps_out("10.1.1.1") == "excluded by 10.1.1.1/32"
    assert around.keeps_out("2001:db8::1") == ""
    assert around.excludes_name("LAB-7.example.net") == "excluded by name (lab-*)"
    assert around.excludes_name("printer1.example.net") != ""
    assert around.excludes_name("core-1") == ""


def test_a_fence_can_hold_the_search_inside() -> None:
    around = fence([], ["10.0.0.0/8"])
    assert around.keeps_out("10.1.2.3") == ""
    assert around.keeps_out("192.0.2.1") == "outside the prefixes of the search"


def test_a_prefix_with_a_slip_is_refused_not_taken_for_a_name() -> None:
    with pytest.raises(Invalid):
        fence(["10.0.0.0/40"], [])
    with pytest.raises(Invalid):
        fence([], ["everywhere"])


def test_a_search_that_would_ask_nobody_is_known_beforehand() -> None:
    both = expand(("10.0.0.1", "core-1"), port=161)
    assert fence(("10.0.0.0/8",), ()).keeps_out_all(both) == ""
    assert "core-1 is excluded" in fence(("10.0.0.0/8", "core-*"), ()).keeps_out_all(both)
    assert "outside" in fence((), ("192.0.2.0/24",)).keeps_out_all(both[:1])
