"""A real PostgreSQL of our own: a fresh cluster in a folder, on a loopback port."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from uuid import uuid4

from sqlalchemy import create_engine, text

ROOTS = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)


def binaries() -> Path | None:
    """Where initdb and postgres are; None when PostgreSQL is not installed."""
    found = shutil.which("initdb")
    return Path(found).parent if found else next(iter(ROOTS), None)


class Server:
    """A running server that can be stopped, killed and frozen, and come back on its port."""

    def __init__(self, folder: Path) -> None:
        place = binaries()
        assert place is not None, "PostgreSQL is not installed"
        self._place = place
        self._folder = folder
        self._data = folder / "data"
        self._settings = ""
        self.url = ""
        """Of its maintenance database."""
        self._become: dict[str, object] = {}
        if os.geteuid() == 0:  # PostgreSQL refuses to run as root
            account = pwd.getpwnam("postgres")
            os.chown(folder, account.pw_uid, account.pw_gid)
            self._become = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}

    @property
    def port(self) -> int:
        return int(self.url.rpartition(":")[2].partition("/")[0])

    def make(self) -> None:
        """Create the cluster and start it on a free port."""
        self._run(
            [
                *(self._place / "initdb", "-D", self._data, "-U", "noc", "--auth=trust"),
                *("-E", "UTF8", "--locale=C", "--no-sync"),
            ],
            check=True,
        )
        for _attempt in range(5):  # another process may take the free port before it does
            port = _free_port()
            self._settings = (
                f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' "
                "-c fsync=off -c shared_buffers=32MB -c max_connections=200"
            )
            if self.start():
                self.url = f"postgresql://noc@127.0.0.1:{port}/postgres"
                return
        log = (self._folder / "log").read_text()[-2000:]
        raise AssertionError(f"PostgreSQL does not start: {log}")

    def start(self) -> bool:
        """Start it (again), and wait until it answers; whether it does."""
        command = [*self._control, "-l", self._folder / "log", "-o", self._settings, "start"]
        return self._run(command) == 0

    def stop(self, mode: str = "immediate") -> None:
        self._run([*self._control, "-m", mode, "stop"])

    def signal(self, number: int) -> None:
        """Send a signal to every process of it at once: SIGKILL, SIGSTOP, SIGCONT."""
        main = int((self._data / "postmaster.pid").read_text().split("\n")[0])
        for pid in (main, *_children(main)):
            with suppress(ProcessLookupError):
                os.kill(pid, number)
        if number == signal.SIGKILL:
            (self._data / "postmaster.pid").unlink(missing_ok=True)

    @property
    def _control(self) -> list[object]:
        return [self._place / "pg_ctl", "-D", self._data, "-w", "-t", "90"]

    def _run(self, command: Sequence[object], *, check: bool = False) -> int:
        done = subprocess.run(
            [str(word) for word in command],
            check=check,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=self._folder,
            **self._become,  # type: ignore[call-overload]
        )
        return int(done.returncode)


@contextmanager
def server(folder: Path) -> Iterator[Server]:
    """A server of its own in `folder`, for who wants to do things to it."""
    folder.mkdir(parents=True, exist_ok=True)
    made = Server(folder)
    made.make()
    try:
        yield made
    finally:
        with suppress(OSError):
            made.signal(signal.SIGCONT)
        made.stop()


@contextmanager
def cluster(folder: Path) -> Iterator[str]:
    """Start a server in `folder`; the value is the URL of its maintenance database."""
    with server(folder) as made:
        yield made.url


def _children(pid: int) -> list[int]:
    """Processes started by `pid`; PostgreSQL's have no children of their own."""
    found = []
    for entry in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            after_name = entry.read_text().rpartition(")")[2].split()
            if int(after_name[1]) == pid:
                found.append(int(entry.parent.name))
    return found


def new_database(maintenance_url: str) -> str:
    """An empty database of the cluster; the value is its URL."""
    name = f"noc_{uuid4().hex}"
    engine = create_engine(
        maintenance_url.replace("postgresql://", "postgresql+psycopg://"),
        isolation_level="AUTOCOMMIT",
    )
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine.dispose()
    return maintenance_url.rpartition("/")[0] + f"/{name}"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
