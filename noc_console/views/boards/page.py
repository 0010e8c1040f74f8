"""Dashboards: boards of one's own and of the team, arranged by hand, kept as one goes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtGui import QAction, QUndoStack
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QMenu, QPushButton, QToolButton, QWidget

from noc_console.kernel.errors import Conflict
from noc_console.kernel.events import Event
from noc_console.services.boards import arranging
from noc_console.services.boards.model import NEW, Board, BoardChanged, Tile
from noc_console.views.boards.content import BoardServices
from noc_console.views.boards.gallery import Gallery
from noc_console.views.boards.steps import STEPS, Edit
from noc_console.views.boards.view import BoardView
from noc_console.views.kit.actions import Command
from noc_console.views.kit.desk import Desk, Route
from noc_console.views.kit.dialogs import ask_text, confirm, open_dialog
from noc_console.views.kit.icons import IconButton, icon
from noc_console.views.kit.label import ElidedLabel
from noc_console.views.kit.page import Page
from noc_console.views.kit.strips import Empty
from noc_console.views.kit.theme import GRID
from noc_console.views.wallboard.boards import BoardsScene
from noc_console.views.wallboard.window import WallBoard, zoom_for

SPAN_WORDS = {
    "1h": "1 h",
    "6h": "6 h",
    "24h": "24 h",
    "7d": "7 d",
    "30d": "30 d",
    "1y": "1 y",
}
SECTION = "boards"


class BoardsPage(Page):
    """One board at a time; the others by their names."""

    watches = (BoardChanged,)

    def __init__(
        self, desk: Desk, services: BoardServices, *, parent: QWidget | None = None
    ) -> None:
        super().__init__(desk, parent=parent)
        self._services, self._boards = services, services.boards
        self.boards: tuple[Board, ...] = ()
        self.board: Board | None = None
        kept = desk.state.get(SECTION).get("board")
        self._wanted = kept if isinstance(kept, int) else 0
        self._has_started = False
        self._unsaved = False
        self.undo = QUndoStack(self)
        self.undo.setUndoLimit(STEPS)
        self.view = BoardView(desk, services)
        self.chooser = QPushButton("Boards")
        self.owner = ElidedLabel("", tone="dim")
        self.chips: dict[str, QToolButton] = {}
        self.buttons: dict[str, IconButton] = {}
        self.wall: WallBoard | None = None
        self.may_change = desk.actor.may("boards.change")
        self.body.addWidget(self._bar())
        self.body.addWidget(self.view, 1)
        self._wire()
        self._more = self._add_commands()

    # --- which boards there are ---------------------------------------------------------------

    def reload(self) -> None:
        self.tasks.ask("boards", self._look(), self._take)

    async def _look(self) -> tuple[Board, ...]:
        actor = self.desk.actor
        found = await self._boards.boards(actor)
        if not found and not self._has_started and self.may_change:
            await self._boards.start(actor)
            found = await self._boards.boards(actor)
        self._has_started = True
        return found

    def visit(self, route: Route) -> None:
        if route.id is not None:
            self.open(route.id)
        elif route.text:
            named = [one.id for one in self.boards if one.name.lower() == route.text.lower()]
            if named:
                self.open(int(named[0]))

    def concerns(self, event: Event) -> bool:
        """Our own saves come back as events: the board is ahead of them."""
        return not self._unsaved

    def open(self, board_id: int) -> None:
        """Show this board."""
        self._wanted = board_id
        found = next((one for one in self.boards if one.id == board_id), None)
        if found is None:
            self.mark_stale()
        elif self.board is None or found.id != self.board.id:
            self._show(found, fresh=True)

    def _take(self, boards: tuple[Board, ...]) -> None:
        self.boards = boards
        if self._unsaved and self.board is not None:
            return  # what the operator just did is on its way
        chosen = next((one for one in boards if one.id == self._wanted), None)
        chosen = chosen or (boards[0] if boards else None)
        if chosen is None:
            self.board = None
            self.view.show_board(Board(NEW, ""))
            self._say()
            self.show_empty(self._nothing())
            return
        before = self.board
        if before is None or before.id != chosen.id or before.version != chosen.version:
            self._show(chosen, fresh=before is None or before.id != chosen.id)
        self._say()

    def _show(self, board: Board, *, fresh: bool) -> None:
        self.board = board
        self._wanted = int(board.id)
        if fresh:
            self.desk.state.put(SECTION, board=int(board.id))
        self.undo.clear()
        self._put(board)

    def _put(self, board: Board) -> None:
        self.view.show_board(board)
        self._say()
        self.show_empty(None if board.tiles else self._bare())

    def _say(self) -> None:
        board = self.board
        self.chooser.setText(f"{board.name}  ▾" if board else "Boards  ▾")
        if board is None:
            self.owner.show_text("")
        elif board.is_shared:
            self.owner.show_text(f"shared with the team by {board.owner}")
        else:
            self.owner.show_text("only yours")
        if board is not None:
            self.chips[board.span].setChecked(True)
            self.titled.emit(board.name)
        for name in ("add", "wall"):
            self.buttons[name].setEnabled(board is not None)

    def _nothing(self) -> Empty:
        return Empty(
            what="No boards yet",
            why="A board puts what you watch side by side: graphs, top lists, alarms, a map."
            " Begin with the ready-made ones once devices are discovered, or with an empty one.",
            verb="New board…",
            act=self.new_board,
            icon="board",
        )

    def _bare(self) -> Empty:
        return Empty(
            what="This board is empty",
            why="Add a tile, drag it by its title to where you want it, and size it by its"
            " corner. Others make room, and everything is kept as you go; Ctrl+Z takes it back.",
            verb="Add a tile…" if self.may_change else "",
            act=self.add_tile,
            icon="board",
        )

    # --- changing the board on screen ---------------------------------------------------------

    def become(self, board: Board) -> None:
        """The board as an edit, its undoing or its redoing wants it; kept a moment later."""
        current = self.board
        if current is None or current.id != board.id:
            return
        self.board = replace(current, tiles=board.tiles, span=board.span, name=board.name)
        self._put(self.board)
        self._save()

    def edit(self, after: Board, words: str) -> None:
        """Change the board; `Ctrl+Z` takes it back."""
        if self.board is not None and self.may_change and after != self.board:
            self.undo.push(Edit(self.become, self.board, after, words))

    def _save(self) -> None:
        self._unsaved = True
        actor = self.desk.actor

        async def save() -> Board:
            assert self.board is not None
            return await self._boards.change(actor, board=self.board)

        def saved(kept: Board) -> None:
            board = self.board
            if board is None or board.id != kept.id:
                self._unsaved = False
                return
            ahead = replace(kept, tiles=board.tiles, span=board.span, name=board.name)
            self.board = ahead
            self.boards = tuple(kept if one.id == kept.id else one for one in self.boards)
            self._unsaved = ahead != kept
            if self.tasks.is_asking("boards"):
                self.reload()  # an answer from before this was kept would take it back
            if self._unsaved:
                # The key is free once this answer is done with.
                QTimer.singleShot(0, self._save)

        # One save at a time: what is done meanwhile is seen when it answers.
        self.tasks.do("save", save, saved, self._not_saved)

    def _not_saved(self, error: BaseException) -> None:
        self._unsaved = False
        if isinstance(error, Conflict):
            self.strip.say(
                f"{error}. Yours was not kept.", verb="Show theirs", act=self._show_theirs
            )
        else:
            self.show_error(error)

    def _show_theirs(self) -> None:
        self.strip.hide()
        if self.board is not None:
            self.board = replace(self.board, version=-1)
        self.mark_stale()

    def _on_arranged(self, layout: arranging.Layout, words: str) -> None:
        if self.board is not None:
            self.edit(self.board.arranged(layout), words)

    def choose_span(self, span: str) -> None:
        if self.board is None or span == self.board.span:
            return
        if self.may_change:
            self.edit(replace(self.board, span=span), "Span")
        else:
            self.board = replace(self.board, span=span)
            self._put(self.board)

    # --- tiles --------------------------------------------------------------------------------

    def add_tile(self) -> None:
        """The gallery: what there is, and what it needs to know."""
        if self.board is not None and self.may_change:
            self.tasks.do("tile", self._add_flow)

    async def _add_flow(self) -> None:
        gallery = Gallery(self.window(), self.desk, self._services)
        gallery.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
        try:
            if await open_dialog(gallery):
                self.add(gallery.tile())
        finally:
            gallery.deleteLater()

    def add(self, tile: Tile) -> None:
        """Put a new tile where there is room first."""
        board = self.board
        if board is None:
            return
        place = arranging.first_free(board.places, tile.place.w, tile.place.h)
        self.edit(board.with_tile(replace(tile, id=board.next_id, place=place)), "Add tile")

    def change_tile(self, number: int) -> None:
        self.tasks.do("tile", lambda: self._change_flow(number))

    async def _change_flow(self, number: int) -> None:
        board = self.board
        tile = board.tile(number) if board else None
        if board is None or tile is None:
            return
        gallery = Gallery(self.window(), self.desk, self._services, tile)
        gallery.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
        try:
            if await open_dialog(gallery) and self.board is not None:
                self.edit(self.board.with_tile(gallery.tile()), "Change tile")
        finally:
            gallery.deleteLater()

    def copy_tile(self, number: int) -> None:
        tile = self.board.tile(number) if self.board else None
        if tile is not None:
            self.add(tile)

    def remove_tile(self, number: int) -> None:
        if self.board is not None:
            self.edit(self.board.without(number), "Remove tile")

    def tidy(self) -> None:
        """Close the gaps."""
        if self.board is not None:
            self.edit(self.board.arranged(arranging.tidied(self.board.places)), "Tidy")

    def _tile_menu(self, number: int, at: QPoint) -> None:
        frame = self.view.grid.frames.get(number)
        if frame is None:
            return
        menu = self._menu()
        if frame.content.route() is not None:
            menu.addAction(icon("external"), "Open", lambda: self.view.grid.opened.emit(number))
        if self.may_change:
            menu.addAction(icon("edit"), "Change…", lambda: self.change_tile(number))
            menu.addAction(icon("copy"), "Duplicate", lambda: self.copy_tile(number))
            menu.addSeparator()
            menu.addAction(icon("trash"), "Remove", lambda: self.remove_tile(number))
        menu.popup(at)

    # --- boards -------------------------------------------------------------------------------

    def new_board(self) -> None:
        self.tasks.do("board", self._new_flow)

    async def _new_flow(self) -> None:
        name = await ask_text(
            self.window(), "New board", "Only you see it until you share it.", verb="Create board"
        )
        if name is not None:
            self._came(await self._boards.add(self.desk.actor, name=name))

    def rename(self) -> None:
        if self.board is not None:
            self.tasks.do("board", self._rename_flow)

    async def _rename_flow(self) -> None:
        board = self.board
        assert board is not None
        name = await ask_text(self.window(), "Rename board", verb="Rename board", value=board.name)
        if name is not None and self.board is not None:
            self.edit(replace(self.board, name=name), "Rename")

    def duplicate(self) -> None:
        if (board := self.board) is not None:
            actor = self.desk.actor
            self.tasks.do(
                "board",
                lambda: self._boards.duplicate(actor, board_id=board.id),
                self._came,
            )

    def share(self) -> None:
        """With the team, or back to oneself."""
        if (board := self.board) is not None:
            actor, to_team = self.desk.actor, not board.is_shared

            def shared(now: Board) -> None:
                self._came(now)
                self.desk.notice(
                    f"{now.name} is shared with the team"
                    if to_team
                    else f"{now.name} is only yours"
                )

            self.tasks.do(
                "board",
                lambda: self._boards.share(actor, board_id=board.id, with_team=to_team),
                shared,
            )

    def remove(self) -> None:
        if self.board is not None:
            self.tasks.do("board", self._remove_flow)

    async def _remove_flow(self) -> None:
        board = self.board
        assert board is not None
        whom = "The whole team loses it." if board.is_shared else "It cannot be brought back."
        if await confirm(self.window(), f"Remove {board.name}?", whom, verb="Remove board"):
            await self._boards.remove(self.desk.actor, board_id=board.id)
            self._wanted = 0
            self.mark_stale()

    def make_ready(self) -> None:
        """The ready-made boards anew, out of what the network has now."""
        actor = self.desk.actor

        def came(boards: tuple[Board, ...]) -> None:
            if boards:
                self._came(boards[0])
            else:
                self.desk.notice("There are no devices to make boards of yet")

        self.tasks.do("board", lambda: self._boards.start(actor, again=True), came)

    def _came(self, board: Board) -> None:
        self.boards = (*(one for one in self.boards if one.id != board.id), board)
        self._show(board, fresh=True)
        self.mark_stale()

    def _choose_menu(self) -> None:
        menu = self._menu()
        for words, shared in (("Yours", False), ("Shared with the team", True)):
            some = [one for one in self.boards if one.is_shared is shared]
            if some:
                menu.addSection(words)
            for one in sorted(some, key=lambda one: one.name.lower()):
                action = menu.addAction(one.name.replace("&", "&&"))
                action.setCheckable(True)
                action.setChecked(self.board is not None and one.id == self.board.id)
                action.triggered.connect(lambda _=False, id=int(one.id): self.open(id))
        if self.may_change:
            menu.addSeparator()
            menu.addAction(icon("plus"), "New board…", self.new_board)
            menu.addAction("Make the ready-made boards again", self.make_ready)
        menu.popup(self.chooser.mapToGlobal(QPoint(0, self.chooser.height())))

    # --- on the whole screen ------------------------------------------------------------------

    def present(self) -> None:
        """This board on the whole screen."""
        if self.board is not None:
            self._open_wall((self.board,))

    def rotate(self) -> None:
        """All boards on the whole screen, one after another, beginning with this."""
        if self.board is not None:
            rest = [one for one in self.boards if one.id != self.board.id and one.tiles]
            self._open_wall((self.board, *rest))

    def _open_wall(self, boards: tuple[Board, ...]) -> None:
        if self.wall is not None:
            self.wall.close()
        screen = self.window().screen()
        zoom = zoom_for(screen.geometry().height())
        only = [int(board.id) for board in boards]
        scene = BoardsScene(self.desk, zoom, self._services, only=only)
        scene.show_boards(boards)
        self.wall = WallBoard(self.desk, self._services.alarms, [scene], zoom)
        self.wall.left.connect(self._left_wall)
        self.wall.open_on(screen)

    def _left_wall(self) -> None:
        self.wall = None

    # --- the bar ------------------------------------------------------------------------------

    def _bar(self) -> QWidget:
        bar = QWidget()
        bar.setProperty("role", "toolbar")
        line = QHBoxLayout(bar)
        line.setContentsMargins(GRID, 5, GRID, 5)
        line.setSpacing(6)
        self.chooser.setProperty("crumb", True)
        self.chooser.setToolTip("Choose a board")
        line.addWidget(self.chooser)
        line.addWidget(self.owner, 1)
        group = QButtonGroup(self)
        for span, words in SPAN_WORDS.items():
            chip = QToolButton()
            chip.setText(words)
            chip.setCheckable(True)
            chip.setProperty("chip", True)
            chip.clicked.connect(lambda _=False, span=span: self.choose_span(span))
            group.addButton(chip)
            self.chips[span] = chip
            line.addWidget(chip)
        line.addSpacing(GRID)
        told: tuple[tuple[str, str, str, Callable[[], object]], ...] = (
            ("undo", "undo", "Undo (Ctrl+Z)", self.undo.undo),
            ("redo", "redo", "Redo (Ctrl+Shift+Z)", self.undo.redo),
            ("add", "plus", "Add a tile (T)", self.add_tile),
            ("wall", "fullscreen", "Whole screen (F)", self.present),
            ("more", "more", "More", self._more_menu),
        )
        for name, sign, tip, act in told:
            button = IconButton(sign, tip)
            button.clicked.connect(lambda _=False, act=act: act())
            button.setVisible(self.may_change or name in ("wall", "more"))
            self.buttons[name] = button
            line.addWidget(button)
        return bar

    def _wire(self) -> None:
        self.chooser.clicked.connect(self._choose_menu)
        grid = self.view.grid
        grid.arranged.connect(self._on_arranged)
        grid.menu_wanted.connect(self._tile_menu)
        grid.removed.connect(self.remove_tile)
        for name, signal in (
            ("undo", self.undo.canUndoChanged),
            ("redo", self.undo.canRedoChanged),
        ):
            self.buttons[name].setEnabled(False)
            signal.connect(self.buttons[name].setEnabled)

    def _more_menu(self) -> None:
        menu = self._menu()
        for action in self._more:
            if action is None:
                menu.addSeparator()
            elif action.isVisible():
                menu.addAction(action)
        if self.board is not None:
            words = "Keep it to myself" if self.board.is_shared else "Share with the team"
            self._share.setText(words)
        button = self.buttons["more"]
        menu.popup(button.mapToGlobal(QPoint(0, button.height())))

    def _menu(self) -> QMenu:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        return menu

    def _add_commands(self) -> list[QAction | None]:
        def add(
            id: str,
            text: str,
            sign: str,
            act: Callable[[], object],
            keys: str = "",
            right: str = "",
        ) -> QAction:
            command = Command(f"boards.{id}", text, sign, act, keys, right, "Boards")
            return self.desk.actions.add(command, self)

        change = "boards.change"
        add("undo", "Undo", "undo", self.undo.undo, "Ctrl+Z", change)
        add("redo", "Redo", "redo", self.undo.redo, "Ctrl+Shift+Z Ctrl+Y", change)
        self._share = add("share", "Share with the team", "user", self.share, "", "boards.share")
        return [
            add("tile", "Add a tile…", "plus", self.add_tile, "T", change),
            add("tidy", "Close the gaps", "fit", self.tidy, "", change),
            None,
            add("new", "New board…", "board", self.new_board, "", change),
            add("rename", "Rename…", "edit", self.rename, "F2", change),
            add("duplicate", "Duplicate board", "copy", self.duplicate, "", change),
            self._share,
            None,
            add("present", "Whole screen", "fullscreen", self.present, "F"),
            add("rotate", "All boards in turn", "play", self.rotate, "Shift+F"),
            None,
            add("remove", "Remove board…", "trash", self.remove, "", change),
        ]
