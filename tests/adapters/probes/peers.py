"""Real servers on loopback that probes are pointed at: sshd and FreeRADIUS with own settings."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

SECRET = "lab-radius-secret"


def free_tcp_port() -> int:
    with closing(socket.socket()) as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


def free_udp_port() -> int:
    with closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


@contextmanager
def sshd(home: Path) -> Iterator[int]:
    """OpenSSH's server on a free port; nobody can log in."""
    program = shutil.which("sshd", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if program is None:
        pytest.skip("sshd is not installed")
    key = home / "host"
    subprocess.run(
        ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(key)], check=True, timeout=20
    )
    Path("/run/sshd").mkdir(exist_ok=True, mode=0o755)
    port = free_tcp_port()
    options = [
        f"ListenAddress=127.0.0.1:{port}",
        f"HostKey={key}",
        f"PidFile={home / 'pid'}",
        "PasswordAuthentication=no",
    ]
    given = [part for option in options for part in ("-o", option)]
    running = subprocess.Popen(
        [program, "-D", "-e", "-f", "/dev/null", *given], stderr=subprocess.DEVNULL
    )
    try:
        _wait(lambda: _accepts(port), running)
        yield port
    finally:
        running.terminate()
        running.wait(10)


_RADIUSD = """
name = lab
prefix = {home}
logdir = {home}
run_dir = {home}
raddbdir = {home}
pidfile = {home}/pid
max_request_time = 5
max_requests = 256
hostname_lookups = no
log {{
  destination = files
  file = {home}/log
}}
security {{
  reject_delay = {delay}
  status_server = yes
  {extra}
}}
proxy_requests = no
thread pool {{
  start_servers = 1
  max_servers = 4
  min_spare_servers = 1
  max_spare_servers = 2
}}
modules {{
  pap {{
  }}
  always handled {{
    rcode = handled
  }}
}}
client loop {{
  ipaddr = 127.0.0.1
  secret = {secret}
  require_message_authenticator = {require}
}}
server lab {{
  listen {{
    type = auth
    ipaddr = 127.0.0.1
    port = {port}
  }}
  authorize {{
    if (&User-Name == "noc-probe") {{
      update control {{
        &Cleartext-Password := "right"
      }}
      {signed}
    }}
    elsif (&User-Name == "noc-probe-quiet") {{
      update control {{
        &Response-Packet-Type := Do-Not-Respond
      }}
      handled
    }}
    pap
  }}
  authenticate {{
    Auth-Type PAP {{
      pap
    }}
  }}
}}
"""


@contextmanager
def freeradius(
    home: Path, *, signs: bool = True, requires: bool = False, secret: str = SECRET
) -> Iterator[int]:
    """FreeRADIUS on a free port: the user `noc-probe` has the password `right`.

    `signs`: its answers carry a Message-Authenticator. `requires`: so must the questions.
    """
    program = shutil.which("freeradius", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if program is None:
        pytest.skip("freeradius is not installed")
    port = free_udp_port()
    signed = (
        "update reply { &Message-Authenticator := 0x00 }"
        if signs
        else "# answers leave unsigned, as Debian 12's do by themselves"
    )
    (home / "radiusd.conf").write_text(
        _RADIUSD.format(
            home=home,
            port=port,
            secret=secret,
            delay=0,
            extra="",
            require="yes" if requires else "no",
            signed=signed,
        )
    )
    running = subprocess.Popen(
        [program, "-f", "-d", str(home), "-n", "radiusd"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "MALLOC_ARENA_MAX": "2"},
    )
    try:
        _wait(lambda: "Ready to process" in _text(home / "log"), running, log=home / "log")
        yield port
    finally:
        running.send_signal(signal.SIGTERM)
        try:
            running.wait(5)
        except subprocess.TimeoutExpired:
            running.kill()
            running.wait()


def _text(file: Path) -> str:
    return file.read_text(errors="replace") if file.exists() else ""


def _accepts(port: int) -> bool:
    with closing(socket.socket()) as sock:
        sock.settimeout(0.2)
        return sock.connect_ex(("127.0.0.1", port)) == 0


def _comes_up(ready, running: subprocess.Popen) -> bool:
    for _ in range(200):
        if running.poll() is not None:
            return False
        if ready():
            return True
        time.sleep(0.05)
    return False


def _wait(ready, running: subprocess.Popen, *, log: Path | None = None) -> None:
    if _comes_up(ready, running):
        return
    pytest.fail(f"{running.args[0]} did not start: {_text(log)[-2000:] if log else ''}")


@contextmanager
def dnsmasq(home: Path) -> Iterator[int]:
    """A name server on a free port: a zone `lab.test` of its own, and nothing else."""
    program = shutil.which("dnsmasq", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if program is None:
        pytest.skip("dnsmasq is not installed")
    texts = ",".join(f'"{"x" * 200}"' for _ in range(8))
    settings = [
        "--no-daemon",
        "--conf-file=/dev/null",
        "--no-resolv",
        "--no-hosts",
        "--bind-interfaces",
        "--user=root",
        f"--pid-file={home / 'dnsmasq.pid'}",
        "--listen-address=127.0.0.1",
        "--auth-server=ns.lab.test,lo",
        "--auth-zone=lab.test",
        "--auth-soa=2026112101,hostmaster.lab.test",
        "--host-record=www.lab.test,192.0.2.80",
        f"--txt-record=long.lab.test,{texts.replace(chr(34), '')}",
    ]
    for _ in range(5):  # a port that is free by UDP may be somebody's by TCP
        port = free_udp_port()
        running = subprocess.Popen(
            [program, *settings, f"--port={port}"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        if _comes_up(lambda port=port: _accepts(port), running):
            break
    try:
        _wait(lambda: _accepts(port), running)
        yield port
    finally:
        running.terminate()
        running.wait(10)
