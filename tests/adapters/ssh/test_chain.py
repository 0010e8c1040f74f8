"""Chains hang up whole, and say what is old in them."""

from __future__ import annotations

import asyncio
import os
import signal
from pathlib import Path

import pytest

from noc_console.adapters.ssh.chain import Chain, reach
from noc_console.kernel.errors import Unreachable
from tests.adapters.ssh.peers import Script, Sshd, children, keygen, sshd


async def test_a_chain_that_closes_leaves_no_connection(chain: Chain, server: Sshd) -> None:
    assert chain.last.old == () and children(server.process.pid)
    await chain.close()
    async with asyncio.timeout(10):
        while children(server.process.pid):
            await asyncio.sleep(0.05)


async def test_a_device_that_stands_still_does_not_delay_hanging_up(
    chain: Chain, server: Sshd
) -> None:
    stuck = children(server.process.pid)
    for child in stuck:
        os.kill(child, signal.SIGSTOP)
    try:
        async with asyncio.timeout(5):
            await chain.close()
        assert chain.reached == []
    finally:
        for child in stuck:
            os.kill(child, signal.SIGCONT)


@pytest.mark.filterwarnings("ignore:Diffie-Hellman over finite fields")
async def test_old_algorithms_in_use_are_known(tmp_path: Path) -> None:
    keygen(tmp_path / "rsa", "rsa", "-b", "2048")
    old = ("KexAlgorithms diffie-hellman-group14-sha1", "Ciphers aes256-cbc")
    with sshd(tmp_path, *old, keys=("rsa",)) as server:
        keeper = Script([server.pinned("rsa")], [server.login], is_old=True)
        chain = await reach((server.hop,), keeper, uses_agent=False)
        assert chain.last.old == ("aes256-cbc", "diffie-hellman-group14-sha1")
        await chain.close()


async def test_a_host_that_signs_by_sha_1_is_told(tmp_path: Path) -> None:
    keygen(tmp_path / "rsa", "rsa", "-b", "2048")
    with sshd(tmp_path, "HostKeyAlgorithms ssh-rsa", keys=("rsa",)) as server:
        keeper = Script([server.pinned("rsa")], [server.login], is_old=True)
        chain = await reach((server.hop,), keeper, uses_agent=False)
        assert chain.last.old == ("ssh-rsa",)
        await chain.close()
    with sshd(tmp_path, keys=("rsa",)) as server:
        keeper = Script([server.pinned("rsa")], [server.login], is_old=True)
        chain = await reach((server.hop,), keeper, uses_agent=False)
        assert chain.last.old == () and chain.last.client.signature == "rsa-sha2-512"
        await chain.close()


async def test_the_connections_before_a_hop_that_fails_are_closed(server: Sshd) -> None:
    keeper = Script([server.pinned()], [server.login])
    nowhere = type(server.hop)("127.0.0.1", 1, "x")
    with pytest.raises(Unreachable):
        await reach((server.hop, nowhere), keeper, uses_agent=False)
    async with asyncio.timeout(10):
        while children(server.process.pid):
            await asyncio.sleep(0.05)
