"""Regions, sites, devices: by zoom, without flicker."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from noc_console.views.topology.hulls import Outlined, outlined
from noc_console.views.topology.levels import Level, level_at
from noc_console.views.topology.scene import Scene
from tests.views.topology.drawn import graph, places


@pytest.fixture
def known() -> Outlined:
    return outlined(Scene.of(graph(), places()))


def level(known: Outlined, scale: float, before: Level | None = None) -> Level:
    return level_at(known, scale, before, sites_only=False)


def test_the_nearer_the_finer(known: Outlined) -> None:
    levels = [level(known, scale) for scale in (0.01, 0.1, 0.5, 1.0)]
    assert levels == [Level.SITES, Level.SITES, Level.DEVICES, Level.DEVICES]


def test_around_the_border_the_level_stays_what_it_is(known: Outlined) -> None:
    border = next(s for s in np.geomspace(0.01, 1, 2000) if level(known, s) is Level.DEVICES)
    for scale in (border * 0.95, border * 1.05):
        assert level(known, scale, Level.SITES) is Level.SITES
        assert level(known, scale, Level.DEVICES) is Level.DEVICES
    assert level(known, border * 1.12, Level.SITES) is Level.DEVICES
    assert level(known, border * 0.88, Level.DEVICES) is Level.SITES


def test_crowded_sites_are_bubbles_though_they_are_large(known: Outlined) -> None:
    scale = 0.5
    assert level(replace(known, size=4.0), scale) is Level.DEVICES
    assert level(replace(known, size=4000.0), scale) is Level.SITES


def test_many_sites_are_taken_together_when_they_crowd(known: Outlined) -> None:
    many = replace(known, regions=known.sites, apart=2000.0)
    assert level(many, 0.01) is Level.REGIONS
    assert level(many, 0.05) is Level.SITES
    assert level(many, 0.033, Level.REGIONS) is Level.REGIONS
    assert level(many, 0.031, Level.SITES) is Level.SITES


def test_who_wants_sites_never_sees_devices(known: Outlined) -> None:
    assert level_at(known, 2.0, None, sites_only=True) is Level.SITES
    assert level_at(outlined(Scene()), 2.0, None, sites_only=True) is Level.DEVICES
