"""Which jump hosts lead where."""

from __future__ import annotations

from dataclasses import replace

import pytest

from noc_console.kernel.errors import Invalid
from noc_console.services.credentials.model import Subject
from noc_console.services.ways.model import Hop, Way
from noc_console.services.ways.rules import check, choose, hops_of

DEVICE = Subject(name="ams-core-1", address="10.20.1.1", site="Amsterdam")
INNER = Way(1, "inner", "ams-*", "", "jump1>mira@jump2")


def test_the_first_that_fits_is_taken() -> None:
    straight = Way(2, "straight", "10.20.*")
    assert choose([INNER, straight], DEVICE) == (Hop("jump1"), Hop("jump2", 22, "mira"))
    assert choose([straight, INNER], DEVICE) == ()


@pytest.mark.parametrize(
    ("names", "sites", "fits"),
    [
        ("AMS-*", "", True),
        ("rot-* 10.20.1.*", "", True),
        ("", "amster*", True),
        ("ams-*", "Rotterdam", False),
        ("rot-*", "", False),
        ("", "", True),
    ],
)
def test_names_addresses_and_sites_are_patterns(names: str, sites: str, fits: bool) -> None:
    assert bool(choose([Way(1, "x", names, sites, "jump")], DEVICE)) is fits


@pytest.mark.parametrize(
    ("names", "fits"),
    [
        ("tag:behind-bastion", True),
        ("Tag:behind-*", True),
        ("rot-* tag:behind-bastion", True),
        ("ams-* tag:other", True),
        ("rot-* tag:other", False),
        ("tag:other", False),
        ("tag:", False),
        ("*bastion", False),
    ],
)
def test_a_pattern_may_ask_for_a_tag(names: str, fits: bool) -> None:
    device = replace(DEVICE, tags=("behind-bastion", "edge"))
    assert bool(choose([Way(1, "x", names, "", "jump")], device)) is fits
    assert not choose([Way(1, "x", "tag:*", "", "jump")], DEVICE)


def test_a_jump_host_is_reached_through_those_before_it() -> None:
    way = Way(1, "x", "", "", "jump>Other>last")
    assert choose([way], Subject(address="jump")) == ()
    assert choose([way], Subject(address="10.0.0.2", name="other")) == (Hop("jump"),)
    assert choose([way], Subject(address="10.0.0.9")) == hops_of(way)


def test_a_way_is_kept_in_order() -> None:
    kept = check(Way(0, " to  core ", " ams-*   10.* ", "", "jump1, mira@jump2:22022"))
    assert (kept.name, kept.names, kept.hops) == (
        "to core",
        "ams-* 10.*",
        "jump1>mira@jump2:22022",
    )


@pytest.mark.parametrize(
    ("way", "field"),
    [
        (Way(0, " "), "name"),
        (Way(0, "x", "y" * 401), "names"),
        (Way(0, "x", hops="-oProxyCommand=x"), "host"),
    ],
)
def test_what_cannot_be_is_refused_by_its_field(way: Way, field: str) -> None:
    with pytest.raises(Invalid) as told:
        check(way)
    assert told.value.field == field
