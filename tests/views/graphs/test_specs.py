"""Graphs as text."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from noc_console.views.graphs.specs import (
    COMPARED,
    HEATS,
    MEASURES,
    MOST_CURVES,
    SPANS,
    CurveSpec,
    Query,
    curve_specs,
    is_link,
    parse,
)
from noc_console.views.kit.curves import Span
from noc_console.views.kit.drawing import Manner, Mode

curves = st.sampled_from(
    [(kind, measure.word) for kind, known in MEASURES.items() for measure in known]
).flatmap(lambda one: st.builds(CurveSpec, st.just(one[0]), st.integers(0, 2**62), st.just(one[1])))
levels = st.none() | st.floats(-1e6, 1e6).map(lambda value: float(f"{value:g}"))
queries = st.builds(
    Query,
    panels=st.lists(
        st.lists(curves, min_size=1, max_size=6, unique=True).map(tuple), max_size=5
    ).map(tuple),
    span=st.sampled_from(list(SPANS)),
    fixed=st.none()
    | st.builds(
        lambda start, length: Span(float(start), float(start + length)),
        st.integers(1, 4_000_000_000),
        st.integers(1, 100_000_000),
    ),
    compare=st.sampled_from(["", *COMPARED]),
    heat=st.sampled_from(["", *HEATS]),
    has_marks=st.booleans(),
    saved=st.none() | st.integers(0, 10**17),
    manner=st.builds(
        Manner, st.sampled_from(Mode), st.booleans(), levels, levels, st.just(True), st.booleans()
    ),
)


@settings(deadline=None, max_examples=40)
@given(queries)
def test_a_query_reads_back_from_its_text(query: Query) -> None:
    found = parse(query.text())
    assert found.problems == ()
    assert [set(panel) for panel in found.panels] == [set(panel) for panel in query.panels]
    assert found.at(1e9) == query.at(1e9)
    for name in ("compare", "heat", "has_marks", "saved", "manner", "fixed"):
        assert getattr(found, name) == getattr(query, name), name


@settings(deadline=None, max_examples=40)
@given(queries)
def test_a_link_opens_the_same_graph_at_the_same_time(query: Query) -> None:
    link = query.link(1.7e9)
    assert is_link(link) and " " not in link
    found = parse(link)
    assert found.fixed == query.at(1.7e9) and set(found.curves) == set(query.curves)


@given(st.text(max_size=200))
def test_nothing_that_somebody_pastes_does_harm(text: str) -> None:
    found = parse(text)
    assert parse(found.text()).panels == found.panels


def test_an_object_alone_shows_what_matters_of_it() -> None:
    words = [spec.text for spec in curve_specs("interface:91 device:7 sensor:5 probe:3")]
    assert words == [
        *("interface:91/in", "interface:91/out"),
        *("device:7/cpu", "device:7/memory"),
        "sensor:5",
        *("probe:3/latency", "probe:3/loss"),
    ]
    assert Query(panels=(curve_specs("interface:91"),)).text() == "interface:91 span:24h"


@pytest.mark.parametrize(
    "word",
    ["interface:", "interface:x", "interface:-1", "interface:1/nothing", "device:" + "9" * 30,
     "gizmo:1", "interface:٣", "sensor:5/cpu", ":1", "/"],
)  # fmt: skip
def test_what_names_no_curve_is_told_of(word: str) -> None:
    assert curve_specs(word) == ()
    assert len(parse(word).problems) == 1


def test_options_that_cannot_be_are_told_of_and_left_out() -> None:
    found = parse("device:7 span:9y mode:pie low:nan from:yesterday to:today compare:eon")
    assert found.span == "24h" and found.manner == Manner() and found.fixed is None
    assert len(found.problems) == 5
    assert parse("device:7 from:2026-03-01T12:00 to:2026-03-01T13:00").fixed is None, "no zone"
    assert parse("device:7 from:2026-03-02T00:00:00Z to:2026-03-01T00:00:00Z").fixed is None


def test_there_is_a_most_of_everything() -> None:
    text = " | ".join(f"device:{n}/cpu device:{n}/memory" for n in range(500))
    found = parse(text)
    assert len(found.curves) <= MOST_CURVES and len(found.panels) <= 24
    assert len(curve_specs(text)) == MOST_CURVES
