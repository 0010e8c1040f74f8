"""A real PostgreSQL of our own: a fresh cluster in a folder, on a loopback port."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from sqlalchemy import create_engine, text

ROOTS = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)


def binaries() -> Path | None:
    """Where initdb and postgres are; None when PostgreSQL is not installed."""
    found = shutil.which("initdb")
    return Path(found).parent if found else next(iter(ROOTS), None)


@contextmanager
def cluster(folder: Path) -> Iterator[str]:
    """Start a server in `folder`; the value is the URL of its maintenance database."""
    place = binaries()
    assert place is not None, "PostgreSQL is not installed"
    folder.mkdir(parents=True, exist_ok=True)
    become: dict[str, object] = {}
    if os.geteuid() == 0:  # PostgreSQL refuses to run as root
        account = pwd.getpwnam("postgres")
        os.chown(folder, account.pw_uid, account.pw_gid)
        become = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
    data = folder / "data"
    subprocess.run(
        [
            *(place / "initdb", "-D", data, "-U", "noc", "--auth=trust"),
            *("-E", "UTF8", "--locale=C", "--no-sync"),
        ],
        check=True,
        capture_output=True,
        cwd=folder,
        **become,  # type: ignore[call-overload]
    )
    command = [place / "pg_ctl", "-D", data, "-w", "-t", "90", "-l", folder / "log"]
    for _attempt in range(5):  # another process may take the free port before PostgreSQL does
        port = _free_port()
        settings = (
            f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' "
            "-c fsync=off -c shared_buffers=32MB -c max_connections=200"
        )
        started = subprocess.run(
            [*command, "-o", settings, "start"],
            check=False,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=folder,
            **become,  # type: ignore[call-overload]
        )
        if started.returncode == 0:
            break
    else:
        raise AssertionError(f"PostgreSQL does not start: {(folder / 'log').read_text()[-2000:]}")
    try:
        yield f"postgresql://noc@127.0.0.1:{port}/postgres"
    finally:
        subprocess.run(
            [*command, "-m", "immediate", "stop"],
            check=False,
            capture_output=True,
            cwd=folder,
            **become,  # type: ignore[call-overload]
        )


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
