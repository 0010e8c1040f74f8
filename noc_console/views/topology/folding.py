"""Collapse and expand: groups shown as one device, parallel links as one."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from functools import partial

from noc_console.kernel.text import plural
from noc_console.services.inventory.model import DeviceId, LinkId
from noc_console.services.topology.folding import (
    KINDS,
    Folds,
    Group,
    bundle_of,
    collapsible,
    folded_id,
    groups_of,
)
from noc_console.services.topology.model import Edge
from noc_console.views.kit.actions import Command
from noc_console.views.kit.desk import Tone
from noc_console.views.topology.stage import MapTool, Stage

SECTION = "map.folds"
LENS = "fold"
PLURALS = {
    "region": "regions",
    "site": "sites",
    "ring": "rings",
    "tree": "OLT trees",
    "splitter": "splitters",
    "leaves": "leaves",
}
FOUND = ("region", "site", "ring", "tree", "leaves")
"""The kinds of groups the network can have today."""


class FoldTool(MapTool):
    """Keeps what is collapsed, for each map."""

    def __init__(self, stage: Stage) -> None:
        super().__init__(stage)
        self.folds = Folds()
        self._view = ""
        self._wanted: DeviceId | None = None
        """What is to be selected once it is on the map."""
        self._when_there = ""
        """The kind to collapse once the network is known."""
        self._add_commands()
        stage.view_wanted.connect(self._other_view)
        stage.shown.connect(self._shown)
        self._other_view()

    def _add_commands(self) -> None:
        for id, text, icon, act, keys, menus in (
            ("map.collapse", "Collapse the group", "minus", self.collapse, "C", "View Context"),
            ("map.expand", "Expand", "plus", self.expand, "E", "View Context"),
            ("map.expand-all", "Expand everything", "fit", self.expand_all, "Shift+E", "View"),
            ("map.bundle", "Parallel links as one or side by side", "link", self.toggle_bundles,
             "B", "View"),
        ):  # fmt: skip
            self.stage.add(Command(id, text, icon, act, keys, group="Map"), *menus.split())
        for kind in FOUND:
            self.stage.add(
                Command(
                    f"map.collapse-{kind}",
                    f"Collapse all {PLURALS[kind]}",
                    "site" if kind in ("region", "site") else "minus",
                    partial(self.collapse_all, kind),
                    group="Map",
                ),
                "View",
            )

    def visit(self, word: str, value: str) -> bool:
        """`fold:site` collapses all of a kind, `fold:ring:17,site:3` these and no others."""
        if word != "fold":
            return False
        if value in KINDS:
            self.collapse_all(value)
            return True
        keys = [key for key in value.split(",") if key]
        if not all(_is_key(key) for key in keys):
            return False
        self._put(replace(self.folds, folded=frozenset(keys)))
        return True

    def words(self) -> Mapping[str, str]:
        return {"fold": ",".join(sorted(self.folds.folded))} if self.folds.folded else {}

    # --- groups --------------------------------------------------------------------------------

    def collapse(self) -> None:
        """Show the group of what is chosen as one; once more, the next larger group."""
        scene, hit = self.stage.canvas.scene, self.stage.canvas.hit
        chosen = set(self.stage.canvas.selection)
        if not chosen and hit.device is not None:
            chosen = {hit.device}
        if not chosen and hit.link is not None:
            self._close_bundle(scene.edges[hit.link])
            return
        if not chosen:
            self.stage.desk.notice("Select a device of the group first.", Tone.ATTENTION)
            return
        nodes = [scene.nodes[number] for number in chosen]
        devices = {id for node in nodes for id in node.members or (node.device_id,)}
        self.stage.tasks.ask(
            "fold",
            asyncio.to_thread(collapsible, self.stage.network, devices, self.folds),
            self._collapse_first,
        )

    def _collapse_first(self, found: tuple[Group, ...]) -> None:
        if not found:
            self.stage.desk.notice("No group holds all of these devices.", Tone.ATTENTION)
            return
        group = found[0]
        self._wanted = folded_id(group.key)
        self._put(self.folds.folding(group.key))
        count = plural(len(group.members), "device")
        self.stage.desk.notice(f"{group.name}: {count} shown as one. E expands.")

    def collapse_all(self, kind: str) -> None:
        """Show every group of a kind as one."""
        if not self.stage.network.nodes:
            self._when_there = kind
            return
        self.stage.tasks.ask(
            "fold",
            asyncio.to_thread(groups_of, self.stage.network, kind),
            lambda found: self._collapse_these(kind, found),
        )

    def _collapse_these(self, kind: str, found: tuple[Group, ...]) -> None:
        if not found:
            self.stage.desk.notice(f"There are no {PLURALS[kind]} to collapse.", Tone.ATTENTION)
            return
        self._put(self.folds.folding(*(group.key for group in found)))

    def expand(self) -> None:
        """Show the members of the chosen groups, the links of the bundle under the pointer."""
        canvas = self.stage.canvas
        nodes = [canvas.scene.nodes[number] for number in canvas.selection]
        if not nodes and canvas.hit.device is not None:
            nodes = [canvas.scene.nodes[canvas.hit.device]]
        if nodes and nodes[0].is_passive:
            canvas.opened.emit(nodes[0].device_id)
            return
        keys = [node.group for node in nodes if node.group]
        if keys:
            self._put(self.folds.unfolding(*keys))
        elif canvas.hit.link is not None and canvas.scene.edges[canvas.hit.link].link_id < 0:
            self._put(self.folds.opening(canvas.scene.edges[canvas.hit.link].link_id))
        else:
            self.stage.desk.notice("Nothing collapsed is chosen.", Tone.ATTENTION)

    def expand_group(self, device_id: int) -> bool:
        """Show the members of a collapsed group by its id; whether it was one."""
        scene = self.stage.canvas.scene
        number = scene.number.get(DeviceId(device_id))
        if number is None or not scene.nodes[number].members:
            return False
        self._put(self.folds.unfolding(scene.nodes[number].group))
        return True

    def expand_all(self) -> None:
        """Show every device and keep parallel links as one."""
        self._put(Folds(bundles=self.folds.bundles))

    def shown_as(self, device_id: DeviceId) -> int | None:
        """The number of what stands on the map for a device: itself or its group."""
        scene = self.stage.canvas.scene
        if (number := scene.number.get(device_id)) is not None:
            return number
        held = scene.group_of.get(device_id)
        return None if held is None else held[0]

    # --- bundles -------------------------------------------------------------------------------

    def toggle_bundles(self) -> None:
        """Parallel links as one, or each for itself."""
        self._put(replace(self.folds, bundles=not self.folds.bundles, opened=frozenset()))
        self.stage.desk.notice(
            "Parallel links are one." if self.folds.bundles else "Every link is drawn."
        )

    def _close_bundle(self, edge: Edge) -> None:
        edges = self.stage.canvas.scene.edges
        id = bundle_of(edges, edge.a.device_id, edge.b.device_id)
        if id is None or id not in self.folds.opened:
            self.stage.desk.notice("Select a device of the group first.", Tone.ATTENTION)
        else:
            self._put(self.folds.closing(id))

    # --- keeping -------------------------------------------------------------------------------

    def _put(self, folds: Folds) -> None:
        if folds == self.folds:
            return
        self.folds = folds
        kept = {
            "folded": sorted(folds.folded),
            "opened": sorted(int(id) for id in folds.opened),
            "bundles": folds.bundles,
        }
        self.stage.desk.state.put(SECTION, **{self._view: kept})
        self.stage.look_through(LENS, folds)

    def _other_view(self) -> None:
        """Each map has its own; the lens is in place before the map is read."""
        if self.stage.view != self._view:
            self._view = self.stage.view
            self.folds = _kept(self.stage.desk.state.get(SECTION).get(self._view))
            self.stage.lenses[LENS] = self.folds

    def _shown(self) -> None:
        if self._when_there and self.stage.network.nodes:
            kind, self._when_there = self._when_there, ""
            self.collapse_all(kind)
        if self._wanted is not None:
            number = self.stage.canvas.scene.number.get(self._wanted)
            if number is not None:
                self._wanted = None
                self.stage.canvas.select((number,))


def _kept(told: object) -> Folds:
    """What was kept, as far as it makes sense: a person may have edited the file."""
    if not isinstance(told, dict):
        return Folds()
    folded, opened = told.get("folded"), told.get("opened")
    return Folds(
        frozenset(
            key
            for key in (folded if isinstance(folded, list) else ())
            if isinstance(key, str) and _is_key(key)
        ),
        frozenset(
            LinkId(id) for id in (opened if isinstance(opened, list) else ()) if type(id) is int
        ),
        told.get("bundles") is not False,
    )


def _is_key(key: str) -> bool:
    kind, _, number = key.partition(":")
    return kind in KINDS and number.isdecimal() and len(number) < 9
