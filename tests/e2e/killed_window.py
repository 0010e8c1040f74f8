"""A window's side of terminals, to be killed: `python -m tests.e2e.killed_window SOCKET GO PORT`.

Opens a shell and a telnet session, has both wait for the file GO and then count, and says so.
"""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path

from noc_console.adapters.links.opening import LinkOpener
from noc_console.adapters.links.shell import ShellLink
from noc_console.services.terminal.connecting import LinkKind, Target, Wired
from noc_console.services.terminal.model import Size
from tests.adapters.links.holders import holder_at
from tests.adapters.links.keeper import KEEPER

SIZE = Size(100, 30)


async def main(place: Path, go: Path, port: int) -> None:
    holder = holder_at(place, hold_s=60)
    opener = LinkOpener(holder)
    targets = (
        Target("shell", LinkKind.SHELL, command=("/bin/sh",)),
        Target("box", LinkKind.TELNET, "127.0.0.1", port),
    )
    links = [await opener.open(target, SIZE, KEEPER) for target in targets]
    for link in links:
        link.write(b"kept=here; echo re''ady\r")
        got = b""
        while b"ready" not in got:
            got += await link.read(65_536)
        waits = f"while [ ! -e {go} ]; do sleep 0.05; done"
        assert isinstance(link, Wired)
        kind = link.describe.split()[0]
        link.write(f"{waits}; seq 1 30000; touch {go}.{kind}; echo al''l\r".encode())
    await asyncio.sleep(0.3)
    while not holder._clerk.is_connected:
        await asyncio.sleep(0.02)
    await asyncio.wrap_future(holder._clerk.list())  # what was said before has arrived
    shell = links[0]
    assert isinstance(shell, ShellLink)
    print(json.dumps({"shell": shell.pid}), flush=True)
    await asyncio.gather(*(link.read(65_536) for link in links))
    await asyncio.sleep(600)


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])))
