"""How each kind of job is done: lines at devices, a playbook, a template of AWX, a script."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from noc_console.kernel.actor import Actor
from noc_console.kernel.errors import AuthRejected, Broken, NotFound, Refused, Unreachable
from noc_console.services.configs.masking import masked
from noc_console.services.credentials.model import NeedsTouch, SshLogin
from noc_console.services.credentials.service import CredentialService
from noc_console.services.inspection.platforms.model import Driver
from noc_console.services.inventory.model import Device
from noc_console.services.inventory.service import InventoryService
from noc_console.services.inventory.subjects import subject_of
from noc_console.services.jobs.book import Pen, RunBook, Step
from noc_console.services.jobs.model import (
    LARGEST_ANSWER,
    Answer,
    HostSum,
    Item,
    ItemState,
    Job,
    JobKind,
    Run,
    RunState,
    Sample,
)
from noc_console.services.jobs.ports import (
    Awx,
    AwxServer,
    Host,
    Parser,
    Play,
    Playbooks,
    Script,
    Scripts,
    Shells,
)
from noc_console.services.jobs.rules import lines
from noc_console.services.jobs.service import JobService
from noc_console.services.terminal.judging import Verdict, judge_all
from noc_console.services.ways.service import WayService

T = TypeVar("T")

PURPOSE = "jobs"
SAY_S = 1.0
FOLLOW_S = 2.0
HIDDEN = "•••"
SHORTEST_HIDDEN = 4
"""A shorter secret would tear holes into everything else."""
MOST_OUTPUT = 20 << 20
"""Characters kept of what a program prints."""


@dataclass(frozen=True, slots=True)
class Means:
    """What jobs are done with."""

    jobs: JobService
    book: RunBook
    inventory: InventoryService
    credentials: CredentialService
    ways: WayService
    drivers: Callable[[str], Awaitable[Driver | None]]
    shells: Shells
    parser: Parser
    playbooks: Playbooks
    awx: Awx
    scripts: Scripts
    ssh_port: int = 22


async def do(means: Means, actor: Actor, run: Run, job: Job, *, me: str) -> tuple[RunState, str]:
    """Do a job to its end; how it ended, and a note. Cancelled, it stops what it began."""
    if job.kind is JobKind.COMMANDS:
        return await _Commands(means, actor, run, job, me).do()
    if job.kind is JobKind.PLAYBOOK:
        return await _Playbook(means, actor, run, job, me).do()
    if job.kind is JobKind.SCRIPT:
        return await _Script(means, actor, run, job, me).do()
    return await _Awx(means, actor, run, job, me).do()


class _Doing:
    def __init__(self, means: Means, actor: Actor, run: Run, job: Job, me: str) -> None:
        self.means, self.actor, self.run, self.job, self.me = means, actor, run, job, me

    async def lay_out(self) -> tuple[tuple[Item, ...], dict[int, Device]]:
        """Where it is still to run, and the devices of it."""
        found = await self.means.jobs.devices(self.actor, self.job.targets)
        known = {int(device.id): device for device in found}
        items = [
            Item(
                0, self.run.id, number, each.name or each.address, each.platform, ItemState.WAITING
            )
            for number, each in known.items()
        ]
        if not items and not self.run.devices:
            raise Refused("no device fits its selection")
        waiting = await self.means.book.lay_out(self.actor, self.run, self.job, items)
        # Gone on with: the selection may mean other devices by now, the run does not.
        for item in waiting:
            if item.device_id not in known:
                try:
                    known[item.device_id] = await self.means.inventory.device(
                        self.actor, device_id=item.device_id
                    )
                except NotFound:
                    continue
        return waiting, known

    async def logins(self, device: Device, site: str = "") -> tuple[SshLogin, ...]:
        subject = subject_of(device, site)
        return await self.means.credentials.logins_for(self.actor, subject=subject, purpose=PURPOSE)

    async def host(self, item: Item, device: Device, site: str) -> Host:
        """A device as a program beside us is told of it."""
        logins = await self.logins(device, site)
        door = await self.means.ways.door(
            self.actor,
            subject=subject_of(device, site),
            port=self.means.ssh_port,
            purpose=PURPOSE,
        )
        return Host(
            name=item.name,
            door=door,
            device_id=int(device.id),
            platform=device.platform,
            groups=tuple(filter(None, (device.platform, device.type.value, site))),
            login=logins[0] if logins else None,
        )

    async def sites(self) -> dict[int, str]:
        """Names of sites: credentials may be for some of them only."""
        return {int(x.id): x.name for x in await self.means.inventory.sites(self.actor)}


class _AtEach(_Doing, ABC):
    """What is done at each device by itself, so many at a time."""

    async def do(self) -> tuple[RunState, str]:
        waiting, devices = await self.lay_out()
        pen = Pen(self.means.book, self.actor, self.run, self.job, self.me)
        queue = iter(waiting)
        sites = await self.sites()

        async def work() -> None:
            for item in queue:
                began = Step(item.id, ItemState.RUNNING, began=True)
                if not pen.is_mine or not await pen.write(began):
                    return
                device = devices.get(item.device_id)
                site = sites.get(int(device.site_id or 0), "") if device is not None else ""
                await pen.write(await self._one(item, device, site))

        async with asyncio.TaskGroup() as group:
            for _ in range(min(self.job.parallel, max(1, len(waiting)))):
                group.create_task(work())
        return RunState.DONE, ""

    async def _one(self, item: Item, device: Device | None, site: str) -> Step:
        try:
            if device is None:
                raise Refused("it is not in the inventory any more")
            return await self._asked(item, device, site)
        except AuthRejected as error:
            return Step(item.id, ItemState.UNREACHABLE, str(error))
        except Unreachable as error:
            return Step(item.id, ItemState.UNREACHABLE, str(error))
        except (Refused, Broken) as error:
            return Step(item.id, ItemState.FAILED, str(error))

    @abstractmethod
    async def _asked(self, item: Item, device: Device, site: str) -> Step:
        """What came of one device."""


class _Commands(_AtEach):
    async def _asked(self, item: Item, device: Device, site: str) -> Step:
        driver = await self.means.drivers(device.platform)
        if driver is None:
            told = device.platform or "an unknown platform"
            raise Refused(f"nobody wrote down how the command line of {told} is used")
        asked = lines.lines_for(self.job.body, device.platform, driver)
        if not asked:
            return Step(item.id, ItemState.REFUSED, "no line is for its platform")
        judged = judge_all(driver, asked)
        if judged.verdict is not Verdict.READS and not self.job.may_change:
            return Step(item.id, ItemState.REFUSED, f"not sent: {judged.why}")
        if not device.address:
            raise Refused("it has no known address")
        answers = await self._answers(device, driver, asked, site)
        kept = tuple([await self._kept(device.platform, each) for each in answers])
        bad = next((each.note for each in answers if each.note), "")
        return Step(item.id, ItemState.FAILED if bad else ItemState.OK, bad, kept)

    async def _answers(
        self, device: Device, driver: Driver, asked: Sequence[str], site: str
    ) -> tuple[Answer, ...]:
        means, subject = self.means, subject_of(device, site)
        logins = await self.logins(device, site)
        door = await means.ways.door(
            self.actor, subject=subject, port=means.ssh_port, purpose=PURPOSE
        )
        rejected: AuthRejected | None = None
        async with means.ways.watched(self.actor, door, subject):
            for login in logins:
                try:
                    return await means.shells.ask(
                        door, login, driver, asked, timeout_s=self.job.timeout_s
                    )
                except AuthRejected as error:
                    rejected = error
        if rejected is not None:
            raise rejected
        raise Refused("no login in the vault is for it")

    async def _kept(self, platform: str, answer: Answer) -> Answer:
        """Without secrets, and as a table where a template knows it."""
        text, _ = masked(answer.text[:LARGEST_ANSWER])
        if answer.note:
            return replace(answer, text=text)
        sample = Sample(platform, answer.line, text, self.job.template)
        parsed = await self.means.parser.parse(sample)
        return replace(answer, text=text, table=parsed.table, note=parsed.note)


class _Script(_AtEach):
    async def _asked(self, item: Item, device: Device, site: str) -> Step:
        if not self.job.may_change:
            return Step(
                item.id,
                ItemState.REFUSED,
                "not begun: a script takes the right to change devices",
            )
        if not device.address:
            raise Refused("it has no known address")
        host = await self.host(item, device, site)
        ran = await self.means.scripts.run(
            Script(
                self.job.body, host, self.job.variables, self.job.folder, float(self.job.timeout_s)
            )
        )
        answer = Answer("script", masked(_hidden(ran.text, host.login))[0], note=ran.note)
        if self.job.template and not ran.note:
            sample = Sample(device.platform, "script", answer.text, self.job.template)
            parsed = await self.means.parser.parse(sample)
            answer = replace(answer, table=parsed.table, note=parsed.note)
        state = ItemState.FAILED if ran.note else ItemState.OK
        return Step(item.id, state, ran.note, (answer,))


def _hidden(text: str, login: SshLogin | None) -> str:
    """What it was handed and prints all the same is not kept."""
    if login is None:
        return text
    for secret in (login.password, login.enable, login.passphrase, login.key):
        for line in secret.reveal().splitlines():
            if len(line.strip()) >= SHORTEST_HIDDEN:
                text = text.replace(line.strip(), HIDDEN)
    return text


class _Program(_Doing):
    """What prints as it goes."""

    def __init__(self, means: Means, actor: Actor, run: Run, job: Job, me: str) -> None:
        super().__init__(means, actor, run, job, me)
        self._waiting: list[str] = []
        self._kept = 0

    async def said(self, text: str) -> None:
        """Keep it soon; beyond a limit no more is kept."""
        if self._kept < MOST_OUTPUT:
            self._kept += len(text)
            self._waiting.append(text)
            if self._kept >= MOST_OUTPUT:
                self._waiting.append("\n(more was printed and is not kept)\n")

    async def keep_saying(self) -> None:
        while True:
            await asyncio.sleep(SAY_S)
            await self.flush()

    async def _beside(self, work: Coroutine[Any, Any, T]) -> T:
        """The work, and what it prints kept each second."""
        talk = asyncio.get_running_loop().create_task(self.keep_saying())
        try:
            return await work
        finally:
            talk.cancel()
            await asyncio.wait({talk})
            await self.flush()

    async def flush(self) -> None:
        text, self._waiting = "".join(self._waiting), []
        if text:
            await self.means.book.say(self.actor, self.run, self.job, masked(text)[0])


class _Playbook(_Program):
    async def do(self) -> tuple[RunState, str]:
        if not self.job.may_change:
            return RunState.FAILED, "not begun: a playbook takes the right to change devices"
        waiting, devices = await self.lay_out()
        sites = await self.sites()
        pen = Pen(self.means.book, self.actor, self.run, self.job, self.me)
        hosts: list[Host] = []
        left_out: set[int] = set()
        for item in waiting:
            device = devices.get(item.device_id)
            if device is None:
                continue
            try:
                hosts.append(await self.host(item, device, sites.get(int(device.site_id or 0), "")))
            except NeedsTouch as error:  # one device's login is not the others' trouble
                left_out.add(item.id)
                await pen.write(Step(item.id, ItemState.FAILED, str(error)))
        waiting = tuple(item for item in waiting if item.id not in left_out)
        if left_out and not hosts:
            return RunState.FAILED, "not begun: it can log in to none of its devices by itself"
        for item in waiting:
            await pen.write(Step(item.id, ItemState.RUNNING, began=True))
        play = Play(
            self.job.body,
            tuple(hosts),
            self.job.variables,
            self.job.folder,
            self.job.is_check,
            self.job.parallel,
            float(self.job.timeout_s),
        )
        played = await self._beside(self.means.playbooks.run(play, self.said))
        sums = {each.host: each for each in played.hosts}
        for item in waiting:
            await pen.write(_played(item, sums.get(item.name)))
        bad = played.code not in {0, 2, 4} or (not played.hosts and bool(played.note))
        return (RunState.FAILED if bad else RunState.DONE), played.note


def _played(item: Item, came: HostSum | None) -> Step:
    if came is None:
        return Step(item.id, ItemState.NOT_BEGUN, "no play was for it")
    answers = tuple(Answer(task, masked(text)[0]) for task, text in came.steps)
    return Step(item.id, came.state, came.counts, answers)


class _Awx(_Program):
    async def do(self) -> tuple[RunState, str]:
        if not self.job.may_change:
            return RunState.FAILED, "not begun: a template of AWX takes the right to change devices"
        means, job = self.means, self.job
        token = await means.credentials.token(self.actor, name=job.token, purpose=PURPOSE)
        server = AwxServer(job.server, token)
        number = int(self.run.outside or 0)
        if not number:
            found = await means.jobs.devices(self.actor, job.targets)
            limit = ",".join(device.name or device.address for device in found)
            number = await means.awx.launch(
                server, template_id=job.template_id, variables=job.variables, limit=limit
            )
            await means.book.note_outside(self.actor, self.run, job, str(number))
        try:
            return await self._follow(server, number)
        except asyncio.CancelledError:
            await self._stop(server, number)
            raise

    async def _stop(self, server: AwxServer, number: int) -> None:
        """Only where somebody asked for it: a program that ends leaves AWX at its work."""
        try:
            if await self.means.book.is_cancelled(self.actor, self.run):
                await self.means.awx.cancel(server, job_id=number)
        except Unreachable:
            await self.said("\n(AWX did not answer when it was told to stop)\n")
        await self.flush()

    async def _follow(self, server: AwxServer, number: int) -> tuple[RunState, str]:
        line = 0
        while True:
            state = await self.means.awx.state(server, job_id=number)
            text, line = await self.means.awx.output(server, job_id=number, after_line=line)
            await self.said(text)
            await self.flush()
            if state.is_over:
                break
            await asyncio.sleep(FOLLOW_S)
        devices = {d.name: d for d in await self.means.inventory.devices(self.actor)}
        found = []
        for host, came, counts in state.hosts:
            device = devices.get(host)
            number_of, platform = (int(device.id), device.platform) if device else (0, "")
            item = Item(0, self.run.id, number_of, host, platform, came, counts)
            found.append((item, (Answer("AWX", counts),)))
        known = {item.name for item in await self.means.book.items(self.actor, self.run)}
        await self.means.book.add(
            self.actor, self.run, self.job, [one for one in found if one[0].name not in known]
        )
        note = "" if state.is_good else f"AWX says: {state.status}. {state.note}".strip()
        if state.status == "canceled":
            return RunState.CANCELLED, note
        return (RunState.DONE if state.is_good else RunState.FAILED), note
