"""The map's colours."""

from __future__ import annotations

import itertools

import pytest
from PySide6.QtGui import QColor

from noc_console.services.alarms.model import Severity
from noc_console.views.kit.severity import severity_color
from noc_console.views.kit.theme import Look, contrast
from noc_console.views.topology.ink import (
    DOWN,
    LOUD_FROM,
    MISSING,
    STEPS,
    UNKNOWN,
    Ink,
    Ramp,
    ink,
)
from tests.views.topology.sight import SIGHT, apart, seen

CALM_APART = 2.0
"""CIE76 ΔE: one just sees that neighbouring healthy tones differ; the width tells no more."""
LOUD_APART = 13.0
"""Trouble is told at a glance."""


@pytest.fixture(params=["dark", "light"])
def each(request: pytest.FixtureRequest, dressed: Look) -> Ink:
    dressed.use(request.param)
    return ink()


def test_there_are_ten_tones_then_unknown_down_and_missing(each: Ink) -> None:
    assert (UNKNOWN, DOWN, MISSING) == (STEPS, STEPS + 1, STEPS + 2)
    for ramp in Ramp:
        assert len(ink(ramp).links) == STEPS + 3
        assert ink(ramp).loud == LOUD_FROM[ramp]
    assert each.links[DOWN] == severity_color(Severity.MAJOR)


def test_a_busier_link_stands_out_more(each: Ink) -> None:
    visible = [contrast(color, each.ground) for color in each.links[:STEPS]]
    assert visible == sorted(visible[:7]) + visible[7:]
    assert min(visible[7:]) >= 3.5


def test_a_healthy_link_has_little_colour(each: Ink) -> None:
    for color in each.links[: each.loud]:
        assert color.hslSaturationF() < 0.42
    for color in each.links[each.loud : STEPS]:
        assert color.hslSaturationF() > 0.6


@pytest.mark.parametrize("sight", SIGHT)
def test_neighbouring_tones_differ_for_every_kind_of_sight(each: Ink, sight: str) -> None:
    tones = [seen(color, sight) for color in each.links[:STEPS]]
    steps = [apart(one, other) for one, other in itertools.pairwise(tones)]
    assert min(steps[:6]) >= CALM_APART, steps
    assert min(steps[6:]) >= LOUD_APART, steps


@pytest.mark.parametrize("sight", SIGHT)
def test_trouble_never_looks_like_health(each: Ink, sight: str) -> None:
    tones = [seen(color, sight) for color in each.links[:STEPS]]
    for calm, loud in itertools.product(tones[:7], tones[7:]):
        assert apart(calm, loud) >= LOUD_APART


@pytest.mark.parametrize("sight", SIGHT)
def test_capacities_differ_for_every_kind_of_sight(each: Ink, sight: str) -> None:
    tones = [seen(color, sight) for color in ink(Ramp.STEPS).links[:8]]
    assert min(apart(one, other) for one, other in itertools.pairwise(tones)) >= CALM_APART


def test_the_classic_ramp_is_weathermaps_own(each: Ink) -> None:
    names = [color.name() for color in ink(Ramp.CLASSIC).links[1:8]]
    assert names == [
        "#8c00ff",
        "#2020ff",
        "#00c0ff",
        "#00f000",
        "#f0f000",
        "#ffc000",
        "#ff0000",
    ]


def test_loads_never_look_like_alarms(each: Ink) -> None:
    """Severity colours are used for nothing else (U3)."""
    for load, severity in itertools.product(each.links[:STEPS], each.severity[1:]):
        assert apart(seen(load, "full"), seen(severity, "full")) >= 8, (load, severity)


def test_words_and_signs_can_be_read(each: Ink) -> None:
    for text in (each.text, each.text_dim, each.text_bright):
        assert contrast(text, each.ground) >= 4.5
        assert contrast(text, each.hull) >= 4.5
    assert contrast(each.edge, each.hull) >= 3
    assert contrast(each.glyph, each.body) >= 3


def test_a_normal_map_is_grey(each: Ink) -> None:
    for color in (each.body, each.edge, each.glyph, each.hull, each.hull_edge):
        assert color.hslSaturationF() < 0.35


def test_sight_leaves_grey_alone() -> None:
    grey = QColor("#808080")
    for sight in SIGHT:
        assert apart(seen(grey, sight), seen(grey, "full")) < 2.0
