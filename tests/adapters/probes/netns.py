"""A network of our own: a namespace with a TUN device behind which this process plays the hosts.

The thread enters the namespace only to open sockets there and comes back; the sockets stay.
Skips where the system does not allow it.
"""

from __future__ import annotations

import ctypes
import fcntl
import os
import socket
import struct
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from noc_console.wire import icmp

CLONE_NEWNET = 0x40000000
TUNSETIFF, IFF_TUN, IFF_NO_PI = 0x400454CA, 0x0001, 0x1000
SIOCSIFADDR, SIOCSIFNETMASK, SIOCSIFFLAGS = 0x8916, 0x891C, 0x8914
IFF_UP = 0x1

Answer = Callable[[bytes], list[bytes]]


@contextmanager
def inside() -> Iterator[None]:
    """Within the block this thread is in a network namespace that has only a loopback."""
    libc = ctypes.CDLL(None, use_errno=True)
    home = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
    try:
        if not hasattr(libc, "unshare") or libc.unshare(CLONE_NEWNET) != 0:
            pytest.skip(f"no network namespace: {os.strerror(ctypes.get_errno())}")
        try:
            _up(b"lo")
            yield
        finally:
            if libc.setns(home, CLONE_NEWNET) != 0:
                raise OSError(ctypes.get_errno(), "cannot leave the network namespace")
    finally:
        os.close(home)


def tunnel() -> int:
    """A TUN device at 10.99.0.1/16 in the namespace we are in; its file."""
    try:
        tun = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    except OSError as error:
        pytest.skip(f"no TUN device: {error}")
    fcntl.ioctl(tun, TUNSETIFF, struct.pack("16sH22x", b"probe0", IFF_TUN | IFF_NO_PI))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        for request, address in ((SIOCSIFADDR, "10.99.0.1"), (SIOCSIFNETMASK, "255.255.0.0")):
            where = struct.pack("=H2x4s8x", socket.AF_INET, socket.inet_aton(address))
            fcntl.ioctl(sock, request, struct.pack("16s16s", b"probe0", where))
    _up(b"probe0")
    return tun


def allow_pings() -> None:
    """Let everybody in the namespace we are in open unprivileged ping sockets."""
    Path("/proc/sys/net/ipv4/ping_group_range").write_text("0 2147483647")


def echoed(packet: bytes, *, source: str = "", keep: bool = True) -> bytes:
    """The answer of a host to an IPv4 echo request; `source` pretends to be another host."""
    head = (packet[0] & 0xF) * 4
    _, _, _, ident, sequence = struct.unpack_from("!BBHHH", packet, head)
    payload = packet[head + 8 :] if keep else b"\0" * (len(packet) - head - 8)
    plain = struct.pack("!BBHHH", 0, 0, 0, ident, sequence) + payload
    message = plain[:2] + struct.pack("!H", icmp.checksum(plain)) + plain[4:]
    return wrapped(message, source=socket.inet_aton(source) if source else packet[16:20],
                   target=packet[12:16])  # fmt: skip


def refused(packet: bytes, code: int = 1) -> bytes:
    """A router's word that the host cannot be reached."""
    plain = struct.pack("!BBHI", 3, code, 0, 0) + packet[: (packet[0] & 0xF) * 4 + 8]
    message = plain[:2] + struct.pack("!H", icmp.checksum(plain)) + plain[4:]
    return wrapped(message, source=socket.inet_aton("10.99.0.254"), target=packet[12:16])


def wrapped(message: bytes, *, source: bytes, target: bytes) -> bytes:
    plain = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(message), 0, 0, 64, 1, 0, source, target)
    return plain[:10] + struct.pack("!H", icmp.checksum(plain)) + plain[12:] + message


def _up(name: bytes) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        fcntl.ioctl(sock, SIOCSIFFLAGS, struct.pack("16sH14x", name, IFF_UP))
