"""A lab of its own process for the benchmark.

python -m tests.benchmarks.lab_process COUNT    prints its seeds, then for each line on its
standard input a line of JSON with its CPU seconds and its memory; ends with the input.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
from pathlib import Path

from noc_console.lab import plan
from noc_console.lab.run import Lab, Options, open_lab


def memory_mb() -> float:
    """Resident memory of this process."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


async def main(count: int) -> None:
    chosen = plan.of_size(count) if count > 66 else plan.full()
    async with open_lab(chosen, Options(snmp_port=0, ssh_port=None)) as lab:
        print(json.dumps(lab.seeds), flush=True)
        loop = asyncio.get_running_loop()
        reader = asyncio.StreamReader()
        await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
        while await reader.readline():
            print(json.dumps(_figures(lab)), flush=True)


def _figures(lab: Lab) -> dict[str, float]:
    return {
        "cpu_s": time.process_time(),
        "memory_mb": memory_mb(),
        "requests": lab.status().requests,
    }


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
