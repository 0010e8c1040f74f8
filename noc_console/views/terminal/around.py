"""What stands around terminals: the network in their text, filters, recordings, snippets, macros,
and the tree of saved sessions.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from dataclasses import replace as with_

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QMenu, QWidget

from noc_console.kernel.errors import Invalid, NocError
from noc_console.kernel.events import Event
from noc_console.services.sessiontree.service import SessionTreeService
from noc_console.services.snippets import filling
from noc_console.services.snippets.macros import (
    MacroPlayer,
    MacroRecorder,
    read,
    written,
)
from noc_console.services.snippets.model import (
    Snippet,
    SnippetId,
    SnippetKind,
    SnippetRemoved,
    SnippetSaved,
    Variant,
)
from noc_console.services.snippets.service import SnippetService
from noc_console.services.tapes.service import TapeService
from noc_console.services.terminal.connecting import LinkKind, Target
from noc_console.services.terminal.model import Size
from noc_console.services.terminal.names import NetworkNames
from noc_console.services.terminal.recording import Recorder, TextLog
from noc_console.services.terminal.replaying import ReplayLink, Tape
from noc_console.services.terminal.session import Session, Tap
from noc_console.views.kit.actions import Command
from noc_console.views.kit.dialogs import ask_open_paths, open_dialog
from noc_console.views.kit.icons import icon
from noc_console.views.kit.label import Label, plain_tip
from noc_console.views.kit.tasks import Tasks
from noc_console.views.terminal.filterpane import FilterPane
from noc_console.views.terminal.hiding import HidingDialog
from noc_console.views.terminal.keeping import KeptSize
from noc_console.views.terminal.live import LiveNames
from noc_console.views.terminal.page import TerminalPage
from noc_console.views.terminal.pane import TerminalPane
from noc_console.views.terminal.replay import ReplayBar, TapesDialog
from noc_console.views.terminal.snippets import (
    ButtonBar,
    SnippetDialog,
    VariablesDialog,
    fill_menu,
)
from noc_console.views.terminal.tree import SessionTree

SECTION = "terminal.around"
TREE_KEYS = "Ctrl+Shift+B"
FILES = "Recordings (*.cast);;All files (*)"


@dataclass(frozen=True, slots=True)
class AroundServices:
    """Who knows what stands around."""

    names: NetworkNames
    snippets: SnippetService
    tree: SessionTreeService
    tapes: TapeService


@dataclass(slots=True)
class _Around:
    """What one terminal has around it."""

    pane: TerminalPane
    bar: ButtonBar
    badge: Label
    filter: FilterPane | None = None
    scribes: dict[bool, Recorder | TextLog] = field(default_factory=dict)
    """By whether it is a text file."""
    macro: MacroRecorder | None = None
    player: MacroPlayer | None = None
    session: Session | None = None
    is_replay: bool = False


class Around(QObject):
    """Adds to every terminal of a page; one for the page."""

    def __init__(self, page: TerminalPage, given: AroundServices) -> None:
        super().__init__(page)
        self.page, self.desk, self._given = page, page.desk, given
        self.tasks = Tasks(self, page.show_error)
        self.live = LiveNames(page.desk, given.names, self)
        self.snippets: tuple[Snippet, ...] = ()
        self._around: dict[int, _Around] = {}
        self.tree = SessionTree(page.desk, given.tree)
        self.tree.opened.connect(lambda address, name: page.open(address, name))
        self.tree.setVisible(bool(self.desk.state.get(SECTION).get("tree", True)))
        page.left.addWidget(self.tree)
        page.pane_made.append(self.furnish)
        self.live.changed.connect(self._look_again)
        page.desk.feed.arrived.connect(self._heard)
        self._add_commands()
        self._read_snippets()

    # --- one terminal ------------------------------------------------------------------------

    def furnish(self, pane: TerminalPane) -> None:
        """Give a new terminal all of it."""
        around = _Around(pane, ButtonBar(), Label("", tone="attention", size="small"))
        self._around[id(pane)] = around
        number = id(pane)
        pane.destroyed.connect(lambda _=None: self._around.pop(number, None))
        pane.view.live = self.live
        pane.badges.addWidget(around.badge)
        around.badge.hide()
        pane.below.addWidget(around.bar)
        around.bar.show_snippets(self.snippets)
        around.bar.chosen.connect(lambda snippet: self.send(pane, snippet))
        pane.menu_extras.append(lambda menu: self._fill_menu(menu, around))
        pane.opened.connect(lambda _: self._session_began(around))
        pane.changed.connect(lambda _: self._tell(around))
        pane.ensure_recorded = lambda: self.ensure_recorded(around)
        pane.is_recorded = lambda: _is_recorded(around)

    def _look_again(self) -> None:
        """Names have come or gone: what is on screen is looked through once more."""
        for around in self._around.values():
            around.pane.view.rows_changed(())

    def current(self) -> TerminalPane | None:
        """The terminal one works in."""
        area = self.page.area
        return None if area is None else area.current

    def _of(self, pane: TerminalPane | None) -> _Around | None:
        return None if pane is None else self._around.get(id(pane))

    def _session_began(self, around: _Around) -> None:
        session = around.pane.session
        if session is None or session is around.session:
            return
        around.session = session
        for made in around.scribes.values():
            made.know(session.confided)
        for tap in self._taps(around):
            session.add_tap(tap)

    def _taps(self, around: _Around) -> list[Tap]:
        taps: list[Tap] = [*around.scribes.values()]
        if around.filter is not None:
            taps.append(around.filter.filter)
        if around.macro is not None:
            taps.append(around.macro)
        return taps

    def _add_tap(self, around: _Around, tap: Tap) -> None:
        if around.pane.session is not None:
            around.pane.session.add_tap(tap)

    def _drop_tap(self, around: _Around, tap: Tap) -> None:
        if around.pane.session is not None:
            around.pane.session.remove_tap(tap)

    # --- the filter --------------------------------------------------------------------------

    def toggle_filter(self, pane: TerminalPane | None = None) -> None:
        """Open the filter beside a terminal, or close it."""
        around = self._of(pane or self.current())
        if around is None:
            return
        if around.filter is not None:
            self.close_filter(around)
            return
        made = around.filter = FilterPane(self.desk, self.page.looks.rules)
        made.closed.connect(lambda: self.close_filter(around))
        around.pane.beside.addWidget(made, 1)
        self._add_tap(around, made.filter)
        made.setFocus()

    def close_filter(self, around: _Around) -> None:
        if around.filter is None:
            return
        self._drop_tap(around, around.filter.filter)
        around.pane.beside.removeWidget(around.filter)
        around.filter.deleteLater()
        around.filter = None
        around.pane.focus()

    # --- recordings --------------------------------------------------------------------------

    def record(self, pane: TerminalPane | None = None) -> None:
        """Begin to record the session with its timing, or end it."""
        self._toggle_scribe(pane, is_text=False)

    def log(self, pane: TerminalPane | None = None) -> None:
        """Begin to write what is shown into a text file, or end it."""
        self._toggle_scribe(pane, is_text=True)

    def _toggle_scribe(self, pane: TerminalPane | None, *, is_text: bool) -> None:
        around = self._of(pane or self.current())
        if around is None:
            return
        if is_text in around.scribes:
            self.end_scribe(around, is_text=is_text)
        elif around.pane.session is not None:
            name = f"record {id(around)} {is_text}"
            self.tasks.do(name, lambda: self._scribe(around, is_text=is_text))

    async def _scribe(self, around: _Around, *, is_text: bool) -> None:
        try:
            await self._begin_scribe(around, is_text)
        except NocError as error:
            around.pane.say(str(error))  # where one looks, which may be a window of its own

    async def _begin_scribe(self, around: _Around, is_text: bool) -> None:
        session = around.pane.session
        if session is None:
            return
        made = await self._given.tapes.begin(
            self.desk.actor,
            target=session.target,
            size=around.pane.view.engine.size,
            is_text=is_text,
            secrets=session.confided,
        )
        around.scribes[is_text] = made
        around.pane.destroyed.connect(lambda _=None: made.stop())
        self._add_tap(around, made)
        self._tell(around)

    async def ensure_recorded(self, around: _Around) -> bool:
        """Begin a recording unless one runs; whether one does now. Elevation asks for it."""
        if False not in around.scribes:
            await self._begin_scribe(around, is_text=False)
        return _is_recorded(around)

    def end_scribe(self, around: _Around, *, is_text: bool) -> None:
        """The file is closed beside the window."""
        made = around.scribes.pop(is_text)
        self._drop_tap(around, made)
        made.stop()
        self.desk.notice(f"Recorded: {made.path.name}")
        self._tell(around)

    def _tell(self, around: _Around) -> None:
        """What goes on is said in the head: nobody is recorded without seeing it."""
        words = ["● recording"] if False in around.scribes else []
        if True in around.scribes:
            words.append("● text file")
        if around.macro is not None:
            words.append("● keys")
        words += [made.problem for made in around.scribes.values() if made.problem]
        around.badge.setText("  ".join(words))
        around.badge.setVisible(bool(words))

    # --- replay ------------------------------------------------------------------------------

    def show_tapes(self, over: QWidget | None = None) -> None:
        """Choose a recording and play it."""
        self.tasks.do("tapes", lambda: self._show_tapes(over or self.page))

    def open_tape(self) -> None:
        """Play a recording that came from elsewhere."""
        self.tasks.do("tapes", self._open_tape)

    async def _show_tapes(self, over: QWidget) -> None:
        tapes = await self._given.tapes.tapes(self.desk.actor)
        dialog = TapesDialog(over, tapes, self.desk.times)
        try:
            if not await open_dialog(dialog):
                return
            name = dialog.chosen()
        finally:
            dialog.deleteLater()
        self.play(await self._given.tapes.tape(self.desk.actor, name=name))
        if over.window() is not self.page.window():
            self.page.come_forward()  # it plays in a tab there

    async def _open_tape(self) -> None:
        for path in await ask_open_paths(self.page, "Play a recording", FILES):
            self.play(await self._given.tapes.tape_of(self.desk.actor, path=path))

    def play(self, tape: Tape) -> TerminalPane:
        """A tab that plays it; typing into it does nothing."""
        link = ReplayLink(tape)
        target = Target(f"▷ {tape.title}", LinkKind.REPLAY, device_id=tape.device_id)
        pane = self.page.show_session(
            lambda size: Session.over(link, target, size),
            f"▷ {tape.title}",
            fixed=Size(*link.size_at()),
        )
        bar = ReplayBar(link)
        kept = KeptSize(pane.view, Size(*link.size_at()))
        bar.resized.connect(lambda columns, rows: kept.keep(Size(columns, rows)))
        pane.below.insertWidget(0, bar)
        if (around := self._of(pane)) is not None:
            around.is_replay = True
            around.bar.show_snippets(())
        return pane

    def hide(self, over: QWidget | None = None) -> None:
        """Say what else is masked in recordings."""
        self.tasks.do("hide", lambda: self._hide(over or self.page))

    async def _hide(self, over: QWidget) -> None:
        actor, tapes = self.desk.actor, self._given.tapes
        known = {one.pattern: one.id for one in await tapes.patterns(actor)}
        dialog = HidingDialog(over, tuple(known), may_change=actor.may("tapes.set-up"))
        try:
            if not await open_dialog(dialog):
                return
            wanted = dialog.patterns()
        finally:
            dialog.deleteLater()
        for pattern in wanted:
            if pattern not in known:
                await tapes.hide(actor, pattern=pattern)
        for pattern, number in known.items():
            if pattern not in wanted:
                await tapes.show(actor, pattern_id=number)

    # --- snippets and macros -----------------------------------------------------------------

    def send(self, pane: TerminalPane, snippet: Snippet) -> None:
        """Send a snippet to a terminal, asking for what it leaves open."""
        if pane.session is None or not pane.is_live:
            pane.say("Not connected: nothing was sent.")
        elif snippet.kind is SnippetKind.MACRO:
            playing = self._play_macro(pane, snippet)
            self.tasks.follow(f"macro {id(pane)}", playing, lambda _: None)
        else:
            self.tasks.do("send", lambda: self._send(pane, snippet))

    async def _send(self, pane: TerminalPane, snippet: Snippet) -> None:
        session = pane.session
        assert session is not None
        text = filling.variant_for(snippet, session.target.platform)
        if text is None:
            platform = session.target.platform or "an unknown platform"
            pane.say(f"“{snippet.name}” has no variant for {platform}.")
            return
        own = self._own_values(session.target)
        asked = filling.to_ask(text, own)
        if asked or "\n" in text.strip():
            dialog = VariablesDialog(pane, snippet, text, asked, own, pane.title)
            dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
            try:
                if not await open_dialog(dialog):
                    return
                text = dialog.filled()
            finally:
                dialog.deleteLater()
        else:
            text = filling.filled(text, own)
        pane.view.type(filling.as_typed(text, has_enter=snippet.has_enter), "macro")
        pane.focus()

    def _own_values(self, target: Target) -> dict[str, str]:
        return filling.own_values(
            host=target.title,
            address=target.host,
            site=target.site,
            platform=target.platform,
            user=target.user or self.desk.actor.name,
            now=self.desk.clock.now(),
        )

    def record_keys(self, pane: TerminalPane | None = None) -> None:
        """Begin to remember what is typed, or end it and keep it under a name."""
        around = self._of(pane or self.current())
        if around is None or around.pane.session is None:
            return
        if around.macro is None:
            around.macro = MacroRecorder()
            self._add_tap(around, around.macro)
            self._tell(around)
            return
        recorder, around.macro = around.macro, None
        self._drop_tap(around, recorder)
        self._tell(around)
        try:
            text = written(recorder.finish())
        except Invalid as error:
            around.pane.say(str(error))
            return
        platform = around.pane.session.target.platform or "*"
        made = Snippet(SnippetId(0), "", (Variant(platform, text),), SnippetKind.MACRO)
        self.edit(made, around.pane)

    async def _play_macro(self, pane: TerminalPane, snippet: Snippet) -> None:
        session, around = pane.session, self._of(pane)
        if session is None or around is None:
            return
        text = filling.variant_for(snippet, session.target.platform)
        if text is None:
            pane.say(f"“{snippet.name}” was not recorded for this platform.")
            return

        def send(data: bytes) -> str:
            refused = session.send(data, "macro")
            return "" if refused is None else refused.sentence

        around.player = player = MacroPlayer(send)
        session.add_tap(player)
        pane.focus()
        try:
            if why := await player.play(read(text)):
                pane.say(f"The macro ended early: {why}")
        finally:
            session.remove_tap(player)
            around.player = None

    def new_snippet(self, pane: TerminalPane | None = None) -> None:
        """Write down something that is typed again and again; the selection is a beginning."""
        pane = pane or self.current()
        text = pane.view.selected_text() if pane is not None else ""
        self.edit(Snippet(SnippetId(0), "", (Variant("*", text),)), pane)

    def edit(self, snippet: Snippet, over: QWidget | None = None) -> None:
        """Change a snippet, in a dialog over that widget's window."""
        self.tasks.do("edit", lambda: self._edit(snippet, over or self.page))

    async def _edit(self, snippet: Snippet, over: QWidget) -> None:
        dialog = SnippetDialog(over, snippet)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
        try:
            if await open_dialog(dialog):
                made = dialog.value()
                if snippet.owner and snippet.owner != self.desk.actor.name:
                    made = with_(made, id=SnippetId(0))  # of others one takes a copy
                await self._given.snippets.put(self.desk.actor, snippet=made)
        finally:
            dialog.deleteLater()

    def _remove(self, snippet: Snippet) -> None:
        self.tasks.do(
            "remove",
            lambda: self._given.snippets.remove(self.desk.actor, snippet_id=snippet.id),
        )

    def _read_snippets(self) -> None:
        asked = self._given.snippets.snippets(self.desk.actor)
        self.tasks.ask("snippets", asked, self._show_snippets)

    def _show_snippets(self, snippets: tuple[Snippet, ...]) -> None:
        self.snippets = snippets
        for around in self._around.values():
            if not around.is_replay:  # into what happened long ago nothing is sent
                around.bar.show_snippets(snippets)

    def _heard(self, events: tuple[Event, ...]) -> None:
        if any(isinstance(event, (SnippetSaved, SnippetRemoved)) for event in events):
            self._read_snippets()

    # --- menus and keys ----------------------------------------------------------------------

    def toggle_tree(self) -> None:
        """Show or hide the saved sessions."""
        self.tree.setVisible(not self.tree.isVisible())
        self.desk.state.put(SECTION, tree=self.tree.isVisible())

    def _fill_menu(self, menu: QMenu, around: _Around) -> None:
        menu.addSeparator()
        pane = around.pane
        has_session = pane.session is not None
        for name, text, act, is_on in (
            ("filter", "Filter lines beside", self.toggle_filter, around.filter is not None),
            ("play", "Record this session", self.record, False in around.scribes),
            ("logs", "Write it to a text file", self.log, True in around.scribes),
            ("keyboard", "Record keys as a macro", self.record_keys, around.macro is not None),
        ):
            action = menu.addAction(icon(name), text)
            action.setCheckable(True)
            action.setChecked(is_on)
            action.setEnabled(has_session or is_on)
            action.setToolTip("" if has_session else plain_tip("There is no session yet"))
            action.triggered.connect(lambda _=False, act=act: act(pane))
        snippets = menu.addMenu(icon("note"), "Snippets")
        fill_menu(snippets, self.snippets, lambda one: self.send(pane, one))
        snippets.addSeparator()
        snippets.addAction(icon("plus"), "New snippet…", lambda: self.new_snippet(pane))
        if self.snippets:
            change = snippets.addMenu(icon("edit"), "Change")
            fill_menu(change, self.snippets, lambda one: self.edit(one, pane))
            remove = snippets.addMenu(icon("trash"), "Remove")
            mine = [one for one in self.snippets if one.owner == self.desk.actor.name]
            fill_menu(remove, mine, self._remove)
        menu.addAction(icon("play"), "Recorded sessions…", lambda: self.show_tapes(pane))
        menu.addAction(icon("key"), "What is hidden in recordings…", lambda: self.hide(pane))

    def _add_commands(self) -> None:
        for name, text, picture, act, keys in (
            ("filter", "Filter the lines of a terminal", "filter", self.toggle_filter,
             "Ctrl+Shift+H"),
            ("record", "Record the session, or end it", "play", self.record, "Ctrl+Shift+Y"),
            ("log", "Write the session to a text file, or end it", "logs", self.log, ""),
            ("keys", "Record keys as a macro, or end it", "keyboard", self.record_keys,
             "Ctrl+Shift+M"),
        ):  # fmt: skip
            self.page.add_pane_command(name, text, picture, act, keys)
        others: tuple[tuple[str, str, str, Callable[[], object], str], ...] = (
            ("new-snippet", "New snippet…", "note", self.new_snippet, ""),
            ("tapes", "Recorded sessions…", "play", self.show_tapes, ""),
            ("open-tape", "Play a recording from a file…", "folder", self.open_tape, ""),
            ("hide", "What is hidden in recordings…", "key", self.hide, ""),
            ("tree", "Show or hide saved sessions", "folder", self.toggle_tree, TREE_KEYS),
        )
        for name, text, picture, call, keys in others:
            command = Command(
                f"terminal.{name}", text, picture, call, shortcut=keys, group="Terminal"
            )
            self.desk.actions.add(command, self.page)
            self.page.add_window_keys(name, text, keys, call)


def _is_recorded(around: _Around) -> bool:
    made = around.scribes.get(False)
    return made is not None and not made.problem
