"""What people do with jobs: plan, look ahead, start, cancel, read and compare what came of them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import islice

from noc_console.db.database import Database, Tx
from noc_console.kernel.actor import Actor
from noc_console.kernel.clock import Clock
from noc_console.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from noc_console.kernel.operation import operation
from noc_console.kernel.text import plural
from noc_console.services.credentials.service import CredentialService
from noc_console.services.inspection.platforms.model import Driver
from noc_console.services.inventory.model import Device
from noc_console.services.inventory.service import InventoryService
from noc_console.services.jobs import store
from noc_console.services.jobs.model import (
    MOST_DEVICES,
    UNBORN,
    AwxTemplate,
    Difference,
    Foreseen,
    Item,
    ItemState,
    Job,
    JobChanged,
    JobKind,
    JobRunChanged,
    Merged,
    Preview,
    Result,
    Run,
    RunState,
)
from noc_console.services.jobs.ports import Awx, AwxServer, Parser
from noc_console.services.jobs.rules import lines, outcome, plan
from noc_console.services.maintenance.model import Target, TargetKind
from noc_console.services.maintenance.resolving import Resolver
from noc_console.services.terminal.judging import Judgement, Verdict, judge_all

Drivers = Callable[[str], Awaitable[Driver | None]]
"""A platform's driver, or None."""
SHOWN_RUNS = 500


