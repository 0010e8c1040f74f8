"""A lab of its own process whose devices have command lines, all on one port.

python -m tests.benchmarks.backup_lab COUNT PORT    prints a JSON list of [name, address, platform]
of devices that show a configuration, and ends with its standard input.
"""

from __future__ import annotations

import asyncio
import json
import sys

from noc_console.lab import plan
from noc_console.lab.run import Options, open_lab, raise_file_limit

PLATFORMS = {
    "Arista": "arista_eos",
    "Huawei": "vrp",
    "Juniper": "junos",
    "MikroTik": "routeros",
    "Nokia": "timos",
}


def platform(vendor: str, model: str) -> str:
    """The driver a lab device answers to; Cisco's by its family."""
    if vendor == "Cisco":
        return "iosxr" if model.startswith("NCS") else "iosxe"
    if model.startswith("MA5"):
        return "smartax"
    return PLATFORMS.get(vendor, "")


async def main(count: int, port: int) -> None:
    raise_file_limit(8 * count)
    async with open_lab(plan.of_size(count), Options(snmp_port=0, ssh_port=port)) as lab:
        known = [
            (each.name, each.address, platform(each.character.vendor, each.character.model))
            for each in lab.plan.devices.values()
        ]
        print(json.dumps([one for one in known if one[2]][:count]), flush=True)
        loop = asyncio.get_running_loop()
        reader = asyncio.StreamReader()
        await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
        await reader.read()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), int(sys.argv[2])))
