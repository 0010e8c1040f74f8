"""What the shade of a link says, layer by layer."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from noc_console.services.inventory.model import InterfaceId
from noc_console.services.topology.model import Edge, Light, LinkState, Load
from noc_console.views.topology import shading
from noc_console.views.topology.ink import DOWN, LOUD_FROM, MISSING, STEPS, UNKNOWN
from noc_console.views.topology.shading import Shading
from tests.views.topology.drawn import AT, G, edge


def shades(layer: Shading, *edges: Edge) -> list[list[int]]:
    return layer.shades(edges, AT).tolist()


def ported(given: Edge) -> Edge:
    return replace(given, a=replace(given.a, interface_id=InterfaceId(7)))


def loaded(**load: object) -> Edge:
    return ported(replace(edge(1, 1, 2), load=Load(state=LinkState.UP, at=AT, **load)))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("share", "step"), [(0.0, 0), (0.09, 0), (0.1, 1), (0.69, 6), (0.7, 7), (0.95, 9), (1.7, 9)]
)
def test_loads_go_into_steps_of_ten_per_cent(share: float, step: int) -> None:
    assert shades(shading.LOAD, edge(1, 1, 2, ab=share)) == [[step, 1]]


@pytest.mark.parametrize(
    ("share", "step"), [(0.0, 0), (0.05, 1), (0.24, 2), (0.39, 3), (0.6, 5), (0.7, 6), (1.2, 7)]
)
def test_the_classic_layer_has_weathermaps_steps(share: float, step: int) -> None:
    assert shades(shading.CLASSIC, edge(1, 1, 2, ab=share, ba=share)) == [[step, step]]


def test_a_known_port_without_a_counter_is_missing_an_unknown_one_is_not() -> None:
    blind = edge(1, 1, 2, ab=None, ba=None)
    assert shades(shading.LOAD, blind, ported(blind)) == [[UNKNOWN] * 2, [MISSING] * 2]
    assert shades(shading.LOAD, ported(edge(1, 1, 2, ab=None))) == [[MISSING, 1]]


def test_an_old_load_is_nobodys_load() -> None:
    old, young = edge(1, 1, 2, age_s=301), edge(2, 2, 3, age_s=299)
    assert shades(shading.LOAD, ported(old), young) == [[MISSING] * 2, [1, 1]]


def test_a_link_that_is_down_is_down_in_every_layer() -> None:
    dead = edge(1, 1, 2, state=LinkState.DOWN)
    for layer in shading.SHADINGS:
        assert shades(layer, dead) == [[DOWN, DOWN]]


@pytest.mark.parametrize(
    ("errors", "discards", "tone"),
    [
        (None, None, MISSING),
        (0.0, 0.0, 0),
        (0.0, None, 0),
        (0.005, 0.0, 2),
        (0.05, 0.0, 4),
        (0.4, 0.7, 8),
        (0.2, 0.3, 7),
        (9.0, 1.0, 9),
    ],
)
def test_errors_and_discards_are_frames_lost(
    errors: float | None, discards: float | None, tone: int
) -> None:
    given = loaded(ab_errors=errors, ab_discards=discards, ba_errors=0.0)
    assert shades(shading.ERRORS, given) == [[tone, 0]]


@pytest.mark.parametrize(
    ("light", "tone"),
    [
        (None, UNKNOWN),
        (Light(-9.0), UNKNOWN),
        (Light(-8.0, low=-15.0), 0),
        (Light(-10.0, low=-15.0), 2),
        (Light(-12.5, low=-15.0), 4),
        (Light(-13.5, low=-15.0), 7),
        (Light(-14.5, low=-15.0), 8),
        (Light(-15.5, low=-15.0), 9),
        (Light(2.5, low=-15.0, high=2.0), 9),
    ],
)
def test_light_is_room_to_the_limit(light: Light | None, tone: int) -> None:
    assert shades(shading.LIGHT, loaded(ba_light=light)) == [[UNKNOWN, tone]]


@pytest.mark.parametrize(
    ("speed", "tone"),
    [(0, UNKNOWN), (10**7, 0), (10**8, 1), (G, 2), (10 * G, 3), (100 * G, 6), (800 * G, 7)],
)
def test_capacity_is_never_trouble(speed: int, tone: int) -> None:
    assert shades(shading.CAPACITY, edge(1, 1, 2, speed=speed)) == [[tone, tone]]
    assert LOUD_FROM[shading.CAPACITY.ramp] >= STEPS


@pytest.mark.parametrize(
    ("age_s", "tone"), [(1, 0), (45, 1), (100, 3), (200, 5), (400, 7), (1000, 8), (9000, 9)]
)
def test_age_is_told_however_old(age_s: float, tone: int) -> None:
    assert shades(shading.AGE, edge(1, 1, 2, age_s=age_s)) == [[tone, tone]]


@pytest.mark.parametrize(("score", "tone"), [(100, 0), (95, 0), (94, 2), (60, 5), (59, 7), (5, 9)])
def test_a_poorly_proven_link_is_loud(score: int, tone: int) -> None:
    assert shades(shading.PROOF, replace(edge(1, 1, 2), score=score)) == [[tone, tone]]


@pytest.mark.parametrize(
    ("layer", "words"),
    [
        (shading.LOAD, ("1.00 Gb/s", "2.00 Gb/s")),
        (shading.ERRORS, ("0.4/s", "")),
        (shading.LIGHT, ("-9.3 dBm", "")),
        (shading.CAPACITY, ("10 Gb/s", "")),
        (shading.AGE, ("0 s", "")),
        (shading.PROOF, ("95", "")),
    ],
)
def test_labels_carry_units(layer: Shading, words: tuple[str, str]) -> None:
    given = loaded(
        ab_bps=1e9, ba_bps=2e9, ab_errors=0.4, ba_errors=0.0, ab_light=Light(-9.31, low=-15.0)
    )
    assert layer.words(given, AT) == words


def test_nothing_known_says_nothing() -> None:
    blind = replace(edge(1, 1, 2, ab=None, ba=None), speed_bps=0)
    for layer in shading.SHADINGS:
        if layer is not shading.PROOF:
            assert not any(layer.words(blind, AT))
    stale = edge(1, 1, 2, age_s=3600)
    assert shading.LOAD.words(stale, AT) == ("", "")
    assert shading.AGE.words(stale, AT) == ("1 h", "")


def test_a_rare_error_is_not_rounded_away() -> None:
    assert [shading.per_second(count) for count in (None, 0.0, 0.01, 0.26, 3.0, 12.4)] == [
        "", "0/s", "<0.1/s", "0.3/s", "3/s", "12/s",
    ]  # fmt: skip


def test_every_layer_has_a_tone_for_each_of_its_steps() -> None:
    for layer in shading.SHADINGS:
        assert len(layer.tones) == len(layer.bounds) + 1 == len(layer.marks) + 1
        assert list(layer.bounds) == sorted(layer.bounds)
        assert list(layer.tones) == sorted(layer.tones)
        assert max(layer.tones) < STEPS


def test_the_worst_of_some_shades_is_found_by_weight() -> None:
    every = np.arange(STEPS + 3)
    assert shading.shade_of(shading.weight_of(every)).tolist() == every.tolist()
    ordered = [UNKNOWN, MISSING, *range(STEPS), DOWN]
    assert np.argsort(shading.weight_of(every)).tolist() == ordered


def test_no_links_have_no_shades() -> None:
    assert shading.LOAD.shades((), AT + timedelta(1)).shape == (0, 2)


def test_trouble_is_loud_or_down() -> None:
    every = np.arange(STEPS + 3)
    assert every[shading.is_trouble(every, 7)].tolist() == [7, 8, 9, DOWN]
    assert every[shading.is_trouble(every, STEPS)].tolist() == [DOWN]
