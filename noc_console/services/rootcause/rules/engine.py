"""Folds what stands on the desk under its roots, and keeps up with what changes.

The verdict is a function of the network, of what stands and (for `Patience` only) of the time:
never of the order in which alarms came. A change makes the shade anew where it must, and judges
those alarms again whose surroundings changed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta

from noc_console.services.alarms.model import (
    Alarm,
    AlarmId,
    AlarmObject,
    AlarmReport,
    Condition,
    Fold,
    Impact,
    Severity,
)
from noc_console.services.inventory.model import Reachability
from noc_console.services.rootcause.model import Answers, Book, Findings, Network, Patience
from noc_console.services.rootcause.rules import blast, pon, telling, words
from noc_console.services.rootcause.rules.causes import Causes, Ref, end_line
from noc_console.services.rootcause.rules.ground import A_DOWN, B_DOWN
from noc_console.services.rootcause.rules.known import NO_BOOK, Known
from noc_console.services.rootcause.rules.shade import Cause, Scene, Shade, cast

_LONGEST = 32
"""Reasons lead to boxes and cables at once, not step by step: a chain has some five links."""


class Correlator(Known):
    """Keeps what is known up to date, and the verdict on it. Not for several threads at once."""

    def __init__(
        self,
        network: Network,
        *,
        answers: Answers | None = None,
        book: Book = NO_BOOK,
        patience: Patience | None = None,
    ) -> None:
        super().__init__(network, book=book, patience=patience)
        self._answers: dict[int, Reachability] = {}
        self._silent: set[int] = set()
        self._scene: tuple[frozenset[int], frozenset[int], dict[int, int]] | None = None
        self._impacts: dict[int, Impact] = {}
        self._radius = blast.Radius(self)
        self._known: dict[int, tuple[int | None, str]] = {}
        self._answered: set[int] = set()
        """Devices that answer differently since the last look."""
        self.answer(answers or {})

    # -- what happens

    def answer(self, answers: Answers) -> None:
        """How devices answer now."""
        for device, how in answers.items():
            box = self.ground.number.get(device)
            if box is None or self._answers.get(device) == how:
                continue
            self._answers[device] = how
            self._answered.add(device)
            self.lit.discard(box)
            self._silent.discard(box)
            if how is Reachability.UP:
                self.lit.add(box)
            elif how is Reachability.DOWN:
                self._silent.add(box)

    def look(
        self, alarms: Iterable[Alarm] = (), *, gone: Iterable[int] = (), now: datetime
    ) -> Findings:
        """Take alarms as they are now; what that changes about roots and what is behind them."""
        changed = list(alarms)
        lost = list(gone)
        devices = self.standing.take(changed) | self.standing.forget(lost)
        for alarm_id in (*lost, *(int(a.id) for a in changed if not a.is_active)):
            self.reasons.pop(alarm_id, None)
            self._known.pop(alarm_id, None)
        for alarm in changed:
            if alarm.is_active:
                self._known[int(alarm.id)] = (alarm.root_id, alarm.root_why)
                if alarm.impact is None:
                    self._impacts.pop(int(alarm.id), None)
                else:
                    self._impacts[int(alarm.id)] = alarm.impact
        due = self.shade.next_at is not None and self.shade.next_at <= now
        answered, self._answered = self._answered, set()
        affected = devices | answered | self._recast(now, force=due or bool(answered))
        causes = self.causes()
        self._judge(causes, affected)
        self.roots = self._resolve(causes)
        return Findings(
            folds=self._folds(causes),
            impacts=self._blasts(causes),
            reports=self._derived(causes),
            next_at=self.shade.next_at,
        )

    # -- the shade

    def _recast(self, now: datetime, *, force: bool) -> set[int]:
        """Make the shade anew if what casts it changed; devices that see something different."""
        number = self.ground.number
        dead = frozenset(number[one] for one in self.standing.unreachable if one in number)
        silent = frozenset(self._silent - dead)
        down = self._told_down()
        scene = (dead, silent, down)
        if scene == self._scene and not force:
            return set()
        before, self._scene = self._scene, scene
        self.down = down
        old = self.shade
        self.shade = cast(
            self.ground,
            Scene(dead, silent, self.lit - dead, down),
            since=self._since,
            now=now,
            settle=timedelta(seconds=self.patience.settle_s),
        )
        return self._around(self._differences(old, before, scene))

    def _told_down(self) -> dict[int, int]:
        """Cables one of whose ports has an alarm, with the ends that have one."""
        down: dict[int, int] = {}
        ground = self.ground
        for port in self.standing.port_down:
            for cable in ground.by_port.get(port, ()):
                is_a = ground.cables[cable].a.port == port
                down[cable] = down.get(cable, 0) | (A_DOWN if is_a else B_DOWN)
        for cable, bits in down.items():
            if bits == A_DOWN | B_DOWN:
                for box in (ground.a[cable], ground.b[cable]):
                    if end_line(ground, self.standing, cable, box, self.patience) is None:
                        down[cable] = bits & ~ground.bit(cable, box)
        return down

    def _differences(
        self,
        old: Shade,
        before: tuple[frozenset[int], frozenset[int], dict[int, int]] | None,
        scene: tuple[frozenset[int], frozenset[int], dict[int, int]],
    ) -> set[int]:
        boxes = {
            at
            for at, (one, other) in enumerate(zip(old.cause, self.shade.cause, strict=True))
            if one != other
        }
        if before is None:
            return set(range(len(self.ground.boxes)))
        boxes |= (before[0] ^ scene[0]) | (before[1] ^ scene[1])
        for cable in {cable for cable, _ in before[2].items() ^ scene[2].items()}:
            boxes |= {self.ground.a[cable], self.ground.b[cable]}
        return boxes

    def _around(self, boxes: Collection[int]) -> set[int]:
        """The devices of boxes, beside them, and at their sites."""
        ground = self.ground
        wide = set(boxes)
        sites = set()
        for box in boxes:
            wide.update(ground.near[box])
            sites.add(ground.boxes[box].site_id)
        for site in sites - {None}:
            wide.update(ground.by_site[site or 0])
        return {ground.boxes[box].device_id for box in wide}

    def _since(self, cause: Cause) -> datetime | None:
        alarm = self.alarm_at(self.causes(), cause)
        return None if alarm is None else alarm.first_seen

    # -- the verdicts

    def _judge(self, causes: Causes, devices: set[int]) -> None:
        """Each alarm whose surroundings changed, again."""
        powers = {
            self.ground.boxes[self.ground.number[one]].site_id
            for one in devices
            if one in self.ground.number
        }
        devices = set(devices)
        for site in powers - {None}:
            devices.update(self.ground.boxes[at].device_id for at in self.ground.by_site[site or 0])
        for device in list(devices):
            box = self.ground.number.get(device)
            if box is not None:
                devices.update(self.ground.boxes[at].device_id for at in self.ground.near[box])
        alarms = [one for device in devices for one in self.standing.of_device(device)]
        alarms += [self.standing.alarms[one] for one in self.standing.sessions]
        for alarm in alarms:
            reason = causes.of(alarm)
            if reason is None:
                self.reasons.pop(alarm.id, None)
            else:
                self.reasons[alarm.id] = reason

    def _resolve(self, causes: Causes) -> dict[int, int]:
        """The last alarm of each chain of reasons. A circle, should there be one, has no root."""
        above: dict[int, int] = {}
        seen: dict[Ref, int | None] = {}
        for alarm_id, reason in self.reasons.items():
            if reason.ref not in seen:
                alarm = self.alarm_at(causes, reason.ref)
                seen[reason.ref] = None if alarm is None else int(alarm.id)
            parent = seen[reason.ref]
            if parent is not None and parent != alarm_id:
                above[alarm_id] = parent
        roots = {one: _top(one, above) for one in above}
        for alarm_id in self.standing.storms:
            if (root := self._of_storm(alarm_id, roots)) is not None:
                roots[alarm_id] = root
        return {one: root for one, root in roots.items() if root != one}

    def _of_storm(self, alarm_id: int, roots: Mapping[int, int]) -> int | None:
        """A storm of alarms that all come from one root is a consequence of it as well."""
        storm = self.standing.alarms[alarm_id]
        found = {
            roots.get(int(one.id), int(one.id))
            for one in self.standing.of_device(storm.about.device_id)
            if one.id != alarm_id
        }
        (root,) = found if len(found) == 1 else (None,)
        is_there = root is not None and root in self.standing.alarms
        beside = [a for a in self.standing.of_device(storm.about.device_id) if a.id == root]
        return root if is_there and not beside else None

    def _folds(self, causes: Causes) -> tuple[Fold, ...]:
        """Where the desk thinks otherwise."""
        found = []
        for alarm_id, (known, why) in self._known.items():
            root = self.roots.get(alarm_id)
            if root is None:
                if known is not None and not self._is_of_storm(known):
                    found.append(Fold(AlarmId(alarm_id), None, self._why_not(known)))
                continue
            if known == root and why:
                continue
            text = telling.sentence(self, causes, alarm_id)
            found.append(Fold(AlarmId(alarm_id), AlarmId(root), text))
        for fold in found:
            self._known[int(fold.alarm_id)] = (fold.root_id, fold.why)
        return tuple(found)

    def _is_of_storm(self, root: int) -> bool:
        """The desk itself gathers storms; it lets their members go as well."""
        alarm = self.standing.alarms.get(root)
        return alarm is not None and alarm.condition == words.STORM

    def _why_not(self, known: int) -> str:
        if known in self.standing.alarms:
            return "it no longer follows from what it was folded under"
        return "what it was folded under is over, and it still stands"

    # -- what stands behind

    def _blasts(self, causes: Causes) -> dict[AlarmId, Impact | None]:
        now = self._radius.impacts(causes)
        changed: dict[AlarmId, Impact | None] = {
            AlarmId(one): impact for one, impact in now.items() if self._impacts.get(one) != impact
        }
        for one in self._impacts.keys() - now.keys():
            if one in self.standing.alarms:
                changed[AlarmId(one)] = None
        self._impacts = now
        return changed

    # -- causes nobody reports

    def _derived(self, causes: Causes) -> tuple[AlarmReport, ...]:
        """Alarms about what ONUs share: raise those that are missing, clear those that are over."""
        reports = []
        for device in sorted(self.standing.olts):
            wanted = {(one.condition, one.tree): one for one in causes.wanted(device)}
            beside = self.standing.of_device(device)
            standing = {
                (alarm.condition, pon.tree_of(alarm)): alarm
                for alarm in beside
                if alarm.condition in words.DERIVED
            }
            for slot, common in wanted.items():
                if slot not in standing:
                    about = _about(common)
                    reports.append(
                        AlarmReport(about, common.condition, Severity.MAJOR, common.text)
                    )
            for slot, alarm in standing.items():
                if slot not in wanted:
                    text = "no longer what the ONUs have in common"
                    reports.append(
                        AlarmReport(alarm.about, Condition(slot[0]), Severity.CLEARED, text)
                    )
        return tuple(reports)


def _top(alarm_id: int, above: Mapping[int, int]) -> int:
    """Where a chain of reasons ends; who is in a circle stands for itself."""
    root = above[alarm_id]
    for _ in range(_LONGEST):
        if (parent := above.get(root)) is None:
            return root
        root = parent
    return alarm_id


def _about(common: pon.Common) -> AlarmObject:
    about = common.example.about
    return AlarmObject(
        about.device_id,
        about.interface_id,
        device_name=common.example.device_name,
        interface_name=f"PON {common.tree}",
        site_name=common.example.site_name,
        other=f"pon:{common.tree}",
    )
