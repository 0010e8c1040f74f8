"""Bounds of names, views and drawings."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from noc_console.kernel.errors import Invalid
from noc_console.services.maps.model import Drawing, DrawingKind, MapId, NetworkMap
from noc_console.services.maps.rules import check

NOTE = Drawing("0" * 32, DrawingKind.NOTE, 0.0, 0.0, 100.0, 50.0, "text")
LINE = replace(NOTE, kind=DrawingKind.LINE, points=((0.0, 0.0), (1.0, 1.0)))


@pytest.mark.parametrize(
    "wrong",
    [
        replace(NOTE, id="x"),
        replace(NOTE, x=float("nan")),
        replace(NOTE, y=1e9),
        replace(NOTE, width=-1.0),
        replace(NOTE, height=float("inf")),
        replace(NOTE, opacity=0.0),
        replace(NOTE, z=10**9),
        replace(NOTE, text="x" * 4001),
        replace(NOTE, text="\n" * 201),
        replace(NOTE, text="a\x00b"),
        replace(NOTE, text="\u202eevil"),
        replace(NOTE, points=((0.0, 0.0),)),
        replace(NOTE, image="0" * 64),
        replace(NOTE, kind=DrawingKind.IMAGE),
        replace(NOTE, kind=DrawingKind.IMAGE, image="../etc/passwd"),
        replace(LINE, points=((0.0, 0.0),)),
        replace(LINE, points=((0.0, 0.0), (2.0, 1.0))),
        replace(LINE, kind=DrawingKind.POLYGON),
        replace(LINE, points=((0.0, 0.0),) * 501),
    ],
)
def test_a_drawing_out_of_bounds_is_refused(wrong: Drawing) -> None:
    with pytest.raises(Invalid):
        check.drawing(wrong)


def test_a_drawing_within_bounds_is_itself() -> None:
    assert check.drawing(NOTE) == NOTE
    assert check.drawing(LINE) == LINE


@given(st.text(max_size=6000))
def test_whatever_was_pasted_becomes_a_note_that_may_be_kept(pasted: str) -> None:
    kept = check.clean(pasted)
    assert check.text(kept) == kept


def test_a_copy_gets_the_first_free_name() -> None:
    taken = tuple(
        NetworkMap(MapId(at), name) for at, name in enumerate(("Core", "Core COPY", "Core copy 2"))
    )
    assert check.free_copy("Core", taken) == "Core copy 3"
    assert len(check.free_copy("x" * 80, taken)) <= check.LONGEST_NAME
