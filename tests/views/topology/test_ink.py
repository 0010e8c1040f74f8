"""The map's colours."""

from __future__ import annotations

import pytest

from noc_console.services.alarms.model import Severity
from noc_console.views.kit.severity import severity_color
from noc_console.views.kit.theme import Look, contrast
from noc_console.views.topology.ink import DOWN, STEPS, UNKNOWN, Ink, ink


@pytest.fixture(params=["dark", "light"])
def each(request: pytest.FixtureRequest, dressed: Look) -> Ink:
    dressed.use(request.param)
    return ink()


def test_loads_have_ten_shades_then_unknown_and_down(each: Ink) -> None:
    assert len(each.links) == STEPS + 2 == DOWN + 1
    assert each.links[UNKNOWN] == each.links[UNKNOWN]
    assert each.links[DOWN] == severity_color(Severity.MAJOR)


def test_a_busier_link_stands_out_more(each: Ink) -> None:
    visible = [contrast(color, each.ground) for color in each.links[:STEPS]]
    assert visible[0] < visible[4] < visible[9]
    assert visible[9] > 7


def test_loads_never_look_like_alarms(each: Ink) -> None:
    """Severity colours are used for nothing else (U3)."""
    severities = {color.name() for color in each.severity[1:]}
    assert severities.isdisjoint(color.name() for color in each.links[:STEPS])


def test_words_and_signs_can_be_read(each: Ink) -> None:
    for text in (each.text, each.text_dim, each.text_bright):
        assert contrast(text, each.ground) >= 4.5
        assert contrast(text, each.hull) >= 4.5
    assert contrast(each.edge, each.hull) >= 3
    assert contrast(each.glyph, each.body) >= 3


def test_a_normal_map_is_grey(each: Ink) -> None:
    for color in (each.body, each.edge, each.glyph, each.hull, each.hull_edge):
        assert color.hslSaturationF() < 0.35
