"""The first boards are made of what the network has."""

from __future__ import annotations

from noc_console.kernel.actor import Actor
from noc_console.services.boards import arranging
from noc_console.services.boards.model import Board, TileKind
from noc_console.services.boards.ready import ReadyBoards, network_now, optics, transit
from tests.services.top.conftest import Lists, lists  # noqa: F401


def words(board: Board, name: str) -> str:
    return " ".join(tile.option(name) for tile in board.tiles)


async def test_ports_called_transit_and_dim_light_find_their_boards(
    lists: Lists,  # noqa: F811
    operator: Actor,
) -> None:
    await lists.measure(minutes=1, megabits=(1, 1, 1), light=-13_000)
    made = await ReadyBoards(lists.top)(operator)
    assert [board.name for board in made] == ["Network now", "Transit and peering", "Optics"]
    for board in made:
        assert arranging.checked(board) == board
    ways, light = made[1], made[2]
    assert f"interface:{lists.ports[0]}/in" in words(ways, "curves")
    assert str(lists.ports[1]) not in words(ways, "curves").replace("/in", " ").split()
    assert f"sensor:{lists.sensors[0]}" in words(light, "curves")


async def test_before_there_is_a_device_there_is_nothing_to_make_boards_of(
    lists: Lists,  # noqa: F811
) -> None:
    assert await ReadyBoards(lists.top)(Actor("eve", "other", frozenset({"*"}))) == ()


def test_boards_without_transit_or_light_are_sound_and_teach() -> None:
    for board in (network_now(), transit([]), optics([])):
        assert arranging.checked(board) == board
    note = next(tile for tile in transit([]).tiles if tile.kind is TileKind.NOTE)
    assert "transit" in note.option("text")
