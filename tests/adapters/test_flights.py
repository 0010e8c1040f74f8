"""Lines that change devices, over real SSH; pagers, questions, silence and floods included."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from dataclasses import replace

import asyncssh
import pytest

from noc_console.adapters import flights as module
from noc_console.adapters.command_line import SshCommandLine
from noc_console.adapters.flights import SshWires
from noc_console.kernel.errors import AuthRejected, Unreachable
from noc_console.kernel.secret import Secret
from noc_console.lab import plan
from noc_console.lab.characters.mikrotik import Ccr
from noc_console.lab.run import Lab, Options, open_lab
from noc_console.services.configs.model import Script
from noc_console.services.credentials.model import SshLogin
from noc_console.services.hostkeys.model import HostKey
from noc_console.services.ways.model import Door

IOS = Script(
    re.compile(r"^[\w.\-/@:]+(\([\w.\-]+\))?[>#] ?$"), re.compile("--More--"), None, (), "x"
)


@pytest.fixture
async def lab() -> AsyncIterator[Lab]:
    async with open_lab(plan.routers(2), Options(snmp_port=0, ssh_port=0)) as running:
        yield running


LOGIN = SshLogin(1, "noc", "noc", Secret("lab"))


async def door(host: str, port: int) -> Door:
    return Door(host, port, (await SshCommandLine().host_key(Door(host, port)),))


async def test_lines_are_typed_one_by_one_and_questions_answered(lab: Lab) -> None:
    device = lab.device("ams-edge-2")
    wires = SshWires(quiet_s=5)
    there = await door(device.host, device.ssh_port)
    async with wires.open(there, LOGIN, IOS) as line:
        assert await line.ask("configure terminal") == (
            "Enter configuration commands, one per line.  End with CNTL/Z."
        )
        assert await line.ask("hostname other") == ""
        assert "Invalid input" in await line.ask("frobnicate")
        await line.ask("end")
        await line.ask("reload in 10")
        assert lab.world.settings.of(device).startup != lab.world.settings.of(device).running
        assert "ABORTED" in await line.ask("reload cancel")


async def test_a_wrong_password_and_another_key_are_told_apart(lab: Lab) -> None:
    one, other = lab.device("ams-edge-1"), lab.device("ams-edge-2")
    wires = SshWires(quiet_s=5)
    there = await door(one.host, one.ssh_port)
    with pytest.raises(AuthRejected):
        async with wires.open(there, replace(LOGIN, password=Secret("wrong")), IOS):
            pass
    with pytest.raises(Unreachable) as refused:
        async with wires.open(replace(there, host=other.host, port=other.ssh_port), LOGIN, IOS):
            pass
    assert refused.value.reason == "host-key"


Answer = Callable[[asyncssh.SSHServerProcess[str]], "asyncio.Future[None] | object"]


class _Open(asyncssh.SSHServer):
    def begin_auth(self, username: str) -> bool:
        return False


@pytest.fixture
async def rude() -> AsyncIterator[Callable[[Answer], object]]:
    """An SSH server that behaves as it is told to."""
    servers: list[asyncssh.SSHAcceptor] = []
    private = asyncssh.generate_private_key("ssh-ed25519")

    async def start(answer: Answer) -> Door:
        server = await asyncssh.create_server(
            _Open, "127.0.0.1", 0, server_host_keys=[private], process_factory=answer,
            line_editor=False,
        )  # fmt: skip
        servers.append(server)
        port = server.get_port()
        text = private.convert_to_public().export_public_key("openssh").decode().split()
        return Door("127.0.0.1", port, (HostKey("127.0.0.1", port, " ".join(text[:2]), "x"),))

    yield start
    for server in servers:
        server.close()
        await server.wait_closed()


async def test_a_device_that_falls_silent_is_not_waited_for(rude) -> None:
    async def silent(process: asyncssh.SSHServerProcess[str]) -> None:
        process.stdout.write("dev#")
        await process.stdin.readline()
        await asyncio.sleep(60)

    where = await rude(silent)
    with pytest.raises(Unreachable, match="does not answer"):
        async with SshWires(quiet_s=0.3).open(where, LOGIN, IOS) as line:
            await line.ask("configure terminal")


async def test_a_device_that_hangs_up_is_told(rude) -> None:
    async def gone(process: asyncssh.SSHServerProcess[str]) -> None:
        process.stdout.write("dev#")
        await process.stdin.readline()
        process.exit(0)

    where = await rude(gone)
    with pytest.raises(Unreachable, match="hung up"):
        async with SshWires(quiet_s=5).open(where, LOGIN, IOS) as line:
            await line.ask("reload")


async def test_an_answer_that_drips_for_ever_ends(rude, monkeypatch) -> None:
    async def dripping(process: asyncssh.SSHServerProcess[str]) -> None:
        process.stdout.write("dev#")
        await process.stdin.readline()
        while True:
            process.stdout.write("x")
            await asyncio.sleep(0.02)

    where = await rude(dripping)
    async with asyncio.timeout(20):
        with pytest.raises(Unreachable, match="does not answer"):
            async with SshWires(quiet_s=5).open(where, LOGIN, IOS) as line:
                monkeypatch.setattr(module, "LONGEST_S", 0.3)
                await line.ask("show tech")


async def test_a_flood_is_cut_off(rude, monkeypatch) -> None:
    monkeypatch.setattr(module, "LARGEST", 100_000)

    async def flood(process: asyncssh.SSHServerProcess[str]) -> None:
        process.stdout.write("dev#")
        await process.stdin.readline()
        while True:
            process.stdout.write("x" * 10_000 + "\n")
            await process.stdout.drain()

    where = await rude(flood)
    with pytest.raises(Unreachable, match="printed more than"):
        async with SshWires(quiet_s=5).open(where, LOGIN, IOS) as line:
            await line.ask("show tech")


async def test_pagers_get_their_blank_and_enable_its_word(rude) -> None:
    heard: list[str] = []

    async def old(process: asyncssh.SSHServerProcess[str]) -> None:
        process.stdout.write("dev>")
        heard.append(await process.stdin.readline())
        process.stdout.write("Password: ")
        heard.append(await process.stdin.readline())
        process.stdout.write("\r\ndev#")
        heard.append(await process.stdin.readline())
        process.stdout.write("show x\r\none\n --More-- ")
        heard.append(await process.stdin.read(1))
        process.stdout.write("\r          \rtwo\ndev#")
        await process.stdin.read(1)

    script = Script(IOS.prompt, IOS.more, None, (), "x", enable="enable")
    where = await rude(old)
    async with SshWires(quiet_s=5).open(where, LOGIN, script) as line:
        answer = await line.ask("show x")
    assert heard[:3] == ["enable\n", "lab\n", "show x\n"] and heard[3] == " "
    assert answer.split() == ["one", "two"]


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("Are you sure to continue?[Y/N]", "y\n"),
        ("Are you sure to continue? (y/n)[n]:", "y\n"),
        ("Please input the file name(*.cfg,*.zip)[vrpcfg.zip]:", "\n"),
    ],
)
async def test_a_save_is_agreed_to_however_the_device_words_it(rude, question, said) -> None:
    heard: list[str] = []

    async def saves(process: asyncssh.SSHServerProcess[str]) -> None:
        process.stdout.write("dev#")
        heard.append(await process.stdin.readline())
        process.stdout.write(f"The current configuration will be written.\r\n{question}")
        heard.append(await process.stdin.readline())
        process.stdout.write("\r\nSave the configuration successfully.\r\ndev#")
        await process.stdin.read(1)

    where = await rude(saves)
    async with SshWires(quiet_s=5).open(where, LOGIN, IOS) as line:
        assert "successfully" in await line.ask("save")
    assert heard == ["save\n", said]


async def test_a_question_without_end_is_not_answered_for_ever(rude) -> None:
    asked = 0

    async def nosy(process: asyncssh.SSHServerProcess[str]) -> None:
        nonlocal asked
        process.stdout.write("dev#")
        while await process.stdin.readline():
            asked += 1
            process.stdout.write("Are you sure? [confirm]")

    where = await rude(nosy)
    with pytest.raises(Unreachable):
        async with SshWires(quiet_s=0.5).open(where, LOGIN, IOS) as line:
            await line.ask("reload")
    assert asked <= 1 + module._MOST_QUESTIONS


async def test_files_are_put_with_progress(lab: Lab, tmp_path) -> None:
    file = tmp_path / "a.bin"
    file.write_bytes(b"x" * 100_000)
    wires = SshWires()
    for name, by, target in (("ams-edge-1", "sftp", "/var/tmp/a.bin"),
                             ("ams-edge-2", "scp", "flash:/a.bin")):  # fmt: skip
        device = lab.device(name)
        heard: list[int] = []
        there = await door(device.host, device.ssh_port)
        await wires.put(
            there, LOGIN, source=file, target=target, by=by,
            told=heard.append,
        )  # fmt: skip
        assert lab.world.settings.of(device).files["a.bin"] == file.read_bytes()
        assert heard[-1] == 100_000


ROUTEROS = Script(re.compile(r"^\[\w+@[^\]]+\] (?:> ?|<SAFE> ?)$"), None, None, (), "/export")
TAKEN, HELD = re.compile(r"\[Safe Mode (?:taken|released)\]"), re.compile(r"\[u/r/d\]: ?$")


@pytest.fixture
async def mikrotik() -> AsyncIterator[Lab]:
    made = plan.routers(2, kinds=(Ccr(),))
    async with open_lab(made, Options(snmp_port=0, ssh_port=0)) as running:
        yield running


async def test_a_key_is_pressed_without_enter_and_the_prompt_behind_it_is_read(
    mikrotik: Lab,
) -> None:
    device = mikrotik.device("ams-edge-1")
    wires = SshWires(quiet_s=5)
    there = await door(device.host, device.ssh_port)
    async with wires.open(there, LOGIN, ROUTEROS) as line:
        assert "[Safe Mode taken]" in await line.press("\x18", told=TAKEN, asks=HELD)
        assert line.prompt == "[noc@ams-edge-1] <SAFE> "
        assert await line.ask("/snmp set contact=x") == ""
        assert "contact=x" in await line.ask("/export")
        async with wires.open(there, LOGIN, ROUTEROS) as other:
            assert "Hijacking" in await other.press("\x18", told=TAKEN, asks=HELD)
            other.push("d")
        assert "[Safe Mode released]" in await line.press("\x18", told=TAKEN, asks=HELD)
        assert line.prompt == "[noc@ams-edge-1] > "


async def test_a_key_that_nothing_answers_is_not_waited_for(lab: Lab) -> None:
    device = lab.device("ams-edge-2")
    wires = SshWires(quiet_s=0.3)
    there = await door(device.host, device.ssh_port)
    with pytest.raises(Unreachable):
        async with wires.open(there, LOGIN, IOS) as line:
            await line.press("\x18", told=TAKEN, asks=HELD)
