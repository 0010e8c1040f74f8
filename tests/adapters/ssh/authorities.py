"""Authorities that sign hosts' keys with OpenSSH's own ssh-keygen."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from noc_console.services.hostkeys.model import Authority
from tests.adapters.ssh.peers import Sshd, fingerprint, keygen, sshd


def authority(file: Path, *, hosts: str = "127.*", revoked: str = "", number: int = 1) -> Authority:
    """As the store has it, of a key pair."""
    at = datetime(2026, 1, 1, tzinfo=UTC)
    return Authority(
        id=number,
        name=f"authority {number}",
        hosts=hosts,
        key=" ".join(file.with_name(f"{file.name}.pub").read_text().split()[:2]),
        fingerprint=fingerprint(file.with_name(f"{file.name}.pub")),
        at=at,
        by="mira",
        revoked_at=at if revoked else None,
        reason=revoked,
    )


def certify(ca: Path, key: Path, *how: str) -> Path:
    """Have a host's key signed; its certificate."""
    signed = ["ssh-keygen", "-q", "-s", str(ca), "-I", "box", "-h", *how, f"{key}.pub"]
    subprocess.run(signed, check=True, timeout=20)
    return key.with_name(f"{key.name}-cert.pub")


@contextmanager
def certified(home: Path, ca: Path, *how: str, kind: str = "ed25519") -> Iterator[Sshd]:
    """A server that proves itself with a certificate."""
    if not (home / "host").exists():
        keygen(home / "host", kind)
    made = certify(ca, home / "host", *how)
    with sshd(home, f"HostCertificate {made}") as running:
        yield running
