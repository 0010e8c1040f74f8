"""How the desk does: its load beside what people can bear, and what makes the noise."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QSpinBox, QVBoxLayout, QWidget

from noc_console.kernel.text import plural
from noc_console.services.alarms.health import MOST_OPERATORS, AlarmHealth, AlarmHealthService
from noc_console.services.alarms.load import FLOOD_FROM
from noc_console.services.alarms.noise import Kind, Noise
from noc_console.views.alarmhealth.chart import LoadChart
from noc_console.views.alarmhealth.columns import KINDS, noise_columns
from noc_console.views.alarmhealth.figures import Figures
from noc_console.views.kit.actions import Command
from noc_console.views.kit.chips import Chips
from noc_console.views.kit.desk import Desk, Route
from noc_console.views.kit.label import Label
from noc_console.views.kit.page import Page
from noc_console.views.kit.table import Table
from noc_console.views.kit.theme import GRID

SECTION = "alarmhealth"
SPANS = (("Last day", 1.0), ("Last week", 7.0), ("Last 30 days", 30.0))


class AlarmHealthPage(Page):
    """Figures above, alarms over time, and below what makes the noise, with a remedy for each."""

    refresh_s = 60.0

    def __init__(
        self, desk: Desk, health: AlarmHealthService, *, parent: QWidget | None = None
    ) -> None:
        super().__init__(desk, parent=parent)
        self._health = health
        self.shown: AlarmHealth | None = None
        kept = desk.state.get(SECTION)
        self.span = QComboBox()
        for words, days in SPANS:
            self.span.addItem(words, days)
        self.span.setCurrentIndex(_known(kept.get("span"), len(SPANS), default=1))
        self.span.setAccessibleName("Span of time")
        self.operators = QSpinBox()
        self.operators.setRange(1, MOST_OPERATORS)
        self.operators.setValue(_known(kept.get("operators"), MOST_OPERATORS + 1, default=1) or 1)
        self.operators.setAccessibleName("Operators on shift")
        self.said = Label("", tone="dim")
        self.figures = Figures()
        self.chart = LoadChart(desk.times)
        self.table: Table[Noise] = Table(
            desk,
            "alarmhealth",
            noise_columns(),
            lambda row: (row.thing.key, row.thing.condition),
            self.show_error,
            hint="Filter   site:north   kind:stale",
        )
        self.chips = Chips([(kind.value, name, tip) for kind, name, tip in KINDS])
        self.table.chips.addWidget(self.chips)
        self._lay_out_page()
        self._add_commands()
        self.chips.changed.connect(self._on_chips)
        self.span.currentIndexChanged.connect(self._on_asked)
        self.operators.valueChanged.connect(self._on_asked)
        self.table.opened.connect(lambda _row: self.alarms())
        self.table.chosen.connect(self._on_chosen)

    def reload(self) -> None:
        days, operators = float(self.span.currentData()), self.operators.value()
        self.tasks.ask(
            "health",
            self._health.health(self.desk.actor, days=days, operators=operators),
            self._show,
        )

    def visit(self, route: Route) -> None:
        if route.text in self.chips.buttons:
            self.chips.turn(frozenset({route.text}))

    def _show(self, health: AlarmHealth) -> None:
        self.shown = health
        self.figures.show_figures(health.figures, health.priorities)
        self.chart.show_counts(health.start, health.counts)
        self.table.show_rows(health.noise)
        for kind, name, _ in KINDS:
            self.chips.set_text(kind.value, f"{name}  {len(health.of(kind))}")
        quiet = "No alarm spoke in this time, and nothing stands for long: the desk is quiet."
        told = [plural(health.spoke, "alarm") if health.spoke or health.noise else quiet]
        if health.silent:
            told.append(f"{health.silent:,} more were folded, flapping or put aside")
        if health.floods:
            told.append(plural(len(health.floods), "flood"))
        if health.is_cut:
            told.append("only the newest half a million steps are counted")
        self.said.setText(" · ".join(told))
        self._on_chips()

    def _on_asked(self) -> None:
        self.desk.state.put(
            SECTION, span=self.span.currentIndex(), operators=self.operators.value()
        )
        self.reload()

    def _on_chips(self) -> None:
        on = self.chips.on()
        if not on or self.shown is None:
            self.table.rows.only(None)
            return
        wanted = {id(one) for name in on for one in self.shown.of(Kind(name))}
        self.table.rows.only(lambda row: id(row) in wanted)

    # --- doing ---------------------------------------------------------------------------------

    def _on_chosen(self) -> None:
        row = self.table.current()
        for name in ("alarms", "rules", "device"):
            may = row is not None and (name != "device" or row.thing.device_id > 0)
            self.desk.actions.action(f"alarmhealth.{name}").setEnabled(may)

    def alarms(self) -> None:
        """The alarms of this object, on the desk."""
        if row := self.table.current():
            name = row.thing.name.partition(" · ")[0]
            self.desk.go(Route("alarms", text=f'object:"{name}"'))

    def rules(self) -> None:
        """The rules that raise it."""
        if row := self.table.current():
            self.desk.go(Route("detection", text=f"condition:{row.thing.condition}"))

    def device(self) -> None:
        row = self.table.current()
        if row is not None and row.thing.device_id > 0:
            self.desk.go(Route("device", id=row.thing.device_id))

    def _add_commands(self) -> None:
        made = []
        for name, text, icon, keys in (
            ("alarms", "Show its alarms", "alarm", "A"),
            ("rules", "Show the rules that raise it", "edit", "R"),
            ("device", "Go to device", "device", "G"),
        ):
            command = Command(
                f"alarmhealth.{name}", text, icon, getattr(self, name), keys, group="Alarm health"
            )
            made.append(self.desk.actions.add(command, self))
            made[-1].setEnabled(False)
        self.table.set_menu(made)

    def _lay_out_page(self) -> None:
        bar = QHBoxLayout()
        bar.setSpacing(GRID)
        bar.addWidget(self.span)
        bar.addWidget(self.operators)
        bar.addWidget(Label("on shift", tone="dim"))
        bar.addSpacing(2 * GRID)
        bar.addWidget(self.said, 1)
        above = QWidget()
        layout = QVBoxLayout(above)
        layout.setContentsMargins(2 * GRID, GRID, 2 * GRID, GRID)
        layout.setSpacing(GRID)
        layout.addLayout(bar)
        layout.addWidget(self.figures)
        layout.addWidget(
            Label(
                f"Alarms in ten minutes; more than {FLOOD_FROM} are a flood",
                tone="dim",
                size="small",
            )
        )
        layout.addWidget(self.chart)
        self.body.addWidget(above, 0, Qt.AlignmentFlag.AlignTop)
        self.body.addWidget(self.table, 1)
        self.setFocusProxy(self.table)


def _known(told: object, below: int, *, default: int) -> int:
    """A kept number, if it makes sense: a person may have edited the file."""
    return told if type(told) is int and 0 <= told < below else default
