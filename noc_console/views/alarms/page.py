"""The alarm desk: the list, what narrows and folds it, and everything about the one chosen."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QGuiApplication, QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QVBoxLayout, QWidget

from noc_console.kernel.events import Event
from noc_console.services.alarms.intents import IntentsChanged
from noc_console.services.alarms.model import Alarm, AlarmChanged, AlarmsChanged
from noc_console.services.filters.model import FilterRemoved, FilterSaved, SavedFilter
from noc_console.services.inventory.model import Device
from noc_console.views.alarms.acting import Acting, route_of
from noc_console.views.alarms.around import Around
from noc_console.views.alarms.arranging import FLOOD, FLOOD_ENDS, Arranged, title_of
from noc_console.views.alarms.asked import LINK, Asked, Grouping, parse, parsed_route
from noc_console.views.alarms.bar import FilterButton, GroupButton, ProgressStrip, Sights
from noc_console.views.alarms.columns import alarm_columns
from noc_console.views.alarms.details import AlarmDetails
from noc_console.views.alarms.dialogs import SaveFilterDialog
from noc_console.views.alarms.facets import FacetPane
from noc_console.views.alarms.following import Following
from noc_console.views.alarms.given import DeskServices
from noc_console.views.alarms.listing import AlarmList
from noc_console.views.alarms.matching import Facts
from noc_console.views.alarms.moment import Moment
from noc_console.views.alarms.nearby import Nearby
from noc_console.views.alarms.notes import Notes
from noc_console.views.alarms.presence import Presence
from noc_console.views.alarms.reasons import Reasons
from noc_console.views.alarms.section import Section
from noc_console.views.kit.actions import Command
from noc_console.views.kit.desk import Desk, Route
from noc_console.views.kit.dialogs import confirm, open_dialog
from noc_console.views.kit.icons import IconButton
from noc_console.views.kit.page import Page
from noc_console.views.kit.strips import Empty, Strip
from noc_console.views.kit.theme import GRID

SECTION = "alarms"
WIDE_PX = 1500
"""From so wide a page on the facets stand beside the list unless they were put away."""
FOLLOW_MS = 5_000
"""What left the desk because time passed is asked for so often."""


class AlarmsPage(Page):
    """What is wrong now, root causes first; what cleared unseen stays until someone has seen it."""

    watches = (AlarmChanged, AlarmsChanged)
    calm_ms = 250

    def __init__(self, desk: Desk, given: DeskServices) -> None:
        super().__init__(desk)
        self._given = given
        self._wanted: int | None = None
        self._shift: datetime | None = None
        self._is_flood = False
        self._told: tuple[Alarm, int] | None = None
        """Whose history is shown."""
        self.table = AlarmList(desk, alarm_columns(desk), self._facts, self.show_error)
        self.model = self.table.model
        self.following = Following(desk.actor, given.alarms, self.model, self.show_error)
        self.acting = Acting(self, given, self.table, self.show_error)
        sights = ("unacked", "mine", "new") if given.handover else ("unacked", "mine")
        self.sights = Sights(sights, self)
        self.chips = self.sights.chips
        self.group = GroupButton()
        self.filters = FilterButton(desk.actor.name)
        self.facets = FacetPane()
        self.facets_button = IconButton("filter", "Facets beside the list   F")
        self.facets_button.setCheckable(True)
        self.flood = Strip()
        self.progress = ProgressStrip(self.acting.deeds.cancel)
        self.details = AlarmDetails(desk, self._sections())
        self.presence = Presence(desk, given.alarms, self._on_presence, self.show_error)
        self._split = QSplitter(Qt.Orientation.Horizontal)
        self._arrange_parts()
        self._add_commands()
        self._wire()
        self._ask(replace(self.asked, text=self.table.filter_line.text()))

    # --- for the window ----------------------------------------------------------------------

    def reload(self) -> None:
        self.following.follow()

    def visit(self, route: Route) -> None:
        if route.text:
            self.show_asked(parsed_route(route.text))
        if route.id is not None:
            self.show_asked(Asked(group=self.asked.group))
            if not self.table.select(route.id):
                self._wanted = route.id  # not there yet, or folded: chosen when it is shown
                self._reveal(route.id)

    def repaint_times(self) -> None:
        self.details.refresh()

    # --- what is asked -----------------------------------------------------------------------

    @property
    def asked(self) -> Asked:
        return self.model.wanted.asked

    def show_asked(self, asked: Asked) -> None:
        """Show what this means, and say so in the filter line, the chips and the facets."""
        self.table.filter_line.blockSignals(True)
        self.table.filter_line.setText(asked.text)
        self.table.filter_line.blockSignals(False)
        self.desk.state.put("table.alarms", filter=asked.text)
        self._ask(asked)

    def _ask(self, asked: Asked) -> None:
        self.sights.show_asked(asked)
        self.filters.asked = asked
        self.group.show_group(asked.group, by_site=self.model.wanted.by_site)
        self.model.ask(asked)

    def _on_chips(self) -> None:
        self._ask(self.sights.onto(self.asked))

    def _on_typed(self, text: str) -> None:
        """A link that somebody sent is a filter as a whole."""
        if text.startswith(LINK):
            self.show_asked(parse(text))

    def _on_facet(self, facet: str, value: str) -> None:
        self._ask(self.asked.turned(facet, value))

    def choose_group(self, group: Grouping) -> None:
        self.desk.state.put(SECTION, group=group.value)
        self._ask(replace(self.asked, group=group))

    def next_group(self) -> None:
        """Fold by the next thing."""
        known = list(Grouping)
        self.choose_group(known[(known.index(self.asked.group) + 1) % len(known)])

    def _facts(self) -> Facts:
        shift = None if self._shift is None else self._shift.timestamp()
        return Facts(self.desk.actor.name, self.desk.clock.now().timestamp(), shift)

    # --- showing -----------------------------------------------------------------------------

    def _on_shown(self, found: Arranged) -> None:
        self.sights.show_counts(found.severities)
        self.facets.show_facets(found.facets, self.asked)
        self.desk.blink.need(found.blinks)
        quiet = self.following.is_loaded and not found.total
        self.show_empty(_quiet() if quiet else None)
        if self._wanted is not None:
            if self.table.select(self._wanted):
                self._wanted = None
            else:
                self._reveal(self._wanted)
        self._mind_flood(found)  # after that: what is chosen stays in sight
        self._show_chosen()

    def _mind_flood(self, found: Arranged) -> None:
        """In a flood the list is folded by place, as long as nobody chose otherwise."""
        before, wanted = self._is_flood, self.model.wanted
        self._is_flood = found.news > FLOOD or (before and found.news >= FLOOD_ENDS)
        may = wanted.asked.group is Grouping.AUTO
        if not self._is_flood:
            if before or wanted.by_site:
                self.flood.hide()
                self._fold_by_site(False)
            return
        words = f"Flood: {found.news:,} root alarms within ten minutes."
        is_awaited = self._wanted in self.model.ledger.by_id
        if may and not wanted.by_site and not (is_awaited or self.table.picked.hasSelection()):
            # Never under the hand: while a line is chosen its surroundings stay.
            self._fold_by_site(True)
        if wanted.by_site and may:
            self.flood.say(
                f"{words} They are grouped by place.",
                verb="Show each root",
                act=lambda: self.choose_group(Grouping.ROOT),
            )
        elif may:
            self.flood.say(words, verb="Group by place", act=lambda: self._fold_by_site(True))
        else:
            self.flood.hide()

    def _fold_by_site(self, by_site: bool) -> None:
        self.model.want(replace(self.model.wanted, by_site=by_site))
        self.group.show_group(self.asked.group, by_site=by_site)

    def _reveal(self, alarm_id: int) -> None:
        """Open what an alarm is folded behind, and the group it is in."""
        alarm, wanted = self.model.ledger.by_id.get(alarm_id), self.model.wanted
        if alarm is None:
            return
        root = self.model.ledger.by_id.get(int(alarm.root_id or 0), alarm)
        opened = wanted.open | {int(root.id)} if root is not alarm else wanted.open
        titles = {title_of(root, grouping) for grouping in Grouping}
        self.model.want(replace(wanted, open=opened, open_groups=wanted.open_groups | titles))

    def _on_chosen(self) -> None:
        self._show_chosen()

    def _sections(self) -> tuple[Section, ...]:
        desk, given = self.desk, self._given
        self.reasons = Reasons(desk, given, self.show_error, self._family)
        self.reasons.asked.connect(lambda id: self.visit(Route("alarms", id=id)))
        kinds: tuple[type[Section], ...] = (Moment, Around, Nearby)
        found = [kind(desk, given, self.show_error) for kind in kinds if kind.is_offered(given)]
        found.append(self.reasons)
        if Notes.is_offered(given):
            found.append(Notes(desk, given, self.show_error))
        return tuple(found)

    async def _family(self, alarm_id: int) -> Sequence[Alarm]:
        def look() -> Sequence[Alarm]:
            with self.model.ledger.lock:
                return self.model.ledger.folded_under(alarm_id)

        return await asyncio.to_thread(look)

    def _on_presence(self, lookers: Mapping[int, tuple[str, ...]]) -> None:
        """Somebody opened or left an alarm, or something waits for the store."""
        ids = (id for intent in self._given.alarms.waiting() for id in intent.alarm_ids)
        self.model.mark(lookers=lookers, waiting=frozenset(map(int, ids)))
        if self.details.alarm is not None:
            self.details.show_lookers(lookers.get(int(self.details.alarm.id), ()))

    def _ask_shift(self) -> None:
        """Since when I was away, for “new for me”."""
        handover = self._given.handover
        if handover is not None and self.desk.actor.may("handover.see"):
            self.tasks.ask("shift", handover.since_last_shift(self.desk.actor), self._take_shift)

    def _take_shift(self, since: datetime) -> None:
        if since != self._shift:
            self._shift = since
            self.model.arrange_again()

    def _show_chosen(self) -> None:
        alarm = self.table.current_alarm()
        self.presence.look_at(None if alarm is None else int(alarm.id))
        self.details.show_alarm(alarm, selected=self.table.many)
        self.acting.enable(some=self.table.many > 0)
        if alarm is None:
            self._told = None
            self.tasks.drop("history")
            return
        wanted = (alarm, alarm.rev)
        if wanted == self._told:
            return
        self._told = wanted
        self.tasks.ask(
            "history",
            self._given.alarms.history(self.desk.actor, alarm_id=int(alarm.id)),
            self.details.show_history,
        )

    def _on_carried(self) -> None:
        """Something was done, or waits for the store."""
        self._on_presence(self.model.shown.lookers)
        self.reload()

    def _on_blink(self, _light: bool) -> None:
        if self.isVisible():
            self.model.refresh_column("severity")

    def _tick(self) -> None:
        self.model.refresh_column("age")
        self.details.refresh()

    # --- filters that are kept ---------------------------------------------------------------

    def _ask_filters(self) -> None:
        if self._given.filters is not None and self.desk.actor.may("filters.see"):
            saved = self._given.filters.saved(self.desk.actor)
            self.tasks.ask("filters", saved, self.filters.show_kept)

    def save_filter(self) -> None:
        """Keep what narrows the list under a name."""
        if self._given.filters is not None and self.asked.narrows:
            self.tasks.do("save filter", self._save_flow)

    async def _save_flow(self) -> None:
        words, kept = self.asked.words(), self.filters.kept
        own = tuple(one for one in kept if one.owner == self.desk.actor.name)
        dialog = SaveFilterDialog(self.window(), words, own)
        if await open_dialog(dialog) and self._given.filters is not None:
            name, shared = dialog.name, dialog.is_shared
            await self._given.filters.save(self.desk.actor, name=name, text=words, is_shared=shared)

    def _share(self, one: SavedFilter, is_shared: bool) -> None:
        if (filters := self._given.filters) is not None:
            self.tasks.do(
                "share filter",
                lambda: filters.share(self.desk.actor, filter_id=one.id, is_shared=is_shared),
            )

    def _remove(self, one: SavedFilter) -> None:
        self.tasks.do("remove filter", lambda: self._remove_flow(one))

    async def _remove_flow(self, one: SavedFilter) -> None:
        sure = await confirm(
            self.window(), f"Remove the filter “{one.name}”", one.text, verb="Remove filter"
        )
        if sure and self._given.filters is not None:
            await self._given.filters.remove(self.desk.actor, filter_id=one.id)

    def copy_link(self) -> None:
        """What others paste into their filter line to see the same."""
        QGuiApplication.clipboard().setText(self.asked.link())
        self.desk.notice("A link to this filter is on the clipboard.")

    # --- wiring ------------------------------------------------------------------------------

    def toggle_facets(self) -> None:
        shown = not self.facets.isVisible()
        self.facets.setVisible(shown)
        self.facets_button.setChecked(shown)
        self._share_room()
        self.desk.state.put(SECTION, facets=shown)

    def _add_commands(self) -> None:
        for name, text, icon, keys, act in (
            ("facets", "Facets beside the list", "filter", "F", self.toggle_facets),
            ("group", "Fold by the next thing", "row", "B", self.next_group),
            ("open-all", "Unfold everything", "plus", "Shift+Right",
             lambda: self.table.open_all(is_open=True)),
            ("close-all", "Fold everything", "minus", "Shift+Left",
             lambda: self.table.open_all(is_open=False)),
            ("save-filter", "Save this filter…", "save", "Ctrl+S", self.save_filter),
            ("tab", "Next part of the details", "right", "D", self.details.next_tab),
            ("link", "Copy a link to this filter", "link", "Ctrl+Shift+C", self.copy_link),
        ):  # fmt: skip
            right = "filters.save" if name == "save-filter" else ""
            command = Command(f"alarms.{name}", text, icon, act, keys, right, group="Alarms")
            self.desk.actions.add(command, self)
        self.details.offer(
            self.desk.actions,
            *(f"alarms.{name}" for name in ("acknowledge", "own", "ticket", "comment", "shelve")),
        )

    def _wire(self) -> None:
        self.chips.changed.connect(self._on_chips)
        self.table.filter_line.textChanged.connect(self._on_typed)
        self.group.chosen.connect(self.choose_group)
        self.facets.turned.connect(self._on_facet)
        self.facets_button.clicked.connect(self.toggle_facets)
        self.filters.chosen.connect(lambda words: self.show_asked(parse(words)))
        self.filters.save_asked.connect(self.save_filter)
        self.filters.link_asked.connect(self.copy_link)
        self.filters.share_asked.connect(self._share)
        self.filters.remove_asked.connect(self._remove)
        self.table.chosen.connect(self._on_chosen)
        self.table.opened.connect(self._open)
        self.details.object_asked.connect(self._open_shown)
        self.model.hear(self._on_shown)
        self.acting.deeds.progressed.connect(self.progress.show_progress)
        self.acting.deeds.carried.connect(self._on_carried)
        self.following.loaded.connect(self._ask_filters)
        self.following.loaded.connect(self._ask_types)
        self.desk.blink.turned.connect(self._on_blink)
        self.desk.feed.arrived.connect(self._on_filters)
        self._second = QTimer(self)
        self._second.setInterval(1000)
        self._second.timeout.connect(self._tick)
        self._again = QTimer(self)
        self._again.setInterval(FOLLOW_MS)
        self._again.timeout.connect(self.reload)

    def _ask_types(self) -> None:
        inventory = self._given.inventory
        if inventory is not None and self.desk.actor.may("inventory.read"):
            self.tasks.ask("types", inventory.devices(self.desk.actor), self._take_types)

    def _take_types(self, devices: Sequence[Device]) -> None:
        self.model.name_types({int(one.id): one.type.value for one in devices})

    def _on_filters(self, events: tuple[Event, ...]) -> None:
        if any(isinstance(event, FilterSaved | FilterRemoved) for event in events):
            self._ask_filters()
        for event in events:
            if isinstance(event, IntentsChanged):
                self._on_presence(self.model.shown.lookers)
                if event.refused:
                    self.strip.say(event.refused)
                self.reload()

    def _open(self, line: object) -> None:
        if (alarm := self.table.current_alarm()) is not None:
            self.desk.go(route_of(alarm))
        elif (current := self.table.current()) is not None:
            row = self.model.find(current.key)
            self.table.open_line(row, not current.is_open)

    def _open_shown(self) -> None:
        if self.details.alarm is not None:
            self.desk.go(route_of(self.details.alarm))

    def _arrange_parts(self) -> None:
        middle = QWidget()
        column = QVBoxLayout(middle)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._bar())
        column.addWidget(self.table, 1)
        self.filters.setVisible(self._given.filters is not None)
        self._split.addWidget(self.facets)
        self._split.addWidget(middle)
        self._split.addWidget(self.details)
        self._split.setStretchFactor(1, 1)
        self._split.setCollapsible(1, False)
        self._was_shared = False
        self._split.splitterMoved.connect(self._on_edge_moved)
        self.body.addWidget(self.flood)
        self.body.addWidget(self._split, 1)
        self.body.addWidget(self.progress)
        self.setFocusProxy(self.table)
        kept = self._kept()
        group = str(kept.get("group", ""))
        if group in set(Grouping):
            self.model.ask(replace(self.asked, group=Grouping(group)))

    def _bar(self) -> QWidget:
        """Facets, sights, folding and kept filters: above the filter line, which needs its room."""
        bar = QWidget()
        bar.setProperty("role", "toolbar")
        bar.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        line = QHBoxLayout(bar)
        line.setContentsMargins(GRID, 6, GRID, 0)
        line.setSpacing(6)
        line.addWidget(self.facets_button)
        line.addWidget(self.chips)
        line.addStretch(1)
        line.addWidget(self.group)
        line.addWidget(self.filters)
        return bar

    def _kept(self) -> Mapping[str, object]:
        return self.desk.state.get(SECTION)

    def showEvent(self, event: QShowEvent) -> None:
        told = self._kept().get("facets")
        shown = bool(told) if told is not None else self.width() >= WIDE_PX
        self.facets.setVisible(shown)
        self.facets_button.setChecked(shown)
        super().showEvent(event)
        self._share_room()
        self._second.start()
        self._again.start()
        self.presence.begin()
        self._ask_shift()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share_room()

    def _on_edge_moved(self) -> None:
        self._was_shared = True

    def _share_room(self) -> None:
        """The details are as wide as there is room for, until somebody moved their edge."""
        if not self._was_shared:
            wide = self.width()
            details = max(262, min(420, wide // 4 - 30))
            facets = 200 if self.facets.isVisibleTo(self) else 0
            self._split.setSizes([facets, wide - facets - details, details])

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._second.stop()
        self._again.stop()
        self.presence.end()


def _quiet() -> Empty:
    return Empty(
        what="All quiet",
        why="No alarm is active and none waits for an acknowledgement. What goes wrong"
        " appears here by itself.",
        icon="check",
    )
