"""Command lines that change devices, and files sent to them (asyncssh).

One line at a time: what a device answers to it is read before the next is sent. Answers are bounded
in size and time, and a device that falls silent is Unreachable, never waited for without end.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import asyncssh

from noc_console.adapters.command_line import (
    SshCommandLine,
    _algorithms,
    _client_keys,
    _plain,
    _unreachable,
)
from noc_console.kernel.errors import AuthRejected, Unreachable
from noc_console.kernel.secret import Secret
from noc_console.services.configs.model import Login, Script
from noc_console.services.flights.ports import Line
from noc_console.services.hostkeys.model import HostKey

CONNECT_S = 15.0
QUIET_S = 60.0
"""A commit on a large router takes its time."""
PUT_S = 3_600.0
LARGEST = 16 << 20
BLOCK = 32 << 10
_QUESTIONS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"(?i)save\??\s*\[yes/no\]\s*:\s*$"), "no"),
    (re.compile(r"\(yes/no/cancel\)\?\s*\[cancel\]:\s*$"), "no"),
    (re.compile(r"\[confirm\]\s*$"), ""),
    (re.compile(r"(?i)\[yes,no\]\s*\((?:yes|no)\)\s*$"), "yes"),
    (re.compile(r"(?i)destination file ?name \[[^\]]*\]\?\s*$"), ""),
    (re.compile(r"(?i)\[y/n\](?:\s*\[[yn]\])?\s*[:?]?\s*$"), "y"),
)
"""What devices ask before they do what they were told, and what we say: do it, save nothing."""
_MOST_QUESTIONS = 6
_PASSWORD = re.compile(r"(?i)pass(?:word|phrase|code)[^:\n]{0,60}: ?$")


class SshWires:
    """See `services.flights.ports.Wires`."""

    def __init__(self, *, quiet_s: float = QUIET_S) -> None:
        self._quiet_s = quiet_s
        self._keys = SshCommandLine()

    async def host_key(self, host: str, port: int) -> HostKey:
        """The key the device shows."""
        return await self._keys.host_key(host, port)

    def open(self, login: Login, script: Script, key: HostKey) -> AbstractAsyncContextManager[Line]:
        """Log in, silence the pager, hand out the line."""
        return _opened(login, script, key, self._quiet_s)

    async def put(
        self,
        login: Login,
        key: HostKey,
        *,
        source: Path,
        target: str,
        by: str,
        told: Callable[[int], None],
    ) -> None:
        """Send a file, with progress."""
        # Whoever changes nothing need not wait for the library.
        import asyncssh

        def progress(_source: bytes, _target: bytes, done: int, _whole: int) -> None:
            told(done)

        try:
            async with asyncio.timeout(PUT_S), _connected(login, key) as connection:
                if by == "scp":
                    to = (connection, target)
                    await asyncssh.scp(str(source), to, block_size=BLOCK, progress_handler=progress)
                    return
                async with connection.start_sftp_client() as sftp:
                    await sftp.put(str(source), target, block_size=BLOCK, progress_handler=progress)
        except (OSError, asyncssh.Error, TimeoutError) as error:
            raise _told(login, error) from error


@asynccontextmanager
async def _opened(
    login: Login, script: Script, key: HostKey, quiet_s: float
) -> AsyncIterator[Line]:
    # For the same reason as in `put`.
    import asyncssh

    try:
        async with (
            _connected(login, key) as connection,
            connection.create_process(
                term_type="vt100", term_size=(511, 24), encoding="utf-8", errors="replace"
            ) as process,
        ):
            line = _SshLine(login.host, process, script, quiet_s)
            await line.begin(login.enable or login.password)
            yield line
    except (OSError, asyncssh.Error, TimeoutError) as error:
        raise _told(login, error) from error


def _connected(
    login: Login, key: HostKey
) -> AbstractAsyncContextManager[asyncssh.SSHClientConnection]:
    # For the same reason as in `put`.
    import asyncssh

    trusted = asyncssh.import_public_key(key.key)
    made: AbstractAsyncContextManager[asyncssh.SSHClientConnection] = asyncssh.connect(
        login.host,
        login.port,
        username=login.user,
        password=login.password.reveal() or None,
        known_hosts=([trusted], [], []),
        client_keys=_client_keys(login),
        agent_path=None,
        config=None,
        preferred_auth="publickey,password,keyboard-interactive",
        connect_timeout=CONNECT_S,
        login_timeout=CONNECT_S,
        keepalive_interval=10,
        keepalive_count_max=3,
        kex_algs="+diffie-hellman-group14-sha1",
        server_host_key_algs=_algorithms(trusted.get_algorithm()),
    )
    return made


def _told(login: Login, error: BaseException) -> Unreachable:
    # For the same reason as in `put`.
    import asyncssh

    if isinstance(error, asyncssh.PermissionDenied):
        return AuthRejected(f"{login.host} refused the login {login.user}", peer=login.host)
    if isinstance(error, asyncssh.HostKeyNotVerifiable):
        told = f"{login.host} proves itself with another key than the one it is known by"
        return Unreachable(told, peer=login.host, reason="host-key")
    return _unreachable(login.host, error)


class _SshLine:
    """Prompt, line, answer; and the questions in between."""

    def __init__(
        self, host: str, process: asyncssh.SSHClientProcess[str], script: Script, quiet_s: float
    ) -> None:
        self._host, self._process, self._script = host, process, script
        self._quiet_s = quiet_s
        self._last = ""

    async def begin(self, enable: Secret) -> None:
        """From the login to a prompt that takes everything."""
        await self._answer()
        if self._script.enable and self._last.rstrip().endswith(">"):
            self._process.stdin.write(self._script.enable + "\n")
            await self._answer(secret=enable)
        for line in self._script.paging:
            await self.ask(line)

    async def ask(self, line: str) -> str:
        self._process.stdin.write(line + "\n")
        return self._clean(await self._answer(), line)

    async def _answer(self, secret: Secret | None = None) -> str:
        """What is printed until a prompt; pagers get their blank, questions their answer."""
        parts: list[str] = []
        size = asked = 0
        while True:
            async with asyncio.timeout(self._quiet_s):
                part = await self._process.stdout.read(65_536)
            if not part:
                raise Unreachable(f"{self._host} hung up", peer=self._host, reason="closed")
            size += len(part)
            if size > LARGEST:
                raise Unreachable(
                    f"{self._host} printed more than {LARGEST >> 20} MiB",
                    peer=self._host,
                    reason="malformed",
                )
            parts.append(part)
            self._last = _plain("".join(parts[-3:])[-2_000:]).rpartition("\n")[2]
            if self._is_prompt(self._last):
                return "".join(parts)
            if self._script.more is not None and self._script.more.search(self._last):
                self._process.stdin.write(" ")
                parts.append("\n")
            elif secret is not None and _PASSWORD.search(self._last):
                self._process.stdin.write(secret.reveal() + "\n")
                secret = None
            elif (said := self._said()) is not None and asked < _MOST_QUESTIONS:
                asked += 1
                parts.append("\n")
                self._process.stdin.write(said + "\n")

    def _said(self) -> str | None:
        return next((said for ask, said in _QUESTIONS if ask.search(self._last)), None)

    def _is_prompt(self, last: str) -> bool:
        return bool(self._script.prompt.search(last))

    def _clean(self, answer: str, line: str) -> str:
        """Without the echo, the pager's questions and the prompt."""
        lines = _plain(answer).split("\n")
        if lines and line.strip() and line.strip() in lines[0]:
            lines = lines[1:]
        if lines and self._is_prompt(lines[-1]):
            lines = lines[:-1]
        if (more := self._script.more) is not None:
            lines = [one for one in lines if not more.search(one)]
        return "\n".join(one.rstrip() for one in lines).strip("\n")
