"""Terminals that may only look: the read-only filter of each session, and its elevation."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject

from noc_console.services.inspection.platforms.model import Driver
from noc_console.services.terminal.connecting import LinkKind
from noc_console.services.terminal.elevation import ElevationService
from noc_console.services.terminal.readonly import Guard
from noc_console.services.terminal.recognising import note_of
from noc_console.services.terminal.session import NotSent, Sentence, Session
from noc_console.views.kit.tasks import Tasks
from noc_console.views.terminal.elevation import ElevationBar
from noc_console.views.terminal.page import TerminalPage
from noc_console.views.terminal.pane import TerminalPane

Drivers = Callable[[str], Awaitable[Driver | None]]
UNGUARDED = (LinkKind.SHELL, LinkKind.REPLAY)
"""One's own machine, and what happened long ago."""
HEARD = 4_096
LOOKING = NotSent("One moment: which commands change such a device is being looked up.")


@dataclass(frozen=True, slots=True)
class GuardServices:
    """Who knows what changes a device, and who gives leave to."""

    elevation: ElevationService
    drivers: Drivers


class NotYet:
    """Stands in a session until its platform's commands are known: nothing typed passes."""

    is_able = True

    def __init__(self) -> None:
        self.heard = b""
        """The last that the device said: the guard that follows knows its first prompt by it."""

    def received(self, data: bytes) -> None:
        """Kept for the guard that follows."""
        self.heard = (self.heard + data)[-HEARD:]

    def check(self, data: bytes, *, is_elevated: bool = False) -> Sentence | None:
        return LOOKING

    def reset(self) -> None:
        """The link is a new one."""
        self.heard = b""


class Guarding(QObject):
    """Puts a guard into each session of a page as it begins."""

    def __init__(self, page: TerminalPage, given: GuardServices) -> None:
        super().__init__(page)
        self._given = given
        self._bars: dict[int, ElevationBar] = {}
        self.tasks = Tasks(self, page.show_error)
        page.pane_made.append(self.furnish)

    def furnish(self, pane: TerminalPane) -> None:
        """Be there when its session begins."""
        number = id(pane)
        pane.opened.connect(self._began)
        pane.destroyed.connect(lambda _=None: self._bars.pop(number, None))

    def bar(self, pane: TerminalPane) -> ElevationBar | None:
        """In the head of a terminal; None for what is not guarded."""
        return self._bars.get(id(pane))

    def _began(self, pane: TerminalPane) -> None:
        session = pane.session
        if old := self._bars.pop(id(pane), None):
            old.setParent(None)
            old.deleteLater()
        if session is None or session.target.kind in UNGUARDED:
            return
        session.guard = NotYet()
        asked = self._given.drivers(session.target.platform)
        self.tasks.ask(
            f"driver {session.id}", _waited(asked), lambda found: self._guard(pane, session, found)
        )

    def _guard(self, pane: TerminalPane, session: Session, driver: Driver | None) -> None:
        if pane.session is not session:
            return  # another one has begun meanwhile
        guard = Guard(driver, why_not=note_of(session.target))
        if isinstance(session.guard, NotYet):
            guard.received(session.guard.heard)
        if session.resumed is not None:
            guard.be_unsure()
        session.guard = guard
        bar = ElevationBar(
            pane.desk,
            self._given.elevation,
            name=pane.title,
            on_error=lambda error: pane.say(str(error)),
            record=lambda: pane.ensure_recorded(),
            is_recorded=lambda: pane.is_recorded(),
            device_id=session.target.device_id or 0,
            note=guard.note,
        )
        self._bars[id(pane)] = bar
        session.is_elevated = lambda: bar.is_elevated
        # What cannot be told takes a line; the usual state leaves the room to the terminal.
        (pane.above if guard.note else pane.badges).addWidget(bar)


async def _waited(asked: Awaitable[Driver | None]) -> Driver | None:
    return await asked
