"""Under which address this machine is met: what devices are told to send to."""

from __future__ import annotations

import socket

OUTSIDE = ("192.0.2.1", 9)
"""TEST-NET-1: nothing is sent there, the system only chooses the way."""


def own_address(listen: str) -> str:
    """The address a collector listens on, or the one this machine leaves by."""
    if listen not in ("", "0.0.0.0", "::"):
        return listen
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        try:
            sock.connect(OUTSIDE)
            return str(sock.getsockname()[0])
        except OSError:  # no way out: the operator knows better
            return "COLLECTOR-ADDRESS"
