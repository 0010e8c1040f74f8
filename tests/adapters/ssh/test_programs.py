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
from noc_console.adapters.ssh.algorithms import never
from noc_console.adapters.ssh.programs import check_key, connected, host_key
from noc_console.adapters.vault.logins import SshLoginTester
from noc_console.kernel.errors import AuthRejected, Invalid, Unreachable
from noc_console.kernel.secret import Secret
from noc_console.services.configs.model import Login, Script
from noc_console.services.credentials.model import SshLogin
from noc_console.services.hostkeys.model import HostKey
from noc_console.services.terminal.connecting import LegacyOnly, NoAlgorithm
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
    assert await host_key("127.0.0.1", server.port, never) == server.pinned()


async def test_a_program_that_is_known_is_in_and_hangs_up(server: Sshd) -> None:
    async with connected(
        "127.0.0.1", server.port, server.login, server.pinned(), never
    ) as connection:
        assert (await connection.run("echo in", check=True)).stdout == "in\n"
    assert connection.is_closed()


async def test_another_key_is_sent_nothing(server: Sshd, tmp_path: Path) -> None:
    keygen(tmp_path / "other")
    words = (tmp_path / "other.pub").read_text().split()[:2]
    other = replace(server.pinned(), key=" ".join(words))
    with pytest.raises(Unreachable) as told:
        async with connected("127.0.0.1", server.port, server.login, other, never):
            raise AssertionError
    assert told.value.reason == "host-key"


async def test_nobody_is_asked_for_what_a_program_does_not_know(
    server: Sshd, tmp_path: Path
) -> None:
    stranger = key_login(keygen(tmp_path / "stranger"))
    with pytest.raises(AuthRejected, match="refused the login"):
        async with connected("127.0.0.1", server.port, stranger, server.pinned(), never):
            raise AssertionError


async def test_a_certificate_nobody_knows_does_not_hide_the_key_it_is_for(
    server: Sshd, tmp_path: Path
) -> None:
    key = asyncssh.read_private_key(server.home / "id")
    signer = asyncssh.generate_private_key("ssh-ed25519")
    unknown = signer.generate_user_certificate(key, "mira", principals=["nobody-here"])
    text = unknown.export_certificate().decode()
    login = replace(server.login, certificate=text)
    async with connected("127.0.0.1", server.port, login, server.pinned(), never) as connection:
        assert not connection.is_closed()


async def test_what_does_not_open_is_told_without_its_text() -> None:
    with pytest.raises(Invalid, match="of mine does not open") as told:
        await check_key(SshLogin(1, "mine", "noc", key=Secret("-----BEGIN NONSENSE-----")))
    assert "NONSENSE" not in str(told.value) and told.value.__cause__ is None


Tries = Callable[[Callable[[str, int], Awaitable[bool]], Sshd, HostKey], Awaitable[object]]


async def _read(may: Callable[[str, int], Awaitable[bool]], to: Sshd, key: HostKey) -> object:
    return await SshCommandLine(may).run(_login(to), _script("echo read"), key)


async def _ask(may: Callable[[str, int], Awaitable[bool]], to: Sshd, key: HostKey) -> object:
    driver = replace(ios(), prompt=_script("").prompt, more=None, paging=(), enable="")
    return await JobShells(may).ask(
        "127.0.0.1", to.port, to.login, key, driver, ("echo read",), timeout_s=PATIENCE
    )


async def _change(may: Callable[[str, int], Awaitable[bool]], to: Sshd, key: HostKey) -> object:
    async with SshWires(may).open(_login(to), _script(""), key) as line:
        return await line.ask("echo read")


async def _try(may: Callable[[str, int], Awaitable[bool]], to: Sshd, key: HostKey) -> object:
    return await SshLoginTester(may).log_in("127.0.0.1", to.port, to.login, key)


@pytest.mark.filterwarnings("ignore:Diffie-Hellman over finite fields")
@pytest.mark.parametrize("does", [_read, _ask, _change, _try])
async def test_old_algorithms_take_somebody_s_word_for_this_one_host(
    old: Sshd, does: Tries
) -> None:
    key = old.pinned("rsa")
    with pytest.raises(LegacyOnly, match=r"diffie-hellman-group14-sha1.*Jump hosts, known hosts"):
        await does(never, old, key)
    assert await does(yes, old, key)


@pytest.mark.filterwarnings("ignore:Diffie-Hellman over finite fields")
async def test_the_key_of_an_old_host_is_looked_at_only_when_that_is_allowed(old: Sshd) -> None:
    for looker in (SshCommandLine, JobShells, SshWires, SshLoginTester):
        with pytest.raises(LegacyOnly):
            await looker().host_key("127.0.0.1", old.port)
        assert await looker(yes).host_key("127.0.0.1", old.port) == old.pinned("rsa")


async def test_what_nobody_speaks_is_named(tmp_path: Path) -> None:
    odd = "KexAlgorithms sntrup761x25519-sha512@openssh.com"
    with sshd(tmp_path, odd) as running, pytest.raises(NoAlgorithm, match="sntrup761"):
        await host_key("127.0.0.1", running.port, yes)


def _login(to: Sshd) -> Login:
    login = to.login
    return Login("127.0.0.1", to.port, login.user, Secret(""), key=login.key)


def _script(command: str) -> Script:
    """OpenSSH's shell stands in for a router's: its prompt ends in the same sign."""
    return Script(re.compile(r"[#$] ?$"), None, None, (), command)
