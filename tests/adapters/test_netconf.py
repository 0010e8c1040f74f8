"""NETCONF by ncclient, asked of a small server on a real SSH connection.

No NETCONF server is installed on the machines that test this; the peer below speaks RFC 6242
framing and answers `get-config` only. It refuses every other operation.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager

import asyncssh
import pytest

from noc_console.adapters.command_line import SshCommandLine
from noc_console.adapters.netconf import NcclientNetconf, indented
from noc_console.kernel.errors import AuthRejected, Refused, Unreachable
from noc_console.kernel.secret import Secret
from noc_console.services.configs.model import Login
from noc_console.services.hostkeys.model import HostKey

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


class Door(asyncssh.SSHServer):
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
    answer: Callable[[str], str], kind: str = "ssh-ed25519", ciphers: Sequence[str] = ()
) -> AsyncIterator[int]:
    async def talk(process: asyncssh.SSHServerProcess[str]) -> None:
        process.stdout.write(HELLO + END)
        buffer = ""
        while part := await process.stdin.read(4096):
            buffer += part
            while END in buffer:
                message, _, buffer = buffer.partition(END)
                number = re.search(r'message-id="([^"]+)"', message)
                if number is not None:
                    process.stdout.write(
                        '<rpc-reply xmlns="urn:ietf:params:xml:ns:netconf:base:1.0" '
                        f'message-id="{number[1]}">{answer(message)}</rpc-reply>{END}'
                    )
        process.exit(0)

    live: list[asyncssh.SSHServerConnection] = []
    listening = await asyncssh.create_server(
        lambda: Door(live),
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


def login(port: int, password: str = "lab") -> Login:
    return Login("127.0.0.1", port, "noc", Secret(password))


async def test_a_configuration_is_read_as_lines_of_xml(netconf: NcclientNetconf) -> None:
    async with server(data) as port:
        key = await SshCommandLine().host_key("127.0.0.1", port)
        text = await netconf.running(login(port), key)
    assert "    <name>olt-1</name>\n" in text and "    <empty/>\n" in text


async def test_a_device_with_an_rsa_key_is_read_too(netconf: NcclientNetconf) -> None:
    async with server(data, "ssh-rsa") as port:
        key = await SshCommandLine().host_key("127.0.0.1", port)
        assert key.algorithm == "ssh-rsa"
        assert "olt-1" in await netconf.running(login(port), key)


async def test_ciphers_of_old_are_not_spoken(netconf: NcclientNetconf) -> None:
    async with server(data, ciphers=("aes256-cbc", "3des-cbc")) as port:
        shown = asyncssh.generate_private_key("ssh-ed25519").export_public_key().decode().split()
        key = HostKey("127.0.0.1", port, " ".join(shown[:2]), "SHA256:any")
        with pytest.raises(Refused, match="safe today"):
            await netconf.running(login(port), key)


async def test_no_password_for_a_stranger(netconf: NcclientNetconf) -> None:
    other = asyncssh.generate_private_key("ssh-ed25519").export_public_key("openssh").decode()
    async with server(data) as port:
        key = HostKey("127.0.0.1", port, " ".join(other.split()[:2]), "SHA256:other")
        with pytest.raises(Unreachable) as told:
            await netconf.running(login(port), key)
    assert told.value.reason == "host-key"


async def test_refusals_are_told_apart(netconf: NcclientNetconf) -> None:
    async with server(lambda _: ERROR) as port:
        key = await SshCommandLine().host_key("127.0.0.1", port)
        with pytest.raises(AuthRejected):
            await netconf.running(login(port, "wrong"), key)
        with pytest.raises(Refused, match="not for you"):
            await netconf.running(login(port), key)
    with pytest.raises(Unreachable):
        await netconf.running(login(port), key)


@pytest.mark.parametrize(
    ("xml", "lines"),
    [
        ("<a><b>1</b><c/></a>", "<a>\n  <b>1</b>\n  <c/>\n</a>\n"),
        ('<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e "boom">]><a/>', "<a/>\n"),
        ("<a>x\ny</a>", "<a>x&#10;y</a>\n"),
        ("<a><![CDATA[<k> & ]]></a>", "<a>&lt;k&gt; &amp;</a>\n"),
        ('<a  x="1"   y="2"><b></b></a>', '<a x="1" y="2">\n  <b></b>\n</a>\n'),
        ("</a></b>", "</a>\n</b>\n"),
    ],
)
def test_xml_becomes_lines(xml: str, lines: str) -> None:
    told = indented(xml)
    assert told.endswith(lines)


def test_an_enemys_depth_is_no_problem() -> None:
    assert max(map(len, indented("<a>" * 5_000).split("\n"))) < 200
