"""The MIB browser: what objects there are, and what a device says under them."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QSplitter, QToolButton, QVBoxLayout, QWidget

from noc_console.kernel.errors import Invalid
from noc_console.kernel.events import Event
from noc_console.kernel.text import plural
from noc_console.services.credentials.model import Credential
from noc_console.services.credentials.service import CredentialService
from noc_console.services.inventory.model import Device, DeviceChanged
from noc_console.services.inventory.service import InventoryService
from noc_console.services.mibs.model import Kind, Loaded, MibObject, MibsChanged
from noc_console.services.mibs.service import MibService
from noc_console.services.snmp.model import ObjectValue, Written
from noc_console.services.snmp.service import SnmpService
from noc_console.views.kit.actions import Command
from noc_console.views.kit.desk import Desk, Route
from noc_console.views.kit.dialogs import confirm, open_dialog
from noc_console.views.kit.label import ElidedLabel
from noc_console.views.kit.page import Page
from noc_console.views.kit.strips import Empty
from noc_console.views.kit.table import spaced
from noc_console.views.kit.tasks import Tasks
from noc_console.views.kit.theme import GRID
from noc_console.views.mibs.loading import LoadedDialog, ModulesDialog, ask_files
from noc_console.views.mibs.navigator import Navigator
from noc_console.views.mibs.results import Results
from noc_console.views.mibs.setting import SetDialog, shown
from noc_console.views.mibs.target import Target, TargetBar

SECTION = "mibs"
FIRST_PIECE, PIECE = 50, 500
"""Objects of a walk asked for at a time: the first are soon there."""
MOST_LIVE = 20_000
"""Values shown while more arrive; a longer list takes a noticeable moment and comes at its end."""
LEFT_WIDTH = 380


class How(Enum):
    """Ways to ask."""

    ANY = "any"
    GET = "get"
    WALK = "walk"
    TABLE = "table"


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of whom; `had` are the values of a walk that goes on."""

    how: How
    text: str
    target: Target
    most: int
    had: tuple[ObjectValue, ...] = ()


