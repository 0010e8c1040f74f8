"""The wall board."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from noc_console.services.alarms.model import Severity
from noc_console.services.alarms.waiting import WaitingAlarmService, WaitingHead
from noc_console.views.kit.desk import Desk
from noc_console.views.kit.tasks import settled
from noc_console.views.wallboard.scene import WallScene
from noc_console.views.wallboard.window import WallBoard, zoom_for
from tests.views.conftest import shown, until
from tests.views.world import World


class Told(WallScene):
    """A scene of as many shots as it is told."""

    def __init__(self, desk: Desk, *names: str) -> None:
        super().__init__(desk, 1.5)
        self.names = names
        self.showed: list[int] = []
        self.asked = 0

    def reload(self) -> None:
        self.asked += 1

    def shots(self) -> tuple[str, ...]:
        return self.names

    def show_shot(self, at: int) -> None:
        self.showed.append(at)


def board(desk: Desk, world: World, *scenes: WallScene) -> WallBoard:
    made = WallBoard(desk, world.alarms, scenes, 1.5)
    shown(made)
    return made


async def test_it_turns_through_every_shot_and_passes_empty_scenes_over(
    desk: Desk, world: World
) -> None:
    wall = board(desk, world, Told(desk, "a", "b"), Told(desk), Told(desk, "c"))
    seen = [wall.shot[1]]
    for _ in range(4):
        wall.turn()
        seen.append(wall.shot[1])
    assert seen == ["a", "b", "c", "a", "b"]
    wall.turn(-1)
    wall.turn(-1)
    assert wall.shot[1] == "c"
    await settled()


async def test_a_scene_nobody_has_seen_learns_what_it_could_show(desk: Desk, world: World) -> None:
    empty = Told(desk)
    wall = board(desk, world, Told(desk, "a"), empty)
    assert empty.asked == 1
    wall.turn()
    assert empty.asked == 2 and wall.shot[1] == "a"
    empty.names = ("late",)
    wall.turn()
    assert wall.shot[1] == "late"
    await settled()


async def test_keys_hold_it_set_the_pace_and_leave(desk: Desk, world: World) -> None:
    wall = board(desk, world, Told(desk, "a", "b"))
    left: list[int] = []
    wall.left.connect(lambda: left.append(1))
    QTest.keyClick(wall, Qt.Key.Key_Space)
    assert wall.is_held
    QTest.keyClick(wall, Qt.Key.Key_Right)
    assert wall.shot[1] == "b"
    QTest.keyClick(wall, Qt.Key.Key_Space)
    assert not wall.is_held and wall._turning.interval() == 30_000
    QTest.keyClick(wall, Qt.Key.Key_Plus)
    assert wall._turning.interval() == 20_000
    await settled()
    QTest.keyClick(wall, Qt.Key.Key_Escape)
    assert left == [1]


async def test_the_head_counts_alarms_as_they_come(desk: Desk, world: World) -> None:
    wall = board(desk, world, Told(desk, "a"))
    await world.report("core-1", Severity.CRITICAL)
    await until(lambda: wall.head._counts.critical == 1)


def test_letters_grow_with_the_screen() -> None:
    assert zoom_for(1080) == 1.5
    assert zoom_for(2160) == 3.0
    assert zoom_for(600) == 1.25


async def test_the_worst_that_waits_and_a_mute_are_on_the_wall_too_without_buttons(
    desk: Desk, world: World
) -> None:
    await world.report("core-1", Severity.CRITICAL, text="does not answer")
    desk.wires.tell_waiting(await WaitingAlarmService(world.store).head(world.collector))
    wall = board(desk, world, Told(desk, "a"))
    assert wall.banner.isVisible()
    assert wall.banner.text.whole() == "core-1   does not answer"
    assert not wall.banner.take.isVisible()
    desk.mute.mute(5)
    assert wall.badge.isVisible()
    desk.wires.tell_waiting(WaitingHead())
    assert not wall.banner.isVisible()
    await settled()
