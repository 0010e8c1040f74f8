"""Putting selected devices in order: in line, evenly, in a grid or a circle. One step to undo."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from functools import partial

import numpy as np
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QMenu

from noc_console.kernel.text import plural
from noc_console.services.inventory.model import DeviceId
from noc_console.services.topology.model import Position
from noc_console.views.kit.actions import Command
from noc_console.views.kit.desk import Tone
from noc_console.views.topology.camera import Points
from noc_console.views.topology.shapes import GRID_UNITS
from noc_console.views.topology.stage import MapTool, Stage

APART = 84.0
"""Map units between neighbours in a grid or circle: room for a name."""
NUDGE = 4.0
_NUDGES = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}
Arrange = Callable[[Points], Points]


def in_line(points: Points, *, axis: int, to: str) -> Points:
    """All at the `least`, the `most` or the `middle` of one coordinate."""
    done, along = points.copy(), points[:, axis]
    if to == "middle":
        done[:, axis] = (along.min() + along.max()) / 2
    else:
        done[:, axis] = along.min() if to == "least" else along.max()
    return done


def evenly(points: Points, *, axis: int) -> Points:
    """The same distance between neighbours; first and last stay."""
    done, order = points.copy(), np.argsort(points[:, axis], kind="stable")
    low, high = points[order[0], axis], points[order[-1], axis]
    done[order, axis] = np.linspace(low, high, len(points))
    return done


def in_grid(points: Points) -> Points:
    """Rows and columns around where they are, in reading order."""
    count = len(points)
    columns = math.ceil(math.sqrt(count))
    rows = math.ceil(count / columns)
    by_row = np.argsort(points[:, 1], kind="stable")
    order = np.concatenate(
        [
            part[np.argsort(points[part, 0], kind="stable")]
            for part in (by_row[at : at + columns] for at in range(0, count, columns))
        ]
    )
    seats = np.array([(at % columns, at // columns) for at in range(count)], np.float64) * APART
    seats -= (np.array([columns - 1, rows - 1]) * APART) / 2
    done = points.copy()
    done[order] = _middle(points) + seats
    return done


def in_circle(points: Points) -> Points:
    """On a circle, in the order they lie around their middle: no two links cross more than need."""
    middle = _middle(points)
    angles = np.arctan2(points[:, 1] - middle[1], points[:, 0] - middle[0])
    order, count = np.argsort(angles, kind="stable"), len(points)
    radius = max(APART * count / (2 * math.pi), APART / 2)
    turns = angles[order[0]] + np.arange(count) * 2 * math.pi / count
    done = points.copy()
    done[order] = middle + np.column_stack([np.cos(turns), np.sin(turns)]) * radius
    return done


def tidy(points: Points) -> Points:
    """Each to the nearest crossing of a fine grid."""
    return np.asarray(np.round(points / GRID_UNITS) * GRID_UNITS)


def _middle(points: Points) -> Points:
    return np.asarray((points.min(0) + points.max(0)) / 2)


KINDS: tuple[tuple[str, str, int, Arrange], ...] = (
    ("left", "Align left", 2, partial(in_line, axis=0, to="least")),
    ("centre", "Align centres", 2, partial(in_line, axis=0, to="middle")),
    ("right", "Align right", 2, partial(in_line, axis=0, to="most")),
    ("top", "Align top", 2, partial(in_line, axis=1, to="least")),
    ("middle", "Align middles", 2, partial(in_line, axis=1, to="middle")),
    ("bottom", "Align bottom", 2, partial(in_line, axis=1, to="most")),
    ("across", "Distribute horizontally", 3, partial(evenly, axis=0)),
    ("down", "Distribute vertically", 3, partial(evenly, axis=1)),
    ("grid", "Arrange in a grid", 2, in_grid),
    ("circle", "Arrange in a circle", 3, in_circle),
    ("tidy", "Tidy: snap to the grid", 1, tidy),
)
"""Id, words, how many devices it takes, what it does."""


class AlignTool(MapTool):
    """The commands, and Alt with the arrows."""

    def __init__(self, stage: Stage) -> None:
        super().__init__(stage)
        place = "topology.place"
        for id, text, _, _ in KINDS:
            stage.add(
                Command(f"map.align-{id}", text, "align", partial(self.align, id), "", place, "Map")
            )
        for key, (dx, dy) in _NUDGES.items():
            word = key.name.removeprefix("Key_").lower()
            stage.add(
                Command(
                    f"map.nudge-{word}",
                    f"Nudge {word} (Alt+{word.capitalize()})",
                    "align",
                    partial(self.nudge, dx, dy),
                    "",
                    place,
                    "Map",
                )
            )
        stage.add(
            Command(
                "map.align",
                "Align and arrange…",
                "align",
                self.show_menu,
                "Ctrl+Shift+A",
                place,
                "Map",
            ),
            "Edit",
            "Context",
        )
        stage.canvas.installEventFilter(self)

    def show_menu(self) -> None:
        """Every way of putting the selected devices in order."""
        menu = QMenu(self.stage.page)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for id, _, least, _ in KINDS:
            action = self.stage.desk.actions.action(f"map.align-{id}")
            if id in ("across", "grid"):
                menu.addSeparator()
            menu.addAction(action)
            action.setEnabled(len(self.stage.canvas.selection) >= least)
        # Enabled again when it leaves: the palette offers them whatever is selected then.
        menu.aboutToHide.connect(self._enable)
        canvas = self.stage.canvas
        middle = canvas.rect().center()
        chosen = sorted(canvas.selection)
        menu.popup(canvas.mapToGlobal(canvas.spot_of(chosen[0]) if chosen else middle))

    def _enable(self) -> None:
        for id, *_ in KINDS:
            self.stage.desk.actions.action(f"map.align-{id}").setEnabled(True)

    def align(self, id: str) -> None:
        """Put the selected devices in order; they are pinned there."""
        _, text, least, arrange = next(kind for kind in KINDS if kind[0] == id)
        chosen = sorted(self.stage.canvas.selection)
        if len(chosen) < least:
            self.stage.desk.notice(
                f"Select {plural(least, 'device')} or more first (Ctrl+click, Shift+drag).",
                Tone.ATTENTION,
            )
            return
        points = self.stage.canvas.scene.at[chosen]
        self._move(text, chosen, arrange(points) - points)

    def nudge(self, dx: float, dy: float) -> None:
        """Move the selected devices a little."""
        chosen = sorted(self.stage.canvas.selection)
        if chosen:
            step = np.tile(np.array([dx, dy], np.float64) * NUDGE, (len(chosen), 1))
            self._move("Nudge", chosen, step)

    def _move(self, text: str, chosen: list[int], steps: Points) -> None:
        before = self._places(chosen, np.zeros_like(steps), pinned=None)
        after = self._places(chosen, steps, pinned=True)
        if before and after != before:
            self.stage.place(f"{text}: {plural(len(chosen), 'device')}", before, after)

    def _places(
        self, chosen: list[int], steps: Points, *, pinned: bool | None
    ) -> Mapping[DeviceId, Position]:
        """Where devices stand after a step; those of a folded group go along with it."""
        scene, known = self.stage.canvas.scene, self.stage.places
        found: dict[DeviceId, Position] = {}
        for number, step in zip(chosen, steps, strict=True):
            node = scene.nodes[number]
            for id in node.members or (node.device_id,):
                at = known.get(id)
                if at is None:
                    at = Position(float(scene.at[number, 0]), float(scene.at[number, 1]))
                elif not node.members:
                    at = Position(float(scene.at[number, 0]), float(scene.at[number, 1]), at.pinned)
                found[id] = Position(
                    round(at.x + float(step[0]), 2),
                    round(at.y + float(step[1]), 2),
                    at.pinned if pinned is None else pinned,
                )
        return found

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Alt with an arrow is ours while something is selected, else it means back."""
        if (
            watched is self.stage.canvas
            and isinstance(event, QKeyEvent)
            and event.modifiers() == Qt.KeyboardModifier.AltModifier
            and event.key() in _NUDGES
            and self.stage.canvas.selection
        ):
            if event.type() is QEvent.Type.ShortcutOverride:
                event.accept()
                return True
            if event.type() is QEvent.Type.KeyPress:
                self.nudge(*_NUDGES[Qt.Key(event.key())])
                return True
        return super().eventFilter(watched, event)
