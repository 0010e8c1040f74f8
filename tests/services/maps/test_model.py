"""Maps as values."""

from __future__ import annotations

import pytest

from noc_console.services.maps.model import MAIN, MAIN_MAP, MapId, NetworkMap, map_of


@pytest.mark.parametrize("wanted", [MAIN_MAP, NetworkMap(MapId(7), "Core")])
def test_a_map_is_found_again_by_the_name_of_its_positions(wanted: NetworkMap) -> None:
    assert map_of(wanted.view) == wanted.id


@pytest.mark.parametrize("view", ["", "main", "map:", "map:x", "plan:3"])
def test_any_other_name_means_the_main_map(view: str) -> None:
    assert map_of(view) == MAIN
