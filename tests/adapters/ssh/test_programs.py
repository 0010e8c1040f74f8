"""Programs log in as terminals do: the same offers, the same keys believed, nobody asked."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import asyncssh
import pytest

from noc_console.adapters.command_line import SshCommandLine
from noc_console.adapters.flights import SshWires
from noc_console.adapters.jobs.shell import JobShells
from noc_console.adapters.ssh.jumps import Jumps
from noc_console.adapters.ssh.programs import check_key, connected, host_key, led
from noc_console.adapters.vault.logins import SshLoginTester
from noc_console.kernel.errors import AuthRejected, Invalid, Unreachable
from noc_console.kernel.secret import Secret
from noc_console.services.configs.model import Script
from noc_console.services.credentials.model import SshLogin
from noc_console.services.hostkeys.model import NotTrusted, OtherKey
from noc_console.services.terminal.connecting import LegacyOnly, NoAlgorithm
from noc_console.services.ways.model import Door
from tests.adapters.jobs.test_shell import ios
from tests.adapters.ssh.peers import Sshd, key_login, keygen, sshd

OLD = ("KexAlgorithms diffie-hellman-group14-sha1", "HostKeyAlgorithms ssh-rsa")
PATIENCE = 20.0


async def yes(_host: str, _port: int) -> bool:
    return True


@pytest.fixture
async def old(tmp_path: Path) -> AsyncIterator[Sshd]:
    keygen(tmp_path / "rsa", "rsa", "-b", "2048")
    with sshd(tmp_path, *OLD, "PubkeyAcceptedAlgorithms +ssh-rsa", keys=("rsa",)) as running:
        yield running


async def test_a_key_is_shown_before_there_is_a_login(server: Sshd) -> None:
    assert await host_key(server.door, Jumps()) == server.pinned()
    assert await host_key(Door("127.0.0.1", server.port), Jumps()) == server.pinned()


async def test_a_program_that_is_known_is_in_and_hangs_up(server: Sshd) -> None:
    async with connected(server.door, server.login, Jumps()) as connection:
        assert (await connection.run("echo in", check=True)).stdout == "in\n"
    assert connection.is_closed()


async def test_another_key_is_sent_nothing(server: Sshd, tmp_path: Path) -> None:
    keygen(tmp_path / "other")
    words = (tmp_path / "other.pub").read_text().split()[:2]
    other = replace(server.pinned(), key=" ".join(words))
    with pytest.raises(OtherKey) as told:
        async with connected(replace(server.door, keys=(other,)), server.login, Jumps()):
            raise AssertionError
    assert told.value.reason == "host-key" and told.value.key == server.pinned()
    with pytest.raises(NotTrusted):
        async with connected(replace(server.door, keys=()), server.login, Jumps()):
            raise AssertionError


async def test_any_of_the_trusted_keys_will_do(tmp_path: Path) -> None:
    keygen(tmp_path / "rsa", "rsa", "-b", "2048")
    keygen(tmp_path / "other")
    words = (tmp_path / "other.pub").read_text().split()[:2]
    with sshd(tmp_path, keys=("rsa",)) as running:
        known = running.pinned("rsa")
        gone = replace(known, key=" ".join(words))
        for keys in ((gone, known), (known, gone)):
            door = Door("127.0.0.1", running.port, keys)
            async with connected(door, running.login, Jumps()) as connection:
                assert not connection.is_closed()


async def test_nobody_is_asked_for_what_a_program_does_not_know(
    server: Sshd, tmp_path: Path
) -> None:
    stranger = key_login(keygen(tmp_path / "stranger"))
    with pytest.raises(AuthRejected, match="refused the login"):
        async with connected(server.door, stranger, Jumps()):
            raise AssertionError


async def test_a_certificate_nobody_knows_does_not_hide_the_key_it_is_for(
    server: Sshd, tmp_path: Path
) -> None:
    key = asyncssh.read_private_key(server.home / "id")
    signer = asyncssh.generate_private_key("ssh-ed25519")
    unknown = signer.generate_user_certificate(key, "mira", principals=["nobody-here"])
    text = unknown.export_certificate().decode()
    login = replace(server.login, certificate=text)
    async with connected(server.door, login, Jumps()) as connection:
        assert not connection.is_closed()


async def test_what_does_not_open_is_told_without_its_text() -> None:
    with pytest.raises(Invalid, match="of mine does not open") as told:
        await check_key(SshLogin(1, "mine", "noc", key=Secret("-----BEGIN NONSENSE-----")))
    assert "NONSENSE" not in str(told.value) and told.value.__cause__ is None


Tries = Callable[[Jumps, Door, SshLogin], Awaitable[object]]


async def _read(jumps: Jumps, to: Door, login: SshLogin) -> object:
    return await SshCommandLine(jumps).run(to, login, _script("echo read"))


async def _ask(jumps: Jumps, to: Door, login: SshLogin) -> object:
    driver = replace(ios(), prompt=_script("").prompt, more=None, paging=(), enable="")
    return await JobShells(jumps).ask(to, login, driver, ("echo read",), timeout_s=PATIENCE)


async def _change(jumps: Jumps, to: Door, login: SshLogin) -> object:
    async with SshWires(jumps).open(to, login, _script("")) as line:
        return await line.ask("echo read")


async def _try(jumps: Jumps, to: Door, login: SshLogin) -> object:
    return await SshLoginTester(jumps).log_in(to, login)


@pytest.mark.filterwarnings("ignore:Diffie-Hellman over finite fields")
@pytest.mark.parametrize("does", [_read, _ask, _change, _try])
async def test_old_algorithms_take_somebody_s_word_for_this_one_host(
    old: Sshd, does: Tries
) -> None:
    door = Door("127.0.0.1", old.port, (old.pinned("rsa"),))
    with pytest.raises(LegacyOnly, match=r"diffie-hellman-group14-sha1.*Jump hosts, known hosts"):
        await does(Jumps(), door, old.login)
    assert await does(Jumps(yes), door, old.login)


@pytest.mark.filterwarnings("ignore:Diffie-Hellman over finite fields")
async def test_the_key_of_an_old_host_is_looked_at_only_when_that_is_allowed(old: Sshd) -> None:
    door = Door("127.0.0.1", old.port)
    with pytest.raises(LegacyOnly):
        await SshCommandLine().host_key(door)
    assert await SshCommandLine(Jumps(yes)).host_key(door) == old.pinned("rsa")


async def test_what_nobody_speaks_is_named(tmp_path: Path) -> None:
    odd = "KexAlgorithms sntrup761x25519-sha512@openssh.com"
    with sshd(tmp_path, odd) as running, pytest.raises(NoAlgorithm, match="sntrup761"):
        await host_key(Door("127.0.0.1", running.port), Jumps(yes))


@pytest.mark.parametrize("does", [_read, _ask, _change, _try])
async def test_everything_a_program_does_it_does_behind_jump_hosts_too(
    server: Sshd, inner: Sshd, last: Sshd, does: Tries
) -> None:
    door = replace(last.door, stops=(server.stop, inner.stop))
    assert await does(Jumps(), door, last.login)


async def test_a_key_behind_jump_hosts_is_looked_at_and_theirs_are_told_apart(
    server: Sshd, inner: Sshd, last: Sshd
) -> None:
    door = Door("127.0.0.1", last.port, stops=(server.stop, inner.stop))
    assert await host_key(door, Jumps()) == last.pinned()
    stranger = replace(door, stops=(server.stop, replace(inner.stop, keys=())))
    with pytest.raises(NotTrusted) as told:
        await host_key(stranger, Jumps())
    assert told.value.key == inner.pinned()
    changed = replace(server.pinned(), host="127.0.0.1", port=inner.port)
    other = replace(door, stops=(server.stop, replace(inner.stop, keys=(changed,))))
    with pytest.raises(OtherKey) as shown:
        await host_key(other, Jumps())
    assert shown.value.key == inner.pinned()


async def test_a_door_of_this_machine_leads_to_one_behind_jump_hosts_while_it_lasts(
    server: Sshd, inner: Sshd
) -> None:
    jumps = Jumps()
    async with led(replace(inner.door, stops=(server.stop,)), jumps) as near:
        assert near.port != inner.port and near.stops == ()
        assert [key.key for key in near.keys] == [inner.pinned().key]
        async with connected(near, inner.login, Jumps()) as connection:
            assert (await connection.run("echo in", check=True)).stdout == "in\n"
    with pytest.raises(Unreachable):
        await host_key(near, Jumps())
    async with led(inner.door, jumps) as straight:
        assert straight == inner.door


def _script(command: str) -> Script:
    """OpenSSH's shell stands in for a router's: its prompt ends in the same sign."""
    return Script(re.compile(r"[#$] ?$"), None, None, (), command)
