"""asyncssh's errors, and those of the system below it, as ours. Nothing of asyncssh leaves this
folder."""

from __future__ import annotations

import errno
import re
import socket

import asyncssh

from noc_console.kernel.errors import AuthRejected, NocError, Unreachable
from noc_console.kernel.text import visible

_LONGEST = 200
_CUT = (ConnectionResetError, ConnectionAbortedError, BrokenPipeError)


def _numbers(*names: str) -> frozenset[int]:
    """Errors of the system by name; Windows has its own beside those of POSIX."""
    both = (getattr(errno, prefix + name, None) for name in names for prefix in ("E", "WSAE"))
    return frozenset(each for each in both if each is not None)


_REFUSED = _numbers("CONNREFUSED")
_RESET = _numbers("CONNRESET", "CONNABORTED", "PIPE")
_LATE = _numbers("TIMEDOUT")
_NO_WAY = _numbers("HOSTUNREACH", "NETUNREACH", "HOSTDOWN", "NETDOWN", "ADDRNOTAVAIL")
_FORBIDDEN = _numbers("ACCES", "PERM")
_FULL = _numbers("MFILE", "NFILE", "NOBUFS")
_NUMBER = re.compile(r"\[(?:Errno|WinError) (\d{1,6})\]")


def translated(peer: str, error: BaseException, *, doing: str = "") -> NocError:
    """What an operator is told; an error of ours stays what it is."""
    if isinstance(error, NocError):
        return error
    what = f" while {doing}" if doing else ""
    if isinstance(error, asyncssh.PermissionDenied):
        return AuthRejected(f"{peer} refused the login", peer=peer)
    if isinstance(error, asyncssh.ChannelOpenError):
        told = visible(error.reason, limit=_LONGEST)
        return Unreachable(f"{peer} did not open the way{what}: {told}", peer=peer, reason="closed")
    if isinstance(error, asyncssh.ConnectionLost):
        return _silent(peer, what) if "keepalive" in error.reason else _cut(peer, what)
    if isinstance(error, asyncssh.DisconnectError):
        told = visible(error.reason, limit=_LONGEST)
        return Unreachable(f"{peer} hung up{what}: {told}", peer=peer, reason="closed")
    if isinstance(error, OSError) and (known := _of_system(peer, error, what)) is not None:
        return known
    told = visible(str(error), limit=_LONGEST) or type(error).__name__
    return Unreachable(f"{peer}: {told}", peer=peer, reason="malformed")


def turned_away(peer: str) -> Unreachable:
    """A host took the connection and closed it before it said that it speaks SSH."""
    return Unreachable(
        f"{peer} closed the connection at once, before it spoke SSH: it lets only some addresses in"
        " (an access list of its lines), has no line free, or something else listens on that port."
        " Look at those there, or try again in a minute",
        peer=peer,
        reason="closed",
    )


def was_cut(error: BaseException) -> bool:
    """Whether the other side ended the connection without a word."""
    return isinstance(error, (*_CUT, asyncssh.ConnectionLost))


def _cut(peer: str, what: str) -> Unreachable:
    return Unreachable(
        f"{peer} hung up{what} without saying why: it restarts, ended the session, or the way there"
        " broke. Connect again",
        peer=peer,
        reason="closed",
    )


def _silent(peer: str, what: str) -> Unreachable:
    return Unreachable(
        f"{peer} does not answer on SSH{what}: it is down, the way there is broken, or a filter"
        " swallows what we send. Try a ping, and look at the way",
        peer=peer,
        reason="timeout",
    )


def _of_system(peer: str, error: OSError, what: str) -> Unreachable | None:
    """What the system says in numbers, and what can be done about it."""
    if isinstance(error, socket.gaierror):
        return Unreachable(
            f"nobody here knows an address of {peer}: look at how the name is written, and at this"
            " machine's name servers",
            peer=peer,
            reason="dns",
        )
    found = _said(error)
    if isinstance(error, _CUT) or found & _RESET:
        return _cut(peer, what)
    for numbers, words, reason in (
        (
            _REFUSED,
            f"{peer} refuses SSH{what}: nothing listens on that port, or a filter turns us away."
            " Look at the port, and whether SSH is switched on there",
            "refused",
        ),
        (
            _NO_WAY,
            f"no way leads to {peer}: look at this machine's routes, at the address, and at"
            " whether it takes a jump host",
            "unroutable",
        ),
        (
            _FORBIDDEN,
            f"this machine does not let us reach {peer}: look at its own firewall",
            "refused",
        ),
        (
            _FULL,
            f"this machine has no room for another connection, so {peer} was not asked: close some,"
            " or raise its limit of open files",
            "busy",
        ),
    ):
        if found & numbers:
            return Unreachable(words, peer=peer, reason=reason)
    return _silent(peer, what) if isinstance(error, TimeoutError) or found & _LATE else None


def _said(error: OSError) -> frozenset[int]:
    """Its number; of a host of several addresses those of all, which asyncio only writes out."""
    if error.errno is not None:
        return frozenset({error.errno})
    if isinstance(error, ConnectionRefusedError):
        return _REFUSED
    return frozenset(int(number) for number in _NUMBER.findall(str(error)[:4000]))
