"""Command lines of devices over SSH (asyncssh): one command asked, its answer read, and away.

The host key is checked before the password is sent. Answers are bounded in size and time;
the pager is answered, the echo and the prompt are taken off.
"""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import asyncssh

from noc_console.kernel.errors import AuthRejected, Refused, Unreachable
from noc_console.kernel.secret import Secret
from noc_console.kernel.text import visible
from noc_console.services.configs.model import Login, Script
from noc_console.services.hostkeys.model import HostKey

CONNECT_S = 10.0
QUIET_S = 20.0
"""Longest silence within an answer: a large router thinks before it prints."""
WHOLE_S = 180.0
LARGEST = 16 << 20
"""Characters of an answer."""
_PASSWORD = re.compile(r"(?i)pass(?:word|phrase|code)[^:\n]{0,60}: ?$")
_CONTROL = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b[=>78]|[\x00\x07\x0b\x0c]")


class SshCommandLine:
    """Speaks SSH to devices, old ones too."""

    async def host_key(self, host: str, port: int) -> HostKey:
        """The key the device shows, the strongest kind it has."""
        # Whoever reads no configuration need not wait for the library.
        import asyncssh

        try:
            async with asyncio.timeout(CONNECT_S):
                key = await asyncssh.get_server_host_key(host, port)
        except (OSError, asyncssh.Error, TimeoutError) as error:
            raise _unreachable(host, error) from error
        if key is None:
            raise Unreachable(f"{host} shows no key", peer=host, reason="malformed")
        text = key.export_public_key("openssh").decode().split()
        return HostKey(host, port, " ".join(text[:2]), key.get_fingerprint())

    async def run(self, login: Login, script: Script, key: HostKey) -> str:
        """See `services.configs.ports.CommandLine`."""
        # For the same reason as in `host_key`.
        import asyncssh

        trusted = asyncssh.import_public_key(key.key)
        keys = _client_keys(login)
        try:
            async with (
                asyncio.timeout(WHOLE_S),
                asyncssh.connect(
                    login.host,
                    login.port,
                    username=login.user,
                    password=login.password.reveal() or None,
                    known_hosts=([trusted], [], []),
                    client_keys=keys,
                    agent_path=None,
                    config=None,
                    preferred_auth="publickey,password,keyboard-interactive",
                    connect_timeout=CONNECT_S,
                    login_timeout=CONNECT_S,
                    kex_algs="+diffie-hellman-group14-sha1",
                    server_host_key_algs=_algorithms(trusted.get_algorithm()),
                ) as connection,
                connection.create_process(
                    term_type="vt100", term_size=(511, 24), encoding="utf-8", errors="replace"
                ) as process,
            ):
                talk = _Talk(login.host, process, script)
                await talk.answer()
                if script.enable and talk.prompt.endswith(">"):
                    await talk.rise(login.enable or login.password)
                for line in script.paging:
                    await talk.ask(line)
                return talk.clean(await talk.ask(script.command), script.command)
        except asyncssh.PermissionDenied as error:
            raise AuthRejected(
                f"{login.host} refused the login {login.user}", peer=login.host
            ) from error
        except asyncssh.HostKeyNotVerifiable as error:
            raise Unreachable(
                f"{login.host} proves itself with another key than the one it is known by",
                peer=login.host,
                reason="host-key",
            ) from error
        except (OSError, asyncssh.Error, TimeoutError) as error:
            raise _unreachable(login.host, error) from error


def _client_keys(login: Login) -> list[object] | None:
    """The login's private key with its certificate; None: there is none. Refused says why a key
    cannot be used, and nothing of what is in it."""
    # For the same reason as in `host_key`.
    import asyncssh

    if not login.key:
        return None
    try:
        key = asyncssh.import_private_key(login.key.reveal(), login.passphrase.reveal() or None)
        if not login.certificate:
            return [key]
        return [(key, asyncssh.import_certificate(login.certificate)), key]
    except asyncssh.KeyEncryptionError:
        raise Refused(f"the pass phrase of the key of {login.user} is another one") from None
    except (asyncssh.KeyImportError, ValueError):
        raise Refused(f"the private key of {login.user} cannot be read") from None


