"""What of a map is shown as one: collapsed groups, and parallel links. Pure; for any thread."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

from noc_console.services.inventory.model import DeviceId, LinkId
from noc_console.services.topology.model import Arranged, Edge, Graph
from noc_console.services.topology.rules import bundle, groups
from noc_console.services.topology.rules.fold import fold, folded_id
from noc_console.services.topology.rules.groups import KINDS, Group

__all__ = ["KINDS", "Folds", "Group", "bundle_of", "collapsible", "folded_id", "groups_of"]


@dataclass(frozen=True, slots=True)
class Folds:
    """A way of looking at the network: a lens of the map."""

    folded: frozenset[str] = frozenset()
    """Keys of the groups shown as one device."""
    opened: frozenset[LinkId] = frozenset()
    """Bundles whose links are shown side by side all the same."""
    bundles: bool = True
    """Whether parallel links are shown as one."""

    def __call__(self, arranged: Arranged) -> Arranged:
        seen = fold(arranged, self.folded, self.opened)
        return bundle.bundled(seen, self.opened) if self.bundles else seen

    def folding(self, *keys: str) -> Folds:
        return replace(self, folded=self.folded | set(keys))

    def unfolding(self, *keys: str) -> Folds:
        return replace(self, folded=self.folded - set(keys))

    def opening(self, id: LinkId) -> Folds:
        return replace(self, opened=self.opened | {id})

    def closing(self, id: LinkId) -> Folds:
        return replace(self, opened=self.opened - {id})


def groups_of(graph: Graph, kind: str) -> tuple[Group, ...]:
    """All groups of one kind."""
    return groups.groups(graph, (kind,))


def collapsible(graph: Graph, devices: Collection[DeviceId], folds: Folds) -> tuple[Group, ...]:
    """The groups that hold all of these devices and are not collapsed; the smallest first."""
    known = groups.groups(graph)
    held = groups.holding(graph, known, {int(device) for device in devices})
    return tuple(group for group in held if group.key not in folds.folded)


def bundle_of(edges: Collection[Edge], a: DeviceId, b: DeviceId) -> LinkId | None:
    """The id that the links between two devices have as a bundle; None for fewer than two."""
    ids = [
        abs(part.link_id)
        for edge in edges
        if {edge.a.device_id, edge.b.device_id} == {a, b}
        for part in edge.parts or (edge,)
    ]
    return LinkId(-min(ids)) if len(ids) > 1 else None
