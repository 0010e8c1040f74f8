"""Hops as people write them, there and back."""

from __future__ import annotations

import pytest

from noc_console.kernel.errors import Invalid
from noc_console.services.ways.hops import MOST_HOPS, parse_hop, parse_way
from noc_console.services.ways.model import Hop


def test_a_hop_is_written_as_it_is_read() -> None:
    assert parse_hop("me@[fe80::1%eth0]:22022").text == "me@[fe80::1%eth0]:22022"


def test_a_way_is_read_by_arrows_and_commas() -> None:
    told = (Hop("jump1"), Hop("jump2", 22022, "mira"))
    assert parse_way("jump1 > mira@jump2:22022") == parse_way("jump1,mira@jump2:22022") == told


def test_nobody_jumps_for_ever() -> None:
    assert len(parse_way(">".join(["a"] * (MOST_HOPS + 1)))) == MOST_HOPS + 1
    with pytest.raises(Invalid, match="at most"):
        parse_way(">".join(["a"] * (MOST_HOPS + 2)))
