"""The SSH server in front of a device's command line (asyncssh): shells, exec, and darkness.

Host keys come from the seed, so that a restarted lab is no stranger to `known_hosts`.
"""

from __future__ import annotations

import asyncio
from hashlib import sha256

import asyncssh
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from noc_console.lab.cli import MAX_LINE, Session
from noc_console.lab.editing import quicken
from noc_console.lab.flash import Flash
from noc_console.lab.model import Device
from noc_console.lab.world import World

USER = "noc"
PASSWORD = "lab"  # noqa: S105 printed in the manual: the lab listens on loopback only
IDLE_S = 900.0
LOGIN_S = 20.0
MAX_CONNECTIONS = 32


def host_key(seed: int, name: str) -> asyncssh.SSHKey:
    """The device's Ed25519 key."""
    secret = sha256(f"noc-console lab/{seed}/{name}".encode()).digest()
    key = Ed25519PrivateKey.from_private_bytes(secret)
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return asyncssh.import_private_key(pem)


class Shells:
    """The SSH servers of all devices; `hang_up` when one loses power."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._connections: dict[str, set[asyncssh.SSHServerConnection]] = {}
        self._servers: list[asyncssh.SSHAcceptor] = []
        quicken()

    async def open(self, device: Device, host: str, port: int) -> int:
        """Listen for one device; the port it got."""
        name = device.name
        live = self._connections.setdefault(name, set())
        server = await asyncssh.create_server(
            lambda: _Door(self._world, device, live),
            host,
            port,
            server_host_keys=[host_key(self._world.plan.seed, name)],
            process_factory=lambda process: _serve(self._world, device, process),
            sftp_factory=lambda channel: Flash(channel, self._world.settings.of(device)),
            login_timeout=LOGIN_S,
            keepalive_interval=60,
            server_version="Cisco-1.25" if device.character.vendor == "Cisco" else "OpenSSH_8.8",
            allow_scp=True,
            agent_forwarding=False,
            x11_forwarding=False,
            line_editor=True,
            max_pktsize=32768,
        )
        self._servers.append(server)
        return int(server.get_port())

    def hang_up(self, device: Device) -> None:
        """Drop every session of a device that went dark."""
        for connection in tuple(self._connections.get(device.name, ())):
            connection.abort()

    async def close(self) -> None:
        for server in self._servers:
            server.close()
        for live in self._connections.values():
            for connection in tuple(live):
                connection.abort()
        await asyncio.gather(*(server.wait_closed() for server in self._servers))
        self._servers.clear()


class _Door(asyncssh.SSHServer):
    """Lets `noc` in; a dark device hangs up before saying a word."""

    def __init__(
        self, world: World, device: Device, live: set[asyncssh.SSHServerConnection]
    ) -> None:
        self._world = world
        self._device = device
        self._live = live
        self._connection: asyncssh.SSHServerConnection | None = None

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        if not self._world.answers(self._device) or len(self._live) >= MAX_CONNECTIONS:
            conn.abort()
            return
        self._connection = conn
        self._live.add(conn)
        if self._device.character.banner:
            conn.send_auth_banner(self._device.character.banner)

    def connection_lost(self, exc: Exception | None) -> None:
        if self._connection is not None:
            self._live.discard(self._connection)

    def begin_auth(self, username: str) -> bool:
        return True

    def password_auth_supported(self) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        return username == USER and password == PASSWORD


async def _serve(world: World, device: Device, process: asyncssh.SSHServerProcess[str]) -> None:
    session = Session(world, device)
    newline = "\r\n" if device.character.crlf and not process.term_type else "\n"
    try:
        if process.command is not None:
            for line in process.command.splitlines()[:50]:
                _write(process, session.run(line), newline)
        else:
            await _converse(process, session, newline)
        process.exit(0)
    except (asyncssh.Error, TimeoutError, BrokenPipeError, ConnectionError):
        process.close()
    finally:
        session.close()


async def _converse(
    process: asyncssh.SSHServerProcess[str], session: Session, newline: str
) -> None:
    _teach(process, session, newline)
    is_asking = False
    while not session.is_over:
        if not is_asking:
            process.stdout.write(session.prompt)
        is_asking = False
        try:
            line = await asyncio.wait_for(process.stdin.readline(), IDLE_S)
        except asyncssh.BreakReceived:
            process.stdout.write(newline)
            continue
        except asyncssh.TerminalSizeChanged:
            is_asking = True  # the prompt stands there already
            continue
        if not line:
            return
        _write(process, session.run(line[:MAX_LINE]), newline)
        await process.stdout.drain()


def _teach(process: asyncssh.SSHServerProcess[str], session: Session, newline: str) -> None:
    """Keys that do something without Enter; without a terminal there are none."""
    channel = process.channel
    if not isinstance(channel, asyncssh.editor.SSHLineEditorChannel):
        return

    def pressed(key: str) -> asyncssh.editor._KeyHandler:
        def press(line: str, position: int) -> bool | tuple[str, int]:
            told = session.press(key)
            if told is None:
                return True
            process.stdout.write(newline)
            _write(process, told, newline)
            process.stdout.write(session.prompt)
            return line, position

        return press

    for key in session.keys:
        channel.register_key(key, pressed(key))


def _write(process: asyncssh.SSHServerProcess[str], answer: str, newline: str) -> None:
    if answer:
        process.stdout.write(answer.replace("\n", newline) + newline)
