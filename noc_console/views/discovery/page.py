"""Discovery: begin a search, watch it, and read what became of every address."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QPushButton, QVBoxLayout, QWidget

from noc_console.kernel.errors import NotFound
from noc_console.kernel.text import duration, plural
from noc_console.services.credentials.service import CredentialService
from noc_console.services.discovery.model import (
    DiscoveryProgressed,
    LedgerEntry,
    Run,
    RunState,
    TargetState,
)
from noc_console.services.discovery.service import DiscoveryService
from noc_console.views.discovery.wizard import Search, Wizard
from noc_console.views.kit.actions import Command, keys_of
from noc_console.views.kit.desk import Desk, Route
from noc_console.views.kit.dialogs import open_dialog
from noc_console.views.kit.label import ElidedLabel, Label
from noc_console.views.kit.page import Page
from noc_console.views.kit.rows import Align, Column
from noc_console.views.kit.strips import Empty
from noc_console.views.kit.table import Table
from noc_console.views.kit.theme import GRID

_GOING = {RunState.WAITING, RunState.RUNNING}

_STATES = {
    TargetState.WAITING: "waiting",
    TargetState.FOUND: "found",
    TargetState.KNOWN: "known device",
    TargetState.FAILED: "no answer",
    TargetState.EXCLUDED: "left out",
}


class DiscoveryPage(Page):
    """The newest search on top, its ledger below."""

    watches = (DiscoveryProgressed,)
    refresh_s = 1.0

    def __init__(
        self,
        desk: Desk,
        discovery: DiscoveryService,
        credentials: CredentialService,
        *,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(desk, parent=parent)
        self._discovery = discovery
        self._credentials = credentials
        self.run: Run | None = None
        self.state = Label("", size="large", tone="bright")
        self.facts = ElidedLabel("", tone="dim")
        self.progress = QProgressBar()
        self.start_button = QPushButton("New search…")
        self.cancel_button = QPushButton("Cancel the search")
        self.table: Table[LedgerEntry] = Table(
            desk,
            "discovery-ledger",
            self._columns(),
            lambda entry: (entry.address, entry.port),
            self.show_error,
            hint="Filter   state:found   reason:timeout   -excluded",
        )
        self._lay_out_page()
        self._add_commands()

    def reload(self) -> None:
        self.tasks.ask("run", self._look(), self._show)

    def visit(self, route: Route) -> None:
        """`new` begins a search, `new 192.0.2.7` one that starts there."""
        word, *seeds = route.text.split()[:2] or [""]
        if word == "new":
            self.begin(tuple(seeds))

    def begin(self, seeds: tuple[str, ...] = ()) -> None:
        """Ask where and with which keys, then search."""
        self.tasks.do("begin", lambda: self._begin(seeds), self._begun)

    def cancel(self) -> None:
        run = self.run
        if run is not None and run.state in _GOING:
            self.tasks.do(
                "cancel",
                lambda: self._discovery.cancel(self.desk.actor, run_id=run.id),
                lambda _: self.mark_stale(),
            )

    async def _look(self) -> tuple[Run | None, tuple[LedgerEntry, ...]]:
        try:
            run = await self._discovery.status(self.desk.actor)
        except NotFound:
            return None, ()
        return run, await self._discovery.ledger(self.desk.actor, run_id=run.id)

    def _show(self, seen: tuple[Run | None, tuple[LedgerEntry, ...]]) -> None:
        run, entries = seen
        self.run = run
        if run is None:
            self.show_empty(
                Empty(
                    "Nothing was discovered yet",
                    "Give one address and a community or user: the console asks that device for"
                    " its neighbours, those for theirs, and draws what it finds.",
                    verb="Discover the network",
                    act=self.begin,
                    icon="discovery",
                )
            )
            return
        self.show_empty(None)
        self._show_run(run)
        self.table.show_rows(entries)

    def _show_run(self, run: Run) -> None:
        going = run.state in _GOING
        done = run.found + run.known + run.failed
        self.state.setText(_title(run))
        self.facts.show_text(self._facts(run))
        self.progress.setRange(0, max(1, done + run.left))
        self.progress.setValue(done)
        self.progress.setVisible(going)
        self.cancel_button.setVisible(going)
        self.start_button.setEnabled(not going)
        keys = keys_of(self.desk.actions.action("discovery.new"))
        self.start_button.setToolTip("A search is under way" if going else keys)

    def _facts(self, run: Run) -> str:
        end = run.ended_at or self.desk.clock.now()
        parts = [
            plural(run.found, "device"),
            plural(run.links, "link"),
            f"{run.known} known again",
            f"{run.left} left",
            _failures(run),
            duration((end - run.started_at).total_seconds()),
            f"from {', '.join(run.scope.seeds[:3])}{' …' if len(run.scope.seeds) > 3 else ''}",
        ]
        return "   ".join(part for part in parts if part)

    async def _begin(self, seeds: tuple[str, ...]) -> Run | None:
        known = await self._credentials.all(self.desk.actor)
        wizard = Wizard(self, known, seeds=seeds)
        wizard.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
        try:
            if not await open_dialog(wizard):
                return None
            return await self._start(wizard.search())
        finally:
            wizard.deleteLater()

    async def _start(self, search: Search) -> Run:
        key = search.key
        if key is not None:
            await self._credentials.add_snmp(
                self.desk.actor,
                kind=key.kind,
                community=key.community.reveal(),
                user=key.user,
                auth_protocol=key.auth_protocol,
                auth_pass=key.auth_pass.reveal(),
                priv_protocol=key.priv_protocol,
                priv_pass=key.priv_pass.reveal(),
            )
        return await self._discovery.start(
            self.desk.actor, seed=search.seeds, depth=search.depth, exclude=search.exclude
        )

    def _begun(self, run: Run | None) -> None:
        if run is not None:
            self.desk.notice("The search has begun.")
            self.mark_stale()

    def _open(self, entry: LedgerEntry) -> None:
        if entry.device_id is not None:
            self.desk.go(Route("device", id=entry.device_id))

    def _columns(self) -> tuple[Column[LedgerEntry], ...]:
        times = self.desk.times
        return (
            Column("Address", lambda e: e.address, mono=True, width=150, is_address=True),
            Column(
                "Port", lambda e: str(e.port), sort=lambda e: e.port, width=60, align=Align.RIGHT
            ),
            Column("Name", lambda e: e.name, width=190),
            Column("State", lambda e: _STATES[e.state], width=110),
            Column("Reason", lambda e: e.reason, width=220, stretch=True),
            Column("Credential", lambda e: e.credential, width=130),
            Column("Told by", lambda e: e.via, width=170, dim=True),
            Column(
                "Depth", lambda e: str(e.depth), sort=lambda e: e.depth, width=64, align=Align.RIGHT
            ),
            Column(
                "Seconds",
                lambda e: f"{e.seconds:.2f}" if e.seconds else "",
                sort=lambda e: e.seconds,
                width=76,
                align=Align.RIGHT,
            ),
            Column("When", lambda e: times.ago(e.at), sort=lambda e: e.at, width=90, dim=True),
        )

    def _lay_out_page(self) -> None:
        self.progress.setTextVisible(False)
        self.progress.setProperty("thin", True)
        self.start_button.setProperty("main", True)
        self.start_button.clicked.connect(lambda: self.begin())
        self.cancel_button.clicked.connect(self.cancel)
        words = QVBoxLayout()
        words.setSpacing(GRID // 2)
        words.addWidget(self.state)
        words.addWidget(self.facts)
        head = QHBoxLayout()
        head.setContentsMargins(2 * GRID, 2 * GRID, 2 * GRID, GRID)
        head.setSpacing(GRID)
        head.addLayout(words, 1)
        head.addWidget(self.cancel_button)
        head.addWidget(self.start_button)
        self.body.addLayout(head)
        self.body.addWidget(self.progress)
        self.body.addWidget(self.table, 1)
        self.table.opened.connect(self._open)

    def _add_commands(self) -> None:
        add = self.desk.actions.add
        add(
            Command(
                "discovery.new",
                "Discover the network…",
                "discovery",
                self.begin,
                "Ctrl+N",
                right="discovery.start",
                group="Discovery",
            ),
            self,
        )
        add(
            Command(
                "discovery.cancel",
                "Cancel the search",
                "stop",
                self.cancel,
                right="discovery.cancel",
                group="Discovery",
            ),
            self,
        )


def _title(run: Run) -> str:
    return {
        RunState.WAITING: "Waiting for a collector",
        RunState.RUNNING: "Searching",
        RunState.DONE: "Search finished",
        RunState.CANCELLED: "Search cancelled",
    }[run.state]


def _failures(run: Run) -> str:
    if not run.failed:
        return ""
    reasons = ", ".join(f"{count} {reason}" for reason, count in sorted(run.failures.items()))
    return f"{run.failed} did not answer ({reasons})" if reasons else f"{run.failed} did not answer"
