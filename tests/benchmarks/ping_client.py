"""One run of our pinger: `python -m tests.benchmarks.ping_client COUNT PACKETS [SECONDS]`.

Prints the CPU seconds of this process and how many packets were answered.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time

from noc_console.adapters.probes.icmp import open_pinger

PERIOD_S = 0.25
"""Between the packets of a target, as fping is told too."""


def addresses(count: int) -> list[str]:
    """Different loopback addresses: the kernel answers for all of 127/8."""
    return [f"127.{1 + (n >> 16)}.{n >> 8 & 255}.{n & 255}" for n in range(1, count + 1)]


async def run(count: int, packets: int, spread_s: float) -> tuple[float, int]:
    """Rounds begin spread over so many seconds, as a schedule begins them, and last as long."""
    async with open_pinger() as pinger:
        began = time.process_time()
        answered = 0

        async def one(at: int, address: str) -> None:
            nonlocal answered
            await asyncio.sleep(spread_s * at / count)
            told = await pinger.ping(
                address, count=packets, size=56, timeout_s=2.0, within_s=spread_s
            )
            answered += len(told.rtts_us)

        async with asyncio.TaskGroup() as group:
            for at, address in enumerate(addresses(count)):
                group.create_task(one(at, address))
        return time.process_time() - began, answered


def main(count: int, packets: int, spread_s: float) -> None:
    cpu_s, answered = asyncio.run(run(count, packets, spread_s))
    print(json.dumps({"cpu_s": cpu_s, "answered": answered}))


if __name__ == "__main__":
    packets = int(sys.argv[2])
    main(int(sys.argv[1]), packets, float((*sys.argv, PERIOD_S * packets)[3]))
