"""What the window is made of."""

from __future__ import annotations

from noc_console.kernel.actor import Actor
from noc_console.views.kit.desk import Desk
from noc_console.views.kit.page import Page
from noc_console.views.shell.spec import PageSpec, Sources
from noc_console.views.shell.window import MainWindow
from tests.views.world import World


async def test_a_page_is_made_when_first_seen_and_a_forbidden_one_never(
    desk: Desk, world: World
) -> None:
    made: list[str] = []

    class Empty(Page):
        def reload(self) -> None:
            made.append("loaded")

    def make(desk: Desk) -> Page:
        made.append("made")
        return Empty(desk)

    guest = Actor("guest", "acme", frozenset({"alarms.see"}))
    sources: Sources = world.sources(guest)
    assert sources.interval_s == 60.0
    specs = (
        PageSpec("first", "First", "map", lambda d: Empty(d)),
        PageSpec("later", "Later", "lab", make),
    )
    window = MainWindow(desk, specs, sources)
    assert made == []
    window.page("later")
    window.page("later")
    assert made == ["made"]
