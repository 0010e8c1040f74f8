"""NETCONF by ncclient, asked of a small server on a real SSH connection.

No NETCONF server is installed on the machines that test this; the peer below speaks RFC 6242
framing and answers `get-config` only. It refuses every other operation.
"""

from __future__ import annotations

import re
import threading
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import asyncssh
import pytest

from noc_console.adapters import netconf as module
from noc_console.adapters.command_line import SshCommandLine
from noc_console.adapters.netconf import NcclientNetconf, indented
from noc_console.kernel.errors import AuthRejected, Refused, Unreachable
from noc_console.kernel.secret import Secret
from noc_console.services.credentials.model import SshLogin
from noc_console.services.hostkeys.model import HostKey, NotTrusted, OtherKey
from noc_console.services.terminal.connecting import LegacyOnly
from noc_console.services.ways.model import Door
from tests.adapters.ssh.peers import sshd

END = "]]>]]>"
HELLO = (
    '<hello xmlns="urn:ietf:params:xml:ns:netconf:base:1.0"><capabilities><capability>'
    "urn:ietf:params:netconf:base:1.0</capability></capabilities><session-id>1</session-id></hello>"
)
DATA = (
    '<data><system xmlns="urn:x"><name>olt-1</name><user><password>S3cret</password></user>'
    "<empty/></system></data>"
)
ERROR = (
    "<rpc-error><error-type>application</error-type><error-tag>access-denied</error-tag>"
    "<error-severity>error</error-severity><error-message>not for you</error-message></rpc-error>"
)


class Gate(asyncssh.SSHServer):
    def __init__(self, live: list[asyncssh.SSHServerConnection]) -> None:
        self._live = live

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        self._live.append(conn)

    def begin_auth(self, username: str) -> bool:
        return True

    def password_auth_supported(self) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        return (username, password) == ("noc", "lab")


@asynccontextmanager
async def server(
    answer: Callable[[str], str | None], kind: str = "ssh-ed25519", ciphers: Sequence[str] = ()
) -> AsyncIterator[int]:
    async def talk(process: asyncssh.SSHServerProcess[str]) -> None:
        process.stdout.write(HELLO + END)
        buffer = ""
        while part := await process.stdin.read(4096):
            buffer += part
            while END in buffer:
                message, _, buffer = buffer.partition(END)
                number = re.search(r'message-id="([^"]+)"', message)
                said = answer(message)
                if number is not None and said is not None:
                    process.stdout.write(
                        '<rpc-reply xmlns="urn:ietf:params:xml:ns:netconf:base:1.0" '
                        f'message-id="{number[1]}">{said}</rpc-reply>{END}'
                    )
        process.exit(0)

    live: list[asyncssh.SSHServerConnection] = []
    listening = await asyncssh.create_server(
        lambda: Gate(live),
        "127.0.0.1",
        0,
        server_host_keys=[asyncssh.generate_private_key(kind)],
        process_factory=talk,
        encryption_algs=ciphers or (),
    )
    try:
        yield listening.get_port()
    finally:
        listening.close()
        for connection in live:
            connection.abort()
            await connection.wait_closed()
        await listening.wait_closed()


def data(message: str) -> str:
    return DATA if "<running/>" in message.replace("nc:", "") else "<ok/>"


@pytest.fixture
async def netconf() -> AsyncIterator[NcclientNetconf]:
    made = NcclientNetconf()
    yield made
    made.close()


LOGIN = SshLogin(1, "noc", "noc", Secret("lab"))


async def door(port: int) -> Door:
    return Door("127.0.0.1", port, (await SshCommandLine().host_key(Door("127.0.0.1", port)),))


async def test_a_configuration_is_read_as_lines_of_xml(netconf: NcclientNetconf) -> None:
    async with server(data) as port:
        there = await door(port)
        text = await netconf.running(there, LOGIN)
    assert "    <name>olt-1</name>\n" in text and "    <empty/>\n" in text


async def test_a_device_with_an_rsa_key_is_read_too(netconf: NcclientNetconf) -> None:
    async with server(data, "ssh-rsa") as port:
        there = await door(port)
        assert there.keys[0].algorithm == "ssh-rsa"
        assert "olt-1" in await netconf.running(there, LOGIN)


async def test_ciphers_of_old_are_not_spoken(netconf: NcclientNetconf) -> None:
    async with server(data, ciphers=("aes256-cbc", "3des-cbc")) as port:
        with pytest.raises(LegacyOnly, match="aes256-cbc"):
            await netconf.running(Door("127.0.0.1", port), LOGIN)


async def test_no_password_for_a_stranger(netconf: NcclientNetconf) -> None:
    other = asyncssh.generate_private_key("ssh-ed25519").export_public_key("openssh").decode()
    async with server(data) as port:
        key = HostKey("127.0.0.1", port, " ".join(other.split()[:2]), "SHA256:other")
        with pytest.raises(OtherKey):
            await netconf.running(Door("127.0.0.1", port, (key,)), LOGIN)
        with pytest.raises(NotTrusted):
            await netconf.running(Door("127.0.0.1", port), LOGIN)


