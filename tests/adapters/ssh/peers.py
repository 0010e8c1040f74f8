"""Real OpenSSH servers and agents on loopback, with settings of their own, and scripted keepers."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from noc_console.kernel.secret import Secret
from noc_console.services.credentials.model import SshLogin
from noc_console.services.hostkeys.model import Authority, HostKey
from noc_console.services.terminal.connecting import Prompt
from noc_console.services.ways.model import Door, Hop, Stop
from tests.adapters.probes.peers import _accepts, _wait, free_tcp_port

USER = os.environ.get("USER") or __import__("getpass").getuser()


def program(name: str) -> str:
    found = shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/lib/openssh")
    if found is None:
        pytest.skip(f"{name} is not installed")
    return found


def keygen(file: Path, kind: str = "ed25519", *more: str, passphrase: str = "") -> Path:
    """A new key pair; the file of the private one."""
    file.parent.mkdir(exist_ok=True, parents=True)
    made = ["ssh-keygen", "-q", "-t", kind, "-N", passphrase, "-f", str(file), *more]
    subprocess.run(made, check=True, timeout=30)
    return file


@dataclass(frozen=True)
class Sshd:
    """A running server: users log in with the key of `home / "id"`."""

    home: Path
    port: int
    process: subprocess.Popen[bytes]

    @property
    def hop(self) -> Hop:
        return Hop("127.0.0.1", self.port, USER)

    @property
    def door(self) -> Door:
        """As a program knows it that comes straight."""
        return Door("127.0.0.1", self.port, (self.pinned(),))

    @property
    def stop(self) -> Stop:
        """As a jump host on a program's way."""
        return Stop(Hop("127.0.0.1", self.port), (self.pinned(),), (self.login,))

    @property
    def login(self) -> SshLogin:
        return key_login(self.home / "id")

    @property
    def accepted(self) -> int:
        """How many logged in so far."""
        return (self.home / f"log-{self.port}").read_text().count("Accepted publickey")

    def pinned(self, name: str = "host") -> HostKey:
        key = " ".join((self.home / f"{name}.pub").read_text().split()[:2])
        return HostKey("127.0.0.1", self.port, key, fingerprint(self.home / f"{name}.pub"))


def fingerprint(public: Path) -> str:
    told = subprocess.run(
        ["ssh-keygen", "-lf", str(public)], check=True, capture_output=True, text=True, timeout=20
    )
    return told.stdout.split()[1]


def key_login(file: Path, *, passphrase: str = "", certificate: str = "") -> SshLogin:
    return SshLogin(
        1,
        file.name,
        USER,
        key=Secret(file.read_text()),
        passphrase=Secret(passphrase),
        certificate=certificate,
    )


@contextmanager
def sshd(
    home: Path, *options: str, keys: Sequence[str] = ("host",), port: int = 0
) -> Iterator[Sshd]:
    """OpenSSH's server for the user who runs the tests; `options` as in sshd_config."""
    server = program("sshd")
    for name in keys:
        if not (home / name).exists():
            keygen(home / name)
    if not (home / "id").exists():
        keygen(home / "id")
    (home / "authorized").write_bytes((home / "id.pub").read_bytes())
    if os.geteuid() == 0:
        Path("/run/sshd").mkdir(exist_ok=True, mode=0o755)
    port = port or free_tcp_port()
    given = [
        f"ListenAddress 127.0.0.1:{port}",
        *(f"HostKey {home / name}" for name in keys),
        f"AuthorizedKeysFile {home / 'authorized'}",
        f"PidFile {home / f'pid-{port}'}",
        "StrictModes no",
        "UsePAM no",
        "PrintMotd no",
        "PrintLastLog no",
        "PermitRootLogin yes",
        "Subsystem sftp internal-sftp",
        # The login shell reads no profile of whoever runs the tests: it may take long, or hang.
        f"SetEnv HOME={home}",
        *options,
    ]
    settings = home / f"sshd-{port}.conf"
    settings.write_text("\n".join(given) + "\n")
    log = home / f"log-{port}"
    with log.open("wb") as told:
        running = subprocess.Popen([server, "-D", "-e", "-f", str(settings)], stderr=told)
    try:
        _wait(lambda: _accepts(port), running, log=log)
        yield Sshd(home, port, running)
    finally:
        running.terminate()
        running.wait(10)


def children(parent: int) -> list[int]:
    """The processes that a process started: sshd has one for each connection."""
    told = subprocess.run(["pgrep", "-P", str(parent)], capture_output=True, text=True)
    return [int(each) for each in told.stdout.split()]


@contextmanager
def agent(home: Path, *keys: Path) -> Iterator[str]:
    """OpenSSH's agent with these keys; the path of its socket."""
    socket = home / "agent"
    running = subprocess.Popen(
        [program("ssh-agent"), "-D", "-a", str(socket)], stdout=subprocess.DEVNULL
    )
    try:
        _wait(socket.exists, running)
        for key in keys:
            subprocess.run(
                ["ssh-add", "-q", str(key)],
                check=True,
                timeout=20,
                env={**os.environ, "SSH_AUTH_SOCK": str(socket)},
            )
        yield str(socket)
    finally:
        running.terminate()
        running.wait(10)


@dataclass
class Script:
    """A keeper that answers as a test says, and remembers what it was asked."""

    keys: list[HostKey] = field(default_factory=list)
    given: Sequence[SshLogin] = ()
    trusts: bool = False
    is_old: bool = False
    answer: Callable[[Sequence[Prompt]], Sequence[str] | None] = lambda _prompts: None
    signers: Sequence[Authority] = ()
    held: list[str] = field(default_factory=list)
    """What was wrong with certificates of the keys that were shown."""
    shown: list[HostKey] = field(default_factory=list)
    asked: list[tuple[str, ...]] = field(default_factory=list)
    heard: list[str] = field(default_factory=list)

    async def pinned(self, hop: Hop) -> tuple[HostKey, ...]:
        return tuple(key for key in self.keys if (key.host, key.port) == (hop.host, hop.port))

    async def authorities(self, hop: Hop) -> Sequence[Authority]:
        return self.signers

    async def admit(self, shown: HostKey, *, against: str = "") -> bool:
        self.shown.append(shown)
        self.held.append(against)
        if self.trusts:
            self.keys.append(shown)
        return self.trusts

    async def logins(self, hop: Hop) -> Sequence[SshLogin]:
        return self.given

    async def answers(
        self, title: str, text: str, prompts: Sequence[Prompt]
    ) -> tuple[Secret, ...] | None:
        self.asked.append(tuple(prompt.text for prompt in prompts))
        said = self.answer(prompts)
        return None if said is None else tuple(map(Secret, said))

    async def may_be_old(self, hop: Hop) -> bool:
        return self.is_old

    def told(self, text: str) -> None:
        self.heard.append(text)
