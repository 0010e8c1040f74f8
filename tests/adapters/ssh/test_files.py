"""SFTP against OpenSSH: lists, copies, interruptions, and what goes on where it was."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from noc_console.adapters.ssh import files as module
from noc_console.adapters.ssh.chain import Chain, reach
from noc_console.adapters.ssh.files import NoSftp, SftpFiles, open_sftp
from noc_console.kernel.errors import Invalid, NotFound, Refused
from noc_console.services.terminal.transferring import PART, Exists
from tests.adapters.ssh.peers import Script, sshd

SIZE = 3 * module.STEP + 12_345


@pytest.fixture
async def files(chain: Chain) -> AsyncIterator[SftpFiles]:
    opened = await open_sftp(chain.last)
    yield opened
    await opened.close()


def quiet(_done: int, _size: int) -> None:
    """Nobody watches."""


async def test_folders_come_first_and_everything_is_told(files: SftpFiles, tmp_path: Path) -> None:
    (tmp_path / "b.txt").write_bytes(b"12345")
    (tmp_path / "A").mkdir()
    (tmp_path / "c").symlink_to("b.txt")
    found = await files.listed(str(tmp_path))
    assert [one.name for one in found] == ["A", "b.txt", "c"]
    assert found[0].is_folder and found[1].size == 5 and found[2].is_link
    assert found[1].path == str(tmp_path / "b.txt") and found[1].modified is not None
    assert (await files.home()).startswith("/")


async def test_a_file_comes_and_goes_whole_with_progress(files: SftpFiles, tmp_path: Path) -> None:
    text = os.urandom(SIZE)
    (tmp_path / "there").write_bytes(text)
    seen: list[tuple[int, int]] = []
    here = tmp_path / "here"
    moved = await files.fetch(
        str(tmp_path / "there"), here, progress=lambda done, size: seen.append((done, size))
    )
    assert here.read_bytes() == text and moved.size == SIZE and moved.resumed_at == 0
    assert seen[0] == (0, SIZE) and seen[-1] == (SIZE, SIZE) and len(seen) > 3
    back = tmp_path / "back"
    assert (await files.send(here, str(back), progress=quiet)).size == SIZE
    assert back.read_bytes() == text
    assert not list(tmp_path.glob(f"*{PART}"))


async def test_what_is_there_is_not_overwritten_unasked(files: SftpFiles, tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    one.write_bytes(b"1")
    two.write_bytes(b"22")
    for copying in (
        files.fetch(str(one), two, progress=quiet),
        files.send(one, str(two), progress=quiet),
        files.rename(str(one), str(two)),
    ):
        with pytest.raises(Exists):
            await copying
    assert two.read_bytes() == b"22"
    await files.send(one, str(two), replaces=True, progress=quiet)
    assert two.read_bytes() == b"1"


@pytest.mark.parametrize("is_upload", [False, True])
async def test_a_copy_that_was_cancelled_goes_on_where_it_was(
    files: SftpFiles, tmp_path: Path, is_upload: bool
) -> None:
    source, target = tmp_path / "source", tmp_path / "target"
    source.write_bytes(os.urandom(SIZE))
    reached = asyncio.Event()

    def watch(done: int, _size: int) -> None:
        if done >= module.STEP:
            reached.set()

    async def copy() -> int:
        if is_upload:
            return (await files.send(source, str(target), progress=watch)).resumed_at
        return (await files.fetch(str(source), target, progress=watch)).resumed_at

    copying = asyncio.get_running_loop().create_task(copy())
    await reached.wait()
    copying.cancel()
    with pytest.raises(asyncio.CancelledError):
        await copying
    assert not target.exists() and (tmp_path / f"target{PART}").stat().st_size >= module.STEP
    assert await copy() >= module.STEP
    assert target.read_bytes() == source.read_bytes()


@pytest.mark.parametrize("is_upload", [False, True])
async def test_a_beginning_of_something_else_is_begun_anew(
    files: SftpFiles, tmp_path: Path, is_upload: bool
) -> None:
    source, target = tmp_path / "source", tmp_path / "target"
    source.write_bytes(os.urandom(SIZE))
    (tmp_path / f"target{PART}").write_bytes(os.urandom(module.STEP))
    if is_upload:
        moved = await files.send(source, str(target), progress=quiet)
    else:
        moved = await files.fetch(str(source), target, progress=quiet)
    assert moved.resumed_at == 0 and target.read_bytes() == source.read_bytes()


async def test_folders_are_made_renamed_and_removed_when_empty(
    files: SftpFiles, tmp_path: Path
) -> None:
    folder = str(tmp_path / "new")
    await files.make_folder(folder)
    (tmp_path / "new" / "x").write_bytes(b"")
    with pytest.raises(Refused):
        await files.remove(folder, is_folder=True)
    await files.remove(f"{folder}/x", is_folder=False)
    await files.rename(folder, f"{folder}er")
    await files.remove(f"{folder}er", is_folder=True)
    assert not (tmp_path / "newer").exists()


async def test_what_is_missing_or_forbidden_is_named(files: SftpFiles, tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="nowhere"):
        await files.fetch(str(tmp_path / "nowhere"), tmp_path / "x", progress=quiet)
    with pytest.raises(NotFound):
        await files.listed(str(tmp_path / "nowhere"))
    with pytest.raises(Invalid):
        await files.send(tmp_path / "absent", str(tmp_path / "y"), progress=quiet)


async def test_a_device_without_sftp_says_so(tmp_path: Path) -> None:
    with sshd(tmp_path, "ForceCommand /bin/false") as server:
        keeper = Script([server.pinned()], [server.login])
        chain = await reach((server.hop,), keeper, uses_agent=False)
        with pytest.raises(NoSftp):
            await open_sftp(chain.last)
        await chain.close()
