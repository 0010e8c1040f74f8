"""The list of alarm rules: see, change, take back, try out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from noc_console.db.database import Database, Tx
from noc_console.kernel.actor import Actor
from noc_console.kernel.clock import Clock
from noc_console.kernel.errors import Conflict, Invalid, NotFound
from noc_console.kernel.operation import operation
from noc_console.services.alarms.episodes import AlarmEpisodeService
from noc_console.services.alarms.model import NO_DEVICE
from noc_console.services.detection import rules, store
from noc_console.services.detection.bench import Bench
from noc_console.services.detection.book import RuleBook
from noc_console.services.detection.curves import Curve
from noc_console.services.detection.language import read_rule, write_rule
from noc_console.services.detection.listing import row_of
from noc_console.services.detection.model import (
    Family,
    Origin,
    Replay,
    Rule,
    RuleChange,
    RuleRow,
    RulesChanged,
)
from noc_console.services.detection.ports import RuleFamily
from noc_console.services.detection.scoping import fits_device

_log = structlog.get_logger("rules")

RECENT = timedelta(days=7)
LARGEST_IMPORT = 256 << 10
MOST_OWN = 2_000
HEADS = ("[[rule]]", "[[flow]]")
"""How the text of a rule begins; the second is one of flows."""


class DetectionService:
    """Keeps the rules by which alarms are raised."""

    def __init__(
        self,
        db: Database,
        *,
        clock: Clock,
        pack: RuleBook,
        bench: Bench,
        episodes: AlarmEpisodeService,
        events: RuleFamily | None = None,
    ) -> None:
        self._db = db
        self._clock = clock
        self._pack = pack
        self._bench = bench
        self._episodes = episodes
        self._events = events
        self.current = pack
        """As last read; ours until then. For those who draw limits and cannot wait."""

    @operation("detection.rules", right="detection.see")
    async def rules(self, actor: Actor) -> tuple[RuleRow, ...]:
        """List all alarm rules: what they watch, from when on, and how often they rang lately."""
        async with self._db.read(actor) as tx:
            kept = await store.standing(tx)
        came = await self._episodes.came(actor, since=self._clock.now() - RECENT)
        book = self._book(kept[Family.METRIC])
        rows = [row_of(rule, alarms=came.get(str(rule.condition), 0)) for rule in book.every]
        rows += self._event_rows(kept[Family.EVENT], came)
        return tuple(rows)

    async def book(self, actor: Actor) -> RuleBook:
        """The rules of measured values in force: for whoever judges by them."""
        actor.require("detection.see")
        async with self._db.read(actor) as tx:
            kept = await store.standing(tx)
        self.current = self._book(kept[Family.METRIC])
        return self.current

    async def event_changes(self, actor: Actor) -> dict[str, str]:
        """Operators' rules about traps, log lines and flows, as texts by id."""
        actor.require("detection.see")
        async with self._db.read(actor) as tx:
            return (await store.standing(tx))[Family.EVENT]

    @operation("detection.rule", right="detection.see")
    async def rule(self, actor: Actor, *, rule_id: str) -> RuleRow:
        """Show one rule with its text."""
        found = next((row for row in await self.rules(actor) if row.id == rule_id), None)
        if found is None:
            raise NotFound(f"there is no rule {rule_id}")
        return found

    @operation("detection.history", right="detection.see")
    async def history(self, actor: Actor, *, rule_id: str) -> tuple[RuleChange, ...]:
        """Show everything that happened to a rule, oldest first."""
        async with self._db.read(actor) as tx:
            return await store.history(tx, rule_id)

    @operation("detection.check", right="detection.see")
    async def check(self, actor: Actor, *, toml: str) -> RuleRow:
        """Say how a rule's text is understood, or what is wrong with it."""
        return self._read(toml)[0]

    @operation("detection.save")
    async def save(self, actor: Actor, *, toml: str) -> RuleRow:
        """Keep a rule, given as its text: a new one, or another version of one that is there."""
        row, text = self._read(toml)
        async with self._db.begin(actor) as tx:
            kept = await store.standing(tx)
            known = row.id in kept[row.family] or row.id in self._ours(row.family)
            other = Family.EVENT if row.family is Family.METRIC else Family.METRIC
            if row.id in kept[other] or row.id in self._ours(other):
                raise Conflict(f"{row.id} is the id of a rule of another family")
            if not known and sum(map(len, kept.values())) >= MOST_OWN:
                raise Invalid(f"there can be {MOST_OWN} rules of your own")
            if kept[row.family].get(row.id) == text:
                return row
            kept[row.family][row.id] = text
            self._check_apart([row], kept[Family.METRIC])
            await self._step(tx, row.family, row.id, "changed" if known else "made", text)
        return row

    @operation("detection.enable", right="detection.save")
    async def enable(self, actor: Actor, *, rule_ids: tuple[str, ...]) -> None:
        """Switch rules on."""
        await self._switch(actor, rule_ids, is_enabled=True)

    @operation("detection.disable", right="detection.save")
    async def disable(self, actor: Actor, *, rule_ids: tuple[str, ...]) -> None:
        """Switch rules off; their alarms clear within minutes."""
        await self._switch(actor, rule_ids, is_enabled=False)

    @operation("detection.remove", right="detection.save")
    async def remove(self, actor: Actor, *, rule_id: str) -> None:
        """Throw away a rule of your own, or what was changed of one of ours."""
        async with self._db.begin(actor) as tx:
            kept = await store.standing(tx)
            family = next((family for family, texts in kept.items() if rule_id in texts), None)
            if family is None:
                raise NotFound(f"{rule_id} is ours and was not changed: switch it off instead")
            await self._step(tx, family, rule_id, "removed", "")

    @operation("detection.undo", right="detection.save")
    async def undo(self, actor: Actor, *, rule_id: str) -> None:
        """Take the last change of a rule back; again for the one before."""
        async with self._db.begin(actor) as tx:
            steps = await store.history(tx, rule_id)
            text = rules.before(steps)
            if text is None:
                raise NotFound(f"nothing was changed of {rule_id}")
            family = await self._family_of(tx, rule_id, text or steps[-1].toml)
            await self._step(tx, family, rule_id, rules.UNDONE, text)

    @operation("detection.duplicate", right="detection.save")
    async def duplicate(self, actor: Actor, *, rule_id: str) -> RuleRow:
        """Copy a rule under a new id, switched off, to be changed."""
        rows = {row.id: row for row in await self.rules(actor)}
        if rule_id not in rows:
            raise NotFound(f"there is no rule {rule_id}")
        name = rules.copy_name(rule_id, rows)
        text = renamed(rows[rule_id].toml, rule_id, name)
        return await self.save(actor, toml=text)

    @operation("detection.export", right="detection.see")
    async def export(self, actor: Actor, *, rule_ids: tuple[str, ...] = ()) -> str:
        """Write rules as TOML: those named, or all that are not as they came with the program."""
        rows = await self.rules(actor)
        wanted = [
            row
            for row in rows
            if row.id in rule_ids or (not rule_ids and row.origin is not Origin.PACK)
        ]
        return "\n".join(row.toml for row in wanted)

    @operation("detection.import", right="detection.save")
    async def import_toml(self, actor: Actor, *, text: str) -> int:
        """Take over rules from TOML, all or none; those of the same id are replaced."""
        if len(text) > LARGEST_IMPORT:
            raise Invalid(f"more than {LARGEST_IMPORT >> 10} KiB")
        read = [self._read(one) for one in split(text)]
        if not read:
            raise Invalid("there are no [[rule]] tables in it")
        async with self._db.begin(actor) as tx:
            kept = await store.standing(tx)
            for row, one in read:
                kept[row.family][row.id] = one
            self._check_apart([row for row, _ in read], kept[Family.METRIC])
            for row, one in read:
                await self._step(tx, row.family, row.id, "imported", one)
        return len(read)

    @operation("detection.replay", right="detection.see")
    async def replay(
        self, actor: Actor, *, rule_id: str = "", toml: str = "", days: float = 7.0
    ) -> Replay:
        """Show what a rule would have raised in the last days: one on the list, or a new text."""
        end = self._clock.now()
        if not 0 < days <= 400:
            raise Invalid("0 to 400 days", field="days")
        return await self.replay_span(
            actor, rule_id=rule_id, toml=toml, start=end - timedelta(days=days), end=end
        )

    async def replay_span(
        self, actor: Actor, *, start: datetime, end: datetime, rule_id: str = "", toml: str = ""
    ) -> Replay:
        """The same of any span."""
        actor.require("detection.see")
        book = await self.book(actor)
        rule = self._metric(book, rule_id, toml)
        others = [one for one in book.every if one.id != rule.id]
        return await self._bench.replay(
            actor, rule, RuleBook([*others, rule]), start=start, end=end
        )

    async def curve(
        self,
        actor: Actor,
        *,
        key: str,
        start: datetime,
        end: datetime,
        rule_id: str = "",
        toml: str = "",
    ) -> tuple[Rule, Curve | None]:
        """The values of one object of a replay, with the rule whose limits are drawn beside."""
        actor.require("detection.see")
        rule = self._metric(await self.book(actor), rule_id, toml)
        thing = await self._bench.thing(actor, rule, key)
        if thing is None:
            return rule, None
        return rule, await self._bench.curve(rule, thing, start=start, end=end)

    @operation("detection.remedy", right="detection.see")
    async def remedy(self, actor: Actor, *, condition: str, device_id: int = 0) -> str:
        """Say what to do about an alarm of a condition; empty where no rule says it.

        By the rule that decides for the device, where one is named.
        """
        book = await self.book(actor)
        about = await self._fitting(actor, book.about(condition), device_id)
        found = next((rule.remedy for rule in about if rule.remedy), "")
        if found or self._events is None:
            return found
        rows = self._event_rows(await self.event_changes(actor), {})
        return next((row.remedy for row in rows if row.condition == condition and row.remedy), "")

    async def _fitting(self, actor: Actor, about: Sequence[Rule], device_id: int) -> Sequence[Rule]:
        """Those whose words about devices fit; all where the device is not known."""
        if device_id == NO_DEVICE or len(about) < 2:
            return about
        known = await self._bench.device(actor, device_id)
        if known is None:
            return about
        return [rule for rule in about if fits_device(rule.scope, *known)]

    # --- behind the doors --------------------------------------------------------------------

    def _book(self, texts: dict[str, str]) -> RuleBook:
        found, problems = rules.in_force(self._pack.every, texts)
        for problem in problems:
            _log.warning("rule not understood", problem=problem)
        return RuleBook(found)

    def _check_apart(self, rows: Sequence[RuleRow], texts: dict[str, str]) -> None:
        """Raises Invalid where one of these and another rule would clear each other's alarms."""
        found, _ = rules.in_force(self._pack.every, texts)
        new = {row.id for row in rows if row.family is Family.METRIC}
        for rule in found:
            if rule.id in new:
                rules.check_apart(rule, found)

    def _ours(self, family: Family) -> set[str]:
        if family is Family.METRIC:
            return {rule.id for rule in self._pack.every}
        return set() if self._events is None else {row.id for row in self._events.pack()}

    def _event_rows(self, texts: dict[str, str], came: dict[str, int]) -> list[RuleRow]:
        if self._events is None:
            return []
        rest, rows = dict(texts), []
        for ours in self._events.pack():
            text = rest.pop(ours.id, None)
            changed = None if text is None else self._event(text)
            rows.append(ours if changed is None else replace(changed, origin=Origin.CHANGED))
        own = filter(None, map(self._event, rest.values()))
        rows += [replace(row, origin=Origin.OWN) for row in own]
        return [replace(row, alarms=came.get(row.condition, 0)) for row in rows]

    def _event(self, text: str) -> RuleRow | None:
        assert self._events is not None  # nobody asks without
        try:
            return self._events.read(text)
        except Invalid as error:
            _log.warning("rule not understood", problem=str(error))
            return None

    def _read(self, toml: str) -> tuple[RuleRow, str]:
        """A row and the text to keep, whichever family understands it.

        Of a text that says what is measured, the error is ours; of others the other family's.
        """
        if self._events is None or any(_is_key(line, "measure") for line in toml.splitlines()):
            rule = read_rule(toml)
            origin = Origin.CHANGED if self._pack.rule(rule.id) else Origin.OWN
            rule = replace(rule, origin=origin)
            return row_of(rule), write_rule(rule)
        return self._events.read(toml), toml.strip() + "\n"

    def _metric(self, book: RuleBook, rule_id: str, toml: str) -> Rule:
        if toml:
            rule = read_rule(toml)
            known = self._pack.rule(rule.id)
            origin = Origin.CHANGED if known else Origin.OWN
            return replace(rule, origin=origin, is_enabled=True, at=known.at if known else 1 << 20)
        found = book.rule(rule_id)
        if found is None:
            raise NotFound(f"there is no rule of measured values called {rule_id}")
        return replace(found, is_enabled=True)

    async def _switch(self, actor: Actor, rule_ids: Sequence[str], *, is_enabled: bool) -> None:
        rows = {row.id: row for row in await self.rules(actor)}
        if missing := [one for one in rule_ids if one not in rows]:
            raise NotFound(f"there is no rule {missing[0]}")
        what = "enabled" if is_enabled else "disabled"
        async with self._db.begin(actor) as tx:
            for one in dict.fromkeys(rule_ids):
                row = rows[one]
                if row.is_enabled != is_enabled:
                    text = switched(row.toml, is_enabled=is_enabled)
                    await self._step(tx, row.family, row.id, what, text)

    async def _family_of(self, tx: Tx, rule_id: str, text: str) -> Family:
        for family in Family:
            if rule_id in self._ours(family) or rule_id in (await store.standing(tx))[family]:
                return family
        return self._read(text)[0].family if text else Family.METRIC

    async def _step(self, tx: Tx, family: Family, rule_id: str, what: str, text: str) -> None:
        at = self._clock.now()
        await store.add(tx, family, rule_id, what=what, toml=text, at=at)
        tx.record(RulesChanged(family=family.value, rule_id=rule_id, what=what))


