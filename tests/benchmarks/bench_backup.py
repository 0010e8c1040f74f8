"""Backup of 1,000 lab configurations, beside the same through `ssh` processes.

The lab runs in a process of its own, each device an SSH server on its own address. Ours is the
collector's worker as it is: keys pinned before, 64 at a time, each configuration read over a
shell, compared, sealed and committed. The peer is what Oxidized does by default (30 threads, an SSH
session a device) with OpenSSH's own client and nothing done with the answer: 30 `ssh` processes
at a time. Both ask the same lab on the same cores, one after the other.
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from noc_console.adapters.command_line import SshCommandLine
from noc_console.adapters.git import GitRepository
from noc_console.adapters.keyring import KeyFile
from noc_console.adapters.netconf import NcclientNetconf
from noc_console.db.database import Database, metadata, open_engine
from noc_console.db.lines import open_lines
from noc_console.db.migrate import target_metadata
from noc_console.kernel.actor import ALL_RIGHTS, Actor
from noc_console.kernel.clock import SystemClock
from noc_console.kernel.events import EventBus
from noc_console.services.alarms.service import AlarmService
from noc_console.services.configs.archive import ArchiveService
from noc_console.services.configs.backup import BackupService
from noc_console.services.configs.fetching import Fetcher
from noc_console.services.configs.workers import BackupRunner
from noc_console.services.credentials.service import CredentialService
from noc_console.services.hostkeys.service import HostKeyService
from noc_console.services.inspection.platforms.load import load
from noc_console.services.inspection.platforms.model import Driver
from noc_console.services.intake.service import IntakeService
from noc_console.services.inventory.model import Inspected
from noc_console.services.inventory.service import InventoryService
from noc_console.services.secrets.service import SecretService
from noc_console.services.ways.service import WayService

Figure = Mapping[str, Any]
ROOT = Path(__file__).resolve().parents[2]
DEVICES = 1_000
GOAL_S = 300.0
THREADS = 30
"""Oxidized's default."""
ACTOR = Actor("bench", "local", frozenset({ALL_RIGHTS}))
Known = list[tuple[str, str, str]]


@contextmanager
def lab(count: int, port: int) -> Iterator[Known]:
    """The lab's devices, while it runs."""
    command = (sys.executable, "-m", "tests.benchmarks.backup_lab", str(count), str(port))
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT
    ) as process:
        try:
            if process.stdout is None:
                raise RuntimeError("the lab was started without an output")
            yield [tuple(one) for one in json.loads(process.stdout.readline())]  # type: ignore[misc]
        finally:
            process.terminate()


async def ours(known: Known, port: int, folder: Path) -> dict[str, float]:
    """Seconds for the first backup and for one that finds nothing changed; searching them all."""
    clock, bus = SystemClock(), EventBus()
    url = f"sqlite:///{folder}/noc.db"
    target_metadata()
    db = Database(open_engine(url), clock=clock, bus=bus)
    await db.keep(metadata.create_all)
    rules = load(ROOT / "resources" / "platforms")
    secrets = SecretService(db, keyring=KeyFile(folder / "vault.key"), clock=clock)
    credentials = CredentialService(db, secrets)
    inventory = InventoryService(db, clock=clock)
    netconf = NcclientNetconf()

    async def driver(platform: str) -> Driver | None:
        return rules.driver(platform)

    async def key(actor: Actor) -> bytes:
        return await secrets.content_key(actor, purpose="configs")

    hostkeys = HostKeyService(db, clock=clock)
    fetcher = Fetcher(
        SshCommandLine(),
        netconf,
        clock=clock,
        ways=WayService(db, clock=clock, hostkeys=hostkeys, credentials=credentials),
        hostkeys=hostkeys,
        credentials=credentials,
        drivers=driver,
        port=port,
    )
    try:
        async with open_lines(url, clock=clock) as lines:
            intake = IntakeService(db, lines, clock=clock)
            backups = BackupService(
                db, clock=clock, inventory=inventory, intake=intake, fetcher=fetcher, key=key
            )
            archive = ArchiveService(
                db, inventory=inventory, key=key, repository=GitRepository(), can=fetcher.can
            )
            await credentials.add_ssh(ACTOR, user="noc", password="lab")
            for name, address, platform in known:
                seen = Inspected(
                    address=address,
                    port=1161,
                    at=clock.now(),
                    name=name,
                    credential_id=1,
                    platform=platform,
                )
                await inventory.record(ACTOR, inspected=seen)
            await backups.set_policy(ACTOR, is_on=False)
            ids = tuple(int(one.id) for one in await inventory.devices(ACTOR))
            await backups.pin_keys(ACTOR, device_ids=ids)
            told = {}
            for what in ("first", "again"):
                told[what] = await _round(backups, AlarmService(db, clock=clock), bus, ids)
            newest = await archive.newest(ACTOR)
            if len(newest) < 0.999 * len(known):
                lost = [one for one in await archive.overview(ACTOR) if one.version is None]
                why = {f"{one.platform}: {one.standing.error}" for one in lost[:5]}
                raise RuntimeError(f"{len(lost)} not kept: {why}")
            told["kept"] = float(len(newest))
            found = await archive.search(ACTOR, text="hostname ams", limit=100_000)
            told["search"] = found.took_s
            return told
    finally:
        netconf.close()
        db.close()


