"""The time machine: the map at any moment that is kept, scrubbed, stepped through and played.

One frame is made at a time, off the UI thread; while it is under way newer wishes replace one
another, so a slow store costs frames and never a queue.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QAction, QKeyEvent

from noc_console.kernel.errors import Refused, Unreachable
from noc_console.services.topology.happenings import Density, Happening, Reach
from noc_console.services.topology.history import Reel, Replay
from noc_console.services.topology.model import Graph
from noc_console.views.kit.actions import Command
from noc_console.views.topology.canvas import Hit
from noc_console.views.topology.stage import MapTool, Moment, Stage
from noc_console.views.topology.timeline import PastFrame, PastStrip, TimeBar

FRAME_MS = 100
PATIENCE_MS = 5000
"""A frame that is not on the map by then never will be."""
SETTLE_MS = 120
"""The histogram is asked for when the span has rested so long."""
DAY = timedelta(days=1)
AHEAD_S = 30.0
"""Seconds of playing that are read at once."""
LEAST_REEL = timedelta(minutes=10)
MINUTE = timedelta(minutes=1)
INSTANT = timedelta(milliseconds=1)
NEXT_TO = timedelta(seconds=2)
"""Closer to now than this is now."""


class TimeTool(MapTool):
    """Owns the bar, the frame around the map, and the moment the map shows."""

    def __init__(self, stage: Stage) -> None:
        super().__init__(stage)
        self.bar = TimeBar(stage.desk.times)
        self.strip = PastStrip(stage.canvas)
        self.frame = PastFrame()
        self.at: datetime | None = None
        """The moment wanted; None is now."""
        self.is_on = False
        self.is_playing = False
        self._reach: Reach | None = None
        self._replay: Replay | None = None
        self._replayed: datetime | None = None
        self._reel: Reel | None = None
        self._busy = False
        self._wanted: datetime | None = None
        self._ticked = 0.0
        self._frozen: list[QAction] = []
        self._frames = QTimer(self)
        self._frames.setInterval(FRAME_MS)
        self._frames.timeout.connect(self._tick)
        self._given_up = QTimer(self)
        self._given_up.setSingleShot(True)
        self._given_up.setInterval(PATIENCE_MS)
        self._given_up.timeout.connect(self._go_on)
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(SETTLE_MS)
        self._settle.timeout.connect(self._ask_density)
        stage.canvas.above = (*stage.canvas.above, self.frame)
        stage.canvas.installEventFilter(self)
        self.bar.track.installEventFilter(self)
        stage.add(
            Command("map.time", "Time machine", "clock", self.toggle, "T", group="Map"),
            "View",
            "Analyse",
        )
        self._wire()

    def visit(self, word: str, value: str) -> bool:
        """`time:-90m`, `time:-3h`, `time:-2d` or `time:2026-11-21T02:14:30` (UTC)."""
        if word != "time":
            return False
        at = moment_of(value, self.stage.desk.clock.now())
        if at is None:
            return False
        self.open()
        self.go_to(at)
        return True

    def words(self) -> Mapping[str, str]:
        return {"time": self.at.strftime("%Y-%m-%dT%H:%M:%S")} if self.at is not None else {}

    def story(self, hit: Hit) -> tuple[tuple[str, str], ...]:
        """The card says of which moment it speaks."""
        if self.at is None:
            return ()
        return (("As of", self.stage.desk.times.absolute(self.at)),)

    # --- coming and going ----------------------------------------------------------------------

    def toggle(self) -> None:
        """Open the bar, or come back to now."""
        if self.is_on:
            self.leave()
        else:
            self.open()

    def open(self) -> None:
        """Show the track, with the last day on it; the map stays at now until the head moves."""
        if self.is_on:
            return
        self.is_on = True
        now = self.stage.desk.clock.now()
        self.bar.track.show_span(now - DAY, now + DAY / 50)
        self.bar.show_moment(now)
        self.bar.show_event("Drag the head, or press ← for the change before.")
        self.stage.open_bar(self.bar)
        self._ask_reach()
        self._ask_density()

    def leave(self) -> None:
        """Back to the present."""
        if not self.is_on:
            return
        self.pause()
        self.is_on = False
        self.at = self._wanted = self._replay = self._reel = self._replayed = None
        self._let_write()
        self.frame.is_on = False
        self.strip.hide()
        for key in ("past", "reel", "density", "reach", "step"):
            self.stage.tasks.drop(key)
        self._busy = False
        self._given_up.stop()
        self.stage.open_bar(None)
        self.stage.go_to_moment(None)
        self.stage.canvas.setFocus()

    def go_to(self, at: datetime) -> None:
        """Show another moment, as soon as the one under way is there."""
        now = self.stage.desk.clock.now()
        since = self._reach.network if self._reach is not None else None
        if not self.frame.is_on:
            self.bar.show_event("")
        if self._reach is not None and since is None:
            self.bar.show_event("No change of the network is kept yet: only loads are of then.")
        elif since is not None and at < since:
            at = since
            self.bar.show_event(f"Nothing is kept before {self.stage.desk.times.absolute(since)}.")
        at = min(at, now)
        self.at = at
        self._begin_past()
        self._tell(at)
        self._wanted = at
        if not self._busy:
            self._start()

    # --- stepping and playing --------------------------------------------------------------------

    def step(self, forward: bool) -> None:
        """To the next change, or the one before."""
        stage = self.stage
        at = self.at or stage.desk.clock.now()
        self.pause()

        async def find() -> tuple[datetime | None, tuple[Happening, ...]]:
            history, actor = stage.services.history, stage.desk.actor
            found = await history.nearest(actor, moment=at, forward=forward)
            if found is None:
                return None, ()
            told = await history.changes(actor, start=found - INSTANT, end=found)
            return found, told

        def go(found: tuple[datetime | None, tuple[Happening, ...]]) -> None:
            moment, told = found
            if moment is None:
                where = "after" if forward else "before"
                self.bar.show_event(f"Nothing happened {where} this moment.")
                return
            self.go_to(moment)
            more = f" (and {len(told) - 1} more)" if len(told) > 1 else ""
            self.bar.show_event(f"{told[0].text}{more}" if told else "")

        stage.tasks.ask("step", find(), go)

    def shift(self, by: timedelta) -> None:
        """A little earlier or later."""
        self.pause()
        self.go_to((self.at or self.stage.desk.clock.now()) + by)

    def play(self) -> None:
        """Play from the moment on the map on; from a day ago when it shows now."""
        if self.at is None or self.stage.desk.clock.now() - self.at < NEXT_TO:
            self.go_to(self.bar.track.start)
        self.is_playing = True
        self.bar.show_playing(True)
        self._ticked = time.monotonic()
        self._frames.start()

    def pause(self) -> None:
        self.is_playing = False
        self.bar.show_playing(False)
        self._frames.stop()

    def toggle_play(self) -> None:
        if self.is_playing:
            self.pause()
        else:
            self.play()

    def _tick(self) -> None:
        """As much further as has passed on the wall, times the speed."""
        now = time.monotonic()
        passed, self._ticked = now - self._ticked, now
        if self.at is None:
            return
        at = self.at + timedelta(seconds=passed * self.bar.factor)
        if at >= self.stage.desk.clock.now() - NEXT_TO:
            self.pause()
            at = self.stage.desk.clock.now()
            self.bar.show_event("This is now.")
        self.at = self._wanted = at
        self._tell(at)
        if not self._busy:
            self._start()

    # --- one frame at a time ----------------------------------------------------------------------

    def _start(self) -> None:
        at, self._wanted = self._wanted, None
        if at is None or not self.is_on:
            return
        self._busy = True
        self.stage.tasks.do("past", lambda: self._frame(at), self._show, self._failed)

    async def _frame(self, at: datetime) -> tuple[datetime, Graph | None]:
        """The network at a moment: carried forward when it lies ahead, else read anew."""
        history, actor = self.stage.services.history, self.stage.desk.actor
        replay, reel = self._replay, self._reel
        carried = None
        if replay is not None and self._replayed is not None and self._replayed <= at:
            reel = await self._covering(replay, self._replayed, at)
            if reel is not None:
                before = replay.graph
                carried = await asyncio.to_thread(_carry, replay, reel, self._replayed, at)
                if carried is before:
                    self._replayed = at
                    return at, None
        if carried is None:
            self._replay = replay = await history.replay(actor, moment=at)
            self._reel = None
            carried = replay.graph
        self._replayed = at
        return at, carried

    async def _covering(self, replay: Replay, start: datetime, end: datetime) -> Reel | None:
        """What happened in between; None when it is cheaper to read the network anew."""
        reel = self._reel
        if reel is not None and reel.start <= start and end <= reel.end:
            self._read_ahead(replay, reel, end)
            return reel
        span = self._reel_span()
        if end - start > span:
            return None
        self._reel = reel = await self._read(replay, start, start + span)
        return reel

    def _read_ahead(self, replay: Replay, reel: Reel, at: datetime) -> None:
        """The next stretch, before it is needed."""
        late = at > reel.start + (reel.end - reel.start) * 0.6
        if not (self.is_playing and late) or self.stage.tasks.is_asking("reel"):
            return

        def take(found: Reel) -> None:
            if self._reel is reel:
                self._reel = found

        self.stage.tasks.ask("reel", self._read(replay, at, at + self._reel_span()), take)

    async def _read(self, replay: Replay, start: datetime, end: datetime) -> Reel:
        return await self.stage.services.history.reel(
            self.stage.desk.actor, start=start, end=end, interface_ids=replay.interfaces
        )

    def _reel_span(self) -> timedelta:
        return max(LEAST_REEL, timedelta(seconds=AHEAD_S * self.bar.factor))

    def _show(self, answer: tuple[datetime, Graph | None]) -> None:
        at, graph = answer
        self._busy = False
        if not self.is_on:
            return
        if graph is None:
            self._start()
            return
        # The next frame waits until this one is on the map: it would only drive it away.
        self._busy = True
        self._given_up.start()
        times = self.stage.desk.times
        self.stage.go_to_moment(Moment(graph, at, f"as of {times.absolute(at)}"))

    def _failed(self, error: BaseException) -> None:
        self._busy = False
        self.pause()
        if isinstance(error, (Refused, Unreachable)):
            self.bar.show_event(str(error))
        else:
            self.stage.desk.report(error)

    # --- saying it --------------------------------------------------------------------------------

    def _tell(self, at: datetime) -> None:
        self.bar.show_moment(at)
        local = at.astimezone(self.stage.desk.times.zone())
        today = self.stage.desk.clock.now().astimezone(self.stage.desk.times.zone()).date()
        when = local.strftime("%H:%M:%S" if local.date() == today else "%a %d %b %H:%M:%S")
        self.strip.tell(f"You see {when}, {self.bar.words_ago(at)} ago")

    def _begin_past(self) -> None:
        """Amber frame, and nothing that writes."""
        if self.frame.is_on:
            return
        self.frame.is_on = True
        self.stage.canvas.update()
        for command, action in tuple(self.stage.desk.actions.commands()):
            if command.right and command.id.startswith("map.") and action.isEnabled():
                action.setEnabled(False)
                self._frozen.append(action)

    def _let_write(self) -> None:
        for action in self._frozen:
            action.setEnabled(True)
        self._frozen.clear()

    def _ask_reach(self) -> None:
        def told(reach: Reach) -> None:
            self._reach = reach
            self.bar.track.since = reach.network
            self.bar.track.update()

        self.stage.tasks.ask("reach", self.stage.services.history.kept(self.stage.desk.actor), told)

    def _ask_density(self) -> None:
        track = self.bar.track
        if not self.is_on:
            return

        def told(density: Density) -> None:
            track.show_density(density)

        self.stage.tasks.ask(
            "density",
            self.stage.services.history.density(
                self.stage.desk.actor, start=track.start, end=track.end, buckets=track.buckets
            ),
            told,
        )

    def _show_span(self, span: timedelta | None) -> None:
        """The hour, day or week around the head, or all that is kept."""
        now = self.stage.desk.clock.now()
        if span is None:
            since = self._reach.network if self._reach is not None else None
            whole = now - (since or now - DAY)
            self.bar.track.show_span(now - whole * 1.02, now + whole * 0.02)
            return
        end = min((self.at or now) + span / 2, now + span / 50)
        self.bar.track.show_span(end - span, end)

    # --- keys -------------------------------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """While the bar is open its keys work on the map as well."""
        if event.type() is QEvent.Type.Resize and self.strip.isVisible() and self.at is not None:
            self._tell(self.at)
        if not self.is_on or event.type() is not QEvent.Type.KeyPress:
            return False
        assert isinstance(event, QKeyEvent)
        key, shift = event.key(), bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if event.modifiers() & ~(
            Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier
        ):
            return False
        return self._pressed(Qt.Key(key), shift)

    def _pressed(self, key: Qt.Key, shift: bool) -> bool:
        if key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            forward = key == Qt.Key.Key_Right
            if shift:
                self.shift(MINUTE if forward else -MINUTE)
            else:
                self.step(forward)
        elif key == Qt.Key.Key_Home:
            self.pause()
            since = self._reach.network if self._reach is not None else None
            self.go_to(since or self.bar.track.start)
        elif key == Qt.Key.Key_End:
            self.pause()
            self.go_to(self.stage.desk.clock.now())
        elif key == Qt.Key.Key_Space:
            self.toggle_play()
        elif key == Qt.Key.Key_Escape:
            self.leave()
        else:
            return False
        return True

    def _wire(self) -> None:
        bar = self.bar
        bar.moved.connect(self._dragged)
        bar.stepped.connect(self.step)
        bar.played.connect(self.toggle_play)
        bar.left.connect(self.leave)
        bar.compared.connect(lambda: self.stage.desk.actions.action("map.compare").trigger())
        bar.span_wanted.connect(self._show_span)
        bar.track.span_changed.connect(self._settle.start)
        self.strip.left.connect(self.leave)
        self.stage.shown.connect(self._shown)

    def _dragged(self, at: datetime) -> None:
        self.pause()
        self.bar.show_event("")
        self.go_to(at)

    def _go_on(self) -> None:
        """A frame is on the map, or the page could not show it and said why."""
        self._given_up.stop()
        self._busy = False
        self._start()

    def _shown(self) -> None:
        """Another tool may have gone back to now."""
        if self._given_up.isActive():
            self._go_on()
        if self.strip.isVisible() and self.at is not None:
            self.strip.raise_()
        elif self.at is None and self.is_on:
            self.bar.show_moment(self.stage.desk.clock.now())


def _carry(replay: Replay, reel: Reel, start: datetime, at: datetime) -> Graph | None:
    """Off the UI thread: the network a little later; None when it is to be read anew."""
    changes, turns, rates = reel.between(start, at)
    graph = replay.advance(changes, turns, at=at)
    if graph is not None and rates is not None:
        graph = replay.load(rates, at=at)
    return graph


_UNITS = {"m": MINUTE, "h": timedelta(hours=1), "d": DAY}


def moment_of(text: str, now: datetime) -> datetime | None:
    """A moment as a route tells it: `-3h`, or ISO 8601, in UTC unless it says otherwise."""
    if text[:1] == "-" and text[-1:] in _UNITS and text[1:-1].isdecimal() and len(text) < 8:
        return now - int(text[1:-1]) * _UNITS[text[-1]]
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at if at.tzinfo is not None else at.replace(tzinfo=UTC)
