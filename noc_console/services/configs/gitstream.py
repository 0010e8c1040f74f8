"""Versions as a stream for `git fast-import`: the same versions make the same commits.

A file per device at the top, a commit per version in the order of time. Names of devices become
names of files that no path, option or hook can be made of.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from noc_console.services.configs.model import Commit

BRANCH = "refs/heads/main"
LONGEST_NAME = 100
_OTHER = re.compile(r"[^A-Za-z0-9._\-]+")
_UNSAFE = re.compile(r"[<>\n\r\x00]+")


def file_name(device: str, device_id: int, taken: Iterable[str] = ()) -> str:
    """`ams-core-1.cfg`; two devices of one name are told apart by their number."""
    stem = _OTHER.sub("_", device).strip("._-")[:LONGEST_NAME] or f"device-{device_id}"
    # Names that only differ in their case are one file on Windows and macOS.
    lower = {name.lower() for name in taken}
    plain = f"{stem}.cfg"
    return f"{stem}-{device_id}.cfg" if plain.lower() in lower else plain


def stream(commits: Iterable[Commit]) -> Iterator[bytes]:
    """What `git fast-import` reads, from an empty branch on."""
    yield b"feature done\n"
    yield f"reset {BRANCH}\n\n".encode()
    for commit in commits:
        yield from _written(commit)
    yield b"done\n"


def _written(commit: Commit) -> Iterator[bytes]:
    name = " ".join(_UNSAFE.sub(" ", commit.who).split()) or "unknown"
    when = f"{int(commit.at.timestamp())} +0000"
    message = commit.message.replace("\x00", "").encode("utf-8", "replace")
    yield f"commit {BRANCH}\n".encode()
    yield f"author {name} <> {when}\n".encode("utf-8", "replace")
    yield f"committer NOC Console <> {when}\n".encode()
    yield f"data {len(message)}\n".encode() + message + b"\n"
    body = commit.text.encode("utf-8", "replace")
    yield f"M 100644 inline {commit.file}\ndata {len(body)}\n".encode()
    yield body
    yield b"\n"
