"""Sessions against OpenSSH's own server: shells, jump hosts, agents, keys, old algorithms."""

from __future__ import annotations

import asyncio
import hashlib
import os
import signal
import socket
import struct
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from noc_console.adapters.ssh.chain import reach
from noc_console.adapters.ssh.link import HIGH, WINDOW, open_shell
from noc_console.adapters.ssh.opening import FullLink, open_ssh
from noc_console.kernel.errors import AuthRejected, Refused, Unreachable
from noc_console.services.hostkeys.model import NotTrusted
from noc_console.services.terminal.connecting import (
    Carrying,
    LegacyOnly,
    LinkKind,
    NoAlgorithm,
    Target,
    Wired,
)
from noc_console.services.terminal.model import Size
from tests.adapters.ssh.peers import Script, Sshd, agent, children, key_login, keygen, sshd

SIZE = Size(80, 24)


def to(server: Sshd) -> Target:
    hop = server.hop
    return Target("box", LinkKind.SSH, hop.host, hop.port, hop.user)


def knowing(*servers: Sshd) -> Script:
    return Script([each.pinned() for each in servers], [each.login for each in servers])


async def until(link: FullLink, wanted: bytes) -> bytes:
    """What comes, up to these bytes."""
    got = b""
    async with asyncio.timeout(20):
        while wanted not in got:
            part = await link.read(65_536)
            assert part, got
            got += part
    return got


async def test_a_shell_with_a_terminal_of_its_size(server: Sshd) -> None:
    link = await open_ssh(to(server), SIZE, knowing(server))
    try:
        assert isinstance(link, Wired) and isinstance(link, Carrying)
        link.write(b"stty size; echo $TERM; tty\r")
        got = await until(link, b"/dev/pts")
        assert b"24 80" in got and b"xterm-256color" in got
        link.resize(132, 43)
        link.write(b"stty size\r")
        await until(link, b"43 132")
        facts = dict(link.facts)
        assert facts["Key exchange"].endswith(", strict") or "not strict" in facts["Key exchange"]
        assert server.pinned().fingerprint in facts["Host key"]
        assert facts["Logged in by"] == "key “id”" and link.badges == ()
        assert link.describe == f"ssh {server.hop.user}@127.0.0.1:{server.port}"
        link.write(b"exit 3\r")
        async with asyncio.timeout(20):
            while await link.read(65_536):
                pass
        assert link.ended is not None and not link.ended.is_lost
        assert link.ended.why == "logged out, with status 3"
    finally:
        await link.close()


async def test_files_are_opened_once_for_all_who_look(server: Sshd) -> None:
    link = await open_ssh(to(server), SIZE, knowing(server))
    first = await link.files()
    assert await link.files() is first
    await first.close()
    second = await link.files()
    assert second is not first and (await second.home()).startswith("/")
    await link.close()


async def test_a_key_nobody_trusts_gets_no_login(server: Sshd) -> None:
    keeper = Script([], [server.login])
    with pytest.raises(NotTrusted) as told:
        await open_ssh(to(server), SIZE, keeper)
    assert told.value.key == server.pinned() == keeper.shown[0]
    keeper = Script([], [server.login], trusts=True)
    link = await open_ssh(to(server), SIZE, keeper)
    await link.close()


async def test_of_two_host_keys_the_one_that_is_known_is_asked_for(tmp_path: Path) -> None:
    keygen(tmp_path / "rsa", "rsa", "-b", "2048")
    with sshd(tmp_path, keys=("host", "rsa")) as server:
        keeper = Script([server.pinned("rsa")], [server.login])
        link = await open_ssh(to(server), SIZE, keeper)
        assert keeper.shown == [] and "ssh-rsa" in dict(link.facts)["Host key"]
        await link.close()


