"""Back and forward, as in a browser."""

from __future__ import annotations

from noc_console.views.kit.desk import Route
from noc_console.views.shell.history import LIMIT, History

A, B, C = Route("a"), Route("b", id=1), Route("c", text="x")


def test_back_and_forward_walk_the_way() -> None:
    history = History()
    assert (history.back(), history.forward()) == (None, None)
    for place in (A, B, C):
        history.went(place)
    assert (history.back(), history.back(), history.back()) == (B, A, None)
    assert (history.forward(), history.forward(), history.forward()) == (B, C, None)


def test_going_somewhere_new_forgets_what_lay_ahead() -> None:
    history = History()
    for place in (A, B):
        history.went(place)
    history.back()
    history.went(C)
    assert not history.can_forward
    assert history.back() == A


def test_the_same_place_twice_is_one_step() -> None:
    history = History()
    for place in (A, A, Route("a")):
        history.went(place)
    assert not history.can_back


def test_the_way_is_not_kept_for_ever() -> None:
    history = History()
    for number in range(LIMIT * 3):
        history.went(Route("device", id=number))
    assert len(history.places) == LIMIT
    assert history.back() == Route("device", id=LIMIT * 3 - 2)