def switched(toml: str, *, is_enabled: bool) -> str:
    """The text of a rule, switched on or off; everything else stays as it was written."""
    lines = [line for line in toml.splitlines() if not _is_key(line, "enabled")]
    if is_enabled:
        return "\n".join(lines) + "\n"
    head = next(at for at, line in enumerate(lines) if line.strip() in HEADS)
    return "\n".join([*lines[: head + 1], "enabled = false", *lines[head + 1 :]]) + "\n"


def renamed(toml: str, rule_id: str, name: str) -> str:
    """The text of a rule under another id, switched off, called a copy."""
    lines = []
    for line in toml.splitlines():
        if _is_key(line, "id"):
            line = f'id = "{name}"'
        elif _is_key(line, "title"):
            title = line.partition("=")[2].strip().strip('"')[:90]
            line = f'title = "{title} (copy)"'
        lines.append(line)
    return switched("\n".join(lines), is_enabled=False)


def split(text: str) -> list[str]:
    """A file of many rules as a text for each."""
    parts: list[list[str]] = []
    for line in text.splitlines():
        if line.strip() in HEADS:
            parts.append([])
        if parts:
            parts[-1].append(line)
        elif line.strip() and not line.lstrip().startswith("#"):
            raise Invalid(f"{line.strip()[:60]!r}: a file begins with [[rule]]")
    return ["\n".join(part) + "\n" for part in parts]


def _is_key(line: str, key: str) -> bool:
    name, equals, _ = line.partition("=")
    return bool(equals) and name.strip() == key