async def test_another_key_on_the_same_port_is_shown_and_gets_no_login(tmp_path: Path) -> None:
    with sshd(tmp_path) as first:
        known, port = first.pinned(), first.port
    keygen(tmp_path / "other", "ecdsa")
    with sshd(tmp_path, keys=("other",), port=port) as second:
        keeper = Script([known], [second.login])
        with pytest.raises(NotTrusted) as told:
            await open_ssh(to(second), SIZE, keeper)
        assert told.value.key == second.pinned("other")
        assert "Accepted publickey" not in (tmp_path / f"log-{port}").read_text()


async def test_a_chain_of_three_jump_hosts(tmp_path: Path, server: Sshd) -> None:
    homes = [tmp_path / name for name in ("one", "two", "three")]
    for home in homes:
        home.mkdir()
    with sshd(homes[0]) as one, sshd(homes[1]) as two, sshd(homes[2]) as three:
        keeper = knowing(one, two, three, server)
        target = replace(to(server), hops=(one.hop, two.hop, three.hop))
        link = await open_ssh(target, SIZE, keeper)
        link.write(b"echo $SSH_CONNECTION\r")
        assert f"127.0.0.1 {server.port}".encode() in await until(link, str(server.port).encode())
        assert len([name for name, _ in link.facts if name == "Through"]) == 3
        assert "through" in keeper.heard[-1]
        for child in children(two.process.pid):
            os.kill(child, signal.SIGTERM)
        async with asyncio.timeout(20):
            while await link.read(65_536):
                pass
        assert link.ended is not None and link.ended.is_lost
        await link.close()


async def test_a_hop_that_is_not_there_is_named(server: Sshd) -> None:
    target = replace(to(server), port=1, hops=(server.hop,))
    with pytest.raises(Unreachable, match=r"127\.0\.0\.1:1 did not open the way"):
        await open_ssh(target, SIZE, knowing(server))
    with pytest.raises(Unreachable, match="refuses SSH"):
        await open_ssh(replace(target, hops=()), SIZE, knowing(server))


