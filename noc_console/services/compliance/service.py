"""Rules about configurations, what they found, and what people put up with until a day."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from noc_console.db.database import Database
from noc_console.kernel.actor import Actor
from noc_console.kernel.clock import Clock
from noc_console.kernel.errors import Conflict, Invalid, NotFound
from noc_console.kernel.operation import operation
from noc_console.services.compliance import store
from noc_console.services.compliance.model import (
    ComplianceRuleChanged,
    ConfigsJudged,
    Evidence,
    Finding,
    Gravity,
    Judged,
    Rule,
    RuleKind,
    Score,
    Verdict,
    Waiver,
    WaiverChanged,
)
from noc_console.services.compliance.rules import judge as rules
from noc_console.services.compliance.rules.golden import (
    CUSTOMER,
    DEVICE,
    INTERFACES,
    SITE,
    filled,
    variables,
)
from noc_console.services.configs.archive import ArchiveService
from noc_console.services.configs.comparison import Comparison
from noc_console.services.configs.masking import mask_lines
from noc_console.services.configs.model import Version
from noc_console.services.inventory.model import Device
from noc_console.services.inventory.service import InventoryService
from noc_console.services.templates.words import (
    NOTHING,
    around,
    of_device,
    of_interfaces,
    of_site,
)

LONGEST_WAIVER = timedelta(days=400)
SHORTEST_REASON, LONGEST_REASON = 4, 500
AT_ONCE = 64
"""Configurations opened and judged in one go."""


@dataclass(frozen=True, slots=True)
class Tried:
    """What a rule would find on one device."""

    device_id: int
    device: str
    verdict: Verdict
    evidence: tuple[Evidence, ...]


class ComplianceService:
    """Keeps rules, judges the newest configurations by them, remembers what is put up with."""

    def __init__(
        self, db: Database, *, clock: Clock, inventory: InventoryService, archive: ArchiveService
    ) -> None:
        self._db = db
        self._clock = clock
        self._inventory = inventory
        self._archive = archive

    # --- rules -------------------------------------------------------------------------------

    @operation("compliance.rules", right="compliance.see")
    async def rules(self, actor: Actor) -> tuple[Rule, ...]:
        """List the rules by name."""
        async with self._db.read(actor) as tx:
            return await store.every_rule(tx)

    @operation("compliance.save-rule", right="compliance.rule")
    async def save_rule(
        self,
        actor: Actor,
        *,
        name: str,
        kind: RuleKind,
        text: str,
        rule_id: int = 0,
        block: str = "",
        variables: str = "",
        platforms: tuple[str, ...] = (),
        devices: tuple[str, ...] = (),
        gravity: Gravity = Gravity.MAJOR,
        remedy: str = "",
        is_on: bool = True,
    ) -> Rule:
        """Add a rule, or change the one of this number. Every configuration is judged anew."""
        wanted = Rule(
            rule_id, name.strip(), kind, text, block, variables, platforms, devices, gravity,
            remedy, is_on,
        )  # fmt: skip
        rules.check(wanted)
        async with self._db.begin(actor) as tx:
            known = await store.every_rule(tx)
            if rule_id and not any(one.id == rule_id for one in known):
                raise NotFound(f"there is no rule {rule_id}")
            if any(one.name == wanted.name and one.id != rule_id for one in known):
                raise Conflict(f"there is another rule called {wanted.name}")
            number = await store.put_rule(tx, wanted)
            what = "changed" if rule_id else "added"
            tx.record(ComplianceRuleChanged(rule_id=number, name=wanted.name, what=what))
        return replace(wanted, id=number)

    @operation("compliance.remove-rule", right="compliance.rule")
    async def remove_rule(self, actor: Actor, *, rule_id: int) -> None:
        """Remove a rule and what was put up with of it."""
        async with self._db.begin(actor) as tx:
            known = await store.get_rule(tx, rule_id)
            if known is None:
                raise NotFound(f"there is no rule {rule_id}")
            await store.remove_rule(tx, rule_id)
            tx.record(ComplianceRuleChanged(rule_id=rule_id, name=known.name, what="removed"))

    async def try_rule(self, actor: Actor, *, rule: Rule, most: int = 500) -> tuple[Tried, ...]:
        """What a rule would find now, before it is saved: the broken ones first."""
        actor.require("compliance.rule")
        rules.check(rule)
        devices = await self._devices(actor)
        newest = [
            one
            for one in (await self._archive.newest(actor)).values()
            if one.device_id in devices
            and rules.applies(
                replace(rule, is_on=True),
                platform=one.platform,
                device=devices[one.device_id].name,
            )
        ][:most]
        texts = await self._archive.texts(actor, versions=newest)
        tried_rules = [replace(rule, is_on=True)]
        known = await self._known(actor, tried_rules, devices, newest)
        found = await asyncio.to_thread(_judge_all, tried_rules, newest, texts, devices, known)
        names = {number: each.name for number, each in devices.items()}
        tried = [
            Tried(number, names[number], verdict, evidence)
            for number, each in found.items()
            for _, verdict, evidence in each
        ]
        return tuple(sorted(tried, key=lambda one: (one.verdict is Verdict.PASS, one.device)))

    # --- waivers -----------------------------------------------------------------------------

    @operation("compliance.waivers", right="compliance.see")
    async def waivers(self, actor: Actor) -> tuple[Waiver, ...]:
        """List what is put up with, the newest first; also what ended."""
        async with self._db.read(actor) as tx:
            return await store.every_waiver(tx)

    @operation("compliance.waive")
    async def waive(
        self,
        actor: Actor,
        *,
        rule_id: int,
        until: datetime,
        reason: str,
        device_id: int | None = None,
    ) -> Waiver:
        """Put up with a broken rule until a day, on one device or all of them, for a reason."""
        now = self._clock.now()
        if until.tzinfo is None or not now < until <= now + LONGEST_WAIVER:
            raise Invalid(f"the end lies within the next {LONGEST_WAIVER.days} days", field="until")
        reason = " ".join(reason.split())
        if not SHORTEST_REASON <= len(reason) <= LONGEST_REASON:
            raise Invalid("say why, in a few words", field="reason")
        if device_id is not None and device_id not in await self._devices(actor):
            raise NotFound(f"there is no device {device_id}")
        waiver = Waiver(0, rule_id, device_id, until, reason, actor.name, now)
        async with self._db.begin(actor) as tx:
            if await store.get_rule(tx, rule_id) is None:
                raise NotFound(f"there is no rule {rule_id}")
            number = await store.add_waiver(tx, waiver)
            tx.record(
                WaiverChanged(rule_id=rule_id, device_id=device_id, what="added", reason=reason)
            )
        return replace(waiver, id=number)

    @operation("compliance.end-waiver", right="compliance.waive")
    async def end_waiver(self, actor: Actor, *, waiver_id: int) -> None:
        """Put up with it no longer."""
        async with self._db.begin(actor) as tx:
            known = {one.id: one for one in await store.every_waiver(tx)}
            if waiver_id not in known:
                raise NotFound(f"there is no waiver {waiver_id}")
            one = known[waiver_id]
            await store.remove_waiver(tx, waiver_id)
            tx.record(WaiverChanged(rule_id=one.rule_id, device_id=one.device_id, what="ended"))

    # --- what was found ----------------------------------------------------------------------

    @operation("compliance.findings", right="compliance.see")
    async def findings(
        self, actor: Actor, *, device_id: int | None = None, broken_only: bool = False
    ) -> tuple[Finding, ...]:
        """List what the rules found on the newest configurations, with what is put up with."""
        async with self._db.read(actor) as tx:
            judged = await store.every_verdict(tx)
            waived = await store.every_waiver(tx)
            known = {one.id for one in await store.every_rule(tx)}
        now = self._clock.now()
        standing = [one for one in waived if one.until > now]
        found = [
            _with_waiver(finding, standing)
            for number, each in judged.items()
            if device_id is None or number == device_id
            for finding in each.findings
            if finding.rule_id in known
        ]
        if broken_only:
            found = [one for one in found if one.verdict in {Verdict.FAIL, Verdict.ERROR}]
        return tuple(found)

    @operation("compliance.report", right="compliance.see")
    async def report(self, actor: Actor) -> tuple[tuple[Rule, Score], ...]:
        """Sum up how each rule stands, the most broken first."""
        found = await self.findings(actor)
        by_rule: dict[int, list[Finding]] = {}
        for one in found:
            by_rule.setdefault(one.rule_id, []).append(one)
        told = [(rule, score_of(by_rule.get(rule.id, ()))) for rule in await self.rules(actor)]
        return tuple(sorted(told, key=lambda pair: (-pair[1].failed, pair[0].name)))

    async def expected(self, actor: Actor, *, rule_id: int, device_id: int) -> Comparison:
        """A template filled in for a device, beside the configuration it has."""
        actor.require("compliance.see")
        async with self._db.read(actor) as tx:
            rule = await store.get_rule(tx, rule_id)
        if rule is None or rule.kind is not RuleKind.TEMPLATE:
            raise NotFound("there is no such template")
        device = await self._inventory.device(actor, device_id=device_id)
        version = await self._archive.latest(actor, device_id=device_id)
        if version is None:
            raise NotFound(f"no configuration of {device.name} was kept yet")
        known = (await self._known(actor, [rule], {device_id: device}, [version]))[device_id]
        text = filled(rule.text, {**known, **variables(rule.variables)})
        return await self._archive.compare_with(
            actor, version_id=version.id, text=text, name=f"{rule.name} for {device.name}"
        )

    # --- judging -----------------------------------------------------------------------------

    async def stale(self, actor: Actor) -> tuple[Version, ...]:
        """Newest versions that were not judged yet, or by other rules than there are now."""
        actor.require("compliance.judge")
        async with self._db.read(actor) as tx:
            rev = rules.revision(await store.every_rule(tx))
            stood = await store.standing(tx)
        newest = await self._archive.newest(actor)
        return tuple(
            one for number, one in sorted(newest.items()) if stood.get(number) != (one.id, rev)
        )

    async def judge(self, actor: Actor, *, versions: Sequence[Version]) -> int:
        """Judge some newest versions and keep what was found; how many devices break a rule."""
        actor.require("compliance.judge")
        async with self._db.read(actor) as tx:
            known = await store.every_rule(tx)
            before = await store.every_verdict(tx)
        rev = rules.revision(known)
        devices = await self._devices(actor)
        chosen = [one for one in versions if one.device_id in devices]
        texts = await self._archive.texts(actor, versions=chosen)
        given = await self._known(actor, known, devices, chosen)
        found = await asyncio.to_thread(_judge_all, known, chosen, texts, devices, given)
        now = self._clock.now()
        judged = [
            Judged(
                one.device_id,
                one.id,
                rev,
                now,
                _dated(one, found.get(one.device_id, ()), before.get(one.device_id), now),
            )
            for one in chosen
        ]
        failing = sum(
            1 for one in judged if any(each.verdict is Verdict.FAIL for each in one.findings)
        )
        if judged:
            async with self._db.begin(actor) as tx:
                await store.put_verdicts(tx, judged)
                tx.record(ConfigsJudged(devices=len(judged), failing=failing))
        return failing

    async def _known(
        self,
        actor: Actor,
        known: Sequence[Rule],
        devices: Mapping[int, Device],
        versions: Sequence[Version],
    ) -> dict[int, dict[str, Any]]:
        """What templates may ask about these devices; what is around them only where one does."""
        texts = [one.text for one in known if one.is_on and one.kind is RuleKind.TEMPLATE]
        asks_ports = any(INTERFACES in text for text in texts)
        asks_around = any(word in text for text in texts for word in (SITE, CUSTOMER))
        beside = await around(actor, self._inventory) if asks_around else NOTHING
        told: dict[int, dict[str, Any]] = {}
        for one in versions:
            device = devices[one.device_id]
            told[one.device_id] = {DEVICE: of_device(device), SITE: of_site(device, beside)}
        for number in told if asks_ports else ():
            ports = await self._inventory.interfaces(actor, device_id=number)
            listed = [port for port in ports if port.index]
            told[number][INTERFACES] = of_interfaces(listed, beside)
        return told

    async def _devices(self, actor: Actor) -> dict[int, Device]:
        return {int(each.id): each for each in await self._inventory.devices(actor)}


_Found = list[tuple[int, Verdict, tuple[Evidence, ...]]]


def _judge_all(
    known: Sequence[Rule],
    versions: Sequence[Version],
    texts: Mapping[str, Sequence[str]],
    devices: Mapping[int, Device],
    known_of: Mapping[int, Mapping[str, Any]],
) -> dict[int, _Found]:
    """All rules on some configurations; for a thread. Evidence is masked before it leaves."""
    found: dict[int, _Found] = {}
    for one in versions:
        device = devices[one.device_id]
        lines = texts[one.digest]
        config = rules.Configured.of(lines, one.family)
        given = known_of[one.device_id]
        told: _Found = []
        for rule in known:
            if not rules.applies(rule, platform=one.platform, device=device.name):
                continue
            verdict = rules.judge(rule, config, given)
            if verdict is not None:
                told.append((rule.id, verdict[0], _masked(verdict[1], lines, one.family)))
        found[one.device_id] = told
    return found


def _masked(
    evidence: Sequence[Evidence], lines: Sequence[str], family: str
) -> tuple[Evidence, ...]:
    if not evidence:
        return ()
    # Lines of the configuration in their blocks; what is missing stands alone.
    whole = mask_lines(lines, family)[0] if any(one.line for one in evidence) else []
    told = []
    for one in evidence:
        if one.line is not None and " › " not in one.text:
            told.append(replace(one, text=whole[one.line - 1].rstrip()))
        else:
            parts = [mask_lines([part], family)[0][0] for part in one.text.split(" › ")]
            told.append(replace(one, text=" › ".join(parts)))
    return tuple(told)


def _dated(
    version: Version, found: _Found | tuple[()], before: Judged | None, now: datetime
) -> tuple[Finding, ...]:
    """With the moment since which it has been so."""
    old = {one.rule_id: one for one in before.findings} if before is not None else {}
    told = []
    for rule_id, verdict, evidence in found:
        was = old.get(rule_id)
        since = was.since if was is not None and was.verdict is verdict else now
        told.append(Finding(rule_id, version.device_id, version.id, verdict, now, since, evidence))
    return tuple(told)


def _with_waiver(finding: Finding, waivers: Sequence[Waiver]) -> Finding:
    if finding.verdict is not Verdict.FAIL:
        return finding
    fitting = [
        one
        for one in waivers
        if one.rule_id == finding.rule_id and one.device_id in {None, finding.device_id}
    ]
    if not fitting:
        return finding
    last = max(fitting, key=lambda one: one.until)
    return replace(finding, verdict=Verdict.WAIVED, waived_until=last.until, waived_for=last.reason)


def score_of(findings: Sequence[Finding]) -> Score:
    """How many of each verdict."""
    counted = [one.verdict for one in findings]
    return Score(
        counted.count(Verdict.PASS),
        counted.count(Verdict.FAIL),
        counted.count(Verdict.WAIVED),
        counted.count(Verdict.ERROR),
    )
