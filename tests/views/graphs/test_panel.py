"""One graph of the page."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QMimeData, QPointF, Qt
from PySide6.QtGui import QDropEvent

from noc_console.views.graphs.finder import MIME
from noc_console.views.graphs.loading import Loaded
from noc_console.views.graphs.panel import GraphPanel, arranged
from noc_console.views.graphs.specs import curve_specs
from noc_console.views.kit.crosshair import Crosshair
from noc_console.views.kit.curves import Curve, Span
from noc_console.views.kit.desk import Desk
from noc_console.views.kit.drawing import Limit, Manner

SPAN = Span(1_000_000.0, 1_003_600.0)
TIMES = np.linspace(SPAN.start, SPAN.end, 61)


def curve(spec: str, name: str, unit: str) -> Curve:
    return Curve(name, TIMES, np.arange(61.0), unit=unit, spec=spec)


def loaded() -> Loaded:
    curves = (
        curve("interface:1/in", "ge-0 @ a in", "b/s"),
        curve("device:2/cpu", "<b>a</b> CPU", "%"),
        curve("interface:1/out", "ge-0 @ a out", "b/s"),
    )
    return Loaded(SPAN, curves, {"device:2/cpu": (Limit(80.0, "80 %"),)})


def test_a_panel_is_as_many_graphs_as_it_has_units_in_their_order() -> None:
    panels = (curve_specs("interface:1 device:2/cpu"),)
    found = arranged(panels, loaded())
    assert [(one.unit, len(one.curves)) for one in found] == [("b/s", 2), ("%", 1)]
    assert found[0].title == "Traffic · ge-0 @ a" and found[1].limits[0].value == 80.0
    assert [c.key for c in found[0].curves] == ["in", "out"]


def test_the_same_curve_may_stand_in_two_panels() -> None:
    panels = (curve_specs("interface:1"), curve_specs("interface:1/in"), curve_specs("device:9"))
    assert [len(one.curves) for one in arranged(panels, loaded())] == [2, 1]


def test_a_hostile_name_is_shown_as_text(desk: Desk) -> None:
    panel = GraphPanel(desk.times, Crosshair())
    (shown,) = arranged((curve_specs("device:2/cpu"),), loaded())
    panel.show_graph(shown, SPAN, Manner(), None)
    assert panel.title.whole().endswith("<b>a</b>")
    assert panel.title.textFormat() == Qt.TextFormat.PlainText
    assert panel.snapshot().curves == shown.curves


def test_a_graph_under_a_moving_hand_keeps_the_hands_span(desk: Desk) -> None:
    panel = GraphPanel(desk.times, Crosshair())
    panel.resize(600, 300)
    (shown,) = arranged((curve_specs("device:2/cpu"),), loaded())
    panel.show_graph(shown, SPAN, Manner(), None)
    panel.graph.plot.zoom(0.5, SPAN.end)
    near = panel.graph.span
    panel.show_graph(shown, SPAN, Manner(), None)
    assert panel.graph.span == near != SPAN


def test_what_is_dropped_is_told_and_other_things_are_not_taken(desk: Desk) -> None:
    panel = GraphPanel(desk.times, Crosshair())
    words: list[str] = []
    panel.dropped.connect(words.append)
    mime = QMimeData()
    mime.setData(MIME, b"interface:9 \xff")
    event = QDropEvent(
        QPointF(5, 5),
        Qt.DropAction.CopyAction,
        mime,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    panel.dropEvent(event)
    assert words and curve_specs(words[0])[0].id == 9
