"""Four collectors on PostgreSQL, 2,000 devices every ten seconds; one is killed, one is frozen.

Both ways run at the same time, each on a database of its own: our leases, and the peer, session
advisory locks of PostgreSQL (compact, in `failover_member`). The pollers are real, the agents are
`responder.c`; each turn of each device is written down by the process that took it.

A *slot* is a device's place in an interval. It is missed when nobody asked in it, and repeated
when two collectors did, as happens when a device changes hands soon after its turn. Asked *by
two* is a device one collector asked although another one, alive, had asked it since: there must
be none. FAILOVER_DEVICES makes it smaller for a quick try.
"""

from __future__ import annotations

import asyncio
import math
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

from noc_console.app.compose import Services, open_services
from noc_console.app.config import load
from noc_console.kernel.clock import steady_s
from noc_console.kernel.events import EventBus
from noc_console.services.credentials.model import CredentialKind
from noc_console.services.inventory import store
from noc_console.services.telemetry.rules.schedule import phase
from tests.benchmarks.snmp_agents import compile_c, write_image
from tests.lab import postgres

Figure = Mapping[str, Any]
Turns = dict[int, list[tuple[float, str]]]
"""By device: when it was asked, and by whom."""

DEVICES = int(os.environ.get("FAILOVER_DEVICES", "2000"))
INTERFACES = 4
INTERVAL_S = 10.0
TTL_S = 6.0
COLLECTORS = 4
ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Outcome:
    """What an accident did to the schedule."""

    missed: int
    repeated: int
    by_two: int
    first_takeover_s: float | None
    taken_over: int
    lost: int
    """Devices of the victim."""
    longest_gap_s: float

    def __str__(self) -> str:
        first = "never" if self.first_takeover_s is None else f"{self.first_takeover_s:.1f} s"
        return (
            f"missed {self.missed} / repeated {self.repeated} / asked by two {self.by_two} / "
            f"first takeover {first} / taken over {self.taken_over} of {self.lost} / "
            f"longest gap {self.longest_gap_s:.1f} s"
        )


def bench() -> list[Figure]:
    if sys.platform != "linux":
        return [_skipped("needs Linux: all of 127/8, and signals")]
    if postgres.binaries() is None:
        return [_skipped("PostgreSQL is not installed")]
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(ignore_cleanup_errors=True)))
        folder.chmod(0o755)
        write_image(folder / "image")
        if reason := compile_c("responder.c", folder / "responder", "-lcrypto"):
            return [_skipped(reason)]
        url = stack.enter_context(postgres.cluster(folder / "postgres"))
        command = (str(folder / "responder"), str(folder / "image"), "live")
        agents = stack.enter_context(_process(command, {}))
        assert agents.stdout is not None
        port = int(agents.stdout.readline())
        teams = [
            stack.enter_context(_team(way, folder / way, url, port)) for way in ("leases", "locks")
        ]
        return _figures(*_accidents(teams))


def _accidents(teams: list[Team]) -> list[dict[str, Outcome]]:
    """Kill one of each team, then freeze one, then let it go on."""
    _until_settled(teams)
    time.sleep(INTERVAL_S)
    marks = {"began": steady_s()}
    time.sleep(INTERVAL_S)
    marks["killed"] = _signal(teams, 0, signal.SIGKILL)
    time.sleep(3.5 * INTERVAL_S)
    marks["frozen"] = _signal(teams, 1, signal.SIGSTOP)
    time.sleep(3.5 * INTERVAL_S)
    marks["woken"] = _signal(teams, 1, signal.SIGCONT)
    time.sleep(2 * INTERVAL_S)
    end = steady_s()
    return [
        {
            "killed": _outcome(team.turns(), "c0", marks["killed"], marks["frozen"] - 0.5),
            "frozen": _outcome(team.turns(), "c1", marks["frozen"], end),
        }
        for team in teams
    ]