@pytest.mark.parametrize("is_rude", [True, False])
async def test_a_host_that_hangs_up_at_once_is_told_without_numbers(is_rude: bool) -> None:
    """As an access list of VTY lines does (with a reset), or sshd above its MaxStartups."""

    async def away(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if is_rude:
            linger = struct.pack("ii", 1, 0)
            writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        writer.close()

    listening = await asyncio.start_server(away, "127.0.0.1", 0)
    port = listening.sockets[0].getsockname()[1]
    with pytest.raises(Unreachable, match="closed the connection at once") as told:
        await open_ssh(Target("x", LinkKind.SSH, "127.0.0.1", port, "me"), SIZE, Script())
    assert told.value.reason == "closed" and "Errno" not in str(told.value)
    listening.close()


async def test_keys_of_the_agent_log_in(
    server: Sshd, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with agent(tmp_path, server.home / "id") as path:
        monkeypatch.setenv("SSH_AUTH_SOCK", path)
        link = await open_ssh(to(server), SIZE, Script([server.pinned()]))
        assert dict(link.facts)["Logged in by"].startswith("agent")
        await link.close()
        keeper = Script([server.pinned()])
        with pytest.raises(AuthRejected):
            await open_ssh(replace(to(server), uses_agent=False), SIZE, keeper)


async def test_an_agent_with_more_keys_than_the_server_lets_try(
    server: Sshd, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = [keygen(tmp_path / f"key{number}") for number in range(8)]
    with agent(tmp_path, *keys) as path:
        monkeypatch.setenv("SSH_AUTH_SOCK", path)
        with pytest.raises(AuthRejected, match="gives up after a few keys"):
            await open_ssh(to(server), SIZE, Script([server.pinned()]))


async def test_an_agent_that_is_gone_is_gone_on_without(
    server: Sshd, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSH_AUTH_SOCK", str(tmp_path / "nobody"))
    keeper = knowing(server)
    link = await open_ssh(to(server), SIZE, keeper)
    assert any("agent does not answer" in text for text in keeper.heard)
    await link.close()


async def test_a_key_with_a_pass_phrase_from_the_vault_or_typed(
    server: Sshd, tmp_path: Path
) -> None:
    key = keygen(tmp_path / "locked", passphrase="open sesame")
    (server.home / "authorized").write_bytes(
        (server.home / "id.pub").read_bytes() + (tmp_path / "locked.pub").read_bytes()
    )
    given = key_login(key, passphrase="open sesame")
    link = await open_ssh(to(server), SIZE, Script([server.pinned()], [given]))
    await link.close()
    answers = iter(["wrong", "open sesame"])
    keeper = Script([server.pinned()], [key_login(key)], answer=lambda _: [next(answers)])
    link = await open_ssh(to(server), SIZE, keeper)
    assert keeper.asked == [("Pass phrase of the key “locked”",)] * 2
    assert not any("sesame" in text or "wrong" in text for text in keeper.heard)
    await link.close()


async def test_a_certificate_logs_in_where_the_key_alone_does_not(tmp_path: Path) -> None:
    keygen(tmp_path / "ca")
    user = keygen(tmp_path / "user")
    signed = ["ssh-keygen", "-q", "-s", str(tmp_path / "ca"), "-I", "mira", "-n"]
    with sshd(tmp_path, f"TrustedUserCAKeys {tmp_path / 'ca.pub'}") as server:
        subprocess.run([*signed, server.hop.user, f"{user}.pub"], check=True, timeout=20)
        certificate = (tmp_path / "user-cert.pub").read_text()
        keeper = Script([server.pinned()], [key_login(user, certificate=certificate)])
        link = await open_ssh(to(server), SIZE, keeper)
        await link.close()
        with pytest.raises(AuthRejected):
            await open_ssh(to(server), SIZE, Script([server.pinned()], [key_login(user)]))


LEGACY = (
    "KexAlgorithms diffie-hellman-group1-sha1,diffie-hellman-group14-sha1",
    "Ciphers aes128-cbc,3des-cbc",
    "HostKeyAlgorithms ssh-rsa",
    "MACs hmac-sha1",
)


@pytest.mark.filterwarnings("ignore:Diffie-Hellman over finite fields")
async def test_old_algorithms_are_named_and_need_to_be_allowed(tmp_path: Path) -> None:
    keygen(tmp_path / "rsa", "rsa", "-b", "2048")
    with sshd(tmp_path, *LEGACY, keys=("rsa",)) as server:
        keeper = Script([server.pinned("rsa")], [server.login])
        with pytest.raises(LegacyOnly, match="diffie-hellman-group1-sha1") as told:
            await open_ssh(to(server), SIZE, keeper)
        assert told.value.what == "key exchange"
        with pytest.raises(LegacyOnly):
            await open_ssh(to(server), SIZE, Script([], [server.login], trusts=True))
        link = await open_ssh(to(server), SIZE, replace(keeper, is_old=True))
        (badge,) = link.badges
        assert "diffie-hellman-group14-sha1" in badge and "aes128-cbc" in badge
        await link.close()


@pytest.mark.parametrize(
    ("option", "what"),
    [
        ("Ciphers aes256-cbc", "cipher"),
        ("HostKeyAlgorithms ssh-rsa", "host key"),
    ],
)
async def test_each_kind_that_is_missing_is_named(tmp_path: Path, option: str, what: str) -> None:
    keygen(tmp_path / "rsa", "rsa", "-b", "2048")
    with sshd(tmp_path, option, keys=("rsa",)) as server:
        with pytest.raises(LegacyOnly) as told:
            await open_ssh(to(server), SIZE, Script([], [server.login]))
        assert told.value.what == what


async def test_a_way_that_nobody_speaks_is_told_too(tmp_path: Path) -> None:
    with sshd(tmp_path, "KexAlgorithms sntrup761x25519-sha512@openssh.com") as server:
        with pytest.raises((NoAlgorithm, Unreachable)) as told:
            await open_ssh(to(server), SIZE, Script([], [server.login]))
        assert isinstance(told.value, NoAlgorithm)


async def test_nobody_is_let_in_by_a_wrong_key_and_nothing_secret_is_said(
    server: Sshd, tmp_path: Path
) -> None:
    stranger = key_login(keygen(tmp_path / "stranger"))
    keeper = Script([server.pinned()], [stranger])
    with pytest.raises(AuthRejected) as told:
        await open_ssh(to(server), SIZE, keeper)
    assert "PRIVATE" not in str(told.value) + "".join(keeper.heard)


async def test_without_any_login_a_user_is_asked_for(server: Sshd) -> None:
    keeper = Script([server.pinned()], [])
    with pytest.raises(Refused, match="no user was given"):
        await open_ssh(replace(to(server), user=""), SIZE, keeper)
    assert keeper.asked == [("User",)]


async def test_twenty_megabytes_come_whole_and_what_nobody_reads_waits_there(
    server: Sshd, tmp_path: Path
) -> None:
    text = hashlib.shake_256(b"x").hexdigest(32_768).encode() + b"\n"
    big = tmp_path / "big"
    big.write_bytes(text * 320)
    link = await open_ssh(to(server), SIZE, knowing(server))
    link.write(b"exec sh\r")
    link.write(b"stty -onlcr -echo; PS1=; echo 'go''ing'\r")
    await until(link, b"going\n")
    link.write(f"cat {big}; echo 'en''ded'\r".encode())
    while link.waiting < HIGH:
        await asyncio.sleep(0.01)
    await asyncio.sleep(0.3)
    assert link.waiting <= HIGH + WINDOW
    got, size = hashlib.sha256(), 0
    tail = b""
    async with asyncio.timeout(120):
        while b"ended\n" not in tail:
            part = await link.read(65_536)
            tail = (tail + part)[-200:]
            got.update(part)
            size += len(part)
            assert link.waiting <= HIGH + WINDOW
    wanted = hashlib.sha256(big.read_bytes())
    wanted.update(b"ended\n")
    assert size == big.stat().st_size + len(b"ended\n")
    assert got.hexdigest() == wanted.hexdigest()
    await link.close()


async def test_ctrl_c_is_answered_while_a_device_floods(server: Sshd) -> None:
    link = await open_ssh(to(server), SIZE, knowing(server))
    link.write(b"yes\r")
    await until(link, b"y\r\ny\r\ny\r\n")
    await asyncio.sleep(0.3)
    link.write(b"\x03")
    link.write(b"echo 'stop''ped'\r")
    async with asyncio.timeout(10):
        await until(link, b"stopped")
    await link.close()


async def test_a_server_that_stands_still_is_noticed(tmp_path: Path) -> None:
    with sshd(tmp_path) as server:
        keeper = knowing(server)
        chain = await reach((server.hop,), keeper, uses_agent=False, keepalive_s=0.2)
        link = await open_shell(chain, SIZE, FullLink)
        each = children(server.process.pid)
        for child in each:
            os.kill(child, signal.SIGSTOP)
        try:
            async with asyncio.timeout(20):
                while await link.read(65_536):
                    pass
            assert link.ended is not None and link.ended.is_lost
            assert link.ended.why.startswith("no answer")
        finally:
            for child in each:
                os.kill(child, signal.SIGCONT)
            await link.close()
        os.kill(server.process.pid, signal.SIGSTOP)
        try:
            with pytest.raises(Unreachable, match="does not answer"):
                await reach((server.hop,), keeper, uses_agent=False, connect_s=0.5)
        finally:
            os.kill(server.process.pid, signal.SIGCONT)


async def test_connecting_to_a_tarpit_is_cancelled_at_once() -> None:
    async def silent(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                writer.write(b"x\r\n")
                await asyncio.sleep(0.05)
        except (ConnectionError, asyncio.CancelledError):
            writer.close()

    pit = await asyncio.start_server(silent, "127.0.0.1", 0)
    port = pit.sockets[0].getsockname()[1]
    target = Target("pit", LinkKind.SSH, "127.0.0.1", port, "x")
    opening = asyncio.get_running_loop().create_task(open_ssh(target, SIZE, Script()))
    await asyncio.sleep(0.3)
    opening.cancel()
    async with asyncio.timeout(1):
        with pytest.raises(asyncio.CancelledError):
            await opening
    pit.close()
