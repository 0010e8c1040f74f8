"""Versions as a stream for `git fast-import`: what is there stays, what is new follows it.

A file per device at the top, a commit per version in the order they were kept. The last line of
each message says which version of which device it is, so that the repository itself tells what it
holds, also of versions that our store has let go of since. Names of devices become names of files
that no path, option or hook can be made of.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from noc_console.services.configs.model import Commit, Version, Written

BRANCH = "refs/heads/main"
LONGEST_NAME = 100
_OTHER = re.compile(r"[^A-Za-z0-9._\-]+")
_UNSAFE = re.compile(r"[<>\n\r\x00]+")
_MARK = re.compile(
    r"NOC-Console: version=(\d{1,18}) device=(\d{1,18}) file=([A-Za-z0-9._\-]{1,160})"
)


def file_name(device: str, device_id: int, taken: Iterable[str] = ()) -> str:
    """`ams-core-1.cfg`; two devices of one name are told apart by their number."""
    plain, numbered = _names(device, device_id)
    # Names that only differ in their case are one file on Windows and macOS.
    lower = {name.lower() for name in taken}
    return numbered if plain.lower() in lower else plain


def _names(device: str, device_id: int) -> tuple[str, str]:
    stem = _OTHER.sub("_", device).strip("._-")[:LONGEST_NAME] or f"device-{device_id}"
    return f"{stem}.cfg", f"{stem}-{device_id}.cfg"


def file_names(
    names: Mapping[int, str], device_ids: Collection[int], known: Mapping[int, str]
) -> dict[int, str]:
    """The file of each of these devices; a known one stays while the device is called so.

    A name that another one's file has until now is not free: that file is still there.
    """
    files = dict(known)
    for number in sorted(device_ids):
        name = names.get(number, "")
        if files.get(number) in _names(name, number):
            continue
        others = [f for both in (known, files) for other, f in both.items() if other != number]
        files[number] = file_name(name, number, others)
    return files


def unwritten(versions: Sequence[Version], written: Written) -> list[Version]:
    """What the repository lacks. A version older than its device's newest there is left out:
    the file would say again what is over."""
    return [
        one
        for one in versions
        if one.id not in written.versions and one.id > written.newest.get(one.device_id, 0)
    ]


def is_from_elsewhere(versions: Sequence[Version], written: Written) -> bool:
    """Whether the repository's versions are those of another store: same number, other time."""
    return any(
        one.id in written.versions and written.versions[one.id] != int(one.at.timestamp())
        for one in versions
    )


def read_back(head: str, entries: Iterable[tuple[int, str]]) -> Written | None:
    """What a repository holds, from the times and messages of its commits, oldest first.

    None when there is a commit without our mark: nobody can say then which version it is.
    """
    versions: dict[int, int] = {}
    newest: dict[int, int] = {}
    files: dict[int, str] = {}
    for at, message in entries:
        # The last line is ours whatever a device put into those before.
        mark = _MARK.fullmatch(message.rstrip("\n").rpartition("\n")[2])
        if mark is None:
            return None
        version, device = int(mark[1]), int(mark[2])
        versions[version] = at
        newest[device] = max(version, newest.get(device, 0))
        files[device] = mark[3]
    return Written(head, versions, newest, files)


def stream(commits: Iterable[Commit], *, onto: str = "") -> Iterator[bytes]:
    """What `git fast-import` reads, from a commit on or from an empty branch."""
    yield b"feature done\n"
    if not onto:
        yield f"reset {BRANCH}\n\n".encode()
    for commit in commits:
        yield from _written(commit, onto)
        onto = ""
    yield b"done\n"


def _written(commit: Commit, onto: str) -> Iterator[bytes]:
    name = " ".join(_UNSAFE.sub(" ", commit.who).split()) or "unknown"
    when = f"{int(commit.at.timestamp())} +0000"
    mark = f"NOC-Console: version={commit.version_id} device={commit.device_id} file={commit.file}"
    told = commit.message.replace("\x00", "").rstrip("\n")
    message = f"{told}\n\n{mark}\n".encode("utf-8", "replace")
    yield f"commit {BRANCH}\n".encode()
    yield f"author {name} <> {when}\n".encode("utf-8", "replace")
    yield f"committer NOC Console <> {when}\n".encode()
    yield f"data {len(message)}\n".encode() + message + b"\n"
    if onto:
        yield f"from {onto}\n".encode()
    if commit.former:
        yield f"R {commit.former} {commit.file}\n".encode()
    body = commit.text.encode("utf-8", "replace")
    yield f"M 100644 inline {commit.file}\ndata {len(body)}\n".encode()
    yield body
    yield b"\n"
