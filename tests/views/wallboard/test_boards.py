"""Dashboards on the wall."""

from __future__ import annotations

from dataclasses import replace

from noc_console.services.boards.model import BoardId
from noc_console.views.boards.content import BoardServices
from noc_console.views.kit.desk import Desk
from noc_console.views.wallboard.boards import BoardsScene
from tests.views.boards.conftest import BOARD, services  # noqa: F401
from tests.views.conftest import shown, until
from tests.views.graphs.conftest import measured  # noqa: F401
from tests.views.probes.conftest import probed  # noqa: F401


async def test_boards_with_tiles_take_turns_and_fill_the_wall(
    desk: Desk,
    services: BoardServices,  # noqa: F811
) -> None:
    kept = await services.boards.keep(desk.actor, board=BOARD)
    await services.boards.add(desk.actor, name="Empty")
    scene = BoardsScene(desk, 1.5, services, only=(int(kept.id),))
    shown(scene, 1600, 900)
    await until(scene.shots)
    assert scene.shots() == ("Night",)
    lowest = max(frame.geometry().bottom() for frame in scene.view.grid.frames.values())
    assert 0.8 < lowest / scene.view.viewport().height() <= 1.0
    assert all(frame.is_locked for frame in scene.view.grid.frames.values())


async def test_every_board_is_a_shot(
    desk: Desk,
    services: BoardServices,  # noqa: F811
) -> None:
    scene = BoardsScene(desk, 1.5, services)
    shown(scene, 1600, 900)
    scene.show_boards([replace(BOARD, id=BoardId(n), name=f"B{n}") for n in (1, 2)])
    assert scene.shots() == ("B1", "B2")
    scene.show_shot(1)
    assert scene.view.board.name == "B2"
    scene.show_shot(9)
    assert scene.view.board.name == "B1"
