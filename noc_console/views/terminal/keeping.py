"""A grid that keeps its size, as of a recording, in letters so small that all of it is seen."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QTimer

from noc_console.services.terminal.model import Size
from noc_console.views.terminal.glyphs import LARGEST_PX, SMALLEST_PX
from noc_console.views.terminal.screen import ScreenView

BAR = 20
"""Pixels that the scroll bar and the edges take."""


class KeptSize(QObject):
    """Goes with a screen; `keep` says another size."""

    def __init__(self, view: ScreenView, size: Size) -> None:
        super().__init__(view)
        self._view = view
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(30)
        self._soon.timeout.connect(self.shrink)
        view.installEventFilter(self)
        self.keep(size)

    def keep(self, size: Size) -> None:
        """The grid has this size from now on, before anything more is shown."""
        self._view.fixed = size
        self._view.dress()
        self.shrink()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Resize, QEvent.Type.Show):
            self._soon.start()
        return False

    def shrink(self) -> None:
        """Letters as chosen, or smaller where the grid has no room else."""
        view, grid = self._view, self._view.fixed
        if grid is None or not view.isVisible():
            return
        px, zoom = view.looks.chosen.px, 0
        room_x, room_y = max(1, view.width() - BAR), max(1, view.height() - BAR // 2)
        for _ in range(LARGEST_PX):
            view.set_zoom(zoom)
            width, height = view.cell
            need = max(grid.columns * width / room_x, grid.rows * height / room_y)
            if need <= 1 or px + zoom <= SMALLEST_PX:
                return
            # Cells are whole pixels: a first guess, then one by one.
            guess = int((px + zoom) / need) - px
            zoom = max(SMALLEST_PX - px, min(zoom - 1, guess))
