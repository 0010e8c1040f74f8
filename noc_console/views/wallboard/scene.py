"""What a wall board turns through: scenes, each with one or more shots."""

from __future__ import annotations

from typing import ClassVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from noc_console.views.kit.desk import Desk
from noc_console.views.kit.page import Page


class WallScene(Page):
    """One picture for people who stand metres away. It takes no mouse and no keys.

    Addresses, serial numbers and whatever else is nobody's business on a wall is not drawn.
    """

    name: ClassVar[str] = ""

    def __init__(self, desk: Desk, zoom: float, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent=parent)
        self.zoom = zoom
        """How much larger than on a desk everything is."""
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def shots(self) -> tuple[str, ...]:
        """What it can show now, by name; empty to be passed over."""
        return (self.name,)

    def show_shot(self, at: int) -> None:
        """Show one of `shots`."""