class MibsPage(Page):
    """The tree and its search on the left; whom to ask, and the answer, on the right."""

    watches = (MibsChanged, DeviceChanged)

    def __init__(
        self,
        desk: Desk,
        mibs: MibService,
        snmp: SnmpService,
        inventory: InventoryService,
        credentials: CredentialService,
        *,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(desk, parent=parent)
        self._mibs, self._snmp = mibs, snmp
        self._inventory, self._credentials = inventory, credentials
        self.asking = Tasks(self, self.show_error, self._on_asking)
        self.left = Navigator(desk, mibs, self.show_error)
        self.target = TargetBar()
        self.results = Results(desk, self.show_error)
        self.status = ElidedLabel("", tone="dim")
        self.last: Question | None = None
        self._mibs_are_new = False
        self._device_wanted: int | None = None
        self._asks_when_seen = False
        self.setAcceptDrops(True)
        self._lay_out_page()
        self._wire()
        self._add_commands()
        self._restore()
        self._teach()

    # --- what is around --------------------------------------------------------------------

    def reload(self) -> None:
        self.tasks.ask("around", self._look(), self._show)

    def mark_stale(self) -> None:
        """F5: what was asked is asked again."""
        super().mark_stale()
        self.repeat()

    def _retry(self) -> None:
        super()._retry()
        self.repeat()

    def visit(self, route: Route) -> None:
        """A device to ask (`id`), an object to look at (`text`); `DEVICE/OBJECT` asks at once."""
        if route.id is not None:
            self._device_wanted = route.id
            self.mark_stale_quietly()
        place, _, name = route.text.rpartition("/")
        if name:
            self.target.object.setText(name)
            self.left.go_to(name)
        if place and name:
            self._asks_when_seen = True
            self.target.show_device(place)
            self.mark_stale_quietly()

    def mark_stale_quietly(self) -> None:
        """Look again, without asking the device."""
        Page.mark_stale(self)

    def concerns(self, event: Event) -> bool:
        if isinstance(event, MibsChanged):
            self._mibs_are_new = True
        return True

    async def _look(
        self,
    ) -> tuple[tuple[Device, ...], tuple[Credential, ...], Device | None]:
        actor, wanted = self.desk.actor, self._device_wanted
        may_list = actor.may("credentials.list")
        async with asyncio.TaskGroup() as group:
            devices = group.create_task(self._inventory.devices(actor))
            keys = group.create_task(self._credentials.all(actor)) if may_list else None
        chosen = next((one for one in devices.result() if one.id == wanted), None)
        return devices.result(), keys.result() if keys else (), chosen

    def _show(self, seen: tuple[tuple[Device, ...], tuple[Credential, ...], Device | None]) -> None:
        devices, credentials, chosen = seen
        self.target.show_devices(devices)
        self.target.show_credentials(credentials)
        if chosen is not None:
            self._device_wanted = None
            self.target.show_device(chosen.name)
            self.titled.emit(chosen.name)
        if self._mibs_are_new:
            self._mibs_are_new = False
            self.left.renew()
        self.left.begin()
        if self._asks_when_seen:  # only now is it known which devices there are
            self._asks_when_seen = False
            self.ask()
        if self.results.is_empty:
            self._teach()

    def _teach(self) -> None:
        place = self.target.target()
        self.results.show_empty(
            Empty(
                what="Ask a device what it has",
                why="Choose an object on the left and a device above. Enter asks: a single value"
                " is read, a table comes as rows and columns, anything else is walked."
                " F5 asks again."
                if place is None
                else f"Choose an object on the left and press Enter to ask {place.shown}."
                " F5 asks again.",
                icon="mib",
            )
        )

    def choose(self, one: MibObject) -> None:
        """An object was chosen: be ready to ask for it."""
        is_single = one.kind is Kind.SCALAR
        self.target.object.setText(one.full_name + (".0" if is_single else ""))
        self._remember()

    # --- asking ----------------------------------------------------------------------------

    def ask(self, how: How = How.ANY) -> None:
        """Ask the device that was chosen for the object that was chosen."""
        target, text = self.target.target(), self.target.object.text().strip()
        if target is None:
            self.strip.say("Name a device or an address to ask.")
            self.target.place.setFocus()
            return
        if not text:
            self.strip.say("Choose an object on the left, or type its name or OID.")
            self.target.object.setFocus()
            return
        self._start(Question(how, text, target, self.target.most()))

    def repeat(self) -> None:
        """The last question again."""
        if self.last is not None:
            self._start(replace(self.last, had=()))

    def stop(self) -> None:
        """What came so far stays."""
        if self.asking.is_asking("snmp"):
            self.asking.drop("snmp")
            self.status.show_text(f"Stopped. {self.status.whole()}")

    def _start(self, question: Question) -> None:
        self.strip.hide()
        self.last = question
        self._remember()
        self.titled.emit(question.target.shown)
        self.asking.ask("snmp", self._answer(question), lambda _: None)

    async def _answer(self, question: Question) -> None:
        await self._mibs.ready()
        oid = self._mibs.oid_of(question.text, is_instance=False)
        how = self._best(oid) if question.how is How.ANY else question.how
        self.status.show_text(f"Asking {question.target.shown} for {question.text} …")
        if how is How.GET:
            place = question.target
            self.results.show_values(
                await self._snmp.get(
                    self.desk.actor,
                    oid=(question.text,),
                    device=place.device,
                    address=place.address,
                    credential=place.credential,
                )
            )
        elif how is How.TABLE:
            await self._table(question, oid)
        else:
            await self._walk(question, oid)
        self._tell_done(question)

    def _tell_done(self, question: Question) -> None:
        """What is shown, whose it is and of when."""
        shown_now = self.results.shown_table
        if shown_now is not None:
            rows, columns = len(shown_now.rows), len(shown_now.columns)
            what = f"{plural(rows, 'row')}, {plural(columns, 'column')} of {shown_now.name}"
        else:
            what = plural(len(self.results.values.rows.all_rows()), "object")
        at = self.desk.times.clock_time(self.desk.clock.now())
        self.status.show_text(f"{what} from {question.target.shown}, {at}")

    def _best(self, oid: str) -> How:
        """How an operator most likely wants it."""
        found = self._mibs.at(oid)
        if found is None:
            return How.WALK
        if found.object.kind is Kind.SCALAR or (found.object.kind is Kind.COLUMN and found.rest):
            return How.GET
        return How.TABLE if found.object.kind in {Kind.TABLE, Kind.ROW} else How.WALK

    async def _walk(self, question: Question, oid: str) -> None:
        if not question.had:
            self.results.show_values(())
        values, is_cut = await self._pieces(question, oid, show=True)
        self.results.show_values(values)
        if not values:
            self.strip.say(f"{question.target.shown} has nothing under {question.text}.")
        self._tell_cut(is_cut, question, values)

    async def _table(self, question: Question, oid: str) -> None:
        row = self._snmp.row_oid(oid)
        if not row:
            raise Invalid(
                f"{question.text} is in no table that a MIB here describes: walk it, or load the"
                " MIB of the vendor",
                field="oid",
            )
        values, is_cut = await self._pieces(question, row, show=False)
        answer = await self._snmp.arranged(self.desk.actor, oid=row, values=values)
        self.results.show_table(answer)
        if not values:
            self.strip.say(f"{question.target.shown} has no rows in {answer.name}.")
        self._tell_cut(is_cut, question, values)

    async def _pieces(
        self, question: Question, base: str, *, show: bool
    ) -> tuple[list[ObjectValue], bool]:
        """What a device has below `base`, piece by piece; whether the limit cut it."""
        values = list(question.had)
        most = len(values) + question.most
        next_shown = len(values) + 1
        place = question.target
        while len(values) < most:
            wanted = min(PIECE if values else FIRST_PIECE, most - len(values))
            piece = await self._snmp.walk(
                self.desk.actor,
                oid=base,
                device=place.device,
                address=place.address,
                credential=place.credential,
                limit=wanted,
                after=values[-1].oid if values else "",
            )
            values += piece
            if piece:
                last = piece[-1].name or piece[-1].oid
                self.status.show_text(
                    f"{plural(len(values), 'object')} from {place.shown} so far, up to {last}"
                )
            if show and next_shown <= len(values) <= MOST_LIVE:
                # Ever more at a time: showing costs with all there is.
                self.results.show_values(tuple(values))
                next_shown = len(values) * 3 // 2
            if len(piece) < wanted:
                return values, False
        return values, True

    def _tell_cut(self, is_cut: bool, question: Question, values: list[ObjectValue]) -> None:
        if is_cut:
            self.strip.say(
                f"These are the first {spaced(len(values))} objects. There may be more.",
                verb="Go on",
                act=lambda: self._start(replace(question, had=tuple(values))),
            )

    def _on_asking(self, is_busy: bool) -> None:
        self.target.show_busy(is_busy)
        self.busy_line.set_busy(is_busy)

    def _on_value(self, value: ObjectValue | None) -> None:
        """A value was chosen: tell what it is."""
        if value is not None and (found := self._mibs.at(value.oid)) is not None:
            self.left.details.show_object(found.object)

    # --- setting ---------------------------------------------------------------------------

    def set_value(self) -> None:
        """Write the chosen value, or the object in the line, after asking."""
        if not self.desk.actor.may("snmp.set"):
            return
        target, value = self.target.target(), self.results.current()
        text = value.oid if value is not None else self.target.object.text().strip()
        if target is None or not text:
            self.strip.say("Choose a value of a device to set.")
            return
        self.strip.hide()
        self.tasks.do("set", lambda: self._set_flow(target, text), self._was_set)

    async def _set_flow(self, target: Target, text: str) -> Written | None:
        actor = self.desk.actor
        await self._mibs.ready()
        oid = self._mibs.oid_of(text, is_instance=True)
        old = await self._snmp.look(
            actor,
            oid=oid,
            device=target.device,
            address=target.address,
            credential=target.credential,
        )
        found = self._mibs.at(oid)
        dialog = SetDialog(
            self,
            place=target.shown,
            old=old,
            about=found.object if found else None,
            type=self._snmp.type_of(oid, old),
            wrong=lambda kind, value: self._snmp.wrong(oid, kind, value),
        )
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
        try:
            if not await open_dialog(dialog):
                return None
            kind, value, new = *dialog.chosen(), dialog.shown_new()
        finally:
            dialog.deleteLater()
        name = (old.name or oid).rpartition("::")[2]
        is_sure = await confirm(
            self,
            f"Set {name} of {target.shown}?",
            f"Now: {shown(old)}\nNew: {new or 'an empty text'}\n\nIt is kept in the journal.",
            verb=f"Set {name}",
        )
        if not is_sure:
            return None
        return await self._snmp.set(
            actor,
            oid=oid,
            value=value,
            type=kind,
            device=target.device,
            address=target.address,
            credential=target.credential,
            expect=str(old.value) if old.is_there else None,
        )

    def _was_set(self, written: Written | None) -> None:
        if written is None:
            return
        name = (written.new.name or written.new.oid).rpartition("::")[2]
        self.desk.notice(f"{name}: {shown(written.old)} → {shown(written.new)}")
        self.repeat()

    # --- loading ---------------------------------------------------------------------------

    def load_files(self) -> None:
        self.tasks.do("load", lambda: self._load_flow(folder=False))

    def load_folder(self) -> None:
        self.tasks.do("load", lambda: self._load_flow(folder=True))

    async def _load_flow(self, *, folder: bool) -> None:
        if paths := await ask_files(self, folder=folder):
            await self._load(paths)

    async def _load(self, paths: tuple[str, ...]) -> None:
        self.desk.notice("Reading the MIBs…")
        loaded: Loaded = await self._mibs.load(self.desk.actor, path=paths)
        await open_dialog(LoadedDialog(self, loaded))

    def show_modules(self) -> None:
        self.tasks.do("modules", self._modules_flow)

    async def _modules_flow(self) -> None:
        modules = await self._mibs.modules(self.desk.actor)
        dialog = ModulesDialog(self, self.desk, modules, self.show_error)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
        try:
            gone = dialog.chosen() if await open_dialog(dialog) else ()
        finally:
            dialog.deleteLater()
        if gone:
            await self._mibs.remove(self.desk.actor, module=gone)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls() and self.desk.actor.may("mibs.load"):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        urls = event.mimeData().urls()
        if paths := tuple(url.toLocalFile() for url in urls if url.isLocalFile()):
            event.acceptProposedAction()
            self.tasks.do("load", lambda: self._load(paths))

    # --- building --------------------------------------------------------------------------

    def _lay_out_page(self) -> None:
        right = QWidget()
        answer = QVBoxLayout(right)
        answer.setContentsMargins(0, 0, 0, 0)
        answer.setSpacing(0)
        answer.addWidget(self.target)
        answer.addWidget(self.results, 1)
        answer.addWidget(self._foot())
        self.panes = QSplitter(Qt.Orientation.Horizontal)
        self.panes.addWidget(self.left)
        self.panes.addWidget(right)
        self.panes.setStretchFactor(1, 1)
        self.panes.setSizes([LEFT_WIDTH, 800])
        self.panes.setChildrenCollapsible(False)
        for splitter in (self.left, self.panes):
            splitter.splitterMoved.connect(lambda *_: self._remember())
        self.body.addWidget(self.panes)
        self.setFocusProxy(self.left)

    def _foot(self) -> QWidget:
        foot = QWidget()
        foot.setProperty("role", "status")
        foot.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        line = QHBoxLayout(foot)
        line.setContentsMargins(GRID + 4, 4, GRID, 4)
        line.addWidget(self.status)
        return foot

    def _wire(self) -> None:
        self.left.chosen.connect(self.choose)
        self.left.asked.connect(self.ask)
        self.left.menu_wanted.connect(self._show_tree_menu)
        self.left.load_button.clicked.connect(self._show_load_menu)
        target = self.target
        target.asked.connect(self.ask)
        target.get_button.clicked.connect(lambda: self.ask(How.GET))
        target.walk_button.clicked.connect(lambda: self.ask(How.WALK))
        target.table_button.clicked.connect(lambda: self.ask(How.TABLE))
        target.set_button.clicked.connect(self.set_value)
        target.set_button.setVisible(self.desk.actor.may("snmp.set"))
        target.stop_button.clicked.connect(self.stop)
        self.results.opened.connect(lambda _: self.set_value())
        self.results.chosen.connect(self._on_value)

    def _show_tree_menu(self, at: QPoint) -> None:
        self._menu(("mibs.ask", "mibs.walk", "mibs.table", "mibs.set", "mibs.copy")).popup(at)

    def _show_load_menu(self) -> None:
        menu = self._menu(("mibs.load", "mibs.load-folder", "mibs.modules"))
        menu.popup(_below(self.left.load_button))

    def _menu(self, ids: Sequence[str]) -> QMenu:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for id in ids:
            action = self.desk.actions.action(id)
            if action.isVisible():
                menu.addAction(action)
        return menu

    def _add_commands(self) -> None:
        for id, text, picture, handler, keys, right in (
            ("mibs.ask", "Ask for the chosen object", "play", self.ask, "Ctrl+Return", ""),
            ("mibs.get", "Get", "leaf", lambda: self.ask(How.GET), "Ctrl+G", ""),
            ("mibs.walk", "Walk", "right", lambda: self.ask(How.WALK), "Ctrl+W", ""),
            ("mibs.table", "Table", "table", lambda: self.ask(How.TABLE), "Ctrl+T", ""),
            ("mibs.set", "Set…", "edit", self.set_value, "Ctrl+E", "snmp.set"),
            ("mibs.stop", "Stop asking", "stop", self.stop, "Ctrl+.", ""),
            ("mibs.find", "Search objects", "search", self.left.focus_search, "Ctrl+F", ""),
            ("mibs.copy", "Copy the OID", "copy", self.left.details.copy_oid, "Ctrl+Shift+C", ""),
            ("mibs.json", "Export JSON…", "export", self.results.export_json, "", ""),
            ("mibs.load", "Load MIB files…", "load", self.load_files, "Ctrl+Shift+O", "mibs.load"),
            (
                "mibs.load-folder",
                "Load a folder of MIBs…",
                "folder",
                self.load_folder,
                "",
                "mibs.load",
            ),
            ("mibs.modules", "MIB modules…", "module", self.show_modules, "", ""),
        ):
            self.desk.actions.add(
                Command(id, text, picture, handler, keys, right=right, group="MIB browser"), self
            )
        action = self.desk.actions.action
        self.results.set_menu([action("mibs.set"), action("mibs.copy"), None, action("mibs.json")])

    # --- what is remembered ----------------------------------------------------------------

    def _remember(self) -> None:
        self.desk.state.put(
            SECTION,
            place=self.target.place.currentText(),
            object=self.target.object.text(),
            panes=self.panes.sizes(),
            left=self.left.sizes(),
        )

    def _restore(self) -> None:
        kept = self.desk.state.get(SECTION)
        self.target.show_device(str(kept.get("place") or ""))
        self.target.object.setText(str(kept.get("object") or ""))
        for splitter, key in ((self.panes, "panes"), (self.left, "left")):
            sizes = kept.get(key)
            if isinstance(sizes, list) and len(sizes) == splitter.count():
                splitter.setSizes([one for one in sizes if isinstance(one, int)])


def _below(button: QToolButton) -> QPoint:
    return button.mapToGlobal(QPoint(0, button.height()))
