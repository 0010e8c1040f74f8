"""Answers ssh's question for a password, where the system has no `sshpass`.

Ansible up to 2.18 logs in by passwords through that program only: `sshpass -dN ssh …`, with the
password in a pipe. This does the same by ssh's own door for it (SSH_ASKPASS): ssh begins us once
more to ask, and that one is told over a socket in a folder nobody else may enter. The password
stands in no file, no environment and no list of arguments, is told once, and only to a question
for a password.

    ssh_pass.py lead FOLDER -dN [-P PROMPT] COMMAND…      as `sshpass`
    ssh_pass.py ask  PROMPT                               as SSH_ASKPASS

It needs nothing but Python's own library, so that it begins in a few hundredths of a second.
"""

from __future__ import annotations

import os
import select
import shlex
import signal
import socket
import struct
import subprocess
import sys
from pathlib import Path

WRONG = 5
"""Ansible knows this as sshpass's word for a wrong password, and tries no more: accounts lock."""
USAGE = 1
LONGEST = 4_096
ASKED = "assword"
_DOOR = "NOC_CONSOLE_ASK"
_PATIENCE_S = 10.0


def install(folder: Path) -> bool:
    """Put `sshpass` into `folder`/bin and say whether it can be executed there."""
    tools = folder / "bin"
    tools.mkdir(mode=0o700)
    us = f"{shlex.quote(sys.executable)} -I -S {shlex.quote(__file__)}"
    for name, words in (("sshpass", f"lead {shlex.quote(str(folder))}"), ("askpass", "ask")):
        script = tools / name
        script.write_text(f'#!/bin/sh\nexec {us} {words} "$@"\n', encoding="utf-8")
        script.chmod(0o700)
    # A file system may be mounted so that nothing on it is executed.
    return os.access(tools / "askpass", os.X_OK)


def main(words: list[str]) -> int:
    role, *rest = words
    return _ask(" ".join(rest)) if role == "ask" else _lead(Path(rest[0]), rest[1:])


def _ask(prompt: str) -> int:
    """Print the password for ssh; 1 when there is none for this question."""
    with socket.socket(socket.AF_UNIX) as door:
        door.settimeout(_PATIENCE_S)
        door.connect(os.environ[_DOOR])
        door.sendall(prompt.encode("utf-8", "replace")[:LONGEST] + b"\n")
        told = b""
        while part := door.recv(LONGEST):
            told += part
    if not told:
        return 1
    sys.stdout.buffer.write(told + b"\n")
    sys.stdout.flush()
    return 0


def _lead(folder: Path, words: list[str]) -> int:
    """ssh's exit code, or that of a wrong password."""
    descriptor, prompt, command = _read_words(words)
    if descriptor is None or not command:
        return USAGE
    password = _line_of(descriptor)
    path = folder / f"ask-{os.getpid()}"
    told, tell = os.pipe()
    os.set_blocking(tell, False)
    signal.set_wakeup_fd(tell, warn_on_full_buffer=False)
    for number in (signal.SIGCHLD, signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda *_: None)
    with socket.socket(socket.AF_UNIX) as door:
        door.bind(str(path))
        try:
            door.listen(4)
            with subprocess.Popen(command, env=_environment(folder, path)) as child:
                try:
                    return _serve(child, door, told, password, prompt)
                finally:
                    # Over in all but an accident of ours, after which nobody waits for it.
                    child.kill()
        finally:
            path.unlink(missing_ok=True)


def _read_words(words: list[str]) -> tuple[int | None, str, list[str]]:
    descriptor, prompt = None, ASKED
    rest = list(words)
    while rest and rest[0].startswith("-"):
        word = rest.pop(0)
        if word[:2] not in {"-d", "-P"}:
            return None, prompt, []
        value = word[2:] or (rest.pop(0) if rest else "")
        if word[:2] == "-P":
            prompt = value
        elif value.isdecimal():
            descriptor = int(value)
    return descriptor, prompt, rest


def _line_of(descriptor: int) -> bytes:
    """A line; the other end of the pipe may be open here, too, so nobody waits for its end."""
    read = b""
    while b"\n" not in read and len(read) <= LONGEST:
        part = os.read(descriptor, LONGEST)
        if not part:
            break
        read += part
    os.close(descriptor)
    return read.partition(b"\n")[0]


def _environment(folder: Path, path: Path) -> dict[str, str]:
    return {
        # Before OpenSSH 8.4 it asks this way where there is a display, which nobody opens.
        "DISPLAY": "none:0",
        **os.environ,
        "SSH_ASKPASS": str(folder / "bin" / "askpass"),
        "SSH_ASKPASS_REQUIRE": "force",
        _DOOR: str(path),
    }


def _serve(
    child: subprocess.Popen[bytes], door: socket.socket, told: int, password: bytes, prompt: str
) -> int:
    is_told = False
    while child.poll() is None:
        ready, _, _ = select.select([door.fileno(), told], [], [])
        if told in ready and set(os.read(told, LONGEST)) - {int(signal.SIGCHLD)}:
            child.terminate()
        if door.fileno() not in ready:
            continue
        with door.accept()[0] as caller:
            question = _question(caller)
            if prompt.lower() not in question.lower():
                continue
            if is_told:
                # It was the wrong one. Left alone ssh would try empty ones: accounts lock.
                child.kill()
                child.wait()
                return WRONG
            is_told = True
            try:
                caller.sendall(password)
            except OSError:
                continue  # who asked is gone
    return child.returncode if child.returncode >= 0 else 128 - child.returncode


def _question(caller: socket.socket) -> str:
    """What ssh wants to know; "" from whoever is somebody else."""
    caller.settimeout(_PATIENCE_S)
    if sys.platform.startswith("linux"):
        size = struct.calcsize("3i")
        peer = caller.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, size)
        if struct.unpack("3i", peer)[1] != os.getuid():
            return ""
    read = b""
    try:
        while b"\n" not in read and len(read) <= LONGEST:
            part = caller.recv(LONGEST)
            if not part:
                break
            read += part
    except OSError:
        return ""
    return read.decode("utf-8", "replace")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
