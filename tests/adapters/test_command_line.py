"""Command lines over SSH: the lab's servers, OpenSSH's own, and one that misbehaves."""

from __future__ import annotations

import asyncio
import re
import subprocess
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import asyncssh
import pytest

from noc_console.adapters import command_line
from noc_console.adapters.command_line import SshCommandLine
from noc_console.kernel.errors import AuthRejected, Refused, Unreachable
from noc_console.kernel.secret import Secret
from noc_console.services.configs.model import Script
from noc_console.services.credentials.model import SshLogin
from noc_console.services.hostkeys.model import HostKey
from noc_console.services.ways.model import Door
from tests.adapters.probes.peers import sshd

SCRIPT = Script(
    prompt=re.compile(r"^box# ?$"),
    more=re.compile(r"--More--"),
    error=re.compile(r"^% Invalid"),
    paging=("terminal length 0",),
    command="show running-config",
)
LOGIN = SshLogin(1, "noc", "noc", Secret("lab"))
Talk = Callable[["asyncssh.SSHServerProcess[str]"], Awaitable[None]]


class Gate(asyncssh.SSHServer):
    def begin_auth(self, username: str) -> bool:
        return True

    def password_auth_supported(self) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        return password == "lab"


@asynccontextmanager
async def box(talk: Talk) -> AsyncIterator[Door]:
    """A device whose command line does what a test says."""
    server = await asyncssh.create_server(
        Gate,
        "127.0.0.1",
        0,
        server_host_keys=[asyncssh.generate_private_key("ssh-ed25519")],
        process_factory=talk,
        line_editor=False,
    )
    port = server.get_port()
    try:
        there = Door("127.0.0.1", port)
        yield replace(there, keys=(await SshCommandLine().host_key(there),))
    finally:
        server.close()
        await server.wait_closed()


async def paged(process: asyncssh.SSHServerProcess[str]) -> None:
    """Echoes, pages, and wipes the pager's question away as terminals do."""
    process.stdout.write("Welcome\r\nbox# ")
    while line := (await process.stdin.readline()).strip():
        process.stdout.write(f"{line}\r\n")
        if line.startswith("show"):
            process.stdout.write("hostname box\r\n --More-- ")
            await process.stdin.readexactly(1)
            process.stdout.write("\r          \rinterface a\r\n\x1b[7m end\x1b[0m\r\n")
        process.stdout.write("box# ")
    process.exit(0)


async def test_pages_echo_and_prompt_are_taken_off() -> None:
    async with box(paged) as door:
        text = await SshCommandLine().run(door, LOGIN, SCRIPT)
    assert text == "hostname box\ninterface a\n end\n"


async def test_another_key_is_told_no_password() -> None:
    async with box(paged) as door:
        other = asyncssh.generate_private_key("ssh-ed25519").export_public_key().decode().split()
        with pytest.raises(Unreachable) as told:
            stranger = HostKey(door.host, door.port, " ".join(other[:2]), "SHA256:x")
            await SshCommandLine().run(replace(door, keys=(stranger,)), LOGIN, SCRIPT)
        assert told.value.reason == "host-key"


async def rising(process: asyncssh.SSHServerProcess[str]) -> None:
    """Shows its configuration to whoever said the enable password."""
    prompt = "box>"
    process.stdout.write(prompt)
    while line := (await process.stdin.readline()).strip():
        if line == "enable":
            process.stdout.write("enable\r\nPassword: ")
            said = (await process.stdin.readline()).strip()
            prompt = "box#" if said == "higher" else prompt
        elif line.startswith("show"):
            told = "hostname box" if prompt == "box#" else "% Invalid input"
            process.stdout.write(f"{line}\r\n{told}\r\n")
        process.stdout.write(f"\r\n{prompt}")


