"""A window is killed while terminals are open; the next one takes them up."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Callable
from pathlib import Path

from noc_console.services.terminal.connecting import LinkKind, Target
from noc_console.services.terminal.model import Size
from noc_console.services.terminal.ports import Link
from tests.adapters.links.holders import holder_at, holder_place, is_running, pid_of
from tests.adapters.links.test_telnet import telnetd

SIZE = Size(100, 30)
NUMBERS = [str(number).encode() for number in range(1, 30_001)]


async def come(is_so: Callable[[], bool]) -> None:
    async with asyncio.timeout(30):
        while not is_so():
            await asyncio.sleep(0.05)


async def until(link: Link, wanted: bytes) -> bytes:
    got = b""
    async with asyncio.timeout(30):
        while wanted not in got:
            part = await link.read(65_536)
            assert part, got
            got += part
    return got


async def test_kill_minus_nine_costs_no_session_and_no_byte(tmp_path: Path) -> None:
    with holder_place() as place:
        async with telnetd(tmp_path) as port:
            go = place.with_name("go")
            window = await asyncio.create_subprocess_exec(
                sys.executable,
                *("-m", "tests.e2e.killed_window", str(place), str(go), str(port)),
                stdout=asyncio.subprocess.PIPE,
            )
            try:
                assert window.stdout is not None
                async with asyncio.timeout(60):
                    told = json.loads(await window.stdout.readline())
            finally:
                window.kill()
                await window.wait()
            go.touch()
            # Nobody reads, and yet both count to their end: the holder takes what comes.
            for kind in ("shell", "telnet"):
                await come(Path(f"{go}.{kind}").exists)

            holder = holder_at(place)
            left = {each.address.partition(":")[0]: each for each in await holder.left()}
            assert set(left) == {"shell", "telnet"}
            for kind in (LinkKind.SHELL, LinkKind.TELNET):
                target = Target("again", kind, "127.0.0.1", port if kind != "shell" else 0)
                found = await holder.take(left[kind.value].key, target, SIZE)
                assert found is not None
                link, resumed = found
                words = (await until(link, b"all\r\n")).split()
                at = words.index(b"1")
                assert words[at : at + 30_000] == NUMBERS
                assert resumed.dropped == 0 and resumed.seconds > 0
                link.write(b"echo it was $kept$kept\r")
                await until(link, b"it was herehere")
                await link.close()
            await come(lambda: not is_running(told["shell"]))
            await holder.close()
            await come(lambda: pid_of(place) == 0)
