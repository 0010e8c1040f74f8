"""A console of its own for one recording: read only, on a store that goes when it closes.

The recorded device is inspected and polled as a device on the network would be, with the recording
in the network's place, so every page shows it. Nothing reaches the store people share.
"""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from ipaddress import ip_address
from pathlib import Path
from tempfile import TemporaryDirectory

from noc_console.adapters.recorded import RecordedReader
from noc_console.app import paths
from noc_console.app.compose import Services, open_services
from noc_console.app.config import Config
from noc_console.app.supervise import Supervisor
from noc_console.kernel.events import EventBus
from noc_console.services.alarms.workers import DeskKeeper
from noc_console.services.credentials.model import CredentialKind
from noc_console.services.inspection import files
from noc_console.services.inspection.inspector import inspect
from noc_console.services.inspection.model import Findings
from noc_console.services.inspection.platforms.load import load
from noc_console.services.inspection.recorded import RecordedAgent
from noc_console.services.inspection.to_inventory import inspected
from noc_console.services.telemetry.workers.poller import Poller
from noc_console.services.telemetry.workers.upkeep import CollectorPulse, SamplesKeeper
from noc_console.wire import snmprec

PORT = 161
NO_ADDRESS = "0.0.0.0"
"""Of a device whose recording tells none of its own."""
POLL_INTERVAL_S = 3_600.0
"""A recording stands still: one look is as good as many."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A recording with everything there is to do with it."""

    name: str
    """The file's name."""
    device_id: int
    services: Services


@dataclass(frozen=True, slots=True)
class _Read:
    agent: RecordedAgent
    recording: snmprec.Recording


@asynccontextmanager
async def open_recording(file: Path, config: Config, *, bus: EventBus) -> AsyncIterator[Opened]:
    """The recorded device in a store of its own; Invalid when the file is no recording."""
    read = await asyncio.to_thread(_read, file)
    found = await inspect(read.agent, load(paths.resources() / "platforms"))
    address = own_address(found)
    reader = await asyncio.to_thread(RecordedReader, read.recording, address)
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="noc-recording-")))
        services = await stack.enter_async_context(
            open_services(private(config, folder), bus=bus, recording=reader)
        )
        device_id = await _take_in(services, found, address)
        yield Opened(file.name, device_id, services)


def private(config: Config, folder: Path) -> Config:
    """Settings of a console that shares nothing but how its window looks."""
    looks, mibs = config.data / "window.json", config.data / "mibs"
    if looks.is_file():
        shutil.copy(looks, folder / looks.name)
    if mibs.is_dir():
        shutil.copytree(mibs, folder / mibs.name)
    return replace(
        config,
        store=f"sqlite:///{folder / 'noc.db'}",
        data=folder,
        name="recording",
        vault="file",
        poll_interval_s=POLL_INTERVAL_S,
        lab=False,
    )


def start_workers(opened: Opened, keeper: Supervisor) -> None:
    """What fills the pages: one look at the recording, and what follows from it."""
    services = opened.services
    actor = services.identity.program("recording")
    poller = Poller(
        inventory=services.inventory,
        credentials=services.credentials,
        alarms=services.alarms,
        telemetry=services.telemetry,
        samples=services.samples,
        reader=services.reader,
        bus=services.bus,
        clock=services.clock,
        actor=actor,
    )
    pulse = CollectorPulse(
        services.samples, clock=services.clock, name=lambda: opened.name, sources=(poller.health,)
    )
    keeper.start("poller", poller.run)
    keeper.start("desk", DeskKeeper(services.alarms, actor).run)
    keeper.start("samples", SamplesKeeper(services.samples, clock=services.clock).run)
    keeper.start("pulse", pulse.run)


def own_address(found: Findings) -> str:
    """An address the device calls its own, better one that others can reach."""
    own = [ip_address(one.address) for one in found.addresses if "%" not in one.address]
    far = [one for one in own if not (one.is_loopback or one.is_link_local or one.is_unspecified)]
    return str(min(far, key=lambda one: (one.version, one), default=NO_ADDRESS))


async def _take_in(services: Services, found: Findings, address: str) -> int:
    """The device of the inventory, which is this one only."""
    actor = services.identity.operator()
    credential = await services.credentials.add_snmp(
        actor, name="recording", kind=CredentialKind.SNMP_V2C, community="recording"
    )
    seen = inspected(
        found,
        address=address,
        port=PORT,
        credential_id=credential.id,
        at=services.clock.now(),
    )
    return int(await services.inventory.record(actor, inspected=seen))


def _read(file: Path) -> _Read:
    content = files.read(file)
    agent = files.agent_of(content, name=file.name)
    lines, _ = files.as_snmprec(content, name=file.name)
    text = lines.decode("utf-8", "surrogateescape")
    return _Read(agent, snmprec.read(text.split("\n")))
