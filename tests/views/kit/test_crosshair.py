"""One crosshair for several graphs."""

from __future__ import annotations

from noc_console.views.kit.crosshair import MOST, Crosshair, ZoomHistory
from noc_console.views.kit.curves import Span


def test_who_listens_hears_each_moment_once() -> None:
    hub, heard = Crosshair(), list[float | None]()
    hub.moved.connect(heard.append)
    for at in (5.0, 5.0, 6.0, None, None):
        hub.point(at)
    assert heard == [5.0, 6.0, None]


def test_the_way_back_leads_through_every_span_to_the_beginning() -> None:
    history = ZoomHistory()
    spans = [Span(0.0, float(n)) for n in (90, 60, 30)]
    for span in spans:
        history.leave(span)
        history.leave(span)
    assert [history.back() for _ in range(4)] == [*reversed(spans), None]


def test_the_history_is_bounded_and_can_be_forgotten() -> None:
    history = ZoomHistory()
    for n in range(2 * MOST):
        history.leave(Span(0.0, n + 1.0))
    assert len(history) == MOST
    history.forget()
    assert history.back() is None
