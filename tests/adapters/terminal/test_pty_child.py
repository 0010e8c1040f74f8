import os

import pytest

from noc_console.adapters.terminal.pty_child import PtyChild
from noc_console.kernel.errors import Unreachable
from noc_console.services.terminal.model import Size


def everything(child: PtyChild) -> bytes:
    said = b""
    while received := child.read(4096):
        said += received
    return said


def test_a_command_has_a_terminal_of_the_size_given() -> None:
    with PtyChild(["sh", "-c", "stty size; echo $TERM; exit 3"], Size(91, 17)) as child:
        assert everything(child) == b"17 91\r\nxterm-256color\r\n"
        assert child.wait() == 3


def test_another_size_is_told_to_the_command() -> None:
    script = "trap 'stty size; exit 0' WINCH; echo ready; while :; do sleep 0.02; done"
    with PtyChild(["sh", "-c", script], Size(80, 24)) as child:
        assert child.read(4096) == b"ready\r\n"
        child.resize(Size(132, 40))
        assert everything(child) == b"40 132\r\n"


def test_what_is_typed_arrives() -> None:
    with PtyChild(["head", "-n", "1"], Size(80, 24)) as child:
        child.write(b"hello\r")
        assert everything(child) == b"hello\r\nhello\r\n"
        child.write(b"nobody reads this")


def test_the_command_does_not_outlive_the_block() -> None:
    with pytest.raises(RuntimeError), PtyChild(["sleep", "600"], Size(80, 24)) as child:
        pid = child._child.pid
        raise RuntimeError
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_a_command_that_is_not_there_is_told() -> None:
    with (
        pytest.raises(Unreachable, match="no-such-command"),
        PtyChild(["no-such-command"], Size(80, 24)),
    ):
        pass
