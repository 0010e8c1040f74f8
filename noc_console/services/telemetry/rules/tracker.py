"""What one device's readings mean: unwrapped counters for the store, alarms for the desk.

A tracker remembers what a single reading cannot tell: the counters before, whether an
interface was ever up, the light a fibre usually brings. It knows no clock and asks nobody.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import NDArray

from noc_console.kernel.text import duration
from noc_console.services.alarms.model import AlarmObject, AlarmReport, Condition, Severity
from noc_console.services.detection.book import RuleBook
from noc_console.services.inventory.model import OperStatus, SensorKind
from noc_console.services.telemetry.model import Ints, PortReadings, Reading, Subject
from noc_console.services.telemetry.rules import rates
from noc_console.services.telemetry.rules.judge import Judge
from noc_console.services.telemetry.rules.outcome import Outcome, Standing, is_news
from noc_console.services.telemetry.rules.rates import Tracks, Uptime, Width

_COUNTERS, _STATUS, _EPOCH, _COLUMNS = slice(0, 8), 8, 9, 10
"""The store's columns of an interface."""
_UNKNOWN = np.int8(OperStatus.UNKNOWN)


class Tracker:
    """Follows one device."""

    __slots__ = (
        "_answers",
        "_judge",
        "_last",
        "_mark",
        "_moment",
        "_seen_up",
        "_settled_after_s",
        "_statuses",
        "subject",
        "uptime",
    )

    def __init__(self, subject: Subject, *, settled_after_s: float, book: RuleBook) -> None:
        self.uptime: Uptime | None = None
        self.subject = subject
        self._judge = Judge(subject, book)
        self._settled_after_s = settled_after_s
        self._last: Tracks | None = None
        self._mark: Tracks | None = None
        """The last whole reading: looks in between change no judgement."""
        self._seen_up = np.zeros(len(subject.ports), np.bool_)
        self._answers = 0
        self._moment: tuple[float, int] | None = None
        self.follow(subject)

    def follow(self, subject: Subject) -> None:
        """The inventory knows more (or less) of the device now."""
        before, now = self.subject.ports, subject.ports
        self.subject = subject
        if not np.array_equal(before.ids, now.ids):
            self._reorder(before.ids, now.ids)
        # Whatever the inventory says, the next reading corrects it where it is wrong:
        # a rediscovery may have written what it saw in the middle of a flap.
        self._statuses = now.statuses.copy()
        self._seen_up |= now.statuses == OperStatus.UP
        self._judge.follow(subject)

    def adopt(self, book: RuleBook) -> None:
        """Judge by these rules from now on; what is remembered of the past stays."""
        self._judge.adopt(book)

    def _reorder(self, before: Ints, now: Ints) -> None:
        """Interfaces came or went: those that stay keep what is known of them."""
        _, was, becomes = np.intersect1d(before, now, assume_unique=True, return_indices=True)
        seen_up = np.zeros(len(now), np.bool_)
        seen_up[becomes] = self._seen_up[was]
        self._seen_up = seen_up
        self._last = _moved(self._last, was, becomes, len(now))
        self._mark = _moved(self._mark, was, becomes, len(now))

    def remember_counters(self, found: Tracks, ids: Ints) -> None:
        """What the store was told last of these interfaces; ids ascend."""
        ports = self.subject.ports.ids
        _, was, becomes = np.intersect1d(ids, ports, assume_unique=True, return_indices=True)
        self._last = _moved(found, was, becomes, len(ports))

    def remember_up(self, interfaces: Iterable[int]) -> None:
        """These were up before we came: their alarms still stand."""
        self._seen_up |= np.isin(self.subject.ports.ids, list(interfaces))

    def remember_light(self, usual: Mapping[int, float], *, at: float) -> None:
        """What history says the fibres usually bring, dBm by sensor id."""
        self._judge.remember_light(usual, at=at)

    def lost(self) -> Outcome:
        """The device does not answer: of its interfaces we know nothing, which is not 'down'."""
        self._answers = 0
        rows = np.flatnonzero(self._statuses != _UNKNOWN)
        unknown = dict.fromkeys(self.subject.ports.ids[rows].tolist(), OperStatus.UNKNOWN)
        self._statuses[rows] = _UNKNOWN
        return Outcome(device=(None, None, None, None, None, 0), statuses=unknown)

    def take(self, reading: Reading, standing: Standing) -> Outcome:
        """Fold one reading in."""
        done = Outcome()
        self._judge.at = reading.at
        jumped = self._clock_jumped(reading)
        if reading.uptime_ticks is not None:
            before = self.uptime
            self.uptime, done.restarted = rates.follow_uptime(
                before, reading.uptime_ticks, at=reading.at
            )
            if done.restarted and before is not None:
                self._report_restart(done, before)
        ports = reading.ports
        if ports is not None and len(ports):
            self._take_ports(done, ports, reading, afresh=done.restarted or jumped)
        if reading.whole:
            self._answers += 1
            self._settle_restart(done, standing)
            if ports is not None and len(ports):
                self._judge_ports(done, ports, standing)
            self._judge.sensors(done, reading, self._statuses, standing)
            done.device = self._device_row(reading)
        done.sensors = {number: round(value * 1000) for number, value in reading.sensors.items()}
        done.reports = [report for report in done.reports if is_news(report, standing)]
        return done

    # Counters and states

    def _clock_jumped(self, reading: Reading) -> bool:
        """Whether the wall clock, by which the store takes rates, went another way than time."""
        before, self._moment = self._moment, (reading.at, reading.at_ms)
        if before is None:
            return False
        passed = reading.at - before[0]
        return abs((reading.at_ms - before[1]) / 1000 - passed) > 2.0 + 0.02 * passed

    def _take_ports(
        self, done: Outcome, ports: PortReadings, reading: Reading, *, afresh: bool
    ) -> None:
        known, rows = self.subject.ports, ports.rows
        every = len(rows) == len(known)
        width = Width(known.wide, known.speeds)
        before = self._last
        if not every:
            width = Width(known.wide[rows], known.speeds[rows])
            before = _picked(before, rows)
        now = rates.follow(
            before, ports.counters, width, at=reading.at, epoch=reading.at_ms, afresh=afresh
        )
        table = np.empty((len(rows), _COLUMNS), np.int64)
        table[:, _COUNTERS], table[:, _STATUS], table[:, _EPOCH] = (
            now.values,
            ports.oper,
            now.epochs,
        )
        done.port_ids, done.port_rows = (known.ids if every else known.ids[rows]), table
        # The same memory as the store's newest state: half a million interfaces, kept once.
        told = Tracks(now.at, table[:, _COUNTERS], table[:, _EPOCH])
        self._last = told if every else _replaced(self._last, rows, told, len(known))
        self._seen_up[rows] |= ports.oper == OperStatus.UP
        changed = np.flatnonzero(self._statuses[rows] != ports.oper)
        if len(changed):
            self._statuses[rows[changed]] = ports.oper[changed]
            states = map(OperStatus, ports.oper[changed].tolist())
            done.statuses = dict(zip(known.ids[rows[changed]].tolist(), states, strict=True))

    def _device_row(self, reading: Reading) -> tuple[int | None, ...]:
        uptime = None if self.uptime is None else round(self.uptime.seconds)
        return (
            _milli(self._judge.load(reading, SensorKind.CPU)),
            _milli(self._judge.load(reading, SensorKind.MEMORY)),
            _milli(self._judge.hottest(reading)),
            uptime,
            round(reading.response_s * 1_000_000),
            1,
        )

    # Judging

    def _report_restart(self, done: Outcome, before: Uptime) -> None:
        self._answers = 0
        if (severity := self._judge.state("device.restart")) > Severity.CLEARED:
            text = f"restarted; it had been up for {duration(before.seconds)}"
            done.reports.append(AlarmReport(self.about(), Condition.RESTARTED, severity, text))

    def _settle_restart(self, done: Outcome, standing: Standing) -> None:
        about = self.about()
        stands = (about.key, Condition.RESTARTED) in standing
        if not stands or done.restarted or self.uptime is None or self._answers < 2:
            return
        if self.uptime.seconds >= self._settled_after_s:
            text = f"up for {duration(self.uptime.seconds)} and answering"
            done.reports.append(AlarmReport(about, Condition.RESTARTED, Severity.CLEARED, text))

    def _judge_ports(self, done: Outcome, ports: PortReadings, standing: Standing) -> None:
        rows = ports.rows
        last = _picked(self._last, rows)
        assert last is not None  # the reading was just taken
        per_second = rates.rates(_picked(self._mark, rows), last)
        self._mark = self._last
        self._judge.ports(done, ports, per_second, self._seen_up, standing)

    def unreachable(self) -> Severity:
        """How bad it is that this device does not answer; CLEARED where no rule asks."""
        return self._judge.unreachable()

    def about(self) -> AlarmObject:
        """The device, as the subject of an alarm."""
        return self._judge.about()


