"""asyncssh's errors as ours. Nothing of asyncssh leaves this folder."""

from __future__ import annotations

import asyncssh

from noc_console.kernel.errors import AuthRejected, NocError, Unreachable
from noc_console.kernel.text import visible

_LONGEST = 200


def translated(peer: str, error: BaseException, *, doing: str = "") -> NocError:
    """What an operator is told; an error of ours stays what it is."""
    if isinstance(error, NocError):
        return error
    what = f" while {doing}" if doing else ""
    if isinstance(error, asyncssh.PermissionDenied):
        return AuthRejected(f"{peer} refused the login", peer=peer)
    if isinstance(error, TimeoutError):
        return Unreachable(f"{peer} does not answer on SSH{what}", peer=peer, reason="timeout")
    if isinstance(error, ConnectionRefusedError):
        return Unreachable(f"{peer} refuses SSH", peer=peer, reason="refused")
    if isinstance(error, asyncssh.ChannelOpenError):
        told = visible(error.reason, limit=_LONGEST)
        return Unreachable(f"{peer} did not open the way{what}: {told}", peer=peer, reason="closed")
    if isinstance(error, asyncssh.DisconnectError):
        told = visible(error.reason, limit=_LONGEST)
        return Unreachable(f"{peer} hung up{what}: {told}", peer=peer, reason="closed")
    told = visible(str(error), limit=_LONGEST) or type(error).__name__
    return Unreachable(f"{peer}: {told}", peer=peer, reason="malformed")
