"""Maps with names: which one is shown, what is on it, and the views people come back to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from noc_console.kernel.text import plural, visible
from noc_console.services.inventory.model import DeviceId
from noc_console.services.maps.model import (
    MAIN_MAP,
    NamedMapChanged,
    NetworkMap,
    SavedView,
    SavedViewChanged,
    Shows,
)
from noc_console.services.maps.service import MapService
from noc_console.services.topology.model import Arranged, Graph, Placement, Position, Projection
from noc_console.views.kit.actions import Command
from noc_console.views.kit.desk import Tone
from noc_console.views.kit.dialogs import ask_text, confirm, open_dialog
from noc_console.views.kit.icons import icon
from noc_console.views.kit.theme import look
from noc_console.views.topology.camera import Camera
from noc_console.views.topology.mapping_dialogs import FilterDialog, ViewDialog
from noc_console.views.topology.mapping_picker import EmptyMap, PickerPanel, ring
from noc_console.views.topology.stage import MapTool, Stage

WIDEST = 220
EDIT = "maps.edit"


class MappingTool(MapTool):
    """The switcher at the left of the tool bar, and what the menus do with maps."""

    changed = Signal()
    """Another map is shown, or the list of maps is another."""

    def __init__(self, stage: Stage) -> None:
        super().__init__(stage)
        self.maps: tuple[NetworkMap, ...] = (MAIN_MAP,)
        self.current = MAIN_MAP
        self.views: tuple[SavedView, ...] = ()
        self._is_known = False
        self._lens: MapLens | None = None
        self._wanted = ""
        self.switcher = _menu_button("Which map is shown", large=True)
        self.views_button = _menu_button("Saved views of this map")
        self.views_button.setText("Views")
        self.picker = PickerPanel(stage)
        self.picker.chosen.connect(self.add_devices)
        self.empty = EmptyMap(stage.canvas, self.pick)
        self.empty.dropped.connect(self._dropped)
        self._add_commands()
        self.switcher.menu().aboutToShow.connect(self._fill_maps)
        self.views_button.menu().aboutToShow.connect(self._fill_views)
        stage.shown.connect(self._shown)
        stage.desk.feed.arrived.connect(self._heard)
        self._tell()

    @property
    def service(self) -> MapService:
        return self.stage.services.maps

    @property
    def part(self) -> Graph:
        """The devices and links of this map, before anything is folded."""
        whole = self.stage.network
        return whole if self._lens is None or self._lens.part is None else self._lens.part

    @property
    def only(self) -> frozenset[DeviceId] | None:
        """The devices of this map; None when it shows everything."""
        if self._lens is None:
            return None
        return frozenset(node.device_id for node in self.part.nodes)

    # --- which map -------------------------------------------------------------------------

    def visit(self, word: str, value: str) -> bool:
        """`map:NAME` shows a map; `_` in it stands for a blank."""
        if word != "map":
            return False
        self._wanted = value.replace("_", " ").casefold()
        self.load()
        return True

    def load(self) -> None:
        """Ask which maps there are."""
        self.stage.tasks.ask("maps", self._known(), self._know)

    async def _known(self) -> tuple[tuple[NetworkMap, ...], tuple[SavedView, ...]]:
        actor = self.stage.desk.actor
        maps = await self.service.maps(actor)
        is_there = any(each.id == self.current.id for each in maps)
        shown = self.current.id if is_there else MAIN_MAP.id
        return maps, await self.service.views(actor, map_id=shown)

    def _know(self, known: tuple[tuple[NetworkMap, ...], tuple[SavedView, ...]]) -> None:
        self.maps, views = known
        self._is_known = True
        self._show_views(views)
        now = next((each for each in self.maps if each.id == self.current.id), None)
        if self._wanted:
            wanted, self._wanted = self._wanted, ""
            now = next((each for each in self.maps if each.name.casefold() == wanted), now)
            if now is None or now.name.casefold() != wanted:
                self.stage.desk.notice(f"There is no map {visible(wanted)}.", Tone.ATTENTION)
        if now is None:
            self.stage.desk.notice(f"The map {self.current.name} was deleted.", Tone.ATTENTION)
        self.show_map(now or MAIN_MAP)

    def show_map(self, wanted: NetworkMap) -> None:
        """Show a map: its devices, where they stand there, and its drawings."""
        before, self.current = self.current, wanted
        stage = self.stage
        if before != wanted:
            lenses = {name: lens for name, lens in stage.lenses.items() if name != "map"}
            # The map says what there is; folding and the like come after it.
            self._lens = None if wanted.shows is Shows.ALL else MapLens(wanted)
            first = {} if self._lens is None else {"map": self._lens}
            stage.lenses.clear()
            stage.lenses.update(first | lenses)
        if before.id != wanted.id:
            stage.canvas.is_own_view = False
            stage.go_to_view(wanted.view, wanted.projection)
            self.load()
        elif before != wanted:
            stage.reload()
        self.picker.leave_out(wanted.devices)
        self._tell()
        self.changed.emit()

    def _shown(self) -> None:
        if not self._is_known:
            self._is_known = True
            self.load()
        is_bare = self.stage.network.nodes and not self.stage.canvas.scene.has_devices
        is_plan = self.stage.projection is Projection.PLAN
        self.empty.show_for(self.current if is_bare and not is_plan else None)

    def _heard(self, events: Sequence[object]) -> None:
        if self._is_known and any(
            isinstance(event, NamedMapChanged | SavedViewChanged) for event in events
        ):
            self.load()

    def _tell(self) -> None:
        name = visible(self.current.name)
        metrics = self.switcher.fontMetrics()
        self.switcher.setText(metrics.elidedText(name, Qt.TextElideMode.ElideRight, WIDEST))
        is_own = not self.current.is_main and self.current.owner == self.stage.desk.actor.name
        actions = self.stage.desk.actions
        for id in ("map.rename", "map.delete", "map.share", "map.filter"):
            actions.action(id).setEnabled(is_own)
        is_picked = self.current.shows is Shows.PICKED and not self.current.is_main
        for id in ("map.pick", "map.take-off"):
            actions.action(id).setEnabled(is_picked)
        share = "Stop sharing this map" if self.current.is_shared else "Share this map"
        actions.action("map.share").setText(share if is_own else "Share this map")

    # --- deeds -----------------------------------------------------------------------------

    def create(self) -> None:
        """A new map of the selected devices, or an empty one to put devices on."""
        chosen = tuple(self._selected())
        self.stage.tasks.do("map", lambda: self._create(chosen))

    async def _create(self, devices: tuple[DeviceId, ...]) -> None:
        told = (
            f"It starts with the {plural(len(devices), 'selected device')}."
            if devices
            else "It starts empty: add devices by name, or drag them onto it."
        )
        name = await ask_text(
            self._window, "New map", told, verb="Create map", placeholder="Core, West, Customer X"
        )
        if name:
            made = await self.service.create(
                self.stage.desk.actor, name=name, device_ids=devices, like=self.stage.view
            )
            self.maps = (*self.maps, made)
            self.show_map(made)

    def create_filtered(self) -> None:
        """A new map of what a filter lets pass: sites, types, words."""
        self.stage.tasks.do("map", lambda: self._filter(None))

    def change_filter(self) -> None:
        """Which devices this map shows."""
        self.stage.tasks.do("map", lambda: self._filter(self.current))

    async def _filter(self, changed: NetworkMap | None) -> None:
        actor = self.stage.desk.actor
        sites = await self.stage.services.inventory.sites(actor)
        dialog = FilterDialog(self._window, changed, sites)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
        try:
            if not await open_dialog(dialog):
                return
            name, chosen = dialog.name(), dialog.selector()
        finally:
            dialog.deleteLater()
        told = {"sites": chosen.sites, "types": chosen.types, "words": chosen.words}
        if changed is None:
            made = await self.service.create(
                actor,
                name=name,
                shows=Shows.SELECTED,
                like=self.stage.view,
                **told,  # type: ignore[arg-type]
            )
            self.maps = (*self.maps, made)
        else:
            made = await self.service.select(actor, map_id=changed.id, **told)  # type: ignore[arg-type]
        self.show_map(made)

    def copy(self) -> None:
        """A copy of this map, places and drawings too, to change freely."""
        self.stage.tasks.do("map", self._copy)

    async def _copy(self) -> None:
        made = await self.service.copy(self.stage.desk.actor, map_id=self.current.id)
        self.maps = (*self.maps, made)
        self.show_map(made)
        self.stage.desk.notice(f"This is {made.name} now.")

    def rename(self) -> None:
        self.stage.tasks.do("map", self._rename)

    async def _rename(self) -> None:
        wanted = self.current
        name = await ask_text(
            self._window, f"Rename {wanted.name}", verb="Rename map", value=wanted.name
        )
        if name and name != wanted.name:
            self.show_map(
                await self.service.rename(self.stage.desk.actor, map_id=wanted.id, name=name)
            )

    def delete(self) -> None:
        """Delete this map; its devices stay."""
        self.stage.tasks.do("map", self._delete)

    async def _delete(self) -> None:
        wanted = self.current
        if await confirm(
            self._window,
            f"Delete the map {visible(wanted.name)}?",
            "Its places, drawings and saved views go with it. The devices stay in the inventory"
            " and on the other maps. This cannot be undone.",
            verb=f"Delete map {visible(wanted.name, limit=30)}",
        ):
            await self.service.remove(self.stage.desk.actor, map_id=wanted.id)
            self.maps = tuple(each for each in self.maps if each.id != wanted.id)
            self.show_map(MAIN_MAP)

    def share(self) -> None:
        """Show this map to the team, or to nobody else any more."""
        wanted = self.current

        def done(shared: NetworkMap) -> None:
            self.show_map(shared)
            told = "The team sees" if shared.is_shared else "Only you see"
            self.stage.desk.notice(f"{told} {visible(shared.name)} now.")

        self.stage.tasks.do(
            "map",
            lambda: self.service.share(
                self.stage.desk.actor, map_id=wanted.id, is_shared=not wanted.is_shared
            ),
            done,
        )

    # --- devices of an own map ---------------------------------------------------------------

    def pick(self) -> None:
        """Open the list devices are added from."""
        self.stage.open_side(self.picker)
        self.picker.search.setFocus()

    def add_devices(
        self, devices: tuple[DeviceId, ...], spot: tuple[float, float] | None = None
    ) -> None:
        """Put devices on this map, around a place of it or the middle of the window."""
        wanted, canvas = self.current, self.stage.canvas
        fresh = [each for each in devices if each not in wanted.devices]
        if wanted.shows is not Shows.PICKED or not fresh:
            self.stage.desk.notice("They are on this map already.")
            return
        by_hand = spot is not None
        if spot is None:
            spot = canvas.camera.to_map(canvas.width() / 2, canvas.height() / 2)
        seats = ring(spot, len(fresh), canvas.scene.at)
        moves = tuple(
            Placement(each, Position(x, y, pinned=by_hand))
            for each, (x, y) in zip(fresh, seats, strict=True)
        )
        key = self.stage.place_key
        canvas.is_own_view = canvas.scene.has_devices and canvas.is_own_view

        async def put() -> NetworkMap:
            actor = self.stage.desk.actor
            await self.stage.services.topology.place(actor, moves=moves, view=key)
            return await self.service.add_devices(actor, map_id=wanted.id, device_ids=tuple(fresh))

        self.stage.tasks.do(f"devices {fresh}", put, self.show_map)

    def take_off(self) -> None:
        """Take the selected devices off this map; they stay in the inventory."""
        wanted, chosen = self.current, tuple(self._selected())
        if not chosen:
            self.stage.desk.notice("Select devices first.", Tone.ATTENTION)
            return

        def done(after: NetworkMap) -> None:
            self.stage.canvas.select(())
            self.show_map(after)
            self.stage.desk.notice(f"{plural(len(chosen), 'device')} taken off this map.")

        self.stage.tasks.do(
            "take off",
            lambda: self.service.remove_devices(
                self.stage.desk.actor, map_id=wanted.id, device_ids=chosen
            ),
            done,
        )

    def add_to(self) -> None:
        """Choose the own map the selected devices are to be on as well."""
        chosen = tuple(self._selected())
        if not chosen:
            self.stage.desk.notice("Select devices first.", Tone.ATTENTION)
            return
        menu = QMenu(self.stage.page)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for each in self.maps:
            if each.shows is Shows.PICKED and not each.is_main and each.id != self.current.id:
                act = menu.addAction(_plain(each.name))
                act.triggered.connect(partial(self._add_to, each, chosen))
        menu.addSeparator()
        menu.addAction(self.stage.desk.actions.action("map.new"))
        canvas = self.stage.canvas
        spot = canvas.spot_of(next(iter(canvas.selection)))
        menu.popup(canvas.mapToGlobal(spot))

    def _add_to(self, wanted: NetworkMap, chosen: tuple[DeviceId, ...]) -> None:
        self.stage.tasks.do(
            "add to",
            lambda: self.service.add_devices(
                self.stage.desk.actor, map_id=wanted.id, device_ids=chosen
            ),
            lambda _: self.stage.desk.notice(
                f"{plural(len(chosen), 'device')} put on {visible(wanted.name)}."
            ),
        )

    def _dropped(self, devices: tuple[DeviceId, ...], x: float, y: float) -> None:
        if self.current.shows is Shows.PICKED and not self.current.is_main:
            self.add_devices(devices, self.stage.canvas.camera.to_map(x, y))
        else:
            self.stage.desk.notice(
                "This map chooses its devices by itself: make a map of your own first.",
                Tone.ATTENTION,
            )

    def _selected(self) -> list[DeviceId]:
        """The selected devices; a folded group stands for its members."""
        nodes = self.stage.canvas.scene.nodes
        found: list[DeviceId] = []
        for number in sorted(self.stage.canvas.selection):
            found += nodes[number].members or (nodes[number].device_id,)
        return found

    # --- saved views -------------------------------------------------------------------------

    def save_view(self) -> None:
        """Keep what is looked at, under a name and perhaps a key."""
        self.stage.tasks.do("view", self._save_view)

    async def _save_view(self) -> None:
        dialog = ViewDialog(self._window, self.views)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
        try:
            if not await open_dialog(dialog):
                return
            name, key = dialog.value(), dialog.key()
        finally:
            dialog.deleteLater()
        await self.keep_view(name, key)

    async def keep_view(self, name: str, key: int | None = None) -> None:
        """Save the middle of the window, the scale, and what the tools show."""
        canvas = self.stage.canvas
        x, y = canvas.camera.to_map(canvas.width() / 2, canvas.height() / 2)
        words = self._words()
        await self.service.save_view(
            self.stage.desk.actor,
            map_id=self.current.id,
            name=name,
            x=x,
            y=y,
            scale=canvas.camera.scale,
            key=key,
            projection=self.stage.projection,
            layer=words.get("layer", ""),
            folded=tuple(each for each in words.get("fold", "").split(",") if each),
        )
        self.stage.desk.notice(f"{visible(name)} is kept.")

    def _words(self) -> dict[str, str]:
        return {word: value for tool in self.stage.tools for word, value in tool.words().items()}

    def fly(self, view: SavedView) -> None:
        """Come back to a saved view."""
        stage, canvas = self.stage, self.stage.canvas
        for word, value in (("layer", view.layer), ("fold", ",".join(view.folded))):
            if value or word in self._words():
                any(tool.visit(word, value) for tool in stage.tools)
        if view.projection is not stage.projection:
            stage.go_to_view(stage.view, view.projection)
        canvas.is_own_view = True
        size = float(canvas.width()), float(canvas.height())
        canvas.fly(Camera(view.scale).centred((view.x, view.y), size))

    def _forget(self, view: SavedView) -> None:
        self.stage.tasks.do(
            "view",
            lambda: self.service.remove_view(self.stage.desk.actor, view_id=view.id),
            lambda _: self.stage.desk.notice(f"The view {visible(view.name)} is forgotten."),
        )

    def press(self, digit: int) -> None:
        """Fly to the view that has this key."""
        for view in self.views:
            if view.key == digit:
                self.fly(view)
                return
        self.stage.desk.notice(f"No saved view has Alt+{digit}.", Tone.ATTENTION)

    def _show_views(self, views: tuple[SavedView, ...]) -> None:
        self.views = views

    # --- menus -------------------------------------------------------------------------------

    def _fill_maps(self) -> None:
        menu = self.switcher.menu()
        menu.clear()
        for each in self.maps:
            act = _entry(menu, each.name, partial(self.show_map, each))
            act.setCheckable(True)
            act.setChecked(each.id == self.current.id)
            if not each.is_main and each.is_shared:
                act.setIcon(icon("user"))
                act.setToolTip(f"Shared by {visible(each.owner)}")
        for id in SWITCHER:
            if id:
                menu.addAction(self.stage.desk.actions.action(id))
            else:
                menu.addSeparator()

    def _fill_views(self) -> None:
        menu = self.views_button.menu()
        menu.clear()
        for view in self.views:
            act = _entry(menu, view.name, partial(self.fly, view))
            if view.key is not None:
                act.setShortcut(QKeySequence(f"Alt+{view.key}"))
                act.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        if not self.views:
            menu.addAction("No views saved yet").setEnabled(False)
        menu.addSeparator()
        menu.addAction(self.stage.desk.actions.action("map.save-view"))
        if self.views:
            forget = menu.addMenu("Forget a view")
            for view in self.views:
                _entry(forget, view.name, partial(self._forget, view))

    @property
    def _window(self) -> QWidget:
        return self.stage.page.window()

    def _add_commands(self) -> None:
        for id, text, picture, handler, keys, menus, right in (
            ("map.new", "New map…", "plus", self.create, "Ctrl+Shift+M", ("Context",), EDIT),
            ("map.new-filtered", "New filtered map…", "filter", self.create_filtered, "", (), EDIT),
            ("map.copy", "Copy this map", "copy", self.copy, "", (), EDIT),
            ("map.rename", "Rename this map…", "edit", self.rename, "", (), EDIT),
            ("map.share", "Share this map", "user", self.share, "", (), EDIT),
            ("map.filter", "Which devices this map shows…", "filter", self.change_filter, "", (),
             EDIT),
            ("map.delete", "Delete this map…", "trash", self.delete, "", (), EDIT),
            ("map.pick", "Add devices to this map…", "plus", self.pick, "Insert", ("Edit",), EDIT),
            ("map.add-to", "Add to another map…", "map", self.add_to, "", ("Context",), EDIT),
            ("map.take-off", "Take off this map", "minus", self.take_off, "", ("Context",), EDIT),
            ("map.save-view", "Save this view…", "eye", self.save_view, "Ctrl+Shift+V", (), ""),
        ):  # fmt: skip
            self.stage.add(Command(id, text, picture, handler, keys, right, "Map"), *menus)
        for digit in range(1, 10):
            self.stage.add(
                Command(
                    f"map.view-{digit}",
                    f"Go to saved view {digit}",
                    "eye",
                    partial(self.press, digit),
                    f"Alt+{digit}",
                    group="Map",
                )
            )


SWITCHER = (
    "",
    "map.new",
    "map.new-filtered",
    "map.copy",
    "",
    "map.pick",
    "map.filter",
    "map.rename",
    "map.share",
    "map.delete",
)


class MapLens:
    """Leaves only the devices of a map; remembers what it let pass last, to be counted."""

    def __init__(self, wanted: NetworkMap) -> None:
        self._wanted = wanted
        self.part: Graph | None = None

    def __call__(self, whole: Arranged) -> Arranged:
        self.part = MapService.shown(whole.graph, self._wanted)
        return replace(whole, graph=self.part)


def _plain(name: str) -> str:
    """A name for a menu, where & would be a mnemonic."""
    return visible(name).replace("&", "&&")


def _entry(menu: QMenu, name: str, act: Callable[[], object]) -> QAction:
    action = menu.addAction(_plain(name))
    action.triggered.connect(lambda _checked=False: act())
    return action


class _Title(QToolButton):
    """A button that is the page's title: as large and bright, its arrow behind the name."""

    def __init__(self) -> None:
        super().__init__()
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
        self.setIconSize(QSize(14, 14))
        # A method of its own: a function would be called after the button is gone.
        look().changed.connect(self._dress)
        self._dress()

    def _dress(self) -> None:
        self.setIcon(icon("down"))
        self.setStyleSheet(
            f"QToolButton {{ color: {look().color('text.bright').name()}; font-size: 16px;"
            " font-weight: 600; padding: 2px 4px; }"
        )


def _menu_button(tip: str, *, large: bool = False) -> QToolButton:
    button = _Title() if large else QToolButton()
    button.setAutoRaise(True)
    button.setToolTip(tip)
    button.setAccessibleName(tip)
    button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
    button.setMenu(QMenu(button))
    button.menu().setToolTipsVisible(True)
    return button