def _outcome(turns: Turns, victim: str, at: float, end: float) -> Outcome:
    """From the accident at `at` to `end`."""
    missed = repeated = by_two = taken_over = lost = 0
    first: float | None = None
    longest = 0.0
    for device in range(1, DEVICES + 1):
        asked = [turn for turn in turns.get(device, []) if turn[0] < end]
        owners = [name for when, name in asked if when < at]
        was_its = bool(owners) and owners[-1] == victim
        after = [when for when, name in asked if when >= at and name != victim]
        if was_its:
            lost += 1
            taken_over += bool(after)
            if after:
                first = after[0] - at if first is None else min(first, after[0] - at)
        slots: dict[int, set[str]] = defaultdict(set)
        for when, name in asked:
            slots[_slot(device, when)].add(name)
        for slot in range(_slot(device, at), _slot(device, end)):
            missed += not slots[slot]
            repeated += len(slots[slot]) > 1
        recent = [turn for turn in asked if turn[0] >= at - INTERVAL_S]
        by_two += sum(
            a[1] == c[1] != b[1] and c[0] - a[0] < INTERVAL_S
            for a, b, c in zip(recent, recent[1:], recent[2:], strict=False)
        )
        times = [when for when, _ in recent] + [end]
        longest = max([longest, *(later - earlier for earlier, later in pairwise(times))])
    return Outcome(missed, repeated, by_two, first, taken_over, lost, longest)


def _slot(device: int, when: float) -> int:
    return math.floor(when / INTERVAL_S - phase(device))


def _figures(ours: dict[str, Outcome], peers: dict[str, Outcome]) -> list[Figure]:
    found: list[Figure] = []
    allowed = INTERVAL_S + TTL_S
    for what in ("killed", "frozen"):
        mine, theirs = ours[what], peers[what]
        title = f"failover: {DEVICES:,} devices, {COLLECTORS} collectors, one {what}"
        peer = f"session advisory locks ({theirs})"
        whole = mine.lost > 0 and mine.taken_over == mine.lost
        found += [
            _figure(
                f"{title}: longest gap ({mine})",
                round(mine.longest_gap_s, 1), "s", f"≤ {allowed:.0f} s after its last turn",
                mine.longest_gap_s <= allowed and whole,
                peer, round(theirs.longest_gap_s, 1),
            ),
            _figure(
                f"{title}: slots missed", mine.missed, "slots", "0", mine.missed == 0 and whole,
                "session advisory locks", theirs.missed,
            ),
            _figure(
                f"{title}: asked by two living collectors; {mine.repeated} slots repeated by a "
                "successor", mine.by_two, "turns", "0", mine.by_two == 0,
                f"session advisory locks, which repeated {theirs.repeated}", theirs.by_two,
            ),
        ]  # fmt: skip
    return found


def _figure(
    name: str, value: float, unit: str, goal: str, met: bool, peer: str, than: float
) -> Figure:
    return {
        "name": name, "value": value, "unit": unit, "peer": peer, "peer_value": than,
        "ratio": round(value / than, 2) if than else None, "goal": goal, "met": met,
    }  # fmt: skip


def _skipped(reason: str) -> Figure:
    return {
        "name": "failover", "value": None, "unit": "", "peer": reason, "peer_value": None,
        "ratio": None, "goal": "0 slots missed", "met": None,
    }  # fmt: skip


# ── the teams ──