class JobService:
    """The desk of jobs. Doing them is the runner's (`workers`)."""

    def __init__(
        self,
        db: Database,
        *,
        clock: Clock,
        inventory: InventoryService,
        resolver: Resolver,
        drivers: Drivers,
        parser: Parser,
        awx: Awx,
        credentials: CredentialService,
    ) -> None:
        self._db = db
        self._clock = clock
        self._inventory = inventory
        self._resolver = resolver
        self._drivers = drivers
        self._parser = parser
        self._awx = awx
        self._credentials = credentials

    # Looking

    @operation("jobs.list", right="jobs.see")
    async def all(self, actor: Actor) -> tuple[Job, ...]:
        """List the jobs, the newest first."""
        async with self._db.read(actor) as tx:
            return await store.every(tx)

    @operation("jobs.runs", right="jobs.see")
    async def runs(self, actor: Actor, *, job_id: int | None = None) -> tuple[Run, ...]:
        """List the runs of a job, or of all, the newest first."""
        async with self._db.read(actor) as tx:
            return await store.newest(tx, job_id=job_id, limit=SHOWN_RUNS)

    @operation("jobs.show", right="jobs.see")
    async def run(self, actor: Actor, *, run_id: int) -> Run:
        """Show where a run stands."""
        async with self._db.read(actor) as tx:
            return await _run(tx, run_id)

    @operation("jobs.devices", right="jobs.see")
    async def items(self, actor: Actor, *, run_id: int) -> tuple[Item, ...]:
        """Show where a run stands at each device."""
        async with self._db.read(actor) as tx:
            return await store.items_of(tx, run_id)

    @operation("jobs.results", right="jobs.see")
    async def results(
        self, actor: Actor, *, run_id: int, item_id: int | None = None
    ) -> tuple[Result, ...]:
        """Show what the devices of a run, or one of them, answered."""
        async with self._db.read(actor) as tx:
            return await store.answers(tx, run_id, item_id)

    @operation("jobs.tables", right="jobs.see")
    async def tables(self, actor: Actor, *, run_id: int) -> tuple[Merged, ...]:
        """Show a run's answers as tables, one for each line, of all devices."""
        found = await self.results(actor, run_id=run_id)
        return await asyncio.to_thread(outcome.merged, found)

    @operation("jobs.compare", right="jobs.see")
    async def compare(self, actor: Actor, *, run_id: int, before_id: int) -> tuple[Difference, ...]:
        """Tell what devices answered otherwise in a run than in another before it."""
        before, after = [
            {each.item.name: each.answers for each in await self.results(actor, run_id=number)}
            for number in (before_id, run_id)
        ]
        return await asyncio.to_thread(outcome.differences, before, after)

    @operation("jobs.output", right="jobs.see")
    async def output(
        self, actor: Actor, *, run_id: int, after: int = 0
    ) -> tuple[tuple[int, str], ...]:
        """Show what a playbook or a template of AWX printed, from a place on."""
        async with self._db.read(actor) as tx:
            return await store.output(tx, run_id, after)

    async def job(self, actor: Actor, *, job_id: int) -> Job:
        """One job."""
        actor.require("jobs.see")
        async with self._db.read(actor) as tx:
            return await _job(tx, job_id)

    async def preview(self, actor: Actor, *, job: Job) -> Preview:
        """What a job would do at each device. Raises Invalid for one that makes no sense."""
        actor.require("jobs.see")
        now = self._clock.now()
        checked = plan.checked(job, now=now)
        found = await self.devices(actor, checked.targets)
        foreseen = await _Foresight(checked, self._drivers).of(found)
        coming = plan.times(checked, after=now, before=now + timedelta(days=3_660))
        return Preview(
            foreseen,
            playbook=checked.kind is not JobKind.COMMANDS,
            coming=tuple(islice(coming, 3)),
        )

    async def devices(self, actor: Actor, targets: tuple[Target, ...]) -> tuple[Device, ...]:
        """The devices that targets mean at this moment."""
        actor.require("jobs.see")
        if not targets:
            return ()
        spots = await self._resolver.spots(actor, targets)
        wanted = {spot.device_id for spot in spots}
        if len(wanted) > MOST_DEVICES:
            raise Invalid(f"a job asks {MOST_DEVICES:,} devices at most", field="targets")
        known = await self._inventory.devices(actor)
        return tuple(device for device in known if int(device.id) in wanted)

    @operation("jobs.templates", right="jobs.run")
    async def templates(self, actor: Actor, *, server: str, token: str) -> tuple[AwxTemplate, ...]:
        """List the job templates an AWX offers to a token of the vault."""
        url = plan.server(server)
        secret = await self._credentials.token(actor, name=token, purpose="jobs")
        return await self._awx.templates(AwxServer(url, secret))

    @staticmethod
    def repeats(job: Job) -> str:
        """How a job is repeated, as people say it; "" for once."""
        return plan.said(job)

    @staticmethod
    def as_json(results: tuple[Result, ...]) -> str:
        """Everything a run brought, for programs."""
        return outcome.as_json(results)

    @staticmethod
    def as_csv(table: Merged) -> str:
        """A table for spreadsheets."""
        return outcome.as_csv(table)

    def coming(self, job: Job) -> datetime | None:
        """When it begins next."""
        now = self._clock.now()
        return next(plan.times(job, after=now, before=now + timedelta(days=3_660)), None)

    # Planning

    async def keep(self, actor: Actor, *, job: Job) -> Job:
        """Keep a new job, or another form of one. Raises NotAllowed for one that would change
        devices, unless the actor may and `may_change` says that it is meant."""
        actor.require("jobs.run")
        now = self._clock.now()
        checked = plan.checked(job, now=now)
        if checked.template and (wrong := await self._parser.check(checked.template)):
            raise Invalid(f"the TextFSM template is none: {wrong}", field="template")
        checked = await self._allowed(actor, checked)
        named = await self._resolver.named(actor, checked.targets)
        checked = replace(checked, targets=named)
        async with self._db.begin(actor) as tx:
            if job.id == UNBORN:
                made = replace(checked, by=actor.name, created_at=now)
                made = replace(made, id=await store.add(tx, made))
                what = "planned"
            else:
                before = await _job(tx, job.id)
                made = replace(checked, by=actor.name, created_at=now, id=before.id)
                await store.save(tx, made)
                what = "changed"
            tx.record(JobChanged(job_id=made.id, title=made.title, what=what))
        return made

    async def _allowed(self, actor: Actor, job: Job) -> Job:
        foreseen = await self.preview(actor, job=job)
        if not foreseen.needs_leave:
            return replace(job, may_change=False)
        what = _what_needs_leave(foreseen)
        if not actor.may("jobs.change"):
            raise NotAllowed(f"{what}; {actor.name} may not change devices by jobs")
        if not job.may_change:
            raise Conflict(f"{what}: say that it is meant. Changes belong in a change flight")
        return job

    @operation("jobs.pause", right="jobs.run")
    async def pause(self, actor: Actor, *, job_id: int, paused: bool = True) -> None:
        """Stop a schedule from beginning runs, or let it again."""
        async with self._db.begin(actor) as tx:
            known = await _job(tx, job_id)
            # What came due in the meantime is not made up for.
            await store.save(tx, replace(known, is_paused=paused, created_at=self._clock.now()))
            what = "paused" if paused else "resumed"
            tx.record(JobChanged(job_id=job_id, title=known.title, what=what))

    @operation("jobs.remove", right="jobs.run")
    async def remove(self, actor: Actor, *, job_id: int) -> None:
        """Remove a job; its runs stay."""
        async with self._db.begin(actor) as tx:
            known = await _job(tx, job_id)
            await store.remove(tx, job_id, self._clock.now())
            tx.record(JobChanged(job_id=job_id, title=known.title, what="removed"))

    # Running

    @operation("jobs.start", right="jobs.run")
    async def start(self, actor: Actor, *, job_id: int, device_ids: tuple[int, ...] = ()) -> Run:
        """Run a job now; with `device_ids` only there."""
        job = await self.job(actor, job_id=job_id)
        if device_ids:
            targets = tuple(Target(TargetKind.DEVICE, number) for number in device_ids)
            job = replace(job, targets=targets)
        job = await self._allowed(actor, replace(job, starts_at=None, repeat=""))
        if job.targets and not await self.devices(actor, job.targets):
            raise Conflict(f"no device fits the selection of “{job.title}”")
        now = self._clock.now()
        async with self._db.begin(actor) as tx:
            number = await store.add_run(tx, job, asked_at=now, planned_at=None)
            tx.record(_happened(number, job, "asked"))
            return await _run(tx, number)

    @operation("jobs.ask", right="jobs.run")
    async def ask(
        self,
        actor: Actor,
        *,
        lines: tuple[str, ...],
        device_ids: tuple[int, ...] = (),
        words: str = "",
        title: str = "",
    ) -> Run:
        """Ask devices (by id, or all that fit some words) lines that change nothing, now."""
        targets = [Target(TargetKind.DEVICE, number) for number in device_ids]
        if words.strip():
            targets.append(Target(TargetKind.GROUP, words=words.strip()))
        told = title or (lines[0] if lines else "")
        job = Job(UNBORN, told, JobKind.COMMANDS, tuple(targets), body="\n".join(lines))
        if not await self.devices(actor, job.targets):
            raise Invalid("no device fits what was chosen", field="words")
        kept = await self.keep(actor, job=job)
        return await self.start(actor, job_id=kept.id)

    @operation("jobs.again", right="jobs.run")
    async def again(self, actor: Actor, *, run_id: int) -> Run:
        """Run a job again at the devices where a run brought no result."""
        async with self._db.read(actor) as tx:
            run = await _run(tx, run_id)
            found = await store.items_of(tx, run_id)
        missing = tuple(item.device_id for item in found if not item.state.is_good)
        if not run.state.is_over:
            raise Conflict(f"{run.title} is not over")
        if not missing:
            raise Conflict("every device of that run brought its result")
        return await self.start(actor, job_id=run.job_id, device_ids=missing)

    @operation("jobs.cancel", right="jobs.run")
    async def cancel(self, actor: Actor, *, run_id: int) -> None:
        """Stop a run: what runs is ended, what waits is left out."""
        now = self._clock.now()
        async with self._db.begin(actor) as tx:
            run = await _run(tx, run_id)
            if run.state.is_over:
                raise Conflict(f"{run.title} is over")
            values = {"cancel_by": actor.name}
            if run.state is RunState.WAITING:
                waiting = (ItemState.WAITING, ItemState.RUNNING)
                await store.change_items(tx, run_id, waiting, state=ItemState.CANCELLED)
                await store.change_run(tx, run_id, state=RunState.CANCELLED, ended_at=now, **values)
            else:
                await store.change_run(tx, run_id, **values)
            job = await store.job_of(tx, run_id)
            assert job is not None
            tx.record(_happened(run_id, job, "cancelled"))


