from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import asyncssh
import pytest

from noc_console.adapters.command_line import SshCommandLine
from noc_console.adapters.vault.logins import SshLoginTester
from noc_console.kernel.errors import AuthRejected, Invalid
from noc_console.kernel.secret import Secret
from noc_console.services.credentials.model import SshLogin
from noc_console.services.hostkeys.model import NotTrusted, OtherKey
from noc_console.services.ways.model import Door
from tests.adapters.ssh.peers import USER, Sshd, key_login, keygen, sshd


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sshd]:
    """The real sshd of OpenSSH."""
    with sshd(tmp_path_factory.mktemp("sshd")) as running:
        yield running


async def test_a_key_that_the_server_takes_is_let_in(server: Sshd) -> None:
    tester = SshLoginTester()
    said = await tester.log_in(server.door, server.login)
    assert said.startswith("SSH-2.0-OpenSSH") or "OpenSSH" in said


async def test_a_key_with_a_phrase_opens_with_it_and_says_so_without(
    server: Sshd, tmp_path: Path
) -> None:
    file = keygen(tmp_path / "locked", passphrase="phrase of the key")
    with (server.home / "authorized").open("a") as allowed:
        allowed.write((tmp_path / "locked.pub").read_text())
    tester = SshLoginTester()
    login = key_login(file, passphrase="phrase of the key")
    assert await tester.log_in(server.door, login)
    for phrase in ("", "another phrase"):
        with pytest.raises(Invalid, match="does not open") as refused:
            await tester.log_in(server.door, replace(login, passphrase=Secret(phrase)))
        assert "BEGIN" not in str(refused.value)


async def test_a_stranger_s_key_is_refused_by_name(server: Sshd, tmp_path: Path) -> None:
    login = key_login(keygen(tmp_path / "stranger"))
    with pytest.raises(AuthRejected, match=USER) as refused:
        await SshLoginTester().log_in(server.door, login)
    assert refused.value.__cause__ is None


async def test_no_password_is_sent_to_a_door_with_another_key(server: Sshd, tmp_path: Path) -> None:
    keygen(tmp_path / "other")
    words = (tmp_path / "other.pub").read_text().split()[:2]
    other = replace(server.pinned(), key=" ".join(words))
    with pytest.raises(OtherKey):
        await SshLoginTester().log_in(replace(server.door, keys=(other,)), server.login)
    with pytest.raises(NotTrusted):
        await SshLoginTester().log_in(replace(server.door, keys=()), server.login)


class OnePassword(asyncssh.SSHServer):
    """sshd here runs for the tests' own user, whose password nobody knows: asyncssh's stands in."""

    def begin_auth(self, username: str) -> bool:
        return True

    def password_auth_supported(self) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        return (username, password) == ("noc", "lab")


async def test_a_password_is_tried_as_it_is(tmp_path: Path) -> None:
    key = asyncssh.generate_private_key("ssh-ed25519")
    server = await asyncssh.create_server(
        OnePassword, "127.0.0.1", 0, server_host_keys=[key], encoding=None
    )
    try:
        port = server.sockets[0].getsockname()[1]
        tester = SshLoginTester()
        shown = await SshCommandLine().host_key(Door("127.0.0.1", port))
        door = Door("127.0.0.1", port, (shown,))
        right = SshLogin(1, "lab", "noc", password=Secret("lab"))
        assert await tester.log_in(door, right)
        with pytest.raises(AuthRejected) as refused:
            await tester.log_in(door, replace(right, password=Secret("wr0ng")))
        assert "wr0ng" not in str(refused.value)
    finally:
        server.close()
        await asyncio.wait_for(server.wait_closed(), 5)
