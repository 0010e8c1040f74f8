"""The frame of what stands at the right side of the map."""

from __future__ import annotations

from noc_console.views.kit.icons import IconButton
from noc_console.views.topology.side import SidePanel


async def test_its_button_asks_to_be_closed() -> None:
    panel, closed = SidePanel("Weak points"), []
    panel.closed.connect(lambda: closed.append(1))
    panel.findChild(IconButton).click()
    assert closed == [1] and panel.title.whole() == "Weak points"
