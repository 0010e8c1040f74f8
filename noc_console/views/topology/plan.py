"""The site plan: rooms, racks and what is mounted where, with one selection with the map."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QMenu, QWidget

from noc_console.kernel.text import plural, visible
from noc_console.services.facilities.model import (
    Face,
    FacilitiesChanged,
    Mount,
    Rack,
    Room,
    SitePlan,
)
from noc_console.services.facilities.service import FacilityService
from noc_console.services.inventory.model import DeviceId, SiteId
from noc_console.services.topology.model import Place, Projection
from noc_console.views.kit.actions import Command
from noc_console.views.kit.desk import Route, Tone
from noc_console.views.kit.dialogs import confirm, open_dialog
from noc_console.views.kit.page import Page
from noc_console.views.kit.strips import Empty
from noc_console.views.topology.card import HoverCard, device_story
from noc_console.views.topology.moves import Deed, take_back
from noc_console.views.topology.plan_board import PlanBoard
from noc_console.views.topology.plan_dialogs import RackDialog, RoomDialog
from noc_console.views.topology.plan_seen import NO_LOAD, Seen, facts, seen
from noc_console.views.topology.stage import MapTool, Stage

EDIT = "facilities.edit"
HIGHEST_U = 12
Work = Coroutine[Any, Any, object]


class Rewrite(Deed):
    """Something on the plan that was changed and can be changed back."""

    def __init__(
        self,
        text: str,
        there: Callable[[], Awaitable[object]],
        back: Callable[[], Awaitable[object]],
        run: Callable[[Callable[[], Awaitable[object]], object], None],
    ) -> None:
        super().__init__(text)
        self._there, self._back, self._run = there, back, run

    def write(self, forward: bool) -> object:
        self.token = object()
        self._run(self._there if forward else self._back, self.token)
        return self.token


class PlanTool(MapTool):
    """Covers the map with the plan while the projection is PLAN."""

    def __init__(self, stage: Stage) -> None:
        super().__init__(stage)
        self.board = PlanBoard(stage.canvas)
        self.card = HoverCard(self.board)
        self.site_id: SiteId | None = None
        self.rack_id: int | None = None
        self.seen: Seen | None = None
        self._wanted_site = ""
        self._writes = 0
        self._line = asyncio.Lock()
        self._wire()
        for id, text, picture, act in (
            ("map.add-rack", "Add a rack to the site plan…", "rack", self.add_rack),
            ("map.add-room", "Add a room to the site plan…", "room", self.add_room),
        ):
            stage.add(Command(id, text, picture, act, "", EDIT, "Map"))

    @property
    def service(self) -> FacilityService:
        return self.stage.services.facilities

    def visit(self, word: str, value: str) -> bool:
        """`site:NAME` (a beginning will do, `_` for blanks) shows that site's plan."""
        if word != "site":
            return False
        self._wanted_site = value.replace("_", " ").casefold()
        self.load()
        return True

    # --- what is shown -----------------------------------------------------------------------

    def load(self) -> None:
        """Ask for the plan of the site, when one is looked at."""
        if self.stage.projection is Projection.PLAN:
            self.stage.tasks.ask("plan", self._known(), self._know)

    async def _known(self) -> Seen:
        network = self.stage.network
        site = self._site(network.places)
        if site is None:
            return Seen((), SitePlan(SiteId(0)), {}, {})
        plan = await self.service.plan(self.stage.desk.actor, site_id=site)
        return await asyncio.to_thread(seen, network, plan)

    def _site(self, places: tuple[Place, ...]) -> SiteId | None:
        """The site asked for, that of the selected device, the one before, or any."""
        if self._wanted_site and places:
            wanted, self._wanted_site = self._wanted_site, ""
            for place in places:
                if place.name.casefold().startswith(wanted) or str(place.site_id) == wanted:
                    return place.site_id
            self.stage.desk.notice(f"There is no site {visible(wanted)}.", Tone.ATTENTION)
        known = {place.site_id for place in places}
        if self.site_id in known:
            return self.site_id
        nodes = self.stage.canvas.scene.nodes
        for number in self.stage.canvas.selection:
            if (site := nodes[number].site_id) in known:
                return site
        return min(places, key=lambda place: place.name).site_id if places else None

    def _know(self, known: Seen) -> None:
        self.seen, plan = known, known.plan
        self.site_id = plan.site_id if known.places else None
        racks = {rack.id for rack in plan.racks}
        if self.rack_id not in racks:
            self.rack_id = self._fullest(known)
        self._show_sites(known)
        self._show()

    def _fullest(self, known: Seen) -> int | None:
        """A rack to begin with: the one with most in it."""
        order = sorted(known.plan.racks, key=lambda rack: -known.loads.get(rack.id, NO_LOAD).used)
        return order[0].id if order else None

    def _show_sites(self, known: Seen) -> None:
        box = self.board.sites
        box.blockSignals(True)
        box.clear()
        for place in sorted(known.places, key=lambda each: each.name.casefold()):
            box.addItem(visible(place.name, limit=80), int(place.site_id))
        box.setCurrentIndex(box.findData(int(self.site_id or 0)))
        box.blockSignals(False)

    def _show(self) -> None:
        known = self.seen
        if known is None:
            return
        board, plan = self.board, known.plan
        rack = self._rack()
        board.show_empty(not plan.racks)
        if not plan.racks:
            self._show_empty(known)
        board.facts.show_text(facts(known))
        board.floor.show_plan(plan, known.loads, self.rack_id)
        self._show_rack(known, rack)
        for button in (board.edit, board.turn, board.remove, board.edit_room):
            button.setEnabled(rack is not None)
        mounted = {mount.device_id for mount in plan.mounts}
        loose = [node for node in known.nodes.values() if node.device_id not in mounted]
        board.loose.show_nodes(sorted(loose, key=lambda node: node.name.casefold()))
        board.loose_title.setText(
            f"{plural(len(loose), 'device')} of this site. Drag one into the rack, or press Enter."
            if loose
            else "Every device of this site stands in a rack."
        )

    def _show_rack(self, known: Seen, rack: Rack | None) -> None:
        board = self.board
        mounts = tuple(m for m in known.plan.mounts if rack is not None and m.rack_id == rack.id)
        scene = self.stage.canvas.scene
        chosen = frozenset(scene.nodes[at].device_id for at in self.stage.canvas.selection)
        board.rack.is_rear = board.side_button.isChecked()
        board.rack.show_rack(rack, mounts, known.nodes, chosen)
        if rack is None:
            board.rack_title.show_text("No rack chosen")
            board.rack_facts.show_text("")
            return
        load = known.loads.get(rack.id, NO_LOAD)
        board.rack_title.show_text(rack.name)
        told = [f"{load.used} of {rack.units} U filled", plural(load.devices, "device")]
        if load.down:
            told.append(f"{load.down} down")
        board.rack_facts.show_text(" · ".join(told))

    def _show_empty(self, known: Seen) -> None:
        place = next((each for each in known.places if each.site_id == self.site_id), None)
        if place is None:
            empty = Empty(
                "No sites yet",
                "A plan belongs to a site. Sites come with the devices a discovery finds: their"
                " sysLocation names them.",
                verb="Discover devices",
                act=lambda: self.stage.desk.go(Route("discovery")),
                icon="site",
            )
        else:
            empty = Empty(
                f"No racks at {visible(place.name, limit=60)} yet",
                "A site plan shows rooms and racks from above and every device in its units, so"
                " that whoever is sent there finds the right box. Begin with one rack.",
                verb="Add a rack",
                act=self.add_rack,
                icon="rack",
            )
        self.board.empty.show_empty(empty)

    def _turn(self) -> None:
        """Another projection: cover the map or leave it."""
        if self.stage.projection is Projection.PLAN:
            self.board.open()
            if self.stage.canvas.hasFocus():
                self.board.floor.setFocus()
            self.load()
        elif self.board.isVisible():
            self.card.hide()
            self.board.hide()
            self.stage.canvas.setFocus()

    def _rack(self, rack_id: int | None = None) -> Rack | None:
        """A rack of the plan; without a number the chosen one."""
        wanted = self.rack_id if rack_id is None else rack_id
        racks = self.seen.plan.racks if self.seen else ()
        return next((rack for rack in racks if rack.id == wanted), None)

    def _mount(self, device_id: int) -> Mount | None:
        """Where a device is mounted at this site."""
        mounts = self.seen.plan.mounts if self.seen else ()
        return next((mount for mount in mounts if mount.device_id == device_id), None)

    def _heard(self, events: Sequence[object]) -> None:
        if any(isinstance(event, FacilitiesChanged) for event in events):
            self.load()

    # --- choosing ----------------------------------------------------------------------------

    def choose_site(self, site_id: int) -> None:
        self._wanted_site = ""
        self.site_id, self.rack_id = SiteId(site_id), None
        self.load()

    def choose_rack(self, rack_id: int) -> None:
        self.rack_id = rack_id
        self._show()

    def choose_device(self, device_id: int) -> None:
        """One selection with the map."""
        canvas = self.stage.canvas
        number = canvas.scene.number.get(DeviceId(device_id))
        canvas.select(() if number is None else (number,))

    def _selected(self) -> None:
        """A device chosen on the map, or here: its rack is shown."""
        if not self.board.isVisible() or self.seen is None:
            return
        scene = self.stage.canvas.scene
        chosen = {scene.nodes[at].device_id for at in self.stage.canvas.selection}
        for mount in self.seen.plan.mounts:
            if mount.device_id in chosen:
                self.rack_id = mount.rack_id
        self._show()

    def _hovered(self, device_id: int, spot: QPoint) -> None:
        node = self.seen.nodes.get(DeviceId(device_id)) if self.seen and device_id else None
        if node is None:
            self.card.hide()
        else:
            self.card.tell(device_story(node), self.board.rack.mapTo(self.board, spot))

    # --- deeds -------------------------------------------------------------------------------

    def mount(self, wanted: Mount) -> None:
        """Mount a device, or move it; taken units are refused by the service."""
        known = self.seen
        if known is None:
            return
        before = self._mount(wanted.device_id)
        name = known.nodes[wanted.device_id].name if wanted.device_id in known.nodes else "device"
        text = f"{'Move' if before else 'Mount'} {visible(name, limit=40)}"
        self._do(text, lambda: self._put(wanted), lambda: self._put_back(wanted, before))
        self._show_at_once(wanted)

    def mount_all(self, devices: tuple[DeviceId, ...], unit: int | None = None) -> None:
        """Devices of the list into the chosen rack: from a unit up, or where there is space."""
        rack, known = self._rack(), self.seen
        if rack is None or known is None:
            self.stage.desk.notice("Choose a rack first.", Tone.ATTENTION)
            return
        inside = [m for m in known.plan.mounts if m.rack_id == rack.id]
        for device in devices:
            at = unit if unit is not None else self.service.free_unit(rack, inside)
            if at is None:
                self.stage.desk.notice(f"{visible(rack.name)} is full.", Tone.ATTENTION)
                return
            wanted = Mount(device, rack.id, at)
            inside.append(wanted)
            self.mount(wanted)
            unit = None if unit is None else unit + 1

    def unmount(self, device_id: int) -> None:
        """Take a device out of its rack."""
        before = self._mount(device_id)
        if before is None:
            return
        self._do(
            "Take out of the rack",
            lambda: self.service.unmount(self.stage.desk.actor, device_id=device_id),
            lambda: self._put(before),
        )

    def move_rack(self, wanted: Rack) -> None:
        """Another place, or another side to the front."""
        before = self._rack(wanted.id)
        if before is not None and before != wanted:
            self._do(
                f"Move {visible(wanted.name, limit=40)}",
                lambda: self._change(wanted),
                lambda: self._change(before),
            )

    def turn_rack(self, rack_id: int) -> None:
        """A quarter to the right."""
        rack = self._rack(rack_id)
        if rack is not None:
            self.move_rack(replace(rack, rotation=(rack.rotation + 90) % 360))

    def _do(
        self,
        text: str,
        there: Callable[[], Awaitable[object]],
        back: Callable[[], Awaitable[object]],
    ) -> None:
        self.stage.push(Rewrite(text, there, back, self._run))

    def _run(self, work: Callable[[], Awaitable[object]], token: object) -> None:
        async def in_line() -> None:
            async with self._line:
                await work()

        self._writes += 1
        self.stage.tasks.do(
            f"plan {self._writes}",
            in_line,
            lambda _: self.load(),
            lambda error: self._refused(token, error),
        )

    def _refused(self, token: object, error: BaseException) -> None:
        take_back(self.stage.undo, token)
        self.load()
        assert isinstance(self.stage.page, Page)
        self.stage.page.show_error(error)

    async def _put(self, wanted: Mount) -> None:
        await self.service.mount(
            self.stage.desk.actor,
            device_id=wanted.device_id,
            rack_id=wanted.rack_id,
            unit=wanted.unit,
            height=wanted.height,
            face=wanted.face,
        )

    async def _put_back(self, wanted: Mount, before: Mount | None) -> None:
        if before is None:
            await self.service.unmount(self.stage.desk.actor, device_id=wanted.device_id)
        else:
            await self._put(before)

    async def _change(self, rack: Rack) -> None:
        await self.service.change_rack(
            self.stage.desk.actor,
            rack_id=rack.id,
            name=rack.name,
            x_m=rack.x_m,
            y_m=rack.y_m,
            rotation=rack.rotation,
            units=rack.units,
            width_m=rack.width_m,
            depth_m=rack.depth_m,
            max_weight_kg=rack.max_weight_kg,
        )

    def _show_at_once(self, wanted: Mount) -> None:
        """Where the hand put it, until the store has said."""
        assert self.seen is not None
        plan = self.seen.plan
        others = tuple(m for m in plan.mounts if m.device_id != wanted.device_id)
        self.seen = replace(self.seen, plan=replace(plan, mounts=(*others, wanted)))
        self._show()

    # --- rooms and racks -----------------------------------------------------------------------

    def add_rack(self) -> None:
        """A rack in the room of the chosen one; a site's first brings its room."""
        if self.site_id is not None:
            self.stage.tasks.do("rack", self._add_rack)

    async def _add_rack(self) -> None:
        site, near = self.site_id, self._rack()
        assert site is not None
        racks = self.seen.plan.racks if self.seen else ()
        dialog = RackDialog(self._window, None, name=self.service.free_rack_name(racks))
        if await self._asked(dialog):
            made = await self.service.add_rack(
                self.stage.desk.actor,
                site_id=site,
                room_id=near.room_id if near else None,
                name=dialog.name(),
                units=dialog.units_value(),
                rotation=dialog.rotation(),
                **dialog.sizes(),
            )
            self.rack_id = made.id
            self.load()

    def add_room(self) -> None:
        if self.site_id is not None:
            self.stage.tasks.do("room", self._add_room)

    async def _add_room(self) -> None:
        assert self.site_id is not None
        count = len(self.seen.plan.rooms) if self.seen else 0
        dialog = RoomDialog(self._window, None, name=f"Room {count + 1}")
        if await self._asked(dialog):
            room = await self.service.add_room(
                self.stage.desk.actor,
                site_id=self.site_id,
                name=dialog.name(),
                **dialog.values(),
            )
            if not (self.seen and self.seen.plan.racks):
                self.stage.desk.notice(f"{room.name} is there; now add a rack.")
            self.load()

    def change_room(self) -> None:
        self.stage.tasks.do("room", self._change_room)

    async def _change_room(self) -> None:
        room = self._room()
        if room is None:
            return
        dialog = RoomDialog(self._window, room)
        if await self._asked(dialog):
            await self.service.change_room(
                self.stage.desk.actor, room_id=room.id, name=dialog.name(), **dialog.values()
            )
            self.load()

    def edit_rack(self, _rack_id: int = 0) -> None:
        self.stage.tasks.do("rack", self._edit_rack)

    async def _edit_rack(self) -> None:
        rack = self._rack()
        if rack is None:
            return
        dialog = RackDialog(self._window, rack)
        if await self._asked(dialog):
            self.move_rack(
                replace(
                    rack,
                    name=dialog.name(),
                    units=dialog.units_value(),
                    rotation=dialog.rotation(),
                    **dialog.sizes(),  # type: ignore[arg-type]
                )
            )

    def remove_rack(self, _rack_id: int = 0) -> None:
        self.stage.tasks.do("rack", self._remove_rack)

    async def _remove_rack(self) -> None:
        rack = self._rack()
        if rack is None or self.seen is None:
            return
        inside = self.seen.loads.get(rack.id, NO_LOAD).devices
        if await confirm(
            self._window,
            f"Remove the rack {visible(rack.name)}?",
            f"{plural(inside, 'device')} in it will be mounted nowhere; they stay in the"
            " inventory. This cannot be undone.",
            verb=f"Remove rack {visible(rack.name, limit=30)}",
        ):
            await self.service.remove_rack(self.stage.desk.actor, rack_id=rack.id)
            self.load()

    async def _asked(self, dialog: RackDialog | RoomDialog) -> bool:
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
        try:
            return await open_dialog(dialog)
        finally:
            dialog.deleteLater()

    def _room(self) -> Room | None:
        rack = self._rack()
        rooms = self.seen.plan.rooms if self.seen else ()
        return next((room for room in rooms if rack and room.id == rack.room_id), None)

    def picture(self) -> QImage | None:
        """The plan, while it is shown."""
        is_shown = self.stage.projection is Projection.PLAN
        return self.board.grab().toImage() if is_shown else None

    def _menu(self, device_id: int, spot: QPoint) -> None:
        """What can be done with a mounted device."""
        now = self._mount(device_id)
        if now is None:
            return
        menu = QMenu(self.board)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        _add(menu, "Open", partial(self._open, device_id))
        heights = menu.addMenu("Height")
        for height in range(1, HIGHEST_U + 1):
            act = _add(heights, f"{height} U", partial(self.mount, replace(now, height=height)))
            act.setCheckable(True)
            act.setChecked(height == now.height)
        faces = menu.addMenu("Mounted")
        for face, text in ((Face.FULL, "Full depth"), (Face.FRONT, "Front"), (Face.REAR, "Rear")):
            act = _add(faces, text, partial(self.mount, replace(now, face=face)))
            act.setCheckable(True)
            act.setChecked(face is now.face)
        menu.addSeparator()
        _add(menu, "Take out of the rack", partial(self.unmount, device_id))
        menu.popup(spot)

    def _open(self, device_id: int) -> None:
        self.stage.desk.go(Route("device", id=device_id))

    @property
    def _window(self) -> QWidget:
        return self.stage.page.window()

    def _wire(self) -> None:
        stage, board = self.stage, self.board
        stage.view_wanted.connect(self._turn)
        stage.shown.connect(self.load)
        stage.canvas.selected.connect(self._selected)
        stage.desk.feed.arrived.connect(self._heard)
        board.sites.activated.connect(lambda at: self.choose_site(board.sites.itemData(at)))
        board.floor.chosen.connect(self.choose_rack)
        board.floor.moved.connect(self.move_rack)
        board.floor.edit_wanted.connect(self.edit_rack)
        board.floor.remove_wanted.connect(self.remove_rack)
        board.floor.turn_wanted.connect(self.turn_rack)
        board.rack.chosen.connect(self.choose_device)
        board.rack.opened.connect(self._open)
        board.rack.moved.connect(self.mount)
        board.rack.dropped.connect(self.mount_all)
        board.rack.taken.connect(self.unmount)
        board.rack.hovered.connect(self._hovered)
        board.rack.menu_wanted.connect(self._menu)
        board.loose.itemActivated.connect(lambda _: self.mount_all(board.loose.chosen()))
        board.side_button.toggled.connect(lambda _: self._show())
        board.rack_button.clicked.connect(self.add_rack)
        board.room_button.clicked.connect(self.add_room)
        board.edit_room.clicked.connect(self.change_room)
        board.edit.clicked.connect(lambda: self.edit_rack())
        board.turn.clicked.connect(lambda: self.turn_rack(self.rack_id or 0))
        board.remove.clicked.connect(lambda: self.remove_rack())
        board.picture.clicked.connect(
            lambda: stage.desk.actions.action("map.copy-picture").trigger()
        )


def _add(menu: QMenu, text: str, act: Callable[[], object]) -> Any:
    action = menu.addAction(text)
    action.triggered.connect(lambda _checked=False: act())
    return action
