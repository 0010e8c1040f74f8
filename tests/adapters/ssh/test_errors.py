"""The library's errors in an operator's words."""

from __future__ import annotations

import asyncssh
import pytest

from noc_console.adapters.ssh.errors import translated
from noc_console.kernel.errors import AuthRejected, Refused, Unreachable


@pytest.mark.parametrize(
    ("error", "reason", "words"),
    [
        (asyncssh.PermissionDenied("no"), "auth", "refused the login"),
        (TimeoutError(), "timeout", "does not answer on SSH while copying"),
        (ConnectionRefusedError(), "refused", "refuses SSH"),
        (asyncssh.ChannelOpenError(1, "not\x1b here"), "closed", "not␛ here"),
        (asyncssh.ConnectionLost("gone"), "closed", "hung up while copying: gone"),
        (OSError(113, "No route to host"), "malformed", "No route to host"),
    ],
)
def test_each_says_whose_move_it_is(error: Exception, reason: str, words: str) -> None:
    told = translated("box:22", error, doing="copying")
    assert isinstance(told, Unreachable) and told.reason == reason
    assert told.peer == "box:22" and words in str(told)
    assert isinstance(told, AuthRejected) == (reason == "auth")


def test_ours_stay_what_they_are() -> None:
    ours = Refused("no")
    assert translated("box", ours) is ours
