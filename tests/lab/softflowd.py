"""A real exporter: Debian's softflowd, which reads a capture and exports what it saw."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.lab import flow_packets as made

CLIENTS = 40


def captured(folder: Path) -> Path:
    """Packets of known sizes: TCP and UDP over IPv4, UDP over IPv6, both directions."""
    frames = []
    for client in range(CLIENTS):
        source = f"10.1.0.{client + 1}"
        for size in (100, 700, 1_000 + client):
            there = made.ipv4(
                source, "203.0.113.9", made.tcp(40_000 + client, 443, bytes(size)), protocol=6
            )
            back = made.ipv4(
                "203.0.113.9", source, made.tcp(443, 40_000 + client, bytes(20)), protocol=6
            )
            frames += [made.ethernet(there, kind=0x0800), made.ethernet(back, kind=0x0800)]
        dns = made.ipv4(source, "192.0.2.53", made.udp(50_000 + client, 53, bytes(40)), tos=0xB8)
        frames.append(made.ethernet(dns, kind=0x0800))
        six = made.ipv6(f"2001:db8:1::{client + 1:x}", "2001:db8::53", made.udp(50_000, 53, b"6"))
        frames.append(made.ethernet(six, kind=0x86DD))
    file = folder / "known.pcap"
    file.write_bytes(made.pcap([(1_772_323_200 + n * 0.001, f) for n, f in enumerate(frames)]))
    return file


def truth(*, with_ipv6: bool) -> dict[tuple[str, str, int], tuple[int, int]]:
    """Octets (of IP packets) and packets by source, destination and service port."""
    found: dict[tuple[str, str, int], tuple[int, int]] = {}
    for client in range(CLIENTS):
        source = f"10.1.0.{client + 1}"
        found[source, "203.0.113.9", 443] = (100 + 700 + 1_000 + client + 3 * 40, 3)
        found["203.0.113.9", source, 443] = (3 * 60, 3)
        found[source, "192.0.2.53", 53] = (68, 1)
        if with_ipv6:
            found[f"2001:db8:1::{client + 1:x}", "2001:db8::53", 53] = (49, 1)
    return found


def export(capture: Path, *, version: int, port: int, more: tuple[str, ...] = ()) -> None:
    """Run softflowd over a capture until all is sent; skips where there is none."""
    program = shutil.which("softflowd") or shutil.which("softflowd", path="/usr/sbin")
    if program is None:
        pytest.skip("softflowd is not installed")
    folder = capture.parent
    subprocess.run(
        [
            *(program, "-d", "-r", str(capture), "-n", f"127.0.0.1:{port}", "-v", str(version)),
            *("-p", str(folder / "pid"), "-c", "none", "-T", "full", *more),
        ],
        check=True,
        capture_output=True,
        timeout=20,
    )
