"""The real snmpd of net-snmp on a loopback port, as the peer our own reader must agree with.

    with snmpd(tmp_path) as agent:
        reader.get(agent.target(), [...])

Tests that need it skip with a reason where it is not installed.
"""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from noc_console.kernel.secret import Secret
from noc_console.services.credentials.model import CredentialKind, SnmpCredential, SnmpTarget
from noc_console.wire import snmp

AUTH_PASS = "lab-auth-pass"
PRIV_PASS = "lab-priv-pass"

AUTH = {"MD5": "MD5", "SHA1": "SHA", "SHA224": "SHA-224", "SHA256": "SHA-256"}
AUTH |= {"SHA384": "SHA-384", "SHA512": "SHA-512"}
PRIV = {"DES": "DES", "AES128": "AES", "AES192": "AES-192", "AES256": "AES-256"}
PRIV |= {"AES192C": "AES-192-C", "AES256C": "AES-256-C"}


def user_name(auth: str, priv: str) -> str:
    """The user snmpd has for a pair of protocols ("NONE" for none)."""
    return f"{auth}-{priv}".lower()


def free_udp_port(address: str = "127.0.0.1") -> int:
    """A port of the loopback nobody used a moment ago."""
    with socket.socket(_family(address), socket.SOCK_DGRAM) as sock:
        sock.bind((address, 0))
        return int(sock.getsockname()[1])


def _family(address: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in address else socket.AF_INET


@dataclass
class Agent:
    """A running snmpd: where it listens, and targets that fit it."""

    port: int
    home: Path
    process: subprocess.Popen[bytes] = field(repr=False)
    address: str = "127.0.0.1"

    def target(self, kind: CredentialKind = CredentialKind.SNMP_V2C, **changes) -> SnmpTarget:
        """v1 or v2c with the community it accepts; `changes` go into the target."""
        credential = SnmpCredential(kind=kind, community=Secret("public"))
        return self._target(credential, changes)

    def target_v3(self, auth: str = "SHA256", priv: str = "AES128", **changes) -> SnmpTarget:
        """The user with these protocols (names of `wire.usm`)."""
        credential = SnmpCredential(
            kind=CredentialKind.SNMP_V3,
            user=user_name(auth, priv),
            auth_protocol=auth,
            auth_secret=Secret(AUTH_PASS),
            priv_protocol=priv,
            priv_secret=Secret(PRIV_PASS),
        )
        return self._target(credential, changes)

    def _target(self, credential: SnmpCredential, changes) -> SnmpTarget:
        values = {"address": self.address, "port": self.port, "credential": credential}
        return SnmpTarget(**(values | {"timeout_s": 2.0, "retries": 2} | changes))

    def stop(self) -> None:
        """End it as a crash would."""
        self.process.kill()
        self.process.wait()


def _configuration(auth_and_priv: list[tuple[str, str]], extra: str) -> str:
    lines = [
        "rocommunity public 127.0.0.1",
        "rocommunity6 public ::1",
        "sysDescr NOC Console test agent",
        "sysName lab-snmpd",
        "sysLocation Test bench",
    ]
    for auth, priv in auth_and_priv:
        name = user_name(auth, priv)
        keys = "" if auth == "NONE" else f' {AUTH[auth]} "{AUTH_PASS}"'
        keys += "" if priv == "NONE" else f' {PRIV[priv]} "{PRIV_PASS}"'
        level = "noauth" if auth == "NONE" else "auth" if priv == "NONE" else "priv"
        lines += [f"createUser {name}{keys}", f"rouser {name} {level}"]
    return "\n".join([*lines, extra, ""])


WRITER = f"""rwcommunity private 127.0.0.1
createUser writer SHA-256 "{AUTH_PASS}" AES "{PRIV_PASS}"
rwuser writer priv
"""
"""`extra` for an agent that may be written to: by a community and by a v3 user."""

DEFAULT_USERS = [("SHA256", "AES128"), ("SHA1", "NONE"), ("NONE", "NONE")]


@contextmanager
def snmpd(
    home: Path,
    *,
    users: list[tuple[str, str]] | None = None,
    extra: str = "",
    port: int | None = None,
    engine_id: str = "",
    address: str = "127.0.0.1",
) -> Iterator[Agent]:
    """Start snmpd with its state in `home` and wait until it answers.

    `address` may be "::1"; skips where there is no IPv6.
    `extra` are further lines of snmpd.conf; `engine_id` is the text its engine id is made of.
    The same `home` again means the same engine, one boot later.
    """
    program = shutil.which("snmpd") or shutil.which("snmpd", path="/usr/sbin:/sbin")
    if program is None:
        pytest.skip("snmpd is not installed")
    try:
        port = port or free_udp_port(address)
    except OSError as error:
        pytest.skip(f"{address} cannot be bound: {error}")
    listens = f"udp6:[{address}]:{port}" if ":" in address else f"udp:{address}:{port}"
    home.mkdir(parents=True, exist_ok=True)
    configuration = home / "agent.conf"
    if engine_id:
        extra += f"\nengineID {engine_id}"
    configuration.write_text(_configuration(users or DEFAULT_USERS, extra))
    environment = {
        "SNMP_PERSISTENT_DIR": str(home / "state"),
        "SNMPCONFPATH": str(home / "none"),
        "MIBS": "",
        "PATH": "/usr/bin:/bin",
    }
    with (home / "log").open("wb") as log:
        process = subprocess.Popen(
            [
                program,
                "-f",
                "-Lo",
                "-C",
                "-c",
                str(configuration),
                "-I",
                "-smux",
                listens,
            ],
            stdout=log,
            stderr=log,
            env=environment,
        )
    try:
        _wait_until_it_answers(process, (address, port), home / "log")
        yield Agent(port, home, process, address)
    finally:
        process.terminate()
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_until_it_answers(
    process: subprocess.Popen[bytes], where: tuple[str, int], log: Path
) -> None:
    question = snmp.encode_message(
        1, b"public", snmp.Pdu(snmp.GETNEXT, 1, varbinds=[(b"\x2b\x06", 5, b"")])
    )
    give_up = time.monotonic() + 20
    with socket.socket(_family(where[0]), socket.SOCK_DGRAM) as sock:
        sock.settimeout(0.1)
        sock.connect(where)
        while time.monotonic() < give_up and process.poll() is None:
            try:
                sock.send(question)
                sock.recv(2048)
                return
            except OSError:
                time.sleep(0.02)
    pytest.fail(f"snmpd does not answer: {log.read_text(errors='replace')[-2000:]}")
