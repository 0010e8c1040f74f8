"""Ten thousand agents with fifty interfaces, polled by one collector every minute.

The collector is `noc-console collect` on an SQLite store, the agents are `responder.c`; a window's
event loop reads the same store beside it. How it does is the collector's own word (its pulse) and
the kernel's (/proc). FLEET_DEVICES and FLEET_CYCLES make it smaller for a quick try.

`python -m tests.benchmarks.fleet window FOLDER SECONDS` is the window's process.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from noc_console.app.compose import Services, open_services
from noc_console.app.config import load
from noc_console.kernel.events import EventBus
from noc_console.services.credentials.model import CredentialKind
from noc_console.services.inventory import store
from noc_console.services.telemetry.model import ScheduleNow
from tests.benchmarks.snmp_agents import INTERFACES, compile_c, write_image

Figure = Mapping[str, Any]
DEVICES = int(os.environ.get("FLEET_DEVICES", "10000"))
CYCLES = float(os.environ.get("FLEET_CYCLES", "3"))
INTERVAL_S = 60.0
WINDOW_S = 15.0
ROOT = Path(__file__).resolve().parents[2]
TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")
PORTS = ("trap_port", "trap_port_fallback", "syslog_port", "syslog_port_fallback")
PORTS += ("netflow_port", "ipfix_port", "sflow_port", "syslog_tls_port")


@dataclass(frozen=True)
class Use:
    """What a process and its children have used."""

    cpu_s: float
    peak_mb: float


def figures(*, pysnmp_per_cpu_s: float | None = None) -> list[Figure]:
    """The figures of the fleet; `pysnmp_per_cpu_s` are the devices pysnmp polls in a CPU-second."""
    if sys.platform != "linux":
        return [_skipped("needs Linux's /proc and all of 127/8")]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_image(folder / "image")
        reason = compile_c("responder.c", folder / "responder", "-lcrypto")
        if reason:
            return [_skipped(reason)]
        command = (str(folder / "responder"), str(folder / "image"), "live")
        with _process(*command) as agents:
            assert agents.stdout is not None
            port = int(agents.stdout.readline())
            environment = _settings(folder)
            asyncio.run(_fill(environment, port))
            idle = _window(folder, environment)
            with _process(sys.executable, "-m", "noc_console", "collect", **environment) as poller:
                return _measured(poller.pid, folder, environment, idle, pysnmp_per_cpu_s)


def _measured(
    pid: int,
    folder: Path,
    environment: dict[str, str],
    idle: dict[str, float],
    pysnmp_per_cpu_s: float | None,
) -> list[Figure]:
    asyncio.run(_until_settled(environment))
    before, used, began = asyncio.run(_word(environment)), _used(pid), time.monotonic()
    busy = _window(folder, environment)
    time.sleep(max(0.0, INTERVAL_S * CYCLES - (time.monotonic() - began)))
    after, use, span = asyncio.run(_word(environment)), _used(pid), time.monotonic() - began
    turns = after.lateness.turns - before.lateness.turns
    late = after.lateness.late - before.lateness.late
    cores = (use.cpu_s - used.cpu_s) / span
    what = f"fleet: {DEVICES:,} agents × {INTERFACES} interfaces × 8 counters a minute"
    wanted = round(DEVICES * span / INTERVAL_S)
    missing = max(0, round(wanted * 0.98) - turns)
    own = turns / max(use.cpu_s - used.cpu_s, 1e-9)
    return [
        _figure(
            f"{what}: late or missing polls of {turns:,}, the latest {after.lateness.max_s:.2f} s",
            late + missing,
            "polls",
            goal="0",
            met=late + missing == 0 and turns > 0,
        ),
        _figure(
            f"{what}: all of its processes, with storing",
            round(cores, 3),
            "cores",
            goal="< 1",
            met=cores < 1,
            peer="pysnmp, the asking alone, by its rate in this run",
            than=None if not pysnmp_per_cpu_s else DEVICES / INTERVAL_S / pysnmp_per_cpu_s,
        ),
        _figure(
            f"{what}: polls stored a CPU-second",
            round(own, 1),
            "polls/CPU-s",
            goal="",
            met=None,
            peer="pysnmp, asked only",
            than=pysnmp_per_cpu_s,
        ),
        _figure(
            f"{what}: memory of all its processes at their peak",
            round(use.peak_mb, 1),
            "MB",
            goal="< 500",
            met=use.peak_mb < 500,
        ),
        _figure(
            f"{what}: a window's longest stall beside it",
            round(busy["max"], 1),
            "ms",
            goal="≤ idle + 5 ms",
            met=busy["max"] <= idle["max"] + 5,
            peer="the same window before the collector ran",
            than=idle["max"],
        ),
    ]


async def _until_settled(environment: dict[str, str]) -> None:
    """Until every device was polled and a whole interval has gone by since."""
    give_up = time.monotonic() + 180
    while time.monotonic() < give_up:
        await asyncio.sleep(2)
        now = await _word(environment)
        if now.devices >= DEVICES and now.lateness.turns >= DEVICES:
            await asyncio.sleep(min(20.0, INTERVAL_S / 3))
            return
    raise RuntimeError(f"the collector did not get round to everybody: {now}")


async def _word(environment: dict[str, str]) -> ScheduleNow:
    """What the collector says of its schedule."""
    async with _services(environment) as services:
        found = await services.telemetry.schedule(services.identity.operator())
    return found[0] if found else ScheduleNow("", datetime.now(UTC))


def _services(environment: Mapping[str, str]) -> Any:
    return open_services(load(environment=environment), bus=EventBus())


# ── the store ──


def _settings(folder: Path) -> dict[str, str]:
    (folder / "config.toml").write_text(
        "".join(f"{port} = 0\n" for port in PORTS) + 'listen = "127.0.0.1"\n'
    )
    return {
        "NOC_CONFIG": str(folder / "config.toml"),
        "NOC_STORE": f"sqlite:///{folder}/noc.db",
        "NOC_DATA": str(folder / "data"),
        "NOC_METRICS": "localhost:0",
    }


async def _fill(environment: Mapping[str, str], port: int) -> None:
    """A store that knows every agent: written in bulk, as no discovery would in a minute."""
    async with _services(environment) as services:
        actor = services.identity.operator()
        public = await services.credentials.add_snmp(
            actor, kind=CredentialKind.SNMP_V2C, community="public"
        )
        for first in range(0, DEVICES, 1_000):
            numbers = range(first + 1, min(first + 1_000, DEVICES) + 1)
            await _insert(services, actor.tenant, int(public.id), port, numbers)


async def _insert(
    services: Services, tenant: str, credential: int, port: int, numbers: range
) -> None:
    now = datetime.now(UTC)
    texts = ("vendor", "platform", "model", "version", "serial", "sys_object_id", "sys_descr")
    texts += ("location", "contact", "engine_id", "chassis_mac")
    devices = [
        dict.fromkeys(texts, "")
        | {
            "id": number,
            "tenant": tenant,
            "name": f"router-{number:05}",
            "name_key": f"router-{number:05}",
            "address": f"127.{64 + (number >> 16)}.{number >> 8 & 255}.{number & 255}",
            "port": port,
            "type": "router",
            "credential_id": credential,
            "reachability": "up",
            "reachability_since": now,
            "first_seen": now,
            "last_seen": now,
            "inspected_at": now,
        }
        for number in numbers
    ]
    ports = [
        {
            "id": (number - 1) * INTERFACES + row,
            "tenant": tenant,
            "device_id": number,
            "if_index": row,
            "name": f"GigabitEthernet0/0/{row}",
            "descr": f"GigabitEthernet0/0/{row}",
            "alias": f"customer {number}-{row}",
            "type": 6,
            "speed_bps": 10**9,
            "mtu": 1_500,
            "mac": "",
            "admin_up": True,
            "oper_status": 4,
            "has_hc": True,
            "addresses": [],
        }
        for number in numbers
        for row in range(1, INTERFACES + 1)
    ]

    def insert() -> None:
        with services.db.engine.begin() as connection:
            connection.execute(store.devices.insert(), devices)
            connection.execute(store.interfaces.insert(), ports)

    await asyncio.to_thread(insert)


# ── the window beside it ──


def _window(folder: Path, environment: Mapping[str, str]) -> dict[str, float]:
    module = (sys.executable, "-m", "tests.benchmarks.fleet", "window", str(WINDOW_S))
    done = subprocess.run(
        module,
        env=os.environ | environment | {"QT_QPA_PLATFORM": "offscreen"},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


async def _watch(seconds: float) -> dict[str, float]:
    """A device's page that reads anew every second, as an open window does."""
    from tests.benchmarks.window_gap import Gaps, WindowGarbage, tune

    async with _services(os.environ) as services:
        actor = services.identity.operator()
        tune()
        garbage, gaps = WindowGarbage(), Gaps()

        async def page() -> None:
            while True:
                await services.telemetry.interface_now(actor, device_id=7)
                await services.telemetry.device_now(actor, device_ids=(7,))
                await services.telemetry.collectors(actor)
                await asyncio.sleep(1.0)

        async with asyncio.TaskGroup() as group:
            reading = group.create_task(page())
            await asyncio.sleep(2.0)
            found = await gaps.watch(seconds)
            reading.cancel()
        garbage.stop()
    return found