def _algorithms(kind: str) -> list[str]:
    """How a key of a kind may sign; RSA keys in three ways, the oldest for old devices."""
    return ["rsa-sha2-512", "rsa-sha2-256", "ssh-rsa"] if kind == "ssh-rsa" else [kind]


class _Talk:
    """Prompt, command, answer."""

    def __init__(self, host: str, process: asyncssh.SSHClientProcess[str], script: Script) -> None:
        self._host, self._process, self._script = host, process, script
        self._is_low = False
        self.prompt = ""
        """The line that waited for a command last."""

    async def rise(self, secret: Secret) -> None:
        """Ask for the right to see what is set up; the device asks for its password."""
        self._process.stdin.write(self._script.enable + "\n")
        told = await self.answer(or_asked=True)
        if _PASSWORD.search(_plain(told[-200:])):
            self._process.stdin.write(secret.reveal() + "\n")
            told = await self.answer(or_asked=True)
        if _PASSWORD.search(_plain(told[-200:])):
            raise AuthRejected(f"{self._host} refused the enable password", peer=self._host)
        # Without more rights many a device shows its configuration all the same: asking tells.
        self._is_low = self.prompt.endswith(">")

    async def ask(self, command: str) -> str:
        self._process.stdin.write(command + "\n")
        return await self.answer()

    async def answer(self, *, or_asked: bool = False) -> str:
        """What is printed until the prompt (or a password is asked); the pager gets its blank."""
        parts: list[str] = []
        size = 0
        while True:
            async with asyncio.timeout(QUIET_S):
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
            last = _plain("".join(parts[-3:])[-2_000:]).rpartition("\n")[2]
            if self._script.prompt.search(last):
                self.prompt = last.strip()
                return "".join(parts)
            if or_asked and _PASSWORD.search(last):
                return "".join(parts)
            if self._script.more is not None and self._script.more.search(last):
                self._process.stdin.write(" ")
                parts.append("\n")

    def clean(self, answer: str, command: str) -> str:
        """The answer without the echo, the pager's questions and the prompt."""
        lines = _plain(answer).split("\n")
        more, error = self._script.more, self._script.error
        if lines and command.strip() in lines[0]:
            lines = lines[1:]
        if lines and self._script.prompt.search(lines[-1]):
            lines = lines[:-1]
        if more is not None:
            lines = [line for line in lines if not more.search(line)]
        if error is not None and (bad := next((x for x in lines[:3] if error.search(x)), None)):
            if self._is_low:
                raise AuthRejected(f"{self._host} refused the enable password", peer=self._host)
            raise Refused(f"{self._host} refused “{command}”: {visible(bad.strip(), limit=200)}")
        return "\n".join(line.rstrip() for line in lines).strip("\n") + "\n"


def _plain(text: str) -> str:
    """Without terminal commands; a line written over is what it was last."""
    text = _CONTROL.sub("", text).replace("\r\n", "\n").replace("\r\r\n", "\n")
    lines = []
    for line in text.split("\n"):
        last = line.rstrip("\r").rpartition("\r")[2]
        lines.append(_backspaced(last))
    return "\n".join(lines)


def _backspaced(line: str) -> str:
    if "\b" not in line:
        return line
    kept: list[str] = []
    for character in line:
        if character == "\b":
            if kept:
                kept.pop()
        else:
            kept.append(character)
    return "".join(kept)


def _unreachable(host: str, error: BaseException) -> Unreachable:
    if isinstance(error, Unreachable):
        return error
    if isinstance(error, TimeoutError):
        return Unreachable(f"{host} does not answer on SSH", peer=host, reason="timeout")
    if isinstance(error, ConnectionRefusedError):
        return Unreachable(f"{host} refuses SSH", peer=host, reason="refused")
    told = visible(str(error), limit=200)
    return Unreachable(f"{host}: {told}", peer=host, reason="malformed")
