"""Marks on the map."""

from __future__ import annotations

from noc_console.views.topology.marks import NO_MARKS, Mark, Marks


def test_marks_are_there_when_something_is_marked() -> None:
    assert not NO_MARKS and not Marks(dim=True)
    assert Marks(devices={3: Mark()}) and Marks(links={0: Mark(text="gone")})
