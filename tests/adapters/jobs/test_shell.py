"""Lines asked over real SSH: pager, enable, echo, errors, silence, keys."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import cache
from pathlib import Path

import asyncssh
import pytest

from noc_console.adapters.command_line import SshCommandLine
from noc_console.adapters.jobs import shell
from noc_console.adapters.jobs.shell import JobShells
from noc_console.kernel.errors import AuthRejected, Invalid, Unreachable
from noc_console.kernel.secret import Secret
from noc_console.services.credentials.model import SshLogin
from noc_console.services.hostkeys.model import OtherKey
from noc_console.services.inspection.platforms.load import load
from noc_console.services.inspection.platforms.model import Driver
from noc_console.services.ways.model import Door

PLATFORMS = Path(__file__).resolve().parents[3] / "resources" / "platforms"
LOGIN = SshLogin(1, "noc", "noc", Secret("lab"), enable=Secret("more"))


@cache
def ios() -> Driver:
    found = load(PLATFORMS).driver("ios")
    assert found is not None
    return found


class Router(asyncssh.SSHServer):
    """Lets `noc` in by password or by the one key it is given."""

    key: asyncssh.SSHKey | None = None

    def begin_auth(self, username: str) -> bool:
        return True

    def password_auth_supported(self) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        return (username, password) == ("noc", "lab")

    def public_key_auth_supported(self) -> bool:
        return self.key is not None

    def validate_public_key(self, username: str, key: asyncssh.SSHKey) -> bool:
        return self.key is not None and key == self.key.convert_to_public()


async def talk(process: asyncssh.SSHServerProcess[str]) -> None:
    """A router as IOS is one: `>` first, a pager until told, questions for passwords."""
    prompt, paged = "R1>", True
    process.stdout.write(f"\r\nWelcome\r\n\r\n{prompt}")
    async for raw in process.stdin:
        line = raw.strip()
        process.stdout.write(f"{line}\r\n")
        if line == "enable":
            process.stdout.write("Password: ")
            word = (await process.stdin.readline()).strip()
            process.stdout.write("\r\n")
            if word == "more":
                prompt = "R1#"
            else:
                process.stdout.write("Password: ")
                continue
        elif line.startswith("terminal length 0"):
            paged = line.endswith("1")
        elif line == "show long":
            process.stdout.write("one\r\ntwo\r\n")
            if paged:
                process.stdout.write(" --More-- ")
                await process.stdin.read(1)
                process.stdout.write("\b" * 10 + " " * 10 + "\b" * 10)
            process.stdout.write("three\r\n")
        elif line == "show silence":
            continue
        elif line == "exit":
            break
        elif not line.startswith("terminal"):
            process.stdout.write("                ^\r\n% Invalid input detected at '^' marker.\r\n")
        process.stdout.write(prompt)
    process.exit(0)


@asynccontextmanager
async def router(key: asyncssh.SSHKey | None = None) -> AsyncIterator[int]:
    class Keyed(Router):
        pass

    Keyed.key = key
    server = await asyncssh.create_server(
        Keyed,
        "127.0.0.1",
        0,
        server_host_keys=[asyncssh.generate_private_key("ssh-ed25519")],
        process_factory=talk,
        line_editor=False,
    )
    try:
        yield server.get_port()
    finally:
        server.close()
        await server.wait_closed()


async def door(port: int) -> Door:
    key = await SshCommandLine().host_key(Door("127.0.0.1", port))
    return Door("127.0.0.1", port, (key,))


async def ask(port: int, *lines: str, login: SshLogin = LOGIN, wait: float = 20.0) -> list[str]:
    found = await JobShells().ask(await door(port), login, ios(), lines, timeout_s=wait)
    return [each.note or each.text for each in found]


async def test_lines_are_answered_without_echo_prompt_and_pager() -> None:
    async with router() as port:
        long, bad = await ask(port, "show long", "show nonsense")
    assert long == "one\ntwo\nthree\n"
    assert bad == "“show nonsense” was refused: % Invalid input detected at '^' marker."


async def test_a_pager_that_only_a_configuration_switches_off_is_answered() -> None:
    changing = replace(ios(), paging=("configure terminal", "terminal length 0"))
    shells = JobShells()
    async with router() as port:
        there = await door(port)
        (told,) = await shells.ask(there, LOGIN, changing, ["show long"], timeout_s=20)
        assert told.text == "one\ntwo\nthree\n"
        paged = replace(ios(), paging=("configure terminal",))
        (told,) = await shells.ask(there, LOGIN, paged, ["show long"], timeout_s=20)
        assert told.text.split() == ["one", "two", "three"]


async def test_a_wrong_password_and_a_wrong_enable_word_are_told_apart() -> None:
    async with router() as port:
        with pytest.raises(AuthRejected, match="refused the login noc"):
            await ask(port, "show long", login=SshLogin(1, "noc", "noc", Secret("wrong")))
        wrong = SshLogin(1, "noc", "noc", Secret("lab"), enable=Secret("wrong"))
        with pytest.raises(AuthRejected, match="enable"):
            await ask(port, "show long", login=wrong)


async def test_a_key_of_the_vault_opens_it_and_one_that_is_none_is_said_to_be() -> None:
    mine = asyncssh.generate_private_key("ssh-ed25519")
    text = mine.export_private_key().decode()
    async with router(mine) as port:
        keyed = SshLogin(1, "mine", "noc", key=Secret(text), enable=Secret("more"))
        assert await ask(port, "show long", login=keyed) == ["one\ntwo\nthree\n"]
        with pytest.raises(Invalid, match="mine does not open") as broken:
            await ask(port, "x", login=SshLogin(1, "mine", "noc", key=Secret("nonsense")))
        assert "nonsense" not in str(broken.value)


async def test_a_device_that_falls_silent_or_hangs_up_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(shell, "QUIET_S", 0.3)
    async with router() as port:
        with pytest.raises(Unreachable, match="fell silent"):
            await ask(port, "show silence")
        with pytest.raises(Unreachable, match="hung up"):
            await ask(port, "exit", "show long")


async def test_another_host_key_than_the_trusted_one_gets_no_password() -> None:
    shells = JobShells()
    async with router() as one, router() as other:
        wrong = replace(await door(one), port=other)
        with pytest.raises(OtherKey):
            await shells.ask(wrong, LOGIN, ios(), ["x"], timeout_s=10)
    with pytest.raises(Unreachable, match="refuses SSH"):
        await shells.ask(Door("127.0.0.1", 1), LOGIN, ios(), ["x"], timeout_s=10)
