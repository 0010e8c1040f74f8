"""What a wall board turns through."""

from __future__ import annotations

from PySide6.QtCore import Qt

from noc_console.views.kit.desk import Desk
from noc_console.views.wallboard.scene import WallScene


async def test_a_scene_takes_neither_mouse_nor_keys(desk: Desk) -> None:
    scene = WallScene(desk, 1.5)
    assert scene.testAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
    assert scene.focusPolicy() is Qt.FocusPolicy.NoFocus
    assert scene.shots() == ("",)
