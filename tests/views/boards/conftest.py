"""Boards over a small measured network."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable

import pytest

from noc_console.db.database import Database
from noc_console.services.boards.model import (
    NEW,
    Board,
    Options,
    Place,
    Tile,
    TileKind,
    options,
)
from noc_console.services.boards.ready import ReadyBoards
from noc_console.services.boards.service import BoardService
from noc_console.services.inventory.listed import Listing
from noc_console.services.top.service import TopService
from noc_console.services.topology.service import TopologyService
from noc_console.views.boards.content import BoardServices, Content, Context
from noc_console.views.boards.kinds import made
from noc_console.views.kit.crosshair import Crosshair
from noc_console.views.kit.desk import Desk
from noc_console.views.kit.tasks import settled
from tests.views.conftest import shown
from tests.views.graphs.conftest import Measured, measured  # noqa: F401
from tests.views.probes.conftest import probed  # noqa: F401

NOTE = options(text="call <b>Ada</b>")


def tile(number: int, kind: TileKind, x: int, y: int, w: int, h: int, **told: str) -> Tile:
    return Tile(number, kind, Place(x, y, w, h), options=options(**told))


BOARD = Board(
    NEW,
    "Night",
    tiles=(
        tile(1, TileKind.NOTE, 0, 0, 8, 4, text="one"),
        tile(2, TileKind.NOTE, 8, 0, 8, 4, text="two"),
        tile(3, TileKind.CLOCK, 0, 4, 8, 4),
    ),
)


@pytest.fixture
async def services(
    store: Database,
    measured: Measured,  # noqa: F811
) -> AsyncIterator[BoardServices]:
    world = measured.world
    top = TopService(
        Listing(store),
        world.samples,
        clock=world.clock,
        inventory=world.inventory,
        telemetry=world.telemetry,
        probes=measured.probed.service,
    )
    topology = TopologyService(
        world.inventory, world.alarms, world.telemetry, store, clock=world.clock
    )
    yield BoardServices(
        boards=BoardService(store, clock=world.clock, ready=ReadyBoards(top)),
        top=top,
        alarms=world.alarms,
        inventory=world.inventory,
        telemetry=world.telemetry,
        probes=measured.probed.service,
        topology=topology,
        source=measured.source,
    )
    await settled()
    topology.close()


@pytest.fixture
def context(desk: Desk, services: BoardServices) -> Context:
    return Context(desk, services, Crosshair(), lambda: "6h")


Load = Callable[..., "Loading"]


class Loading:
    """A content of its own window, loaded on demand."""

    def __init__(self, content: Content) -> None:
        self.content = content
        shown(content, 500, 260)

    async def load(self) -> Content:
        self.content.show_loaded(await self.content.load())
        self.content.grab()
        return self.content


@pytest.fixture
def content(context: Context) -> Callable[..., Loading]:
    """Makes the content of a tile: `content(TileKind.NOTE, text="…")`."""

    def make(kind: TileKind, *, span: str = "", **told: str) -> Loading:
        given: Options = options(**told)
        return Loading(made(context, Tile(1, kind, Place(0, 0, 8, 6), "", given, span)))

    return make