class _Foresight:
    """Judges a job's lines once for each platform."""

    def __init__(self, job: Job, drivers: Drivers) -> None:
        self._job, self._drivers = job, drivers
        self._known: dict[str, tuple[tuple[str, ...], Judgement, str]] = {}

    async def of(self, devices: tuple[Device, ...]) -> tuple[Foreseen, ...]:
        found = []
        for device in devices:
            asked, judged, problem = await self._platform(device.platform)
            if not device.address:
                problem = "it has no known address"
            name = device.name or device.address
            found.append(
                Foreseen(
                    int(device.id),
                    name,
                    device.platform,
                    asked,
                    judged.verdict,
                    judged.why,
                    problem,
                )
            )
        return tuple(found)

    async def _platform(self, platform: str) -> tuple[tuple[str, ...], Judgement, str]:
        if platform not in self._known:
            self._known[platform] = await self._judged(platform)
        return self._known[platform]

    async def _judged(self, platform: str) -> tuple[tuple[str, ...], Judgement, str]:
        if self._job.kind is not JobKind.COMMANDS:
            return (), Judgement(Verdict.READS, ""), ""
        driver = await self._drivers(platform)
        harmless = Judgement(Verdict.READS, "")
        if driver is None:
            told = platform or "an unknown platform"
            return (), harmless, f"nobody wrote down how the command line of {told} is used"
        try:
            asked = lines.lines_for(self._job.body, platform, driver)
        except lines.NoSuchCommand as error:
            return (), harmless, str(error)
        problem = "" if asked else "no line is for its platform"
        return asked, judge_all(driver, asked), problem


def _what_needs_leave(foreseen: Preview) -> str:
    if foreseen.playbook:
        return "a playbook or script may change devices, whatever it says"
    if foreseen.changing:
        first = foreseen.changing[0]
        return f"{first.why} at {plural(len(foreseen.changing), 'device')}"
    first = foreseen.unknown[0]
    return f"{first.why} at {plural(len(foreseen.unknown), 'device')}"


def _happened(run_id: int, job: Job, what: str) -> JobRunChanged:
    return JobRunChanged(run_id=run_id, job_id=job.id, title=job.title, what=what)


async def _job(tx: Tx, job_id: int) -> Job:
    found = await store.job(tx, job_id)
    if found is None:
        raise NotFound(f"there is no job {job_id}")
    return found


async def _run(tx: Tx, run_id: int) -> Run:
    found = await store.run(tx, run_id)
    if found is None:
        raise NotFound(f"there is no run {run_id} of a job")
    return found
