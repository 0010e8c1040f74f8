"""What lies over the map."""

from __future__ import annotations

from PySide6.QtGui import QImage

from noc_console.views.topology.canvas import MapCanvas
from noc_console.views.topology.marks import NO_MARKS, Mark, Marks
from tests.views.conftest import shown
from tests.views.topology.drawn import graph, places


def _picture(canvas: MapCanvas) -> QImage:
    return canvas.grab().toImage()


async def test_marks_set_parts_off_and_dim_the_rest() -> None:
    canvas = MapCanvas()
    shown(canvas)
    canvas.show_graph(graph(), places())
    plain = _picture(canvas)
    canvas.mark(Marks(devices={0: Mark("attention.plain")}, links={0: Mark()}, dim=True))
    marked = _picture(canvas)
    assert marked != plain
    spot = canvas.spot_of(7)
    assert marked.pixelColor(spot).lightness() != plain.pixelColor(spot).lightness()
    canvas.mark(NO_MARKS)
    assert _picture(canvas) == plain


async def test_the_rubber_band_is_seen() -> None:
    canvas = MapCanvas()
    shown(canvas)
    canvas.show_graph(graph(), places())
    plain = _picture(canvas)
    canvas.stretch_rubber(canvas.rect().toRectF().adjusted(100, 100, -100, -100))
    assert _picture(canvas) != plain
