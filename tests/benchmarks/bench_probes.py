"""ICMP targets per CPU-second beside fping: 2,000 loopback addresses, 5 packets each.

Both send from one process over one socket, 64 bytes of ICMP, a packet to each target every 250 ms;
the CPU time is that of the whole process, kernel included (of which the echo itself, answered
within `sendto` on loopback, is the greater part of fping's). Runs are interleaved, figures are
medians of three. The second figure is what 10,000 targets a minute take of one core: 50,000
packets at the pace of a schedule (rounds begin over 50 s and last as long), CPU time over 60 s.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.benchmarks.ping_client import PERIOD_S, addresses

Figure = Mapping[str, Any]
TARGETS, PACKETS, ROUNDS = 2_000, 5, 3
FLEET, FLEET_PACKETS = 10_000, 5
ROOT = Path(__file__).resolve().parents[2]
SHARE_OF_A_CORE = 10.0


def ours(targets: int, packets: int, *spread_s: float) -> float:
    """CPU seconds; an error when an answer is missing."""
    command = (sys.executable, "-m", "tests.benchmarks.ping_client", str(targets), str(packets))
    command += tuple(map(str, spread_s))
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    found = json.loads(done.stdout)
    if found["answered"] < targets * packets * 0.999:
        raise RuntimeError(f"only {found['answered']} of {targets * packets} answered")
    return float(found["cpu_s"])


def fping(program: str, targets: int, packets: int) -> float:
    """CPU seconds of fping for the same."""
    # -i: between packets to any target; -p: between those to one; both in ms.
    gap_ms = max(0.01, PERIOD_S * 1000 / targets)
    options = ("-q", "-C", str(packets), "-p", str(round(PERIOD_S * 1000)), "-i", f"{gap_ms:.3f}")
    names = "\n".join(addresses(targets))
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(
        (program, *options), input=names, capture_output=True, text=True, check=False
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    missing = done.stderr.count(" -")
    if missing > targets * packets * 0.001:
        raise RuntimeError(f"fping lost {missing} of {targets * packets}")
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def bench() -> list[Figure]:
    if os.name != "posix":
        return [_untaken("pings need Linux")]
    program = shutil.which("fping")
    mine, theirs = [], []
    try:
        for _ in range(ROUNDS):
            mine.append(ours(TARGETS, PACKETS))
            if program is not None:
                theirs.append(fping(program, TARGETS, PACKETS))
        fleet = ours(FLEET, FLEET_PACKETS, 50.0)
    except subprocess.CalledProcessError as error:
        return [_untaken(error.stderr.strip().splitlines()[-1][:120])]
    rate = TARGETS / statistics.median(mine)
    other = TARGETS / statistics.median(theirs) if theirs else None
    return [
        {
            "name": f"pings, {PACKETS} packets a target",
            "value": round(rate),
            "unit": "targets/CPU-s",
            "peer": "fping" if other else "fping is not installed",
            "peer_value": round(other) if other else None,
            "ratio": round(rate / other, 3) if other else None,
            "goal": "none set: told beside its peer",
            "met": None,
        },
        {
            "name": f"{FLEET:,} targets a minute, {FLEET_PACKETS} packets each",
            "value": round(fleet / 60 * 100, 1),
            "unit": "% of a core",
            "peer": "",
            "peer_value": None,
            "ratio": None,
            "goal": f"under {SHARE_OF_A_CORE:g} % of a core",
            "met": fleet / 60 * 100 < SHARE_OF_A_CORE,
        },
    ]


def _untaken(why: str) -> Figure:
    return {
        "name": "pings",
        "value": None,
        "unit": "targets/CPU-s",
        "peer": why,
        "peer_value": None,
        "ratio": None,
        "goal": "",
        "met": None,
    }
