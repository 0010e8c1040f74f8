"""What operators write on ports."""

from __future__ import annotations

import pytest

from noc_console.services.inspection.collectors.descriptions import neighbours, parse
from noc_console.services.inventory.model import SeenInterface


@pytest.mark.parametrize(
    ("alias", "told"),
    [
        ("to core-2 et-0/0/3", ("core-2", "et-0/0/3")),
        ("Link to core-2.example.net", ("core-2.example.net", "")),
        ("-> ams-agg-1:Ethernet11", ("ams-agg-1", "Ethernet11")),
        ("core-2:et-0/0/3", ("core-2", "et-0/0/3")),
        ("uplink agg-1 1/1/3", ("agg-1", "1/1/3")),
        ("Peer: ams-edge-1, xe-0/0/7", ("ams-edge-1", "xe-0/0/7")),
    ],
)
def test_a_description_tells_where_the_cable_goes(alias: str, told: tuple[str, str]) -> None:
    assert parse(alias) == told


@pytest.mark.parametrize("alias", ["", "customer 4711", "spare", "to the attic", "10G"])
def test_other_descriptions_tell_nothing(alias: str) -> None:
    assert parse(alias) is None


def test_the_row_is_kept_as_evidence() -> None:
    (found,) = neighbours([SeenInterface(7, "ge7", alias="to core-2"), SeenInterface(8, "ge8")])
    assert (found.if_index, found.remote_name, found.raw) == (7, "core-2", "ifAlias.7 = to core-2")
