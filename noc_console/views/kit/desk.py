"""What every page is given: who works here, and how to reach the rest of the console."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

from PySide6.QtCore import QObject, Signal

from noc_console.kernel.actor import Actor
from noc_console.kernel.clock import Clock, SystemClock
from noc_console.services.alarms.waiting import WaitingHead
from noc_console.views.kit.actions import Actions
from noc_console.views.kit.bindings import Bindings
from noc_console.views.kit.blink import Blink
from noc_console.views.kit.feed import Feed
from noc_console.views.kit.mute import Mute
from noc_console.views.kit.state import State
from noc_console.views.kit.times import Times


@dataclass(frozen=True, slots=True)
class Route:
    """A place in the console: a page, the object it is about, and words for its filter.

    `Route("device", id=7)`, `Route("alarms", text="severity:critical")`.
    """

    page: str
    id: int | None = None
    text: str = ""


class Tone(StrEnum):
    """How a notice sounds."""

    PLAIN = "plain"
    ATTENTION = "attention"


class Wires(QObject):
    """Where pages call and the window listens, so neither needs to know the other."""

    went = Signal(object)  # Route
    noticed = Signal(str, str)  # text, Tone
    failed = Signal(object)  # BaseException: a bug, for the crash report
    waited = Signal(object)  # WaitingHead: the worst nobody has taken on, for every window's banner

    head = WaitingHead()
    """What `waited` said last, for windows opened since."""

    def tell_waiting(self, head: WaitingHead) -> None:
        """Let every window know what waits."""
        self.head = head
        self.waited.emit(head)


@dataclass(frozen=True, slots=True)
class Desk:
    """The context of every page."""

    actor: Actor
    feed: Feed
    actions: Actions
    state: State
    times: Times
    blink: Blink = field(default_factory=Blink)
    wires: Wires = field(default_factory=Wires)
    mute: Mute = field(default_factory=lambda: Mute(State(None), SystemClock()))

    @property
    def clock(self) -> Clock:
        return self.times.clock

    def go(self, route: Route) -> None:
        """Show another place; the window keeps the way back."""
        self.wires.went.emit(route)

    def notice(self, text: str, tone: Tone = Tone.PLAIN) -> None:
        """A short message that leaves by itself and takes no focus."""
        self.wires.noticed.emit(text, tone.value)

    def report(self, error: BaseException) -> None:
        """A bug: offer the crash report."""
        self.wires.failed.emit(error)


def make_desk(
    actor: Actor,
    feed: Feed,
    *,
    state: State | None = None,
    clock: Clock | None = None,
    on_error: Callable[[BaseException], None] | None = None,
) -> Desk:
    """A desk with everything it needs; `on_error` hears of bugs as well as the window does."""
    kept, told = state or State(None), clock or SystemClock()
    desk = Desk(
        actor=actor,
        feed=feed,
        actions=Actions(actor, Bindings(kept)),
        state=kept,
        times=Times(told),
        mute=Mute(kept, told),
    )
    if on_error is not None:
        desk.wires.failed.connect(on_error)
    return desk
