"""The library's errors in an operator's words."""

from __future__ import annotations

import errno
import socket

import asyncssh
import pytest

from noc_console.adapters.ssh.errors import translated, turned_away, was_cut
from noc_console.kernel.errors import AuthRejected, Refused, Unreachable


@pytest.mark.parametrize(
    ("error", "reason", "words"),
    [
        (asyncssh.PermissionDenied("no"), "auth", "refused the login"),
        (TimeoutError(), "timeout", "does not answer on SSH while copying"),
        (TimeoutError(errno.ETIMEDOUT, "Connection timed out"), "timeout", "Try a ping"),
        (ConnectionRefusedError(), "refused", "refuses SSH while copying"),
        (OSError(errno.ECONNREFUSED, "Connection refused"), "refused", "Look at the port"),
        (asyncssh.ChannelOpenError(1, "not\x1b here"), "closed", "not␛ here"),
        (asyncssh.DisconnectError(2, "too\x1b many"), "closed", "hung up while copying: too␛ many"),
        (asyncssh.ConnectionLost("gone"), "closed", "hung up while copying without saying why"),
        (
            asyncssh.ConnectionLost("Server not responding to keepalive messages"),
            "timeout",
            "does not answer on SSH",
        ),
        (ConnectionResetError(errno.ECONNRESET, "Connection reset by peer"), "closed", "Connect"),
        (BrokenPipeError(errno.EPIPE, "Broken pipe"), "closed", "hung up"),
        (OSError(errno.EHOSTUNREACH, "No route to host"), "unroutable", "routes"),
        (PermissionError(errno.EPERM, "not permitted"), "refused", "its own firewall"),
        (OSError(errno.EMFILE, "Too many open files"), "busy", "limit of open files"),
        (socket.gaierror(-2, "Name or service not known"), "dns", "name servers"),
        (
            OSError("Multiple exceptions: [Errno 111] Connect call failed ('::1', 22, 0, 0)"),
            "refused",
            "refuses SSH",
        ),
        (OSError(errno.EIO, "bad\x1b thing"), "malformed", "bad␛ thing"),
    ],
)
def test_each_says_whose_move_it_is(error: Exception, reason: str, words: str) -> None:
    told = translated("box:22", error, doing="copying")
    assert isinstance(told, Unreachable) and told.reason == reason
    assert told.peer == "box:22" and words in str(told)
    assert isinstance(told, AuthRejected) == (reason == "auth")
    assert "Errno" not in str(told) or reason == "malformed"


def test_ours_stay_what_they_are() -> None:
    ours = Refused("no")
    assert translated("box", ours) is ours


def test_a_connection_that_is_cut_is_known_from_one_that_says_why() -> None:
    assert was_cut(ConnectionResetError()) and was_cut(asyncssh.ConnectionLost("x"))
    assert not was_cut(asyncssh.DisconnectError(2, "x")) and not was_cut(TimeoutError())
    told = turned_away("box")
    assert told.reason == "closed" and "try again in a minute" in str(told)