def _picked(tracks: Tracks | None, rows: NDArray[np.intp]) -> Tracks | None:
    if tracks is None or len(rows) == len(tracks.at):
        return tracks
    return Tracks(tracks.at[rows], tracks.values[rows], tracks.epochs[rows])


def _moved(
    tracks: Tracks | None, was: NDArray[np.intp], becomes: NDArray[np.intp], size: int
) -> Tracks | None:
    """Tracks in another order; what was not there before has no past."""
    return None if tracks is None else _replaced(None, becomes, _picked_at(tracks, was), size)


def _picked_at(tracks: Tracks, rows: NDArray[np.intp]) -> Tracks:
    return Tracks(tracks.at[rows], tracks.values[rows], tracks.epochs[rows])


def _replaced(tracks: Tracks | None, rows: NDArray[np.intp], by: Tracks, size: int) -> Tracks:
    """`tracks` (or interfaces without a past) with these rows anew."""
    if tracks is None:
        at = np.full(size, np.nan)
        values, epochs = np.zeros((size, rates.COLUMNS), np.int64), np.zeros(size, np.int64)
    else:
        at, values, epochs = tracks.at.copy(), tracks.values.copy(), tracks.epochs.copy()
    at[rows], values[rows], epochs[rows] = by.at, by.values, by.epochs
    return Tracks(at, values, epochs)


def _milli(value: float | None) -> int | None:
    return None if value is None else round(value * 1000)
