"""A grid keeps its size whatever room there is, and all of it is seen."""

from __future__ import annotations

from noc_console.adapters.terminal.ghostty import GhosttyEngine
from noc_console.services.terminal.model import Size
from noc_console.views.terminal.keeping import KeptSize
from noc_console.views.terminal.looks import TerminalLooks
from noc_console.views.terminal.screen import ScreenView
from tests.views.conftest import shown, until


async def test_a_grid_keeps_its_size_in_smaller_letters(
    engine: GhosttyEngine, looks: TerminalLooks
) -> None:
    view = ScreenView(engine, looks)
    kept = KeptSize(view, Size(132, 43))
    shown(view, 900, 600)
    await until(lambda: engine.size == Size(132, 43) and view.zoom < 0)
    width, height = view.cell
    assert width * 132 <= view.width() and height * 43 <= view.height()
    before = view.zoom
    view.resize(1900, 1200)
    await until(lambda: view.zoom > before)
    assert engine.size == Size(132, 43)
    kept.keep(Size(80, 24))
    assert engine.size == Size(80, 24) and view.zoom == 0