async def test_where_the_prompt_asks_for_more_rights_the_enable_password_is_said() -> None:
    script = replace(SCRIPT, prompt=re.compile(r"^box[>#] ?$"), enable="enable", paging=())
    async with box(rising) as door:
        text = await SshCommandLine().run(door, replace(LOGIN, enable=Secret("higher")), script)
        assert text == "hostname box\n"
        with pytest.raises(AuthRejected, match="enable password"):
            await SshCommandLine().run(door, replace(LOGIN, enable=Secret("wrong")), script)


async def test_a_private_key_opens_a_door_and_a_bad_one_is_told_without_its_text(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    mine = asyncssh.generate_private_key("ssh-ed25519")
    monkeypatch.setattr(Gate, "validate_password", lambda *_: False)
    monkeypatch.setattr(Gate, "public_key_auth_supported", lambda _: True)
    public = mine.convert_to_public()
    monkeypatch.setattr(Gate, "validate_public_key", lambda _s, _u, key: key == public)
    shut = mine.export_private_key("openssh", passphrase="words").decode()
    async with box(paged) as door:
        by_key = replace(LOGIN, password=Secret(""), key=Secret(shut), passphrase=Secret("words"))
        text = await SshCommandLine().run(door, by_key, SCRIPT)
        assert text.startswith("hostname box")
        for wrong in (
            replace(by_key, passphrase=Secret("other")),
            replace(by_key, key=Secret("-----BEGIN NONSENSE-----")),
        ):
            with pytest.raises(Refused) as told:
                await SshCommandLine().run(door, wrong, SCRIPT)
            assert "NONSENSE" not in str(told.value) and told.value.__cause__ is None


async def test_a_wrong_password_is_told() -> None:
    async with box(paged) as door:
        wrong = replace(LOGIN, password=Secret("no"))
        with pytest.raises(AuthRejected) as told:
            await SshCommandLine().run(door, wrong, SCRIPT)
    assert "no" not in str(told.value).split()


async def test_a_command_the_device_does_not_know_is_refused_in_its_words() -> None:
    async def knows_nothing(process: asyncssh.SSHServerProcess[str]) -> None:
        process.stdout.write("box# ")
        while line := (await process.stdin.readline()).strip():
            process.stdout.write(f"{line}\r\n% Invalid input\x07 detected\r\nbox# ")

    async with box(knows_nothing) as door:
        with pytest.raises(Refused, match="% Invalid input detected"):
            await SshCommandLine().run(door, LOGIN, SCRIPT)


async def test_endless_and_silent_devices_are_left(monkeypatch: pytest.MonkeyPatch) -> None:
    async def endless(process: asyncssh.SSHServerProcess[str]) -> None:
        while True:
            process.stdout.write("x" * 60_000)
            await process.stdout.drain()

    async def silent(process: asyncssh.SSHServerProcess[str]) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(command_line, "LARGEST", 200_000)
    monkeypatch.setattr(command_line, "QUIET_S", 0.3)
    async with box(endless) as door:
        with pytest.raises(Unreachable, match="more than"):
            await SshCommandLine().run(door, LOGIN, SCRIPT)
    async with box(silent) as door:
        with pytest.raises(Unreachable, match="does not answer"):
            await SshCommandLine().run(door, LOGIN, SCRIPT)


async def test_openssh_s_own_key_and_refusal(tmp_path: Path) -> None:
    with sshd(tmp_path) as port:
        key = await SshCommandLine().host_key(Door("127.0.0.1", port))
        told = subprocess.run(
            ["ssh-keygen", "-lf", str(tmp_path / "host.pub")],
            capture_output=True,
            text=True,
            check=True,
        )
        assert key.fingerprint in told.stdout
        with pytest.raises(AuthRejected):
            nobody = replace(LOGIN, user="nobody")
            await SshCommandLine().run(Door("127.0.0.1", port, (key,)), nobody, SCRIPT)
    with pytest.raises(Unreachable, match="refuses SSH"):
        await SshCommandLine().host_key(Door("127.0.0.1", port))