class Team:
    """Four collectors on a store of their own, and what each wrote down."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.running: list[subprocess.Popen[str]] = []

    def turns(self) -> Turns:
        found: Turns = defaultdict(list)
        for file in self._folder.glob("*.turns"):
            for line in file.read_text().split("\n")[:-1]:
                when, address = line.split()
                found[_device(address)].append((float(when), file.stem))
        for asked in found.values():
            asked.sort()
        return found


@contextmanager
def _team(way: str, folder: Path, server: str, port: int) -> Iterator[Team]:
    folder.mkdir()
    made = Team(folder)
    (folder / "config.toml").write_text('listen = "127.0.0.1"\n')
    environment = {
        "NOC_CONFIG": str(folder / "config.toml"),
        "NOC_STORE": postgres.new_database(server),
        "NOC_DATA": str(folder / "data"),
        "NOC_POLL_INTERVAL": str(INTERVAL_S),
    }
    asyncio.run(_fill(environment, port))
    with ExitStack() as stack:
        for number in range(COLLECTORS):
            name = f"c{number}"
            command = (
                *(sys.executable, "-m", "tests.benchmarks.failover_member"),
                *(name, str(folder / f"{name}.turns"), way),
            )
            made.running.append(stack.enter_context(_process(command, environment)))
        yield made


async def _fill(environment: Mapping[str, str], port: int) -> None:
    """A store that knows every agent, written in bulk."""
    async with open_services(load(environment=environment), bus=EventBus()) as services:
        actor = services.identity.operator()
        public = await services.credentials.add_snmp(
            actor, kind=CredentialKind.SNMP_V2C, community="public"
        )
        await asyncio.to_thread(_insert, services, actor.tenant, int(public.id), port)


def _insert(services: Services, tenant: str, credential: int, port: int) -> None:
    texts = ("vendor", "platform", "model", "version", "serial", "sys_object_id", "sys_descr")
    texts += ("location", "contact", "engine_id", "chassis_mac")
    now = datetime.now(UTC)
    devices = [
        dict.fromkeys(texts, "")
        | {"id": number, "tenant": tenant, "name": f"r{number}", "name_key": f"r{number}"}
        | {"address": _address(number), "port": port, "type": "router", "reachability": "up"}
        | {"credential_id": credential, "first_seen": now, "last_seen": now, "inspected_at": now}
        for number in range(1, DEVICES + 1)
    ]
    blank = {"descr": "", "alias": "", "type": 6, "speed_bps": 10**9, "mtu": 1_500, "mac": ""}
    ports = [
        blank
        | {"tenant": tenant, "device_id": number, "if_index": row, "name": f"port {row}"}
        | {"admin_up": True, "oper_status": 1, "has_hc": True, "addresses": []}
        for number in range(1, DEVICES + 1)
        for row in range(1, INTERFACES + 1)
    ]
    with services.db.engine.begin() as connection:
        connection.execute(store.devices.insert(), devices)
        connection.execute(store.interfaces.insert(), ports)


def _address(number: int) -> str:
    return f"127.80.{number >> 8}.{number & 255}"


def _device(address: str) -> int:
    _, _, high, low = address.split(".")
    return int(high) << 8 | int(low)


def _until_settled(teams: list[Team]) -> None:
    """Until in each team all four ask, and everybody is asked."""
    give_up = time.monotonic() + 180
    while time.monotonic() < give_up:
        time.sleep(2)
        since = steady_s() - INTERVAL_S - 2
        recent = [
            {device: turn for device, asked in team.turns().items() for turn in asked[-1:]}
            for team in teams
        ]
        if all(
            len(last) == DEVICES
            and all(when > since for when, _ in last.values())
            and len({name for _, name in last.values()}) == COLLECTORS
            for last in recent
        ):
            return
    raise RuntimeError("the collectors did not get round to everybody")


def _signal(teams: list[Team], number: int, what: signal.Signals) -> float:
    for team in teams:
        team.running[number].send_signal(what)
    return steady_s()


@contextmanager
def _process(
    command: tuple[str, ...], environment: Mapping[str, str]
) -> Iterator[subprocess.Popen[str]]:
    running = subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        cwd=ROOT,
        env={**os.environ, **environment},
    )
    try:
        yield running
    finally:
        running.kill()  # a stopped one too
        running.wait()
        for pipe in (running.stdin, running.stdout):
            if pipe is not None:
                pipe.close()