async def test_refusals_are_told_apart(netconf: NcclientNetconf) -> None:
    async with server(lambda _: ERROR) as port:
        there = await door(port)
        with pytest.raises(AuthRejected):
            await netconf.running(there, replace(LOGIN, password=Secret("wrong")))
        with pytest.raises(Refused, match="not for you"):
            await netconf.running(there, LOGIN)
    with pytest.raises(Unreachable):
        await netconf.running(there, LOGIN)


async def test_a_device_behind_jump_hosts_is_read_through_them_by_a_key_of_the_vault(
    netconf: NcclientNetconf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = asyncssh.generate_private_key("ssh-ed25519")
    monkeypatch.setattr(Gate, "public_key_auth_supported", lambda _: True, raising=False)
    monkeypatch.setattr(Gate, "password_auth_supported", lambda _: False)
    monkeypatch.setattr(
        Gate, "validate_public_key", lambda _s, _u, key: key == mine.convert_to_public(), False
    )
    keyed = SshLogin(1, "noc", "noc", key=Secret(mine.export_private_key("openssh").decode()))
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    with sshd(tmp_path / "a") as outer, sshd(tmp_path / "b") as inner:
        async with server(data) as port:
            there = replace(await door(port), stops=(outer.stop, inner.stop))
            assert "olt-1" in await netconf.running(there, keyed)
            assert (outer.accepted, inner.accepted) == (1, 1)
            with pytest.raises(AuthRejected):
                await netconf.running(there, LOGIN)


async def test_an_answer_without_end_is_cut(
    netconf: NcclientNetconf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LARGEST", 200_000)
    async with server(lambda _: "<data>" + "x" * 400_000 + "</data>") as port:
        with pytest.raises(Unreachable, match="told more than"):
            await netconf.running(await door(port), LOGIN)


async def test_who_says_nothing_or_nothing_of_use_is_left(
    netconf: NcclientNetconf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "ANSWER_S", 0.3)
    monkeypatch.setattr(module, "LEAVE_S", 0.3)
    for answer, reason in ((lambda _: None, "timeout"), (lambda _: "<ok/>", "malformed")):
        async with server(answer) as port:
            with pytest.raises(Unreachable) as told:
                await netconf.running(await door(port), LOGIN)
        assert told.value.reason == reason
    assert not [each for each in threading.enumerate() if each.name == "session"]


async def test_a_connection_that_breaks_off_in_an_answer_is_told(
    netconf: NcclientNetconf, monkeypatch: pytest.MonkeyPatch
) -> None:
    live: list[asyncssh.SSHServerConnection] = []
    monkeypatch.setattr(Gate, "connection_made", lambda gate, conn: live.append(conn))

    async with server(lambda _: live[-1].abort()) as port:
        with pytest.raises(Unreachable, match="hung up") as told:
            await netconf.running(await door(port), LOGIN)
    assert told.value.reason == "closed"


async def test_a_server_that_speaks_no_netconf_is_told(
    netconf: NcclientNetconf, tmp_path: Path
) -> None:
    with sshd(tmp_path) as running, pytest.raises(Unreachable, match="opening NETCONF") as told:
        await netconf.running(running.door, running.login)
    assert told.value.reason == "closed"


@pytest.mark.parametrize(
    ("xml", "lines"),
    [
        ("<a><b>1</b><c/></a>", "<a>\n  <b>1</b>\n  <c/>\n</a>\n"),
        ('<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e "boom">]><a/>', "<a/>\n"),
        ("<a>x\ny</a>", "<a>x&#10;y</a>\n"),
        ("<a><![CDATA[<k> & ]]></a>", "<a>&lt;k&gt; &amp;</a>\n"),
        ('<a  x="1"   y="2"><b></b></a>', '<a x="1" y="2">\n  <b></b>\n</a>\n'),
        ("</a></b>", "</a>\n</b>\n"),
        ("<a>1<!-- <b> <![CDATA[ -->2</a>", "<a>12</a>\n"),
        ("<a/><![CDATA[<b/>", "<a/>\n"),
        ("<a/><!-- <b/>", "<a/>\n"),
    ],
)
def test_xml_becomes_lines(xml: str, lines: str) -> None:
    told = indented(xml)
    assert told.endswith(lines)


def test_an_enemys_depth_is_no_problem() -> None:
    assert max(map(len, indented("<a>" * 5_000).split("\n"))) < 200


def test_an_enemys_remark_is_passed_over_at_once() -> None:
    # Looked through again for each of them, this would take months.
    remark = "<!-- " + "<![CDATA[" * 1_000_000 + " -->"
    assert indented(f"<a>{remark}<b/></a>") == "<a>\n  <b/>\n</a>\n"