def _window_main(seconds: float) -> None:
    from PySide6.QtWidgets import QApplication
    from qasync import QEventLoop

    loop = QEventLoop(QApplication(["fleet-window", "-platform", "offscreen"]))
    with loop:
        print(json.dumps(loop.run_until_complete(_watch(seconds))))


# ── processes ──


@contextmanager
def _process(*command: str, **environment: str) -> Iterator[subprocess.Popen[str]]:
    """Runs as long as the block; ends when its input does, or by SIGTERM."""
    running = subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        cwd=ROOT,
        env=os.environ | environment,
    )
    try:
        yield running
    finally:
        assert running.stdin is not None
        running.stdin.close()
        running.send_signal(signal.SIGTERM)
        try:
            running.wait(30)
        except subprocess.TimeoutExpired:
            running.kill()
            running.wait()


def _used(pid: int) -> Use:
    """CPU and peak memory of a process and all below it."""
    children: dict[int, list[int]] = defaultdict(list)
    ticks: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if not entry.name.isdecimal():
            continue
        try:
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it ended meanwhile
        children[int(fields[1])].append(int(entry.name))
        ticks[int(entry.name)] = int(fields[11]) + int(fields[12])
    family, left = [], [pid]
    while left:
        one = left.pop()
        family.append(one)
        left += children[one]
    peak = sum(_peak_kb(one) for one in family)
    return Use(sum(ticks.get(one, 0) for one in family) / TICKS_A_SECOND, peak * 1024 / 1e6)


def _peak_kb(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("VmHWM")), 0)


def _figure(
    name: str,
    value: float,
    unit: str,
    *,
    goal: str,
    met: bool | None,
    peer: str = "",
    than: float | None = None,
) -> Figure:
    return {
        "name": name,
        "value": value,
        "unit": unit,
        "peer": peer,
        "peer_value": None if than is None else round(than, 2),
        "ratio": None if not than else round(value / than, 3),
        "goal": goal,
        "met": met,
    }


def _skipped(reason: str) -> Figure:
    found = dict(_figure("fleet", 0.0, "", goal="", met=None))
    return found | {"value": None, "peer": reason}


if __name__ == "__main__":
    if sys.argv[1:2] == ["window"]:
        _window_main(float(sys.argv[2]))
    else:
        for each in figures():
            print(each)
