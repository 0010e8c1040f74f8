"""Two moments of the network told apart on the map: signs on it, a list beside it."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QListWidget, QListWidgetItem, QPushButton

from noc_console.kernel.text import plural
from noc_console.services.inventory.model import DeviceId
from noc_console.services.topology.happenings import Difference, Sign
from noc_console.services.topology.history import differences
from noc_console.services.topology.model import Arranged, Graph
from noc_console.views.kit.actions import Command
from noc_console.views.kit.clip import as_csv
from noc_console.views.kit.desk import Tone
from noc_console.views.kit.dialogs import ask_save_path
from noc_console.views.kit.files import write_whole
from noc_console.views.kit.label import Label
from noc_console.views.kit.rows import Column
from noc_console.views.kit.times import Times
from noc_console.views.topology.marks import NO_MARKS, Mark, Marks
from noc_console.views.topology.playing import TimeTool, moment_of
from noc_console.views.topology.side import SidePanel
from noc_console.views.topology.stage import MapTool, Stage

LENS = "difference"
USUAL = timedelta(days=1)
BOUNDS = (0.1, 0.2, 0.5)
MOST_SHOWN = 2_000
TINTS = {
    Sign.ADDED: "series.b",
    Sign.REMOVED: "text.faint",
    Sign.WORSE: "attention.plain",
    Sign.BETTER: "accent.plain",
    Sign.OTHER: "series.c",
}
WORDS = {
    Sign.ADDED: "added",
    Sign.REMOVED: "gone",
    Sign.WORSE: "worse",
    Sign.BETTER: "better",
    Sign.OTHER: "changed",
}


@dataclass(frozen=True, slots=True)
class Compared:
    """Two moments and what differs between them."""

    before: datetime
    after: datetime
    was: Graph
    now: Graph
    found: tuple[Difference, ...]


class DifferencePanel(SidePanel):
    """What differs, a line each; a click brings it into view."""

    chosen = Signal(object)  # Difference
    bound_changed = Signal(float)
    export_wanted = Signal()

    def __init__(self, times: Times) -> None:
        super().__init__("What differs")
        self._times = times
        self.list = QListWidget()
        self.list.setAccessibleName("Differences")
        self.list.setWordWrap(True)
        self.list.itemClicked.connect(self._choose)
        self.list.itemActivated.connect(self._choose)
        self.counts = Label("", wrap=True)
        self.bound = QComboBox()
        self.bound.setAccessibleName("Loads that changed by")
        for share in BOUNDS:
            self.bound.addItem(f"Loads that changed by {share:.0%} or more", share)
        self.bound.setCurrentIndex(1)
        self.bound.currentIndexChanged.connect(
            lambda _: self.bound_changed.emit(self.bound.currentData())
        )
        export = QPushButton("Export as CSV…")
        export.clicked.connect(self.export_wanted)
        line = QHBoxLayout()
        line.addWidget(export)
        line.addStretch()
        self.body.addWidget(self.counts)
        self.body.addWidget(self.bound)
        self.body.addWidget(self.list, 1)
        self.body.addLayout(line)

    def ask(self, before: datetime, after: datetime) -> None:
        """The answer is on its way."""
        self.under.setText(f"{self._times.absolute(before)}  →  {self._times.absolute(after)}")
        self.counts.setText("Comparing…")
        self.list.clear()

    def show_differences(self, found: Sequence[Difference]) -> None:
        """Counts by sign, then every difference."""
        counts = Counter(one.sign for one in found)
        told = [f"{sign.value} {counts[sign]} {WORDS[sign]}" for sign in Sign if counts[sign]]
        self.counts.setText("   ".join(told) or "Nothing differs.")
        self.list.clear()
        for one in found[:MOST_SHOWN]:
            item = QListWidgetItem(f"{one.sign.value}  {one.name}\n     {one.text}")
            item.setData(Qt.ItemDataRole.UserRole, one)
            self.list.addItem(item)
        if len(found) > MOST_SHOWN:
            self.list.addItem(f"and {len(found) - MOST_SHOWN} more: export them all")

    def _choose(self, item: QListWidgetItem) -> None:
        if (one := item.data(Qt.ItemDataRole.UserRole)) is not None:
            self.chosen.emit(one)


class DiffTool(MapTool):
    """Compares the moment on the map with the mark on the track, or with now."""

    def __init__(self, stage: Stage) -> None:
        super().__init__(stage)
        self.panel = DifferencePanel(stage.desk.times)
        self.compared: Compared | None = None
        self._wanted = ""
        stage.add(
            Command("map.compare", "Compare two moments", "columns", self.compare, group="Map"),
            "Analyse",
        )
        stage.shown.connect(self._mark)
        stage.side_wanted.connect(self._side_changed)
        self.panel.chosen.connect(self._fly)
        self.panel.bound_changed.connect(self._measure)
        self.panel.export_wanted.connect(self.export)

    def visit(self, word: str, value: str) -> bool:
        """`diff:-3h` compares three hours ago with now."""
        now = self.stage.desk.clock.now()
        at = moment_of(value, now) if word == "diff" else None
        if at is None:
            return False
        self.compare_moments(at, now)
        return True

    def compare(self) -> None:
        """The moment on the map with the mark; without one with now, or yesterday with now."""
        now = self.stage.desk.clock.now()
        player = next((tool for tool in self.stage.tools if isinstance(tool, TimeTool)), None)
        head = (player.at if player is not None else None) or now
        other = (player.bar.track.mark if player is not None else None) or now
        if head == other:
            other = now - USUAL
        self.compare_moments(min(head, other), max(head, other))

    def compare_moments(self, before: datetime, after: datetime) -> None:
        """Ask for both, and show what differs."""
        self.panel.ask(before, after)
        self.stage.open_side(self.panel)
        self.stage.tasks.ask("compare", self._compare(before, after), self._show)

    async def _compare(self, before: datetime, after: datetime) -> Compared:
        history, actor = self.stage.services.history, self.stage.desk.actor
        kept = await history.kept(actor)
        if kept.network is not None and before < kept.network:
            before = kept.network
        was = await history.at(actor, moment=before)
        now = await history.at(actor, moment=after)
        bound = self.panel.bound.currentData()
        found = await asyncio.to_thread(lambda: differences(was, now, bound=bound))
        return Compared(before, after, was, now, found)

    def _measure(self, bound: float) -> None:
        """The same two moments by another bound."""
        known = self.compared
        if known is None:
            return

        async def again() -> Compared:
            found = await asyncio.to_thread(lambda: differences(known.was, known.now, bound=bound))
            return replace(known, found=found)

        self.stage.tasks.ask("compare", again(), self._show)

    def _show(self, compared: Compared) -> None:
        self.compared = compared
        self.panel.ask(compared.before, compared.after)
        self.panel.show_differences(compared.found)
        self.stage.look_through(LENS, lambda shown: with_both(shown, compared.was, compared.now))

    def _side_changed(self, panel: SidePanel | None) -> None:
        """Without the list the signs say nothing."""
        if panel is not self.panel:
            self.leave()

    def leave(self) -> None:
        """Take the signs off the map."""
        if self.compared is not None:
            self.compared = None
            self.stage.canvas.mark(NO_MARKS)
            self.stage.look_through(LENS, None)

    def _mark(self) -> None:
        if self.compared is None:
            return
        scene = self.stage.canvas.scene
        number_of = {int(edge.link_id): at for at, edge in enumerate(scene.edges)}
        devices, links = {}, {}
        for one in self.compared.found:
            mark = Mark(TINTS[one.sign], one.sign.value, one.sign is Sign.REMOVED)
            if one.device is not None and one.device in scene.number:
                devices[scene.number[one.device]] = mark
            elif one.link is not None and int(one.link) in number_of:
                links[number_of[int(one.link)]] = mark
        self.stage.canvas.mark(Marks(devices, links, dim=bool(devices or links)))

    def _fly(self, one: Difference) -> None:
        scene = self.stage.canvas.scene
        ends = (one.device,) if one.device is not None else one.ends
        numbers = [scene.number[DeviceId(int(end))] for end in ends if end in scene.number]
        if numbers:
            self.stage.canvas.fly_to(numbers[0])
        else:
            self.stage.desk.notice("That is not on this map.", Tone.ATTENTION)

    # --- CSV -------------------------------------------------------------------------------------

    def export(self) -> None:
        """Write the list to a file."""
        if self.compared is not None:
            self.stage.tasks.do("export differences", self._export)

    async def _export(self) -> None:
        compared = self.compared
        if compared is None:
            return
        stamp = compared.after.strftime("%Y%m%d-%H%M")
        path = await ask_save_path(
            self.stage.page.window(), "Export differences", f"differences-{stamp}.csv",
            "CSV (*.csv)",
        )  # fmt: skip
        if path is not None:
            await self.write(path)
            self.stage.desk.notice(
                f"{plural(len(compared.found), 'difference')} written to {path.name}"
            )

    async def write(self, path: Path) -> None:
        """The differences as CSV, with the two moments in front."""
        compared = self.compared
        if compared is not None:
            notes = (f"from {compared.before.isoformat()}", f"to {compared.after.isoformat()}")
            content = as_csv(COLUMNS, compared.found, notes).encode()
            await asyncio.to_thread(write_whole, path, content)


COLUMNS: tuple[Column[Difference], ...] = (
    Column("What", lambda one: "device" if one.device is not None else "link"),
    Column("Name", lambda one: one.name),
    Column("Difference", lambda one: WORDS[one.sign]),
    Column("From what to what", lambda one: one.text),
)


def with_both(shown: Arranged, was: Graph, now: Graph) -> Arranged:
    """The map with what only one of the moments has, so that it can be marked."""
    here = {node.device_id for node in shown.graph.nodes}
    nodes = list(shown.graph.nodes)
    for node in (*now.nodes, *was.nodes):
        if node.device_id not in here and node.device_id in shown.positions:
            here.add(node.device_id)
            nodes.append(node)
    known = {edge.link_id for edge in shown.graph.edges}
    edges = list(shown.graph.edges)
    for edge in (*now.edges, *was.edges):
        ends_are_here = edge.a.device_id in here and edge.b.device_id in here
        if edge.link_id not in known and ends_are_here:
            known.add(edge.link_id)
            edges.append(edge)
    if len(nodes) == len(shown.graph.nodes) and len(edges) == len(shown.graph.edges):
        return shown
    graph = replace(shown.graph, nodes=tuple(nodes), edges=tuple(edges))
    return Arranged(graph, shown.positions)