async def _round(
    backups: BackupService, alarms: AlarmService, bus: EventBus, ids: tuple[int, ...]
) -> float:
    """Seconds until every device was read and what it told was committed."""
    count = len(ids)
    runner = BackupRunner(backups, alarms, bus=bus, actor=ACTOR)
    await backups.want(ACTOR, device_ids=ids)
    began = time.perf_counter()
    async with asyncio.TaskGroup() as group:
        task = group.create_task(runner.run())
        while runner.read + runner.failed < count:
            await asyncio.sleep(0.05)
            if time.perf_counter() - began > 3 * GOAL_S:
                raise RuntimeError(f"after {3 * GOAL_S:.0f} s {runner.read} of {count} were read")
        took = time.perf_counter() - began
        task.cancel()
    return took


def ssh_processes(known: Known, port: int, folder: Path, commands: Mapping[str, str]) -> float:
    """Seconds for 30 `ssh` at a time, until every device has answered."""
    asked = folder / "askpass"
    asked.write_text("#!/bin/sh\necho lab\n")
    asked.chmod(0o700)
    environment = os.environ | {
        "SSH_ASKPASS": str(asked),
        "SSH_ASKPASS_REQUIRE": "force",
        "DISPLAY": ":0",
    }
    waiting = list(known)
    running: list[subprocess.Popen[bytes]] = []
    failed = 0
    began = time.perf_counter()
    while waiting or running:
        while waiting and len(running) < THREADS:
            _, address, platform = waiting.pop()
            options = ("-o", "StrictHostKeyChecking=accept-new", "-o", "LogLevel=ERROR")
            options += ("-o", f"UserKnownHostsFile={folder}/known", "-p", str(port), "-F", "none")
            command = ("ssh", *options, f"noc@{address}", commands[platform])
            running.append(
                subprocess.Popen(
                    command,
                    env=environment,
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    start_new_session=True,
                )
            )
        time.sleep(0.005)
        for process in [one for one in running if one.poll() is not None]:
            running.remove(process)
            failed += process.returncode != 0
    took = time.perf_counter() - began
    if failed > 0.01 * len(known):
        raise RuntimeError(f"ssh failed on {failed} of {len(known)}")
    return took


def bench() -> list[Figure]:
    if sys.platform != "linux":
        return [_untaken("each device needs an address of its own: Linux only")]
    rules = load(ROOT / "resources" / "platforms")
    with tempfile.TemporaryDirectory() as name, socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        free.close()
        folder = Path(name)
        with lab(DEVICES, port) as known:
            told = asyncio.run(ours(known, port, folder))
            theirs: float | None = None
            if shutil.which("ssh") is not None:
                commands = {
                    platform: driver.commands["config"]
                    for platform in {one[2] for one in known}
                    if (driver := rules.driver(platform)) is not None
                }
                theirs = statistics.median([ssh_processes(known, port, folder, commands)])
    peer = f"ssh, {THREADS} processes, nothing kept" if theirs else "ssh is not installed"
    return [
        _figure(f"{int(told['kept']):,} lab configurations, first backup", told["first"], peer,
                theirs, GOAL_S),
        _figure(f"{int(told['kept']):,} again, nothing changed", told["again"], peer, theirs,
                GOAL_S),
        _figure("a search through all of them", told["search"], "", None, 3.0),
    ]  # fmt: skip


def _figure(
    name: str, seconds: float, peer: str, other: float | None, goal_s: float
) -> dict[str, Any]:
    return {
        "name": name,
        "value": round(seconds, 2),
        "unit": "s",
        "peer": peer,
        "peer_value": round(other, 1) if other else None,
        "ratio": round(seconds / other, 2) if other else None,
        "goal": f"under {goal_s:g} s",
        "met": seconds < goal_s,
    }


def _untaken(why: str) -> Figure:
    return _figure("1,000 lab configurations", 0.0, why, None, GOAL_S) | {
        "value": None,
        "met": None,
    }


if __name__ == "__main__":
    for figure in bench():
        print(json.dumps(figure))
