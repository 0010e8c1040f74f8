"""Notifications: the ways out, the people, the routes, the texts, and what became of messages."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QSplitter, QTabWidget, QToolButton, QVBoxLayout, QWidget

from noc_console.kernel.errors import Refused
from noc_console.services.alarms.model import Alarm
from noc_console.services.alarms.service import AlarmService
from noc_console.services.notify.model import (
    ADDRESSED,
    Channel,
    Contact,
    ContactId,
    DeliveriesChanged,
    Group,
    GroupId,
    NotifierState,
    NotifyPolicy,
    NotifySettingsChanged,
    Preview,
    RouteId,
    Template,
)
from noc_console.services.notify.model import (
    Route as Routing,
)
from noc_console.services.notify.service import PLACES, NotifyService
from noc_console.services.notify.settings import TITLES, ChannelKind
from noc_console.views.kit.actions import Command
from noc_console.views.kit.desk import Desk, Route
from noc_console.views.kit.dialogs import Dialog, confirm, open_dialog
from noc_console.views.kit.icons import WordButton, icon
from noc_console.views.kit.label import ElidedLabel
from noc_console.views.kit.page import Page
from noc_console.views.kit.strips import Empty
from noc_console.views.kit.table import Table
from noc_console.views.kit.theme import GRID
from noc_console.views.notify.columns import (
    channel_columns,
    contact_columns,
    group_columns,
    route_rows,
)
from noc_console.views.notify.forms import (
    ChannelForm,
    ContactForm,
    GroupForm,
    PolicyForm,
    TestForm,
    new_channel,
)
from noc_console.views.notify.route_form import RouteForm
from noc_console.views.notify.tabs import (
    ListTab,
    LogTab,
    RoutesTab,
    TextsTab,
    action_button,
    bar,
    routes_table,
)
from noc_console.views.notify.words import state_text

TABS = ("channels", "contacts", "routes", "texts", "log")
Names = Callable[[], Coroutine[Any, Any, tuple[str, ...]]]


async def _no_names() -> tuple[str, ...]:
    return ()


@dataclass(frozen=True, slots=True)
class Looked:
    """What one look brought."""

    channels: tuple[Channel, ...] = ()
    contacts: tuple[Contact, ...] = ()
    groups: tuple[Group, ...] = ()
    routes: tuple[Routing, ...] = ()
    templates: tuple[Template, ...] = ()
    alarms: tuple[Alarm, ...] = ()
    policies: tuple[str, ...] = ()
    policy: NotifyPolicy = field(default_factory=NotifyPolicy)
    state: NotifierState = field(
        default_factory=lambda: NotifierState(None, "", 0, 0.0, failed_today=0)
    )


class NotifyPage(Page):
    """A line on whether messages get out, and five tabs."""

    watches = (NotifySettingsChanged, DeliveriesChanged)
    refresh_s = 5.0
    calm_ms = 1000

    def __init__(
        self,
        desk: Desk,
        notify: NotifyService,
        alarms: AlarmService,
        names: Names = _no_names,
        *,
        parent: QWidget | None = None,
    ) -> None:
        """`names` tells the on-call policies there are."""
        super().__init__(desk, parent=parent)
        self._notify, self._alarms, self._names = notify, alarms, names
        self.known = Looked()
        self._contact_names: dict[int, str] = {}
        self.state_line = ElidedLabel("", tone="dim")
        self.tabs = QTabWidget()
        error = self.show_error
        self.channels_table: Table[Channel] = Table(
            desk, "notify.channels", channel_columns(desk), lambda row: int(row.id), error
        )
        self.contacts_table: Table[Contact] = Table(
            desk, "notify.contacts", contact_columns(), lambda row: int(row.id), error
        )
        self.groups_table: Table[Group] = Table(
            desk, "notify.groups", group_columns(self._contact_names), lambda row: int(row.id),
            error,
        )  # fmt: skip
        self.routes_table = routes_table(desk, error)
        self._act = self._commands()
        self._build()
        self.channels_table.opened.connect(lambda _: self.change_channel())
        self.contacts_table.opened.connect(lambda _: self.change_contact())
        self.groups_table.opened.connect(lambda _: self.change_group())
        self.routes_table.opened.connect(lambda _: self.change_route())
        self.routes.asked.connect(self._ask_who)
        self.texts.asked.connect(self._ask_preview)
        self.log.asked.connect(self._ask_log)
        self.tabs.currentChanged.connect(lambda _: self._ask_log())

    def reload(self) -> None:
        self.tasks.ask("notify", self._look(), self._show)
        self._ask_log()

    def visit(self, route: Route) -> None:
        """`notify/log` opens a tab; `id` is an alarm whose routes are asked for."""
        if route.text in TABS:
            self.tabs.setCurrentIndex(TABS.index(route.text))
        if route.id is not None:
            self.tabs.setCurrentIndex(TABS.index("routes"))
            self._ask_who(route.id)

    async def _look(self) -> Looked:
        actor, notify = self.desk.actor, self._notify
        async with asyncio.TaskGroup() as group:
            channels = group.create_task(notify.channels(actor))
            contacts = group.create_task(notify.contacts(actor))
            groups = group.create_task(notify.groups(actor))
            routes = group.create_task(notify.routes(actor))
            templates = group.create_task(notify.templates(actor))
            alarms = group.create_task(self._alarms.listed(actor, limit=200))
            state = group.create_task(notify.state(actor))
            policy = group.create_task(notify.policy(actor))
            names = group.create_task(self._names())
        return Looked(
            channels.result(),
            contacts.result(),
            groups.result(),
            routes.result(),
            templates.result(),
            alarms.result().alarms,
            names.result(),
            policy.result(),
            state.result(),
        )

    def _show(self, looked: Looked) -> None:
        self.known = looked
        text, is_bad = state_text(looked.state)
        has_any = any(each.is_enabled for each in looked.channels)
        if not has_any:
            text, is_bad = "Nobody is told of anything yet: add a channel.", False
        self.state_line.show_text(text)
        self.state_line.set_tone("attention" if is_bad else "dim")
        self._contact_names.clear()
        self._contact_names.update({int(each.id): each.name for each in looked.contacts})
        self.channels.show_rows(looked.channels)
        self.contacts.show_rows(looked.contacts)
        self.groups_table.show_rows(looked.groups)
        rows = route_rows(
            looked.routes,
            {int(each.id): each for each in looked.channels},
            {int(each.id): each for each in looked.contacts},
            {int(each.id): each for each in looked.groups},
        )
        self.routes.list.show_rows(rows)
        roots = [alarm for alarm in looked.alarms if not alarm.is_folded]
        self.routes.picker.show_alarms(roots)
        self.texts.picker.show_alarms(roots)
        self.texts.show_templates(looked.templates)
        self.routes.ask()
        self._ask_preview()

    def _ask_who(self, alarm_id: int) -> None:
        self.tasks.ask(
            "who",
            self._notify.who(self.desk.actor, alarm_id=alarm_id),
            self.routes.show_answer,
        )

    def _ask_preview(self) -> None:
        template, alarm_id = self.texts.template(), self.texts.picker.alarm_id()
        if template is None or alarm_id is None:
            self.texts.show_preview(Preview("", "", "A preview needs an alarm on the desk."))
            return
        self.tasks.ask("preview", self._preview(template, alarm_id), self._show_preview)

    async def _preview(self, template: Template, alarm_id: int) -> Preview | str:
        try:
            return await self._notify.preview(self.desk.actor, template=template, alarm_id=alarm_id)
        except Refused as refusal:
            return str(refusal)  # said beside the text, which is still being written

    def _show_preview(self, told: Preview | str) -> None:
        if isinstance(told, str):
            self.texts.show_problem(told)
        else:
            self.texts.show_preview(told)

    def _ask_log(self) -> None:
        if self.tabs.currentIndex() == TABS.index("log"):
            query: dict[str, Any] = dict(self.log.query())
            self.tasks.ask("log", self._notify.log(self.desk.actor, **query), self.log.show_log)

    # --- channels --------------------------------------------------------------------------

    def add_channel(self, kind: ChannelKind) -> None:
        self._do(lambda: self._save_channel(new_channel(kind)))

    def change_channel(self) -> None:
        if (row := self.channels_table.current()) is not None:
            self._do(lambda: self._save_channel(row))

    async def _save_channel(self, channel: Channel) -> None:
        form = ChannelForm(self.window(), channel)
        if await _answered(form):
            secret, key = form.secrets()
            await self._notify.save_channel(
                self.desk.actor, wanted=form.channel(), secret=secret, key=key
            )

    def test_channel(self) -> None:
        if (row := self.channels_table.current()) is not None:
            self._do(lambda: self._test(row))

    async def _test(self, channel: Channel) -> None:
        to = ""
        if channel.kind in ADDRESSED:
            form = TestForm(self.window(), channel, self.known.contacts)
            if not await _answered(form):
                return
            to = form.address()
        said = await self._notify.test(self.desk.actor, channel_id=channel.id, to=to)
        self.desk.notice(f"{channel.name} took the test: {said}")

    def switch_channel(self) -> None:
        if (row := self.channels_table.current()) is not None:
            self._do(
                lambda: self._notify.enable_channel(
                    self.desk.actor, channel_id=row.id, on=not row.is_enabled
                )
            )

    def remove_channel(self) -> None:
        if (row := self.channels_table.current()) is not None:
            self._remove(
                row.name,
                "Routes through it tell nobody by it any more. Its secrets are forgotten.",
                lambda: self._notify.remove_channel(self.desk.actor, channel_id=row.id),
            )

    # --- people ----------------------------------------------------------------------------

    def add_contact(self) -> None:
        self._do(lambda: self._save_contact(Contact(ContactId(0), "")))

    def change_contact(self) -> None:
        if (row := self.contacts_table.current()) is not None:
            self._do(lambda: self._save_contact(row))

    async def _save_contact(self, contact: Contact) -> None:
        form = ContactForm(self.window(), contact)
        if await _answered(form):
            await self._notify.save_contact(self.desk.actor, wanted=form.contact())

    def remove_contact(self) -> None:
        if (row := self.contacts_table.current()) is not None:
            self._remove(
                row.name,
                "They leave every group and route, and messages to them that wait are dropped.",
                lambda: self._notify.remove_contact(self.desk.actor, contact_id=row.id),
            )

    def add_group(self) -> None:
        self._do(lambda: self._save_group(Group(GroupId(0), "")))

    def change_group(self) -> None:
        if (row := self.groups_table.current()) is not None:
            self._do(lambda: self._save_group(row))

    async def _save_group(self, group: Group) -> None:
        form = GroupForm(self.window(), group, self.known.contacts)
        if await _answered(form):
            await self._notify.save_group(self.desk.actor, wanted=form.group())

    def remove_group(self) -> None:
        if (row := self.groups_table.current()) is not None:
            self._remove(
                row.name,
                "Routes to it tell nobody by it any more; its members stay.",
                lambda: self._notify.remove_group(self.desk.actor, group_id=row.id),
            )

    # --- routes ----------------------------------------------------------------------------

    def add_route(self) -> None:
        position = max((each.position for each in self.known.routes), default=-1) + 1
        self._do(lambda: self._save_route(Routing(RouteId(0), "", position=position)))

    def change_route(self) -> None:
        if (row := self.routes_table.current()) is not None:
            self._do(lambda: self._save_route(row.route))

    async def _save_route(self, route: Routing) -> None:
        known = self.known
        form = RouteForm(
            self.window(),
            route,
            channels=known.channels,
            contacts=known.contacts,
            groups=known.groups,
            policies=known.policies,
        )
        if await _answered(form):
            await self._notify.save_route(self.desk.actor, wanted=form.route())

    def add_usual_routes(self) -> None:
        self._do(self._add_usual)

    async def _add_usual(self) -> None:
        added = await self._notify.add_usual_routes(self.desk.actor)
        if not added:
            self.desk.notice("Nothing to add: add a channel first, or they are there already")

    def move_up(self) -> None:
        self._move(up=True)

    def move_down(self) -> None:
        self._move(up=False)

    def _move(self, *, up: bool) -> None:
        if (row := self.routes_table.current()) is not None:
            self._do(lambda: self._notify.move_route(self.desk.actor, route_id=row.route.id, up=up))

    def switch_route(self) -> None:
        if (row := self.routes_table.current()) is not None:
            turned = replace(row.route, is_enabled=not row.route.is_enabled)
            self._do(lambda: self._notify.save_route(self.desk.actor, wanted=turned))

    def remove_route(self) -> None:
        if (row := self.routes_table.current()) is not None:
            self._remove(
                row.route.name,
                "Alarms go by the other routes.",
                lambda: self._notify.remove_route(self.desk.actor, route_id=row.route.id),
            )

    # --- texts, log, watching --------------------------------------------------------------

    def save_text(self) -> None:
        if (wanted := self.texts.template()) is not None:
            self._do(lambda: self._notify.save_template(self.desk.actor, wanted=wanted))

    def reset_text(self) -> None:
        if (wanted := self.texts.template()) is not None:
            self.texts.subject.clear()
            self._do(
                lambda: self._notify.reset_template(
                    self.desk.actor, kind=wanted.kind, language=wanted.language
                )
            )

    def resend(self) -> None:
        ids = tuple(int(row.delivery_id) for row in self.log.table.selection())
        if ids:
            self._do(lambda: self._resend(ids))

    async def _resend(self, ids: tuple[int, ...]) -> None:
        count = await self._notify.resend(self.desk.actor, delivery_ids=ids)
        self.desk.notice(f"{count} queued again" if count else "None of these was given up")

    def go_to_alarm(self) -> None:
        if (row := self.log.table.current()) is not None and row.alarm_id is not None:
            self.desk.go(Route("alarms", id=row.alarm_id))

    def change_policy(self) -> None:
        self._do(self._save_policy)

    async def _save_policy(self) -> None:
        known = self.known
        form = PolicyForm(self.window(), known.policy, known.channels, known.contacts)
        if await _answered(form):
            await self._notify.set_policy(
                self.desk.actor,
                wait_s=form.wait.value(),
                wait_critical_s=form.critical.value(),
                wait_clear_s=form.clear_wait.value(),
                heartbeat_url=form.heartbeat_url(),
                heartbeat_s=form.every.value(),
                daily_test=form.daily.text(),
                daily_zone=form.zone.text().strip(),
                daily_channel_ids=form.through.ticked(),
                daily_contact_id=int(form.to.currentData() or 0),
            )

    # --- doing -----------------------------------------------------------------------------

    def _do(self, act: Callable[[], Coroutine[Any, Any, object]]) -> None:
        self.tasks.do("notify", act, lambda _: self.mark_stale())

    def _remove(self, name: str, text: str, act: Callable[[], Coroutine[Any, Any, object]]) -> None:
        async def asked() -> None:
            if await confirm(self.window(), f"Remove {name}?", text, verb="Remove"):
                await act()

        self._do(asked)

    # --- building --------------------------------------------------------------------------

    def _commands(self) -> dict[str, QAction]:
        change, send = "notify.change", "notify.send"
        channels, contacts = self.channels_table, self.contacts_table
        groups, routes = self.groups_table, self.routes_table
        wanted: tuple[tuple[str, str, str, Callable[[], object], str, str, QWidget], ...] = (
            ("test", "Test…", "play", self.test_channel, "T", send, channels),
            ("change-channel", "Change…", "edit", self.change_channel, "E", change, channels),
            ("switch-channel", "On or off", "pause", self.switch_channel, "O", change, channels),
            ("remove-channel", "Remove…", "trash", self.remove_channel, "Del", change, channels),
            ("add-contact", "Add contact…", "plus", self.add_contact, "N", change, contacts),
            ("change-contact", "Change…", "edit", self.change_contact, "E", change, contacts),
            ("remove-contact", "Remove…", "trash", self.remove_contact, "Del", change, contacts),
            ("add-group", "Add group…", "plus", self.add_group, "N", change, groups),
            ("change-group", "Change…", "edit", self.change_group, "E", change, groups),
            ("remove-group", "Remove…", "trash", self.remove_group, "Del", change, groups),
            ("add-route", "Add route…", "plus", self.add_route, "N", change, routes),
            ("change-route", "Change…", "edit", self.change_route, "E", change, routes),
            ("up", "Earlier", "up", self.move_up, "", change, routes),
            ("down", "Later", "down", self.move_down, "", change, routes),
            ("switch-route", "On or off", "pause", self.switch_route, "O", change, routes),
            ("remove-route", "Remove…", "trash", self.remove_route, "Del", change, routes),
            ("usual", "Usual routes", "table", self.add_usual_routes, "", change, self),
            ("save-text", "Save text", "save", self.save_text, "", change, self),
            ("reset-text", "Built-in text", "undo", self.reset_text, "", change, self),
            ("resend", "Send again", "refresh", self.resend, "", send, self),
            ("alarm", "Go to alarm", "alarm", self.go_to_alarm, "", "", self),
            ("policy", "Waiting and watching…", "clock", self.change_policy, "", change, self),
        )
        made = {
            name: self.desk.actions.add(
                Command(f"notify.{name}", words, picture, act, keys, right, "Notifications"), scope
            )
            for name, words, picture, act, keys, right, scope in wanted
        }
        for table in (channels, contacts, groups, routes):
            menu = [made[name] for name, *_, scope in wanted if scope is table]
            table.set_menu(menu)
            _only_with_a_choice(table, [each for each in menu if not each.text().startswith("Add")])
        return made

    def _buttons(self, *names: str) -> list[QWidget | None]:
        return [None if name == "-" else action_button(self._act[name]) for name in names]

    def _add_channel_button(self) -> QToolButton:
        made = WordButton()
        made.setText("Add channel")
        made.setIcon(icon("plus"))
        made.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(made)
        for kind, title in TITLES.items():
            menu.addAction(title, partial(self.add_channel, kind))
        made.setMenu(menu)
        made.setEnabled(self.desk.actor.may("notify.change"))
        return made

    def _build(self) -> None:
        self.channels = ListTab(
            self.channels_table,
            [
                self._add_channel_button(),
                *self._buttons("test", "change-channel", "switch-channel", "remove-channel"),
                None,
            ],
            Empty(
                what="No channel yet",
                why="A channel is a way out: a mail server, a chat's webhook, an SMS gateway."
                " Add one, test it with one button, then say on the tab Routes which alarms"
                " go through it and to whom.",
                icon="bell",
            ),
        )
        self.contacts = ListTab(
            self.contacts_table,
            [*self._buttons("add-contact", "change-contact", "remove-contact"), None],
            Empty(
                what="No contact yet",
                why="A contact is a person with an address, a clock, a language and hours in"
                " which only the worst comes through.",
                verb="Add contact…",
                act=self.add_contact,
                icon="user",
            ),
        )
        self.routes = RoutesTab(
            self.desk,
            self.routes_table,
            [*self._buttons("add-route", "change-route", "up", "down", "switch-route",
                            "remove-route"), None, *self._buttons("usual")],
            Empty(
                what="No route yet",
                why="Routes say which alarms go through which channels to whom. The usual ones:"
                " everything to webhooks and chats, major ones by e-mail, critical ones by"
                " push, and by SMS when more than ten customers are hit.",
                verb="Add the usual routes",
                act=self.add_usual_routes,
                icon="flows",
            ),
            self.show_error,
        )  # fmt: skip
        self.texts = TextsTab(
            self.desk, [*self._buttons("save-text", "reset-text"), None], PLACES, self.show_error
        )
        self.log = LogTab(self.desk, self._buttons("resend", "alarm"), self.show_error)
        self.log.table.set_menu([self._act["resend"], self._act["alarm"]])
        groups = QWidget()
        below = QVBoxLayout(groups)
        below.setContentsMargins(0, 0, 0, 0)
        below.addLayout(bar(*self._buttons("add-group", "change-group", "remove-group"), None))
        below.addWidget(self.groups_table, 1)
        people = QSplitter(Qt.Orientation.Vertical)
        people.addWidget(self.contacts)
        people.addWidget(groups)
        people.setSizes([380, 220])
        people.setChildrenCollapsible(False)
        parts: Sequence[tuple[QWidget, str]] = (
            (self.channels, "Channels"),
            (people, "Contacts"),
            (self.routes, "Routes"),
            (self.texts, "Templates"),
            (self.log, "Delivery log"),
        )
        for widget, title in parts:
            self.tabs.addTab(widget, title)
        head = bar(self.state_line, action_button(self._act["policy"]))
        head.setStretch(0, 1)
        head.setContentsMargins(2 * GRID, GRID, GRID, GRID)
        self.body.addLayout(head)
        self.body.addWidget(self.tabs, 1)
        self.setFocusProxy(self.tabs)


def _only_with_a_choice(table: Table[Any], actions: Sequence[QAction]) -> None:
    """What is done to the chosen rows is off while none is."""

    def follow() -> None:
        has_choice = bool(table.selection())
        for action in actions:
            action.setEnabled(action.isVisible() and has_choice)

    table.chosen.connect(follow)
    table.rows.arranged.connect(follow)
    follow()


async def _answered(form: Dialog) -> bool:
    """Open a form and keep it readable until its answer was taken."""
    form.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    try:
        return await open_dialog(form)
    finally:
        form.deleteLater()
