"""200 MB from a real sshd through a session, beside OpenSSH's client; and Ctrl+C meanwhile.

Without a terminal `ssh host cat` is the peer; with one, which is what people have, `ssh -tt`: a
server's pseudo-terminal is slower than its pipe, whoever asks. Nothing is lost is proved by a
checksum of all that came. `python -m tests.benchmarks.terminal_ssh` takes these alone.
"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import time
import zlib
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from noc_console.adapters.ssh.chain import reach
from noc_console.adapters.ssh.link import PACKET, WINDOW, Shell, SshLink
from noc_console.adapters.ssh.opening import FullLink, open_ssh
from noc_console.services.terminal.connecting import LinkKind, Target
from noc_console.services.terminal.model import Size
from noc_console.services.terminal.session import Session
from tests.adapters.ssh.peers import Script, Sshd, sshd

Figure = Mapping[str, Any]
AMOUNT = 200_000_000
ROUNDS = 3
GOAL = 1.5
SIZE = Size(200, 60)
CTRL_C_S = 0.5
LINE = b"GigabitEthernet0/0/0/1 is up, line protocol is up, address 00:50:56:aa:bb:cc 4711\n"


def figures() -> list[Figure]:
    """Takes about a minute."""
    os.environ.pop("SSH_AUTH_SOCK", None)
    with TemporaryDirectory(prefix="noc-bench-ssh-") as folder, sshd(Path(folder)) as server:
        big = Path(folder) / "big"
        text = LINE * (AMOUNT // len(LINE) + 1)
        big.write_bytes(text[:AMOUNT])
        wanted = zlib.crc32(big.read_bytes())
        # In turns: a noisy neighbour is a neighbour of both.
        plain, theirs, seen, theirs_seen = [], [], [], []
        for _ in range(ROUNDS):
            theirs.append(_ssh(server, f"cat {big}"))
            plain.append(asyncio.run(_plain(server, big, wanted)))
            theirs_seen.append(_ssh(server, f"stty raw; cat {big}", "-tt"))
            seen.append(asyncio.run(_terminal(server, big, wanted)))
        stopped = max(asyncio.run(_interrupted(server)) for _ in range(ROUNDS))
    return [
        _beside("200 MB from sshd, whole", min(plain), "ssh host cat > /dev/null", min(theirs)),
        _beside(
            "200 MB from sshd in a terminal, whole",
            min(seen),
            "ssh -tt host cat > /dev/null",
            min(theirs_seen),
        ),
        {
            "name": "terminal: Ctrl+C answered while a device floods",
            "value": round(stopped, 3),
            "unit": "s",
            "peer": "",
            "peer_value": None,
            "ratio": None,
            "goal": f"≤ {CTRL_C_S:g} s",
            "met": stopped <= CTRL_C_S,
        },
    ]


def _beside(name: str, value: float, peer: str, peer_value: float) -> Figure:
    ratio = value / peer_value
    return {
        "name": f"terminal: {name}",
        "value": round(value, 2),
        "unit": "s",
        "peer": peer,
        "peer_value": round(peer_value, 2),
        "ratio": round(ratio, 2),
        "goal": f"≤ {GOAL:g}×",
        "met": ratio <= GOAL,
    }


def _ssh(server: Sshd, command: str, *more: str) -> float:
    """Seconds that OpenSSH's client takes, its login included as ours is."""
    options = ["StrictHostKeyChecking=no", "UserKnownHostsFile=/dev/null", "LogLevel=ERROR"]
    given = [part for option in options for part in ("-o", option)]
    began = time.perf_counter()
    subprocess.run(
        [
            *("ssh", *more, "-F", "none", "-i", str(server.home / "id"), *given),
            *("-p", str(server.port), f"{server.hop.user}@127.0.0.1", command),
        ],
        check=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        timeout=300,
    )
    return time.perf_counter() - began


def _keeper(server: Sshd) -> Script:
    return Script([server.pinned()], [server.login])


def _target(server: Sshd) -> Target:
    hop = server.hop
    return Target("bench", LinkKind.SSH, hop.host, hop.port, hop.user)


async def _plain(server: Sshd, big: Path, wanted: int) -> float:
    """Through our chain, buffers and session, without a terminal at the other end."""
    began = time.perf_counter()
    chain = await reach((server.hop,), _keeper(server), uses_agent=False)
    channel, shell = await chain.last.connection.create_session(
        Shell, f"cat {big}", encoding=None, window=WINDOW, max_pktsize=PACKET
    )
    assert isinstance(shell, Shell)
    session = Session.over(SshLink(chain, channel, shell), _target(server), SIZE)
    size = check = 0
    while part := await session.read():
        size += len(part)
        check = zlib.crc32(part, check)
    took = time.perf_counter() - began
    await session.close()
    assert (size, check) == (AMOUNT, wanted), "bytes were lost"
    return took


async def _terminal(server: Sshd, big: Path, wanted: int) -> float:
    """As an operator does: a shell, and the command typed into it."""
    began = time.perf_counter()
    session = await _session(server)
    session.send(b"exec sh\r")
    session.send(b"PS1= PS2=; stty raw -echo; printf 'be'; printf 'gin'\n")
    await _until(session, b"begin")
    session.send(f"cat {big}\n".encode())
    size = check = 0
    while size < AMOUNT:
        part = (await session.read())[: AMOUNT - size]
        assert part, "it ended early"
        size += len(part)
        check = zlib.crc32(part, check)
    took = time.perf_counter() - began
    await session.close()
    assert check == wanted, "bytes were lost"
    return took


async def _interrupted(server: Sshd) -> float:
    """From the key to the first byte of what is typed after it, with a flood in between."""
    session = await _session(server)
    session.send(b"exec sh\r")
    session.send(b"yes 'interface up'\r")
    await _until(session, b"interface up\r\ninterface up\r\n")
    for _ in range(200):
        await session.read()
    began = time.perf_counter()
    session.send(b"\x03")
    session.send(b"echo 'stop''ped'\r")
    await _until(session, b"stopped")
    took = time.perf_counter() - began
    await session.close()
    return took


async def _session(server: Sshd) -> Session:
    target = _target(server)
    link = await open_ssh(target, SIZE, _keeper(server))
    assert isinstance(link, FullLink)
    return Session.over(link, target, SIZE)


async def _until(session: Session, wanted: bytes) -> None:
    tail = b""
    async with asyncio.timeout(60):
        while wanted not in tail:
            tail = (tail + await session.read())[-70_000:]


if __name__ == "__main__":
    print(json.dumps(figures(), indent=2, ensure_ascii=False))
