"""SCP against OpenSSH's scp."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from noc_console.adapters.ssh.chain import Chain
from noc_console.adapters.ssh.scp import ScpFiles
from noc_console.kernel.errors import Refused
from noc_console.services.terminal.transferring import Exists
from tests.adapters.ssh.peers import program

SIZE = 1_234_567


async def test_files_come_and_go_whole(chain: Chain, tmp_path: Path) -> None:
    program("scp")
    scp = ScpFiles(chain.last)
    there, here, back = tmp_path / "there", tmp_path / "here", tmp_path / "back"
    there.write_bytes(os.urandom(SIZE))
    seen: list[int] = []
    moved = await scp.fetch(str(there), here, progress=lambda done, _size: seen.append(done))
    assert here.read_bytes() == there.read_bytes() and moved.size == SIZE == seen[-1]
    await scp.send(here, str(back), replaces=True, progress=lambda *_: None)
    assert back.read_bytes() == there.read_bytes()


async def test_what_scp_cannot_do_is_said(chain: Chain, tmp_path: Path) -> None:
    scp = ScpFiles(chain.last)
    here = tmp_path / "here"
    here.write_bytes(b"x")
    with pytest.raises(Exists):
        await scp.fetch("/etc/hostname", here, progress=lambda *_: None)
    with pytest.raises(Refused, match="may be replaced"):
        await scp.send(here, str(tmp_path / "y"), progress=lambda *_: None)
    for refused in (
        scp.listed("."),
        scp.make_folder("x"),
        scp.remove("x", is_folder=False),
        scp.rename("x", "y"),
    ):
        with pytest.raises(Refused, match="only SCP"):
            await refused
    with pytest.raises(Refused, match="nowhere"):
        await scp.fetch(str(tmp_path / "nowhere"), tmp_path / "z", progress=lambda *_: None)
    await scp.close()
