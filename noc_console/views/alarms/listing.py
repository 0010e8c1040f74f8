"""The list of the desk: a table of lines that open, and that stays calm in a storm."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from noc_console.services.alarms.model import Alarm
from noc_console.views.alarms.lines import Line
from noc_console.views.alarms.linesview import LinesView
from noc_console.views.alarms.matching import Facts
from noc_console.views.alarms.rows import DeskModel
from noc_console.views.kit.desk import Desk
from noc_console.views.kit.rows import Column, RowsModel
from noc_console.views.kit.table import Table, spaced
from noc_console.views.kit.tasks import OnError
from noc_console.views.kit.theme import ROW_HEIGHT

HINT = "Filter   core -lab   site:north   age:>2h   customers:>10"
KEY: Callable[[Line], object] = lambda line: line.key  # noqa: E731 - a key as a value


class AlarmList(Table[Line]):
    """A table of the desk; `select` waits for a line that is not there yet."""

    def __init__(
        self,
        desk: Desk,
        columns: Sequence[Column[Line]],
        facts: Callable[[], Facts],
        on_error: OnError,
    ) -> None:
        self.model = DeskModel(columns, facts, on_error)
        self.lines = LinesView(desk, self.model)
        rows: RowsModel[Line] = self.model
        super().__init__(
            desk, "alarms", columns, KEY, on_error, hint=HINT, rows=rows, view=self.lines
        )
        self.model.setParent(self)
        self.picked = self.lines.picked
        self.lines.opened_line.connect(self.open_line)

    # --- what is selected --------------------------------------------------------------------

    def selection(self) -> tuple[Line, ...]:
        shown = self.model.shown
        return tuple(shown[at] for at in self.picked.places().tolist())

    def current(self) -> Line | None:
        index = self.view.currentIndex()
        if index.isValid() and index.row() < self.model.count() and self.picked.isSelected(index):
            return self.model.row(index.row())
        if not self.picked.hasSelection():
            return None
        places = self.picked.places()
        return self.model.row(int(places[0])) if len(places) else None

    def current_alarm(self) -> Alarm | None:
        line = self.current()
        return None if line is None else line.alarm

    @property
    def many(self) -> int:
        """How many lines are selected."""
        return len(self.picked.keys)

    def chosen_ids(self) -> tuple[int, ...]:
        """The alarms selected; the head of a group stands for all that is in it."""
        keys = self.picked.keys
        ids = keys[keys > 0].tolist()
        heads = keys[keys < 0].tolist()
        if heads:
            known = dict.fromkeys(ids)
            for key in heads:
                known |= dict.fromkeys(self.members(key))
            ids = list(known)
        return tuple(ids)

    def members(self, key: int) -> list[int]:
        """The alarms of a group that are roots or stand alone, shown or not."""
        group = self.model.shown.found.groups.get(key)
        return [] if group is None else group.members.tolist()

    # --- opening -----------------------------------------------------------------------------

    def open_line(self, row: int, is_open: bool) -> None:
        """Show what is folded behind a line, or hide it."""
        line, wanted = self.model.row(row), self.model.wanted
        if line.group is not None:
            title = frozenset({line.group.title})
            groups = wanted.open_groups | title if is_open else wanted.open_groups - title
            self.model.want(replace(wanted, open_groups=groups))
        else:
            key = frozenset({line.key})
            opened = wanted.open | key if is_open else wanted.open - key
            self.model.want(replace(wanted, open=opened))

    def open_all(self, *, is_open: bool) -> None:
        """Everything that is folded, or nothing."""
        found, wanted = self.model.shown.found, self.model.wanted
        if not is_open:
            self.model.want(replace(wanted, open=frozenset(), open_groups=frozenset()))
            return
        roots = frozenset(found.keys[(found.inside > 0) & (found.keys > 0)].tolist())
        titles = frozenset(group.title for group in found.groups.values())
        self.model.want(
            replace(wanted, open=wanted.open | roots, open_groups=wanted.open_groups | titles)
        )

    def visible_places(self) -> range:
        """The lines in sight."""
        first = max(0, self.view.rowAt(0))
        many = self.view.viewport().height() // ROW_HEIGHT + 2
        return range(first, min(first + many, self.model.count()))

    def _show_count(self, shown: int, total: int) -> None:
        super()._show_count(shown, total)
        self.count.setToolTip(f"{spaced(shown)} of {spaced(total)} alarms")
